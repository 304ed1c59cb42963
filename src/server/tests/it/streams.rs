//! Events as they happen, and how the server stops.

use std::time::Duration;

use tokio::time::timeout;

use crate::world::{Answer, KEY, World, invoice};

/// A test that hangs is stopped by this; nothing is measured by it.
const PATIENCE: Duration = Duration::from_mins(1);

struct Reader {
    response: reqwest::Response,
    text: String,
}

impl Reader {
    async fn open(world: &World, id: &str, last: Option<&str>) -> Result<Self, Answer> {
        let path = format!("/v1/verifications/{id}/events");
        let mut request = world.client.get(world.url(&path)).bearer_auth(KEY);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.send().await.unwrap();
        if response.status() != 200 {
            return Err(Answer::read(response).await);
        }
        let header = |name| {
            response
                .headers()
                .get(name)
                .map(|value: &reqwest::header::HeaderValue| value.to_str().unwrap())
        };
        assert_eq!(header("content-type"), Some("text/event-stream"));
        Ok(Self {
            response,
            text: String::new(),
        })
    }

    async fn chunk(&mut self) -> Option<String> {
        let chunk = timeout(PATIENCE, self.response.chunk()).await;
        let chunk = chunk.expect("an event or the end").unwrap()?;
        Some(String::from_utf8(chunk.to_vec()).unwrap())
    }

    /// Reads until this was said, or the stream ends.
    async fn until(&mut self, wanted: &str) -> &str {
        while !self.text.contains(wanted) {
            match self.chunk().await {
                Some(chunk) => self.text += &chunk,
                None => panic!("ended before {wanted}: {}", self.text),
            }
        }
        &self.text
    }

    async fn end(&mut self) -> &str {
        while let Some(chunk) = self.chunk().await {
            self.text += &chunk;
        }
        &self.text
    }
}

#[tokio::test]
async fn steps_come_as_they_happen_and_after_a_break_from_there_on() {
    let world = World::with("", false).await;
    let id = world.submit("A", 1).await;
    world.service.step("default", &id, "intake");
    let mut reader = Reader::open(&world, &id, None).await.unwrap();
    let text = reader.until("{\"node\":\"intake\"}\n\n").await;
    assert!(text.starts_with("retry: 2000\n\n"), "{text}");
    assert!(
        text.contains("id: 1\nevent: step\ndata: {\"node\":\"intake\"}\n\n"),
        "{text}"
    );
    world.service.step("default", &id, "route");
    reader.until("id: 2\n").await;
    drop(reader);
    world.service.step("default", &id, "judge");
    let mut resumed = Reader::open(&world, &id, Some("2")).await.unwrap();
    resumed.until("id: 3\n").await;
    world.service.finish("default", &id);
    let text = resumed.end().await;
    assert!(
        !text.contains("intake") && !text.contains("route"),
        "{text}"
    );
    assert!(
        text.ends_with("id: 4\nevent: verdict\ndata: {\"decision\":\"approve\"}\n\n"),
        "{text}"
    );
    let whole = Reader::open(&world, &id, None)
        .await
        .unwrap()
        .end()
        .await
        .matches("id: ")
        .count();
    assert_eq!(whole, 4);
    // Packed, an event would wait for the next one.
    let path = format!("/v1/verifications/{id}/events");
    let packed = world
        .call("GET", &path, &[("accept-encoding", "gzip")], b"")
        .await;
    assert_eq!(packed.header("content-encoding"), "");
    // Nothing follows: a browser that gets 204 comes back no more.
    let over = Reader::open(&world, &id, Some("4")).await.err().unwrap();
    assert_eq!((over.status, over.body.len()), (204, 0));
}

#[tokio::test]
async fn streams_have_a_limit() {
    let world = World::with("streams_max = 1", false).await;
    let id = world.submit("A", 1).await;
    world.service.step("default", &id, "intake");
    let mut first = Reader::open(&world, &id, None).await.unwrap();
    first.until("intake").await;
    let second = Reader::open(&world, &id, None).await.err().unwrap();
    assert_eq!(
        (second.status, second.problem().as_str()),
        (503, "overloaded")
    );
    world.service.finish("default", &id);
    first.end().await;
    drop(first);
    let third = async {
        while Reader::open(&world, &id, None).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, third)
        .await
        .expect("the place is free again");
}

#[tokio::test]
async fn what_is_under_way_is_finished_before_the_end() {
    let world = World::with("", true).await;
    let url = world.url("/v1/verifications");
    let client = world.client.clone();
    let gate = world.service.gate.write().await;
    let sent = tokio::spawn(async move {
        let request = client.post(url).bearer_auth(KEY).body(invoice("A", 1));
        request
            .header("content-type", "application/json")
            .send()
            .await
            .unwrap()
            .status()
    });
    world.service.reached(1).await;
    let addr = world.running.addr;
    let service = world.service.clone();
    let stopped = tokio::spawn(world.running.shutdown());
    // Nobody new is taken.
    let closed = async {
        while tokio::net::TcpStream::connect(addr).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, closed)
        .await
        .expect("the listener closes");
    assert!(!stopped.is_finished());
    drop(gate);
    assert_eq!(sent.await.unwrap(), 202);
    assert!(stopped.await.unwrap().in_time);
    assert_eq!(service.jobs(), 1);
}

#[tokio::test]
async fn streams_and_waits_do_not_hold_up_the_end() {
    let world = World::with("", false).await;
    let id = world.submit("A", 1).await;
    world.service.step("default", &id, "intake");
    let mut reader = Reader::open(&world, &id, None).await.unwrap();
    reader.until("intake").await;
    let url = world.url(&format!("/v1/verifications/{id}?wait=60"));
    let client = world.client.clone();
    let waiting = tokio::spawn(async move {
        client
            .get(url)
            .bearer_auth(KEY)
            .send()
            .await
            .unwrap()
            .status()
    });
    world.service.reached(2).await;
    let drained = timeout(PATIENCE, world.running.shutdown()).await.unwrap();
    assert!(drained.in_time);
    reader.end().await;
    assert_eq!(waiting.await.unwrap(), 202);
}

#[tokio::test]
async fn the_end_does_not_wait_for_ever() {
    let world = World::with("shutdown_s = 0", true).await;
    let gate = world.service.gate.write().await;
    let url = world.url("/v1/verifications");
    let client = world.client.clone();
    let sent = tokio::spawn(async move {
        client
            .post(url)
            .bearer_auth(KEY)
            .body(invoice("A", 1))
            .send()
            .await
    });
    world.service.reached(1).await;
    let drained = timeout(PATIENCE, world.running.shutdown()).await.unwrap();
    assert!(!drained.in_time);
    assert!(sent.await.unwrap().is_err());
    drop(gate);
}
