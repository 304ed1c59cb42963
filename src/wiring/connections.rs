//! What the settings connect to, each looked at once and left as it was: what `doctor` asks.

use std::time::Duration;

use anyhow::{Context, Error, Result, anyhow};
use gst_portal::GstPortal;

use super::{Session, answers, counsel, open_store};
use crate::{cli::Terms, settings::Settings};

/// The longest look at one connection; a model may take as long as one attempt may.
const PATIENCE: Duration = Duration::from_secs(10);

/// What came of a look.
pub(crate) struct Look {
    pub(crate) name: String,
    pub(crate) result: Result<String>,
    pub(crate) mend: &'static str,
}

impl Look {
    fn new(name: impl Into<String>, result: Result<String>, mend: &'static str) -> Self {
        let name = name.into();
        Self { name, result, mend }
    }
}

/// Every connection that the settings name, all looked at at once.
pub(crate) async fn looks(terms: &Terms, settings: &Settings) -> Vec<Look> {
    let (store, portal, (model, embeddings), nats, (jwt, otlp), callbacks, read_back) = tokio::join!(
        store(terms, settings),
        within(PATIENCE, portal(terms, settings)),
        models(settings),
        nats(settings),
        async { tokio::join!(jwt(settings), otlp(settings)) },
        callbacks(settings),
        read_back(settings),
    );
    let mut looks: Vec<Look> = store.into_iter().collect();
    looks.push(Look::new(
        "portal",
        portal,
        "check portal.base_url (SATYAPAN__PORTAL__BASE_URL), the network, and the provider's credentials",
    ));
    looks.push(model);
    looks.extend(embeddings);
    looks.push(server(settings));
    looks.extend(tls(settings));
    looks.extend(jwt);
    looks.extend(hooks(settings));
    looks.extend(nats);
    looks.extend(folder(settings));
    looks.extend(callbacks);
    looks.extend(read_back);
    looks.extend(otlp);
    looks
}

async fn within<T>(patience: Duration, look: impl Future<Output = Result<T>>) -> Result<T> {
    let looked = tokio::time::timeout(patience, look).await;
    looked.unwrap_or_else(|_| Err(anyhow!("no answer within {} s", patience.as_secs())))
}

async fn store(terms: &Terms, settings: &Settings) -> Option<Look> {
    if terms.book.is_some() {
        return None;
    }
    let look = async {
        let store = open_store(terms.store.as_deref(), settings).await?;
        let report = store.audit_verify().await?;
        let place = store.place();
        match report.first_bad {
            None => Ok(format!(
                "{place}, {} verdicts, audit chain holds",
                report.links
            )),
            Some(fault) => Err(anyhow!(
                "{place}: the audit chain breaks at link {}: {}",
                fault.seq,
                fault.problem
            )),
        }
    };
    // Opening has limits of its own, and a long chain takes its time.
    Some(Look::new(
        "store",
        look.await,
        "check the path or the server, its permissions and its password, or name another with --store",
    ))
}

async fn portal(terms: &Terms, settings: &Settings) -> Result<String> {
    if settings
        .portal
        .base_url
        .as_deref()
        .is_some_and(|url| !url.is_empty())
    {
        let portal = GstPortal::new(settings.portal.clone())?;
        return answers(&portal, "the configured portal").await;
    }
    let session = Session::open(terms, settings).await?;
    let detail = session.portal_answers().await?;
    session.close().await;
    Ok(detail)
}

async fn models(settings: &Settings) -> (Look, Option<Look>) {
    let patience = Duration::from_secs(settings.model.attempt_s.max(1));
    let model = async {
        if settings.model.base_url.is_none() {
            return Ok("none configured: the rules alone".to_owned());
        }
        within(patience, counsel::model_answers(settings)).await
    };
    let embeddings = async {
        if settings
            .model
            .embeddings
            .name
            .as_deref()
            .is_none_or(str::is_empty)
        {
            return None;
        }
        let look = within(patience, counsel::embeddings_answer(settings));
        Some(Look::new(
            "embeddings",
            look.await,
            "check [model.embeddings]: base_url, name, the key and the network; unset it for the local way",
        ))
    };
    let (model, embeddings) = tokio::join!(model, embeddings);
    let mend = "check OPENAI_BASE_URL (model.base_url), OPENAI_MODEL (model.name), the key and the network";
    (Look::new("model", model, mend), embeddings)
}

fn server(settings: &Settings) -> Look {
    let server = &settings.server;
    let proved = server.proved().map_err(Error::from);
    let detail = || {
        format!(
            "would listen on {}; API keys: {}",
            server.listen,
            server.api_keys.len()
        )
    };
    let mend =
        "set what is named, in the file of --config or in the environment as SATYAPAN__SERVER__…";
    Look::new("server", proved.map(|()| detail()), mend)
}

fn tls(settings: &Settings) -> Option<Look> {
    let read = match settings.server.tls.read() {
        Ok(false) => return None,
        Ok(true) => Ok("the certificate and its key go together".to_owned()),
        Err(error) => Err(error.into()),
    };
    let mend =
        "name PEM files that this user may read: the chain, own certificate first, and its key";
    Some(Look::new("tls", read, mend))
}

