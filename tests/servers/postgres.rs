//! A `PostgreSQL` cluster of the distribution's binaries: made, started and thrown away by a test.
//!
//! `PostgreSQL` refuses to run as root, so root starts it as the user `postgres` that the package made. It ends with this
//! process, however this ends.

use std::{
    cell::RefCell,
    fs, io,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// A server that has not answered by then will not.
const PATIENCE: Duration = Duration::from_mins(1);
const USER: &str = "satyapan";
/// So that tests see what becomes of a password.
pub const PASSWORD: &str = "open:se@me/1";
const PASSWORD_IN_URL: &str = "open%3Ase%40me%2F1";

/// How a server is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Sessions are ended, and what is committed is written out.
    Fast,
    /// As if it had crashed: the next start recovers from its log.
    Immediate,
}

/// A cluster on a loopback port of its own, with `fsync` on.
#[derive(Debug)]
pub struct Cluster {
    dir: TempDir,
    bin: PathBuf,
    port: u16,
    running: Mutex<Option<Running>>,
    databases: AtomicU32,
}

/// A database of its own; it keeps its cluster running.
#[derive(Debug, Clone)]
pub struct Database {
    cluster: Arc<Cluster>,
    name: String,
}

/// The server is a child of a thread that lives as long, since the kernel ends it with the thread that started it.
#[derive(Debug)]
struct Running {
    thread: JoinHandle<io::Result<ExitStatus>>,
}

impl Database {
    /// A new one in the cluster that the tests of this process share.
    ///
    /// # Errors
    /// `PostgreSQL` that is not installed or does not start.
    pub fn fresh() -> io::Result<Self> {
        static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
        thread_local! {
            /// A test that uses one database after the other, on its thread, keeps one cluster for all of them.
            static HELD: RefCell<Option<Arc<Cluster>>> = const { RefCell::new(None) };
        }
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let cluster = if let Some(cluster) = shared.upgrade() {
            cluster
        } else {
            let cluster = Arc::new(Cluster::start()?);
            *shared = Arc::downgrade(&cluster);
            cluster
        };
        drop(shared);
        HELD.with(|held| *held.borrow_mut() = Some(Arc::clone(&cluster)));
        Self::in_cluster(cluster)
    }

    /// A new one in a cluster of its own, to be restarted while nobody else needs it.
    ///
    /// # Errors
    /// As [`Self::fresh`].
    pub fn alone() -> io::Result<Self> {
        Self::in_cluster(Arc::new(Cluster::start()?))
    }

    fn in_cluster(cluster: Arc<Cluster>) -> io::Result<Self> {
        let number = cluster.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("t{number}");
        cluster.sql("postgres", &format!("CREATE DATABASE {name}"))?;
        Ok(Self { cluster, name })
    }

    /// Where it is, with its password.
    pub fn url(&self) -> String {
        let (port, name) = (self.cluster.port, &self.name);
        format!("postgres://{USER}:{PASSWORD_IN_URL}@127.0.0.1:{port}/{name}")
    }

    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// What statements answer, a line a row, columns parted by `|`.
    ///
    /// # Errors
    /// A statement that fails.
    pub fn sql(&self, statements: &str) -> io::Result<String> {
        self.cluster.sql(&self.name, statements)
    }
}

/// Has files belong to who runs the server, which refuses to run as root.
fn owned(path: &Path) -> io::Result<()> {
    if is_root()? {
        done(Command::new("chown").args(["-R", "postgres:"]).arg(path))?;
    }
    Ok(())
}

impl Cluster {
    /// Makes a cluster and starts it.
    ///
    /// # Errors
    /// `PostgreSQL` that is not installed or does not start.
    pub fn start() -> io::Result<Self> {
        let bin = newest()?;
        let dir = TempDir::with_prefix("satyapan-postgres-")?;
        let secret = dir.path().join("password");
        fs::write(&secret, PASSWORD)?;
        owned(dir.path())?;
        let mut cluster = Self {
            port: free_port()?,
            bin,
            dir,
            running: Mutex::default(),
            databases: AtomicU32::default(),
        };
        cluster.make()?;
        // Somebody else may take the port before the server does.
        if cluster.resume().is_err() {
            cluster.port = free_port()?;
            cluster.resume()?;
        }
        Ok(cluster)
    }

    /// Makes the cluster's files. To make them takes seconds, so the first in a build directory are copied for all others.
    fn make(&self) -> io::Result<()> {
        let copy = |from: &Path, to: &Path| {
            done(
                Command::new("cp")
                    .args(["--archive", "--reflink=auto"])
                    .args([from, to]),
            )
        };
        let version = done(Command::new(self.bin.join("postgres")).arg("--version"))?;
        let version: String = version.chars().filter(char::is_ascii_digit).collect();
        let build = std::env::current_exe()?;
        let made = build.with_file_name(format!("postgres-{version}-made"));
        if made.is_dir() {
            copy(&made, &self.data())?;
            // A build directory that was copied may belong to another user by now.
            return owned(&self.data());
        }
        let secret = self.dir.path().join("password");
        done(
            self.command("initdb")?
                // An order other than by bytes, as servers in use have: nothing must lean on it.
                .args(["--encoding=UTF8", "--locale=C.UTF-8", "--icu-locale=en"])
                .args(["--locale-provider=icu", "--auth=scram-sha-256"])
                .args(["--no-sync", "--username", USER, "--pwfile"])
                .args([&secret, Path::new("--pgdata"), &self.data()]),
        )?;
        let own = build.with_file_name(format!("postgres-{version}-{}", std::process::id()));
        copy(&self.data(), &own)?;
        // Another process may have been first; then its files are as good.
        if fs::rename(&own, &made).is_err() {
            fs::remove_dir_all(&own)?;
        }
        Ok(())
    }

