use super::*;

/// Numbers that look drawn, the same on every run (`SplitMix64`).
struct Drawn(u64);

impl Drawn {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Yes in so many of a thousand.
    fn yes(&mut self, thousandths: u64) -> bool {
        self.next() % 1_000 < thousandths
    }
}

fn flags(rates: &[(u32, u64)], seed: u64) -> Flags {
    let mut drawn = Drawn(seed);
    let mut flags = Flags::default();
    for (count, thousandths) in rates {
        for _ in 0..*count {
            let at = flags.count;
            flags.take(drawn.yes(*thousandths).then_some(at));
        }
    }
    flags
}

#[test]
fn logarithms() {
    for (n, want) in [
        (0, 0),
        (1, 0),
        (2, 1 << 24),
        (3, 26_591_258),
        (1 << 40, 40 << 24),
        (1_000_000, 334_396_231),
    ] {
        assert_eq!(log2(n), want, "{n}");
    }
    assert_eq!(log2(u64::MAX), (64 << 24) - 1);
}

/// By hand: of 10 places the last 3 hold all 3 yes in 1 of 120 orders; 2 or more of them in 22.
#[test]
fn tails_are_those_of_the_hypergeometric_law() {
    let of = |yes, of| Rate { yes, of };
    for (part, all, above, below) in [
        (of(3, 3), of(3, 10), 1_u32, 120_u32),
        (of(2, 3), of(3, 10), 22, 120),
        (of(1, 3), of(3, 10), 85, 120),
        (of(0, 3), of(3, 10), 1, 1),
        (of(1, 1), of(1, 1000), 1, 1000),
        // Fewer no than places: two yes at least are in the part.
        (of(2, 3), of(9, 10), 1, 1),
        (of(3, 3), of(9, 10), 84, 120),
    ] {
        let (seen, want) = (tail(part, all), Decimal::from(above) / Decimal::from(below));
        assert!(
            (seen - want).abs() < Decimal::new(1, 24),
            "{part:?} of {all:?}: {seen}, not {want}"
        );
    }
    // 20 of 20 behind 200 of which none: 1 in C(220, 20), some 10^28.
    assert_eq!(odds(tail(of(20, 20), of(20, 220))), ONE_IN_MAX);
}

/// Every order of a short row: what is told as one in `n` happens in no more than one of `n` of them.
#[test]
fn odds_hold_over_all_orders() {
    for (length, yes) in [(12_u32, 4_u32), (14, 3), (13, 7)] {
        let rows: Vec<u64> = (0..1_u32 << length)
            .filter(|bits| bits.count_ones() == yes)
            .map(|bits| {
                let mut flags = Flags::default();
                for place in 0..length {
                    flags.take((bits >> place & 1 == 1).then_some(place));
                }
                flags.likeliest().map_or(1, |change| change.one_in)
            })
            .collect();
        let count = u64::try_from(rows.len()).unwrap();
        for one_in in [2, 5, 10, 50, 100, 400] {
            let told = rows.iter().filter(|odds| **odds >= one_in).count();
            let told = u64::try_from(told).unwrap();
            assert!(
                told * one_in <= count,
                "{length} {yes}: {told} of {count} at one in {one_in}"
            );
        }
    }
}

#[test]
fn what_is_no_change_to_more() {
    let none = |rates: &[(u32, u64)]| assert_eq!(flags(rates, 1).change(), None, "{rates:?}");
    none(&[]);
    none(&[(500, 0)]);
    none(&[(500, 1_000)]);
    // Fewer than before.
    none(&[(200, 400), (300, 10)]);
    // Too little was seen before, or since.
    none(&[(3, 0), (100, 1_000)]);
    none(&[(1_000, 0), (2, 1_000)]);
}

/// Ten thousand invoices without a change, looked at after every hundred: no alarm, at any rate and seed.
#[test]
fn ten_thousand_quiet_ones_raise_no_alarm() {
    let (mut looks, mut longest) = (0, 0);
    for thousandths in [1, 5, 20, 100, 300] {
        for seed in 0..SEEDS {
            let mut drawn = Drawn(seed * 7919 + thousandths);
            let mut flags = Flags::default();
            for n in 1..=10_000_u32 {
                flags.take(drawn.yes(thousandths).then_some(n));
                if n % 100 == 0 {
                    let odds = flags.likeliest().map_or(1, |change| change.one_in);
                    assert!(odds < LEVEL, "{thousandths} {seed} {n}: one in {odds}");
                    (looks, longest) = (looks + 1, longest.max(odds));
                }
            }
        }
    }
    println!("{looks} looks at rows of up to 10,000: the longest odds were one in {longest}");
}

const SEEDS: u64 = 20;

/// How soon a change is found: the invoices after it until it is told, of 100 seeds the median and the slowest.
#[test]
fn a_planted_shift_is_found_within_fifty() {
    for (quiet, before, after, late_most) in [
        (100, 20, 600, 1),
        (200, 0, 300, 3),
        (200, 20, 500, 0),
        (200, 50, 800, 0),
        (200, 100, 600, 2),
        (1_000, 5, 300, 3),
        (1_000, 20, 400, 0),
        (1_000, 50, 400, 7),
    ] {
        let mut delays: Vec<u32> = (0..100)
            .map(|seed| {
                let row = flags(&[(quiet, before), (300, after)], seed);
                let found = (1..=300).find(|since| row.first(quiet + since).change().is_some());
                found.unwrap_or(u32::MAX)
            })
            .collect();
        delays.sort_unstable();
        let late = delays.iter().filter(|delay| **delay > 50).count();
        let (median, slowest) = (delays[50], delays[99]);
        println!(
            "{quiet} at {before}, then {after} of 1,000: median {median}, slowest {slowest}, {late} later than 50"
        );
        assert!(late <= late_most, "{quiet} {before} {after}: {delays:?}");
    }
}

/// The day is right: the change is placed within a few invoices of where it was planted.
#[test]
fn a_shift_is_placed_where_it_was_planted() {
    for seed in 0..20 {
        let row = flags(&[(300, 20), (50, 600)], seed);
        let change = row.change().unwrap();
        let place = row.yes[change.at].0;
        assert!((290..=312).contains(&place), "{seed}: {place}");
        assert_eq!(change.before.of + change.after.of, 350);
        let since = row.marked(change);
        assert_eq!(
            (since.first(), since.len()),
            (Some(&place), usize::try_from(change.after.yes).unwrap())
        );
    }
}

impl Flags {
    /// The first of the row.
    fn first(&self, count: u32) -> Self {
        let yes = self.yes.iter().copied().filter(|(place, _)| *place < count);
        Self {
            count,
            yes: yes.collect(),
        }
    }
}
