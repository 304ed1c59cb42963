//! States and Union territories as accounting systems name them: "29-Karnataka", "KA", "Karnataka (IN)".

/// Two-digit code, abbreviations, names: those of the law's register first, then what the systems write.
const STATES: &[(&str, &[&str], &[&str])] = &[
    ("01", &["JK"], &["jammu and kashmir"]),
    ("02", &["HP"], &["himachal pradesh"]),
    ("03", &["PB"], &["punjab"]),
    ("04", &["CH"], &["chandigarh"]),
    ("05", &["UK", "UT", "UA"], &["uttarakhand", "uttaranchal"]),
    ("06", &["HR"], &["haryana"]),
    ("07", &["DL"], &["delhi", "new delhi", "nct of delhi"]),
    ("08", &["RJ"], &["rajasthan"]),
    ("09", &["UP"], &["uttar pradesh"]),
    ("10", &["BR", "BH"], &["bihar"]),
    ("11", &["SK"], &["sikkim"]),
    ("12", &["AR"], &["arunachal pradesh"]),
    ("13", &["NL"], &["nagaland"]),
    ("14", &["MN"], &["manipur"]),
    ("15", &["MZ", "MI"], &["mizoram"]),
    ("16", &["TR"], &["tripura"]),
    ("17", &["ML", "ME"], &["meghalaya"]),
    ("18", &["AS"], &["assam"]),
    ("19", &["WB"], &["west bengal"]),
    ("20", &["JH"], &["jharkhand"]),
    ("21", &["OD", "OR"], &["odisha", "orissa"]),
    ("22", &["CG", "CT"], &["chhattisgarh", "chattisgarh"]),
    ("23", &["MP"], &["madhya pradesh"]),
    ("24", &["GJ"], &["gujarat"]),
    (
        "26",
        &["DN", "DNHDD", "DD"],
        &[
            "dadra and nagar haveli and daman and diu",
            "dadra and nagar haveli",
            "daman and diu",
        ],
    ),
    ("27", &["MH"], &["maharashtra"]),
    ("29", &["KA"], &["karnataka"]),
    ("30", &["GA"], &["goa"]),
    ("31", &["LD"], &["lakshadweep", "lakshadweep islands"]),
    ("32", &["KL"], &["kerala"]),
    ("33", &["TN"], &["tamil nadu", "tamilnadu"]),
    ("34", &["PY"], &["puducherry", "pondicherry"]),
    (
        "35",
        &["AN"],
        &["andaman and nicobar islands", "andaman and nicobar"],
    ),
    ("36", &["TS", "TG"], &["telangana"]),
    // The portal calls the State since 2014 "AD"; the code 28 of the State before it is not given any more.
    (
        "37",
        &["AP", "AD"],
        &["andhra pradesh", "andhra pradesh new"],
    ),
    ("38", &["LA"], &["ladakh"]),
    (
        "96",
        &["OC"],
        &[
            "other countries",
            "other country",
            "foreign country",
            "outside india",
        ],
    ),
    ("97", &["OT"], &["other territory"]),
];

/// The two-digit code of a State by code, abbreviation or name. `None` for what is none: it is not guessed.
pub(crate) fn code(written: &str) -> Option<&'static str> {
    let written = written.trim();
    // "29-Karnataka", "29", "29 - Karnataka".
    let digits: String = written.chars().take_while(char::is_ascii_digit).collect();
    if !digits.is_empty() {
        let padded = format!("{digits:0>2}");
        return STATES.iter().find(|s| s.0 == padded).map(|s| s.0);
    }
    // "Karnataka (IN)" of Odoo.
    let name = written.split('(').next().unwrap_or(written).trim();
    let folded = name
        .to_lowercase()
        .replace('&', " and ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    STATES
        .iter()
        .find(|(_, abbreviations, names)| {
            names.contains(&folded.as_str())
                || abbreviations.iter().any(|a| a.eq_ignore_ascii_case(name))
        })
        .map(|s| s.0)
}

/// The State of a GSTIN: its first two digits. `None` when they are no digits.
pub(crate) fn of_gstin(gstin: &str) -> Option<String> {
    gstin
        .get(..2)
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
        .map(str::to_owned)
}

/// The name of a code as the systems write it.
pub(crate) fn name(code: &str) -> Option<String> {
    let (_, _, names) = STATES.iter().find(|s| s.0 == code)?;
    let words = names.first()?.split(' ').map(|word| match word {
        "and" | "of" => word.to_owned(),
        _ => {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_uppercase().chain(letters).collect())
                .unwrap_or_default()
        }
    });
    Some(words.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Law;

    #[test]
    fn the_register_of_the_law_is_read_by_code_name_and_abbreviation() {
        let law = Law::builtin().unwrap();
        let day = "2026-11-21".parse().unwrap();
        let known: Vec<_> = (1..=97)
            .map(|n| format!("{n:02}"))
            .filter(|c| law.is_state(c, day))
            .collect();
        assert_eq!(known.len(), 37);
        for wanted in known {
            let state = law.state(&wanted, day).unwrap();
            for written in [
                state.name.clone(),
                state.abbreviation.clone(),
                format!("{wanted}-{}", state.name),
                format!("{} (IN)", state.name),
            ] {
                assert_eq!(code(&written), Some(wanted.as_str()), "{written}");
            }
            assert_eq!(name(&wanted).unwrap(), state.name);
        }
    }

    #[test]
    fn what_is_no_state_is_not_guessed() {
        for written in ["", "Karnatak", "Not Applicable", "98", "588", "Kar"] {
            assert_eq!(code(written), None, "{written}");
        }
        assert_eq!(code("96-Other Countries"), Some("96"));
        assert_eq!(code("4"), Some("04"));
        assert_eq!(code("ORISSA"), Some("21"));
        assert_eq!(code("Jammu & Kashmir"), Some("01"));
        assert_eq!(code("AD"), Some("37"));
    }
}
