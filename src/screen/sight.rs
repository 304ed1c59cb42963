//! Reading a text in every view that an undone trick gives.

use crate::{
    lexicon::twisted,
    view::{
        Unit, View, ViewName, decode, dense, fold, leet, reversed, rot13, spelled, unescape,
        words_reversed,
    },
};

/// Latin letters in a row that are written as escapes: nothing that writes escapes for a machine needs them.
const ESCAPED_MIN: usize = 3;
/// Layers of encoding that are undone.
const DEPTH: usize = 2;
/// Shorter texts have nothing to hide in.
const TRICK_MIN: usize = 8;

/// What undoing a trick shows: a view, or that there is something odd.
pub(crate) enum Sight {
    View(View),
    Odd {
        what: &'static str,
        from: u32,
        until: u32,
        view: ViewName,
    },
}

/// Reads one text in every view; the folded text is returned for the joined view.
pub(crate) fn read(text: &[Unit], see: &mut impl FnMut(Sight)) -> Vec<Unit> {
    let plain = plainly(text, ViewName::Plain, see);
    if text.len() < TRICK_MIN {
        return plain;
    }
    if let Some(units) = spelled(&plain) {
        see(Sight::View(View {
            name: ViewName::Spelled,
            units,
        }));
    }
    // Only Latin letters are known to be played with.
    if plain.iter().any(|unit| unit.ch.is_ascii_alphabetic()) {
        let mut trick = |name, units| see(Sight::View(View { name, units }));
        for one in ['i', 'l'] {
            if let Some(units) = leet(&plain, one) {
                trick(ViewName::Leet, units);
            }
        }
        trick(ViewName::Dense, dense(&plain));
        if twisted(&plain) {
            trick(ViewName::Reversed, reversed(&plain));
            trick(ViewName::Reversed, words_reversed(&plain));
            trick(ViewName::Rot13, rot13(&plain));
        }
    }
    undo(text, DEPTH, see);
    plain
}

/// Undoes escapes and encodings, layer by layer.
fn undo(text: &[Unit], depth: usize, see: &mut impl FnMut(Sight)) {
    if depth == 0 {
        return;
    }
    if let Some(escaped) = unescape(text) {
        // What was decoded before stands for more than it is long.
        let letter = |unit: &Unit| {
            depth == DEPTH && unit.changed && unit.len > 2 && unit.ch.is_ascii_alphabetic()
        };
        let runs = escaped.split(|unit| !letter(unit));
        if let Some(run) = runs.max_by_key(|run| run.len())
            && run.len() >= ESCAPED_MIN
            && let [first, .., last] = run
        {
            see(Sight::Odd {
                what: "escaped-letters",
                from: first.at,
                until: last.at + last.len,
                view: ViewName::Unescaped,
            });
        }
        plainly(&escaped, ViewName::Unescaped, see);
        undo(&escaped, depth - 1, see);
    }
    for run in decode(text) {
        if run.language {
            see(Sight::Odd {
                what: "decoded-language",
                from: run.from,
                until: run.until,
                view: ViewName::Decoded,
            });
        }
        // What decodes to no language is a code of its own, and odd in its own way.
        let (units, _) = fold(&run.units);
        see(Sight::View(View {
            name: ViewName::Decoded,
            units,
        }));
        undo(&run.units, depth - 1, see);
    }
}

/// Folds a text, and tells what is odd about it.
fn plainly(text: &[Unit], view: ViewName, see: &mut impl FnMut(Sight)) -> Vec<Unit> {
    let (units, oddities) = fold(text);
    for (what, from, until) in oddities.found {
        see(Sight::Odd {
            what,
            from,
            until,
            view,
        });
    }
    see(Sight::View(View {
        name: view,
        units: units.clone(),
    }));
    units
}
