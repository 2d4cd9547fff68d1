//! The Files tab: what is on the laptop, and a viewer. Editing opens the editor.

use egui::{CentralPanel, Frame, Margin, Panel, ScrollArea, Ui};
use egui_phosphor::regular as icon;

use super::super::Cx;
use super::super::cx::bytes;
use super::super::theme::{Type, space};
use super::super::widgets::{Kind, Rich, button, empty, json_job, list_item, text_field};
use crate::app::Intent;
use crate::laptop::{self, Files, HOME};

/// What the tab keeps between passes.
#[derive(Default)]
pub(super) struct FilesState {
    /// The file shown, by its path.
    open: Option<String>,
    /// The path of a file to be made.
    new_path: String,
}

/// Larger files are not shown.
const MOST: usize = 200_000;

pub(super) fn show(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut FilesState) {
    let app = cx.app;
    let Some(session) = app.session() else { return };
    let files = &session.world().laptop.files;
    let look = cx.look;
    let side = look.scaled(230.0).min(ui.available_width() * 0.4);
    let frame = Frame::new().fill(look.palette.deck).inner_margin(Margin::symmetric(10, 8));
    Panel::left("files").default_size(side).resizable(true).frame(frame).show(ui, |ui| {
        Panel::bottom("new-file").resizable(false).show_separator_line(false).frame(Frame::NONE).show(ui, |ui| {
            ui.add_space(4.0);
            let hint = cx.t("view-files-new");
            let width = ui.available_width();
            let response = text_field(ui, &mut state.new_path, &hint, &hint, width);
            let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            if entered && !state.new_path.trim().is_empty() {
                let path = std::mem::take(&mut state.new_path);
                cx.want(Intent::Edit(path.trim().to_owned()));
            }
        });
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.add(Rich::new("~").kind(Type::SmallStrong).verbatim());
            folder(ui, cx, files, HOME, 1, state);
        });
    });
    CentralPanel::default().frame(Frame::new().inner_margin(Margin::symmetric(14, 8))).show(ui, |ui| {
        let shown = state.open.clone().filter(|path| files.is_file(path));
        match shown {
            Some(path) => file(ui, cx, files, &path),
            None => {
                let (title, hint) = (cx.t("view-files-none"), cx.t("view-files-none-hint"));
                empty(ui, icon::FILE_TEXT, &title, &hint);
            }
        }
    });
}

fn folder(ui: &mut Ui, cx: &Cx<'_>, files: &Files, path: &str, depth: usize, state: &mut FilesState) {
    let look = cx.look;
    for (name, _) in files.list(path).unwrap_or_default() {
        let child = laptop_join(path, name);
        ui.horizontal(|ui| {
            ui.add_space((depth - 1) as f32 * 14.0);
            if files.is_directory(&child) {
                ui.label(look.with_icon(icon::FOLDER, name, Type::Small, look.palette.mute));
            } else {
                let on = state.open.as_deref() == Some(child.as_str());
                if list_item(ui, on, icon::FILE_TEXT, name, look.palette.soft, name).clicked() {
                    state.open = Some(child.clone());
                }
            }
        });
        if files.is_directory(&child) {
            folder(ui, cx, files, &child, depth + 1, state);
        }
    }
}

fn laptop_join(folder: &str, name: &str) -> String {
    format!("{}/{name}", folder.trim_end_matches('/'))
}

fn file(ui: &mut Ui, cx: &mut Cx<'_>, files: &Files, path: &str) {
    let look = cx.look;
    let size = files.read(path).map_or(0, crate::cloud::Blob::len);
    ui.horizontal(|ui| {
        let shown = path.strip_prefix(laptop::HOME).map_or_else(|| path.to_owned(), |rest| format!("~{rest}"));
        ui.add(Rich::new(&shown).kind(Type::SmallStrong).verbatim());
        ui.add(Rich::small(&bytes(size as u64)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if button(ui, Kind::Plain, icon::PENCIL_SIMPLE, &cx.t("view-files-edit")).clicked() {
                cx.want(Intent::Edit(path.to_owned()));
            }
        });
    });
    ui.add_space(space::TINY);
    let text = files
        .read(path)
        .ok()
        .filter(|blob| blob.len() <= MOST)
        .and_then(|blob| String::from_utf8(blob.as_bytes().to_vec()).ok());
    let Some(text) = text else {
        ui.add(Rich::small(&cx.t("view-files-not-text")));
        return;
    };
    ScrollArea::both().id_salt("file").auto_shrink([false, false]).show(ui, |ui| {
        if path.ends_with(".json") {
            ui.add(egui::Label::new(json_job(&look, &text, f32::INFINITY)).extend());
        } else {
            let mut job = egui::text::LayoutJob::default();
            job.append(&text, 0.0, look.format(Type::Mono, look.palette.soft));
            ui.add(egui::Label::new(job).extend());
        }
    });
}
