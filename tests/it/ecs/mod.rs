//! ECS: tasks that pull through the door, and services that keep their count.

mod capacity;
mod definition;
mod history;
mod pull;
pub mod scene;
mod service;
mod situations;
mod task;
