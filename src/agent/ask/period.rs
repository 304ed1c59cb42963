//! Periods as people write them: "since April", "in Q2 2026-27", "last month", "between 1 and 15 October".
//!
//! Years are Indian financial years where none is named, and days are civil days in IST. What is left open is filled in from
//! the day on which the question is asked: the latest that has begun.

use domain::{
    Date, FinancialYear, TaxPeriod,
    civil::{parse_date, plus_days},
};
use ground::read;
use jiff::Span;

use super::token::Word;

/// Days that a question asks about, both ends inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// `None`: from the beginning.
    pub from: Option<Date>,
    pub until: Date,
    /// As it was asked.
    pub text: String,
}

impl Period {
    /// "As on 30 September": how things stood on its last day.
    pub(super) fn is_standing(&self) -> bool {
        self.from.is_none() && self.text.to_lowercase().starts_with("as ")
    }

    /// "By 31 December", "before June": a day until which something is to be done, and not just all until today.
    pub(super) fn is_term(&self) -> bool {
        let text = self.text.to_lowercase();
        let mut words = text.split_whitespace();
        let opened = matches!(
            words.next(),
            Some("by" | "before" | "until" | "till" | "upto" | "up" | "to")
        );
        let now = ["date", "now", "today", "tak"];
        opened && !words.next_back().is_some_and(|last| now.contains(&last))
    }

    /// Whether the day of asking is in it.
    pub(super) fn is_current(&self, as_of: Date) -> bool {
        self.from.is_none_or(|from| from <= as_of) && as_of <= self.until
    }

    /// The months of returns that it touches; from the beginning, the last thirteen.
    pub fn months(&self) -> (TaxPeriod, TaxPeriod) {
        let until = TaxPeriod::of(self.until);
        let from = self.from.map_or_else(
            || (0..12).fold(until, |month, _| month.previous()),
            TaxPeriod::of,
        );
        (from, until)
    }
}

/// A stretch of days, of which parts may be left to its neighbour or to the day of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Days(Date, Date),
    /// A day of a month without its year.
    Day {
        day: i8,
        month: i8,
    },
    Month(i8),
    /// Of the financial year: 1 is April to June.
    Quarter(i8),
    /// Of the financial year.
    Half(i8),
    /// A number that may be a day of the month named next.
    Number(i8),
}

/// What stands before a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opener {
    In,
    Since,
    After,
    Before,
    Until,
    Between,
    From,
    None,
}

fn opener(word: &str) -> Opener {
    match word {
        "in" | "during" | "for" | "of" | "on" | "within" | "over" | "se" => Opener::In,
        "since" => Opener::Since,
        "after" => Opener::After,
        "before" => Opener::Before,
        "until" | "till" | "upto" | "by" | "to" => Opener::Until,
        "between" => Opener::Between,
        "from" | "starting" => Opener::From,
        _ => Opener::None,
    }
}

/// The period that begins at a word, and how many words it takes.
pub(super) fn parse(words: &[Word<'_>], at: usize, as_of: Date) -> Option<(Period, usize)> {
    let word = words.get(at)?;
    if word.quoted.is_some() {
        return None;
    }
    let reader = Reader { words, as_of };
    let reaches = word.lower == "up" && reader.lower(at + 1) == "to";
    // "As on 30 September": how it stands then.
    let stands = word.lower == "as" && matches!(reader.lower(at + 1), "on" | "of" | "at");
    let opened = if reaches || stands {
        Opener::Until
    } else {
        opener(&word.lower)
    };
    let mut start = at + usize::from(opened != Opener::None) + usize::from(stands);
    // "up to", "in the", "for the".
    while opened != Opener::None && matches!(reader.lower(start), "the" | "to" | "of" | "month") {
        start += 1;
    }
    let (from, until, end) = reader.stretch(opened, start)?;
    let text: Vec<&str> = words.get(at..end)?.iter().map(|word| word.text).collect();
    let until = if from.is_none_or(|from| from <= as_of) {
        until.min(as_of)
    } else {
        until
    };
    let period = Period {
        from,
        until,
        text: text.join(" "),
    };
    Some((period, end - at))
}

struct Reader<'a> {
    words: &'a [Word<'a>],
    as_of: Date,
}

