//! Ledgers as firms call them: what an entry is comes before what its name says, and what nothing tells stays absent.

use super::*;

const PARTY: &str = "Konkan Bearings and Fasteners LLP";

fn entry(name: &str, amount: &str, within: &str) -> String {
    format!(
        "<LEDGERENTRIES.LIST><LEDGERNAME>{name}</LEDGERNAME>{within}<AMOUNT>{amount}</AMOUNT></LEDGERENTRIES.LIST>"
    )
}

fn rates(rate: &str, cess: &str) -> String {
    let detail = |head: &str, rate: &str| {
        format!(
            "<RATEDETAILS.LIST><GSTRATEDUTYHEAD>{head}</GSTRATEDUTYHEAD><GSTRATE>{rate}</GSTRATE></RATEDETAILS.LIST>"
        )
    };
    let cess = if cess.is_empty() {
        String::new()
    } else {
        detail("Cess", cess)
    };
    detail("IGST", rate) + &cess
}

fn stock(tag: &str, name: &str, amount: &str, within: &str) -> String {
    format!(
        "<{tag}><STOCKITEMNAME>{name}</STOCKITEMNAME><RATE>100/Nos</RATE><AMOUNT>{amount}</AMOUNT>\
         <BILLEDQTY> 10 Nos</BILLEDQTY>{within}</{tag}>"
    )
}

/// A voucher of the sample's supplier. `PARTYLEDGERNAME` is there unless `head` names the supplier otherwise.
fn voucher(head: &str, body: &str) -> Value {
    let text = format!(
        "<ENVELOPE><VOUCHER VCHTYPE=\"Purchase\"><REFERENCE>K/1</REFERENCE><STATENAME>Maharashtra</STATENAME>{head}{body}</VOUCHER></ENVELOPE>"
    );
    inv01(text.as_bytes())
}

const ACROSS: &str = "<PARTYLEDGERNAME>Konkan Bearings and Fasteners LLP</PARTYLEDGERNAME><PLACEOFSUPPLY>Karnataka</PLACEOFSUPPLY>";
const WITHIN: &str = "<PARTYLEDGERNAME>Konkan Bearings and Fasteners LLP</PARTYLEDGERNAME><PLACEOFSUPPLY>Maharashtra</PLACEOFSUPPLY>";

const LINE: &str = "INVENTORYENTRIES.LIST";

/// One line of 1,000 with its rates, the supplier's credit, and what else there is.
fn bought(head: &str, total: &str, rates: &str, rest: &str) -> Value {
    let line = stock(LINE, "Bolt", "-1000.00", rates);
    voucher(head, &format!("{line}{}{rest}", entry(PARTY, total, "")))
}

#[test]
fn a_ledger_that_holds_the_stock_is_no_tax_and_no_rounding() {
    let below = stock(
        "INVENTORYALLOCATIONS.LIST",
        "Bolt",
        "-1000.00",
        &rates("18", ""),
    );
    for name in [
        "Purchase IGST 18%",
        "IGST 18%",
        "CGST/SGST Purchases",
        "Purchase MS Round Bars",
        "Rounded Bars",
        "Freight",
    ] {
        let own = entry(name, "-1000.00", &below);
        let tax = entry(
            "Input IGST",
            "-180.00",
            "<INVENTORYALLOCATIONS.LIST></INVENTORYALLOCATIONS.LIST>",
        );
        let found = voucher(
            ACROSS,
            &format!("{}{own}{tax}", entry(PARTY, "1180.00", "")),
        );
        holds(
            name,
            &found,
            &[
                ("/ItemList/0/AssAmt", json!(1000)),
                ("/ItemList/0/IgstAmt", json!(180)),
                ("/ItemList/1", json!(null)),
                ("/ValDtls/IgstVal", json!(180)),
                ("/ValDtls/CgstVal", json!(0)),
                ("/ValDtls/RndOffAmt", json!(0)),
                ("/ValDtls/OthChrg", json!(0)),
                ("/ValDtls/TotInvVal", json!(1180)),
            ],
        );
    }
    // The account of the stock stands among the ledgers, too.
    let account = "<ACCOUNTINGALLOCATIONS.LIST><LEDGERNAME>IGST 18%</LEDGERNAME><AMOUNT>-1000.00</AMOUNT></ACCOUNTINGALLOCATIONS.LIST>";
    let again = bought(
        ACROSS,
        "1180.00",
        &(rates("18", "") + account),
        &(entry("IGST 18%", "-1000.00", "") + &entry("Input IGST", "-180.00", "")),
    );
    holds("again", &again, &[("/ValDtls/IgstVal", json!(180))]);
}

