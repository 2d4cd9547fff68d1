//! The terminal: what was printed, and the line being typed, with history, completion and several lines.

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{Event, Frame, Id, Label, ScrollArea, TextEdit, Ui, Vec2};

use super::super::Cx;
use super::super::theme::{Type, radius};
use super::super::widgets::Rich;
use super::keys::{Act, Keys, Surroundings};
use super::lines::{self, Lines};
use crate::app::Intent;
use crate::quest::Session;
use crate::shell;

/// What the terminal keeps between passes.
#[derive(Default)]
pub(super) struct TerminalState {
    /// What is being typed.
    input: String,
    lines: Lines,
    /// Where in the history the learner is, counted from the newest; none: at what they type.
    recalled: Option<usize>,
    /// What was being typed before the history was called.
    draft: String,
    completion: Option<Choice>,
    keys: Keys,
    /// How many steps there were last time, to follow the output and keep the focus.
    steps: usize,
    /// Whether the terminal was shown before: at first it takes the focus.
    greeted: bool,
}

/// Several ways to complete a word.
#[derive(Clone, Debug)]
struct Choice {
    start: usize,
    candidates: Vec<String>,
    chosen: usize,
}

/// The id of the input, for the focus.
fn input_id() -> Id {
    Id::new("terminal-input")
}

pub(super) fn show(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut TerminalState) {
    let app = cx.app;
    let Some(session) = app.session() else { return };
    let look = cx.look;
    Frame::new().inner_margin(egui::Margin::symmetric(16, 10)).show(ui, |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        let font = look.font(Type::Mono);
        let cell = ui.fonts_mut(|fonts| fonts.glyph_width(&font, 'M'));
        let row = look.row_height(Type::Mono);
        let columns = ((ui.available_width() - 14.0) / cell).floor() as usize;
        let grew = state.steps != session.steps().len();
        state.steps = session.steps().len();
        let rows = state.lines.update(session, columns);
        let typed = row * state.input.split('\n').count() as f32;
        let input_height = typed.min(ui.available_height() * 0.7);
        // Whole rows only: none is cut at the top.
        let seen = ((ui.available_height() - input_height) / row).floor().max(1.0);
        let height = row * seen.min(rows.len() as f32);
        if rows.is_empty() && session.steps().is_empty() {
            ui.add(Rich::new(&cx.t("view-terminal-welcome")).kind(Type::Small).fixed());
            ui.add_space(6.0);
        }
        if height > 0.0 {
            let mut scroll =
                ScrollArea::vertical().id_salt("scrollback").max_height(height).min_scrolled_height(height);
            scroll = scroll.auto_shrink([false, true]).stick_to_bottom(true);
            if grew {
                scroll = scroll.vertical_scroll_offset(rows.len() as f32 * row - height);
            }
            scroll.show_rows(ui, row, rows.len(), |ui, range| {
                for line in rows.get(range).unwrap_or_default() {
                    if line.is_empty() {
                        ui.add_space(row);
                    } else {
                        ui.add(Label::new(lines::job(&look, line)).extend());
                    }
                }
            });
        }
        input(ui, cx, state, session, input_height);
        // A click on the empty ground means: let me type.
        let rest = ui.available_rect_before_wrap();
        if rest.is_positive() && ui.interact(rest, ui.id().with("ground"), egui::Sense::click()).clicked() {
            ui.memory_mut(|memory| memory.request_focus(input_id()));
        }
    });
}

