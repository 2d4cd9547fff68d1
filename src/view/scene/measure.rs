//! How wide a text will be, without a font engine: Pretendard's advance widths.
//!
//! The scene is laid out where no font is loaded (tests, the terminal edition's maps), so it keeps the widths that it
//! needs. Kerning is left out: it only ever makes a line shorter.

use super::Weight;

/// Advance widths of U+0020 to U+007E in thousandths of the size. Source: Pretendard 1.3 Regular, `hmtx`.
const REGULAR: [u16; 95] = [
    251, 257, 379, 600, 607, 862, 609, 201, 341, 341, 471, 627, 258, 433, 254, 334, 596, 438, 587, 617, 624, 597, 613,
    552, 606, 613, 254, 254, 627, 627, 627, 479, 880, 646, 619, 693, 686, 567, 557, 709, 706, 244, 516, 621, 533, 853,
    718, 727, 604, 727, 608, 607, 611, 707, 646, 915, 612, 634, 595, 341, 334, 341, 442, 425, 469, 535, 591, 529, 591,
    553, 337, 579, 562, 218, 218, 517, 218, 834, 557, 567, 579, 579, 350, 496, 340, 553, 529, 777, 513, 529, 513, 341,
    306, 341, 627,
];

/// Advance widths of U+0020 to U+007E in thousandths of the size. Source: Pretendard 1.3 SemiBold, `hmtx`.
const SEMIBOLD: [u16; 95] = [
    237, 290, 377, 616, 622, 928, 635, 199, 374, 374, 517, 645, 277, 443, 272, 358, 639, 459, 603, 632, 646, 617, 633,
    567, 631, 633, 272, 272, 645, 645, 645, 519, 876, 693, 631, 714, 695, 582, 561, 725, 715, 259, 536, 649, 541, 872,
    712, 744, 617, 745, 624, 622, 632, 705, 693, 971, 661, 675, 625, 374, 358, 374, 459, 445, 475, 550, 604, 553, 604,
    567, 357, 599, 587, 244, 244, 544, 244, 864, 584, 582, 599, 599, 377, 524, 360, 582, 552, 806, 538, 552, 536, 374,
    339, 374, 645,
];

/// Advance widths of U+0020 to U+007E in thousandths of the size. Source: Pretendard 1.3 Bold, `hmtx`.
const BOLD: [u16; 95] = [
    230, 307, 376, 624, 630, 960, 648, 197, 390, 390, 539, 653, 287, 449, 282, 371, 660, 469, 610, 639, 657, 627, 643,
    575, 644, 643, 282, 282, 653, 653, 653, 538, 874, 718, 637, 724, 701, 589, 562, 732, 720, 266, 547, 663, 546, 883,
    709, 753, 623, 754, 632, 630, 643, 704, 718, 999, 686, 695, 641, 390, 371, 390, 467, 456, 478, 558, 611, 563, 611,
    574, 367, 608, 600, 257, 257, 558, 257, 879, 598, 590, 608, 608, 390, 539, 370, 597, 562, 819, 551, 562, 549, 390,
    355, 390, 653,
];

/// A line's height in sizes.
pub const LINE_HEIGHT: f32 = 1.2;
/// How far letters reach above and below the baseline, in sizes. Source: Pretendard's `hhea`.
const ASCENT: f32 = 1950.0 / 2048.0;
const DESCENT: f32 = 494.0 / 2048.0;
/// From a line's top to its baseline, in sizes.
pub const BASELINE: f32 = (LINE_HEIGHT - ASCENT - DESCENT) / 2.0 + ASCENT;

/// From a line's top to its baseline in whole pixels, as parley rounds it, for a line drawn `size` pixels large.
/// Source: parley 0.9, `BreakLines::finish_line`.
pub fn baseline(size: f32) -> f32 {
    let (ascent, descent) = ((ASCENT * size).round(), (DESCENT * size).round());
    ascent + ((LINE_HEIGHT * size - ascent - descent) * 0.5).floor()
}

fn advance(c: char, weight: Weight) -> u16 {
    let table = match weight {
        Weight::Regular => &REGULAR,
        Weight::SemiBold => &SEMIBOLD,
        // Icons are placed by their middle, so their width is never asked.
        Weight::Bold | Weight::Icon => &BOLD,
    };
    match u32::from(c).checked_sub(0x20).and_then(|index| table.get(index as usize)) {
        Some(width) => *width,
        None => match c {
            '·' => 282,
            '…' => 847,
            '–' => 479,
            '×' => 653,
            // Hangul, and anything else that this table does not know, is no wider.
            _ => 925,
        },
    }
}

