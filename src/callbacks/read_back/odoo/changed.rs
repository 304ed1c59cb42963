//! The bills that Odoo changed in a time.

use async_trait::async_trait;
use bytes::Bytes;
use jiff::{Timestamp, tz::Offset};
use serde_json::{Value, json};

use super::{MOVE, NAME, Odoo};
use crate::{
    ReadBackError,
    pull::{Found, Listed, Lists, Span, moment},
};

const PAGE: u32 = 200;

#[async_trait]
impl Lists for Odoo {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn list(&self, span: &Span) -> Result<Listed, ReadBackError> {
        let asked = "the list of vendor bills";
        // Odoo keeps UTC, and parts of seconds that it does not tell.
        let utc = |at: Timestamp| {
            Offset::UTC
                .to_datetime(at)
                .strftime("%Y-%m-%d %H:%M:%S")
                .to_string()
        };
        let until = span.window.until.as_second().saturating_add(1);
        let until = Timestamp::from_second(until).unwrap_or(Timestamp::MAX);
        let domain = json!([
            ["move_type", "in", ["in_invoice", "in_refund", "in_receipt"]],
            ["state", "=", "posted"],
            ["write_date", ">=", utc(span.window.since)],
            ["write_date", "<", utc(until)],
        ]);
        let named = json!({
            "domain": domain,
            "fields": ["ref", "write_date", "state", "move_type"],
            "order": "write_date asc, id asc",
            "offset": span.page.saturating_mul(PAGE),
            "limit": PAGE,
        });
        let Value::Object(named) = named else {
            return Err(self.line.malformed(asked, "it cannot be asked for"));
        };
        let Value::Array(rows) = self.call(MOVE, "search_read", &[], named).await? else {
            return Err(self.line.malformed(asked, "it is no list of records"));
        };
        let found = rows.iter().map(|row| {
            let id = row["id"].as_u64();
            let id = id.ok_or_else(|| self.line.malformed(asked, "a record has no id"))?;
            let text = |member: &str| row[member].as_str().unwrap_or_default();
            let message = json!({
                "_model": MOVE, "_id": id, "write_date": text("write_date"),
                "state": text("state"), "move_type": text("move_type"),
            });
            Ok(Found {
                name: format!("{MOVE} {id}"),
                number: text("ref").to_owned(),
                changed: moment(text("write_date"), Offset::UTC),
                head: message.to_string().into(),
                whole: true,
                list: 0,
                id: id.to_string(),
            })
        });
        let found = found.collect::<Result<Vec<_>, _>>()?;
        let more = u32::try_from(found.len()).is_ok_and(|count| count >= PAGE);
        Ok(Listed { found, more })
    }

    async fn message(&self, found: &Found) -> Result<Bytes, ReadBackError> {
        // Its list tells all.
        Err(self.line.absent(&found.name))
    }
}
