//! ECS: tasks that pull through the door, and services that keep their count.

mod capacity;
mod daemon;
mod definition;
mod history;
mod pull;
mod scaling;
pub mod scene;
mod service;
mod situations;
mod spot;
mod task;
