//! Bytes to text: UTF-8, UTF-16 with a mark or seen by its noughts, and what an XML declaration names.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Decodes a document. The error is what is wrong with its bytes.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    if bytes.starts_with(b"%PDF") {
        return Err("a PDF".to_owned());
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        return whole(encoding, rest, mark);
    }
    // A document begins with "<", "{" or "[" and often a space: in UTF-16 every other byte of it is nought.
    match bytes {
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => whole(UTF_16LE, bytes, 0),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => whole(UTF_16BE, bytes, 0),
        _ => match declared(bytes) {
            // UTF-16 without noughts is UTF-8 whose declaration was not changed with it.
            Some(encoding) if encoding != UTF_16LE && encoding != UTF_16BE => {
                whole(encoding, bytes, 0)
            }
            _ => whole(UTF_8, bytes, 0),
        },
    }
}

/// Nothing is replaced: what is no text of the encoding is an error.
fn whole<'a>(
    encoding: &'static Encoding,
    bytes: &'a [u8],
    mark: usize,
) -> Result<Cow<'a, str>, String> {
    if encoding == UTF_8 {
        return std::str::from_utf8(bytes)
            .map(Cow::Borrowed)
            .map_err(|broken| format!("byte {} is no UTF-8", broken.valid_up_to() + mark + 1));
    }
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or_else(|| format!("the text is no {}", encoding.name()))
}

/// The encoding that an XML declaration names.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(200))?;
    if !head.starts_with(b"<?xml") {
        return None;
    }
    let end = head.iter().position(|b| *b == b'>')?;
    let declaration = std::str::from_utf8(head.get(..end)?).ok()?;
    let (_, after) = declaration.split_once("encoding")?;
    let after = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let name = after.get(1..)?.split(quote).next()?;
    Encoding::for_label(name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn encodings_are_told_apart() {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><A>₹ é</A>";
        let little = utf16(text, u16::to_le_bytes);
        let big = utf16(text, u16::to_be_bytes);
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            marked(b"\xef\xbb\xbf", text.as_bytes()),
            little.clone(),
            marked(b"\xff\xfe", &little),
            big.clone(),
            marked(b"\xfe\xff", &big),
        ] {
            assert_eq!(decode(&bytes).unwrap(), text);
        }
        let latin = b"<?xml version='1.0' encoding='windows-1252'?><A>caf\xe9</A>";
        assert!(decode(latin).unwrap().contains("café"));
    }

    #[test]
    fn what_is_no_text_is_said() {
        for (bytes, problem) in [
            (&b"%PDF-1.7"[..], "PDF"),
            (b"{\"a\": \xc3\x28}", "byte 7 is no UTF-8"),
            (b"\xff\xfe{\0\x00\xd8", "no UTF-16LE"),
            (b"\xef\xbb\xbf{\xc3", "byte 5 is no UTF-8"),
        ] {
            let error = decode(bytes).unwrap_err();
            assert!(error.contains(problem), "{error}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            prop_assert!(decode(&bytes).map_or_else(|e| !e.is_empty(), |t| t.len() <= bytes.len() * 3));
        }
    }
}
