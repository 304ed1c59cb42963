//! The ways to ask for JSON, from the strictest to the plainest, and which of them an endpoint takes.

use std::sync::{Mutex, PoisonError};

use crate::complaint::{Complaint, Feature};

/// Answers in a row that are not in form, after which a rung that never gave one that is counts as unknown to the
/// endpoint: some ignore in silence what they do not know.
const UNFIT_MAX: u8 = 2;

/// How JSON is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rung {
    /// `response_format` of type `json_schema`, strict: the answer is made to fit.
    Schema,
    /// A function whose parameters are the schema, and which must be called.
    Call,
    /// `response_format` of type `json_object`, and the schema in the prompt.
    Object,
    /// The schema in the prompt.
    Prompt,
}

/// What a request uses. It only ever gives up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says of one parameter whether it is sent"
)]
pub(crate) struct Shape {
    pub(crate) rung: Rung,
    /// Instructions in a message of the role `system`, and not before the question.
    pub(crate) system: bool,
    /// `max_tokens`, and not `max_completion_tokens`.
    pub(crate) max_tokens: bool,
    pub(crate) temperature: bool,
    pub(crate) seed: bool,
}

impl Shape {
    const FULL: Self = Self {
        rung: Rung::Schema,
        system: true,
        max_tokens: true,
        temperature: true,
        seed: true,
    };

    /// One rung down.
    fn down(self) -> Option<Self> {
        let rung = match self.rung {
            Rung::Schema => Rung::Call,
            Rung::Call => Rung::Object,
            Rung::Object => Rung::Prompt,
            Rung::Prompt => return None,
        };
        Some(Self { rung, ..self })
    }

    /// Without a feature; `None` if it does not use it.
    fn without(self, feature: Feature) -> Option<Self> {
        let mut less = self;
        match feature {
            Feature::System => less.system = false,
            Feature::MaxTokens => less.max_tokens = false,
            Feature::Temperature => less.temperature = false,
            Feature::Seed => less.seed = false,
            Feature::ResponseFormat if matches!(self.rung, Rung::Schema | Rung::Object) => {
                return self.down();
            }
            Feature::Tools if self.rung == Rung::Call => return self.down(),
            Feature::ResponseFormat | Feature::Tools => {}
        }
        (less != self).then_some(less)
    }

    /// What to ask with instead, after a refusal; `None` if it is no matter of the request's form.
    pub(crate) fn after(self, status: u16, complaint: &Complaint, proven: bool) -> Option<Self> {
        // Servers also say 404 and 500 to what they do not know, but of these only when they name it.
        if complaint.cause.is_some() || !matches!(status, 400 | 404 | 422 | 500 | 501) {
            return None;
        }
        let names = &complaint.names;
        let named = names.iter().find_map(|feature| self.without(*feature));
        named.or_else(|| {
            let unnamed = matches!(status, 400 | 422) && !proven;
            if unnamed { self.down() } else { None }
        })
    }
}

/// What an endpoint was seen to take.
#[derive(Debug)]
pub(crate) struct Learned(Mutex<State>);

#[derive(Debug, Clone, Copy)]
struct State {
    shape: Shape,
    /// The rung gave an answer in form.
    proven: bool,
    unfit: u8,
}