/// The width of one line at `size`, in the same units as `size`.
pub fn width(text: &str, size: f32, weight: Weight) -> f32 {
    let thousandths: u32 = text.chars().map(|c| u32::from(advance(c, weight))).sum();
    thousandths as f32 * size / 1000.0
}

/// `text`, or as much of its beginning as fits into `room` with an ellipsis behind it.
pub fn fit(text: &str, size: f32, weight: Weight, room: f32) -> String {
    if width(text, size, weight) <= room {
        return text.to_owned();
    }
    let room = room - width("…", size, weight);
    let mut used = 0.0;
    let mut kept = String::new();
    for c in text.chars() {
        used += f32::from(advance(c, weight)) * size / 1000.0;
        if used > room {
            break;
        }
        kept.push(c);
    }
    let end = kept.trim_end().len();
    kept.truncate(end);
    kept.push('…');
    kept
}

/// `text`, or its beginning and its last letters with an ellipsis between them.
pub fn fit_ends(text: &str, size: f32, weight: Weight, room: f32) -> String {
    /// As many as Kubernetes puts behind a pod's name, and the hyphen.
    const END: usize = 6;
    if width(text, size, weight) <= room {
        return text.to_owned();
    }
    let start = text.char_indices().rev().nth(END - 1).map_or(0, |(at, _)| at);
    let (front, end) = text.split_at_checked(start).unwrap_or((text, ""));
    let rest = room - width(end, size, weight);
    if front.is_empty() || rest < 2.0 * size {
        return fit(text, size, weight, room);
    }
    fit(front, size, weight, rest) + end
}

/// An action such as `ecr:BatchCheckLayerAvailability` in lines that fit into `room`, broken before capitals.
pub fn break_action(action: &str, size: f32, weight: Weight, room: f32) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for c in action.chars() {
        match words.last_mut() {
            Some(word) if !c.is_uppercase() => word.push(c),
            _ => words.push(c.to_string()),
        }
    }
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if width(&format!("{line}{word}"), size, weight) <= room => line.push_str(&word),
            _ => lines.push(word),
        }
    }
    lines.into_iter().map(|line| fit(&line, size, weight, room)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_fits_is_kept_and_one_that_does_not_ends_in_an_ellipsis() {
        assert_eq!(fit("web", 12.0, Weight::Bold, 100.0), "web");
        let cut = fit("111122223333.dkr.ecr.ap-northeast-2.amazonaws.com", 12.0, Weight::Regular, 100.0);
        assert!(cut.ends_with('…'));
        assert!(width(&cut, 12.0, Weight::Regular) <= 100.0);
        let korean = fit("레이어는 하나만 보관합니다", 12.0, Weight::Regular, 80.0);
        assert!(korean.ends_with('…') && width(&korean, 12.0, Weight::Regular) <= 80.0);
    }

    #[test]
    fn a_long_name_keeps_its_beginning_and_its_last_letters() {
        assert_eq!(fit_ends("web-7d9f8b6c5d-x7k2p", 11.0, Weight::SemiBold, 300.0), "web-7d9f8b6c5d-x7k2p");
        let cut = fit_ends("a-rather-long-deployment-7d9f8b6c5d-x7k2p", 11.0, Weight::SemiBold, 140.0);
        assert!(cut.starts_with("a-rather") && cut.ends_with("…-x7k2p"), "{cut}");
        assert!(width(&cut, 11.0, Weight::SemiBold) <= 140.0);
        for text in ["", "파드", "아주-긴-이름을-가진-파드-하나"] {
            assert!(width(&fit_ends(text, 11.0, Weight::SemiBold, 40.0), 11.0, Weight::SemiBold) <= 40.0);
        }
    }

    #[test]
    fn a_long_action_breaks_before_capitals() {
        let lines = break_action("ecr:BatchCheckLayerAvailability", 10.5, Weight::Regular, 104.0);
        assert_eq!(lines, ["ecr:BatchCheckLayer", "Availability"]);
        assert_eq!(break_action("ecr:PutImage", 10.5, Weight::Regular, 104.0), ["ecr:PutImage"]);
    }
}
