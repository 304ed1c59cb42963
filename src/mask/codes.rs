//! Sets of codes of a few capital letters, asked for each word of a text: a bit for each code that letters can make.

pub(crate) struct Codes<const N: usize>(Vec<u64>);

impl<const N: usize> Codes<N> {
    /// The words of a data file that are codes.
    pub(crate) fn new(data: &'static str) -> Self {
        let mut bits = vec![0; 26_usize.pow(u32::try_from(N).unwrap_or(0)).div_ceil(64)];
        for code in crate::list(data) {
            let place = code.as_bytes().try_into().ok().and_then(Self::place);
            if let Some(place) = place
                && let Some(slot) = bits.get_mut(place / 64)
            {
                *slot |= 1 << (place % 64);
            }
        }
        Self(bits)
    }

    #[inline]
    pub(crate) fn contains(&self, code: &[u8; N]) -> bool {
        Self::place(code)
            .and_then(|place| Some(self.0.get(place / 64)? >> (place % 64) & 1 == 1))
            .unwrap_or(false)
    }

    /// The code as a number in base 26; none where another character than a capital stands.
    #[inline]
    fn place(code: &[u8; N]) -> Option<usize> {
        code.iter().try_fold(0, |place, letter| {
            let letter = letter.checked_sub(b'A').filter(|letter| *letter < 26)?;
            Some(place * 26 + usize::from(letter))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_its_codes_and_no_other() {
        let codes = Codes::<2>::new("# AA is a comment\nAB ZZ\nQ1 ABC\n");
        let held: Vec<_> = (b'0'..=b'z')
            .flat_map(|a| (b'0'..=b'z').map(move |b| [a, b]))
            .filter(|code| codes.contains(code))
            .collect();
        assert_eq!(held, [*b"AB", *b"ZZ"]);
    }
}
