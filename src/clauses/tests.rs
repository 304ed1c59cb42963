use domain::{
    Date, Decimal,
    agreement::{Cost, Supply},
    records::Passage,
};

use super::*;

fn terms(heading: &str, text: &str) -> Vec<Term> {
    let passage = Passage {
        document: "contracts/V1.md".to_owned(),
        heading: heading.to_owned(),
        line_start: 1,
        text: text.to_owned(),
        score: Decimal::ONE,
    };
    let found = Passages {
        passages: vec![passage],
        searched: 1,
        notes: Vec::new(),
        supplier: None,
    };
    read(&found)
        .clauses
        .into_iter()
        .map(|clause| clause.term)
        .collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn days_of_payment_are_read_and_other_days_are_not() {
    for (heading, text, want) in [
        (
            "4. Payment",
            "4.1 The buyer pays each undisputed invoice within 45 days of its date.",
            Some(45),
        ),
        ("", "Payment Terms: Net 30", Some(30)),
        (
            "",
            "Payment terms: 60 days from the date of invoice.",
            Some(60),
        ),
        (
            "",
            "The Purchaser shall make payment within forty-five (45) days from receipt of a valid tax invoice.",
            Some(45),
        ),
        (
            "",
            "All invoices shall be paid within sixty days of acceptance of the goods.",
            Some(60),
        ),
        (
            "",
            "A credit period of 30 (thirty) days is allowed to the buyer.",
            Some(30),
        ),
        (
            "",
            "Payment shall be released not later than 45 days after delivery of goods.",
            Some(45),
        ),
        (
            "Terms of payment",
            "Within 30 days of receipt of invoice.",
            Some(30),
        ),
        ("", "- Credit: **45 days**", Some(45)),
        (
            "",
            "Bills are payable within two months of their date.",
            Some(60),
        ),
        (
            "",
            "The buyer pays within six weeks of the invoice date.",
            Some(42),
        ),
        ("", "Pymt: 45D from inv. dt.", Some(45)),
        (
            "",
            "The due date of every invoice is the sixtieth day after its date.",
            Some(60),
        ),
        (
            "",
            "Payment: 60 days from invoice, unless the invoice is discounted on TReDS, in which case 7 days.",
            Some(60),
        ),
        (
            "",
            "The buyer shall not be obliged to pay any invoice before the expiry of 60 days.",
            Some(60),
        ),
        (
            "",
            "Paid within 90 days of receipt of material and invoice, whichever is later.",
            Some(90),
        ),
        (
            "",
            "The due date of an invoice is the earlier of 60 days from the GRN and 45 days from its date.",
            Some(45),
        ),
        ("Credit", "2.1 60 days", Some(60)),
        (
            "Supply agreement > **Payment terms - 60 days net**",
            "Bills go to the works.",
            Some(60),
        ),
        ("", "**1. Payment.** Thirty days.", Some(30)),
        ("", "| Credit period | 60 days |\n|---|---|", Some(60)),
        (
            "",
            "<!-- Paid within 5 days. --> The buyer pays within 45 days.",
            Some(45),
        ),
        // Of something else, or bent.
        (
            "",
            "If the goods are rejected, payment is made within 60 days.",
            None,
        ),
        (
            "",
            "WHEREAS the parties dealt on a credit of 60 days;",
            None,
        ),
        ("", "The buyer proposed payment in 60 days.", None),
        ("", "Payment within 60 days is deleted.", None),
        (
            "Delivery",
            "Goods are delivered within 15 days of the purchase order.",
            None,
        ),
        (
            "",
            "The vendor delivers within 10 days and is paid after acceptance.",
            None,
        ),
        (
            "",
            "A discount of 2% is allowed if the invoice is paid within 10 days.",
            None,
        ),
        (
            "",
            "Payments overdue by more than 15 days bear interest.",
            None,
        ),
        ("", "The buyer may withhold payment for 20 days.", None),
        (
            "",
            "Disputes on an invoice are raised within 7 days of its receipt.",
            None,
        ),
        (
            "",
            "Invoices are paid within 30 days unless they are disputed.",
            Some(30),
        ),
        ("", "90% is paid within 30 days of the invoice.", None),
        (
            "",
            "The vendor issues a receipt within 3 days of payment.",
            None,
        ),
        (
            "",
            "Either party may terminate by 30 days' notice in writing, and is paid what is due.",
            None,
        ),
        (
            "",
            "The vendor submits its invoice within 7 days of dispatch; payment follows.",
            None,
        ),
        ("", "Payment is made in 30 or 45 days.", None),
        (
            "",
            "Retention of Rs 5,000 is paid 90 days after commissioning.",
            None,
        ),
    ] {
        let found: Vec<u32> = terms(heading, text)
            .into_iter()
            .filter_map(|term| match term {
                Term::Credit { days, .. } => Some(days),
                _ => None,
            })
            .collect();
        assert_eq!(
            found,
            want.into_iter().collect::<Vec<u32>>(),
            "{heading}: {text}"
        );
    }
}

#[test]
fn interest_is_told_a_year() {
    for (text, want) in [
        (
            "Interest of 12% a year accrues after the due date.",
            Some("12"),
        ),
        (
            "Late payments attract interest @ 1.5% per month.",
            Some("18.0"),
        ),
        ("Delayed payment carries interest at 18% p.a.", Some("18")),
        (
            "Overdue amounts bear interest at twelve per cent per annum.",
            Some("12"),
        ),
        ("Interest on overdue sums: 0.05% per day.", Some("18.25")),
        (
            "On sums not paid when due the buyer pays interest at 18% per annum.",
            Some("18"),
        ),
        ("No interest is payable on delayed payment.", Some("0")),
        ("Interest of 12% accrues after the due date.", None),
        ("Interest is 12% or 15% a year on overdue sums.", None),
        ("No interest of 12% a year is due.", None),
        ("Mobilisation advance bears interest of 10% a year.", None),
    ] {
        let want: Vec<Term> = want
            .map(|percent| Term::LateInterest {
                percent: Decimal::from_str_exact(percent).unwrap(),
            })
            .into_iter()
            .collect();
        assert_eq!(terms("", text), want, "{text}");
    }
}

#[test]
fn prices_are_read_with_their_goods_and_units() {
    let price = |goods: &str, hsn: Option<&str>, unit: Option<&str>, rupees: &str| {
        vec![Term::Price {
            goods: goods.to_owned(),
            hsn: hsn.map(str::to_owned),
            unit: unit.map(str::to_owned),
            rupees: Decimal::from_str_exact(rupees).unwrap(),
        }]
    };
    for (text, want) in [
        (
            "2.1 Radial tyre 185/65 R15: Rs 5,900 each, excluding GST.",
            price("Radial tyre 185/65 R15", None, Some("each"), "5900"),
        ),
        (
            "The vendor supplies MS angle 50 x 50 at ₹62.50 per kg.",
            price("MS angle 50 x 50", None, Some("kg"), "62.50"),
        ),
        (
            "Cement OPC 53 (HSN 2523): Rs. 340/- per bag",
            price("Cement OPC 53", Some("2523"), Some("bag"), "340"),
        ),
        (
            "| Item | HSN | Unit | Rate (Rs) |\n|---|---|---|---|\n| Hex bolt M12 | 731815 | kg | 142.50 |",
            price("Hex bolt M12", Some("731815"), Some("kg"), "142.50"),
        ),
        (
            "| Description | Unit price |\n|---|---|\n| Bearing 6205 | ₹ 418.75 per piece |",
            price("Bearing 6205", None, Some("piece"), "418.75"),
        ),
        ("Liability is limited to Rs 5,00,000 per claim.", vec![]),
        ("A deposit of Rs 10,000 each is kept.", vec![]),
        ("Prices: Rs 100 or Rs 120 per kg.", vec![]),
        (
            "(i) Radial tyre R15: Rs 100 each; (ii) Steel bar 12mm: Rs 200 each",
            [
                price("Radial tyre R15", None, Some("each"), "100"),
                price("Steel bar 12mm", None, Some("each"), "200"),
            ]
            .concat(),
        ),
        (
            "Rs. 34,000/- per Split air conditioner 1.5 ton",
            price("Split air conditioner 1.5 ton", None, None, "34000"),
        ),
        (
            "The price of a Laptop 14 inch shall not exceed Rs. 42,000 before tax.",
            price("Laptop 14 inch", None, None, "42000"),
        ),
        ("Rs 500 each", vec![]),
    ] {
        assert_eq!(terms("", text), want, "{text}");
    }
}

#[test]
fn how_long_a_contract_runs() {
    let day = |(y, m, d)| Date::constant(y, m, d);
    for (text, want) in [
        (
            "This agreement is valid from 1 April 2026 to 31 March 2027.",
            Some((Some((2026, 4, 1)), Some((2027, 3, 31)))),
        ),
        (
            "Effective 01-04-2026 for a period of two years.",
            Some((Some((2026, 4, 1)), Some((2028, 3, 31)))),
        ),
        (
            "This contract expires on 30 September 2026.",
            Some((None, Some((2026, 9, 30)))),
        ),
        (
            "Term: 24 months commencing 15 January 2025.",
            Some((Some((2025, 1, 15)), Some((2027, 1, 14)))),
        ),
        (
            "It is effective from 1 April 2026.",
            Some((Some((2026, 4, 1)), None)),
        ),
        (
            "Valid until 31 March 2026 and renewed thereafter from year to year.",
            Some((None, None)),
        ),
        ("Prices are valid until 31 March 2026.", None),
        ("The warranty expires on 30 September 2026.", None),
    ] {
        let want: Vec<Term> = want
            .map(|(from, until)| Term::Runs {
                from: from.map(day),
                until: until.map(day),
            })
            .into_iter()
            .collect();
        assert_eq!(terms("", text), want, "{text}");
    }
}

#[test]
fn the_account_and_what_prices_hold() {
    let account = |number: &str, ifsc: Option<&str>| {
        vec![Term::Account {
            number: number.to_owned(),
            ifsc: ifsc.map(str::to_owned),
        }]
    };
    let included = |costs: &[Cost]| {
        vec![Term::Included {
            costs: costs.to_vec(),
        }]
    };
    for (text, want) in [
        (
            "All payments are made to account 89948320858242, IFSC ICIC0243188.",
            account("89948320858242", Some("ICIC0243188")),
        ),
        (
            "A/c 5020 1223 7511 / IFSC: UTIB0833925",
            account("502012237511", Some("UTIB0833925")),
        ),
        (
            "Credit of all dues to SB/CA No. 63671537109021 (kkbk0769754).",
            account("63671537109021", Some("KKBK0769754")),
        ),
        (
            "The supplier remits the earnest money to the buyer's account No. 50200047719035.",
            vec![],
        ),
        ("Bank A/c No.: 502012237511", account("502012237511", None)),
        (
            "Money goes only to the account in the vendor master.",
            vec![],
        ),
        ("Payment is not made to account 89948320858242.", vec![]),
        (
            "Prices include freight and packing.",
            included(&[Cost::Freight, Cost::Packing]),
        ),
        ("Freight: included", included(&[Cost::Freight])),
        (
            "Transport is borne by the supplier.",
            included(&[Cost::Freight]),
        ),
        (
            "The Supplier shall not bill any additional or other charges.",
            included(&[Cost::Any]),
        ),
        ("Rates are all-inclusive.", included(&[Cost::Any])),
        (
            "Transportation up to site is at the Supplier's cost.",
            included(&[Cost::Freight]),
        ),
        ("No other charges are payable.", included(&[Cost::Any])),
        ("Prices include GST.", vec![]),
        ("Prices exclude freight.", vec![]),
        ("Prices include packing except freight.", vec![]),
    ] {
        assert_eq!(terms("", text), want, "{text}");
    }
}

#[test]
fn an_account_in_a_text_is_one_that_is_called_so() {
    for (text, want) in [
        (
            "Please pay to our new A/c No. 5020 0048 2133 77, IFSC HDFC0000412",
            vec!["50200048213377"],
        ),
        ("Remit to account 50200048213377.", vec!["50200048213377"]),
        (
            "Bank account number: 50200048213377 (HDFC)",
            vec!["50200048213377"],
        ),
        ("Call accounts at 9876543210", vec![]),
        ("Ack No 112610000415 of account year 2026", vec![]),
        ("A/c payee cheque only, e-way bill 181234567890", vec![]),
        ("On account of order 4500012345", vec![]),
    ] {
        assert_eq!(accounts_named(text), want, "{text}");
    }
}

#[test]
fn what_is_for_some_invoices_or_for_another_firm_says_so() {
    let clauses = |text: &str| {
        let passage = Passage {
            document: "contracts/V1.md".to_owned(),
            heading: String::new(),
            line_start: 1,
            text: text.to_owned(),
            score: Decimal::ONE,
        };
        let found = Passages {
            passages: vec![passage],
            searched: 1,
            notes: Vec::new(),
            supplier: Some("24AAKCS4821M1Z2".to_owned()),
        };
        read(&found).clauses
    };
    let goods = clauses("For supply of goods the credit is 30 days; for services it is 75 days.");
    let of: Vec<&Term> = goods.iter().map(|clause| &clause.term).collect();
    assert_eq!(
        of,
        [
            &Term::Credit {
                days: 30,
                of: Some(Supply::Goods)
            },
            &Term::Credit {
                days: 75,
                of: Some(Supply::Services)
            }
        ]
    );
    let [later] = &clauses(
        "For invoices dated on or after 1 December 2026 the period for payment is 60 days.",
    )[..] else {
        panic!("one clause")
    };
    assert_eq!(
        (later.since, later.until),
        (Some(Date::constant(2026, 12, 1)), None)
    );
    let table = "| Vendor | GSTIN | Credit |\n|---|---|---|\n| We | 27AAKCS4821M1ZW | 45 days |\n| They | 29AAFCK2207H1ZO | 30 days |";
    let [own] = &clauses(table)[..] else {
        panic!("one clause")
    };
    assert_eq!(own.term, Term::Credit { days: 45, of: None });
    assert_eq!(
        clauses("The agreement stands terminated with effect from 31 August 2026.")[0].term,
        Term::Ended(Date::constant(2026, 8, 31))
    );
}

#[test]
fn a_clause_says_where_it_stands() {
    let passage = |text: &str| Passage {
        document: "contracts/V1.md".to_owned(),
        heading: String::new(),
        line_start: 1,
        text: text.to_owned(),
        score: Decimal::ONE,
    };
    let found = Passages {
        passages: vec![
            passage("1. Parties"),
            passage("4.1 Paid within 45 days of the invoice."),
        ],
        searched: 1,
        notes: Vec::new(),
        supplier: None,
    };
    let [clause] = &read(&found).clauses[..] else {
        panic!("one clause")
    };
    assert_eq!(
        (clause.number.as_deref(), clause.passage.as_str()),
        (Some("4.1"), "/passages/1")
    );
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(heading in "\\PC{0,30}", text in "(\\PC|[0-9 %₹.:|\n]|pay|days|price|Rs |account|until|include){0,60}") {
        terms(&heading, &text);
    }
}
