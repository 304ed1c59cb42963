//! A report's table in as many columns as the terminal has: numbers to the right, in Indian groups; what does not fit
//! beside the rest is left out and said so.

use domain::{
    Decimal,
    civil::{parse_date, readable},
    money::grouped,
};
use report::{Cell, Column, Form, Place, Table};
use textwrap::core::display_width;

use super::{Style, Tint, printable};

/// Between two columns.
const SPACE: usize = 2;
/// A longer text is cut where another column would have to go for it; and in no case below this.
const TEXT: usize = 20;
const TEXT_LEAST: usize = 8;

/// A column as it is laid out.
struct Laid<'a> {
    at: usize,
    column: &'a Column,
    stays: u8,
    /// Of its widest cell, and as it is shown.
    natural: usize,
    width: usize,
}

/// The table as text.
pub(crate) fn table(table: &Table, style: Style) -> String {
    let mut out = style.wrapped("", "  ", &title(table));
    out.push('\n');
    let (laid, left) = laid(table, style.width);
    if !table.rows.is_empty() {
        let heads = laid.iter().map(|one| one.column.head.to_owned());
        let heads = line(&laid, heads);
        out.push_str(&style.tint(Tint::Quiet, &heads));
        out.push('\n');
    }
    for row in &table.rows {
        out.push_str(&line(&laid, cells(&laid, row)));
        out.push('\n');
        for (column, cell) in table.columns.iter().zip(row) {
            if let (Place::Below, Cell::List(entries)) = (column.place, cell) {
                let texts: Vec<String> = entries.iter().map(|entry| plain(&entry.text)).collect();
                let text = format!("{}: {}", column.head, texts.join(", "));
                out.push_str(&style.wrapped("      ", "        ", &text));
                out.push('\n');
            }
        }
    }
    if let Some(totals) = table.totals.as_ref().filter(|_| table.rows.len() > 1) {
        out.push_str(&style.tint(Tint::Quiet, &line(&laid, sums(&laid, totals))));
        out.push('\n');
    }
    let mut remarks = table.notes.clone();
    match table.left_out {
        0 => {}
        1 => remarks.insert(0, "1 row more is left out (--top).".to_owned()),
        n => remarks.insert(0, format!("{n} rows more are left out (--top).")),
    }
    if !left.is_empty() {
        let left = left.join(", ");
        remarks.push(format!(
            "Not shown for want of room: {left}; --format json has all."
        ));
    }
    for remark in remarks {
        out.push_str(&style.wrapped("note: ", "      ", &remark));
        out.push('\n');
    }
    out
}

/// `spend by vendor, from 1 Apr 2026; rupees`.
fn title(table: &Table) -> String {
    let mut title = table.report.to_owned();
    for (name, value) in &table.of {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        let day = parse_date(&value).filter(|_| matches!(*name, "from" | "to"));
        let value = day.map_or(value, readable);
        let (lead, name) = match *name {
            "by" => (" ", "by"),
            "vendor" => (", ", "of"),
            name => (", ", name),
        };
        title.extend([lead, name, " ", &value]);
    }
    let rupees = table
        .columns
        .iter()
        .any(|column| column.form == Form::Rupees);
    if rupees {
        title.push_str("; in rupees");
    }
    title
}

/// The columns that fit, and the heads of those that do not.
fn laid(table: &Table, room: usize) -> (Vec<Laid<'_>>, Vec<&str>) {
    let mut laid = Vec::new();
    for (at, column) in table.columns.iter().enumerate() {
        let Place::Beside(stays) = column.place else {
            continue;
        };
        let rows = table.rows.iter().chain(&table.totals);
        let widest = rows
            .filter_map(|row| row.get(at))
            .map(|cell| display_width(&shown(cell)));
        let natural = widest
            .max()
            .unwrap_or_default()
            .max(display_width(column.head));
        let width = if column.form == Form::Text {
            natural.min(TEXT)
        } else {
            natural
        };
        laid.push(Laid {
            at,
            column,
            stays,
            natural,
            width,
        });
    }
    let mut left = Vec::new();
    while wide(&laid) > room {
        let Some(first) = laid
            .iter()
            .map(|one| one.stays)
            .min()
            .filter(|stays| *stays < 9)
        else {
            break;
        };
        // Those of one number say one thing together.
        let leaves = |one: &&Laid<'_>| one.stays == first;
        left.extend(laid.iter().filter(leaves).map(|one| one.column.head));
        laid.retain(|one| one.stays != first);
    }
    // What is left of the room goes to texts that were cut, and what is wanting comes from them.
    let mut spare = room.saturating_sub(wide(&laid));
    let mut over = wide(&laid).saturating_sub(room);
    for one in laid.iter_mut().filter(|one| one.column.form == Form::Text) {
        let more = spare.min(one.natural - one.width);
        let less = over.min(one.width.saturating_sub(TEXT_LEAST));
        (spare, over) = (spare - more, over - less);
        one.width = one.width + more - less;
    }
    (laid, left)
}

