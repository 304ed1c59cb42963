//! What the masker finds, leaks and takes for what it is not, on single lines that were written before anything was measured on
//! them. Of every two lines the first was looked at afterwards; the second was only measured, once, at the end.

#![allow(
    clippy::unwrap_used,
    reason = "a line that cannot be read fails the test"
)]

use mask::{Kind, Masker, Span, find};

struct Line {
    text: String,
    /// Bytes of the text, and the type.
    gold: Vec<(usize, usize, Kind)>,
}

fn lines() -> Vec<Line> {
    include_str!("lines.txt")
        .lines()
        .filter(|line| !line.starts_with("# "))
        .map(read)
        .collect()
}

fn read(line: &str) -> Line {
    let line = line.replace("\\n", "\n");
    let (mut text, mut gold) = (String::new(), Vec::new());
    let mut rest = line.as_str();
    while let Some((head, tail)) = rest.split_once('⟦') {
        text.push_str(head);
        let (value, tail) = tail.split_once('⟧').unwrap();
        let (kind, value) = value.split_once('|').unwrap();
        gold.push((text.len(), text.len() + value.len(), kind.parse().unwrap()));
        text.push_str(value);
        rest = tail;
    }
    text.push_str(rest);
    Line { text, gold }
}

#[derive(Default)]
struct Score {
    right: usize,
    found: usize,
    gold: usize,
    leaked: usize,
    /// Lines without personal data, and how many of them something was found in.
    clean: usize,
    hit: usize,
    faults: Vec<String>,
}

impl Score {
    fn of<'a>(lines: impl Iterator<Item = &'a Line>) -> Self {
        let mut score = Self::default();
        for line in lines {
            let found = find(&line.text);
            let same = |span: &mask::Span| (span.start, span.end, span.kind);
            score.right += found
                .iter()
                .filter(|span| line.gold.contains(&same(span)))
                .count();
            score.found += found.len();
            score.gold += line.gold.len();
            score.clean += usize::from(line.gold.is_empty());
            score.hit += usize::from(line.gold.is_empty() && !found.is_empty());
            let covered = |at| {
                found
                    .iter()
                    .any(|span| (span.start..span.end).contains(&at))
            };
            let leaks = |&&(start, end, _): &&(usize, usize, Kind)| {
                line.text[start..end]
                    .char_indices()
                    .any(|(at, letter)| letter.is_alphanumeric() && !covered(start + at))
            };
            score.leaked += line.gold.iter().filter(leaks).count();
            if found.iter().map(same).collect::<Vec<_>>() != line.gold {
                let found: Vec<_> = found
                    .iter()
                    .map(|span| (span.kind, &line.text[span.start..span.end], span.rule))
                    .collect();
                score.faults.push(format!("{:?} {found:?}", line.text));
            }
        }
        score
    }

    fn told(&self) -> String {
        format!(
            "F1 {} of 1,000; {} of {} leak; {} of {} clean lines hit\n{}",
            self.f1(),
            self.leaked,
            self.gold,
            self.hit,
            self.clean,
            self.faults.join("\n")
        )
    }

    /// In thousandths.
    fn f1(&self) -> usize {
        2000 * self.right / (self.found + self.gold)
    }

    fn holds(&self, f1: usize, leaks: usize, hits: usize) {
        assert!(
            self.f1() >= f1 && self.leaked <= leaks && self.hit <= hits,
            "{}",
            self.told()
        );
    }
}

#[test]
fn lines_that_were_looked_at() {
    Score::of(lines().iter().step_by(2)).holds(985, 1, 0);
}

#[test]
fn lines_that_were_only_measured() {
    Score::of(lines().iter().skip(1).step_by(2)).holds(970, 2, 0);
}

/// Prints the figures of both halves, and the faults of the first; with `--ignored`.
#[test]
#[ignore = "prints; it holds nothing"]
fn figures() {
    println!("{}", Score::of(lines().iter().step_by(2)).told());
    let second = Score::of(lines().iter().skip(1).step_by(2)).told();
    println!("{}", second.lines().next().unwrap());
}

