//! nginx, before the daemons of a fleet.

use std::{
    io,
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::postgres::free_port;

/// How long it may take to listen.
const PATIENCE: Duration = Duration::from_secs(30);

/// Ends the server, and the workers with it, when the process of the test does, however this ends.
const KEEPER: &str = r#""$@" & server=$!; read -r _; kill -TERM "$server"; wait "$server""#;

/// A server that runs until it is dropped, on a free port of this machine.
#[derive(Debug)]
pub struct Nginx {
    pub port: u16,
    keeper: Child,
    _directory: TempDir,
}

impl Nginx {
    /// A server by the configuration that this makes of a directory for its files and a port.
    ///
    /// # Errors
    /// No nginx on this machine, or one that does not listen in time.
    pub fn start(configuration: impl FnOnce(&Path, u16) -> String) -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix("nginx-").tempdir()?;
        let port = free_port()?;
        let file = directory.path().join("nginx.conf");
        std::fs::write(&file, configuration(directory.path(), port))?;
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "sh", "nginx", "-p"])
            .arg(directory.path())
            .arg("-c")
            .arg(&file)
            // Its workers read and write what belongs to whoever runs the test.
            .args(["-g", "daemon off; user root;"])
            .env("PATH", path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let server = Self {
            port,
            keeper,
            _directory: directory,
        };
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if Instant::now() > until {
                return Err(io::Error::other(format!(
                    "nginx does not listen after {PATIENCE:?}; is it installed (tests/servers/install)?"
                )));
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(server)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        self.keeper.wait().ok();
    }
}

/// Where Debian has it, which need not be in everybody's path.
fn path() -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    format!("{path}:/usr/sbin")
}
