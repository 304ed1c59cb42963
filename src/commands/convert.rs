//! `convert`: invoices of any known format in another one. A document that cannot be read never stops the others.

use domain::Invoice;
use ingest::{Target, write};

use super::{complain, say};
use crate::{
    Exit,
    cli::{Convert, ConvertTo},
    documents,
    settings::Settings,
};

pub(crate) fn run(args: &Convert, settings: &Settings) -> anyhow::Result<Exit> {
    if args.files.len() > settings.limits.files {
        anyhow::bail!(
            "{} files; at most {} are read in one call (limits.files)",
            args.files.len(),
            settings.limits.files
        );
    }
    let mut read = Vec::new();
    let mut exit = Exit::Good;
    for file in &args.files {
        for document in documents::read_file(file, &settings.limits) {
            match document {
                Ok(document) => read.push(document.invoice),
                Err(error) => {
                    complain(&error.to_string());
                    exit = Exit::Unreadable;
                }
            }
        }
    }
    if read.is_empty() {
        return Ok(exit);
    }
    let target = match args.to {
        ConvertTo::Inv01 => Target::Inv01,
        ConvertTo::Erpnext => Target::Erpnext,
        ConvertTo::Tally => Target::Tally,
    };
    let invoices: Vec<&Invoice> = read.iter().map(AsRef::as_ref).collect();
    say(&write(&invoices, target))?;
    Ok(exit)
}
