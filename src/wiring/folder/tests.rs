//! Files that are complete, half written, broken, and those of a process that died.

use std::sync::Arc;

use queue::Queue;
use store::Store;
use tempfile::{TempDir, tempdir};

use super::*;
use crate::{settings::Settings, wiring::daemon};

const TALLY: &str = include_str!("../../ingest/samples/tally.sample.xml");
const BILL: &str = include_str!("../../ingest/samples/erpnext.sample.json");

struct World {
    settings: Settings,
    store: Arc<dyn Store>,
    queue: Arc<dyn Queue>,
    dir: TempDir,
}

impl World {
    async fn new() -> Self {
        let mut settings: Settings = toml::from_str(crate::settings::DEFAULT).unwrap();
        settings.limits.file_bytes = 50_000;
        let dir = tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("s.db").display());
        let store = store::open(&url).await.unwrap();
        let queue = daemon::queue(store.as_ref(), &settings);
        fs::create_dir(dir.path().join("inbox")).unwrap();
        Self {
            settings,
            store,
            queue,
            dir,
        }
    }

    fn inbox(&self) -> PathBuf {
        self.dir.path().join("inbox")
    }

    /// As a process that starts.
    fn folder(&self) -> Folder {
        let intake = Intake::new(&self.queue, &self.store, &self.settings).unwrap();
        let bytes_max = self.settings.limits.file_bytes;
        Folder::open(intake, &self.inbox(), &self.settings.inbox, bytes_max).unwrap()
    }

    fn drop(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.inbox().join(name), bytes).unwrap();
    }

    /// Names below the folder, with those of its folders.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for below in ["", DONE, REFUSED] {
            for entry in fs::read_dir(self.inbox().join(below)).unwrap() {
                let entry = entry.unwrap();
                if !entry.file_type().unwrap().is_dir() {
                    let name = entry.file_name().into_string().unwrap();
                    names.push(format!("{below}/{name}"));
                }
            }
        }
        names.sort();
        names
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.inbox().join(name)).unwrap()
    }

    async fn jobs(&self) -> u64 {
        self.queue.stats().await.unwrap().waiting
    }
}

