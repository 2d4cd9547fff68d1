//! When to draw: while something moves, and when somebody does something. An idle game draws nothing.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy::window::RequestRedraw;
use bevy::winit::{UpdateMode, WinitSettings};
use bevy_egui::{EguiContexts, EguiInput, EguiPostUpdateSet, EguiPreUpdateSet, EguiPrimaryContextPass, egui};

use super::Game;
use super::world::Stage;

/// How many frames were drawn since the start: what an idle game must not raise.
#[derive(Resource, Debug, Default)]
pub struct FramesDrawn(pub u64);

/// What egui asked for: the shortest wait until it wants another pass.
#[derive(Resource, Clone, Default)]
struct Wishes(Arc<Mutex<Option<Duration>>>);

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<FramesDrawn>();
    app.add_systems(Last, rest);
}

/// Listens to egui, which bevy_egui would answer with a frame at once whenever it asks for one some time later.
pub(super) fn window_plugin(app: &mut App) {
    app.init_resource::<Wishes>();
    app.insert_resource(WinitSettings { focused_mode: asleep(LONG), unfocused_mode: asleep(LONG) });
    app.add_systems(EguiPrimaryContextPass, listen);
    app.add_systems(
        PreUpdate,
        forget_unchanged_modifiers.after(EguiPreUpdateSet::ProcessInput).before(EguiPreUpdateSet::BeginPass),
    );
    app.add_systems(PostUpdate, answer.after(EguiPostUpdateSet::ProcessOutput));
}

/// As good as for ever. Not `Duration::MAX`: bevy_winit leaves its timer unset when the moment cannot be named, and then
/// takes every event as the end of the wait, its own redraw too.
const LONG: Duration = Duration::from_hours(24);

/// Wakes for what a person does in the window, or after `wait`.
fn asleep(wait: Duration) -> UpdateMode {
    UpdateMode::Reactive {
        wait,
        react_to_device_events: false,
        react_to_user_events: true,
        react_to_window_events: true,
    }
}

/// bevy_egui tells egui the modifier keys in every frame, and egui draws again after any event: without this, for ever.
fn forget_unchanged_modifiers(mut inputs: Query<&mut EguiInput>, mut last: Local<egui::Modifiers>) {
    for mut input in &mut inputs {
        input.events.retain(|event| match event {
            egui::Event::ModifiersChanged(now) => std::mem::replace(&mut *last, *now) != *now,
            _ => true,
        });
    }
}

fn listen(mut contexts: EguiContexts, wishes: Res<Wishes>, mut listening: Local<bool>) -> Result {
    if !*listening {
        let slot = Arc::clone(&wishes.0);
        contexts.ctx_mut()?.set_request_repaint_callback(move |info| {
            let mut wish = slot.lock().unwrap_or_else(PoisonError::into_inner);
            *wish = Some(wish.map_or(info.delay, |before| before.min(info.delay)));
        });
        *listening = true;
    }
    Ok(())
}

/// When egui wants to be asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Alarm {
    at: Instant,
    wait: Duration,
}

/// Wishes for the same moment, told again a frame later, differ by less than this.
const SAME: Duration = Duration::from_millis(60);

/// Puts egui's true wish in the place of bevy_egui's "now".
fn answer(
    wishes: Res<Wishes>,
    mut redraws: ResMut<Messages<RequestRedraw>>,
    mut winit: ResMut<WinitSettings>,
    mut alarm: Local<Option<Alarm>>,
) {
    redraws.clear();
    let wish = wishes.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    if wish == Some(Duration::ZERO) {
        redraws.write(RequestRedraw);
        return;
    }
    *alarm = next_alarm(*alarm, wish, Instant::now());
    let mode = asleep(alarm.map_or(LONG, |alarm| alarm.wait));
    if winit.focused_mode != mode {
        winit.focused_mode = mode;
        winit.unfocused_mode = mode;
    }
}

/// The alarm to keep. bevy_winit draws at once whenever the wait is another one than before, and in that frame egui tells
/// what is left of the same wait: so an alarm that is set for that moment stays as it is, or it would never rest.
fn next_alarm(set: Option<Alarm>, wish: Option<Duration>, now: Instant) -> Option<Alarm> {
    let wait = wish.filter(|wait| *wait < LONG)?;
    let at = now + wait;
    let same = |set: &Alarm| set.at > now && set.at.max(at) - set.at.min(at) < SAME;
    Some(set.filter(same).unwrap_or(Alarm { at, wait }))
}

/// Asks for another frame while there is something to show that nobody caused just now.
fn rest(game: Res<Game>, stage: Res<Stage>, mut frames: ResMut<FramesDrawn>, mut redraw: MessageWriter<RequestRedraw>) {
    frames.0 += 1;
    if game.has_intents() || stage.wants_frame() {
        redraw.write(RequestRedraw);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_wait_is_no_new_wait() {
        let start = Instant::now();
        let half = Duration::from_millis(500);
        let set = next_alarm(None, Some(half), start).unwrap();
        assert_eq!(set.wait, half);
        // A tenth of a second later the same moment is 400 ms away.
        let later = start + Duration::from_millis(100);
        assert_eq!(next_alarm(Some(set), Some(Duration::from_millis(400)), later), Some(set));
        // An earlier moment is a new wait; so is one after the alarm rang.
        let sooner = Some(Duration::from_millis(50));
        assert_ne!(next_alarm(Some(set), sooner, later), Some(set));
        assert_ne!(next_alarm(Some(set), Some(half), start + half), Some(set));
        assert_eq!(next_alarm(Some(set), None, later), None);
    }
}
