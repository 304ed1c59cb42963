//! The stand-in without a socket, for the process that it is in.

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use bytes::Bytes;

use crate::{data::PortalData, routes::Routes};

/// The portals' questions and answers, as the server gives them, by a call. It has no faults but those of its records.
#[derive(Debug, Clone)]
pub struct Inside {
    routes: Routes,
}

impl Inside {
    pub fn new(data: Arc<dyn PortalData>) -> Self {
        Self {
            routes: Routes::over(data),
        }
    }

    /// Answers a `GET` of a path with its query: the status and the body.
    pub async fn get(&self, path_and_query: &str) -> (u16, Bytes) {
        let bad = (StatusCode::BAD_REQUEST.as_u16(), Bytes::new());
        let Ok(asked) = Request::get(path_and_query).body(Body::empty()) else {
            return bad;
        };
        let answered = self.routes.answer(asked, None).await;
        let status = answered.status().as_u16();
        // Bodies are the stored bytes, all there already; there is nothing on the way that could fail.
        let body = to_bytes(answered.into_body(), usize::MAX).await;
        (status, body.unwrap_or_default())
    }
}
