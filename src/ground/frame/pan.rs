//! The PAN that a GSTIN is built on, its third to twelfth characters (CGST Rules, rule 10): "GSTIN 27AAPFU0939F1ZV contains PAN
//! AAPFU0939F".

use super::Frame;
use crate::{field::Field, lex::Token};

const BUILT: [&str; 9] = [
    "contains", "contain", "built", "embeds", "embed", "embedded", "carries", "holds", "includes",
];
const WORDS: [&str; 14] = [
    "is", "on", "in", "it", "its", "the", "that", "of", "and", "vendor", "supplier", "same",
    "holder's", "which",
];
/// The characters of a GSTIN that are a PAN.
const PAN: std::ops::Range<usize> = 2..12;

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let text = |f: &Field<'_>| f.value.as_str().map(str::to_uppercase);
    let gstins: Vec<&Field<'_>> = frame.cited.iter().filter(|f| f.has("kind.gstin")).collect();
    let [gstin] = gstins[..] else { return None };
    let gstin = text(gstin).filter(|t| t.len() == 15)?;
    let of = gstin.get(PAN)?.to_owned();
    let pans: Vec<String> = frame
        .cited
        .iter()
        .filter(|f| f.has("kind.pan") && !f.has("kind.gstin"))
        .filter_map(text)
        .collect();
    if !frame.says(&BUILT) || !frame.words.iter().any(|w| w == "pan") || pans.len() > 1 {
        return None;
    }
    // What is told: the GSTIN, as it is, and one PAN.
    let mut said = None;
    for at in 0..frame.tokens.len() {
        let Some(Token::Id(id)) = frame.tokens.get(at) else {
            continue;
        };
        let id = id.to_uppercase();
        let key = frame.keys.iter().any(|(k, _)| *k == at);
        match id.len() {
            10 if said.is_none() => said = Some(id),
            15 if id == gstin => {}
            _ if key => {}
            _ => return None,
        }
        frame.take(at);
    }
    let said = said.or_else(|| pans.first().cloned())?;
    let denied = frame.says(&["not", "no", "never"]);
    let held = pans.iter().all(|p| *p == said);
    if denied || !frame.is_as_read(said == of && held) {
        return None;
    }
    frame.tell_where(|_, f| f.has("kind.gstin") || f.has("kind.pan"));
    frame.take_words(&BUILT);
    frame.take_words(&WORDS);
    frame.take_words(&["pan", "gstin"]);
    Some(())
}
