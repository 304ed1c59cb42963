//! What there is to say about callbacks.

use clap::{Args, Subcommand};

use super::{Format, STORE};

pub(super) const HELP: &str = "A receiver is named as in the settings: `default` is callbacks.url, others stand in [callbacks.endpoints]. One that answers 410\nis gone: it gets nothing more until it is enabled.\n\nExamples:\n  satyapan callbacks list --state dead\n  satyapan callbacks list --to erp --format ndjson | jq -r '[.id, .status, .detail] | @tsv'\n  satyapan callbacks replay msg_01KAF3QZ6X9P4M2N8R7T5V1W0Y_1 --to erp\n  satyapan callbacks enable erp\n  satyapan callbacks prune --state dead --older-than 30";

#[derive(Debug, Args)]
pub(crate) struct CallbacksArgs {
    #[arg(long, global = true, value_name = "URL", help = STORE)]
    pub(crate) store: Option<String>,
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    #[command(subcommand)]
    pub(crate) command: CallbacksCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CallbacksCommand {
    /// Messages to receivers, the newest first
    List {
        /// waiting, delivered, gone or dead
        #[arg(long)]
        state: Option<callbacks::State>,
        /// Only to this receiver
        #[arg(long, value_name = "RECEIVER")]
        to: Option<String>,
        #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
    },
    /// Send a message again, whatever became of it, with all its attempts
    Replay {
        /// As `callbacks list` prints it
        id: String,
        /// To this receiver [default: to all who got it]
        #[arg(long, value_name = "RECEIVER")]
        to: Option<String>,
    },
    /// Deliver again to a receiver that was gone, what it missed included
    Enable {
        #[arg(value_name = "RECEIVER")]
        receiver: String,
    },
    /// Forget messages that came to an end
    Prune {
        /// delivered, gone or dead
        #[arg(long, default_value = "delivered")]
        state: callbacks::State,
        /// Only those that ended so many days ago
        #[arg(long, value_name = "DAYS", default_value_t = 0)]
        older_than: u16,
    },
}
