//! Lambda: functions from images, pulled through the door and pinned.

mod commands;
mod functions;
mod scene;
mod situations;