impl Reader<'_> {
    fn lower(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word.lower.as_str())
    }

    /// First day, last day and the word after.
    fn stretch(&self, opened: Opener, at: usize) -> Option<(Option<Date>, Date, usize)> {
        if let Some((from, next)) = self.so_far(at) {
            return Some((from, self.as_of, next));
        }
        let (unit, next) = self.unit(at, opened)?;
        // A second end: "to 15 October", "and 15 October", "- 15 October".
        let joins = match opened {
            Opener::Between => matches!(self.lower(next), "and" | "to" | "-" | "&"),
            Opener::From | Opener::None | Opener::In | Opener::Since | Opener::After => {
                matches!(
                    self.lower(next),
                    "to" | "till" | "until" | "-" | "upto" | "through"
                )
            }
            _ => false,
        };
        let second = next + 1 + usize::from(self.lower(next) == "up");
        if (joins || (self.lower(next) == "up" && self.lower(next + 1) == "to"))
            && let Some((end, after)) = self.unit(second, Opener::From)
        {
            let (from, until) = self.range(unit, end)?;
            let from = if opened == Opener::After {
                plus_days(self.filled(unit)?.1, 1)
            } else {
                from
            };
            return (from <= until).then_some((Some(from), until, after));
        }
        let plain = matches!(opened, Opener::None | Opener::In | Opener::From);
        if let Some(found) = self.bounded_behind(unit, next).filter(|_| plain) {
            return Some(found);
        }
        // "April se ab tak", "April se June tak", "April se".
        if self.particle(next) == "se" && plain {
            let from = self.filled(unit)?.0;
            if let Some(after) = self.until_now(next + 1) {
                return Some((Some(from), self.as_of.max(from), after));
            }
            if let Some((end, after)) = self.unit(next + 1, Opener::From) {
                let (from, until) = self.range(unit, end)?;
                let after = after + usize::from(self.particle(after) == "tak");
                return Some((Some(from), until, after));
            }
            return Some((Some(from), self.as_of.max(from), next + 1));
        }
        if joins && matches!(self.lower(next + 1), "date" | "now" | "today") {
            return Some((Some(self.filled(unit)?.0), self.as_of, next + 2));
        }
        let (from, until) = self.filled(unit)?;
        Some(match opened {
            Opener::Since | Opener::From => (Some(from), self.as_of.max(from), next),
            Opener::After => {
                let from = plus_days(until, 1);
                (Some(from), self.as_of.max(from), next)
            }
            Opener::Before => (None, plus_days(from, -1), next),
            Opener::Until => (None, until, next),
            Opener::Between => return None,
            Opener::In | Opener::None => (Some(from), until, next),
        })
    }

    /// "31 August tak", "31 August ke baad", "31 August se pehle": what stands behind a day says on which side of it.
    fn bounded_behind(&self, unit: Unit, at: usize) -> Option<(Option<Date>, Date, usize)> {
        let (from, until) = self.filled(unit)?;
        let after = || {
            let from = plus_days(until, 1);
            (Some(from), self.as_of.max(from))
        };
        let before = || (None, plus_days(from, -1));
        let ((from, until), taken) = match (self.particle(at), self.particle(at + 1)) {
            ("tak", _) => ((None, until), 1),
            ("baad", _) => (after(), 1),
            ("ke" | "se", "baad") => (after(), 2),
            ("ke" | "se", "pehle") => (before(), 2),
            _ => return None,
        };
        Some((from, until, at + taken))
    }

    /// A word behind a day, in Latin letters.
    fn particle(&self, at: usize) -> &str {
        match self.lower(at) {
            "से" => "se",
            "तक" => "tak",
            "के" => "ke",
            "बाद" => "baad",
            "पहले" | "pahle" => "pehle",
            other => other,
        }
    }

    /// "Ab tak", "aaj tak": until now, and the word after.
    fn until_now(&self, at: usize) -> Option<usize> {
        let now = matches!(self.lower(at), "ab" | "abhi" | "aaj");
        (now && self.lower(at + 1) == "tak").then_some(at + 2)
    }

    /// "to date", "so far", "year to date": until the day of asking.
    fn so_far(&self, at: usize) -> Option<(Option<Date>, usize)> {
        let year = FinancialYear::of(self.as_of).first_day();
        let month = TaxPeriod::of(self.as_of).day(1);
        if let Some(next) = self.until_now(at) {
            return Some((None, next));
        }
        Some(
            match (self.lower(at), self.lower(at + 1), self.lower(at + 2)) {
                ("year", "to", "date") => (Some(year), at + 3),
                ("month", "to", "date") => (Some(month), at + 3),
                ("ytd", ..) => (Some(year), at + 1),
                ("mtd", ..) => (Some(month), at + 1),
                ("to" | "till", "date" | "now" | "today", _) | ("so", "far", _) => (None, at + 2),
                // After "till" as the opener.
                ("date" | "now", ..)
                    if matches!(self.lower(at.checked_sub(1)?), "to" | "till" | "until") =>
                {
                    (None, at + 1)
                }
                _ => return None,
            },
        )
    }

    fn unit(&self, at: usize, opened: Opener) -> Option<(Unit, usize)> {
        let word = self.words.get(at)?;
        if let Some(date) = parse_date(word.text).or_else(|| worded(word.text)) {
            return Some((Unit::Days(date, date), at + 1));
        }
        self.relative(at)
            .or_else(|| self.fraction(at))
            .or_else(|| self.financial_year(at, opened))
            .or_else(|| self.day_of_month(at))
            .or_else(|| self.month(at, opened))
            .or_else(|| self.calendar_year(at, opened))
            .or_else(|| {
                let bounded = matches!(opened, Opener::Between | Opener::From | Opener::None);
                let number = day_number(&word.lower).filter(|_| bounded)?;
                Some((Unit::Number(number), at + 1))
            })
    }

    /// "last month", "this year", "past 30 days", "today".
    fn relative(&self, at: usize) -> Option<(Unit, usize)> {
        let day = self.as_of;
        let days = |from, until, next| Some((Unit::Days(from, until), next));
        let back = match self.lower(at) {
            "today" | "aaj" => return days(day, day, at + 1),
            "yesterday" => {
                let day = plus_days(day, -1);
                return days(day, day, at + 1);
            }
            "this" | "current" => 0,
            "is" | "iss" if hindi(self.lower(at + 1)).is_some() => 0,
            "last" | "previous" | "past" | "pichle" | "pichhle" | "pichla" | "pichli"
            | "pichhli" => 1,
            _ => return None,
        };
        if back == 1
            && let Some(count) = counted(self.lower(at + 1))
            && (1..=999).contains(&count)
        {
            let unit = self.lower(at + 2);
            let span = match hindi(unit).unwrap_or(unit) {
                "day" | "days" => Span::new().days(count),
                "week" | "weeks" => Span::new().weeks(count),
                "month" | "months" => Span::new().months(count),
                "quarter" | "quarters" => Span::new().months(count * 3),
                "year" | "years" => Span::new().years(count),
                _ => return None,
            };
            let from = plus_days(day.saturating_sub(span), 1);
            return days(from, day, at + 3);
        }
        let next = at + 2;
        let unit = self.lower(at + 1);
        match (hindi(unit).unwrap_or(unit), self.lower(at + 2)) {
            ("financial" | "fiscal", "year") => {
                let year = FinancialYear(FinancialYear::of(day).0 - back);
                days(year.first_day(), year.last_day(), at + 3)
            }
            ("year" | "fy", _) => {
                let year = FinancialYear(FinancialYear::of(day).0 - back);
                days(year.first_day(), year.last_day(), next)
            }
            ("calendar", "year") => {
                let year = day.year() - back;
                days(
                    Date::new(year, 1, 1).ok()?,
                    Date::new(year, 12, 31).ok()?,
                    at + 3,
                )
            }
            ("month", _) => {
                let month = TaxPeriod::of(day);
                let month = if back == 1 { month.previous() } else { month };
                days(month.day(1), month.last_day(), next)
            }
            ("quarter", _) => {
                let (year, quarter) = quarter_of(day);
                let (from, until) = if back == 0 {
                    quarter_days(year, quarter)
                } else if quarter == 1 {
                    quarter_days(FinancialYear(year.0 - 1), 4)
                } else {
                    quarter_days(year, quarter - 1)
                };
                days(from, until, next)
            }
            ("week", _) => {
                // Monday to Sunday.
                let monday = i64::from(day.weekday().to_monday_zero_offset()) + 7 * i64::from(back);
                let from = plus_days(day, -monday);
                days(from, plus_days(from, 6), next)
            }
            _ => None,
        }
    }

    /// "Q2 2026-27", "second quarter", "H1 FY26".
    fn fraction(&self, at: usize) -> Option<(Unit, usize)> {
        let ordinal = |word: &str| match word {
            "first" | "1st" => Some(1),
            "second" | "2nd" => Some(2),
            "third" | "3rd" => Some(3),
            "fourth" | "4th" | "last" => Some(4),
            _ => None,
        };
        let (unit, next) = match (self.lower(at), self.lower(at + 1)) {
            ("q1" | "q2" | "q3" | "q4", _) => (
                Unit::Quarter(self.lower(at).get(1..)?.parse().ok()?),
                at + 1,
            ),
            ("h1" | "h2", _) => (Unit::Half(self.lower(at).get(1..)?.parse().ok()?), at + 1),
            ("quarter", number) if matches!(number, "1" | "2" | "3" | "4") => {
                (Unit::Quarter(number.parse().ok()?), at + 2)
            }
            (word, "quarter") => (Unit::Quarter(ordinal(word)?), at + 2),
            (word, "half") => (Unit::Half(ordinal(word).filter(|half| *half <= 2)?), at + 2),
            _ => return None,
        };
        let mut after = next;
        while matches!(self.lower(after), "of" | "in" | "the") {
            after += 1;
        }
        let year = self
            .named_year(after)
            .or_else(|| {
                // "Q2 2026" is of the financial year that begins in 2026.
                let year = year_number(self.lower(after))?;
                Some((FinancialYear(year), after + 1))
            })
            .or_else(|| match (self.lower(after), self.lower(after + 1)) {
                ("last" | "previous", "year" | "fy") => Some((
                    FinancialYear(FinancialYear::of(self.as_of).0 - 1),
                    after + 2,
                )),
                ("this" | "current", "year" | "fy") => {
                    Some((FinancialYear::of(self.as_of), after + 2))
                }
                _ => None,
            });
        let Some((year, end)) = year else {
            return Some((unit, next));
        };
        let (from, until) = match unit {
            Unit::Quarter(quarter) => quarter_days(year, quarter),
            Unit::Half(half) => half_days(year, half),
            _ => return None,
        };
        Some((Unit::Days(from, until), end))
    }

    /// "FY 2025-26", "FY26", "2025-26".
    fn financial_year(&self, at: usize, opened: Opener) -> Option<(Unit, usize)> {
        let (year, next) = self.named_year(at)?;
        // A bare "2025-26" may be the number of something; with a word before it or nothing else it is a year.
        let said =
            opened != Opener::None || self.lower(at).starts_with('f') || next == self.words.len();
        said.then_some((Unit::Days(year.first_day(), year.last_day()), next))
    }

    fn named_year(&self, at: usize) -> Option<(FinancialYear, usize)> {
        let (text, next) = match (self.lower(at), self.lower(at + 1)) {
            ("fy" | "f.y", year) => (year.to_owned(), at + 2),
            ("financial" | "fiscal", "year") => (self.lower(at + 2).to_owned(), at + 3),
            (word, _) => {
                if let Some(year) = word.strip_prefix("fy") {
                    (year.trim_start_matches(['-', '\'']).to_owned(), at + 1)
                } else {
                    let (a, b) = word.split_once(['-', '/', '–'])?;
                    return Some((pair_of_years(a, b).filter(|_| a.len() == 4)?, at + 1));
                }
            }
        };
        if let Some((a, b)) = text.split_once(['-', '/', '–']) {
            return Some((pair_of_years(a, b)?, next));
        }
        // FY26 ends in March 2026.
        let year: i16 = text.parse().ok()?;
        let ends = match text.len() {
            2 => 2000 + year,
            4 if (1990..2100).contains(&year) => year,
            _ => return None,
        };
        Some((FinancialYear(ends - 1), next))
    }

    /// "15 October 2026", "October 15", "1st Oct", "1-15 October".
    fn day_of_month(&self, at: usize) -> Option<(Unit, usize)> {
        let month_after = |mut at: usize| {
            if self.lower(at) == "of" {
                at += 1;
            }
            Some((month(self.lower(at))?, at + 1))
        };
        if let Some((a, b)) = self.lower(at).split_once('-')
            && let (Some(a), Some(b)) = (day_number(a), day_number(b))
            && let Some((month, next)) = month_after(at + 1)
        {
            let year = year_number(self.lower(next));
            let next = next + usize::from(year.is_some());
            let year = year.or_else(|| self.begun(|year| Date::new(year, month, a).ok()))?;
            let days = (
                Date::new(year, month, a).ok()?,
                Date::new(year, month, b).ok()?,
            );
            return (days.0 <= days.1).then_some((Unit::Days(days.0, days.1), next));
        }
        let (day, month, next) = if let Some(day) = day_number(self.lower(at)) {
            let (month, next) = month_after(at + 1)?;
            (day, month, next)
        } else {
            let month = month(self.lower(at))?;
            (day_number(self.lower(at + 1))?, month, at + 2)
        };
        if let Some(year) = year_number(self.lower(next)) {
            let date = Date::new(year, month, day).ok()?;
            return Some((Unit::Days(date, date), next + 1));
        }
        // That such a day exists is seen when its year is known.
        Date::new(2024, month, day).ok()?;
        Some((Unit::Day { day, month }, next))
    }

    /// "October", "Oct 2026", "Oct-26", "10/2026".
    fn month(&self, at: usize, opened: Opener) -> Option<(Unit, usize)> {
        let word = self.words.get(at)?;
        let whole =
            |month: TaxPeriod, next| Some((Unit::Days(month.day(1), month.last_day()), next));
        if word.text.contains(['-', '/']) && word.has_digit() {
            return whole(read::period(word.text)?, at + 1);
        }
        // "Jul-Sep 2026"
        if let Some((first, last)) = word.lower.split_once(['-', '–'])
            && let (Some(first), Some(last)) = (month(first), month(last))
        {
            let named = year_number(self.lower(at + 1));
            let ends = named.or_else(|| {
                let begun = self.begun(|year| Date::new(year, first, 1).ok())?;
                Some(begun + i16::from(last < first))
            })?;
            let begins = TaxPeriod {
                year: ends - i16::from(last < first),
                month: first,
            };
            let until = TaxPeriod {
                year: ends,
                month: last,
            };
            let days = Unit::Days(begins.day(1), until.last_day());
            return Some((days, at + 1 + usize::from(named.is_some())));
        }
        // "Sept'26"
        if let Some((name, year)) = word.lower.split_once(['\'', '’'])
            && let Some(month) = month(name)
        {
            let year = year_number(&format!("'{year}")).or_else(|| year_number(year))?;
            return whole(TaxPeriod { year, month }, at + 1);
        }
        let month = month(&word.lower)?;
        if let Some(year) = year_number(self.lower(at + 1)) {
            return whole(TaxPeriod { year, month }, at + 2);
        }
        // "may" and "march" are words of their own.
        let plain = matches!(
            word.lower.as_str(),
            "may" | "march" | "mar" | "dec" | "jan" | "sep"
        );
        if plain && opened == Opener::None && !word.is_capital() {
            return None;
        }
        Some((Unit::Month(month), at + 1))
    }

    /// "2026", "calendar year 2026": January to December, as it is written.
    fn calendar_year(&self, at: usize, opened: Opener) -> Option<(Unit, usize)> {
        let (year, next) = match (self.lower(at), self.lower(at + 1)) {
            ("calendar", "year") => (year_number(self.lower(at + 2))?, at + 3),
            ("calendar" | "year", year) => (year_number(year)?, at + 2),
            (year, _) if opened != Opener::None => (year_number(year)?, at + 1),
            _ => return None,
        };
        let days = (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?);
        Some((Unit::Days(days.0, days.1), next))
    }

    /// The latest year in which a day has come; the day of asking's own year where none has.
    fn begun(&self, day: impl Fn(i16) -> Option<Date>) -> Option<i16> {
        let this = self.as_of.year();
        [this, this - 1]
            .into_iter()
            .find(|year| day(*year).is_some_and(|day| day <= self.as_of))
    }

    /// The days of a unit, with what is left open filled in.
    fn filled(&self, unit: Unit) -> Option<(Date, Date)> {
        Some(match unit {
            Unit::Days(from, until) => (from, until),
            Unit::Day { day, month } => {
                let of = |year| Date::new(year, month, day).ok();
                let date = of(self.begun(of)?)?;
                (date, date)
            }
            Unit::Month(month) => {
                let year = self.begun(|year| Date::new(year, month, 1).ok())?;
                let month = TaxPeriod { year, month };
                (month.day(1), month.last_day())
            }
            Unit::Quarter(quarter) => {
                let year = FinancialYear::of(self.as_of);
                let days = quarter_days(year, quarter);
                if days.0 <= self.as_of {
                    days
                } else {
                    quarter_days(FinancialYear(year.0 - 1), quarter)
                }
            }
            Unit::Half(half) => {
                let year = FinancialYear::of(self.as_of);
                let days = half_days(year, half);
                if days.0 <= self.as_of {
                    days
                } else {
                    half_days(FinancialYear(year.0 - 1), half)
                }
            }
            Unit::Number(_) => return None,
        })
    }

    /// From the first day of one unit to the last of another, which may name the month or year of both.
    fn range(&self, from: Unit, until: Unit) -> Option<(Date, Date)> {
        let end = self.filled(until)?;
        let start = match from {
            Unit::Number(day) => {
                let month = TaxPeriod::of(end.1);
                Date::new(month.year, month.month, day).ok()?
            }
            Unit::Day { day, month } => {
                let of = |year| Date::new(year, month, day).ok().filter(|day| *day <= end.1);
                of(end.1.year()).or_else(|| of(end.1.year() - 1))?
            }
            Unit::Month(month) => {
                let of = |year| Date::new(year, month, 1).ok().filter(|day| *day <= end.1);
                of(end.1.year()).or_else(|| of(end.1.year() - 1))?
            }
            other => self.filled(other)?.0,
        };
        (start <= end.1).then_some((start, end.1))
    }
}