#[test]
fn what_stands_beside_a_number_decides() {
    let masker = Masker::new(b"a key for tests").unwrap();
    for line in [
        // Ten digits are no Aadhaar and no PAN, whatever the word before them; a person is no paper.
        "Aadhaar ⟦phone|9845012345⟧, PAN ⟦phone|7042892693⟧",
        "Invoice holder Ramesh ⟦phone|9845012345⟧",
        "Bill of Mr Das ⟦phone|9845012345⟧",
        "Policy holder no 9876543210",
        "Invoice of stock 9876543210",
        // Marks in a row, and pieces of a code.
        "⟦vehicle|MH12AB9955⟧-⟦vehicle|MH12CD6063⟧",
        "Truck no ⟦vehicle|MH12AB9955⟧-⟦vehicle|KA05CD6063⟧-⟦vehicle|TN09BC1234⟧",
        "⟦vehicle|MH 12 AB 9955⟧-⟦vehicle|MH 12 CD 6063⟧",
        "MODEL-MH12AB9955-X2",
        "MH12AB9955-MH12CD606",
        "X-MH12AB9955-MH12CD6063-X",
        // Of a bank: an account, unless it is called the reference of a payment.
        "HDFC ⟦bank_account|412345678901⟧ NEFT",
        "HDFC ⟦bank_account|412345678901⟧ UTR HDFCR52026112298765432",
        "HDFC 412345678901 UTR",
        "SBI 412345678901 (RRN), received",
        "UTR of HDFC 412345678901",
        "Canara Bank ⟦bank_account|123456789⟧",
        "PNB ⟦bank_account|1234567890⟧",
        "State Bank of India: ⟦bank_account|312345678⟧",
        "HDFC Bank 560240017, power bank 123456789, SBI 450000000, Axis 123456789",
        "Paise ⟦bank_account|203448760076⟧ me daal do, bill 203448760076 me likho",
        // What is driven is no phone.
        "Kms 98450-98765, odometer: 98450-12345",
        "Branch code ⟦ifsc|HDFC0933495⟧, branch code 0933495",
        // A title of papers is no head of columns.
        "TAX INVOICE / BILL OF SUPPLY\nMeera ⟦phone|98330 45127⟧\nqueries ⟦phone|022-27784412⟧\nfirm ⟦pan|BWUPK2231T⟧ lorry",
        "INVOICE CUM CHALLAN\nby ⟦vehicle|KA05MG4411⟧ ⟦vehicle|KA 05 MG 4411⟧ today",
        "CREDIT NOTE / DEBIT NOTE\nguard ⟦aadhaar|3328 2922 9486⟧\nto HDFC ⟦bank_account|50100627437326⟧, ⟦ifsc|HDFC0677354⟧",
        "Bill No / LR No\n⟦vehicle|MH04FK0870⟧ left\n⟦bank_account|50100627437326⟧ ⟦ifsc|UTIB0973592⟧",
        "TRANSPORT BILL / LR COPY   ORIGINAL\nDriver Gopal ⟦phone|98330 45127⟧   Hosur",
        "DELIVERY CHALLAN\n⟦phone|98330 45127⟧ Gopal",
        "Invoice No   Challan No   Docket\n9833045127   7042892693   MH04FK0870",
        "Order No      Docket No\n9833045127    7042892693",
        "Order No Docket No Amount\n9833045127 7042892693 4500.00",
        "Sl   Item                        HSN        Qty\n1    MH04FK0870 steel bracket    84713010   10",
        "Invoice No\n9833045127 dated 12-11-2026",
        "Order No      Docket No\n⟦phone|+91 98330 45127⟧    70428\n⟦aadhaar|3328 2922 9486⟧    ⟦ifsc|HDFC0677354⟧",
        // An area code with a space behind it, where somebody is to be reached.
        "CONTACT : Meera Joshi, ⟦phone|+91-6746411970⟧, ⟦phone|022 27784412⟧",
        "Meera ⟦phone|98330 45127⟧, ⟦phone|080 28229521⟧",
        "⟦phone|044-41583517⟧ / ⟦phone|0422 2835195⟧",
        "For queries ⟦phone|022 27784412⟧",
        "Reach our Hosur depot: ⟦phone|04344 223195⟧",
        "Machine 022 27784412, 450, 022 27784412",
        "Queries on bill no 022 27784412",
        "For queries see page 022 17784412",
        // A label, and its value some way behind.
        "Current account no. of Meera Joshi : ⟦bank_account|034505332584⟧",
        "Aadhaar no. of Mr. Gopal Das - ⟦aadhaar|332829229486⟧",
        "Account closed. Docket of Meera 034505332584",
        "ID proof type - Voter Identity Card, No. - ⟦voter_id|YDR0535200⟧",
        "Voter's Identity Card No. ⟦voter_id|NRW9693729⟧, identity card no YDR0535200",
        "Bank A/c Details:\nBank: SBI\nMICR: 560002017\nNumber: ⟦bank_account|7374105007901⟧",
        "Passport Details\nName: Meera\nNo. - ⟦passport|R9283474⟧",
        "Order Details\nDate: 12-11-2026\nNumber: 7374105007901",
        "A/c Details\nto follow\nNumber: 7374105007901",
        "A/c Details\nBank: SBI\n\nNumber: 7374105007901",
        // A value goes on behind the indent of the next line, once.
        "Aadhaar: ⟦aadhaar|3328\n     2922 9486⟧",
        "to account number ⟦bank_account|50100\n    627437326⟧ at once",
        "GSTIN: ⟦gstin|29WNTCY\r\n        9085I1ZQ⟧",
        "{\n      \"pan\": \"⟦pan|GKSHI7359R⟧\",\n      \"mobile\": \"⟦phone|98330 45127⟧\"\n}",
        "Qty 3328\n     2922\n     9486",
        "Aadhaar: 3328\n                    2922 9486",
        // PAN letter by letter, the word and the number.
        "P A N ⟦pan|GKSHI7359R⟧ of firm",
        "P A N : ⟦pan|G K S H I 7 3 5 9 R⟧",
        "P A N  ⟦pan|GKSHI 7359 R⟧",
        "P.A.N. - ⟦pan|gkshi7359r⟧",
        "P.A.N. No. ⟦pan|GKSH173S9R⟧ Proprietor Das",
        "S H O P A N D 7359",
        // Misread in several words, where a label says so.
        "P.A.N. ⟦pan|GKSHI 73S9 R⟧",
        "PAN ⟦pan|GKS HI7 3S9R⟧",
        "PAN: ⟦pan|GK5HI 73S9 R⟧ of firm",
        "Vehicle No ⟦vehicle|KA 0S MG A411⟧",
        "lorry ⟦vehicle|TN 4S AX 9B25⟧ left",
        "Vehicle: ⟦vehicle|MH I2 DV 70Z7⟧, seal 44",
        "Hooks KA 0S MG A411, GKSHI 73S9 R",
        "Vehicle No XX 0S MG A411",
        // What a label behind speaks of, and numbers of documents that look like marks.
        "Cheque leaf bottom line: 215424 560017002 and a/c ⟦bank_account|2587201867⟧",
        "560017002 and account of Meera",
        "Leaf 411240011 & a/c pending",
        "⟦bank_account|034505332584⟧ a/c of Meera",
        "Lift no. KA/05/MG/4411, fire NOC TS/09/F/5671 valid, file: TN/09/BC/6224",
        "Vehicle no. ⟦vehicle|KA/05/MG/4411⟧, ⟦vehicle|TS/09/F/5671⟧ left, by ⟦vehicle|TN/09/BC/6224⟧",
        "Lift no. ⟦vehicle|KA-05-MG-4411⟧",
    ] {
        let line = read(line);
        let of = |spans: &[Span]| -> Vec<_> {
            let one = |span: &Span| (span.start, span.end, span.kind);
            spans.iter().map(one).collect()
        };
        assert_eq!(of(&find(&line.text)), line.gold, "{}", line.text);
        // A token says no more than what it stands for.
        assert_eq!(
            of(&masker.mask(&line.text).spans),
            line.gold,
            "{}",
            line.text
        );
    }
}
