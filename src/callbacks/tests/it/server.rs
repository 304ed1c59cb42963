//! An HTTP server that answers as it is told to, on a port of its own.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};

/// What a server was sent.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

/// How a server answers.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Reply(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// Reads, and says nothing.
    Never,
    /// A status, and then a byte now and then, for ever.
    Drip(u16),
    /// A status, and then as many bytes as the other one reads.
    Endless(u16),
    /// Hangs up in the middle of the headers.
    Break,
}

pub(crate) fn status(status: u16) -> Answer {
    Answer::Reply(status, Vec::new(), Vec::new())
}

type Handler = dyn Fn(usize, &Asked) -> Answer + Send + Sync;

struct Shared {
    handler: Box<Handler>,
    asked: Mutex<Vec<Asked>>,
    heard: watch::Sender<usize>,
    open: AtomicUsize,
    most: AtomicUsize,
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

impl Server {
    pub(crate) async fn start(
        handler: impl Fn(usize, &Asked) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start_on([127, 0, 0, 1].into(), 0, handler).await
    }

    /// The handler is told how many requests there were before.
    pub(crate) async fn start_on(
        ip: IpAddr,
        port: u16,
        handler: impl Fn(usize, &Asked) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((ip, port)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            handler: Box::new(handler),
            asked: Mutex::default(),
            heard: watch::Sender::new(0),
            open: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        });
        let serving = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&serving)));
            }
        });
        Self { address, shared }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook?k=v", self.address)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.shared.asked.lock().unwrap().clone()
    }

    /// The most requests that were under way at once.
    pub(crate) fn most(&self) -> usize {
        self.shared.most.load(Ordering::SeqCst)
    }

    /// Waits until so many requests came.
    pub(crate) async fn heard(&self, count: usize) {
        let mut heard = self.shared.heard.subscribe();
        let heard = heard.wait_for(|heard| *heard >= count);
        let came = timeout(Duration::from_mins(1), heard).await;
        came.expect("they come").expect("the server runs");
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    let Some(asked) = read(&mut stream).await else {
        return;
    };
    let open = shared.open.fetch_add(1, Ordering::SeqCst) + 1;
    shared.most.fetch_max(open, Ordering::SeqCst);
    let before = {
        let mut all = shared.asked.lock().unwrap();
        all.push(asked.clone());
        all.len() - 1
    };
    let answer = (shared.handler)(before, &asked);
    // Others get to begin before this one ends.
    tokio::task::yield_now().await;
    shared.open.fetch_sub(1, Ordering::SeqCst);
    shared.heard.send_modify(|heard| *heard += 1);
    // The other one may have gone by now.
    drop(say(&mut stream, answer).await);
}

async fn say(stream: &mut TcpStream, answer: Answer) -> std::io::Result<()> {
    match answer {
        Answer::Reply(status, headers, body) => {
            let mut head = format!("HTTP/1.1 {status} x\r\nconnection: close\r\n");
            for (name, value) in headers {
                head = format!("{head}{name}: {value}\r\n");
            }
            head = format!("{head}content-length: {}\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&body).await?;
        }
        Answer::Never => {
            let mut rest = [0; 16];
            // Until the other one gives up.
            while stream.read(&mut rest).await? > 0 {}
        }
        Answer::Drip(status) => {
            let head = format!("HTTP/1.1 {status} x\r\ncontent-length: 100000\r\n\r\n");
            stream.write_all(head.as_bytes()).await?;
            loop {
                stream.write_all(b".").await?;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        Answer::Endless(status) => {
            let much = vec![b'x'; 65_536];
            let head = format!("HTTP/1.1 {status} x\r\n\r\n");
            stream.write_all(head.as_bytes()).await?;
            loop {
                stream.write_all(&much).await?;
            }
        }
        Answer::Break => stream.write_all(b"HTTP/1.1 20").await?,
    }
    stream.shutdown().await
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(&chunk[..read]),
            _ => return None,
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut asked = Asked {
        method,
        path,
        headers,
        body: Vec::new(),
    };
    let length: usize = asked.header("content-length").parse().unwrap_or_default();
    asked.body = bytes[end + 4..].to_vec();
    let mut rest = vec![0; length.checked_sub(asked.body.len())?];
    stream.read_exact(&mut rest).await.ok()?;
    asked.body.extend(rest);
    Some(asked)
}