/// The English of a word for a stretch of time.
/// A month by its name, in English or in Hindi.
pub(super) fn month(word: &str) -> Option<i8> {
    const HINDI: [&[&str]; 12] = [
        &["जनवरी"],
        &["फरवरी", "फ़रवरी"],
        &["मार्च"],
        &["अप्रैल"],
        &["मई"],
        &["जून"],
        &["जुलाई"],
        &["अगस्त"],
        &["सितंबर", "सितम्बर"],
        &["अक्टूबर", "अक्तूबर"],
        &["नवंबर", "नवम्बर"],
        &["दिसंबर", "दिसम्बर"],
    ];
    let hindi = || HINDI.iter().position(|names| names.contains(&word));
    read::month(word).or_else(|| i8::try_from(hindi()? + 1).ok())
}

fn hindi(word: &str) -> Option<&'static str> {
    Some(match word {
        "din" | "dino" | "dinon" => "days",
        "hafte" | "hafta" | "hafton" => "week",
        "mahine" | "mahina" | "maheene" | "mahino" | "mahinon" | "maah" => "month",
        "timahi" => "quarter",
        "saal" | "sal" | "saalon" | "varsh" => "year",
        _ => return None,
    })
}

/// `15-Oct-2026` in one word.
fn worded(text: &str) -> Option<Date> {
    let worded = text.contains(['-', '/', '.']) && text.bytes().any(|b| b.is_ascii_alphabetic());
    worded.then(|| read::date(text))?
}

