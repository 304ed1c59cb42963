//! A NATS server with `JetStream`.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// How long a server may take to listen, or to stop. A busy machine needs seconds; one that needs more has another fault.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the server beneath a shell that waits for a line, the name of a signal, and then sends it. The line ends as well when the
/// process of the test does, however it ends, so that no server outlives its test.
const KEEPER: &str =
    r#""$@" & server=$!; read -r signal; kill -"${signal:-TERM}" "$server"; wait "$server""#;

/// A server that runs until it is dropped, on a free port of this machine, with its streams in a directory of its own.
#[derive(Debug)]
pub struct NatsServer {
    directory: TempDir,
    /// Further lines of its configuration.
    configuration: String,
    /// Chosen by the first start and kept by all others, so that clients find it again.
    port: Option<u16>,
    running: Option<Child>,
}

impl NatsServer {
    /// A server as it comes.
    ///
    /// # Errors
    /// No `nats-server` on this machine, or one that does not listen in time: with the end of its log.
    pub fn start() -> io::Result<Self> {
        Self::start_with("")
    }

    /// A server with further lines of configuration, such as `max_payload: 4096` or `authorization { token: "…" }`.
    ///
    /// # Errors
    /// As for [`NatsServer::start`].
    pub fn start_with(configuration: &str) -> io::Result<Self> {
        let mut server = Self {
            directory: tempfile::Builder::new().prefix("nats-").tempdir()?,
            configuration: configuration.to_owned(),
            port: None,
            running: None,
        };
        server.run()?;
        Ok(server)
    }

    /// Where it listens; the same after each restart.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port.unwrap_or_default())
    }

    /// Stops it in order and starts it again: same port, same streams.
    ///
    /// # Errors
    /// As for [`NatsServer::start`].
    pub fn restart(&mut self) -> io::Result<()> {
        self.stop()?;
        self.run()
    }

    /// Starts it again after [`NatsServer::stop`] or [`NatsServer::kill`]; one that runs goes on running.
    ///
    /// # Errors
    /// As for [`NatsServer::start`].
    pub fn run(&mut self) -> io::Result<()> {
        if self.running.is_some() {
            return Ok(());
        }
        let ports = self.directory.path().join("ports");
        if ports.exists() {
            fs::remove_dir_all(&ports)?;
        }
        fs::create_dir(&ports)?;
        let file = self.directory.path().join("nats.conf");
        fs::write(&file, self.file(&ports))?;
        let child = Command::new("sh")
            .args(["-c", KEEPER, "sh", "nats-server", "-c"])
            .arg(&file)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        self.running = Some(child);
        let until = Instant::now() + PATIENCE;
        let port = loop {
            if let Some(port) = announced(&ports)? {
                break port;
            }
            if Instant::now() > until {
                let log = fs::read_to_string(self.log()).unwrap_or_default();
                let lines: Vec<_> = log.lines().rev().take(5).collect();
                self.end("KILL")?;
                return Err(io::Error::other(format!(
                    "nats-server does not listen after {PATIENCE:?}; is it installed (tests/servers/install)? Its log, \
                     last line first: {lines:?}"
                )));
            }
            thread::sleep(Duration::from_millis(10));
        };
        self.port = Some(port);
        Ok(())
    }

    /// Stops it in order.
    ///
    /// # Errors
    /// It does not end in time.
    pub fn stop(&mut self) -> io::Result<()> {
        self.end("TERM")
    }

    /// Ends it as a crash would.
    ///
    /// # Errors
    /// It does not end in time.
    pub fn kill(&mut self) -> io::Result<()> {
        self.end("KILL")
    }

    fn end(&mut self, signal: &str) -> io::Result<()> {
        let Some(mut child) = self.running.take() else {
            return Ok(());
        };
        // A shell that has ended already takes no line, and then there is nothing to end.
        if let Some(mut stdin) = child.stdin.take() {
            told(&mut stdin, signal).ok();
        }
        let until = Instant::now() + PATIENCE;
        while child.try_wait()?.is_none() {
            if Instant::now() > until {
                child.kill()?;
                child.wait()?;
                return Err(io::Error::other(format!(
                    "nats-server runs {PATIENCE:?} after {signal}; its keeper was killed, it may still run"
                )));
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    fn log(&self) -> PathBuf {
        self.directory.path().join("nats.log")
    }

    /// Its configuration file.
    fn file(&self, ports: &Path) -> String {
        let port = self.port.map_or("-1".to_owned(), |port| port.to_string());
        let quoted = |path: &Path| format!("\"{}\"", path.display());
        format!(
            "host: \"127.0.0.1\"\nport: {port}\nports_file_dir: {ports}\nlog_file: {log}\n\
             jetstream {{ store_dir: {store} }}\n{further}\n",
            ports = quoted(ports),
            log = quoted(&self.log()),
            store = quoted(&self.directory.path().join("jetstream")),
            further = self.configuration,
        )
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.end("KILL").ok();
    }
}

fn told(keeper: &mut ChildStdin, signal: &str) -> io::Result<()> {
    writeln!(keeper, "{signal}")
}

/// The port that a server has announced in its directory of ports, once it listens.
fn announced(ports: &Path) -> io::Result<Option<u16>> {
    for entry in fs::read_dir(ports)? {
        let text = fs::read_to_string(entry?.path())?;
        let port = text
            .split_once("127.0.0.1:")
            .and_then(|(_, rest)| rest.split_once('"'))
            .and_then(|(port, _)| port.parse().ok());
        if port.is_some() {
            return Ok(port);
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader},
        net::TcpStream,
    };

    use super::*;

    fn greeting(server: &NatsServer) -> io::Result<String> {
        let address = server.url().replace("nats://", "");
        let mut line = String::new();
        BufReader::new(TcpStream::connect(address)?).read_line(&mut line)?;
        Ok(line)
    }

    #[test]
    fn a_server_has_jetstream_and_comes_back_where_it_was() {
        let mut server = NatsServer::start_with("max_payload: 4096").unwrap();
        let url = server.url();
        let said = greeting(&server).unwrap();
        assert!(said.starts_with("INFO ") && said.contains("\"jetstream\":true"));
        assert!(said.contains("\"max_payload\":4096"), "{said}");
        server.stop().unwrap();
        assert!(greeting(&server).is_err(), "it has stopped");
        server.restart().unwrap();
        assert_eq!(server.url(), url);
        assert!(greeting(&server).is_ok());
        server.kill().unwrap();
        server.run().unwrap();
        assert_eq!(server.url(), url);
        assert!(greeting(&server).is_ok());
        drop(server);
        assert!(TcpStream::connect(url.replace("nats://", "")).is_err());
    }

    #[test]
    fn two_servers_do_not_meet() {
        let (one, other) = (NatsServer::start().unwrap(), NatsServer::start().unwrap());
        assert_ne!(one.url(), other.url());
    }
}
