//! Names that a claim states and no record holds as they are written.

use super::{Borne, Veto};
use crate::{
    Label,
    clause::Item,
    field::Field,
    lex::Token,
    vocabulary::{folded_words, stem},
};

impl<'a> Borne<'a, '_> {
    /// "The legal name is Konark Infotech" of Konark Infotech Solutions Private Limited: a legal name is told whole.
    pub(super) fn half_a_legal_name(&self) -> Option<Veto> {
        let said = crate::clause::tags_of(self.items);
        if !said.contains("variant.legal") || self.items.iter().any(|i| i.class("not")) {
            return None;
        }
        let field = self
            .cited
            .iter()
            .find(|f| f.has("variant.legal") && f.value.is_string())?;
        let held = field.value.as_str()?;
        let at = self
            .items
            .iter()
            .rposition(|i| matches!(i, Item::Name(_)))?;
        let told = (1..=2).any(|b| {
            at.checked_sub(b)
                .and_then(|n| self.items.get(n))
                .is_some_and(|i| matches!(i.text(), "is" | "as"))
        });
        let name = self.items.get(at)?.text();
        let bare = |name: &str| -> Vec<String> {
            let form = |w: &String| {
                matches!(
                    w.as_str(),
                    "private" | "limited" | "llp" | "company" | "opc" | "liability" | "partnership"
                )
            };
            folded(name).into_iter().filter(|w| !form(w)).collect()
        };
        let part = is_called(name, held) && bare(name).concat() != bare(held).concat();
        (told && part).then(|| {
            (
                Label::Contradicted,
                format!("{} is more than \"{name}\"", field.pointer()),
            )
        })
    }

    /// "Shree Balaji Trading Co is the seller" where the seller is Sri Balaji Traders.
    pub(super) fn another_name(&self) -> Option<Veto> {
        let names: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| f.has("kind.name") || f.has("kind.holder") || f.leaf_is_party())
            .filter(|f| f.value.is_string())
            .collect();
        if names.is_empty()
            || self
                .items
                .iter()
                .any(|i| i.class("not") || i.class("differ"))
        {
            return None;
        }
        let said = self.items.iter().filter_map(|i| match i {
            Item::Name(name) => Some(name.as_str()),
            Item::Value(Token::Quote(quote)) => Some(quote.as_str()),
            _ => None,
        });
        let said: Vec<&str> = said.filter(|name| folded(name).len() > 1).collect();
        let told = |f: &Field<'a>| {
            f.value
                .as_str()
                .is_some_and(|held| said.iter().any(|name| is_called(name, held)))
        };
        if names.iter().any(|f| told(f)) {
            return None;
        }
        // A name that another record has, where what is cited names somebody else.
        let others: Vec<&Field<'a>> = (0..self.index.len())
            .flat_map(|doc| self.index.leaves(doc))
            .filter(|f| f.has("kind.name") || f.leaf_is_party())
            .filter(|f| !self.cited.iter().any(|c| c.is_at(f)))
            .collect();
        let whose = said.iter().find_map(|name| {
            let at = self.claim.find(name)?;
            // Behind a colon or set off by commas, it is what the cited names are said to be.
            let apposed = self
                .claim
                .get(..at)
                .is_some_and(|before| before.trim_end().ends_with([':', ',']));
            let held = others
                .iter()
                .any(|f| f.value.as_str().is_some_and(|t| is_called(name, t)));
            (apposed && held && names.len() > 1).then_some(name)
        });
        if let Some(name) = whose {
            let why = format!("what is cited names somebody else than \"{name}\"");
            return Some((Label::Contradicted, why));
        }
        said.iter().find_map(|name| {
            let near = |held: &str| {
                let (a, b) = (folded(name), folded(held));
                a.first()
                    .zip(b.first())
                    .is_some_and(|(a, b)| stem(a) == stem(b))
                    || crate::mention::same_name(name, held, self.claim)
            };
            let field = names.iter().find(|f| f.value.as_str().is_some_and(near))?;
            let why = format!("{} is not \"{name}\"", field.pointer());
            Some((Label::Contradicted, why))
        })
    }
}

/// The words of a name as they are compared: legal forms in full, honours left out.
fn folded(name: &str) -> Vec<String> {
    folded_words(name)
        .into_iter()
        .filter(|w| {
            !matches!(
                w.as_str(),
                "m" | "s" | "messrs" | "the" | "and" | "mr" | "ms"
            )
        })
        .map(|w| match w.as_str() {
            "pvt" => "private".to_owned(),
            "ltd" => "limited".to_owned(),
            "co" => "company".to_owned(),
            "corp" => "corporation".to_owned(),
            "inds" => "industries".to_owned(),
            "shri" | "shree" | "sree" => "sri".to_owned(),
            _ => w,
        })
        .collect()
}

/// Whether a name is the one on record: the whole of it, or its first words.
fn is_called(name: &str, held: &str) -> bool {
    let (name, held) = (folded(name), folded(held));
    !name.is_empty() && held.windows(name.len()).any(|w| w == name)
        || name.concat() == held.concat()
}
