//! What questions are understood to ask, as topics with their subjects.

use domain::records::Lacking;

use super::{
    super::{
        parse::understand,
        part::{Column, Computation, Measure, Part, Subject, Topic, Understanding},
    },
    AS_OF,
};

fn topic(topic: &Topic) -> String {
    match topic {
        Topic::Billed(billing) => {
            let measures: Vec<&str> = billing
                .measures
                .iter()
                .map(|measure| match measure {
                    Measure::Total => "total",
                    Measure::Taxable => "taxable",
                    Measure::Count => "count",
                    Measure::Average => "average",
                    Measure::Largest(_) => "largest",
                    Measure::Smallest(_) => "smallest",
                    Measure::Latest => "latest",
                    Measure::Earliest => "earliest",
                    Measure::List(_) => "list",
                })
                .collect();
            let orders = billing
                .orders
                .map(|named| if named { "with order" } else { "without order" });
            let told = [
                measures.join("+"),
                billing.statuses.join("+"),
                orders.unwrap_or_default().to_owned(),
            ];
            let told: Vec<String> = told.into_iter().filter(|word| !word.is_empty()).collect();
            told.join(" ")
        }
        Topic::Ranking(ranking) => {
            let first = if ranking.least { "least" } else { "most" };
            let by = format!("{:?}", ranking.by).to_lowercase();
            format!("{first} by {by} {}", ranking.most)
        }
        Topic::Returns(kinds) => format!("returns {}", kinds.join("+")).trim().to_owned(),
        Topic::Missing(prefix) => format!("missing {}", prefix.as_deref().unwrap_or(""))
            .trim()
            .to_owned(),
        Topic::Orders { open } => if *open { "open orders" } else { "orders" }.to_owned(),
        Topic::Contract { words, clause } => {
            let clause = clause
                .as_ref()
                .map_or_else(String::new, |number| format!("{number} "));
            format!("contract {clause}{}", words.join("+"))
        }
        Topic::Order { line, billed, .. } => match (line, billed) {
            (None, false) => "order".to_owned(),
            (None, true) => "billed lines".to_owned(),
            (Some(_), _) => "order line".to_owned(),
        },
        Topic::Held(column) => format!("{column:?}").to_lowercase(),
        Topic::Compute(Computation::Expression { formula, .. }) => formula.clone(),
        Topic::Compute(Computation::Split {
            within,
            inclusive,
            each,
            ..
        }) => {
            let each = if *each { " each" } else { "" };
            format!("split {within:?} {inclusive}{each}")
        }
        Topic::Vendors { class, listed } => {
            let lacking = class.lacking.map(Lacking::written);
            let days = class.terms_days.as_deref();
            let told = [class.status, class.msme, days, lacking];
            let told: Vec<&str> = told.into_iter().flatten().collect();
            let which = if *listed { "which" } else { "count" };
            format!("{which} vendors {}", told.join("+"))
                .trim()
                .to_owned()
        }
        Topic::Due { overdue } => if *overdue { "overdue" } else { "due" }.to_owned(),
        Topic::Compute(Computation::RateNeeded) => "rate needed".to_owned(),
        Topic::Compute(Computation::RateOfWhat) => "rate of what".to_owned(),
        Topic::Beyond(_) => "beyond".to_owned(),
        Topic::Receipts { .. } => "receipts".to_owned(),
        Topic::Standing(billing) => format!("standing {}", billing.statuses.join("+")),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn told(found: &Understanding, part: &Part) -> String {
    let subject = part.subject.and_then(|at| found.subjects.get(at));
    let of = subject.map_or_else(String::new, |subject| {
        format!(" of {}", Subject::told(subject))
    });
    let period = part.period.and_then(|at| found.periods.get(at));
    let within = period.map_or_else(String::new, |period| format!(" [{}]", period.text));
    format!("{}{of}{within}", topic(&part.topic))
}

#[expect(clippy::too_many_lines, reason = "a table")]
#[test]
fn questions_are_understood_by_their_words_in_any_order() {
    for (question, parts) in [
        ("payment terms of V001", &["terms of V001"][..]),
        ("V001 payment terms?", &["terms of V001"]),
        ("payment terms of Total Oils", &["terms of Total Oils"]),
        ("payment terms of Vendor Mutha", &["terms of Mutha"]),
        ("invoices approved but not yet paid", &["list approved"]),
        ("invoices not paid but approved", &["list approved"]),
        ("unpaid invoices", &["list approved+held"]),
        ("in how many days is V001 paid", &["terms of V001"]),
        ("Is V001 an MSME?", &["msme of V001"]),
        (
            "how many active vendors do we have",
            &["count vendors active"],
        ),
        ("kitne vendor active hain?", &["count vendors active"]),
        ("which vendors are blocked", &["which vendors blocked"]),
        (
            "how many blocked vendors are there and who?",
            &["which vendors blocked"],
        ),
        ("how many vendors are there", &["count vendors"]),
        ("list all vendors", &["which vendors"]),
        ("list of MSME micro vendors", &["which vendors micro"]),
        (
            "How many vendors are registered as MSME?",
            &["count vendors any"],
        ),
        (
            "active vendors that are small enterprises",
            &["count vendors active+small"],
        ),
        ("which vendors are on 60 days terms?", &["which vendors 60"]),
        (
            "which vendors have no bank account?",
            &["which vendors bank_account"],
        ),
        ("vendors without a PAN", &["count vendors pan"]),
        (
            "vendors with no payment terms",
            &["count vendors payment_terms"],
        ),
        ("which vendors have no email", &["which vendors email"]),
        (
            "Any vendor whose PAN does not match its GSTIN?",
            &["count vendors agreeing_pan"],
        ),
        ("is MC/26-27/0187 overdue?", &["overdue of MC/26-27/0187"]),
        ("when is invoice A-17 due", &["due of A-17"]),
        ("when is invoice A-17 of V001 due", &["due of A-17"]),
        ("when is B01797 of V001 due", &["beyond"]),
        ("due date of MC/26-27/0187", &["due of MC/26-27/0187"]),
        (
            "by when do we have to pay MC/26-27/0187?",
            &["due of MC/26-27/0187"],
        ),
        (
            "how many days overdue is invoice A-17",
            &["overdue of A-17"],
        ),
        ("when do we pay V001", &["terms of V001"]),
        ("IFSC of V001", &["bank of V001"]),
        ("PAN of V001", &["pan of V001"]),
        ("is V001 blocked", &["status of V001"]),
        ("GSTIN of V001", &["gstin of V001"]),
        (
            "is 27ZZQCM1107R1ZT active",
            &["registration of 27ZZQCM1107R1ZT"],
        ),
        ("is the GSTIN of V001 cancelled", &["registration of V001"]),
        (
            "did V001 file GSTR-3B for October 2026",
            &["returns GSTR3B of V001 [for October 2026]"],
        ),
        ("is e-invoicing mandatory for V001", &["einvoicing of V001"]),
        ("is MC/26-27/0187 in 2B", &["statement of MC/26-27/0187"]),
        (
            "is MC/26-27/0187 listed in our GSTR-2B",
            &["statement of MC/26-27/0187"],
        ),
        ("total billed by V001", &["total of V001"]),
        (
            "how many invoices of V001 since April",
            &["count of V001 [since April]"],
        ),
        ("how much did V001 bill in Q2", &["total of V001 [in Q2]"]),
        ("what did V001 bill in Q2", &["total of V001 [in Q2]"]),
        (
            "how much did V001 and V003 bill in Q2",
            &["total of V001 [in Q2]", "total of V003 [in Q2]"],
        ),
        ("taxable value billed by V001", &["taxable of V001"]),
        ("total of V001 before GST", &["taxable of V001"]),
        ("taxable value of invoice A-1", &["untaxed of A-1"]),
        ("median invoice of V001", &["beyond"]),
        ("not the rejected ones: total of V001", &["beyond"]),
        (
            "total of V001, ignore rejected invoices",
            &["total of V001"],
        ),
        ("total billed by micro vendors", &["beyond"]),
        ("spend by month", &["beyond"]),
        ("how many invoices has each vendor raised", &["beyond"]),
        ("total billed by vendor V001", &["total of V001"]),
        ("top 5 vendors by spend", &["most by total 5"]),
        ("which vendor has the most invoices", &["most by count 1"]),
        ("vendors ranked by billing", &["most by total 5"]),
        ("who billed the least in Q2", &["least by total 1 [in Q2]"]),
        (
            "which vendors billed us in June 2026",
            &["most by total 10 [in June 2026]"],
        ),
        ("which vendor has the most purchase orders", &["beyond"]),
        ("smallest invoice of all suppliers", &["smallest"]),
        ("top 3 bills", &["largest"]),
        ("our GSTINs?", &["ours"]),
        (
            "bills without PO in June 2026",
            &["list without order [in June 2026]"],
        ),
        ("vendors with no invoices this year", &["beyond"]),
        ("credit notes of V001", &["beyond"]),
        ("is V001 an approved vendor", &["beyond"]),
        ("invoices of V001 after cancellation", &["beyond"]),
        ("payable to V001 by 31 December", &["beyond"]),
        (
            "payable to V001 till date",
            &["total approved+held of V001 [till date]"],
        ),
        ("overdue invoices of V001", &["beyond"]),
        (
            "did V001 file GSTR-3B for October 2026, and what do we owe it",
            &[
                "returns GSTR3B of V001 [for October 2026]",
                "total approved+held of V001",
            ],
        ),
        (
            "what did V001 bill in September and what is unpaid",
            &[
                "total of V001 [in September]",
                "total approved+held of V001",
            ],
        ),
        (
            "largest invoice of V001 and total billed in Q2",
            &["largest of V001", "total of V001 [in Q2]"],
        ),
        (
            "total billed by V001 last month. largest invoice of V002?",
            &["total of V001 [last month]", "largest of V002"],
        ),
        (
            "how many invoices in Q2 of V001, and what is the largest",
            &["count+largest of V001 [in Q2]"],
        ),
        (
            "did V001 file GSTR-1 and GSTR-3B for October 2026",
            &[
                "returns GSTR1 of V001 [for October 2026]",
                "returns GSTR3B of V001 [for October 2026]",
            ],
        ),
        (
            "total billed by V001 and V002 in October",
            &["total of V001 [in October]", "total of V002 [in October]"],
        ),
        (
            "is V001 active and what did it bill in October",
            &["status of V001", "total of V001 [in October]"],
        ),
        (
            "orders of V001 since October",
            &["orders of V001 [since October]"],
        ),
        ("did V001 miss any GSTR-3B", &["returns GSTR3B of V001"]),
        ("which checks are skipped for V001", &["profile of V001"]),
        (
            "V001 ne pichle mahine kitna bill kiya",
            &["total of V001 [pichle mahine]"],
        ),
        (
            "V001 ko kitne din mein payment karna hai",
            &["terms of V001"],
        ),
        (
            "what did V001 bill on PO-26-0041",
            &["billedon of PO-26-0041"],
        ),
        ("how much did we buy from V001", &["total of V001"]),
        ("how much did we pay V001", &["total paid of V001"]),
        ("how much do we owe V001", &["total approved+held of V001"]),
        ("amount payable to V001", &["total approved+held of V001"]),
        ("what must we pay V001", &["total approved+held of V001"]),
        (
            "how much is V001 to be paid",
            &["total approved+held of V001"],
        ),
        ("in how many days is V001 payable", &["terms of V001"]),
        ("what do we pay V001", &["beyond"]),
        ("payable to V001 in June", &["beyond"]),
        ("how much did we bill V001", &["beyond"]),
        ("are we billed by V001", &["total of V001"]),
        ("have we received bills of V001", &["list of V001"]),
        ("what does V001 owe us", &["beyond"]),
        ("has V001 paid", &["beyond"]),
        ("payments by V001", &["beyond"]),
        (
            "payments to V001 from April",
            &["total paid of V001 [from April]"],
        ),
        ("orders placed by V001", &["beyond"]),
        ("does V001 have open orders", &["open orders of V001"]),
        ("goods accepted by V001", &["beyond"]),
        ("billed by V001 on 31/6/2026", &["beyond"]),
        ("is A-1 paid", &["standing paid of A-1"]),
        (
            "unit price of line 2 of PO-26-0041",
            &["order line of PO-26-0041"],
        ),
        (
            "left to bill on PO-26-0041",
            &["billed lines of PO-26-0041"],
        ),
        ("bills on PO-26-0041", &["billedon of PO-26-0041"]),
        ("CGST at 9% on 1,000", &["split Some(true) false each"]),
        ("CGST on 1,000 at 18%", &["rate of what"]),
        (
            "what interest does V001 charge",
            &["contract interest of V001"],
        ),
        ("invoices of V001 not paid", &["list approved+held of V001"]),
        (
            "largest and smallest invoice of V001",
            &["largest+smallest of V001"],
        ),
        ("largest rejected invoice", &["largest rejected"]),
        ("latest invoice of V001", &["latest of V001"]),
        ("average bill of V001", &["average of V001"]),
        ("invoices received from V001", &["list of V001"]),
        (
            "total billed in Q1 and in Q2 by V001",
            &["total of V001 [in Q1]", "total of V001 [in Q2]"],
        ),
        (
            "which invoice numbers of V001 are missing",
            &["missing of V001"],
        ),
        (
            "missing numbers in the VSG series of V003",
            &["missing VSG of V003"],
        ),
        ("have we seen invoice A-1", &["seen of A-1"]),
        ("what is the date of invoice A-1", &["seen of A-1"]),
        ("order PO-26-0041", &["order of PO-26-0041"]),
        (
            "which vendor is order PO-26-0047 on",
            &["order of PO-26-0047"],
        ),
        ("open orders of V001", &["open orders of V001"]),
        (
            "what was received against PO-26-0041",
            &["receipts of PO-26-0041"],
        ),
        ("goods received from V001", &["receipts of V001"]),
        (
            "what does the contract of V001 say about interest",
            &["contract interest of V001"],
        ),
        (
            "payment terms and MSME status of V001",
            &["terms of V001", "msme of V001"],
        ),
        (
            "payment terms of V001 and of V002",
            &["terms of V001", "terms of V002"],
        ),
        ("2 + 3 * 4", &["$1 + $2 * $3"]),
        ("18% of 1,000", &["pct($2, $1)"]),
        (
            "GST split of 1,000 at 18% within the state",
            &["split Some(true) false"],
        ),
        ("IGST on 1,000 at 18%", &["split Some(false) false"]),
        (
            "taxable value of 1,180 including 18% GST",
            &["split None true"],
        ),
        ("GST split of 1,000", &["rate needed"]),
        ("why was A-1 held", &["beyond", "profile of A-1"]),
        ("who approved MC/26-27/0187", &["beyond"]),
        ("how much GST did V001 charge", &["beyond"]),
        ("which vendor billed the most", &["most by total 1"]),
        ("invoices of all vendors except V001", &["beyond"]),
        ("pay V001 now", &["beyond"]),
        ("V001 ka bank account batao", &["bank of V001"]),
        ("V001 ka total bill kitna hai", &["total of V001"]),
        ("who is the prime minister", &["profile of prime minister"]),
        ("thanks, ok", &[]),
        ("", &[]),
    ] {
        let found = understand(question, AS_OF, &[]);
        let mut got: Vec<String> = found.parts.iter().map(|part| told(&found, part)).collect();
        got.dedup();
        assert_eq!(got, parts, "{question}: {:?}", found.puzzling);
    }
}

#[test]
fn what_was_not_understood_is_named() {
    for (question, puzzling) in [
        ("share of V001 in what was billed", &["share"][..]),
        ("total billed by V001 in 97000", &["97000"]),
        (
            "what were the payment terms of V001 last year",
            &["last year"],
        ),
        ("18% of the largest invoice", &["18%"]),
        ("payment terms of V001", &[]),
    ] {
        let found = understand(question, AS_OF, &[]);
        assert_eq!(found.puzzling, puzzling, "{question}: {:?}", found.parts);
    }
}

#[test]
fn a_column_of_the_master_is_told_by_its_name() {
    // A column that is added needs a question that asks for it.
    for (question, column) in [
        ("GST number of V001", Column::Gstin),
        ("PAN card of V001", Column::Pan),
        ("email id of V001", Column::Email),
        ("trade name of V001", Column::Name),
        ("vendor code of Velhe Spice Growers", Column::VendorId),
        ("is V001 inactive", Column::Status),
    ] {
        let found = understand(question, AS_OF, &[]);
        let topics: Vec<&Topic> = found.parts.iter().map(|part| &part.topic).collect();
        assert_eq!(topics, [&Topic::Held(column)], "{question}");
    }
}