    /// Starts the server again on the same port.
    ///
    /// # Errors
    /// A server that does not start, or does not answer within a minute.
    pub fn resume(&self) -> io::Result<()> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_some() {
            return Ok(());
        }
        let log = fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.log())?;
        let mut command = self.command("postgres")?;
        command
            .args(["-c", "listen_addresses=127.0.0.1", "-c", "fsync=on", "-c"])
            .args([
                "unix_socket_directories=",
                "-c",
                "max_connections=200",
                "-D",
            ])
            .arg(self.data())
            .args(["-p", &self.port.to_string()])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let (told, started) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let child = command.spawn();
            let (child, spawned) = match child {
                Ok(child) => (Ok(child), Ok(())),
                Err(error) => (Err(io::Error::from(error.kind())), Err(error)),
            };
            // Whoever waits for it may have gone.
            told.send(spawned).ok();
            child?.wait()
        });
        started.recv().map_err(io::Error::other)??;
        let began = Instant::now();
        loop {
            // Looked at first: on a port that was taken meanwhile another server would answer.
            if thread.is_finished() || began.elapsed() > PATIENCE {
                let log = fs::read_to_string(self.log()).unwrap_or_default();
                return Err(io::Error::other(format!(
                    "PostgreSQL on port {} does not answer: {log}",
                    self.port
                )));
            }
            if self.answers()? {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        *running = Some(Running { thread });
        Ok(())
    }

    /// Stops the server and waits until it has ended.
    ///
    /// # Errors
    /// A server that does not stop.
    pub fn stop(&self, how: Stop) -> io::Result<()> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Running { thread }) = running.take() else {
            return Ok(());
        };
        let mode = match how {
            Stop::Fast => "fast",
            Stop::Immediate => "immediate",
        };
        done(
            self.command("pg_ctl")?
                .args(["stop", "--wait", "--silent", "--mode", mode, "--pgdata"])
                .arg(self.data()),
        )?;
        // How it exited says nothing: `immediate` is a failure to it.
        thread
            .join()
            .map_err(|_| io::Error::other("the thread of the server failed"))??;
        Ok(())
    }

    /// Stops the server and starts it again on the same port.
    ///
    /// # Errors
    /// As [`Self::stop`] and [`Self::resume`].
    pub fn restart(&self, how: Stop) -> io::Result<()> {
        self.stop(how)?;
        self.resume()
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    fn answers(&self) -> io::Result<bool> {
        let status = Command::new(self.bin.join("pg_isready"))
            .args(["-q", "-h", "127.0.0.1", "-d", "postgres", "-U", USER])
            .args(["-p", &self.port.to_string()])
            .status()?;
        Ok(status.success())
    }

    fn sql(&self, database: &str, statements: &str) -> io::Result<String> {
        done(
            Command::new(self.bin.join("psql"))
                .env("PGPASSWORD", PASSWORD)
                .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"])
                .args(["-h", "127.0.0.1", "-U", USER, "-d", database])
                .args(["-p", &self.port.to_string(), "-c", statements]),
        )
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.dir.path().join("log")
    }

    /// One of its programs, as the user who may run it, to end with the thread that starts it.
    fn command(&self, program: &str) -> io::Result<Command> {
        let mut command = Command::new("setpriv");
        // `pg_ctl` asks; only what serves is killed with us.
        if program == "postgres" {
            command.arg("--pdeathsig=INT");
        }
        if is_root()? {
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
        }
        command
            .arg("--")
            .arg(self.bin.join(program))
            .current_dir(self.dir.path())
            .env_remove("PGDATA")
            .env_remove("PGPORT");
        Ok(command)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.stop(Stop::Immediate) {
            // A test that fails for it would hide why the test failed.
            #[expect(clippy::print_stderr, reason = "a test's own output")]
            {
                eprintln!("PostgreSQL on port {} was not stopped: {error}", self.port);
            }
        }
    }
}

/// The binaries of the newest version that is installed.
fn newest() -> io::Result<PathBuf> {
    let version = |path: &PathBuf| {
        let name = path.parent()?.file_name()?.to_str()?;
        name.parse::<u32>().ok()
    };
    fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("postgres").is_file())
        .max_by_key(version)
        .ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::NotFound,
                "PostgreSQL is not installed; tests/servers/install installs it",
            )
        })
}

fn is_root() -> io::Result<bool> {
    Ok(done(Command::new("id").arg("-u"))?.trim() == "0")
}

/// A port that nobody listens on now.
pub(crate) fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Runs to its end: what it printed, or what it complained of.
fn done(command: &mut Command) -> io::Result<String> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(io::Error::other(format!(
        "{} failed ({}): {}{}",
        command.get_program().to_string_lossy(),
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )))
}
