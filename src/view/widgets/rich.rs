//! Text with `code` and **bold** in it, and small documents of paragraphs, lists and code blocks.
//!
//! Korean breaks at spaces: egui breaks within words only where a word is wider than the row.

use std::sync::Arc;

use egui::text::{LayoutJob, TextWrapping};
use egui::text_selection::LabelSelectionState;
use egui::{
    Align, Color32, CornerRadius, Galley, Pos2, Rect, Response, Sense, Stroke, StrokeKind, Ui, Widget, WidgetInfo,
};

use super::super::theme::{Look, Type, radius, space};
use crate::text::markup::{self, Block, Manner};

/// A label whose text may hold `code` and **bold**.
#[must_use]
pub struct Rich<'a> {
    source: &'a str,
    kind: Type,
    color: Option<Color32>,
    halign: Align,
    max_rows: usize,
    selectable: bool,
    marks: bool,
}

impl<'a> Rich<'a> {
    /// Running text.
    pub fn new(source: &'a str) -> Self {
        Self {
            source,
            kind: Type::Body,
            color: None,
            halign: Align::LEFT,
            max_rows: usize::MAX,
            selectable: true,
            marks: true,
        }
    }

    /// A note, in the secondary colour.
    pub fn small(source: &'a str) -> Self {
        Self::new(source).kind(Type::Small)
    }

    /// With another step of the type scale.
    pub fn kind(mut self, kind: Type) -> Self {
        self.kind = kind;
        self
    }

    /// In another colour.
    pub fn color(mut self, color: Color32) -> Self {
        self.color = Some(color);
        self
    }

    /// In the middle.
    pub fn centered(mut self) -> Self {
        self.halign = Align::Center;
        self
    }

    /// At most so many rows, then `…`.
    pub fn rows(mut self, rows: usize) -> Self {
        self.max_rows = rows;
        self
    }

    /// Not selectable: for text on something that is clicked.
    pub fn fixed(mut self) -> Self {
        self.selectable = false;
        self
    }

    /// As it is: backticks and asterisks are themselves.
    pub fn verbatim(mut self) -> Self {
        self.marks = false;
        self
    }

    fn color_in(&self, look: &Look) -> Color32 {
        self.color.unwrap_or(match self.kind {
            Type::Small | Type::MonoSmall => look.palette.mute,
            Type::Body => look.palette.soft,
            _ => look.palette.ink,
        })
    }

    /// The layout, and the char ranges of its code.
    fn job(&self, look: &Look, width: f32) -> (LayoutJob, Vec<(usize, usize)>) {
        let color = self.color_in(look);
        let base = look.format(self.kind, color);
        let mut job = LayoutJob { halign: self.halign, ..LayoutJob::default() };
        job.wrap = TextWrapping { max_width: width, max_rows: self.max_rows, ..TextWrapping::default() };
        let mut codes = Vec::new();
        let mut chars = 0;
        let mut after_code = false;
        let parts = if self.marks { markup::spans(self.source) } else { vec![(Manner::Plain, self.source)] };
        for (manner, text) in parts {
            let mut format = base.clone();
            let mut lead = if after_code { 5.0 } else { 0.0 };
            after_code = false;
            match manner {
                Manner::Plain => {}
                Manner::Stressed => format.color = look.palette.ink,
                Manner::Bold => {
                    format.font_id.family = super::super::fonts::semibold();
                    format.color = look.palette.ink;
                }
                Manner::Code => {
                    let mono = look.font(Type::MonoSmall);
                    let share = self.kind.size() / Type::Body.size();
                    format.font_id = egui::FontId::new((mono.size * share.max(0.92)).round(), mono.family);
                    format.color = look.palette.ink;
                    // Both stand at the top of their line; a lower line, centred, brings the baselines together.
                    let text_ascent = base.font_id.size * super::super::fonts::TEXT_ASCENT;
                    let drop = text_ascent - format.font_id.size * super::super::fonts::CODE_ASCENT;
                    format.line_height = base.line_height.map(|height| height - 2.0 * drop);
                    lead = if chars == 0 { CODE_PAD } else { 5.0 };
                    after_code = true;
                    codes.push((chars, chars + text.chars().count()));
                }
            }
            chars += text.chars().count();
            job.append(text, lead, format);
        }
        (job, codes)
    }

    /// Lays the text out for a place of this width.
    pub fn galley(&self, ui: &Ui, width: f32) -> (Arc<Galley>, Vec<(usize, usize)>) {
        let look = Look::of(ui.ctx());
        let (mut job, codes) = self.job(&look, width);
        if codes.is_empty() || self.halign != Align::LEFT {
            return (ui.fonts_mut(|fonts| fonts.layout_job(job)), codes);
        }
        job.wrap.max_width -= CODE_PAD;
        let mut galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
        indent_code(&mut galley, &codes);
        (galley, codes)
    }
}

/// From a stretch of code to the edge of its ground, in points.
const CODE_PAD: f32 = 4.0;

