//! From tones to colours, and from nodes to the rounded boxes that an engine fills.
//!
//! A [`Quad`] is a rounded box with a gradient, a border, maybe dashes, maybe a soft edge: enough for everything here.

use egui::{Color32, Pos2, Rect, Vec2};

use super::motion::{Effect, Shape};
use super::{Link, LinkKind, Node, Scene, Surface, Tone, Traffic};
use crate::view::theme::{self, Palette, mix};

/// A rounded box, rotated around its middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quad {
    pub center: Pos2,
    pub half: Vec2,
    /// Radians, clockwise as y points down.
    pub angle: f32,
    pub radius: f32,
    /// Colours at the top and at the bottom.
    pub fill: [Color32; 2],
    pub border: Color32,
    pub border_width: f32,
    /// Length of a dash and of the gap after it; 0 draws a whole border.
    pub dash: f32,
    /// How far the edge is blurred: for shadows and glows.
    pub blur: f32,
}

impl Quad {
    /// A box filled with one colour.
    pub fn filled(rect: Rect, radius: f32, fill: Color32) -> Self {
        Self {
            center: rect.center(),
            half: rect.size() / 2.0,
            angle: 0.0,
            radius,
            fill: [fill; 2],
            border: Color32::TRANSPARENT,
            border_width: 0.0,
            dash: 0.0,
            blur: 0.0,
        }
    }

    fn bordered(self, border: Color32, border_width: f32) -> Self {
        Self { border, border_width, ..self }
    }

    /// A straight line with round ends.
    fn line(from: Pos2, to: Pos2, width: f32, color: Color32) -> Self {
        let way = to - from;
        let size = egui::vec2(way.length() + width, width);
        let rect = Rect::from_center_size(from + way / 2.0, size);
        Self { angle: way.angle(), ..Self::filled(rect, width / 2.0, color) }
    }
}

/// The colour of a tone.
pub fn color(tone: &Tone, palette: &Palette) -> Color32 {
    match tone {
        Tone::Ink => palette.ink,
        // Dark letters on a light ground look thinner than they are.
        Tone::Mute if !palette.dark => mix(palette.mute, palette.ink, 0.35),
        Tone::Mute => palette.mute,
        Tone::Line => edge(palette),
        Tone::Ecr => palette.amber,
        Tone::S3 => palette.teal,
        Tone::Iam => palette.violet,
        Tone::Ecs => palette.blue,
        Tone::Denied => palette.denied,
        Tone::Allowed => palette.allowed,
        Tone::Layer(digest) => theme::layer_color(digest),
        Tone::OnLayer => theme::ON_LAYER,
        // The darkest of the dark theme, and white in the light one.
        Tone::OnDenied if palette.dark => palette.abyss,
        Tone::OnDenied => palette.panel,
    }
}

/// A card's edge where it stands for no service: a little more than a rule.
fn edge(palette: &Palette) -> Color32 {
    mix(palette.line, palette.mute, if palette.dark { 0.2 } else { 0.35 })
}

fn alpha(color: Color32, share: f32) -> Color32 {
    color.gamma_multiply(share.clamp(0.0, 1.0))
}

/// Everything that stands still, in painting order.
pub fn scene(scene: &Scene, palette: &Palette) -> Vec<Quad> {
    let mut quads = Vec::with_capacity(scene.nodes.len() * 2);
    let ground = |node: &&Node| matches!(node.surface, Surface::Frame | Surface::Zone);
    for node in scene.nodes.iter().filter(ground) {
        self::node(node, palette, &mut quads);
    }
    // What carried something lies over what did not.
    let mut links: Vec<&Link> = scene.links.iter().collect();
    links.sort_by_key(|link| (link.kind != LinkKind::Pipe, link.traffic));
    for link in links {
        self::link(link, palette, &mut quads);
    }
    for node in scene.nodes.iter().filter(|node| !ground(node)) {
        self::node(node, palette, &mut quads);
    }
    quads
}

fn link(link: &Link, palette: &Palette, quads: &mut Vec<Quad>) {
    let ways = || link.points.iter().zip(link.points.iter().skip(1));
    if let LinkKind::Road(tone) = &link.kind {
        let (width, ink) = match link.traffic {
            Traffic::Quiet => (2.0, mix(palette.abyss, color(tone, palette), 0.5)),
            Traffic::Passed => (2.5, mix(palette.abyss, palette.allowed, 0.85)),
            Traffic::Denied => (2.5, mix(palette.abyss, palette.denied, 0.9)),
        };
        for (from, to) in ways() {
            quads.push(Quad::line(*from, *to, width, ink));
        }
        return;
    }
    let denied = link.traffic == Traffic::Denied;
    let pipe = mix(palette.abyss, palette.mute, 0.42);
    for (from, to) in ways() {
        quads.push(Quad::line(*from, *to, 9.0, pipe));
    }
    let inside = if denied { mix(palette.abyss, palette.denied, 0.75) } else { palette.abyss };
    for (from, to) in ways() {
        quads.push(Quad::line(*from, *to, if denied { 3.0 } else { 5.0 }, inside));
    }
}

