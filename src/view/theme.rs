//! How the game looks: the only place with colours, sizes of type, spacing and radii.

use egui::{Color32, Context, CornerRadius, FontFamily, FontId, Margin, Stroke, TextFormat, TextStyle, Visuals};

use super::fonts;
use crate::cloud::Digest;

/// `0xRRGGBB` as a colour.
const fn hex(rgb: u32) -> Color32 {
    Color32::from_rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

/// The colours of one theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Whether it is dark: light ink on it.
    pub dark: bool,
    /// Behind everything.
    pub abyss: Color32,
    /// The top bar and tab rows.
    pub deck: Color32,
    /// Side panels and cards on the abyss.
    pub panel: Color32,
    /// What stands out of a panel.
    pub raised: Color32,
    /// A raised thing under the pointer.
    pub hover: Color32,
    /// Edges and rules.
    pub line: Color32,
    /// What is sunk: inputs, code.
    pub well: Color32,
    /// The terminal's ground.
    pub terminal: Color32,
    /// Text.
    pub ink: Color32,
    /// Long text.
    pub soft: Color32,
    /// Secondary text.
    pub mute: Color32,
    /// What cannot be reached yet.
    pub faint: Color32,
    /// ECR, and what to do next.
    pub amber: Color32,
    /// S3.
    pub teal: Color32,
    /// IAM.
    pub violet: Color32,
    /// ECS.
    pub blue: Color32,
    /// Scanning.
    pub pink: Color32,
    /// No.
    pub denied: Color32,
    /// Yes.
    pub allowed: Color32,
    /// The main button's ground.
    pub primary: Color32,
    /// Text on the main button, and on a service's colour.
    pub on_accent: Color32,
}

/// For screens.
pub const DARK: Palette = Palette {
    dark: true,
    abyss: hex(0x0A0F1E),
    deck: hex(0x111932),
    panel: hex(0x141D38),
    raised: hex(0x1B2647),
    hover: hex(0x202B50),
    line: hex(0x26345C),
    well: hex(0x0D1429),
    terminal: hex(0x080C18),
    ink: hex(0xE8EDFF),
    soft: hex(0xC4CEEE),
    mute: hex(0x8F9DC6),
    faint: hex(0x6676A6),
    amber: hex(0xFFB454),
    teal: hex(0x2FD6BD),
    violet: hex(0xA594FF),
    blue: hex(0x56A8FF),
    pink: hex(0xFF8FB1),
    denied: hex(0xFF5D78),
    allowed: hex(0x5FE08E),
    primary: hex(0xFFB454),
    on_accent: hex(0x1A1206),
};

/// For projectors and bright rooms. Its colours are darkened until each can be read as text.
pub const LIGHT: Palette = Palette {
    dark: false,
    abyss: hex(0xF3F5FB),
    deck: hex(0xFFFFFF),
    panel: hex(0xFFFFFF),
    raised: hex(0xF3F5FC),
    hover: hex(0xE4E9F8),
    line: hex(0xD3DAEE),
    well: hex(0xEEF1FA),
    terminal: hex(0xFBFCFF),
    ink: hex(0x131A33),
    soft: hex(0x2E3858),
    mute: hex(0x566283),
    faint: hex(0x7480A2),
    amber: hex(0x9A5600),
    teal: hex(0x087566),
    violet: hex(0x5F4AD6),
    blue: hex(0x1A66C2),
    pink: hex(0xB82E5F),
    denied: hex(0xC42041),
    allowed: hex(0x14763C),
    primary: hex(0x131A33),
    on_accent: hex(0xFFFFFF),
};

/// The colours that layers take, far enough apart to be told from each other, and light enough for dark text.
const LAYERS: [Color32; 16] = [
    hex(0xFFB454),
    hex(0x2FD6BD),
    hex(0xA594FF),
    hex(0xFF8FB1),
    hex(0x56A8FF),
    hex(0x9BD957),
    hex(0xE5D54A),
    hex(0xE085F0),
    hex(0xFF8A65),
    hex(0x4FD1F0),
    hex(0xC8A47A),
    hex(0x6F8FF5),
    hex(0x5FE08E),
    hex(0xF26D7E),
    hex(0xB7C4E8),
    hex(0xD7B8F5),
];

