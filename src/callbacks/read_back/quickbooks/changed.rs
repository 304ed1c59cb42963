//! The bills and vendor credits that `QuickBooks` changed in a time.

use async_trait::async_trait;
use bytes::Bytes;
use jiff::tz::Offset;
use serde_json::{Value, json};

use super::{MINOR_VERSION, NAME, QuickBooks};
use crate::{
    ReadBackError,
    pull::{Found, Listed, Lists, Span, moment},
    read_back::below,
};

const PAGE: u32 = 100;
const ENTITIES: [&str; 2] = ["Bill", "VendorCredit"];

#[async_trait]
impl Lists for QuickBooks {
    fn name(&self) -> &'static str {
        NAME
    }

    fn lists(&self) -> usize {
        ENTITIES.len()
    }

    async fn list(&self, span: &Span) -> Result<Listed, ReadBackError> {
        let none = Listed {
            found: Vec::new(),
            more: false,
        };
        let Some(entity) = ENTITIES.get(span.list) else {
            return Ok(none);
        };
        let asked = format!("the list of {entity}s");
        let realm = &self.settings.realm;
        if realm.is_empty() || !realm.bytes().all(|byte| byte.is_ascii_digit()) {
            let detail = "read_back.quickbooks.realm does not say which company".to_owned();
            return Err(self.line.refused(&asked, detail));
        }
        let query = format!(
            "select * from {entity} where MetaData.LastUpdatedTime >= '{}' and MetaData.LastUpdatedTime <= '{}' \
             orderby MetaData.LastUpdatedTime asc startposition {} maxresults {PAGE}",
            span.window.since,
            span.window.until,
            span.page.saturating_mul(PAGE).saturating_add(1)
        );
        let mut url = below(&self.base, &["v3", "company", realm, "query"]);
        url.query_pairs_mut()
            .append_pair("query", &query)
            .append_pair("minorversion", MINOR_VERSION);
        let answer = self.asked(&url, &asked).await?;
        let answer: Value = serde_json::from_slice(&answer)
            .map_err(|_| self.line.malformed(&asked, "it is no JSON"))?;
        let Some(response) = answer.get("QueryResponse").filter(|it| it.is_object()) else {
            return Err(self.line.malformed(&asked, "it has no `QueryResponse`"));
        };
        // Where nothing is found there is no list.
        let rows = response.get(*entity).and_then(Value::as_array);
        let rows = rows.map(Vec::as_slice).unwrap_or_default();
        let found = rows.iter().map(|row| {
            let id = row["Id"].as_str().unwrap_or_default();
            if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(self.line.malformed(&asked, "a row has no Id"));
            }
            let updated = row["MetaData"]["LastUpdatedTime"].as_str().unwrap_or_default();
            let created = row["MetaData"]["CreateTime"].as_str().unwrap_or_default();
            let operation = if created == updated { "Create" } else { "Update" };
            let message = json!({"eventNotifications": [{"realmId": realm, "dataChangeEvent": {"entities": [
                {"name": entity, "id": id, "operation": operation, "lastUpdated": updated},
            ]}}]});
            Ok(Found {
                name: format!("{entity} {id}"),
                number: row["DocNumber"].as_str().unwrap_or_default().to_owned(),
                changed: moment(updated, Offset::UTC),
                head: message.to_string().into(),
                whole: true,
                list: span.list,
                id: id.to_owned(),
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
