//! The fonts inside the game: Pretendard in three weights, D2Coding for the terminal, Phosphor for icons.
//!
//! egui's own fonts stay behind them for signs that they lack. Nothing is read from disk: the game must start without it.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};

/// The family of headings and pressed buttons.
pub const BOLD: &str = "bold";
/// The family of names and labels.
pub const SEMIBOLD: &str = "semibold";
/// The family of icons. Text fonts keep signs of their own where Phosphor has its icons, so icons have their own family.
pub const ICONS: &str = "phosphor";

/// How far Pretendard's letters reach above their baseline, over their size. Source: the font's `hhea` table.
pub const TEXT_ASCENT: f32 = 0.952;
/// The same of D2Coding.
pub const CODE_ASCENT: f32 = 0.85;

/// Pretendard Bold.
pub fn bold() -> FontFamily {
    FontFamily::Name(BOLD.into())
}

/// Pretendard SemiBold.
pub fn semibold() -> FontFamily {
    FontFamily::Name(SEMIBOLD.into())
}

/// Phosphor's icons. Not for text: its lower-case letters are blank.
pub fn icons() -> FontFamily {
    FontFamily::Name(ICONS.into())
}

/// Every face, in the order in which egui asks them for a sign.
pub fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let faces: [(&str, &'static [u8]); 4] = [
        ("pretendard", include_bytes!("../../assets/fonts/Pretendard-Regular.otf")),
        ("pretendard-semibold", include_bytes!("../../assets/fonts/Pretendard-SemiBold.otf")),
        ("pretendard-bold", include_bytes!("../../assets/fonts/Pretendard-Bold.otf")),
        ("d2coding", include_bytes!("../../assets/fonts/D2Coding.ttf")),
    ];
    for (name, bytes) in faces {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let mut family = |key: FontFamily, first: &str| {
        let mut names = vec![first.to_owned()];
        if key == FontFamily::Monospace {
            names.push("pretendard".to_owned());
        }
        names.extend(fallback.iter().cloned());
        fonts.families.insert(key, names);
    };
    family(FontFamily::Proportional, "pretendard");
    family(semibold(), "pretendard-semibold");
    family(bold(), "pretendard-bold");
    family(FontFamily::Monospace, "d2coding");
    family(icons(), ICONS);
    let phosphor = FontData::from_static(egui_phosphor::Variant::Regular.font_bytes());
    fonts.font_data.insert(ICONS.to_owned(), Arc::new(phosphor));
    fonts
}