/// A layer's colour, the same everywhere it appears, so that a shared layer is seen to be shared.
pub fn layer_color(digest: &Digest) -> Color32 {
    // A digest's own bits are as good as random: its first hexadecimal digits choose.
    let sum = digest.hex().bytes().take(6).fold(0usize, |sum, byte| sum * 7 + usize::from(byte));
    LAYERS.get(sum % LAYERS.len()).copied().unwrap_or(DARK.amber)
}

/// Text on a layer's colour.
pub const ON_LAYER: Color32 = hex(0x0A0F1E);

/// The corners of cards, buttons and chips, in points.
pub mod radius {
    /// Cards and large choices.
    pub const CARD: u8 = 12;
    /// Objectives and notices.
    pub const BOX: u8 = 10;
    /// Buttons.
    pub const BUTTON: u8 = 9;
    /// Small badges.
    pub const BADGE: u8 = 6;
    /// Code within text.
    pub const CODE: u8 = 5;
}

/// Distances, in points.
pub mod space {
    /// Between parts of one thing.
    pub const TINY: f32 = 4.0;
    /// Between things of one kind.
    pub const SMALL: f32 = 8.0;
    /// Between cards.
    pub const MEDIUM: f32 = 12.0;
    /// Around the inside of a panel.
    pub const PANEL: f32 = 20.0;
    /// Around the inside of a page.
    pub const PAGE: f32 = 32.0;
}

/// The type scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A page's name.
    Hero,
    /// A quest's name.
    Title,
    /// A part's name.
    Heading,
    /// A name within a card.
    Strong,
    /// Running text.
    Body,
    /// A short bold note.
    SmallStrong,
    /// A note.
    Small,
    /// The coloured line above a title.
    Kicker,
    /// The terminal and files.
    Mono,
    /// Code within notes.
    MonoSmall,
}

impl Type {
    /// Its size at scale 1, in points.
    pub fn size(self) -> f32 {
        match self {
            Self::Hero => 28.0,
            Self::Title => 23.0,
            Self::Heading => 16.5,
            Self::Strong | Self::Body => 14.5,
            Self::Small | Self::SmallStrong => 12.5,
            Self::Kicker => 11.5,
            Self::Mono => 13.5,
            Self::MonoSmall => 12.5,
        }
    }

    fn family(self) -> FontFamily {
        match self {
            Self::Hero | Self::Title | Self::Heading | Self::Kicker => fonts::bold(),
            Self::Strong | Self::SmallStrong => fonts::semibold(),
            Self::Body | Self::Small => FontFamily::Proportional,
            Self::Mono | Self::MonoSmall => FontFamily::Monospace,
        }
    }

    /// Line height over size.
    fn leading(self) -> f32 {
        match self {
            Self::Hero | Self::Title | Self::Heading | Self::Kicker => 1.35,
            _ => 1.5,
        }
    }
}

/// The look in force: the palette, the size of text, and whether things may move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    pub palette: Palette,
    /// 1 is the designed size.
    pub text_scale: f32,
    /// Whether things may move for show.
    pub motion: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { palette: DARK, text_scale: 1.0, motion: true }
    }
}

impl Look {
    /// The look that [`apply`] set.
    pub fn of(ctx: &Context) -> Self {
        ctx.data(|data| data.get_temp(egui::Id::new("look"))).unwrap_or_default()
    }

    /// The font of a step of the scale.
    pub fn font(&self, kind: Type) -> FontId {
        FontId::new((kind.size() * self.text_scale * 2.0).round() / 2.0, kind.family())
    }

    /// The font of an icon, of a size in points at text scale 1.
    pub fn icon(&self, size: f32) -> FontId {
        FontId::new((size * self.text_scale).round(), fonts::icons())
    }