#[test]
fn a_purchase_ledger_without_stock_is_a_line() {
    for (name, within) in [
        ("Purchase IGST 18%", ""),
        ("IGST Purchase 18%", ""),
        ("Pur. IGST", ""),
        ("IGST 18% Interstate", "<PARENT>Purchase Accounts</PARENT>"),
        ("Purchase MS Round Bars", ""),
    ] {
        let body = entry(PARTY, "1180.15", "")
            + &entry(name, "-1000.00", within)
            + &entry("IGST Payable", "-180.00", "")
            + &entry("R/O", "-0.15", "");
        holds(
            name,
            &voucher(ACROSS, &body),
            &[
                ("/ItemList/0/PrdDesc", json!(name)),
                ("/ItemList/0/AssAmt", json!(1000)),
                ("/ItemList/0/IgstAmt", json!(180)),
                ("/ValDtls/IgstVal", json!(180)),
                ("/ValDtls/RndOffAmt", json!(0.15)),
            ],
        );
    }
}

#[test]
fn names_of_what_stands_beside_the_lines() {
    for (name, amount, total, charges, round_off, discount) in [
        ("Round trip cartage", "-500", "1680", 500.0, 0.0, 0.0),
        ("Kacha Freight", "-500", "1680", 500.0, 0.0, 0.0),
        ("Freight on IGST Purchase", "-500", "1680", 500.0, 0.0, 0.0),
        ("TCS on Purchase", "-5", "1185", 5.0, 0.0, 0.0),
        ("Round Off A/c", "-0.4", "1180.40", 0.0, 0.4, 0.0),
        ("R/O", "0.4", "1179.60", 0.0, -0.4, 0.0),
        ("Rounding Difference", "0.4", "1179.60", 0.0, -0.4, 0.0),
        ("Trade Discount", "80", "1100", 0.0, 0.0, 80.0),
    ] {
        let rest = entry("Input IGST", "-180.00", "") + &entry(name, amount, "");
        holds(
            name,
            &bought(ACROSS, total, &rates("18", ""), &rest),
            &[
                ("/ValDtls/IgstVal", json!(180)),
                ("/ValDtls/OthChrg", json!(charges)),
                ("/ValDtls/RndOffAmt", json!(round_off)),
                ("/ValDtls/Discount", json!(discount)),
            ],
        );
    }
    let kept_back =
        entry("Input IGST", "-180.00", "") + &entry("Tax Deducted at Source", "100", "");
    holds(
        "kept back",
        &bought(ACROSS, "1080", &rates("18", ""), &kept_back),
        &[
            ("/ValDtls/Discount", json!(0)),
            ("/ValDtls/TotInvVal", json!(1180)),
        ],
    );
}

#[test]
fn the_supplier_is_found_without_its_flag() {
    let place = "<PLACEOFSUPPLY>Karnataka</PLACEOFSUPPLY>";
    let named = |member: &str| format!("<{member}>{PARTY}</{member}>{place}");
    let bills = "<BILLALLOCATIONS.LIST><NAME>K/1</NAME></BILLALLOCATIONS.LIST>";
    for (name, head, within, legal) in [
        ("base name", named("BASICBASEPARTYNAME"), "", json!(PARTY)),
        ("mailing name", named("PARTYMAILINGNAME"), "", json!(PARTY)),
        ("bills", place.to_owned(), bills, json!(PARTY)),
        (
            "flag",
            place.to_owned(),
            "<ISPARTYLEDGER>Yes</ISPARTYLEDGER>",
            json!(PARTY),
        ),
        // It may be the bank, or cash.
        ("amount", place.to_owned(), "", json!(null)),
    ] {
        let line = stock(LINE, "Bolt", "-1000.00", &rates("18", ""));
        let discounted = within.is_empty() && name == "amount";
        let (total, off) = if discounted {
            ("1180", "0")
        } else {
            ("1170", "10")
        };
        let body = line
            + &entry("Input IGST", "-180", "")
            + &entry(PARTY, total, within)
            + &entry("Cash Discount", off, "");
        holds(
            name,
            &voucher(&head, &body),
            &[
                ("/SellerDtls/LglNm", legal),
                ("/ValDtls/TotInvVal", json!(total.parse::<u32>().unwrap())),
                ("/ValDtls/Discount", json!(off.parse::<u32>().unwrap())),
            ],
        );
    }
    // Two credits, and nothing says which one is the supplier's: neither is a discount.
    let line = stock(LINE, "Bolt", "-1000.00", &rates("18", ""));
    let two = entry("Input IGST", "-180", "") + &entry("A", "600", "") + &entry("B", "580", "");
    holds(
        "two",
        &voucher(place, &(line + &two)),
        &[
            ("/ValDtls/AssVal", json!(1000)),
            ("/ValDtls/IgstVal", json!(180)),
            ("/ValDtls/Discount", json!(null)),
            ("/ValDtls/TotInvVal", json!(null)),
        ],
    );
}

