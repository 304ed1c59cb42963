//! What `validate` says of over a thousand texts, valid and not, in the ways that people write them.

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use mask::{Kind, validate};

    /// Undoes `\u{...}` and `\\`.
    fn unescaped(text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((head, tail)) = rest.split_once('\\') {
            out.push_str(head);
            rest = if let Some(tail) = tail.strip_prefix("u{") {
                let (code, tail) = tail.split_once('}').unwrap();
                out.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
                tail
            } else {
                out.push('\\');
                tail.strip_prefix('\\').unwrap()
            };
        }
        out + rest
    }

    #[test]
    fn every_text_is_valid_or_not_as_the_table_says() {
        let table = include_str!("valid.tsv");
        let mut counts: BTreeMap<Kind, (usize, usize)> = BTreeMap::new();
        let mut wrong = Vec::new();
        for row in table.lines().filter(|row| !row.starts_with("# ")) {
            let [kind, want, why, text] = row.split('\t').collect::<Vec<_>>()[..] else {
                panic!("not a row: {row}");
            };
            let kind: Kind = kind.parse().unwrap();
            let text = unescaped(text.strip_prefix('"').unwrap().strip_suffix('"').unwrap());
            let want = match want {
                "valid" => true,
                "not" => false,
                other => panic!("neither valid nor not: {other}"),
            };
            let (valid, not) = counts.entry(kind).or_default();
            *if want { valid } else { not } += 1;
            if validate(kind, &text) != want {
                wrong.push(format!("{kind} {text:?} is {want}: {why}"));
            }
        }
        assert!(
            wrong.is_empty(),
            "{} wrong:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
        for kind in Kind::ALL {
            let (valid, not) = counts[&kind];
            assert!(valid >= 25 && not >= 15, "{kind}: {valid} valid, {not} not");
        }
    }
}
