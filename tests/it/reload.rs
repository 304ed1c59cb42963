//! SIGHUP: what of the settings is taken over while a process runs, what is not, and what a broken file does.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

use tempfile::{TempDir, tempdir};

use crate::command::{book, invoice, run, satyapan};

const STORE: &str = "sqlite:s.db";
const SIGNED: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const PATIENCE: Duration = Duration::from_mins(1);

/// A process with a file of settings, which is killed when it goes out of scope.
struct Process {
    child: Child,
    /// All that it has said.
    said: Arc<Mutex<String>>,
    dir: TempDir,
}

impl Process {
    fn start(command: &[&str], settings: &str) -> Self {
        let dir = tempdir().unwrap();
        let ran = run(
            dir.path(),
            &["load", book().to_str().unwrap(), "--store", STORE],
        );
        assert_eq!(ran.code, 0, "{}", ran.err);
        std::fs::write(file(dir.path()), settings).unwrap();
        let mut child = satyapan(dir.path())
            .args(command)
            .args(["--store", STORE, "--config"])
            .arg(file(dir.path()))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let told = BufReader::new(child.stderr.take().unwrap());
        let said = Arc::<Mutex<String>>::default();
        let heard = Arc::clone(&said);
        std::thread::spawn(move || {
            for line in told.lines().map_while(Result::ok) {
                heard.lock().unwrap().push_str(&(line + "\n"));
            }
        });
        Self { child, said, dir }
    }

    fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    fn until_said(&self, what: &str) -> String {
        until(what, || self.said().contains(what));
        self.said()
    }

    /// Writes the file anew, and tells the process.
    fn reload(&self, settings: &str) {
        std::fs::write(file(self.dir.path()), settings).unwrap();
        let pid = self.child.id().to_string();
        let told = std::process::Command::new("kill")
            .args(["-HUP", &pid])
            .status();
        assert!(told.unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn file(dir: &Path) -> PathBuf {
    dir.join("settings.toml")
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "not yet: {what}");
        std::thread::sleep(Duration::from_millis(30));
    }
}

fn status(port: &str, request: &str, token: &str, body: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!(
        "{request} HTTP/1.1\r\nHost: reload\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

/// A receiver of callbacks that says yes, and tells of each.
fn receiver() -> (u16, mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (told, heard) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
            stream
                .write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
                .unwrap();
            if told.send(()).is_err() {
                return;
            }
        }
    });
    (port, heard)
}

fn callbacks(port: u16) -> String {
    format!(
        "[callbacks]\nurl = 'http://127.0.0.1:{port}/'\nsecret = '{SIGNED}'\nallow = ['127.0.0.1']\n"
    )
}

const LIST: &str = "GET /v1/verifications";
const HOOK: &str = "POST /v1/hooks/tally";

