//! Backslash escapes as `$'…'`, `printf` and `echo -e` have them.

/// What escapes stand for; `stopped` when a `\c` ended the text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Unescaped {
    pub(super) bytes: Vec<u8>,
    pub(super) stopped: bool,
}

/// Replaces `\n`, `\t`, `\\`, `\"`, `\'`, `\a`, `\b`, `\e`, `\f`, `\r`, `\v`, `\0nnn`, `\nnn`, `\xhh`, `\uhhhh` and `\c`.
/// An escape that is none of these stays as it is.
pub(super) fn unescape(text: &str) -> Unescaped {
    let mut out = Unescaped::default();
    let mut chars = text.chars().peekable();
    let mut utf8 = [0; 4];
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.bytes.extend_from_slice(c.encode_utf8(&mut utf8).as_bytes());
            continue;
        }
        let mut digits = |radix: u32, most: usize| {
            let mut value = None;
            for _ in 0..most {
                let Some(digit) = chars.peek().and_then(|c| c.to_digit(radix)) else { break };
                chars.next();
                value = Some(value.unwrap_or(0) * radix + digit);
            }
            value
        };
        // Octal digits may follow at once, up to three after a zero; look before taking the letter.
        if let Some(first) = digits(8, 1) {
            let most = if first == 0 { 3 } else { 2 };
            let value = (0..most).try_fold(first, |value, _| match digits(8, 1) {
                Some(digit) => Ok(value * 8 + digit),
                None => Err(value),
            });
            out.bytes.push((value.unwrap_or_else(|value| value) & 0xff) as u8);
            continue;
        }
        let Some(letter) = chars.next() else {
            out.bytes.push(b'\\');
            break;
        };
        let mut digits = |radix: u32, most: usize| {
            let mut value = None;
            for _ in 0..most {
                let Some(digit) = chars.peek().and_then(|c| c.to_digit(radix)) else { break };
                chars.next();
                value = Some(value.unwrap_or(0_u32).wrapping_mul(radix).wrapping_add(digit));
            }
            value
        };
        match letter {
            'n' => out.bytes.push(b'\n'),
            't' => out.bytes.push(b'\t'),
            'r' => out.bytes.push(b'\r'),
            'a' => out.bytes.push(7),
            'b' => out.bytes.push(8),
            'e' | 'E' => out.bytes.push(27),
            'f' => out.bytes.push(12),
            'v' => out.bytes.push(11),
            '\\' | '"' | '\'' | '?' => out.bytes.push(letter as u8),
            'x' => match digits(16, 2) {
                Some(value) => out.bytes.push(value as u8),
                None => out.bytes.extend_from_slice(b"\\x"),
            },
            'u' | 'U' => match digits(16, if letter == 'u' { 4 } else { 8 }).and_then(char::from_u32) {
                Some(c) => out.bytes.extend_from_slice(c.encode_utf8(&mut utf8).as_bytes()),
                None => out.bytes.extend_from_slice(&[b'\\', letter as u8]),
            },
            'c' => {
                out.stopped = true;
                break;
            }
            other => {
                out.bytes.push(b'\\');
                out.bytes.extend_from_slice(other.encode_utf8(&mut utf8).as_bytes());
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_stand_for_their_characters() {
        let check = |text: &str, expect: &[u8]| assert_eq!(unescape(text).bytes, expect, "{text}");
        check(r"a\tb\n", b"a\tb\n");
        check(r"\x41\101\0101\u00e9", "AAAé".as_bytes());
        check(r"\q\", br"\q\");
        check(r"\U99999999", br"\U");
        assert!(unescape(r"a\cb").stopped);
    }
}
