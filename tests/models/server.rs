//! The server: a thread, a port, and what was asked.

use std::{
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::Value;
use tokio::sync::oneshot;

use crate::{Asked, Behaviour, wire::respond};

/// Starts servers.
#[derive(Debug)]
pub struct ModelServer;

/// A request as it came.
#[derive(Debug, Clone)]
struct Received {
    body: Bytes,
    authorization: Option<String>,
}

struct Shared {
    behaviour: Mutex<Behaviour>,
    received: Mutex<Vec<Received>>,
}

/// A server that runs until it is dropped.
pub struct RunningServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// Dropped, it stops the server.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ModelServer {
    /// A server with this behaviour, on a free port of this machine.
    ///
    /// # Panics
    /// Where this machine has no port or no thread left.
    pub fn start(behaviour: Behaviour) -> RunningServer {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a listening socket");
        let address = listener.local_addr().expect("the port");
        let shared = Arc::new(Shared {
            behaviour: Mutex::new(behaviour),
            received: Mutex::default(),
        });
        let router = Router::new()
            .route("/v1/chat/completions", post(completion))
            .route("/v1/embeddings", post(completion))
            .with_state(Arc::clone(&shared));
        let (stop, stopped) = oneshot::channel::<()>();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let thread = std::thread::spawn(move || {
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).expect("the socket");
                // Connections under way end with the runtime: some of them never would of themselves.
                tokio::select! {
                    served = async { axum::serve(listener, router).await } => served.expect("a server"),
                    _ = stopped => {}
                }
            });
        });
        RunningServer {
            address,
            shared,
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

async fn completion(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let authorization = headers.get(header::AUTHORIZATION);
    let authorization = authorization.map(|value| value.to_str().unwrap_or("?").to_owned());
    let nth = {
        let mut received = lock(&shared.received);
        received.push(Received {
            body: body.clone(),
            authorization,
        });
        received.len() - 1
    };
    let Ok(body) = serde_json::from_slice(&body) else {
        return (StatusCode::BAD_REQUEST, "no JSON").into_response();
    };
    let behaviour = lock(&shared.behaviour).clone();
    let (wait, response) = respond(&behaviour, &Asked { body, nth });
    tokio::time::sleep(wait).await;
    response
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl RunningServer {
    /// `http://127.0.0.1:PORT/v1`
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// From now on it answers otherwise.
    pub fn behave(&self, behaviour: Behaviour) {
        *lock(&self.shared.behaviour) = behaviour;
    }

    /// The requests' bodies so far, in the order in which they came; `null` for what was no JSON.
    pub fn requests(&self) -> Vec<Value> {
        let received = lock(&self.shared.received);
        received
            .iter()
            .map(|request| serde_json::from_slice(&request.body).unwrap_or_default())
            .collect()
    }

    /// The same, byte by byte.
    pub fn bodies(&self) -> Vec<String> {
        let received = lock(&self.shared.received);
        received
            .iter()
            .map(|request| String::from_utf8_lossy(&request.body).into_owned())
            .collect()
    }

    /// The `Authorization` headers so far.
    pub fn authorizations(&self) -> Vec<Option<String>> {
        let received = lock(&self.shared.received);
        received
            .iter()
            .map(|request| request.authorization.clone())
            .collect()
    }

    /// How many requests came so far.
    pub fn hits(&self) -> usize {
        lock(&self.shared.received).len()
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It fails only where the thread is gone already.
            thread.join().ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpStream,
    };

    use serde_json::{Value, json};

    use super::*;

    /// Head and body of the answer.
    fn post(server: &RunningServer, body: &Value) -> (String, String) {
        let body = body.to_string();
        let mut stream = TcpStream::connect(server.address).unwrap();
        let length = body.len();
        write!(
            stream,
            "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\n\
             connection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    #[test]
    fn it_answers_whole_and_streamed_and_keeps_what_it_was_asked() {
        let server = ModelServer::start(Behaviour::Says("{\"b\":1,\"a\":\"₹\"}".repeat(4)));
        let whole = json!({"messages": [{"role": "user", "content": "hello"}]});
        let (head, body) = post(&server, &whole);
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let body: Value = serde_json::from_str(&body).unwrap();
        let said = body["choices"][0]["message"]["content"].as_str().unwrap();

        let mut streamed = whole.clone();
        streamed["stream"] = json!(true);
        let (head, body) = post(&server, &streamed);
        assert!(head.contains("text/event-stream"), "{head}");
        let events: Vec<&str> = body
            .lines()
            .filter_map(|line| line.strip_prefix("data: "))
            .collect();
        let (done, events) = events.split_last().unwrap();
        assert_eq!(*done, "[DONE]");
        let pieces = events.iter().filter_map(|event| {
            let event: Value = serde_json::from_str(event).unwrap();
            let piece = event["choices"][0]["delta"]["content"].as_str();
            piece.map(str::to_owned)
        });
        assert_eq!(pieces.collect::<String>(), said);

        assert_eq!(server.requests(), [whole, streamed]);
        assert_eq!(
            server.authorizations(),
            vec![Some("Bearer k".to_owned()); 2]
        );
    }

    #[test]
    fn it_ends_while_an_answer_does_not() {
        let server = ModelServer::start(Behaviour::NeverEnds);
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream
            .write_all(
                b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}",
            )
            .unwrap();
        let mut some = [0; 4096];
        stream.read_exact(&mut some).unwrap();
        drop(server);
    }
}
