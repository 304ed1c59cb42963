//! Who resolves holds over a store: the same reviewer for the command line, the API and the pages.

use std::{sync::Arc, time::Duration};

use agent::{
    Reviewer, Rules,
    engine::{Extra, Journal},
    review::HeldCases,
};
use anyhow::{Context, Result};
use domain::{Paise, review::Review};
use store::{
    Pruned, Store,
    journal::{Beside, ReviewEnding},
};

use crate::settings::{self, Settings};

/// A reviewer over a store and its journal. What is given as `beside` is stored in the transaction of each
/// review, such as the message that tells of it.
///
/// # Errors
/// A limit that is no amount.
pub(crate) fn reviewer(
    store: &Arc<dyn Store>,
    journal: &Arc<dyn Journal>,
    settings: &Settings,
    beside: Option<Arc<dyn Beside>>,
) -> Result<Reviewer> {
    let cases: Arc<dyn HeldCases> = Arc::<dyn Store>::clone(store);
    let commit = move |review: &Review| -> Extra {
        Box::new(ReviewEnding {
            review: review.clone(),
            beside: beside.clone(),
        })
    };
    let rules = rules(&settings.review)?;
    Ok(Reviewer::new(journal, cases, rules, Arc::new(commit))?)
}

fn rules(settings: &settings::Review) -> Result<Rules> {
    let four_eyes_above = Paise::from_rupees(settings.four_eyes_above)
        .context("review.four_eyes_above is no amount in rupees")?;
    Ok(Rules {
        four_eyes_above,
        reason_chars: settings.reason_chars,
    })
}

/// Prunes what was finished more than so many days ago.
///
/// # Errors
/// A store that does not answer.
pub(crate) async fn prune(store: &dyn Store, days: u32, dry_run: bool) -> Result<Pruned> {
    let now = jiff::Timestamp::now();
    let age = Duration::from_secs(u64::from(days).saturating_mul(86_400));
    let before = now
        .checked_sub(age)
        .with_context(|| format!("{days} days ago is before all calendars"))?;
    let pruned = store
        .prune(&before.to_string(), &now.to_string(), dry_run)
        .await?;
    Ok(pruned)
}
