//! The screens, as functions: they read the game, draw it with egui, and say what the learner wants. No bevy here.

pub mod fonts;
pub mod theme;
pub mod widgets;
