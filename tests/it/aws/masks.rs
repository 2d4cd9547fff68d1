//! What has to differ between two runs of the same commands: ids, times and digests. It is masked, at its own width.

use std::collections::BTreeMap;

/// Shapes of what differs: `9` stands for a digit, `h` for a lower-case hexadecimal digit, `U` for a capital letter or a
/// digit, `B` for a character of base64; all else for itself. The longer ones come first.
const SHAPES: [&str; 16] = [
    "9999-99-99T99:99:99.999999+",
    "9999-99-99T99:99:99+",
    "9999999999.999",
    "AKIAUUUUUUUUUUUUUUUU",
    "ASIAUUUUUUUUUUUUUUUU",
    "AIDAUUUUUUUUUUUUUUUUU",
    "AROAUUUUUUUUUUUUUUUUU",
    "AIPAUUUUUUUUUUUUUUUUU",
    "ANPAUUUUUUUUUUUUUUUUU",
    "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh",
    "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh",
    "subnet-hhhhhhhhhhhhhhhhh",
    "sg-hhhhhhhhhhhhhhhhh",
    "eni-hhhhhhhhhhhhhhhhh",
    "02:hh:hh:hh:hh:hh",
    "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB\"",
];

/// From how many characters on a word in base64 is a token, of whatever length.
const TOKEN: usize = 100;

/// What was masked so far: the digests of a session are numbered in the order in which they appear.
#[derive(Default)]
pub struct Masks {
    digests: BTreeMap<String, usize>,
}

impl Masks {
    /// `text` with what must differ masked.
    pub fn apply(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let mut inside_word = false;
        while let Some(first) = rest.chars().next() {
            if !inside_word && let Some((masked, len)) = self.mask(rest) {
                out.push_str(&masked);
                rest = &rest[len..];
                inside_word = true;
                continue;
            }
            inside_word = first.is_ascii_alphanumeric();
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
        out
    }

    fn mask(&mut self, text: &str) -> Option<(String, usize)> {
        if let Some(hex) = text.strip_prefix("sha256:")
            && let Some(hex) = hex.get(..64).filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
        {
            // One that is a number already, in a line of the simulation's own.
            if hex.starts_with("00000000") {
                return Some((format!("sha256:{hex}"), "sha256:".len() + 64));
            }
            let next = self.digests.len() + 1;
            let number = *self.digests.entry(hex.to_owned()).or_insert(next);
            return Some((format!("sha256:{number:064}"), "sha256:".len() + 64));
        }
        let word = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte)).count();
        if word >= TOKEN {
            return Some(("TOKEN".to_owned(), word));
        }
        SHAPES.iter().find(|shape| fits(shape, text)).map(|shape| ((*shape).to_owned(), shape.len()))
    }
}

fn fits(shape: &str, text: &str) -> bool {
    text.len() >= shape.len()
        && shape.bytes().zip(text.bytes()).all(|(wanted, byte)| match wanted {
            b'9' => byte.is_ascii_digit(),
            b'h' => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            b'U' => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            b'B' => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'),
            wanted => wanted == byte,
        })
}

#[test]
fn ids_times_and_digests_are_masked_and_nothing_else() {
    let mut masks = Masks::default();
    let (one, two) = ("a".repeat(64), "b".repeat(64));
    assert_eq!(
        masks.apply(&format!("sha256:{one} sha256:{two} sha256:{one} 2026-11-21T22:03:34.325000+09:00 AKIA AIDA12")),
        format!("sha256:{:064} sha256:{:064} sha256:{:064} 9999-99-99T99:99:99.999999+09:00 AKIA AIDA12", 1, 2, 1)
    );
    assert_eq!(masks.apply("key/031857bb-22c2-4948-a212-80f6cc1b8b8d"), "key/hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh");
}