fn look(added: u64, known: u64, done: u64, refused: u64) -> Look {
    Look {
        added,
        known,
        done,
        refused,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_taken_when_it_stays_as_it_is() {
    let world = World::new().await;
    let mut folder = world.folder();
    let (half, _) = BILL.split_at(BILL.len() / 2);
    world.drop("bill.json", half);
    world.drop("empty.json", "");
    world.drop("copying.json.part", BILL);
    world.drop(".hidden.json", BILL);
    fs::create_dir(world.inbox().join("older")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", world.inbox().join("link.json")).unwrap();
    assert_eq!(folder.look().await.unwrap(), Look::default());
    // It grows between two looks, and then stands.
    world.drop("bill.json", BILL);
    assert_eq!(folder.look().await.unwrap(), Look::default());
    assert_eq!(folder.look().await.unwrap(), look(1, 0, 1, 0));
    assert_eq!(folder.look().await.unwrap(), Look::default());
    let names = world.names();
    let left = ["/.hidden.json", "/copying.json.part", "/empty.json"];
    assert!(
        left.iter().all(|name| names.contains(&(*name).to_owned())),
        "{names:?}"
    );
    assert!(names.contains(&"done/bill.json".to_owned()));
    assert_eq!(world.read("done/bill.json"), BILL);
    assert_eq!(world.jobs().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_adding_and_moving_adds_nothing_twice() {
    let world = World::new().await;
    for (name, document) in [("bill.json", BILL), ("voucher.xml", TALLY)] {
        world.drop(name, document);
    }
    let mut folder = world.folder();
    folder.look().await.unwrap();
    assert_eq!(folder.look().await.unwrap(), look(2, 0, 2, 0));
    // As if the process had died before it moved them: they lie where they lay.
    for name in ["bill.json", "voucher.xml"] {
        fs::rename(
            world.inbox().join(DONE).join(name),
            world.inbox().join(name),
        )
        .unwrap();
    }
    let mut after = world.folder();
    after.look().await.unwrap();
    assert_eq!(after.look().await.unwrap(), look(0, 2, 2, 0));
    assert_eq!(world.jobs().await, 2);
    assert_eq!(world.names(), ["done/bill.json", "done/voucher.xml"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_says_why_and_keeps_what_can_be_read() {
    let world = World::new().await;
    let second = TALLY
        .replace("000004a3", "000004a4")
        .replace("<ISCANCELLED>No", "<ISCANCELLED>Yes");
    let (start, _) = TALLY.split_at(TALLY.len() / 2);
    for (name, text) in [
        ("letter.txt", "Dear sirs".to_owned()),
        ("huge.json", " ".repeat(50_001)),
        ("half.xml", start.to_owned()),
        (
            "sales.xml",
            "<A><VOUCHER VCHTYPE='Sales'><GUID>s</GUID></VOUCHER></A>".to_owned(),
        ),
        (
            "two.json",
            format!(
                "[{BILL},{{\"doctype\":\"Purchase Invoice\",\"items\":[{{\"qty\":\"many\"}}]}}]"
            ),
        ),
        (
            "book.xml",
            format!("<A>{TALLY}{second}<VOUCHER VCHTYPE='Sales'/></A>"),
        ),
    ] {
        world.drop(name, text);
    }
    let mut folder = world.folder();
    folder.look().await.unwrap();
    assert_eq!(folder.look().await.unwrap(), look(2, 0, 1, 5));
    assert_eq!(world.jobs().await, 2);
    for (name, want) in [
        ("letter.txt", "0 of 1 invoices in it were taken\n"),
        (
            "huge.json",
            "it has 50001 bytes, and at most 50000 are read (limits.file_bytes)",
        ),
        ("half.xml", "0 of 1 invoices in it were taken\n"),
        (
            "sales.xml",
            "passed over: its voucher is of another type than a purchase",
        ),
        ("two.json", "1 of 2 invoices in it were taken\n"),
    ] {
        let reason = world.read(&format!("refused/{name}.reason.txt"));
        assert!(reason.contains(want), "{name}: {reason}");
        assert!(world.inbox().join(REFUSED).join(name).exists());
    }
    assert!(
        world.inbox().join("done/book.xml").exists(),
        "what is cancelled or a sale is no fault of a day book"
    );
    // Another file of the same name writes over none.
    world.drop("letter.txt", "Dear all");
    folder.look().await.unwrap();
    assert_eq!(folder.look().await.unwrap(), look(0, 0, 0, 1));
    assert_eq!(world.read("refused/letter.txt"), "Dear sirs");
    let letters = world
        .names()
        .into_iter()
        .filter(|name| name.ends_with("-letter.txt"));
    assert_eq!(letters.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_takes_so_many_and_a_full_queue_leaves_files_where_they_are() {
    let mut world = World::new().await;
    world.settings.inbox.files = 2;
    world.settings.queue.depth = 3;
    world.queue = daemon::queue(world.store.as_ref(), &world.settings);
    for n in 0..5 {
        world.drop(
            &format!("{n}.json"),
            BILL.replace("01187", &format!("0118{n}")),
        );
    }
    let mut folder = world.folder();
    folder.look().await.unwrap();
    assert_eq!(folder.look().await.unwrap(), look(2, 0, 2, 0));
    let full = folder.look().await.unwrap_err().to_string();
    assert!(full.contains("3 may (queue.depth)"), "{full}");
    assert_eq!(world.jobs().await, 3);
    let left = world
        .names()
        .iter()
        .filter(|name| name.starts_with('/'))
        .count();
    assert_eq!(left, 2, "{:?}", world.names());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_moved_is_added_once_and_stops_no_other() {
    let world = World::new().await;
    let mut folder = world.folder();
    world.drop("a.json", BILL);
    // A directory in the way of the file's reason.
    world.drop("b.txt", "Dear sirs");
    fs::create_dir(world.inbox().join("refused/b.txt.reason.txt")).unwrap();
    folder.look().await.unwrap();
    assert_eq!(folder.look().await.unwrap(), look(1, 0, 1, 0));
    assert_eq!(folder.look().await.unwrap(), Look::default());
    assert!(world.names().contains(&"/b.txt".to_owned()));
    fs::remove_dir(world.inbox().join("refused/b.txt.reason.txt")).unwrap();
    assert_eq!(folder.look().await.unwrap(), look(0, 0, 0, 1));
    assert_eq!(world.jobs().await, 1);
}
