//! What there is to say about reports.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use domain::Date;
use report::{By, Kind, Request, Unit};

use super::{Format, STORE, parse_day};

pub(super) const HELP: &str = "Spend, growth and gaps are over the ledger, drift over the stored verdicts of a tenant. Days are in IST, years and quarters those of the Indian financial year. Rejected invoices count in spend by status and in gaps alone.\n\nExamples:\n  satyapan report spend --book BOOK --by vendor --top 10\n  satyapan report spend --by month --from 2026-04-01 --vendor V001\n  satyapan report growth --by quarter --format json | jq '.rows[-1].change_percent'\n  satyapan report gaps --vendor 27ZZQCM1107R1ZT\n  satyapan report drift --format ndjson | jq -r '[.supplier, .check, .since] | @tsv'";

const SPEND_HELP: &str = "Rank and share are by the total, taxes included; those who tie share a rank. The running total goes down the rows: of a time by time, else from the largest. Where credit notes cancel out what was billed there are no shares.\n\nExamples:\n  satyapan report spend --book BOOK\n  satyapan report spend --by quarter --from 2025-04-01 --to 2026-03-31\n  satyapan report spend --by status --format json | jq .totals";

const GROWTH_HELP: &str = "Each period beside the one before it and the same one a year earlier. A period without invoices is zero; a growth over zero is absent. --from and --to name periods: those that hold these days are counted whole. --top keeps the latest.\n\nExamples:\n  satyapan report growth --by quarter --vendor V003\n  satyapan report growth --by month --from 2026-04-01";

const GAPS_HELP: &str = "A series is one text around the counter in one financial year. Years that --from and --to touch are counted whole: else numbers of days left out would be called missing. The largest series come first.\n\nExample:\n  satyapan report gaps --from 2026-04-01 --format ndjson | jq -r '.supplier as $s | .gaps[] | [$s, .from, .until, .count] | @tsv'";

const DRIFT_HELP: &str = "Of each supplier and check: since which day it fails, or is left unverified, more often than before, and with which invoices. A change is told where chance alone would bring one as marked in fewer than one of 1,000,000 series that have none (`one_in`); no rate is assumed. A check that fails in a third of a supplier's invoices after 200 without is told after some 20 invoices. Days are those on which the invoices were judged; a document that was judged again counts once.\n\nExamples:\n  satyapan report drift --store sqlite:satyapan.db\n  satyapan report drift --vendor V001 --from 2026-04-01";

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Work on this book in memory
    #[arg(long, global = true, value_name = "DIR", conflicts_with = "store")]
    pub(crate) book: Option<PathBuf>,
    #[arg(long, global = true, value_name = "URL", help = STORE)]
    pub(crate) store: Option<String>,
    /// First day [default: of all there is]
    #[arg(long, global = true, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    from: Option<Date>,
    /// Last day [default: of all there is]
    #[arg(long, global = true, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    to: Option<Date>,
    /// Of one vendor, by id or GSTIN
    #[arg(long, global = true, value_name = "VENDOR")]
    vendor: Option<String>,
    /// Whose verdicts, and whose verified invoices beside the book's [default: those that no tenant asked for]
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        default_value = "",
        hide_default_value = true
    )]
    tenant: String,
    /// So many rows at most
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    top: Option<u32>,
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    #[command(subcommand)]
    report: ReportCommand,
}

#[derive(Debug, Subcommand)]
enum ReportCommand {
    /// What was billed: ranks, shares, running totals
    #[command(after_help = SPEND_HELP)]
    Spend {
        #[arg(long, value_enum, default_value_t = SpendBy::Vendor)]
        by: SpendBy,
    },
    /// What was billed, beside the period before and the year before
    #[command(after_help = GROWTH_HELP)]
    Growth {
        #[arg(long, value_enum, default_value_t = GrowthBy::Month)]
        by: GrowthBy,
    },
    /// Numbers that the ledger lacks of each supplier's series
    #[command(after_help = GAPS_HELP)]
    Gaps,
    /// Which supplier's invoices fail or are left unverified more often, by which check, since which day
    #[command(after_help = DRIFT_HELP)]
    Drift,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SpendBy {
    /// Registrations of one PAN are one vendor
    Vendor,
    Month,
    Quarter,
    Year,
    /// By the buyer's GSTIN
    Buyer,
    /// Rejected invoices too
    Status,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GrowthBy {
    Month,
    Quarter,
    Year,
}

impl ReportArgs {
    /// What is asked for.
    pub(crate) fn request(&self) -> Result<Request> {
        let kind = match self.report {
            ReportCommand::Spend { by } => Kind::Spend(match by {
                SpendBy::Vendor => By::Vendor,
                SpendBy::Month => By::Time(Unit::Month),
                SpendBy::Quarter => By::Time(Unit::Quarter),
                SpendBy::Year => By::Time(Unit::Year),
                SpendBy::Buyer => By::Buyer,
                SpendBy::Status => By::Status,
            }),
            ReportCommand::Growth { by } => Kind::Growth(match by {
                GrowthBy::Month => Unit::Month,
                GrowthBy::Quarter => Unit::Quarter,
                GrowthBy::Year => Unit::Year,
            }),
            ReportCommand::Gaps => Kind::Gaps,
            ReportCommand::Drift => Kind::Drift,
        };
        let request = Request {
            kind,
            from: self.from,
            to: self.to,
            vendor: self.vendor.clone(),
            top: self.top.map(usize::try_from).transpose()?,
        };
        Ok(request.checked()?)
    }

    /// Whose it is; the empty text for the tenant without a name.
    pub(crate) fn tenant(&self) -> &str {
        &self.tenant
    }
}
