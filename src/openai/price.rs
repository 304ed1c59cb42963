//! What questions and answers cost, in whole paise, rounded up.

use model::{Ask, Price};

use crate::{reply::Reply, settings::Settings};

/// Bytes of a token where nobody counted; English prose has some four, identifiers and figures fewer than three.
const BYTES_PER_TOKEN: usize = 3;
/// Bytes of a token where too many tokens are the safe side: masked values are short random letters.
const BYTES_PER_TOKEN_LEAST: usize = 2;
/// Tokens of a chat's markup, and of the words that ask for JSON.
const MARKUP_TOKENS: u64 = 64;

/// Prices in paise for a million tokens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prices {
    prompt: u64,
    completion: u64,
}

/// What an answer cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bill {
    pub(crate) prompt_tokens: u64,
    pub(crate) completion_tokens: u64,
    pub(crate) paise: u64,
}

impl Prices {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            prompt: settings.paise_per_million_prompt_tokens,
            completion: settings.paise_per_million_completion_tokens,
        }
    }

    /// The most that an answer can cost. An attempt that broke off is not in it: no endpoint says what it was.
    pub(crate) fn most(self, ask: &Ask) -> Price {
        let prompt = tokens(prompt_bytes(ask), BYTES_PER_TOKEN_LEAST).saturating_add(MARKUP_TOKENS);
        let completion = u64::from(ask.max_tokens);
        Price {
            tokens: prompt.saturating_add(completion),
            paise: self.paise(prompt, completion),
        }
    }

    /// What an answer cost by the endpoint's count, or by an estimate where it counted nothing.
    pub(crate) fn bill(self, ask: &Ask, reply: &Reply) -> Bill {
        let prompt_tokens = reply
            .prompt_tokens
            .unwrap_or_else(|| tokens(prompt_bytes(ask), BYTES_PER_TOKEN));
        let completion_tokens = reply
            .completion_tokens
            .unwrap_or_else(|| tokens(reply.text.len(), BYTES_PER_TOKEN));
        Bill {
            prompt_tokens,
            completion_tokens,
            paise: self.paise(prompt_tokens, completion_tokens),
        }
    }

    fn paise(self, prompt: u64, completion: u64) -> u64 {
        let of = |tokens: u64, price: u64| u128::from(tokens) * u128::from(price);
        let millionths = of(prompt, self.prompt).saturating_add(of(completion, self.completion));
        u64::try_from(millionths.div_ceil(1_000_000)).unwrap_or(u64::MAX)
    }
}

fn prompt_bytes(ask: &Ask) -> usize {
    ask.system.len() + ask.user.len() + ask.schema.to_string().len()
}

fn tokens(bytes: usize, per_token: usize) -> u64 {
    u64::try_from(bytes.div_ceil(per_token)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Finish, Role};
    use serde_json::json;

    fn ask() -> Ask {
        Ask {
            role: Role::Writer,
            name: "writer".to_owned(),
            system: "s".repeat(100),
            user: "u".repeat(196),
            schema: json!({}).into(),
            max_tokens: 500,
        }
    }

    fn reply(prompt_tokens: Option<u64>, completion_tokens: Option<u64>) -> Reply {
        Reply {
            text: "t".repeat(10),
            finish: Finish::Stop,
            model: None,
            id: None,
            prompt_tokens,
            completion_tokens,
            cached_tokens: None,
            reasoning_tokens: None,
            fit: None,
        }
    }

    #[test]
    fn paise_are_rounded_up_once() {
        for (prompt, completion, prompt_tokens, completion_tokens, paise) in [
            (0, 0, 1_000_000, 1_000_000, 0),
            (1, 0, 1, 0, 1),
            (1, 0, 1_000_000, 0, 1),
            (1, 0, 1_000_001, 0, 2),
            (12_500, 50_000, 300, 100, 9), // 3.75 + 5 paise
            (u64::MAX, u64::MAX, u64::MAX, u64::MAX, u64::MAX),
        ] {
            let prices = Prices { prompt, completion };
            assert_eq!(prices.paise(prompt_tokens, completion_tokens), paise);
        }
    }

    #[test]
    fn what_is_counted_is_billed_and_the_rest_is_estimated() {
        let prices = Prices {
            prompt: 1_000_000,
            completion: 2_000_000,
        };
        for (reply, want) in [
            (reply(Some(7), Some(3)), (7, 3, 13)),
            (reply(None, None), (100, 4, 108)),
            (reply(Some(7), None), (7, 4, 15)),
        ] {
            let bill = prices.bill(&ask(), &reply);
            assert_eq!(
                (bill.prompt_tokens, bill.completion_tokens, bill.paise),
                want
            );
        }
        let most = prices.most(&ask());
        assert_eq!((most.tokens, most.paise), (149 + 64 + 500, 149 + 64 + 1000));
    }
}
