//! What a daemon takes in by itself while it runs: files of a folder, and vouchers of Tally.

use std::time::Duration;

use anyhow::Result;
use callbacks::{TallySettings, Window};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::{
    daemon::House,
    folder::Folder,
    intake::{Count, How, Intake, Origin},
};
use crate::settings::Settings;

impl House {
    /// Takes in what nobody sends, until told to stop: what lies in a folder, and what Tally has. `None` where neither is
    /// wanted.
    ///
    /// # Errors
    /// A folder that cannot be watched, a system that cannot be asked.
    pub(crate) fn intake(
        &self,
        stop: watch::Receiver<bool>,
        settings: &Settings,
    ) -> Result<Option<impl Future<Output = ()> + Send + use<>>> {
        let tally = settings.read_back.tally.as_ref();
        let tally = tally.filter(|tally| tally.every_s > 0).cloned();
        let folder = settings.inbox.folder.as_deref();
        if tally.is_none() && folder.is_none() {
            return Ok(None);
        }
        let intake = Intake::new(&self.queue, &self.store, settings)?;
        let bytes_max = settings.limits.file_bytes;
        let folder = folder
            .map(|path| Folder::open(intake.clone(), path, &settings.inbox, bytes_max))
            .transpose()?;
        let origin = Origin::named("tally", settings)?;
        let poll = Duration::from_secs(settings.inbox.poll_s.max(1));
        let stopped = stop.clone();
        let watching = async move {
            if let Some(folder) = folder {
                folder.watch(poll, stopped).await;
            }
        };
        let pulling = async move {
            if let Some(tally) = tally {
                intake.pull_again_and_again(&origin, &tally, stop).await;
            }
        };
        Ok(Some(async move {
            tokio::join!(watching, pulling);
        }))
    }
}

impl Intake {
    /// Asks Tally for the vouchers of the last days, and again after a while, until told to stop. The days overlap: what
    /// was entered late, or altered, has its turn as well.
    async fn pull_again_and_again(
        &self,
        origin: &Origin,
        tally: &TallySettings,
        mut stop: watch::Receiver<bool>,
    ) {
        while !*stop.borrow() {
            let pulling = async {
                let until = Timestamp::now();
                let back = SignedDuration::from_hours(24 * i64::from(tally.days.saturating_sub(1)));
                let since = until.checked_sub(back).unwrap_or(until);
                let mut count = Count::default();
                let pulled = self
                    .pull(origin, Window { since, until }, None, How::Take, |came| {
                        count.count(&came.outcome);
                    })
                    .await;
                if let Err(error) = pulled {
                    tracing::warn!("tally: not all was read, it is asked again: {error:#}");
                }
                let Count {
                    added,
                    known,
                    unreadable,
                    ..
                } = count;
                if added + unreadable > 0 {
                    tracing::info!(
                        "tally: {added} vouchers added, {known} known, {unreadable} unreadable"
                    );
                }
                tokio::time::sleep(Duration::from_secs(tally.every_s)).await;
            };
            tokio::select! {
                () = pulling => {}
                // Whoever could stop it is gone: so is the reason to go on.
                stopped = stop.changed() => if stopped.is_err() { return },
            }
        }
    }
}
