//! `load`: a book into the store; all of it or nothing.

use anyhow::{Result, bail};

use super::say;
use crate::{
    Exit,
    cli::{Format, Load},
    settings::Settings,
    wiring,
};

pub(crate) async fn run(args: Load, settings: &Settings) -> Result<Exit> {
    if !args.dir.is_dir() {
        bail!(
            "{}: is no directory; a book is a directory of plain files",
            args.dir.display()
        );
    }
    let store = wiring::open_store(args.store.as_deref(), settings).await?;
    let report = store.load(&args.dir, store::Limits::default()).await?;
    if args.format == Format::Text {
        for file in &report.files {
            say(&format!(
                "{:<28}{:>9} rows: {} added, {} changed, {} unchanged\n",
                file.name, file.rows, file.added, file.changed, file.unchanged
            ))?;
        }
        for note in &report.notes {
            say(&format!("note: {note}\n"))?;
        }
    } else {
        say(&format!("{}\n", serde_json::to_string(&report)?))?;
    }
    store.close().await;
    Ok(Exit::Good)
}
