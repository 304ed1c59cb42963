//! Units of quantity as accounting systems name them, and the portal's codes (UQC) for them.

/// Code, then the spellings that mean it, folded to lower-case letters.
const UNITS: &[(&str, &[&str])] = &[
    ("BAG", &["bag", "bags"]),
    ("BAL", &["bale", "bales"]),
    ("BDL", &["bundle", "bundles"]),
    ("BKL", &["buckle", "buckles"]),
    ("BOU", &["billionofunits"]),
    ("BOX", &["box", "boxes"]),
    ("BTL", &["bottle", "bottles", "btls"]),
    ("BUN", &["bunch", "bunches"]),
    ("CAN", &["can", "cans"]),
    (
        "CBM",
        &[
            "cubicmeter",
            "cubicmetre",
            "cubicmeters",
            "cubicmetres",
            "cum",
            "m³",
            "cmt",
        ],
    ),
    (
        "CCM",
        &[
            "cubiccentimeter",
            "cubiccentimetre",
            "cubiccentimeters",
            "cubiccentimetres",
            "cc",
        ],
    ),
    (
        "CMS",
        &[
            "cm",
            "centimeter",
            "centimetre",
            "centimeters",
            "centimetres",
        ],
    ),
    ("CTN", &["carton", "cartons", "ctns"]),
    ("DOZ", &["dozen", "dozens", "dz", "dzn", "dozs"]),
    ("DRM", &["drum", "drums"]),
    ("GGK", &["greatgross"]),
    (
        "GMS",
        &["g", "gm", "gram", "grams", "gramme", "grammes", "grm"],
    ),
    ("GRS", &["gross"]),
    ("GYD", &["grossyard", "grossyards"]),
    (
        "KGS",
        &[
            "kg",
            "kilo",
            "kilos",
            "kilogram",
            "kilograms",
            "kilogramme",
            "kilogrammes",
        ],
    ),
    (
        "KLR",
        &["kl", "kilolitre", "kiloliter", "kilolitres", "kiloliters"],
    ),
    (
        "KME",
        &[
            "km",
            "kms",
            "kilometre",
            "kilometer",
            "kilometres",
            "kilometers",
        ],
    ),
    (
        "LTR",
        &["l", "lt", "ltrs", "litre", "liter", "litres", "liters"],
    ),
    (
        "MLT",
        &[
            "ml",
            "millilitre",
            "milliliter",
            "millilitres",
            "milliliters",
            "mililitre",
        ],
    ),
    (
        "MTR",
        &["m", "meter", "metre", "meters", "metres", "mtrs", "rmt"],
    ),
    (
        "MTS",
        &[
            "mt",
            "metricton",
            "metrictons",
            "metrictonne",
            "metrictonnes",
        ],
    ),
    (
        "NOS",
        &[
            "no", "number", "numbers", "num", "ea", "each", "unit(s)", "unitss",
        ],
    ),
    ("OTH", &["other", "others"]),
    (
        "PAC",
        &[
            "pack", "packs", "packet", "packets", "pkt", "pkts", "package", "packages",
        ],
    ),
    ("PCS", &["pc", "piece", "pieces", "pce"]),
    ("PRS", &["pair", "pairs", "pr"]),
    ("QTL", &["quintal", "quintals", "qtls"]),
    ("ROL", &["roll", "rolls"]),
    ("SET", &["set", "sets"]),
    ("SQF", &["sqft", "squarefoot", "squarefeet", "sft"]),
    (
        "SQM",
        &[
            "sqmt",
            "sqmtr",
            "squaremeter",
            "squaremetre",
            "squaremeters",
            "squaremetres",
            "m²",
        ],
    ),
    ("SQY", &["sqyd", "squareyard", "squareyards"]),
    ("TBS", &["tablet", "tablets", "tab", "tabs"]),
    ("TGM", &["tengross"]),
    ("THD", &["thousand", "thousands"]),
    ("TON", &["tonne", "tonnes", "tons", "t"]),
    ("TUB", &["tube", "tubes"]),
    ("UGS", &["usgallon", "usgallons", "gallonus"]),
    ("UNT", &["unit", "units"]),
    ("YDS", &["yard", "yards", "yd"]),
];

/// The code of a unit; one that means none of the codes stays as it is written, in capitals.
pub(crate) fn code(written: &str) -> String {
    // "Kg-KILOGRAMS" is how TallyPrime names a unit together with its code.
    let written = written.trim();
    let whole = known(written);
    let parts = || written.split('-').find_map(known);
    whole
        .or_else(parts)
        .map_or_else(|| written.to_uppercase(), str::to_owned)
}

fn known(written: &str) -> Option<&'static str> {
    let folded: String = written
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '_'))
        .flat_map(char::to_lowercase)
        .collect();
    UNITS
        .iter()
        .find(|(code, names)| {
            code.eq_ignore_ascii_case(&folded) || names.contains(&folded.as_str())
        })
        .map(|(code, _)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spellings_of_systems_mean_codes() {
        for (written, want) in [
            ("Nos", "NOS"),
            ("nos.", "NOS"),
            ("Kg", "KGS"),
            ("kgs", "KGS"),
            ("Sq. Ft.", "SQF"),
            ("Square Meter", "SQM"),
            ("Metric Ton", "MTS"),
            ("Pcs", "PCS"),
            ("Unit", "UNT"),
            ("Kg-KILOGRAMS", "KGS"),
            ("Kgs-KGS-KILOGRAMS", "KGS"),
            ("Litre", "LTR"),
            ("Sack", "SACK"),
        ] {
            assert_eq!(code(written), want, "{written}");
        }
    }

    #[test]
    fn no_spelling_means_two_codes() {
        let mut seen = std::collections::BTreeMap::new();
        for (code, names) in UNITS {
            let own = code.to_lowercase();
            for name in names.iter().copied().chain([own.as_str()]) {
                let other = seen.insert(name.to_owned(), *code);
                assert!(other.is_none_or(|other| other == *code), "{name}");
            }
        }
    }
}
