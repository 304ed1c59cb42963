//! Verdicts delivered to whoever asked for them, again and again until they arrive; and documents asked back from systems
//! that only sent notice of them, or gave up sending.
//!
//! What is to be delivered stands in an [`Outbox`], written with the verdict itself. A [`Deliverer`] claims what is due,
//! posts it as a Standard Webhooks message, and settles it: delivered, later again, or never.
//!
//! *Invariant:* delivered at least once, in no order that is promised. The id stays over all attempts and the sequence
//! number tells older news of an invoice from newer.
//! *Invariant:* no connection goes to an address that the [`Guard`] has not passed at that moment.
//! *Invariant:* nothing of an answer is kept or logged but its status.

mod deliver;
mod guard;
mod outbox;
mod payload;
mod pull;
mod reach;
mod read_back;
mod schedule;
mod settings;
mod trace;
mod wire;

pub use deliver::{Deliverer, Round};
pub use guard::{Guard, Lookup, SystemLookup};
pub use outbox::{Claim, Due, Entry, Outbox, OutboxError, Outcome, Settled, State, Wanted};
pub use payload::{Kind, News};
pub use pull::{Found, Puller, Window, ist, moment};
pub use reach::{Reached, reach};
pub use read_back::{
    Api, ErpnextSettings, OdooSettings, QuickBooksSettings, ReadBack, ReadBackError,
    ReadBackSettings, Systems, TallySettings, ZohoSettings,
};
pub use schedule::{ATTEMPTS_MAX, after};
pub use settings::{EndpointSettings, Settings, SettingsError};