/// `3`, "three": of how many days, weeks or months.
fn counted(word: &str) -> Option<i32> {
    const WORDS: [&str; 12] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    let spelt = (1..).zip(WORDS).find(|(_, known)| *known == word);
    spelt.map_or_else(|| word.parse().ok(), |(count, _)| Some(count))
}

/// A day of a month: `1`, `15th`.
fn day_number(word: &str) -> Option<i8> {
    let digits = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending))
        .unwrap_or(word);
    let plain =
        !digits.is_empty() && digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit());
    plain
        .then(|| digits.parse().ok())?
        .filter(|day| (1..=31).contains(day))
}

/// A calendar year in four digits, or as `'26`.
fn year_number(word: &str) -> Option<i16> {
    let digits = word.trim_start_matches('\'');
    let year: i16 = digits.parse().ok()?;
    match digits.len() {
        4 => (1990..2100).contains(&year).then_some(year),
        2 if digits.len() < word.len() => Some(2000 + year),
        _ => None,
    }
}

/// `2025-26`, `25-26`, `2025-2026`.
fn pair_of_years(a: &str, b: &str) -> Option<FinancialYear> {
    let year = |text: &str| -> Option<i16> {
        let number: i16 = text.parse().ok()?;
        match text.len() {
            2 => Some(2000 + number),
            4 if (1990..2100).contains(&number) => Some(number),
            _ => None,
        }
    };
    let (first, second) = (year(a)?, year(b)?);
    (second == first + 1).then_some(FinancialYear(first))
}