impl Learned {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State {
            shape: Shape::FULL,
            proven: false,
            unfit: 0,
        }))
    }

    /// The shape to ask with, and whether its rung is known to work.
    pub(crate) fn shape(&self) -> (Shape, bool) {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (state.shape, state.proven)
    }

    /// An answer came: asked for first as in `began`, and given to `shape`. `fit` is whether it had the schema's
    /// members; `None` if that says nothing, as it was cut or refused. What was learned meanwhile by another question
    /// stays.
    pub(crate) fn answered(&self, began: Shape, shape: Shape, fit: Option<bool>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.shape == began && began != shape {
            if began.rung != shape.rung {
                state.proven = false;
                state.unfit = 0;
            }
            state.shape = shape;
        }
        if state.shape != shape || state.proven {
            return;
        }
        match fit {
            Some(true) => state.proven = true,
            Some(false) => {
                state.unfit = state.unfit.saturating_add(1);
                if let Some(down) = shape.down().filter(|_| state.unfit >= UNFIT_MAX) {
                    state.shape = down;
                    state.unfit = 0;
                }
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::complaint::Cause;

    fn on(rung: Rung) -> Shape {
        Shape {
            rung,
            ..Shape::FULL
        }
    }

    fn naming(names: &[Feature]) -> Complaint {
        Complaint {
            cause: None,
            names: names.to_vec(),
        }
    }

    #[test]
    fn a_refusal_gives_up_what_it_names_and_nothing_else() {
        use Feature::{MaxTokens, ResponseFormat, Seed, System, Temperature, Tools};
        let full = Shape::FULL;
        let less = |change: fn(&mut Shape)| {
            let mut shape = full;
            change(&mut shape);
            Some(shape)
        };
        for (rung, status, name, want) in [
            (Rung::Schema, 400, ResponseFormat, Some(on(Rung::Call))),
            (Rung::Call, 500, Tools, Some(on(Rung::Object))),
            (Rung::Call, 404, Tools, Some(on(Rung::Object))),
            (Rung::Object, 422, ResponseFormat, Some(on(Rung::Prompt))),
            (Rung::Schema, 400, MaxTokens, less(|s| s.max_tokens = false)),
            (
                Rung::Schema,
                400,
                Temperature,
                less(|s| s.temperature = false),
            ),
            (Rung::Schema, 422, Seed, less(|s| s.seed = false)),
            (Rung::Schema, 400, System, less(|s| s.system = false)),
            // Named, but not used.
            (Rung::Prompt, 400, Tools, None),
            (Rung::Prompt, 400, ResponseFormat, None),
            (Rung::Call, 400, ResponseFormat, None),
            // No status of a request's form.
            (Rung::Schema, 401, ResponseFormat, None),
            (Rung::Schema, 429, ResponseFormat, None),
            (Rung::Schema, 503, ResponseFormat, None),
        ] {
            let got = on(rung).after(status, &naming(&[name]), true);
            assert_eq!(got, want, "{rung:?} {status} {name:?}");
        }
    }

    #[test]
    fn a_refusal_without_a_name_steps_down_only_where_the_rung_never_worked() {
        for (rung, status, proven, want) in [
            (Rung::Schema, 400, false, Some(on(Rung::Call))),
            (Rung::Schema, 422, false, Some(on(Rung::Call))),
            (Rung::Schema, 400, true, None),
            (Rung::Schema, 404, false, None),
            (Rung::Schema, 500, false, None),
            (Rung::Prompt, 400, false, None),
        ] {
            let got = on(rung).after(status, &naming(&[]), proven);
            assert_eq!(got, want, "{rung:?} {status} {proven}");
        }
        let hopeless = Complaint {
            cause: Some(Cause::TooLong),
            names: vec![Feature::Tools],
        };
        assert_eq!(on(Rung::Call).after(400, &hopeless, false), None);
    }

    #[test]
    fn every_way_of_giving_up_ends() {
        let all = [
            Feature::System,
            Feature::MaxTokens,
            Feature::Temperature,
            Feature::Seed,
            Feature::ResponseFormat,
            Feature::Tools,
        ];
        let (mut shape, mut steps) = (Shape::FULL, 0);
        while let Some(next) = shape.after(400, &naming(&all), false) {
            shape = next;
            steps += 1;
        }
        assert_eq!((steps, shape.rung), (7, Rung::Prompt));
    }

    #[test]
    fn what_works_is_kept() {
        let learned = Learned::new();
        assert_eq!(learned.shape(), (Shape::FULL, false));
        learned.answered(Shape::FULL, on(Rung::Object), Some(true));
        assert_eq!(learned.shape(), (on(Rung::Object), true));
        for _ in 0..5 {
            learned.answered(on(Rung::Object), on(Rung::Object), Some(false));
        }
        assert_eq!(
            learned.shape(),
            (on(Rung::Object), true),
            "once it worked, the model is to blame"
        );
        learned.answered(Shape::FULL, Shape::FULL, Some(true));
        assert_eq!(
            learned.shape(),
            (on(Rung::Object), true),
            "a late answer teaches nothing"
        );
        let seedless = Shape {
            seed: false,
            ..on(Rung::Object)
        };
        learned.answered(on(Rung::Object), seedless, Some(false));
        assert_eq!(learned.shape(), (seedless, true), "the rung still works");
    }

    #[test]
    fn a_rung_that_is_ignored_in_silence_is_left() {
        let learned = Learned::new();
        for rung in [Rung::Schema, Rung::Call, Rung::Object] {
            assert_eq!(learned.shape(), (on(rung), false));
            learned.answered(on(rung), on(rung), Some(false));
            assert_eq!(learned.shape(), (on(rung), false));
            learned.answered(on(rung), on(rung), Some(false));
        }
        for _ in 0..300 {
            learned.answered(on(Rung::Prompt), on(Rung::Prompt), None);
            learned.answered(on(Rung::Prompt), on(Rung::Prompt), Some(false));
        }
        assert_eq!(learned.shape(), (on(Rung::Prompt), false));
    }
}
