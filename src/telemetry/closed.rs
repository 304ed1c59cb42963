//! Label values that are enums: what there is, and its name.

macro_rules! closed {
    ($(#[$about:meta])* $name:ident { $($(#[$one:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$one])* $variant),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

closed! {
    /// Where jobs stand.
    QueueState { Waiting = "waiting", Leased = "leased", Done = "done", Dead = "dead" }
}

closed! {
    /// What an attempt at a job came to.
    Attempt {
        Done = "done",
        /// It failed and is tried again later.
        Retried = "retried",
        Dead = "dead",
        /// The worker shut down first and gave it back.
        HandedBack = "handed_back",
        /// The lease had passed to another worker: what this one found was thrown away.
        Stale = "stale",
    }
}

closed! {
    /// What an attempt to deliver a verdict came to.
    Callback {
        Delivered = "delivered",
        Retried = "retried",
        /// The receiver answered 410.
        Gone = "gone",
        Dead = "dead",
        /// The address is not one that may be called.
        Refused = "refused",
    }
}

closed! {
    /// What may be known already.
    Cache {
        /// The same bytes on the same terms.
        Verdict = "verdict",
        Portal = "portal",
    }
}

closed! { CacheResult { Hit = "hit", Miss = "miss" } }

closed! {
    /// Of what a case's budget was spent.
    Kind {
        Steps = "steps",
        Visits = "visits",
        Calls = "calls",
        Tokens = "tokens",
        Paise = "paise",
        Wall = "wall",
    }
}
