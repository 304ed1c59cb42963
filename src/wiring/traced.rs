//! What traces tell of questions to models, and how their content is masked.

use agent::Consulted;
use anyhow::{Result, anyhow};
use mask::Masker;
use model::Finish;
use ring::rand::{SecureRandom, SystemRandom};
use telemetry::{Chat, Mask, Reply, Settings};

/// A question as telemetry is told of it. `model` is the one that is asked, by its name in the settings.
pub(super) fn chat<'a>(consulted: &'a Consulted, model: &'a str) -> Chat<'a> {
    let exchange = &consulted.exchange;
    let said = exchange.said.as_ref();
    let server = exchange.manner.server.as_ref();
    Chat {
        node: match consulted.prompt.split('@').next() {
            Some("critic") => "ground",
            Some("writer") => "word",
            Some("reader") => "read",
            _ => "investigate",
        },
        prompt: &consulted.prompt,
        model,
        input_tokens: consulted.prompt_tokens,
        output_tokens: consulted.completion_tokens,
        cached_tokens: said.and_then(|said| said.cached_tokens),
        reasoning_tokens: said.and_then(|said| said.reasoning_tokens),
        temperature: exchange.manner.temperature,
        seed: exchange.manner.seed,
        max_tokens: Some(exchange.max_tokens),
        server: server.map(|(host, port)| (host.as_str(), *port)),
        reply: said.map(|said| Reply {
            model: &said.model,
            id: said.id.as_deref(),
            finish: match said.finish {
                Finish::Stop => Some("stop"),
                Finish::Length => Some("length"),
                Finish::Refused => Some("content_filter"),
                Finish::Unknown => None,
            },
        }),
        words: exchange.asked.as_ref().map(|ask| {
            let answer = said.map_or("", |said| said.text.as_str());
            (ask.user.as_str(), answer)
        }),
    }
}

/// What masks the content of traces, where they are to hold any. Its key is of this process alone and kept nowhere:
/// nobody puts the values back.
///
/// # Errors
/// No random bytes for the key.
pub(super) fn mask(settings: &Settings) -> Result<Option<Mask>> {
    if !settings.capture_content {
        return Ok(None);
    }
    let mut key = [0; 32];
    SystemRandom::new()
        .fill(&mut key)
        .map_err(|_| anyhow!("the system gives no random bytes for a key"))?;
    let masker = Masker::new(&key)?;
    Ok(Some(Mask::new(move |text| masked(&masker, text))))
}

/// A text without identifiers, or `None` where one would be left. What a model was asked is masked already: where there
/// is nothing to find, tokens stay as they are.
fn masked(masker: &Masker, text: &str) -> Option<String> {
    if mask::find(text).is_empty() {
        return Some(text.to_owned());
    }
    let safe = masker.mask(text).text;
    mask::leaks(&safe).is_empty().then_some(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_masked_and_tokens_stay() {
        let masker = Masker::new(b"a key of the test").unwrap();
        let once = masked(&masker, "GSTIN 27AAPFU0939F1ZV pays").unwrap();
        assert!(
            !once.contains("27AAPFU0939F1ZV") && once.ends_with(" pays"),
            "{once}"
        );
        assert_eq!(masked(&masker, &once).as_ref(), Some(&once));
        let more = masked(&masker, &format!("{once} 29AAGCB7383J1Z4")).unwrap();
        assert!(!more.contains("29AAGCB7383J1Z4"), "{more}");
    }

    #[test]
    fn nothing_masks_where_no_content_is_asked_for() {
        let settings = |capture_content| Settings {
            capture_content,
            ..Settings::default()
        };
        assert!(mask(&settings(false)).unwrap().is_none());
        assert!(mask(&settings(true)).unwrap().is_some());
    }
}