#[test]
fn tax_under_a_name_that_does_not_tell() {
    let [igst, cgst, none, charges] = [
        "/ValDtls/IgstVal",
        "/ValDtls/CgstVal",
        "/ItemList/0/IgstAmt",
        "/ValDtls/OthChrg",
    ];
    for (name, head, total, rest, want) in [
        (
            "across",
            ACROSS,
            "1180",
            vec![("Duties 18", "-180")],
            [json!(180), json!(0), json!(180), json!(0)],
        ),
        (
            "beside freight",
            ACROSS,
            "1230",
            vec![("Freight", "-50"), ("Vera Vat Khata", "-180")],
            [json!(180), json!(0), json!(180), json!(50)],
        ),
        (
            "within, in one",
            WITHIN,
            "1180",
            vec![("Input GST", "-180")],
            [json!(0), json!(90), json!(0), json!(0)],
        ),
        (
            "within, in two",
            WITHIN,
            "1180",
            vec![("Duty A", "-90"), ("Duty B", "-90")],
            [json!(0), json!(90), json!(0), json!(0)],
        ),
        (
            "half known",
            WITHIN,
            "1180",
            vec![("Input CGST @9%", "-90"), ("Rajya Kar", "-90")],
            [json!(0), json!(90), json!(0), json!(0)],
        ),
        (
            "called a purchase",
            ACROSS,
            "1180",
            vec![("IGST Purchase", "-180")],
            [json!(180), json!(0), json!(180), json!(0)],
        ),
        (
            "of another amount",
            ACROSS,
            "1120",
            vec![("Sundries", "-120")],
            [json!(null), json!(null), json!(null), json!(120)],
        ),
        (
            "not registered",
            ACROSS,
            "1050",
            vec![("Loading & Unloading", "-50")],
            [json!(0), json!(0), json!(0), json!(50)],
        ),
    ] {
        let rest: String = rest
            .iter()
            .map(|(name, amount)| entry(name, amount, ""))
            .collect();
        let found = bought(head, total, &rates("18", ""), &rest);
        let [a, b, c, d] = want;
        holds(
            name,
            &found,
            &[(igst, a), (cgst, b), (none, c), (charges, d)],
        );
    }
    let unrated = bought(ACROSS, "1180", "", &entry("IGST Purchase", "-180", ""));
    holds(
        "no rates",
        &unrated,
        &[(igst, json!(180)), (charges, json!(0))],
    );
}

#[test]
fn cess_of_a_ledger_that_no_line_states() {
    let line = |cess: &str| stock(LINE, "Bolt", "-1000.00", &rates("18", cess));
    let rest = entry("Input IGST", "-360", "")
        + &entry("Input Cess", "-10", "")
        + &entry(PARTY, "2370", "");
    let [rate, amount, total] = [
        "/ItemList/0/CesRt",
        "/ItemList/0/CesAmt",
        "/ItemList/0/TotItemVal",
    ];
    for (name, cess, want) in [
        ("silent", ["", ""], [json!(null), json!(null), json!(null)]),
        (
            "nought",
            ["0", "0"],
            [json!(null), json!(null), json!(null)],
        ),
        (
            "of the other line",
            ["", "1"],
            [json!(0), json!(0), json!(1180)],
        ),
        ("its own", ["1", ""], [json!(1), json!(10), json!(1190)]),
    ] {
        let lines = cess.map(line).concat();
        let [a, b, c] = want;
        let found = voucher(ACROSS, &(lines + &rest));
        holds(
            name,
            &found,
            &[
                (rate, a),
                (amount, b),
                (total, c),
                ("/ItemList/0/IgstAmt", json!(180)),
                ("/ValDtls/CesVal", json!(10)),
            ],
        );
    }
    let rest = entry("Input IGST", "-180", "") + &entry("Input Cess", "-10", "");
    holds(
        "one line has all of it",
        &bought(ACROSS, "1190", &rates("18", ""), &rest),
        &[(amount, json!(10)), (total, json!(1190))],
    );
}

#[test]
fn what_is_no_bill_says_why() {
    for (voucher, why) in [
        (
            "<VOUCHER VCHTYPE=\"Bank Payment\"/>",
            "a Bank Payment voucher",
        ),
        (
            "<VOUCHER VCHTYPE=\"Purchase\"><VOUCHERTYPENAME>Sales GST</VOUCHERTYPENAME></VOUCHER>",
            "a Sales GST voucher",
        ),
        (
            "<VOUCHER VCHTYPE=\"Purchase\" ACTION=\"Delete\"/>",
            "this Purchase voucher is deleted in Tally",
        ),
        (
            "<VOUCHER><ISDELETED>Yes</ISDELETED></VOUCHER>",
            "deleted in Tally",
        ),
        (
            "<VOUCHER VCHTYPE=\"GST Purchase\"><ISOPTIONAL>Yes</ISOPTIONAL></VOUCHER>",
            "this GST Purchase voucher is optional in Tally",
        ),
    ] {
        let error = read_bytes(voucher.as_bytes(), "x", &LIMITS)[0]
            .clone()
            .unwrap_err();
        assert!(error.problem.contains(why), "{error}");
    }
}
