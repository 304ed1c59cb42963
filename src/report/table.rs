//! What a report comes to: typed columns and rows, and their JSON.

use domain::{Date, Decimal, money};
use serde_json::{Map, Value, json};

/// What a column holds. In JSON: a text, a whole number, rupees as a number with paise, a per cent as a number with two
/// decimals, a day as `yyyy-mm-dd`, a list of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Text,
    Count,
    Rupees,
    Percent,
    Day,
    List,
}

impl Form {
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Count => "count",
            Self::Rupees => "rupees",
            Self::Percent => "percent",
            Self::Day => "day",
            Self::List => "list",
        }
    }
}

/// Where a person reads a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Among the columns. Where they are too wide, those of the lowest number leave first; nine stays.
    Beside(u8),
    /// In lines of its own below the row.
    Below,
    /// Nowhere: it is for programs.
    Data,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// As JSON names it.
    pub name: &'static str,
    /// As a person reads it.
    pub head: &'static str,
    pub form: Form,
    pub place: Place,
}

impl Column {
    pub(crate) const fn new(
        name: &'static str,
        head: &'static str,
        form: Form,
        place: Place,
    ) -> Self {
        Self {
            name,
            head,
            form,
            place,
        }
    }
}

/// One of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// As a person reads it.
    pub text: String,
    pub value: Value,
}

/// A value, of its column's form; or none, where there is nothing to say.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    None,
    Text(String),
    Count(u64),
    /// Rupees.
    Rupees(Decimal),
    /// Per cent, to two decimals.
    Percent(Decimal),
    Day(Date),
    List(Vec<Entry>),
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Rupees with their paise.
    pub(crate) fn rupees(amount: Decimal) -> Self {
        let mut amount = amount;
        if amount.scale() < 2 {
            amount.rescale(2);
        }
        Self::Rupees(amount)
    }

    /// What share of a whole this is; none where the whole is zero or less, as when credit notes cancel it out.
    pub(crate) fn share(of: Decimal, whole: Decimal) -> Self {
        if whole <= Decimal::ZERO {
            return Self::None;
        }
        let share = Decimal::ONE_HUNDRED
            .checked_mul(of)
            .and_then(|hundredfold| hundredfold.checked_div(whole));
        share.map_or(Self::None, |share| {
            let mut share = money::to_paise_half_up(share);
            share.rescale(2);
            Self::Percent(share)
        })
    }

    pub fn json(&self) -> Value {
        match self {
            Self::None => Value::Null,
            Self::Text(text) => json!(text),
            Self::Count(count) => json!(count),
            Self::Rupees(amount) | Self::Percent(amount) => money::to_json(*amount),
            Self::Day(day) => json!(day.to_string()),
            Self::List(entries) => entries.iter().map(|entry| entry.value.clone()).collect(),
        }
    }
}

/// What a report comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The report's name, `spend`.
    pub report: &'static str,
    /// What was asked for, by parameter.
    pub of: Vec<(&'static str, Value)>,
    pub columns: Vec<Column>,
    /// Each as long as `columns`.
    pub rows: Vec<Vec<Cell>>,
    /// Over all rows, those left out included; `None` where nothing adds up.
    pub totals: Option<Vec<Cell>>,
    /// Rows that `top` left out.
    pub left_out: usize,
    /// What a reader should know, in sentences.
    pub notes: Vec<String>,
}

impl Table {
    /// The first rows, and how many there are besides.
    pub(crate) fn cut(&mut self, top: Option<usize>) {
        if let Some(top) = top {
            self.left_out = self.rows.len().saturating_sub(top);
            self.rows.truncate(top);
        }
    }

    fn record(&self, row: &[Cell]) -> Value {
        let named = self.columns.iter().zip(row);
        named
            .map(|(column, cell)| (column.name.to_owned(), cell.json()))
            .collect::<Map<String, Value>>()
            .into()
    }

    /// `{"report","of":{…},"columns":[{"name","form"}],"rows":[{…}],"totals"?,"left_out","note"?}`.
    pub fn json(&self) -> Value {
        let mut of = Map::new();
        for (name, value) in &self.of {
            of.insert((*name).to_owned(), value.clone());
        }
        let columns: Vec<Value> = self
            .columns
            .iter()
            .map(|column| json!({"name": column.name, "form": column.form.name()}))
            .collect();
        let rows: Vec<Value> = self.rows.iter().map(|row| self.record(row)).collect();
        let mut told = json!({"report": self.report, "of": of, "columns": columns, "rows": rows});
        if let Some(totals) = &self.totals {
            let stated: Map<String, Value> = self
                .columns
                .iter()
                .zip(totals)
                .filter(|(_, cell)| **cell != Cell::None)
                .map(|(column, cell)| (column.name.to_owned(), cell.json()))
                .collect();
            told["totals"] = stated.into();
        }
        told["left_out"] = json!(self.left_out);
        if !self.notes.is_empty() {
            told["note"] = json!(self.notes.join(" "));
        }
        told
    }

    /// The rows, a line of JSON each.
    pub fn ndjson(&self) -> impl Iterator<Item = String> {
        self.rows.iter().map(|row| self.record(row).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_exact_and_absent_of_nothing() {
        for (of, whole, want) in [
            ("1", "3", Some("33.33")),
            ("2", "3", Some("66.67")),
            ("0.01", "200", Some("0.01")),
            ("0.01", "201", Some("0.00")),
            ("-5", "10", Some("-50.00")),
            ("99999999999999.99", "99999999999999.99", Some("100.00")),
            ("5", "0", None),
            ("5", "-1", None),
        ] {
            let share = Cell::share(of.parse().unwrap(), whole.parse().unwrap());
            let want = want.map_or(Cell::None, |text| Cell::Percent(text.parse().unwrap()));
            assert_eq!(
                share.json().to_string(),
                want.json().to_string(),
                "{of} of {whole}"
            );
        }
    }

    #[test]
    fn amounts_keep_their_paise() {
        for (amount, want) in [("5", "5.00"), ("-0.1", "-0.10"), ("111300.00", "111300.00")] {
            assert_eq!(
                Cell::rupees(amount.parse().unwrap()).json().to_string(),
                want
            );
        }
    }
}