    /// An icon and words in one line.
    pub fn with_icon(&self, sign: &str, text: &str, kind: Type, color: Color32) -> egui::text::LayoutJob {
        let mut job = egui::text::LayoutJob::default();
        let format = TextFormat { line_height: None, ..self.format(kind, color) };
        let font_id = self.icon(kind.size() * 1.15);
        job.append(sign, 0.0, TextFormat { font_id, ..format.clone() });
        job.append(text, 7.0, format);
        job
    }

    /// The height of one row of text, in points.
    pub fn row_height(&self, kind: Type) -> f32 {
        (kind.size() * self.text_scale * kind.leading()).round()
    }

    /// Font, colour and line height together.
    pub fn format(&self, kind: Type, color: Color32) -> TextFormat {
        TextFormat {
            font_id: self.font(kind),
            color,
            line_height: Some(self.row_height(kind)),
            extra_letter_spacing: if kind == Type::Kicker { 0.8 } else { 0.0 },
            valign: egui::Align::Center,
            ..TextFormat::default()
        }
    }

    /// A length that grows with the text, in points.
    pub fn scaled(&self, points: f32) -> f32 {
        (points * self.text_scale).round()
    }

    /// A colour thinned until it can lie behind text of that colour.
    pub fn tint(&self, color: Color32) -> Color32 {
        let share = if self.palette.dark { 0.14 } else { 0.09 };
        mix(self.palette.panel, color, share)
    }

    /// A rule's stroke.
    pub fn rule(&self) -> Stroke {
        Stroke::new(1.0, self.palette.line)
    }
}

/// `share` of `over` laid on `under`.
pub fn mix(under: Color32, over: Color32, share: f32) -> Color32 {
    under.lerp_to_gamma(over, share)
}

/// Sets fonts' sizes, spacing and colours for every widget. Cheap when nothing changed.
pub fn apply(ctx: &Context, look: Look) {
    let before: Option<Look> = ctx.data(|data| data.get_temp(egui::Id::new("look")));
    if before == Some(look) {
        return;
    }
    ctx.data_mut(|data| data.insert_temp(egui::Id::new("look"), look));
    ctx.set_theme(if look.palette.dark { egui::Theme::Dark } else { egui::Theme::Light });
    ctx.all_styles_mut(|style| {
        style.text_styles = [
            (TextStyle::Heading, look.font(Type::Heading)),
            (TextStyle::Body, look.font(Type::Body)),
            (TextStyle::Button, look.font(Type::Strong)),
            (TextStyle::Small, look.font(Type::Small)),
            (TextStyle::Monospace, look.font(Type::Mono)),
        ]
        .into();
        style.spacing.item_spacing = egui::vec2(space::SMALL, space::SMALL);
        style.spacing.button_padding = egui::vec2(12.0, 7.0);
        style.spacing.interact_size.y = look.scaled(28.0);
        style.spacing.scroll = egui::style::ScrollStyle::thin();
        style.spacing.scroll.fade.strength = 0.0;
        style.spacing.tooltip_width = look.scaled(360.0);
        style.interaction.tooltip_delay = 0.35;
        style.animation_time = if look.motion { 0.12 } else { 0.0 };
        style.visuals = visuals(&look.palette);
    });
}

