//! ECR Quest: a desktop game about Amazon ECR over a true in-memory simulation.
//!
//! The rooms, in order; each may use those above it and none below. `ARCHITECTURE.md` has the map.

pub mod cloud;
pub mod laptop;
pub mod shell;
pub mod text;
pub mod world;

pub mod app;
pub mod evaluate;
pub mod exam;
#[cfg(feature = "game")]
pub mod game;
pub mod learner;
pub mod quest;
pub mod terminal;
#[cfg(feature = "view")]
pub mod view;
