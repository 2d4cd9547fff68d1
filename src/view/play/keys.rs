//! The terminal's keys, in the order in which they were pressed.
//!
//! Where frames are slow, several keys come in one: a word, Enter, the next word. A key that means something to the
//! terminal must find the text that was typed before it and not yet what was typed after it, so what follows waits for
//! the next pass.

use egui::{Event, ImeEvent, Key, Modifiers, Ui};

/// What a key meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Enter,
    Tab,
    Older,
    Newer,
    Interrupt,
    Clear,
    KillToStart,
    Escape,
}

/// What decides over the meaning of a key.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Surroundings {
    /// Whether the cursor stands in the first line of what is typed, and in the last.
    pub(super) first_line: bool,
    pub(super) last_line: bool,
    /// Whether ways to complete are offered.
    pub(super) choosing: bool,
    /// Whether text is selected.
    pub(super) selected: bool,
}

/// What was typed and not handled yet.
#[derive(Default)]
pub(super) struct Keys {
    waiting: Vec<Event>,
    /// Whether an input method is composing: its Enter is not the terminal's.
    composing: bool,
}

impl Keys {
    /// Lets the field see what was typed up to the next key of the terminal, or that key alone; the rest waits.
    pub(super) fn in_turn(&mut self, ui: &Ui) {
        let waits = ui.input_mut(|input| {
            let (typed, other): (Vec<_>, Vec<_>) = std::mem::take(&mut input.events).into_iter().partition(is_typed);
            self.waiting.extend(typed);
            let now = self.next_batch();
            input.events = other;
            input.events.extend(now);
            !self.waiting.is_empty()
        });
        if waits {
            ui.ctx().request_repaint();
        }
    }

    /// What waits was meant for somebody who does not listen any more.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    fn next_batch(&mut self) -> Vec<Event> {
        let mut end = self.waiting.len();
        for (n, event) in self.waiting.iter().enumerate() {
            match event {
                Event::Ime(ImeEvent::Preedit { text, .. }) => self.composing = !text.is_empty(),
                Event::Ime(ImeEvent::Commit(_)) => self.composing = false,
                event if !self.composing && is_act(event) => {
                    end = n.max(1);
                    break;
                }
                _ => {}
            }
        }
        let rest = self.waiting.split_off(end);
        std::mem::replace(&mut self.waiting, rest)
    }

    /// Takes the terminal's key from the field's sight, if one is there.
    pub(super) fn take(&self, ui: &Ui, around: &Surroundings) -> Option<Act> {
        if self.composing {
            return None;
        }
        ui.input_mut(|input| {
            let key = |input: &mut egui::InputState, modifiers, key| input.consume_key(modifiers, key);
            // Ctrl+C arrives as a wish to copy; with nothing selected there is nothing to copy.
            let is_copy = |event: &Event| matches!(event, Event::Copy);
            if !around.selected && input.events.iter().any(is_copy) {
                input.events.retain(|event| !is_copy(event));
                return Some(Act::Interrupt);
            }
            if key(input, Modifiers::CTRL, Key::L) {
                Some(Act::Clear)
            } else if key(input, Modifiers::CTRL, Key::U) {
                Some(Act::KillToStart)
            } else if !around.selected && key(input, Modifiers::CTRL, Key::C) {
                Some(Act::Interrupt)
            } else if around.choosing && key(input, Modifiers::NONE, Key::Escape) {
                Some(Act::Escape)
            } else if (around.first_line || around.choosing) && key(input, Modifiers::NONE, Key::ArrowUp) {
                Some(Act::Older)
            } else if (around.last_line || around.choosing) && key(input, Modifiers::NONE, Key::ArrowDown) {
                Some(Act::Newer)
            } else if key(input, Modifiers::NONE, Key::Tab) {
                Some(Act::Tab)
            } else if key(input, Modifiers::NONE, Key::Enter) {
                Some(Act::Enter)
            } else {
                None
            }
        })
    }
}

fn is_typed(event: &Event) -> bool {
    matches!(event, Event::Text(_) | Event::Key { .. } | Event::Ime(_) | Event::Paste(_) | Event::Copy | Event::Cut)
}

/// Whether the terminal may want the event for itself.
fn is_act(event: &Event) -> bool {
    match event {
        Event::Copy => true,
        Event::Key { key, pressed: true, modifiers, .. } => match key {
            Key::Enter | Key::Tab | Key::ArrowUp | Key::ArrowDown | Key::Escape => true,
            Key::L | Key::U | Key::C => modifiers.ctrl,
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: Key) -> Event {
        Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE }
    }

    fn text(text: &str) -> Event {
        Event::Text(text.to_owned())
    }

    fn batches(events: Vec<Event>) -> Vec<Vec<Event>> {
        let mut keys = Keys { waiting: events, composing: false };
        let mut out = Vec::new();
        while !keys.waiting.is_empty() {
            out.push(keys.next_batch());
        }
        out
    }

    #[test]
    fn what_was_typed_before_enter_is_seen_before_it_and_what_came_after_it_after_it() {
        let all = vec![text("l"), text("s"), press(Key::Enter), press(Key::Enter), text("p")];
        let expected =
            vec![vec![text("l"), text("s")], vec![press(Key::Enter)], vec![press(Key::Enter)], vec![text("p")]];
        assert_eq!(batches(all), expected);
    }

    #[test]
    fn enter_while_composing_is_the_input_methods() {
        let preedit = |text: &str| Event::Ime(ImeEvent::Preedit { text: text.to_owned(), active_range_chars: None });
        let commit = Event::Ime(ImeEvent::Commit("한".to_owned()));
        let all = vec![preedit("한"), press(Key::Enter), commit.clone(), press(Key::Enter)];
        let expected = vec![vec![preedit("한"), press(Key::Enter), commit], vec![press(Key::Enter)]];
        assert_eq!(batches(all), expected);
    }
}