fn wide(laid: &[Laid<'_>]) -> usize {
    let columns: usize = laid.iter().map(|one| one.width + SPACE).sum();
    columns.saturating_sub(SPACE)
}

fn cells<'a>(laid: &'a [Laid<'a>], row: &'a [Cell]) -> impl Iterator<Item = String> {
    laid.iter()
        .map(|one| row.get(one.at).map(shown).unwrap_or_default())
}

/// What adds up, with a word in the first column that does not.
fn sums(laid: &[Laid<'_>], totals: &[Cell]) -> impl Iterator<Item = String> {
    let text = laid.iter().position(|one| one.column.form == Form::Text);
    laid.iter()
        .enumerate()
        .map(move |(place, one)| match totals.get(one.at) {
            _ if Some(place) == text => "all".to_owned(),
            None | Some(Cell::None) => String::new(),
            Some(cell) => shown(cell),
        })
}

/// A line of cells, numbers to the right, and nothing behind the last.
fn line(laid: &[Laid<'_>], cells: impl Iterator<Item = String>) -> String {
    let mut line = String::new();
    for (one, cell) in laid.iter().zip(cells) {
        let cell = fitted(&cell, one.width);
        let blank = " ".repeat(one.width.saturating_sub(display_width(&cell)));
        let (before, behind) = match one.column.form {
            Form::Text | Form::Day | Form::List => ("", blank.as_str()),
            Form::Count | Form::Rupees | Form::Percent => (blank.as_str(), ""),
        };
        line.extend([before, &cell, behind, "  "]);
    }
    line.truncate(line.trim_end().len());
    line
}

/// A text in so many columns.
fn fitted(text: &str, width: usize) -> String {
    if display_width(text) <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        cut.push(c);
        if display_width(&cut) >= width {
            cut.pop();
            break;
        }
    }
    format!("{}…", cut.trim_end())
}

/// A text in one line.
fn plain(text: &str) -> String {
    printable(text).replace('\n', "\u{fffd}")
}

/// A cell as a person reads it, in one line.
fn shown(cell: &Cell) -> String {
    match cell {
        Cell::None => "-".to_owned(),
        Cell::Text(text) => plain(text),
        Cell::Count(count) => {
            let text = grouped(Decimal::from(*count));
            text.strip_suffix(".00").unwrap_or(&text).to_owned()
        }
        Cell::Rupees(amount) => grouped(*amount),
        Cell::Percent(percent) => percent.to_string(),
        Cell::Day(day) => readable(*day),
        Cell::List(entries) => entries.len().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use report::Entry;

    use super::*;

    fn column(head: &'static str, form: Form, place: Place) -> Column {
        Column {
            name: head,
            head,
            form,
            place,
        }
    }

    fn of(name: &str, total: &str, width: usize) -> String {
        let entry = Entry {
            text: format!("{name} 7"),
            value: serde_json::Value::Null,
        };
        let told = Table {
            report: "spend",
            of: vec![
                ("by", "vendor".into()),
                ("from", "2026-04-01".into()),
                ("top", 3.into()),
            ],
            columns: vec![
                column("supplier", Form::Text, Place::Beside(9)),
                column("since", Form::Day, Place::Beside(2)),
                column("total", Form::Rupees, Place::Beside(9)),
                column("share", Form::Percent, Place::Beside(1)),
                column("lacks", Form::List, Place::Below),
                column("gstin", Form::Text, Place::Data),
            ],
            rows: vec![vec![
                Cell::Text(name.to_owned()),
                Cell::Day("2026-11-09".parse().unwrap()),
                Cell::Rupees(total.parse().unwrap()),
                Cell::None,
                Cell::List(vec![entry]),
                Cell::Text("27AAACR5055K1Z7".to_owned()),
            ]],
            totals: None,
            left_out: 2,
            notes: vec!["So it is.".to_owned()],
        };
        let style = Style {
            colour: false,
            width,
            reveal: false,
            sets: false,
        };
        table(&told, style)
    }

    #[test]
    fn what_fits_stands_beside_and_the_rest_is_named() {
        assert_eq!(
            of("Konkan", "1234567.5", 60),
            "spend by vendor, from 1 Apr 2026, top 3; in rupees\n\
             supplier  since              total  share\n\
             Konkan    9 Nov 2026  12,34,567.50      -\n      \
             lacks: Konkan 7\n\
             note: 2 rows more are left out (--top).\n\
             note: So it is.\n"
        );
        let narrow = of(
            "Konkan Bearings and Fasteners Private Limited",
            "1234567.5",
            40,
        );
        assert!(
            narrow.contains("\nKonkan Bearings and Faste…  12,34,567.50\n"),
            "{narrow}"
        );
        assert!(
            narrow.contains(
                "note: Not shown for want of room: share,\n      since; --format json has all.\n"
            ),
            "{narrow}"
        );
    }

    #[test]
    fn no_text_breaks_the_lines_or_the_terminal() {
        for name in [
            "a\u{1b}[2J\u{7}b",
            "a\nb",
            "कोंकण बेयरिंग्स प्राइवेट लिमिटेड कंपनी",
            "公司公司公司公司公司公司公司公司",
            "",
        ] {
            for width in [40, 60, 120] {
                let told = of(name, "-0.10", width);
                assert!(!told.contains(['\u{1b}', '\u{7}']), "{told}");
                let rows: Vec<&str> = told.lines().filter(|line| line.contains("-0.10")).collect();
                assert!(rows.len() == 1 && display_width(rows[0]) <= width, "{told}");
                assert_eq!(
                    told.lines().filter(|line| line.contains(" 7")).count(),
                    1,
                    "{told}"
                );
            }
        }
    }
}
