//! Notices. News and notes stand in the top bar for some seconds, where they cover nothing; what went wrong stands in a
//! strip of its own below the bar until it is put away.

use egui::{Align2, CornerRadius, Frame, Margin, Panel, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, WidgetType};
use egui_phosphor::regular as icons;

use super::super::theme::{Look, Type, space};
use super::button::icon_button;
use super::rich::Rich;
use crate::text::markup;

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToastKind {
    /// Something was reached.
    Good,
    /// Something to know.
    Note,
    /// Something failed.
    Bad,
}

/// What the bar tells now.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    kind: ToastKind,
    text: String,
    /// When its first words came, in egui's time.
    since: f64,
}

/// For how many seconds the bar tells something.
const STAY: f64 = 6.0;

/// What comes within so many seconds of the same kind is told in one line; what comes later takes its place.
const TOGETHER: f64 = 1.0;

/// The most that stands in the strip.
const TROUBLES: usize = 3;

/// The notices.
#[derive(Clone, Debug, Default)]
pub struct Toasts {
    told: Option<Told>,
    troubles: Vec<String>,
}

impl Toasts {
    /// Adds a notice, at `now` in egui's time.
    pub fn push(&mut self, kind: ToastKind, text: &str, now: f64) {
        if kind == ToastKind::Bad {
            if !self.troubles.iter().any(|trouble| trouble == text) {
                self.troubles.push(text.to_owned());
            }
            if self.troubles.len() > TROUBLES {
                self.troubles.remove(0);
            }
            return;
        }
        let text = &markup::plain(text);
        match &mut self.told {
            Some(told) if told.kind == kind && now - told.since < TOGETHER => {
                told.text.push_str(" · ");
                told.text.push_str(text);
            }
            told => *told = Some(Told { kind, text: text.to_owned(), since: now }),
        }
    }

    /// Takes good news away.
    pub fn forget_good(&mut self) {
        self.told.take_if(|told| told.kind == ToastKind::Good);
    }

    /// Whether the bar has something to tell now.
    pub fn is_telling(&mut self, now: f64) -> bool {
        self.told.take_if(|told| now - told.since >= STAY);
        self.told.is_some()
    }

    /// Tells it in the middle of the room that is left in a row of the bar.
    pub fn tell(&self, ui: &mut Ui) {
        let Some(told) = &self.told else { return };
        let now = ui.input(|input| input.time);
        ui.ctx().request_repaint_after_secs((STAY - (now - told.since)).max(0.0) as f32 + 0.01);
        let look = Look::of(ui.ctx());
        let p = &look.palette;
        let (color, sign) = match told.kind {
            ToastKind::Good => (p.allowed, icons::CHECK_CIRCLE),
            ToastKind::Note => (p.blue, icons::INFO),
            ToastKind::Bad => (p.denied, icons::WARNING_CIRCLE),
        };
        let room = ui.available_rect_before_wrap().shrink2(Vec2::new(6.0, 0.0));
        let indent = look.scaled(34.0);
        let mut job = egui::text::LayoutJob::default();
        job.append(&told.text, 0.0, egui::TextFormat { line_height: None, ..look.format(Type::SmallStrong, p.ink) });
        job.wrap = egui::text::TextWrapping::truncate_at_width((room.width() - indent - 14.0).max(0.0));
        let words = ui.fonts_mut(|fonts| fonts.layout_job(job));
        let size = Vec2::new(words.size().x + indent + 14.0, look.scaled(30.0));
        let rect = Align2::CENTER_CENTER.align_size_within_rect(size, room);
        let response = ui.allocate_rect(rect, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &told.text));
        ui.painter().rect(rect, CornerRadius::same(255), look.tint(color), Stroke::new(1.0, color), StrokeKind::Inside);
        let at = rect.left_center() + Vec2::new(indent / 2.0 + 2.0, 0.0);
        ui.painter().text(at, Align2::CENTER_CENTER, sign, look.icon(16.5), color);
        let at = rect.left_center() + Vec2::new(indent, -words.size().y / 2.0);
        let elided = words.elided;
        ui.painter().galley(at, words, p.ink);
        if elided {
            response.on_hover_text(&told.text);
        }
    }

    /// The strip of what went wrong, at the top of what is left of `ui`. `close` names its button.
    pub fn strip(&mut self, ui: &mut Ui, close: &str) {
        if self.troubles.is_empty() {
            return;
        }
        let look = Look::of(ui.ctx());
        let p = &look.palette;
        let frame = Frame::new().fill(look.tint(p.denied)).inner_margin(Margin::symmetric(16, 6));
        let mut closed = None;
        Panel::top("troubles").frame(frame).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for (n, text) in self.troubles.iter().enumerate() {
                ui.push_id(n, |ui| {
                    ui.horizontal(|ui| {
                        ui.label(egui::RichText::new(icons::WARNING_CIRCLE).font(look.icon(17.0)).color(p.denied));
                        let button = look.scaled(30.0) + space::SMALL;
                        ui.scope(|ui| {
                            ui.set_max_width(ui.available_width() - button);
                            ui.add(Rich::new(text).color(p.ink));
                        });
                        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                            if icon_button(ui, icons::X, close).clicked() {
                                closed = Some(n);
                            }
                        });
                    });
                });
            }
        });
        if let Some(n) = closed {
            self.troubles.remove(n);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_of_one_moment_is_one_line_and_later_news_takes_its_place() {
        let mut toasts = Toasts::default();
        toasts.push(ToastKind::Good, "Quest complete", 10.0);
        toasts.push(ToastKind::Good, "+80 XP", 10.0);
        assert_eq!(toasts.told.as_ref().map(|told| told.text.as_str()), Some("Quest complete · +80 XP"));
        toasts.push(ToastKind::Good, "Bonus", 12.0);
        assert_eq!(toasts.told.as_ref().map(|told| told.text.as_str()), Some("Bonus"));
        assert!(toasts.is_telling(12.0 + STAY - 0.1) && !toasts.is_telling(12.0 + STAY));
    }

    #[test]
    fn trouble_stays_and_is_said_once() {
        let mut toasts = Toasts::default();
        for text in ["a", "b", "a", "c", "d"] {
            toasts.push(ToastKind::Bad, text, 0.0);
        }
        assert_eq!(toasts.troubles, ["b", "c", "d"]);
        toasts.forget_good();
        assert!(!toasts.is_telling(0.0) && toasts.troubles.len() == 3);
    }
}