fn quarter_of(day: Date) -> (FinancialYear, i8) {
    (FinancialYear::of(day), (day.month() + 8) % 12 / 3 + 1)
}

/// Of a financial year: the first is April to June.
fn quarter_days(year: FinancialYear, quarter: i8) -> (Date, Date) {
    let first = year
        .first_day()
        .saturating_add(Span::new().months(i32::from(quarter - 1) * 3));
    let next = first.saturating_add(Span::new().months(3));
    (first, plus_days(next, -1))
}

fn half_days(year: FinancialYear, half: i8) -> (Date, Date) {
    let quarter = half * 2;
    (
        quarter_days(year, quarter - 1).0,
        quarter_days(year, quarter).1,
    )
}

#[cfg(test)]
mod tests {
    use super::{super::token::words, *};

    /// On Saturday, 21 November 2026.
    fn read(text: &str) -> Option<(String, String, usize)> {
        let found = words(text, &[]);
        let (period, taken) = parse(&found, 0, Date::constant(2026, 11, 21))?;
        let from = period.from.map_or_else(String::new, |day| day.to_string());
        Some((from, period.until.to_string(), taken))
    }

    #[test]
    fn periods_as_people_write_them() {
        for (text, from, until) in [
            ("since April", "2026-04-01", "2026-11-21"),
            ("since December", "2025-12-01", "2026-11-21"),
            ("since 12 Nov", "2026-11-12", "2026-11-21"),
            ("since 1st of October 2026", "2026-10-01", "2026-11-21"),
            ("since 2026-10-05", "2026-10-05", "2026-11-21"),
            ("since 05/10/2026", "2026-10-05", "2026-11-21"),
            ("after 12 Nov", "2026-11-13", "2026-11-21"),
            ("after September", "2026-10-01", "2026-11-21"),
            ("before October", "", "2026-09-30"),
            ("until 30 September", "", "2026-09-30"),
            ("up to 30 September", "", "2026-09-30"),
            ("as on today", "", "2026-11-21"),
            ("as of 30 September 2026", "", "2026-09-30"),
            ("till date", "", "2026-11-21"),
            ("to date", "", "2026-11-21"),
            ("so far", "", "2026-11-21"),
            ("in October", "2026-10-01", "2026-10-31"),
            ("in the month of October", "2026-10-01", "2026-10-31"),
            ("in December", "2025-12-01", "2025-12-31"),
            ("in November", "2026-11-01", "2026-11-21"),
            ("October", "2026-10-01", "2026-10-31"),
            ("in may", "2026-05-01", "2026-05-31"),
            ("for Oct 2025", "2025-10-01", "2025-10-31"),
            ("Oct-26", "2026-10-01", "2026-10-31"),
            ("10/2026", "2026-10-01", "2026-10-31"),
            ("in Q2 2026-27", "2026-07-01", "2026-09-30"),
            ("Q2", "2026-07-01", "2026-09-30"),
            ("in Q4", "2026-01-01", "2026-03-31"),
            ("Q4 of FY 2025-26", "2026-01-01", "2026-03-31"),
            ("Q1 FY27", "2026-04-01", "2026-06-30"),
            ("Q2 2025", "2025-07-01", "2025-09-30"),
            ("second quarter", "2026-07-01", "2026-09-30"),
            ("Q3 of last year", "2025-10-01", "2025-12-31"),
            ("H1", "2026-04-01", "2026-09-30"),
            ("first half of 2025-26", "2025-04-01", "2025-09-30"),
            ("FY 2025-26", "2025-04-01", "2026-03-31"),
            ("FY25-26", "2025-04-01", "2026-03-31"),
            ("FY26", "2025-04-01", "2026-03-31"),
            ("FY 2026", "2025-04-01", "2026-03-31"),
            ("in 2025-26", "2025-04-01", "2026-03-31"),
            ("in financial year 2025-2026", "2025-04-01", "2026-03-31"),
            ("FY 2026-27", "2026-04-01", "2026-11-21"),
            ("in 2025", "2025-01-01", "2025-12-31"),
            ("calendar year 2025", "2025-01-01", "2025-12-31"),
            ("this year", "2026-04-01", "2026-11-21"),
            ("last year", "2025-04-01", "2026-03-31"),
            ("this financial year", "2026-04-01", "2026-11-21"),
            ("this calendar year", "2026-01-01", "2026-11-21"),
            ("year to date", "2026-04-01", "2026-11-21"),
            ("this month", "2026-11-01", "2026-11-21"),
            ("last month", "2026-10-01", "2026-10-31"),
            ("last quarter", "2026-07-01", "2026-09-30"),
            ("this quarter", "2026-10-01", "2026-11-21"),
            ("last week", "2026-11-09", "2026-11-15"),
            ("this week", "2026-11-16", "2026-11-21"),
            ("in the last 30 days", "2026-10-23", "2026-11-21"),
            ("past 3 months", "2026-08-22", "2026-11-21"),
            ("in the last two months", "2026-09-22", "2026-11-21"),
            ("today", "2026-11-21", "2026-11-21"),
            ("yesterday", "2026-11-20", "2026-11-20"),
            ("on 12 Nov 2026", "2026-11-12", "2026-11-12"),
            ("on November 12, 2026", "2026-11-12", "2026-11-12"),
            ("12-Nov-2026", "2026-11-12", "2026-11-12"),
            ("between 1 and 15 October", "2026-10-01", "2026-10-15"),
            ("between 1 and 15 December", "2025-12-01", "2025-12-15"),
            ("between April and June", "2026-04-01", "2026-06-30"),
            ("between December and February", "2025-12-01", "2026-02-28"),
            ("between 20 Dec and 5 Jan", "2025-12-20", "2026-01-05"),
            ("1-15 October", "2026-10-01", "2026-10-15"),
            ("from April to June 2026", "2026-04-01", "2026-06-30"),
            ("from 1 Oct 2026 to 15 Oct 2026", "2026-10-01", "2026-10-15"),
            ("from 1 October till date", "2026-10-01", "2026-11-21"),
            ("from 1 October", "2026-10-01", "2026-11-21"),
            ("April to June", "2026-04-01", "2026-06-30"),
            ("in December 2026", "2026-12-01", "2026-12-31"),
            ("since 29 February", "", ""),
        ] {
            let got = read(text).map(|(from, until, _)| (from, until));
            let want = (!until.is_empty()).then(|| (from.to_owned(), until.to_owned()));
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn both_ends_of_a_period_and_hindi_words_are_read() {
        for (text, from, until) in [
            (
                "since 1st April 2025 till 31st March 2026",
                "2025-04-01",
                "2026-03-31",
            ),
            (
                "since 1 April 2025 up to 31 March 2026",
                "2025-04-01",
                "2026-03-31",
            ),
            ("after April till June", "2026-05-01", "2026-06-30"),
            ("Sept'26", "2026-09-01", "2026-09-30"),
            ("pichle mahine", "2026-10-01", "2026-10-31"),
            ("pichle saal", "2025-04-01", "2026-03-31"),
            ("is saal", "2026-04-01", "2026-11-21"),
            ("pichle 2 mahine", "2026-09-22", "2026-11-21"),
            ("April se ab tak", "2026-04-01", "2026-11-21"),
            ("31 August 2026 tak", "", "2026-08-31"),
            ("31 August 2026 ke baad", "2026-09-01", "2026-11-21"),
            ("31 August 2026 se pehle", "", "2026-08-30"),
            ("1 August 2026 से", "2026-08-01", "2026-11-21"),
            ("31 August 2026 तक", "", "2026-08-31"),
            ("31 August 2026 के बाद", "2026-09-01", "2026-11-21"),
            ("April se June tak", "2026-04-01", "2026-06-30"),
            ("ab tak", "", "2026-11-21"),
        ] {
            let found = read(text);
            let taken = text.split(' ').count();
            let want = Some((from.to_owned(), until.to_owned(), taken));
            assert_eq!(found, want, "{text}");
        }
        for (text, term, current) in [
            ("by 31 December 2026", true, true),
            ("till 5 November", true, false),
            ("till date", false, true),
            ("in October", false, false),
            ("since April", false, true),
        ] {
            let words = words(text, &[]);
            let today = Date::constant(2026, 11, 21);
            let (period, _) = parse(&words, 0, today).unwrap();
            assert_eq!(period.is_term(), term, "{text}");
            assert_eq!(period.is_current(today), current, "{text}");
        }
    }

    #[test]
    fn what_is_no_period_is_left_alone() {
        for text in [
            "may I know",
            "march on",
            "of Mutha Cartons",
            "for V001",
            "between us",
            "last invoice",
            "last 5 invoices",
            "26-27",
            "30 days",
            "MC/26-27/0187",
            "the year",
            "by V001",
            "2026",
            "first invoice",
            "\"October\" Foods",
            "to pay",
            "in 12",
            "12",
            "from 12",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_period_takes_its_own_words_and_no_more() {
        for (text, taken) in [
            ("since April for V001", 2),
            ("in Q2 2026-27 by V001", 3),
            ("between 1 and 15 October 2026 from V001", 6),
            ("last month and this month", 2),
            ("October and November", 1),
        ] {
            assert_eq!(read(text).map(|(.., taken)| taken), Some(taken), "{text}");
        }
    }
}
