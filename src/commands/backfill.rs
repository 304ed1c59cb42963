//! `backfill`: what a system's webhooks did not bring, asked for.

use anyhow::{Context, Result, bail};
use callbacks::Window;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::json;

use super::{Progress, complain, say};
use crate::{
    Exit,
    cli::{Backfill, Format, When},
    render::printable,
    settings::Settings,
    wiring::{
        self, daemon,
        intake::{Came, Count, How, Intake, Origin, Outcome},
    },
};

/// What came of it.
#[derive(Serialize)]
struct Sum {
    source: String,
    since: Timestamp,
    until: Timestamp,
    dry_run: bool,
    #[serde(flatten)]
    count: Count,
}

pub(crate) async fn run(args: Backfill, settings: &Settings) -> Result<Exit> {
    let origin = Origin::named(&args.source, settings)?;
    let window = window(args.since, args.until, Timestamp::now())?;
    let store = wiring::open_store(args.store.as_deref(), settings).await?;
    let queue = daemon::queue(store.as_ref(), settings);
    let intake = Intake::new(&queue, &store, settings)?;
    let how = if args.dry_run {
        How::Rehearse
    } else {
        How::Take
    };
    let mut progress = Progress::endless();
    let mut count = Count::default();
    let mut lines = Vec::new();
    let mut unsaid = None;
    let pulled = intake
        .pull(&origin, window, args.limit, how, |came| {
            count.count(&came.outcome);
            progress.step(&format!("{} added, {} known", count.added, count.known));
            if let Outcome::Unreadable { reason } = &came.outcome {
                complain(&format!("{}: {reason}", came.document));
            }
            let said = match args.format {
                Format::Text => line(came, args.dry_run).map_or(Ok(()), |line| say(&line)),
                Format::Ndjson => serde_json::to_string(came)
                    .map_err(Into::into)
                    .and_then(|line| say(&format!("{line}\n"))),
                Format::Json => serde_json::to_value(came)
                    .map(|came| lines.push(came))
                    .map_err(Into::into),
            };
            unsaid = unsaid.take().or(said.err());
        })
        .await;
    drop(progress);
    drop((queue, intake));
    store.close().await;
    if let Some(error) = unsaid {
        return Err(error.into());
    }
    let sum = Sum {
        source: origin.source,
        since: window.since,
        until: window.until,
        dry_run: args.dry_run,
        count,
    };
    match args.format {
        Format::Text => say(&told(&sum))?,
        Format::Ndjson => say(&format!("{}\n", serde_json::to_string(&sum)?))?,
        Format::Json => {
            let mut sum = json!(sum);
            sum["documents"] = lines.into();
            say(&format!("{sum}\n"))?;
        }
    }
    pulled.context("not all of it was read; run it again, what came is known then")?;
    Ok(if count.unreadable > 0 {
        Exit::Unreadable
    } else {
        Exit::Good
    })
}

/// What is said of a document: of those that are known only how many they are.
fn line(came: &Came, dry_run: bool) -> Option<String> {
    let what = match &came.outcome {
        Outcome::Added { .. } if dry_run => "would be added".to_owned(),
        Outcome::Added { job } => format!("added as {}", job.as_deref().unwrap_or_default()),
        Outcome::Known { job, dead: true } => format!("known as {job}, which is dead"),
        Outcome::PassedOver { reason } => format!("passed over: {reason}"),
        Outcome::Known { .. } | Outcome::Unreadable { .. } => return None,
    };
    let number = came.invoice.as_deref().unwrap_or("no number");
    Some(format!(
        "{}\n",
        printable(&format!("{}  {number}  {what}", came.document))
    ))
}

fn told(sum: &Sum) -> String {
    let count = &sum.count;
    let added = if sum.dry_run { "to add" } else { "added" };
    let dead = if count.dead > 0 {
        format!(
            " ({} dead: `satyapan queue retry ID` tries one again)",
            count.dead
        )
    } else {
        String::new()
    };
    format!(
        "{} from {} to {}: {} found, {} {added}, {} known{dead}, {} passed over, {} unreadable\n",
        sum.source,
        sum.since,
        sum.until,
        count.found,
        count.added,
        count.known,
        count.passed_over,
        count.unreadable
    )
}

/// From when until when, both included.
fn window(since: When, until: Option<When>, now: Timestamp) -> Result<Window> {
    let start = |when| match when {
        When::Day(day) => midnight(day),
        When::At(at) => Some(at),
        When::Ago(ago) => now.checked_sub(ago).ok(),
    };
    let since = start(since).context("--since: is before all time")?;
    let until = match until {
        None => Some(now),
        Some(When::Day(day)) => day
            .tomorrow()
            .ok()
            .and_then(midnight)
            .and_then(|next| next.checked_sub(SignedDuration::from_micros(1)).ok()),
        Some(when) => start(when),
    };
    let until = until.context("--until: is after all time")?;
    if since > until {
        bail!("--since {since} is after --until {until}; turn them round");
    }
    Ok(Window { since, until })
}

/// The first moment of a day in India.
fn midnight(day: domain::Date) -> Option<Timestamp> {
    callbacks::ist().to_timestamp(day.into()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_of_india() {
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        for (since, until, want) in [
            (
                "2026-11-14",
                None,
                "2026-11-13T18:30:00Z 2026-11-21T10:00:00Z",
            ),
            (
                "2026-11-14",
                Some("2026-11-14"),
                "2026-11-13T18:30:00Z 2026-11-14T18:29:59.999999Z",
            ),
            (
                "36h",
                Some("1d"),
                "2026-11-19T22:00:00Z 2026-11-20T10:00:00Z",
            ),
            ("2w", None, "2026-11-07T10:00:00Z 2026-11-21T10:00:00Z"),
            (
                "2026-11-14T09:00:00+05:30",
                None,
                "2026-11-14T03:30:00Z 2026-11-21T10:00:00Z",
            ),
        ] {
            let until: Option<When> = until.map(|until| until.parse().unwrap());
            let window = window(since.parse().unwrap(), until, now).unwrap();
            assert_eq!(
                format!("{} {}", window.since, window.until),
                want,
                "{since}"
            );
        }
        assert!(window("1d".parse().unwrap(), Some("2d".parse().unwrap()), now).is_err());
        assert!(window("4000000000h".parse().unwrap(), None, now).is_err());
        for wrong in ["", "d", "-1d", "7", "7m", "14-11-2026", "٣d", "1.5h"] {
            assert!(wrong.parse::<When>().is_err(), "{wrong}");
        }
    }
}
