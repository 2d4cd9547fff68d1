//! Lambda: functions from images, pulled through the door and pinned.

mod commands;
