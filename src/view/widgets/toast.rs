//! Short notices over the screen that leave by themselves.

use egui::{Align2, Context, CornerRadius, Frame, Id, Margin, Order, Vec2};

use super::super::theme::{Look, radius};
use super::rich::Rich;

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

/// A notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    pub kind: ToastKind,
    pub text: String,
    /// When it was first seen, in egui's time; none before its first frame.
    shown: Option<f64>,
}

/// For how many seconds a notice stays.
const STAY: f64 = 5.0;

/// The notices, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Toasts(Vec<Toast>);

impl Toasts {
    /// Adds a notice; four at most are kept.
    pub fn push(&mut self, kind: ToastKind, text: impl Into<String>) {
        self.0.push(Toast { kind, text: text.into(), shown: None });
        if self.0.len() > 4 {
            self.0.remove(0);
        }
    }

    /// Takes the glad ones away.
    pub fn forget_good(&mut self) {
        self.0.retain(|toast| toast.kind != ToastKind::Good);
    }

    /// Draws them at the top, in the middle.
    pub fn show(&mut self, ctx: &Context) {
        let now = ctx.input(|input| input.time);
        self.0.retain(|toast| toast.shown.is_none_or(|shown| now - shown < STAY));
        let look = Look::of(ctx);
        let mut y = look.scaled(64.0);
        for (n, toast) in self.0.iter_mut().enumerate() {
            let shown = *toast.shown.get_or_insert(now);
            ctx.request_repaint_after_secs((STAY - (now - shown)).max(0.0) as f32 + 0.01);
            let color = match toast.kind {
                ToastKind::Good => look.palette.allowed,
                ToastKind::Note => look.palette.blue,
                ToastKind::Bad => look.palette.denied,
            };
            let icon = match toast.kind {
                ToastKind::Good => egui_phosphor::regular::CHECK_CIRCLE,
                ToastKind::Note => egui_phosphor::regular::INFO,
                ToastKind::Bad => egui_phosphor::regular::WARNING_CIRCLE,
            };
            let area = egui::Area::new(Id::new(("toast", n)))
                .order(Order::Foreground)
                .anchor(Align2::CENTER_TOP, Vec2::new(0.0, y))
                .interactable(false)
                .show(ctx, |ui| {
                    Frame::new()
                        .fill(look.palette.raised)
                        .stroke(egui::Stroke::new(1.0, color))
                        .corner_radius(CornerRadius::same(radius::BOX))
                        .inner_margin(Margin::symmetric(14, 9))
                        .show(ui, |ui| {
                            ui.set_max_width(look.scaled(520.0));
                            ui.horizontal(|ui| {
                                ui.label(egui::RichText::new(icon).color(color).font(look.icon(17.0)));
                                ui.add(Rich::new(&toast.text).color(look.palette.ink).fixed());
                            });
                        });
                });
            y += area.response.rect.height() + 8.0;
        }
    }
}