fn input(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut TerminalState, session: &Session, height: f32) {
    let look = cx.look;
    let p = look.palette;
    let focused = ui.memory(|memory| memory.has_focus(input_id()));
    if !state.greeted {
        state.greeted = true;
        ui.memory_mut(|memory| memory.request_focus(input_id()));
    }
    // Whoever types while nothing else listens means the terminal.
    let idle = ui.memory(|memory| memory.focused().is_none()) && cx.app.editor().is_none();
    let types = |event: &Event| matches!(event, Event::Text(_) | Event::Paste(_) | Event::Ime(_));
    let called = idle && ui.input(|input| input.events.iter().any(types));
    if called {
        ui.memory_mut(|memory| memory.request_focus(input_id()));
    }
    if focused || called {
        state.keys.in_turn(ui);
        let act = state.keys.take(ui, &surroundings(ui, state));
        if let Some(act) = act {
            perform(ui, cx, state, session, act);
        }
    } else {
        state.keys.forget();
    }
    let scroll = ScrollArea::vertical().id_salt("typing").max_height(height).min_scrolled_height(height);
    scroll.stick_to_bottom(true).show(ui, |ui| {
        // A field of text is as high as its text here.
        ui.spacing_mut().interact_size.y = 0.0;
        ui.horizontal_top(|ui| {
            let prompt = shell::prompt(session.present());
            ui.vertical(|ui| {
                for (n, _) in state.input.split('\n').enumerate() {
                    let text = if n == 0 { prompt.clone() } else { "> ".to_owned() };
                    let job = lines::job(&look, &vec![(lines::Ink::Prompt, text)]);
                    ui.add(Label::new(job).selectable(false).extend());
                }
            });
            let name = cx.t("view-terminal-input");
            let mut layouter = |ui: &Ui, text: &dyn egui::TextBuffer, width: f32| {
                let mut job = egui::text::LayoutJob::default();
                job.wrap.max_width = width;
                job.append(text.as_str(), 0.0, look.format(Type::Mono, p.ink));
                ui.fonts_mut(|fonts| fonts.layout_job(job))
            };
            // The field's own caret is as high as the line, and letters stand at the top of that.
            ui.visuals_mut().text_cursor.stroke.width = 0.0;
            let output = TextEdit::multiline(&mut state.input)
                .id(input_id())
                .font(look.font(Type::Mono))
                .frame(Frame::NONE)
                .margin(egui::Margin::ZERO)
                .desired_rows(1)
                .desired_width(f32::INFINITY)
                .lock_focus(true)
                .return_key(None)
                .layouter(&mut layouter)
                .show(ui);
            let response = &output.response.response;
            if let Some(range) = output.cursor_range.filter(|_| response.has_focus()) {
                let at = output.galley.pos_from_cursor(range.primary).translate(output.galley_pos.to_vec2());
                let letters = ui.fonts_mut(|fonts| fonts.row_height(&look.font(Type::Mono)));
                let caret = egui::Rangef::new(at.top() - 1.0, at.top() + letters + 1.0);
                ui.painter().vline(at.left(), caret, egui::Stroke::new(2.0, p.ink));
            }
            let typed = state.input.clone();
            response.widget_info(|| {
                let mut info = egui::WidgetInfo::text_edit(true, &typed, &typed, "");
                info.label = Some(name.clone());
                info
            });
            if response.changed() {
                state.completion = None;
                state.recalled = None;
            }
            popup(ui, cx, state, response.rect.left_top());
        });
    });
}

/// Where the cursor stands.
fn surroundings(ui: &Ui, state: &TerminalState) -> Surroundings {
    let cursor = cursor(ui, state);
    let selected = TextEditState::load(ui.ctx(), input_id())
        .and_then(|edit| edit.cursor.char_range())
        .is_some_and(|range| !range.is_empty());
    Surroundings {
        first_line: !state.input.get(..cursor).unwrap_or_default().contains('\n'),
        last_line: !state.input.get(cursor..).unwrap_or_default().contains('\n'),
        choosing: state.completion.is_some(),
        selected,
    }
}

fn perform(ui: &Ui, cx: &mut Cx<'_>, state: &mut TerminalState, session: &Session, act: Act) {
    match act {
        Act::Escape => state.completion = None,
        Act::Enter if state.completion.is_some() => take_choice(ui, state),
        Act::Enter => enter(ui, cx, state),
        Act::Tab if state.completion.is_some() => take_choice(ui, state),
        Act::Tab => complete(ui, state, session),
        Act::Older if state.completion.is_some() => move_choice(state, -1),
        Act::Newer if state.completion.is_some() => move_choice(state, 1),
        Act::Older => recall(ui, state, session, true),
        Act::Newer => recall(ui, state, session, false),
        Act::Interrupt => set_input(ui, state, String::new(), 0),
        Act::Clear => cx.want(Intent::Run("clear".to_owned())),
        Act::KillToStart => {
            let at = cursor(ui, state);
            let rest = state.input.get(at..).unwrap_or_default().to_owned();
            set_input(ui, state, rest, 0);
        }
    }
}

fn enter(ui: &Ui, cx: &mut Cx<'_>, state: &mut TerminalState) {
    if !shell::is_complete(&state.input) {
        let mut text = state.input.clone();
        text.push('\n');
        let end = text.len();
        return set_input(ui, state, text, end);
    }
    let line = std::mem::take(&mut state.input);
    set_input(ui, state, String::new(), 0);
    state.recalled = None;
    state.draft.clear();
    if !line.trim().is_empty() {
        cx.want(Intent::Run(line.trim_end_matches('\n').to_owned()));
    }
}

/// The line `back` steps ago among those typed, without repetitions.
fn recalled(session: &Session, back: usize) -> Option<&str> {
    let mut last = None;
    let mut lines = session.steps().iter().rev().map(|step| step.line.as_str()).filter(|line| {
        let new = last != Some(*line);
        last = Some(*line);
        new
    });
    lines.nth(back)
}

fn recall(ui: &Ui, state: &mut TerminalState, session: &Session, older: bool) {
    let next = match (state.recalled, older) {
        (None, true) => Some(0),
        (Some(at), true) => Some(at + 1),
        (None, false) => return,
        (Some(at), false) => at.checked_sub(1),
    };
    let text = match next {
        Some(back) => match recalled(session, back) {
            Some(line) => line.to_owned(),
            None => return,
        },
        None => state.draft.clone(),
    };
    if state.recalled.is_none() {
        state.draft = state.input.clone();
    }
    let end = text.len();
    set_input(ui, state, text, end);
    state.recalled = next;
}

