//! What a letter, a mail or a clause says, told as its own saying.

use super::{Frame, GLUE};
use crate::{
    lex::{self, Token},
    text,
    vocabulary::{VOCABULARY, folded_words, stem},
};

const SAYS: [&str; 36] = [
    "says",
    "say",
    "said",
    "states",
    "stated",
    "state",
    "writes",
    "wrote",
    "written",
    "asks",
    "asked",
    "requests",
    "requested",
    "mentions",
    "mentioned",
    "names",
    "named",
    "claims",
    "claimed",
    "informs",
    "informed",
    "announces",
    "announced",
    "tells",
    "told",
    "intimates",
    "intimated",
    "advises",
    "advised",
    "notes",
    "declares",
    "asserts",
    "quotes",
    "reads",
    "communicates",
    "conveys",
];
const PAPERS: [&str; 12] = [
    "letter",
    "mail",
    "email",
    "e-mail",
    "e",
    "message",
    "note",
    "memo",
    "communication",
    "intimation",
    "remark",
    "remarks",
];
/// How a contract gives what it gives, and the words of doing it.
const TERMS: [&str; 29] = [
    "says",
    "states",
    "that",
    "for",
    "permits",
    "fixing",
    "clause",
    "agreement",
    "contract",
    "allows",
    "allow",
    "gives",
    "give",
    "fixes",
    "fixed",
    "provides",
    "stipulates",
    "agreed",
    "due",
    "throughout",
    "under",
    "requires",
    "sets",
    "set",
    "term",
    "terms",
    "is",
    "falls",
    "payable",
];
/// Words that turn what stands around them, wherever they stand.
const TURNS: [&str; 14] = [
    "not", "no", "never", "none", "without", "nor", "neither", "cannot", "unless", "except",
    "only", "until", "nothing", "refuses",
];

#[expect(
    clippy::too_many_lines,
    reason = "one list of what may stand around a saying"
)]
pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let written =
        (0..frame.cited.len()).find(|n| frame.cited.get(*n).is_some_and(text::is_prose))?;
    let field = frame.cited.get(written)?;
    let mut docs = frame.index.kinds(field.doc);
    docs.extend(field.docs());
    let contract = docs.contains("doc.contract") && !field.is_note();
    let body = field.value.as_str()?;
    frame.tell(written);
    if contract {
        clause_number(frame, field)?;
    }
    // Beside a text only what its own record holds of it: the sender, or the figure that it states.
    for n in (0..frame.cited.len()).filter(|n| *n != written) {
        let other = frame.cited.get(n)?;
        let above = other.element().is_none() && is_key(other);
        if other.doc != field.doc || (!above && other.element_path() != field.element_path()) {
            return None;
        }
        let named = other.leaf_is_party()
            || other.has("kind.name")
            || other.leaf().contains("party")
            || other.leaf().contains("from");
        let figure = frame.value(n).is_some_and(|v| {
            lex::tokens(body)
                .iter()
                .any(|t| matches!(t, Token::Number(num) if num.is(v, false)))
        });
        let clause_no =
            other.leaf() == "no" || other.leaf() == "clause" || other.leaf() == "number";
        if !named && !is_key(other) && !(contract && (figure || clause_no)) {
            return None;
        }
        frame.tell(n);
    }
    let said = frame.says(&SAYS);
    let paper = frame.find(&PAPERS).is_some();
    let told = said && (paper || frame.says(&["supplier", "vendor", "seller", "party"]));
    if !contract && !told {
        return None;
    }
    if contract {
        frame.take_words(&TERMS);
    } else {
        // Whoever writes speaks for himself alone: that somebody confirms or proves it is another thing.
        let at = frame.find(&SAYS)?;
        frame.take(at);
        // "The note on invoice MP/118 asks": where the note stands.
        for n in 0..at {
            if frame.is_word(n, &["invoice", "bill", "printed", "given"]) {
                frame.take(n);
            }
        }
        // Whoever writes "our account" writes of his own.
        if folded_words(body)
            .iter()
            .any(|w| matches!(w.as_str(), "our" | "we" | "us" | "my"))
        {
            for n in at..frame.tokens.len() {
                let owner = frame.is_word(n, &["supplier", "vendor", "seller", "its"]);
                let owns = frame.is_word(n, &["its"]) || frame.is_word(n + 1, &["s"]);
                if owner && owns {
                    frame.take(n);
                }
            }
            frame.take_words(&["supplier's", "vendor's", "seller's"]);
        }
        // "The invoice remark": where the remark stands.
        for n in 1..frame.tokens.len() {
            if frame.is_word(n, &["remark", "remarks"])
                && frame.is_word(n - 1, &["invoice", "bill"])
            {
                frame.take(n - 1);
            }
        }
        frame.take_words(&PAPERS);
        frame.take_words(&["file", "use", "that", "held"]);
        // The one who writes stands before what he writes; whoever stands behind is one that the text speaks of.
        for n in 0..at {
            if frame.is_word(n, &["supplier", "vendor", "seller", "party"]) {
                frame.take(n);
            }
        }
        if frame.is_word(at + 1, &["us"]) {
            frame.take(at + 1);
        }
    }
    let figures = frame
        .tokens
        .iter()
        .any(|t| matches!(t, Token::Number(_) | Token::Date(_)));
    if contract && (!figures || undertakes(frame)) {
        return None;
    }
    body.split_inclusive(['.', ';', '!', '?', '\n'])
        .scan(String::new(), |carry, part| {
            // A point inside a figure ends no sentence.
            carry.push_str(part);
            let ends = !part.ends_with(|c: char| c.is_ascii_digit()) && !carry.ends_with("Rs.");
            Some(if ends {
                std::mem::take(carry)
            } else {
                String::new()
            })
        })
        .chain([body.to_owned()].into_iter().filter(|b| sentences(b) == 1))
        .filter(|s| !s.trim().is_empty())
        .any(|sentence| borne(frame, &sentence, contract))
        .then_some(())?;
    frame.done.fill(true);
    Some(())
}