#[test]
fn keys_secrets_receivers_rates_and_levels_are_taken_over_and_all_else_is_named() {
    let (first, heard_first) = receiver();
    let (second, heard_second) = receiver();
    let settings = |key: &str, hook: &str, port: u16, more: &str| {
        format!(
            "[server]\nlisten = '127.0.0.1:0'\napi_keys = '{key}'\n[hooks.tally]\ntoken = '{hook}'\n{}{more}",
            callbacks(port)
        )
    };
    let (old, new) = ("the-key-until-now", "the-key-from-now-on");
    let daemon = Process::start(&["serve"], &settings(old, "the-hook-until-now", first, ""));
    let listens = daemon.until_said("listens on http://127.0.0.1:");
    let (_, port) = listens.trim().rsplit_once(':').unwrap();
    let invoiced = |token: &str, name: &str| {
        let document = std::fs::read(invoice(name)).unwrap();
        status(port, "POST /v1/verifications?wait=50", token, &document)
    };
    assert_eq!(status(port, LIST, old, b""), 200);
    assert_eq!(status(port, LIST, new, b""), 401);
    assert_eq!(
        status(port, HOOK, "the-hook-until-now", b"<ENVELOPE/>"),
        202
    );
    assert_eq!(invoiced(old, "clean"), 200);
    heard_first.recv_timeout(PATIENCE).unwrap();

    let more = "[log]\nlevel = 'info'\n[queue]\ndepth = 7\n";
    daemon.reload(&settings(new, "the-hook-from-now-on", second, more));
    let said = daemon.until_said("The settings were read again: taken over: callbacks.url, hooks.tally.token, log.level, server.api_keys");
    assert!(
        said.contains("The setting queue.depth has changed, which needs a restart"),
        "{said}"
    );
    assert_eq!(status(port, LIST, old, b""), 401);
    assert_eq!(status(port, LIST, new, b""), 200);
    assert_eq!(
        status(port, HOOK, "the-hook-until-now", b"<ENVELOPE></ENVELOPE>"),
        401
    );
    assert_eq!(
        status(port, HOOK, "the-hook-from-now-on", b"<ENVELOPE></ENVELOPE>"),
        202
    );
    assert_eq!(invoiced(new, "held-bank-account"), 200);
    heard_second.recv_timeout(PATIENCE).unwrap();

    // Each is wrong somewhere, and nothing of it is taken over, be it ever so right.
    let third = settings("a-third-key-then", "the-hook-from-now-on", second, more);
    for (broken, why) in [
        (
            third.replace(
                "token = 'the-hook-from-now-on'",
                "token = 'the-hook-from-now-on",
            ),
            "line 5",
        ),
        (
            third.replace("token = 'the-hook-from-now-on'", ""),
            "hooks.tally.secret is not set",
        ),
        (
            third.replace("allow = ['127.0.0.1']", ""),
            "callbacks.url is not https",
        ),
        (
            third.replace("a-third-key-then", "short"),
            "server.api_keys, entry 1",
        ),
        (format!("{third}nonsense = 1\n"), "nonsense"),
    ] {
        let before = daemon.said().len();
        daemon.reload(&broken);
        until(why, || {
            daemon.said()[before..].contains("those before stay in force")
        });
        let said = daemon.said()[before..].to_owned();
        assert!(said.contains(why), "{why}: {said}");
        assert_eq!(status(port, LIST, new, b""), 200);
        assert_eq!(status(port, LIST, "a-third-key-then", b""), 401);
    }

    // What needs a restart is named again while there was none.
    let before = daemon.said().len();
    daemon.reload(&settings(
        new,
        "the-hook-from-now-on",
        second,
        &format!("{more}[server.rate]\nper_minute = 1\nburst = 1\n"),
    ));
    until("taken over: server.rate", || {
        daemon.said()[before..].contains("taken over: server.rate.burst, server.rate.per_minute")
    });
    assert!(
        daemon.said()[before..].contains("queue.depth has changed"),
        "{}",
        daemon.said()
    );
    assert_eq!(status(port, LIST, new, b""), 200);
    assert_eq!(status(port, LIST, new, b""), 429);
    let said = daemon.said();
    for secret in [old, new, "the-hook", "a-third-key", SIGNED] {
        assert!(!said.contains(secret), "{said}");
    }
}

#[test]
fn a_worker_tells_other_receivers_from_then_on() {
    let (first, heard_first) = receiver();
    let (second, heard_second) = receiver();
    let worker = Process::start(&["worker", "-v"], &callbacks(first));
    let add = |name: &str| {
        let file = invoice(name);
        let added = run(
            worker.dir.path(),
            &["queue", "add", "--store", STORE, file.to_str().unwrap()],
        );
        assert_eq!(added.code, 0, "{}", added.err);
    };
    worker.until_said("jobs are in flight at once");
    add("clean");
    heard_first.recv_timeout(PATIENCE).unwrap();
    worker.reload(&callbacks(second));
    worker.until_said("taken over: callbacks.url");
    add("held-bank-account");
    heard_second.recv_timeout(PATIENCE).unwrap();
    worker.reload("[callbacks]\nurl = 'nonsense'\n");
    worker.until_said("those before stay in force: callbacks.url is no http or https URL");
    add("rejected-arithmetic");
    heard_second.recv_timeout(PATIENCE).unwrap();
}