async fn jwt(settings: &Settings) -> Option<Look> {
    if !settings.server.jwt.is_on() {
        return None;
    }
    let read = async {
        let keys = settings.server.jwt.read().await?;
        Ok(format!("{keys} keys of the identity provider are of use"))
    };
    Some(Look::new(
        "jwt",
        within(PATIENCE, read).await,
        "check server.jwt: jwks_file or jwks_url, issuer, audience, and the network",
    ))
}

fn hooks(settings: &Settings) -> Option<Look> {
    if settings.hooks.is_empty() {
        return None;
    }
    let names: Vec<&str> = settings.hooks.keys().map(String::as_str).collect();
    let proved = hooks::Sources::new(&settings.hooks).map_err(Error::from);
    let proved = proved.map(|_| format!("{} can be verified", names.join(", ")));
    let mend = "set what is named; secrets come from the environment, as in SATYAPAN__HOOKS__ERPNEXT__SECRET";
    Some(Look::new("hooks", proved, mend))
}

async fn nats(settings: &Settings) -> Option<Look> {
    if !settings.nats.wanted() {
        return None;
    }
    let look = async {
        let link = nats::Link::connect(settings.nats.clone()).await?;
        let stream = &settings.nats.stream;
        let looked = tokio::time::timeout(PATIENCE, link.documents()).await;
        let Ok(found) = looked else {
            // Why there is no connection is known here alone.
            link.ready()?;
            return Err(anyhow!("no answer within {} s", PATIENCE.as_secs()));
        };
        let found = found?;
        link.close().await;
        Ok(found.map_or_else(
            || format!("JetStream answers; the stream {stream} is made by who takes documents in"),
            |messages| format!("JetStream answers; {messages} documents wait in {stream}"),
        ))
    };
    let mend = "check nats.url, nats.token or nats.credentials_file, that the server has JetStream, and the network";
    Some(Look::new("nats", look.await, mend))
}

async fn callbacks(settings: &Settings) -> Vec<Look> {
    let mend = "check the receiver's url and its certificate, and callbacks.allow where it is meant to be private";
    let reached = match settings.callbacks.reach().await {
        Ok(reached) => reached,
        Err(error) => return vec![Look::new("callbacks", Err(error.into()), mend)],
    };
    let looks = reached.into_iter().map(|one| {
        let name = format!("callback {}", one.name);
        Look::new(name, one.result.map_err(Error::msg), mend)
    });
    looks.collect()
}

async fn read_back(settings: &Settings) -> Vec<Look> {
    let mend = "check base_url under read_back, its certificate and the network; credentials show when a document is asked for";
    let systems = &settings.read_back;
    let urls = [
        ("erpnext", systems.erpnext.as_ref().map(|it| &it.base_url)),
        ("odoo", systems.odoo.as_ref().map(|it| &it.base_url)),
        (
            "quickbooks",
            systems.quickbooks.as_ref().map(|it| &it.base_url),
        ),
        ("tally", systems.tally.as_ref().map(|it| &it.base_url)),
        ("zoho", systems.zoho.as_ref().map(|it| &it.base_url)),
    ];
    let named = urls
        .into_iter()
        .filter_map(|(name, url)| Some((name, url?)));
    let looks = named.map(async |(name, url)| {
        let reached = callbacks::reach(url).await;
        Look::new(
            format!("read back {name}"),
            reached.map_err(Error::msg),
            mend,
        )
    });
    futures::future::join_all(looks).await
}

/// The folder that is watched. Whoever watches makes a missing one, which may be a name that was mistyped.
fn folder(settings: &Settings) -> Option<Look> {
    let folder = settings.inbox.folder.as_ref()?;
    let shown = folder.display();
    let found = match std::fs::read_dir(folder) {
        Ok(_) => Ok(format!("{shown} can be read")),
        Err(error) => Err(anyhow!("{shown}: {error}")),
    };
    let mend = "name a directory that this user may read and write in inbox.folder, or make it";
    Some(Look::new("folder", found, mend))
}

async fn otlp(settings: &Settings) -> Option<Look> {
    let telemetry = settings.telemetry.clone();
    telemetry
        .otlp_endpoint
        .as_deref()
        .filter(|endpoint| !endpoint.is_empty())?;
    let sent = tokio::task::spawn_blocking(move || {
        let tracing =
            telemetry::Tracing::start(&telemetry, telemetry::Vocabulary::default(), None)?;
        tracing.map_or(Ok(()), |tracing| tracing.probe())
    });
    let sent = within(PATIENCE, async {
        Ok(sent.await.context("the look fell over")??)
    })
    .await;
    Some(Look::new(
        "otlp",
        sent.map(|()| "the collector took a span, `doctor`".to_owned()),
        "check telemetry.otlp_endpoint (OTEL_EXPORTER_OTLP_ENDPOINT), OTEL_EXPORTER_OTLP_HEADERS, and that the collector speaks OTLP over HTTP",
    ))
}