/// What a paper is known by: a number, a title, whose it is.
fn is_key(field: &crate::field::Field<'_>) -> bool {
    let parts = crate::vocabulary::name_parts(field.leaf());
    field.value.is_string()
        && parts.iter().any(|p| {
            matches!(
                p.as_str(),
                "id" | "no"
                    | "number"
                    | "document"
                    | "title"
                    | "vendor"
                    | "supplier"
                    | "name"
                    | "ref"
                    | "contract"
                    | "agreement"
                    | "party"
                    | "clause"
                    | "para"
                    | "section"
            )
        })
}

/// "Clause 5.1 of the agreement with Narmada Tyres": the number is that of the clause, and the title names the party.
fn clause_number(frame: &mut Frame<'_, '_>, field: &crate::field::Field<'_>) -> Option<()> {
    let beside = |leaf: &crate::field::Field<'_>| {
        leaf.doc == field.doc
            && (leaf.element().is_none() || leaf.element_path() == field.element_path())
    };
    let held: Vec<(bool, String)> = frame
        .index
        .leaves(field.doc)
        .iter()
        .filter(|l| beside(l) && l.path != field.path && is_key(l))
        .filter_map(|l| {
            let own = l.path.len() == field.path.len();
            Some((own, l.value.as_str()?.to_owned()))
        })
        .collect();
    for at in 1..frame.tokens.len() {
        if !frame.is_word(at - 1, &["clause", "para", "paragraph", "section"]) {
            continue;
        }
        let said = match frame.tokens.get(at)? {
            Token::Number(n) => n.raw.clone(),
            Token::Id(id) => id.clone(),
            _ => continue,
        };
        if !held.iter().any(|(own, text)| *own && *text == said) && !field.path.contains(&said) {
            return None;
        }
        frame.take(at);
        frame.take(at - 1);
    }
    // Whose agreement it is stands behind "with".
    for at in 1..frame.tokens.len() {
        if frame.is_word(at - 1, &["with"]) {
            let titled = |n: usize| {
                let word = frame.word(n);
                !word.is_empty()
                    && held
                        .iter()
                        .any(|(_, t)| folded_words(t).iter().any(|w| w == word))
            };
            let end = (at..frame.tokens.len()).find(|n| !titled(*n)).unwrap_or(at);
            for n in at..end {
                frame.take(n);
            }
        }
    }
    Some(())
}

/// Whether a claim by a contract says that something was done, or lays it on us: a contract says what is to be, and its
/// text calls the parties by their names.
fn undertakes(frame: &Frame<'_, '_>) -> bool {
    (0..frame.words.len()).any(|n| {
        let given = frame.is_word(n.saturating_sub(1), &["gives", "give", "allows", "allow"]);
        frame.is_word(n, &["has", "have", "had", "was", "were", "did", "been"])
            || (frame.is_word(n, &["we", "us", "our", "i"]) && !given)
    })
}

