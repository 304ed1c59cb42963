//! The stand-in without a socket, for the process that it is in.

use std::{convert::Infallible, fmt, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use tower_service::Service;

use crate::{
    data::PortalData,
    routes::{RecordFault, router},
};

/// The portals' questions and answers, as the server gives them, by a call. It has no faults but those of its records.
#[derive(Clone)]
pub struct Inside {
    router: Router,
}

impl fmt::Debug for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inside").finish_non_exhaustive()
    }
}

impl Inside {
    pub fn new(data: Arc<dyn PortalData>) -> Self {
        Self {
            router: router(data),
        }
    }

    /// Answers a `GET` of a path with its query: the status and the body.
    pub async fn get(&self, path_and_query: &str) -> (u16, Bytes) {
        let bad = (StatusCode::BAD_REQUEST.as_u16(), Bytes::new());
        let asked = Request::get(path_and_query)
            .extension(RecordFault(None))
            .body(Body::empty());
        let Ok(asked) = asked else { return bad };
        let answered: Result<Response, Infallible> = self.router.clone().call(asked).await;
        let answered = answered.into_response();
        let status = answered.status().as_u16();
        // Bodies are the stored bytes, all there already; there is nothing on the way that could fail.
        let body = to_bytes(answered.into_body(), usize::MAX).await;
        (status, body.unwrap_or_default())
    }
}
