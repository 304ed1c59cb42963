//! A server that gives the answers of a script, whatever is asked, and counts.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use tokio::net::TcpListener;

/// Status, `Retry-After`, body.
pub(crate) type Reply = (u16, Option<&'static str>, String);

/// A reply without `Retry-After`.
pub(crate) fn script(status: u16, body: &str) -> Reply {
    (status, None, body.to_owned())
}

pub(crate) struct Scripted {
    base_url: String,
    hits: Arc<AtomicU64>,
    /// The headers of the last request.
    seen: Arc<Mutex<HeaderMap>>,
    task: tokio::task::JoinHandle<()>,
}

impl Scripted {
    /// The replies in their order, then the last one for ever.
    pub(crate) async fn start(first: Vec<Reply>, then: Reply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/gsp/", listener.local_addr().unwrap());
        let hits = Arc::new(AtomicU64::new(0));
        let seen = Arc::new(Mutex::new(HeaderMap::new()));
        let replies = Arc::new(Mutex::new(VecDeque::from(first)));
        let (count, headers_seen) = (Arc::clone(&hits), Arc::clone(&seen));
        let router = Router::new().fallback(move |headers: HeaderMap| {
            count.fetch_add(1, Ordering::Relaxed);
            *headers_seen.lock().unwrap() = headers;
            let (status, retry_after, body) = replies
                .lock()
                .unwrap()
                .pop_front()
                .unwrap_or_else(|| then.clone());
            let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
            if let Some(retry_after) = retry_after {
                response
                    .headers_mut()
                    .insert(header::RETRY_AFTER, retry_after.parse().unwrap());
            }
            async move { response }
        });
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            base_url,
            hits,
            seen,
            task,
        }
    }

    pub(crate) fn base_url(&self) -> String {
        self.base_url.clone()
    }

    pub(crate) fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        Some(
            self.seen
                .lock()
                .unwrap()
                .get(name)?
                .to_str()
                .unwrap()
                .to_owned(),
        )
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}