fn shadow(rect: Rect, radius: f32, palette: &Palette) -> Quad {
    let share = if palette.dark { 0.42 } else { 0.10 };
    let rect = rect.translate(egui::vec2(0.0, 7.0)).shrink(3.0);
    Quad { blur: 16.0, ..Quad::filled(rect, radius, alpha(Color32::BLACK, share)) }
}

fn node(node: &Node, palette: &Palette, quads: &mut Vec<Quad>) {
    let tone = color(&node.tone, palette);
    let rect = node.rect;
    match node.surface {
        Surface::Card => {
            quads.push(shadow(rect, 16.0, palette));
            let border = if node.tone == Tone::Line { tone } else { alpha(tone, 0.78) };
            let top = if palette.dark { mix(palette.raised, palette.hover, 0.45) } else { palette.panel };
            let bottom = if palette.dark { mix(palette.panel, palette.raised, 0.45) } else { palette.panel };
            quads.push(Quad { fill: [top, bottom], ..Quad::filled(rect, 16.0, top) }.bordered(border, 1.25));
        }
        Surface::Inset => {
            let fill = if palette.dark { palette.well } else { palette.raised };
            let border = if node.tone == Tone::Line { palette.line } else { alpha(tone, 0.9) };
            quads.push(Quad::filled(rect, 9.0, fill).bordered(border, 1.0));
        }
        Surface::Empty => {
            let border = if node.tone == Tone::Line { edge(palette) } else { alpha(tone, 0.9) };
            let fill = if node.tone == Tone::Line { Color32::TRANSPARENT } else { alpha(palette.well, 0.9) };
            quads.push(Quad { dash: 5.0, ..Quad::filled(rect, 9.0, fill).bordered(border, 1.1) });
        }
        Surface::Chip => {
            let fill = alpha(tone, if palette.dark { 0.09 } else { 0.10 });
            quads.push(Quad::filled(rect, rect.height() / 2.0, fill));
        }
        Surface::Block => {
            let radius = (rect.height() * 0.3).min(6.0);
            let quad = Quad::filled(rect, radius, tone);
            let lit = mix(tone, Color32::WHITE, 0.12);
            let border = if palette.dark { Color32::TRANSPARENT } else { alpha(Color32::BLACK, 0.12) };
            quads.push(Quad { fill: [lit, tone], ..quad }.bordered(border, 0.75));
        }
        Surface::Frame => {
            let fill = alpha(tone, if palette.dark { 0.022 } else { 0.05 });
            quads.push(Quad { dash: 7.0, ..Quad::filled(rect, 18.0, fill).bordered(alpha(tone, 0.6), 1.1) });
        }
        Surface::Zone => {
            let fill = alpha(tone, if palette.dark { 0.10 } else { 0.07 });
            quads.push(Quad::filled(rect, 14.0, fill).bordered(palette.line, 1.0));
        }
        Surface::Sign => {
            let radius = rect.width() / 2.0;
            quads.push(Quad { blur: 6.0, ..Quad::filled(rect.expand(3.0), radius + 3.0, alpha(tone, 0.35)) });
            quads.push(Quad::filled(rect, radius, tone));
        }
        Surface::Gate => {
            let radius = rect.width() / 2.0;
            if node.tone != Tone::Iam {
                let glow = alpha(tone, if palette.dark { 0.16 } else { 0.18 });
                quads.push(Quad { blur: 12.0, ..Quad::filled(rect.expand(2.0), radius, glow) });
            }
            let fill = if palette.dark { palette.raised } else { palette.panel };
            quads.push(Quad::filled(rect, radius, fill).bordered(tone, 2.25));
        }
        Surface::Bare => {}
    }
}

/// Everything that moves right now.
pub fn effects(effects: &[Effect], palette: &Palette) -> Vec<Quad> {
    let mut quads = Vec::with_capacity(effects.len() * 2);
    for effect in effects {
        let tone = color(&effect.tone, palette);
        let glow = alpha(tone, 0.45 * effect.alpha);
        match effect.shape {
            Shape::Dot { radius } => {
                let rect = Rect::from_center_size(effect.at, Vec2::splat(2.0 * radius));
                quads.push(Quad { blur: 7.0, ..Quad::filled(rect.expand(3.0), radius + 3.0, glow) });
                quads.push(Quad::filled(rect, radius, alpha(tone, effect.alpha)));
            }
            Shape::Block { size } => {
                let rect = Rect::from_center_size(effect.at, size);
                quads.push(Quad { blur: 8.0, ..Quad::filled(rect.expand(3.0), 8.0, glow) });
                let lit = mix(tone, Color32::WHITE, 0.2);
                let quad =
                    Quad { fill: [lit, tone].map(|fill| alpha(fill, effect.alpha)), ..Quad::filled(rect, 4.0, tone) };
                quads.push(quad.bordered(alpha(palette.abyss, 0.5 * effect.alpha), 1.0));
            }
            Shape::Ring { size, radius } => {
                let rect = Rect::from_center_size(effect.at, size);
                let quad = Quad::filled(rect, radius, Color32::TRANSPARENT);
                quads.push(quad.bordered(alpha(tone, effect.alpha), 2.5));
            }
        }
    }
    quads
}
