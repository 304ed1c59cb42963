//! What a run may spend, and what it has spent.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What one call costs, or is thought to cost before it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Spend {
    #[serde(default)]
    pub tokens: u64,
    #[serde(default)]
    pub paise: u64,
}

impl Spend {
    pub const NOTHING: Self = Self {
        tokens: 0,
        paise: 0,
    };

    pub(super) fn is_nothing(&self) -> bool {
        *self == Self::NOTHING
    }

    fn plus(self, other: Self) -> Self {
        Self {
            tokens: self.tokens.saturating_add(other.tokens),
            paise: self.paise.saturating_add(other.paise),
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            tokens: self.tokens.saturating_sub(other.tokens),
            paise: self.paise.saturating_sub(other.paise),
        }
    }
}

/// What a run may spend. Spent means the budget edge, with the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// Node executions.
    pub steps: u32,
    /// Outward and paid calls; local reads are free.
    pub calls: u32,
    pub tokens: u64,
    pub paise: u64,
    /// Wall time of one attempt: a resumed run starts with all of it again. `None` means no limit.
    pub wall: Option<Duration>,
}

impl Budget {
    /// No limit but the visits each node allows.
    pub const UNLIMITED: Self = Self {
        steps: u32::MAX,
        calls: u32::MAX,
        tokens: u64::MAX,
        paise: u64::MAX,
        wall: None,
    };
}

impl Default for Budget {
    /// 64 steps, 64 calls, 200,000 tokens, ₹50, two minutes.
    fn default() -> Self {
        Self {
            steps: 64,
            calls: 64,
            tokens: 200_000,
            paise: 5_000,
            wall: Some(Duration::from_mins(2)),
        }
    }
}

/// What a run has spent. Answers read back from the journal count as they did when they were live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    pub steps: u32,
    pub calls: u32,
    pub tokens: u64,
    pub paise: u64,
}

/// Reserve before, settle after: calls under way at once cannot overspend together.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) budget: Budget,
    pub(super) usage: Usage,
    held: Spend,
}

impl Account {
    pub(super) fn new(budget: Budget) -> Self {
        Self {
            budget,
            usage: Usage::default(),
            held: Spend::NOTHING,
        }
    }

    /// Refuses with the reason when the call could overspend.
    pub(super) fn reserve(&mut self, counted: bool, spend: Spend) -> Result<(), String> {
        if counted && self.usage.calls >= self.budget.calls {
            return Err(format!(
                "calls: {} of {} made",
                self.usage.calls, self.budget.calls
            ));
        }
        let after = self.spent().plus(self.held).plus(spend);
        if spend.tokens > 0 && after.tokens > self.budget.tokens {
            return Err(format!(
                "tokens: {} spent or held, {} more asked for, {} allowed",
                after.tokens - spend.tokens,
                spend.tokens,
                self.budget.tokens
            ));
        }
        if spend.paise > 0 && after.paise > self.budget.paise {
            return Err(format!(
                "paise: {} spent or held, {} more asked for, {} allowed",
                after.paise - spend.paise,
                spend.paise,
                self.budget.paise
            ));
        }
        self.held = self.held.plus(spend);
        self.usage.calls += u32::from(counted);
        Ok(())
    }

    /// Gives back what was held and books what was spent.
    pub(super) fn settle(&mut self, held: Spend, spent: Spend) {
        self.held = self.held.minus(held);
        self.book(spent);
    }

    /// Books a call read back from the journal.
    pub(super) fn read_back(&mut self, counted: bool, spent: Spend) {
        self.usage.calls = self.usage.calls.saturating_add(u32::from(counted));
        self.book(spent);
    }

    fn book(&mut self, spent: Spend) {
        let total = self.spent().plus(spent);
        self.usage.tokens = total.tokens;
        self.usage.paise = total.paise;
    }

    fn spent(&self) -> Spend {
        Spend {
            tokens: self.usage.tokens,
            paise: self.usage.paise,
        }
    }
}