fn visuals(palette: &Palette) -> Visuals {
    let mut visuals = if palette.dark { Visuals::dark() } else { Visuals::light() };
    let line = Stroke::new(1.0, palette.line);
    visuals.panel_fill = palette.panel;
    visuals.window_fill = palette.panel;
    visuals.window_stroke = line;
    visuals.window_corner_radius = CornerRadius::same(radius::CARD);
    visuals.menu_corner_radius = CornerRadius::same(radius::BOX);
    visuals.extreme_bg_color = palette.well;
    visuals.text_edit_bg_color = Some(palette.well);
    // What is disabled has colours of its own.
    visuals.disabled_alpha = 1.0;
    // A caret that blinks is drawn for ever; an idle game draws nothing.
    visuals.text_cursor.blink = false;
    visuals.faint_bg_color = palette.raised;
    visuals.code_bg_color = palette.well;
    visuals.hyperlink_color = palette.blue;
    visuals.warn_fg_color = palette.amber;
    visuals.error_fg_color = palette.denied;
    visuals.weak_text_color = Some(palette.mute);
    visuals.selection.bg_fill = mix(palette.panel, palette.blue, if palette.dark { 0.45 } else { 0.3 });
    // Also the edge of a field that is typed into.
    visuals.selection.stroke = Stroke::new(1.5, palette.blue);
    let corner = CornerRadius::same(radius::BUTTON);
    let widgets = &mut visuals.widgets;
    for (state, fill, edge, ink) in [
        (&mut widgets.noninteractive, palette.panel, palette.line, palette.ink),
        (&mut widgets.inactive, palette.raised, palette.line, palette.ink),
        (&mut widgets.hovered, palette.hover, palette.faint, palette.ink),
        (&mut widgets.active, palette.hover, palette.amber, palette.ink),
        (&mut widgets.open, palette.hover, palette.line, palette.ink),
    ] {
        state.bg_fill = fill;
        state.weak_bg_fill = fill;
        state.bg_stroke = Stroke::new(1.0, edge);
        state.fg_stroke = Stroke::new(1.0, ink);
        state.corner_radius = corner;
        state.expansion = 0.0;
    }
    visuals
}

/// A margin of whole points.
pub fn margin(x: i8, y: i8) -> Margin {
    Margin::symmetric(x, y)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance. Source: WCAG 2.2, "relative luminance".
    fn luminance(color: Color32) -> f32 {
        let linear = |channel: u8| {
            let c = f32::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
    }

    /// Source: WCAG 2.2, "contrast ratio".
    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_text_colour_can_be_read_on_every_ground() {
        for palette in [DARK, LIGHT] {
            let look = Look { palette, ..Look::default() };
            for ground in [
                palette.abyss,
                palette.deck,
                palette.panel,
                palette.raised,
                palette.well,
                palette.terminal,
                palette.hover,
            ] {
                let services = [palette.amber, palette.teal, palette.violet, palette.blue, palette.pink];
                let texts = [palette.ink, palette.soft, palette.mute, palette.denied, palette.allowed];
                for text in texts.into_iter().chain(services) {
                    let ratio = contrast(text, ground);
                    assert!(ratio >= 4.5, "{text:?} on {ground:?} has {ratio:.2}");
                }
                let ratio = contrast(palette.faint, ground);
                assert!(ratio >= 2.6, "faint {:?} on {ground:?} has {ratio:.2}", palette.faint);
            }
            for color in [palette.denied, palette.allowed, palette.amber, palette.violet, palette.mute] {
                let ratio = contrast(color, look.tint(color));
                assert!(ratio >= 4.5, "{color:?} on its tint has {ratio:.2}");
            }
            for ground in [palette.primary, palette.amber, palette.violet, palette.blue, palette.teal, palette.pink] {
                assert!(contrast(palette.on_accent, ground) >= 4.5);
            }
        }
    }

    #[test]
    fn text_on_any_layer_can_be_read() {
        for layer in LAYERS {
            assert!(contrast(ON_LAYER, layer) >= 4.5, "{layer:?}");
        }
    }

    #[test]
    fn layers_of_different_content_mostly_differ_in_colour_and_equal_ones_never() {
        let digests: Vec<_> = (0..64u8).map(|n| Digest::of(&[n])).collect();
        let colors: std::collections::BTreeSet<_> = digests.iter().map(|d| layer_color(d).to_array()).collect();
        assert!(colors.len() >= 12, "{}", colors.len());
        assert_eq!(layer_color(&Digest::of(b"a")), layer_color(&Digest::of(b"a")));
    }
}
