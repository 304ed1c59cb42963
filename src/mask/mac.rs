//! HMAC-SHA-256 of short messages, with what depends on the key alone worked out beforehand: two blocks are hashed for a message of
//! up to 55 bytes, where a library that takes any digest spends more on bookkeeping than on hashing.

use sha2::{compress256, digest::generic_array::GenericArray};

const BLOCK: usize = 64;

/// The state that SHA-256 begins with (FIPS 180-4, 5.3.3).
const BEGINNING: [u32; 8] = [
    0x6A09_E667,
    0xBB67_AE85,
    0x3C6E_F372,
    0xA54F_F53A,
    0x510E_527F,
    0x9B05_688C,
    0x1F83_D9AB,
    0x5BE0_CD19,
];

/// A key, as the states of the inner and the outer hash after its block (RFC 2104).
#[derive(Clone)]
pub(crate) struct Mac {
    inner: [u32; 8],
    outer: [u32; 8],
}

impl Mac {
    pub(crate) fn new(key: &[u8]) -> Self {
        let mut block = [0; BLOCK];
        if let Some(room) = block.get_mut(..key.len()) {
            room.copy_from_slice(key);
        } else {
            block[..32].copy_from_slice(&finish(BEGINNING, 0, &[key]));
        }
        let keyed = |pad: u8| {
            let mut state = BEGINNING;
            compress(&mut state, block.map(|byte| byte ^ pad));
            state
        };
        Self {
            inner: keyed(0x36),
            outer: keyed(0x5C),
        }
    }

    /// The code of a message that comes in parts.
    pub(crate) fn sign(&self, parts: &[&[u8]]) -> [u8; 32] {
        let inner = finish(self.inner, BLOCK, parts);
        finish(self.outer, BLOCK, &[&inner])
    }
}

fn compress(state: &mut [u32; 8], block: [u8; BLOCK]) {
    compress256(state, &[GenericArray::from(block)]);
}

/// The hash of what a state stands for, so many bytes, and of a message after it.
fn finish(mut state: [u32; 8], before: usize, parts: &[&[u8]]) -> [u8; 32] {
    let mut block = [0; BLOCK];
    let mut filled = 0;
    let mut length = before;
    for part in parts {
        length += part.len();
        let mut rest = *part;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(BLOCK - filled));
            block[filled..filled + now.len()].copy_from_slice(now);
            filled += now.len();
            rest = later;
            if filled == BLOCK {
                compress(&mut state, block);
                filled = 0;
            }
        }
    }
    block[filled] = 0x80;
    block[filled + 1..].fill(0);
    if filled + 1 > BLOCK - 8 {
        compress(&mut state, block);
        block = [0; BLOCK];
    }
    let bits = u64::try_from(length).unwrap_or(0) * 8;
    block[BLOCK - 8..].copy_from_slice(&bits.to_be_bytes());
    compress(&mut state, block);
    let mut out = [0; 32];
    for (four, word) in out.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *four = word.to_be_bytes();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        let four = |bytes: &[u8; 4]| format!("{:08x}", u32::from_be_bytes(*bytes));
        bytes.as_chunks().0.iter().map(four).collect()
    }

    /// Test cases 1, 2, 3, 6 and 7 of RFC 4231: keys and messages below, at and above a block.
    #[test]
    fn codes_as_published() {
        let long = [0xAA; 131];
        let cases: [(&[u8], &[u8], &str); 5] = [
            (
                &[0x0B; 20],
                b"Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xAA; 20],
                &[0xDD; 50],
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            ),
            (
                &long,
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                &long,
                b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ];
        for (key, message, want) in cases {
            let mac = Mac::new(key);
            assert_eq!(hex(&mac.sign(&[message])), want);
            for cut in 0..message.len() {
                let (head, tail) = message.split_at(cut);
                assert_eq!(hex(&mac.sign(&[head, tail])), want);
            }
        }
    }

    #[test]
    fn every_length_is_padded_as_the_library_does() {
        use sha2::Digest;
        let message = [7; 200];
        for length in 0..200 {
            let want = sha2::Sha256::digest(&message[..length]);
            assert_eq!(finish(BEGINNING, 0, &[&message[..length]]), want.as_slice());
        }
    }
}