/// Whether what is told is still to come, or only may be: what was done is another thing.
fn outlook(words: &[String]) -> bool {
    let ahead = words.iter().any(|w| {
        matches!(
            w.as_str(),
            "will"
                | "shall"
                | "would"
                | "may"
                | "might"
                | "could"
                | "should"
                | "must"
                | "yet"
                | "pending"
                | "awaited"
                | "awaiting"
                | "plan"
                | "plans"
                | "intend"
                | "intends"
                | "hope"
                | "hopes"
                | "propose"
                | "proposes"
                | "expect"
                | "expects"
                | "going"
                | "about"
        )
    });
    let to_be = words
        .windows(2)
        .any(|two| matches!(two, [to, be] if to == "to" && be == "be"));
    ahead || to_be
}

fn sentences(body: &str) -> usize {
    body.split(". ").filter(|s| !s.trim().is_empty()).count()
}

/// Whether a sentence holds every word and every figure of the claim that is left, and turns none of them.
fn borne(frame: &Frame<'_, '_>, sentence: &str, contract: bool) -> bool {
    let theirs = lex::tokens(sentence);
    let words = folded_words(sentence);
    let turned = |words: &[String]| words.iter().any(|w| TURNS.contains(&w.as_str()));
    let mine: Vec<String> = frame
        .words
        .iter()
        .filter(|w| !w.is_empty())
        .cloned()
        .collect();
    if turned(&words) || turned(&mine) {
        return false;
    }
    // A clause says what is to be, and is told as what is.
    if !contract && outlook(&words) != outlook(&mine) {
        return false;
    }
    let account = sentence.to_lowercase().contains("a/c");
    let stems: Vec<String> = words.iter().map(|w| stem(w)).collect();
    let yours = words.iter().any(|w| w.starts_with("you"));
    let ours =
        (0..frame.words.len()).any(|n| frame.is_open(n) && frame.is_word(n, &["we", "us", "our"]));
    if ours && !yours && !contract {
        return false;
    }
    let senses: Vec<&str> = words.iter().filter_map(|w| VOCABULARY.synonym(w)).collect();
    // Figures in the order of the text; of several of a sort each has to be told, or it is not known whose it is.
    let is_figure = |t: &&Token| {
        matches!(
            t,
            Token::Number(_) | Token::Date(_) | Token::Id(_) | Token::Part(_)
        )
    };
    let held: Vec<&Token> = theirs.iter().filter(is_figure).collect();
    let mut figures: Vec<&Token> = Vec::new();
    for at in 0..frame.tokens.len() {
        if !frame.is_open(at) {
            continue;
        }
        let word = frame.word(at);
        match frame.tokens.get(at) {
            Some(Token::Mark(',' | '.' | ';' | ':' | '(' | ')' | '-' | '–' | '\'' | '’' | '"')) =>
                {}
            Some(Token::Word(_)) => {
                let known = GLUE.contains(&word)
                    || (account && word == "account")
                    || words.iter().any(|w| w == word)
                    || (word.len() > 3 && stems.contains(&stem(word)))
                    || VOCABULARY
                        .synonym(word)
                        .is_some_and(|s| senses.contains(&s) || words.iter().any(|w| w == s));
                if !known {
                    return false;
                }
            }
            Some(token @ (Token::Number(_) | Token::Date(_) | Token::Id(_) | Token::Part(_))) => {
                figures.push(token);
            }
            _ => return false,
        }
    }
    let same = |a: &Token, b: &Token| match (a, b) {
        (Token::Number(x), Token::Number(y)) => x.value == y.value && x.percent == y.percent,
        (Token::Number(x), Token::Id(y)) | (Token::Id(y), Token::Number(x)) => x.raw == *y,
        (x, y) => x == y,
    };
    // An account in figures, and an IFSC, are of two sorts.
    let sort = |t: &Token| match t {
        Token::Number(n) if n.percent => 0,
        Token::Number(n) if n.rupees => 1,
        Token::Number(n) if n.raw.len() < 9 => 2,
        Token::Date(_) | Token::Part(_) => 3,
        Token::Id(id) if id.bytes().any(|b| b.is_ascii_alphabetic()) => 4,
        _ => 5,
    };
    let mut from = 0;
    figures.iter().all(|f| {
        let found = held
            .get(from..)
            .unwrap_or_default()
            .iter()
            .position(|h| same(f, h));
        if let Some(n) = found {
            from += n + 1;
        }
        let alone = held.iter().filter(|h| sort(h) == sort(f)).count()
            == figures.iter().filter(|g| sort(g) == sort(f)).count();
        found.is_some() && alone
    })
}
