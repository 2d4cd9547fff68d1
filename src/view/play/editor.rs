//! The game's editor: what `edit FILE` opens, over the screen. Saving is a command like any other.

use egui::{Id, Key, Modal, Modifiers, ScrollArea, TextEdit, Ui, Vec2};
use egui_phosphor::regular as icon;

use super::super::Cx;
use super::super::theme::{Type, radius, space};
use super::super::widgets::{Kind, Rich, button, json_job};
use crate::app::Intent;

/// What is being typed.
#[derive(Default)]
pub(super) struct EditorState {
    /// The file that `text` belongs to.
    path: Option<String>,
    text: String,
}

pub(super) fn show(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut EditorState) {
    let Some(editor) = cx.app.editor() else {
        state.path = None;
        return;
    };
    let fresh = state.path.as_ref() != Some(&editor.path);
    if fresh {
        state.path = Some(editor.path.clone());
        state.text = editor.text.clone();
    }
    let look = cx.look;
    let screen = ui.ctx().content_rect();
    let size = Vec2::new((screen.width() * 0.7).min(look.scaled(900.0)), screen.height() * 0.7);
    let save = ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::S));
    let mut done = save;
    let frame = egui::Frame::popup(ui.style()).corner_radius(radius::CARD).inner_margin(egui::Margin::same(20));
    let response = Modal::new(Id::new("editor")).frame(frame).show(ui.ctx(), |ui| {
        ui.set_width(size.x);
        ui.horizontal(|ui| {
            ui.add(Rich::new(&editor.path).kind(Type::Strong).verbatim());
        });
        ui.add(Rich::small(&cx.t("view-editor-hint")));
        ui.add_space(space::TINY);
        let json = editor.path.ends_with(".json");
        let mut layouter = |ui: &Ui, buffer: &dyn egui::TextBuffer, wrap: f32| {
            let mut job = if json {
                json_job(&look, buffer.as_str(), wrap)
            } else {
                let mut job = egui::text::LayoutJob::default();
                job.append(buffer.as_str(), 0.0, look.format(Type::Mono, look.palette.ink));
                job
            };
            job.wrap.max_width = wrap;
            ui.fonts_mut(|fonts| fonts.layout_job(job))
        };
        ScrollArea::vertical().id_salt("editor-text").max_height(size.y).min_scrolled_height(size.y).show(ui, |ui| {
            let rows = (size.y / look.row_height(Type::Mono)) as usize;
            let response = ui.add(
                TextEdit::multiline(&mut state.text)
                    .id(Id::new("editor-field"))
                    .code_editor()
                    .margin(egui::Margin::symmetric(12, 10))
                    .desired_rows(rows.max(4))
                    .desired_width(f32::INFINITY)
                    .layouter(&mut layouter),
            );
            let name = cx.t("view-editor-text");
            response.widget_info(|| {
                let mut info = egui::WidgetInfo::text_edit(true, "", "", "");
                info.label = Some(name.clone());
                info
            });
            if fresh {
                response.request_focus();
            }
        });
        ui.add_space(space::SMALL);
        ui.horizontal(|ui| {
            if button(ui, Kind::Primary, icon::FLOPPY_DISK, &cx.t("view-save")).clicked() {
                done = true;
            }
            if button(ui, Kind::Plain, "", &cx.t("view-cancel")).clicked() {
                cx.want(Intent::CloseEditor);
            }
        });
    });
    if done {
        cx.want(Intent::SaveFile { path: editor.path.clone(), content: state.text.clone() });
    } else if response.should_close() {
        cx.want(Intent::CloseEditor);
    }
}