/// Moves rows that begin with code to the right, so that its ground and not its letters stands at the margin.
fn indent_code(galley: &mut Arc<Galley>, codes: &[(usize, usize)]) {
    let is_code = |at: usize| codes.iter().any(|(from, to)| (*from..*to).contains(&at));
    let mut at = 0;
    let mut hanging = Vec::new();
    for (n, row) in galley.rows.iter().enumerate() {
        let tight = row.glyphs.first().is_some_and(|glyph| glyph.pos.x < CODE_PAD);
        if tight && is_code(at) {
            hanging.push(n);
        }
        at += row.glyphs.len() + usize::from(row.ends_with_newline);
    }
    if hanging.is_empty() {
        return;
    }
    let galley = Arc::make_mut(galley);
    for n in hanging {
        if let Some(row) = galley.rows.get_mut(n) {
            row.pos.x += CODE_PAD;
        }
    }
    galley.rect.max.x += CODE_PAD;
    galley.mesh_bounds.max.x += CODE_PAD;
}

/// The ground under each row of each stretch of code.
fn code_rects(galley: &Galley, codes: &[(usize, usize)]) -> Vec<Rect> {
    let mut out = Vec::new();
    let mut at = 0;
    for row in &galley.rows {
        for (from, to) in codes {
            let glyphs =
                row.glyphs.iter().enumerate().filter(|(n, _)| (*from..*to).contains(&(at + n))).map(|(_, glyph)| glyph);
            let mut rect = Rect::NOTHING;
            for glyph in glyphs {
                let top = glyph.pos.y - glyph.font_ascent;
                rect |=
                    Rect::from_min_max(Pos2::new(glyph.pos.x, top), Pos2::new(glyph.max_x(), top + glyph.font_height));
            }
            if rect.is_positive() {
                out.push(rect.translate(row.pos.to_vec2()).expand2(egui::vec2(CODE_PAD, 1.0)));
            }
        }
        at += row.glyphs.len() + usize::from(row.ends_with_newline);
    }
    out
}

impl Widget for Rich<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let look = Look::of(ui.ctx());
        let width = ui.available_width();
        let (galley, codes) = self.galley(ui, width);
        let mut sense = Sense::hover();
        if self.selectable {
            sense |= Sense::click_and_drag();
            sense -= Sense::FOCUSABLE;
        }
        let size = match self.halign {
            Align::LEFT => galley.size(),
            _ => egui::vec2(width.max(galley.size().x), galley.size().y),
        };
        let (rect, response) = ui.allocate_exact_size(size, sense);
        response.widget_info(|| WidgetInfo::labeled(egui::WidgetType::Label, ui.is_enabled(), galley.text()));
        if ui.is_rect_visible(rect) {
            let pos = match self.halign {
                Align::Center => rect.center_top(),
                _ => rect.left_top(),
            };
            // Letters stand at the top of their line: half of what is over goes above them.
            let letters = ui.fonts_mut(|fonts| fonts.row_height(&look.font(self.kind)));
            let pos = pos + egui::vec2(0.0, ((look.row_height(self.kind) - letters) / 2.0).round());
            for code in code_rects(&galley, &codes) {
                ui.painter().rect(
                    code.translate(pos.to_vec2()),
                    CornerRadius::same(radius::CODE),
                    look.palette.well,
                    look.rule(),
                    StrokeKind::Inside,
                );
            }
            let color = self.color_in(&look);
            if self.selectable {
                LabelSelectionState::label_text_selection(ui, &response, pos, galley, color, Stroke::NONE);
            } else {
                ui.painter().galley(pos, galley, color);
            }
        }
        response
    }
}

/// A small document: paragraphs, lists, headings and code, as [`markup`] reads them.
pub fn markdown(ui: &mut Ui, source: &str) {
    let look = Look::of(ui.ctx());
    for block in markup::blocks(source) {
        match block {
            Block::Heading(heading) => {
                ui.add_space(space::TINY);
                ui.add(Rich::new(heading).kind(Type::Heading));
            }
            Block::Item(number, text) => item(ui, &look, number, text),
            Block::Code(code) => code_block(ui, &look, &code),
            Block::Paragraph(text) => {
                ui.add(Rich::new(text));
            }
        }
    }
}

fn item(ui: &mut Ui, look: &Look, number: Option<&str>, text: &str) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::SMALL;
        let height = look.row_height(Type::Body);
        let width = look.scaled(if number.is_some() { 16.0 } else { 10.0 });
        let (rect, _) = ui.allocate_exact_size(egui::vec2(width, height), Sense::hover());
        match number {
            Some(number) => {
                let at = rect.right_center();
                let font = look.font(Type::SmallStrong);
                ui.painter().text(at, egui::Align2::RIGHT_CENTER, number, font, look.palette.amber);
            }
            None => {
                ui.painter().circle_filled(rect.center(), 2.5, look.palette.amber);
            }
        }
        ui.vertical(|ui| ui.add(Rich::new(text)));
    });
}

fn code_block(ui: &mut Ui, look: &Look, code: &str) {
    egui::Frame::new()
        .fill(look.palette.well)
        .stroke(look.rule())
        .corner_radius(radius::BADGE)
        .inner_margin(egui::Margin::symmetric(12, 9))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.add(Rich::new(code).kind(Type::Mono).color(look.palette.soft).verbatim());
        });
}
