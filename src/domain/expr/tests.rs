use super::*;
use proptest::prelude::*;

fn value(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn expressions_have_their_exact_value() {
    for (expression, want) in [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("100 / 8 / 5", "2.5"),
        ("0.1 + 0.2", "0.3"),
        (".5*2", "1"),
        ("-3 + 5", "2"),
        ("--3", "3"),
        ("2 * -3", "-6"),
        ("-(2 + 3)", "-5"),
        ("18%", "0.18"),
        ("1000 * 18%", "180"),
        ("(5 + 13)%", "0.18"),
        ("$1 * $2", "3125"),
        ("$10", "10"),
        ("sum(1, 2, 3.5)", "6.5"),
        ("sum($1, 200)", "1450"),
        ("min(3, -1, 2)", "-1"),
        ("max(3, -1, 2)", "3"),
        ("abs(2 - 5)", "3"),
        ("round(2.345, 2)", "2.35"),
        ("round(-2.345, 2)", "-2.35"),
        ("round(2.344999, 2)", "2.34"),
        ("round(0.5)", "1"),
        ("floor(-1.5)", "-2"),
        ("ceil(-1.5)", "-1"),
        ("pct(1250.50, 18)", "225.09"),
        ("pct(1250.50, 18%)", "225.09"),
        ("igst(8127.61, 18)", "1462.97"),
        ("igst(8127.61, 18%)", "1462.97"),
        ("cgst(8127.61, 18)", "731.48"),
        ("sgst(8127.61, 18)", "731.48"),
        ("cgst(33.30, 5) + sgst(33.30, 5)", "1.66"),
        ("igst(33.30, 5)", "1.67"),
        ("inclusive(118, 18)", "100"),
        ("inclusive(1000, 18%)", "847.46"),
        ("max(1000, 200)", "1000"),
        ("round(sum(pct(1000, 9), pct(1000, 9)), 0)", "180"),
        (
            "99999999999999 * 99999999999999",
            "9999999999999800000000000001",
        ),
    ] {
        let arguments = ["1250", "2.5", "0", "0", "0", "0", "0", "0", "0", "10"].map(value);
        let got = evaluate(expression, &arguments).map(|d| d.normalize());
        assert_eq!(got, Ok(value(want).normalize()), "{expression}");
    }
}

#[test]
fn errors_name_the_character() {
    for (expression, at, needle) in [
        ("", 1, "ends"),
        ("1 +", 4, "ends"),
        ("1 2", 3, "operator"),
        ("1,23,456", 1, "123456"),
        ("2 + 1,234.50", 5, "1234"),
        ("sum(100,200)", 5, "space behind each comma"),
        ("12, 5", 3, "digit groups"),
        ("1e5", 2, "operator"),
        ("5.", 1, "decimal point"),
        ("100000000000000", 1, "out of range"),
        ("(1", 3, "not closed"),
        ("1)", 2, "operator"),
        ("sum 1", 5, "'('"),
        ("sum()", 5, "value"),
        ("sqrt(4)", 1, "no function"),
        ("abs(1, 2)", 1, "one value"),
        ("pct(1)", 1, "amount and a rate"),
        ("round(1, 0.5)", 1, "places"),
        ("round(1, 29)", 1, "places"),
        ("round(1, -1)", 1, "places"),
        ("$0", 1, "no $0"),
        ("$3", 1, "2 arguments"),
        ("$", 1, "no $"),
        ("$99999999999999999999999", 1, "no $"),
        ("10 % 3", 6, "operator"),
        ("₹5", 1, "value"),
        ("é", 1, "value"),
        ("1 + ₹5", 5, "value"),
        ("१", 1, "value"),
    ] {
        match evaluate(expression, &[Decimal::ONE, Decimal::TWO]) {
            Err(ExprError::Syntax { at: found, problem }) => {
                assert_eq!(found, at, "{expression}: {problem}");
                assert!(problem.contains(needle), "{expression}: {problem}");
            }
            other => panic!("{expression}: {other:?}"),
        }
    }
}

#[test]
fn what_has_no_value_is_an_error() {
    let big = [Decimal::MAX];
    for (expression, want) in [
        ("1 / 0", ExprError::DivisionByZero { at: 3 }),
        ("1 / (2 - 2)", ExprError::DivisionByZero { at: 3 }),
        ("inclusive(100, -100)", ExprError::DivisionByZero { at: 1 }),
        ("$1 + 1", ExprError::Overflow { at: 4 }),
        ("0 - $1 - $1", ExprError::Overflow { at: 8 }),
        ("$1 * 2", ExprError::Overflow { at: 4 }),
        ("$1 / 0.5", ExprError::Overflow { at: 4 }),
        ("sum($1, $1)", ExprError::Overflow { at: 1 }),
        ("1 + igst($1, 18)", ExprError::Overflow { at: 5 }),
        ("inclusive($1, 18)", ExprError::Overflow { at: 1 }),
    ] {
        assert_eq!(evaluate(expression, &big), Err(want), "{expression}");
    }
}

#[test]
fn depth_and_length_are_bounded() {
    let nested = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(evaluate(&nested(DEPTH_MAX), &[]), Ok(Decimal::ONE));
    assert!(evaluate(&nested(DEPTH_MAX + 1), &[]).is_err());
    assert!(evaluate(&"(".repeat(LENGTH_MAX), &[]).is_err());
    // One after another is not nesting.
    assert_eq!(
        evaluate(&vec!["(1)"; 200].join("+"), &[]),
        Ok(Decimal::from(200))
    );
    let signs = format!("{}1", "-".repeat(LENGTH_MAX - 1));
    assert_eq!(evaluate(&signs, &[]), Ok(-Decimal::ONE));
    assert!(evaluate(&format!("{signs}0"), &[]).is_err());
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,80}", a in any::<i64>()) {
        drop(evaluate(&text, &[Decimal::from(a)]));
    }

    #[test]
    fn nothing_made_of_its_own_alphabet_panics(
        text in "([0-9]{1,15}|[-+*/%(),.$ ]|sum|min|max|abs|round|floor|ceil|pct|igst|cgst|inclusive){0,40}",
    ) {
        drop(evaluate(&text, &[Decimal::MAX, Decimal::MIN, Decimal::ZERO]));
    }

    #[test]
    fn sums_and_products_agree_with_the_decimals(a in -1_000_000_000_i64..1_000_000_000, b in -1_000_000_000_i64..1_000_000_000) {
        let (a, b) = (Decimal::new(a, 2), Decimal::new(b, 2));
        prop_assert_eq!(evaluate("$1 + $2", &[a, b]), Ok(a + b));
        prop_assert_eq!(evaluate(&format!("{a} - {b}"), &[]), Ok(a - b));
        prop_assert_eq!(evaluate("$1 * $2", &[a, b]), Ok(a * b));
    }

    #[test]
    fn the_taxable_value_inside_an_amount_gives_the_amount_back(
        paise in 100_i64..1_000_000_000_000, rate in prop::sample::select(vec![0, 5, 18, 40]),
    ) {
        let (total, rate) = (Decimal::new(paise, 2), Decimal::from(rate));
        let back = evaluate("inclusive($1, $2) + igst(inclusive($1, $2), $2)", &[total, rate]).unwrap();
        prop_assert!((back - total).abs() <= Decimal::new(1, 2), "{} {}", back, total);
    }
}
