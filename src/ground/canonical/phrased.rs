//! Turns of phrase that say what plainer ones do: "in words, the total is rupees five thousand only", "the CGST equals ₹900".

use std::sync::LazyLock;

use regex::Regex;

use crate::Case;

/// Lines by number, in words.
const LINES: [&str; 10] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
];

/// What a turn is, and what stands in its place.
static TURNS: LazyLock<Vec<(Regex, String)>> = LazyLock::new(|| {
    [
        // A sum in words, as cheques and invoices write it.
        (r"^(?i:in words,?)\s+(?P<rest>.)", "$rest"),
        (r"\b(?i:reads?|stands?|is|comes to) in words:?\s+(?:as\s+)?(?P<sum>(?i:rupees)\b)", "is $sum"),
        (r"\b(?P<sum>(?i:rupees)(?:[ -](?i:and|hundred|thousand|lakh|lakhs|crore|crores|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|paise|paisa))+)\s+(?i:only)\b", "$sum"),
        // How a sum in lakhs is rounded is told by its figures.
        (r"(?P<sum>(?i:lakhs?|crores?)),?\s+(?:when\s+)?rounded to (?:one|two|three|1|2|3) decimals?(?: (?:places?))?(?: of an? (?:lakh|crore))?", "$sum"),
        (r",?\s+(?:when\s+)?rounded to the nearest (?:lakh|crore) (?:with|to) (?:one|two|three|1|2|3) decimals?,(?P<rest>.*?(?i:lakhs?|crores?))", "$rest"),
        // "Invoice no. A/1": a number, and no denial.
        (r"\b(?P<paper>(?i:invoice|inv|bill|purchase order|order|po|grn|goods receipt|receipt|voucher|challan|document|credit note|debit note))\.?\s+(?i:no|nr|num)(?:\.:?|:)\s*(?P<id>[A-Za-z0-9][A-Za-z0-9/-]*[0-9])", "$paper $id"),
        (r"\b(?P<paper>[Ii]nv)\.\s+(?P<id>[A-Za-z0-9][A-Za-z0-9/-]*[0-9])", "${paper}oice $id"),
        // A sum below nothing has its sign before its figures.
        (r"(?P<before>^|[\s(])[-\x{2212}](?P<sign>₹|Rs\.?|INR)\s?(?P<figure>\d)", "${before}-$figure"),
        // When a bill falls due.
        (r"^With (?P<days>\d+) (?:credit days|days of credit|days' credit|days) from (?P<day>[^,]+(?:, \d{4})?), (?P<bill>(?i:invoice|bill)) (?P<id>\S+) (?P<due>(?:is|was|falls|fell) due on .+)$", "$bill $id of $day with $days credit days $due"),
        // "Equals" before a sum is "is".
        (r"^(?P<of>[^₹]*?)\b(?:equals|is equal to)\s+(?P<sum>(?:₹|Rs\.?|INR)\s?[\d,.]+)(?P<end>\.?)$", "${of}is $sum$end"),
    ]
    .into_iter()
    .map(|(pattern, plain)| (pattern.to_owned(), plain.to_owned()))
    // "Line one": the number of a line.
    .chain(LINES.iter().zip(1..).map(|(word, n)| {
        (format!(r"\b(?P<line>(?i:line|item))\s+(?i:{word})\b"), format!("$line {n}"))
    }))
    .filter_map(|(pattern, plain)| Some((Regex::new(&pattern).ok()?, plain)))
    .collect()
});

/// The claim in plain words; none where it is.
pub(super) fn plainly(case: &Case) -> Option<String> {
    let mut claim: Option<String> = None;
    for (pattern, plain) in TURNS.iter() {
        let said = claim.as_deref().unwrap_or(&case.claim);
        if pattern.is_match(said) {
            claim = Some(pattern.replace_all(said, plain).into_owned());
        }
    }
    claim
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::frame::tests::check;

    #[test]
    fn a_sum_below_nothing_has_its_sign_before_the_figures() {
        check(
            &[(
                "inv",
                json!({"DocDtls": {"No": "INV-03383"}, "ValDtls": {"AssVal": 72_175.64, "IgstVal": 12_991.62, "RndOffAmt": -0.26, "TotInvVal": 85_167}}),
            )],
            &[
                ("inv", "/DocDtls/No"),
                ("inv", "/ValDtls/TotInvVal"),
                ("inv", "/ValDtls/AssVal"),
                ("inv", "/ValDtls/IgstVal"),
                ("inv", "/ValDtls/RndOffAmt"),
            ],
            &[
                (
                    "The total of INV-03383, Rs 85,167, is taxable value ₹72,175.64 plus IGST Rs. 12,991.62 and a round-off of -Rs. 0.26.",
                    true,
                ),
                (
                    "The total of INV-03383, Rs 85,167, is taxable value ₹72,175.64 plus IGST Rs. 12,991.62 and a round-off of -Rs. 0.62.",
                    false,
                ),
                (
                    "The total of INV-03383, Rs 85,167, is taxable value ₹72,175.64 plus IGST Rs. 12,991.62 and a round-off of Rs. 0.26.",
                    false,
                ),
            ],
        );
    }

    #[test]
    fn a_sum_in_words_is_the_sum() {
        check(
            &[(
                "inv",
                json!({"DocDtls": {"No": "GST/26-56737"}, "ValDtls": {"CgstVal": 447, "TotInvVal": 91_447}}),
            )],
            &[("inv", "/DocDtls/No"), ("inv", "/ValDtls/TotInvVal")],
            &[
                (
                    "In words, the total of invoice GST/26-56737 is rupees ninety-one thousand four hundred and forty-seven only.",
                    true,
                ),
                (
                    "The total of invoice GST/26-56737 reads in words: rupees ninety-one thousand four hundred and forty-seven only.",
                    true,
                ),
                (
                    "In words, the total of invoice GST/26-56737 is rupees ninety-one thousand four hundred and fifty-seven only.",
                    false,
                ),
                ("The total of invoice GST/26-56737 equals ₹91,447.00.", true),
                (
                    "The total of invoice GST/26-56737 equals ₹91,474.00.",
                    false,
                ),
            ],
        );
    }
}
