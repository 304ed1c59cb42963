//! How a word sounds, roughly: its consonants in order, the same in every script of India and in Latin letters.
//!
//! Words that languages share, and words of one language in two scripts, come to the same: मशीन, ਮਸ਼ੀਨ, مشین and
//! `machine`; जाँच and `jaanch`. Vowels are left out, because spellings differ in them most.

/// Consonants of the Indic blocks of Unicode, which are laid out alike, from the letter ka on.
const INDIC: &[u8; 37] = b"kkggnssjjnttddnttddnnppbbmyrrlllvsssh";
/// Where ka stands in a block, how long a block is, and where they begin and end.
const KA: u32 = 0x15;
const BLOCK: u32 = 0x80;
const FIRST: u32 = 0x900;
const END: u32 = 0xd80;

/// What a letter sounds like.
enum Sound {
    Consonant(u8),
    Vowel,
    Silent,
}

/// The sounds of a word; `a` first where it begins with a vowel.
pub(crate) fn sound(word: &str) -> Vec<u8> {
    let mut sounds: Vec<u8> = Vec::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        let first = sounds.is_empty();
        let new = match of(letter, letters.peek().copied()) {
            // Half vowels and breath are written or not.
            Sound::Consonant(b'v' | b'y' | b'h') if !first => continue,
            Sound::Consonant(new) => new,
            Sound::Vowel if first => b'a',
            Sound::Vowel | Sound::Silent => continue,
        };
        // What nasals are written as before a lip sound differs.
        if matches!(new, b'p' | b'b')
            && let Some(last @ b'm') = sounds.last_mut()
        {
            *last = b'n';
        }
        if sounds.last() != Some(&new) {
            sounds.push(new);
        }
        if letter == 'x' {
            sounds.push(b's');
        }
    }
    sounds
}

/// Without voice: Tamil writes both alike.
pub(crate) fn unvoiced(sound: u8) -> u8 {
    match sound {
        b'g' => b'k',
        b'd' => b't',
        b'b' => b'p',
        b'j' => b's',
        _ => sound,
    }
}

fn of(letter: char, next: Option<char>) -> Sound {
    use Sound::{Consonant, Silent, Vowel};
    match letter {
        'a' | 'e' | 'i' | 'o' | 'u' | 'ا' | 'آ' | 'ع' | 'أ' | 'إ' => Vowel,
        'c' if next == Some('h') => Consonant(b's'),
        'c' if matches!(next, Some('e' | 'i')) => Consonant(b's'),
        'c' | 'k' | 'q' | 'x' | 'ک' | 'ك' | 'ق' | 'خ' => Consonant(b'k'),
        'g' | 'گ' | 'غ' => Consonant(b'g'),
        's' | 'چ' | 'س' | 'ش' | 'ص' | 'ث' => Consonant(b's'),
        'j' | 'z' | 'ج' | 'ز' | 'ذ' | 'ض' | 'ظ' | 'ژ' => Consonant(b'j'),
        't' | 'ت' | 'ٹ' | 'ط' => Consonant(b't'),
        'd' | 'د' | 'ڈ' => Consonant(b'd'),
        'n' | 'ن' | 'ں' => Consonant(b'n'),
        'p' | 'f' | 'پ' | 'ف' => Consonant(b'p'),
        'b' | 'ب' => Consonant(b'b'),
        'm' | 'م' => Consonant(b'm'),
        'y' | 'ی' | 'ي' => Consonant(b'y'),
        'r' | 'ر' | 'ڑ' => Consonant(b'r'),
        'l' | 'ل' => Consonant(b'l'),
        'v' | 'w' | 'و' => Consonant(b'v'),
        'h' | 'ہ' | 'ه' | 'ح' => Consonant(b'h'),
        _ => indic(u32::from(letter)).unwrap_or(Silent),
    }
}

fn indic(letter: u32) -> Option<Sound> {
    if !(FIRST..END).contains(&letter) {
        return None;
    }
    Some(match (letter - FIRST) % BLOCK {
        1 | 2 | 0x70 => Sound::Consonant(b'n'),
        5..KA => Sound::Vowel,
        0x7a | 0x7b => Sound::Consonant(b'n'),
        0x7c => Sound::Consonant(b'r'),
        0x7d | 0x7e => Sound::Consonant(b'l'),
        at => {
            let at = usize::try_from(at.checked_sub(KA)?).ok()?;
            Sound::Consonant(*INDIC.get(at)?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_sounds_alike_in_every_script() {
        for (sounds, words) in [
            (
                "msn",
                ["machine", "मशीन", "ਮਸ਼ੀਨ", "મશીન", "మెషిన్", "مشین"].as_slice(),
            ),
            ("jns", &["jaanch", "जाँच", "जांच", "جانچ"]),
            ("bl", &["bill", "बिल", "বিল", "ಬಿಲ್", "ബിൽ", "بل"]),
            ("knptr", &["kampyutar", "computer", "कंप्यूटर"]),
            ("apr", &["approve", "aproov", "अप्रूव"]),
            ("sptr", &["software", "सॉफ्टवेयर", "સોફ્ટવેર"]),
            ("tks", &["tax"]),
            ("", &["", "123", "\u{94d}"]),
        ] {
            for word in words {
                assert_eq!(sound(word), sounds.as_bytes(), "{word}");
            }
        }
    }
}
