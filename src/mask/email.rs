//! E-mail address, as people write one.

use crate::address::{is_domain, is_local};

/// In angle brackets too, as mail has them.
pub(crate) fn valid(text: &str) -> bool {
    let text = text.trim();
    let inner = text
        .strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'));
    inner
        .unwrap_or(text)
        .rsplit_once('@')
        .is_some_and(|(local, domain)| {
            is_local(local) && !local.contains("..") && is_domain(domain)
        })
}

#[cfg(test)]
mod tests {
    use super::valid;

    #[test]
    fn addresses() {
        for (text, want) in [
            ("a.k@firm.example", true),
            (" A.K@Firm.Example ", true),
            ("a+b_c@x-y.co.in", true),
            ("a@okhdfcbank", false),
            ("<a.k@firm.example>", true),
            ("<a.k@firm.example", false),
            ("a.k@firm.example>", false),
            ("<<a.k@firm.example>>", false),
            ("<>", false),
            ("@firm.example", false),
            ("a@firm..example", false),
            ("a@@firm.example", false),
            ("a b@firm.example", false),
            ("a@firm.example1", false),
        ] {
            assert_eq!(valid(text), want, "{text}");
        }
    }
}
