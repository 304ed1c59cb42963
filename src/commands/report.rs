//! `report`: analytics over the ledger and over stored verdicts, as a table, JSON, or a row a line.

use anyhow::Result;

use super::{note, say, style};
use crate::{
    Exit,
    cli::{Common, Format, ReportArgs},
    render,
    settings::Settings,
    wiring::report::Source,
};

pub(crate) async fn run(args: ReportArgs, common: &Common, settings: &Settings) -> Result<Exit> {
    let request = args.request()?;
    let (book, store) = (args.book.as_deref(), args.store.as_deref());
    let source = Source::open(book, store, args.tenant(), settings).await?;
    let table = source.table(&request).await??;
    source.close().await;
    match args.format {
        Format::Text => say(&render::table::table(&table, style(common, false, false)))?,
        Format::Json => say(&format!(
            "{}\n",
            serde_json::to_string_pretty(&table.json())?
        ))?,
        Format::Ndjson => {
            for line in table.ndjson() {
                say(&format!("{line}\n"))?;
            }
            // A line is a row: what is to be said of all of them has no place among them.
            for remark in &table.notes {
                note(&format!("note: {remark}\n"));
            }
        }
    }
    Ok(Exit::Good)
}
