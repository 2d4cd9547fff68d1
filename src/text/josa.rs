//! Korean particles that depend on how the word before them ends.

/// The particle out of `pair` (such as `을/를`, `이/가`, `은/는`, `과/와`, `으로/로`) that fits after `word`.
///
/// Hangul is exact. Digits are read as Korean numbers. Latin words go by the last letters as Koreans usually say them
/// (`web` 웹, `app` 앱, `cluster` 클러스터); quotes and brackets at the end are skipped.
pub fn josa<'a>(word: &str, pair: &'a str) -> &'a str {
    let Some((closed, open)) = pair.split_once('/') else { return pair };
    match last_sound(word) {
        Sound::Open => open,
        // 으로/로 is the one pair where a final ㄹ counts as open.
        Sound::Rieul if closed == "으로" => open,
        Sound::Rieul | Sound::Closed => closed,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sound {
    Open,
    Rieul,
    Closed,
}

fn last_sound(word: &str) -> Sound {
    let mut letters = word.chars().rev().filter(|letter| letter.is_alphanumeric()).map(|l| l.to_ascii_lowercase());
    let Some(last) = letters.next() else { return Sound::Open };
    let before = letters.next().unwrap_or(' ');
    let vowel = |letter| matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u');
    match last {
        '가'..='힣' => match (u32::from(last) - 0xAC00) % 28 {
            0 => Sound::Open,
            8 => Sound::Rieul,
            _ => Sound::Closed,
        },
        // 일 칠 팔; 영 삼 육.
        '1' | '7' | '8' | 'l' => Sound::Rieul,
        '0' | '3' | '6' | 'm' | 'n' => Sound::Closed,
        'g' if before == 'n' => Sound::Closed,
        'b' | 'p' | 'k' | 't' | 'c' if vowel(before) || before == last => Sound::Closed,
        'k' if before == 'c' => Sound::Closed,
        _ => Sound::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_particle_follows_the_last_sound() {
        for (word, pair, expected) in [
            ("이미지", "을/를", "를"),
            ("저장소", "이/가", "가"),
            ("태그는 역할", "을/를", "을"),
            ("역할", "으로/로", "로"),
            ("웹", "으로/로", "으로"),
            ("web", "을/를", "을"),
            ("app", "은/는", "은"),
            ("cluster", "이/가", "가"),
            ("`latest`", "을/를", "를"),
            ("v1.0", "이/가", "이"),
            ("v2", "이/가", "가"),
            ("main", "은/는", "은"),
            ("lock", "을/를", "을"),
            ("", "을/를", "를"),
            ("x", "없음", "없음"),
        ] {
            assert_eq!(josa(word, pair), expected, "after {word}");
        }
    }
}