fn complete(ui: &Ui, state: &mut TerminalState, session: &Session) {
    let at = cursor(ui, state);
    let found = shell::complete(session.present(), &state.input, at);
    let typed = state.input.get(found.start..at).unwrap_or_default().to_owned();
    match found.candidates.as_slice() {
        [] => {}
        [only] => replace(ui, state, found.start, at, &only.clone()),
        many => {
            let common = common_start(many);
            if common.len() > typed.len() {
                replace(ui, state, found.start, at, &common);
            } else {
                state.completion = Some(Choice { start: found.start, candidates: many.to_vec(), chosen: 0 });
            }
        }
    }
}

fn common_start(all: &[String]) -> String {
    let mut common = all.first().cloned().unwrap_or_default();
    for other in all {
        let same = common.char_indices().zip(other.chars()).take_while(|((_, a), b)| a == b);
        let len = same.last().map_or(0, |((at, c), _)| at + c.len_utf8());
        common.truncate(len);
    }
    common
}

fn move_choice(state: &mut TerminalState, by: isize) {
    if let Some(choice) = &mut state.completion {
        let count = choice.candidates.len() as isize;
        choice.chosen = (choice.chosen as isize + by).rem_euclid(count.max(1)) as usize;
    }
}

fn take_choice(ui: &Ui, state: &mut TerminalState) {
    let Some(choice) = state.completion.take() else { return };
    if let Some(word) = choice.candidates.get(choice.chosen) {
        let at = cursor(ui, state);
        replace(ui, state, choice.start, at, word);
    }
}

/// Puts `word` in place of the bytes from `start` to `end`, with the cursor behind it.
fn replace(ui: &Ui, state: &mut TerminalState, start: usize, end: usize, word: &str) {
    let head = state.input.get(..start).unwrap_or_default();
    let tail = state.input.get(end..).unwrap_or_default();
    let text = format!("{head}{word}{tail}");
    let cursor = head.len() + word.len();
    set_input(ui, state, text, cursor);
}

/// The cursor as a byte offset; at the end when the field was never used.
fn cursor(ui: &Ui, state: &TerminalState) -> usize {
    let chars = TextEditState::load(ui.ctx(), input_id()).and_then(|edit| edit.cursor.char_range());
    let Some(range) = chars else { return state.input.len() };
    let at: usize = range.primary.index.into();
    state.input.char_indices().nth(at).map_or(state.input.len(), |(byte, _)| byte)
}

/// Sets what is typed and the cursor, a byte offset.
fn set_input(ui: &Ui, state: &mut TerminalState, text: String, cursor: usize) {
    let chars = text.get(..cursor).map_or(0, |before| before.chars().count());
    state.input = text;
    state.completion = None;
    let mut edit = TextEditState::load(ui.ctx(), input_id()).unwrap_or_default();
    edit.cursor.set_char_range(Some(CCursorRange::one(CCursor::new(chars))));
    edit.store(ui.ctx(), input_id());
}

/// The ways to complete, above the line.
fn popup(ui: &mut Ui, cx: &Cx<'_>, state: &mut TerminalState, at: egui::Pos2) {
    let Some(choice) = &state.completion else { return };
    let look = cx.look;
    let mut picked = None;
    egui::Area::new(Id::new("completion"))
        .order(egui::Order::Foreground)
        .pivot(egui::Align2::LEFT_BOTTOM)
        .fixed_pos(at - Vec2::new(0.0, 4.0))
        .show(ui.ctx(), |ui| {
            Frame::new()
                .fill(look.palette.raised)
                .stroke(look.rule())
                .corner_radius(radius::BADGE)
                .inner_margin(egui::Margin::same(5))
                .show(ui, |ui| {
                    ui.spacing_mut().item_spacing = Vec2::ZERO;
                    ScrollArea::vertical().max_height(look.scaled(190.0)).show(ui, |ui| {
                        for (n, word) in choice.candidates.iter().enumerate() {
                            let on = n == choice.chosen;
                            let ink = if on { look.palette.ink } else { look.palette.soft };
                            let mut job = egui::text::LayoutJob::default();
                            job.append(word.trim_end(), 0.0, look.format(Type::Mono, ink));
                            ui.visuals_mut().selection.bg_fill = look.palette.hover;
                            let response = ui.selectable_label(on, job);
                            if on {
                                response.scroll_to_me(None);
                            }
                            if response.clicked() {
                                picked = Some(n);
                            }
                        }
                    });
                });
        });
    if let Some(n) = picked {
        if let Some(choice) = &mut state.completion {
            choice.chosen = n;
        }
        take_choice(ui, state);
        ui.memory_mut(|memory| memory.request_focus(input_id()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_ways_share_is_put_in() {
        let all = |words: &[&str]| common_start(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(all(&["describe-images ", "describe-repositories "]), "describe-");
        assert_eq!(all(&["가나", "가다"]), "가");
        assert_eq!(all(&["a", "b"]), "");
        assert_eq!(all(&[]), "");
    }
}
