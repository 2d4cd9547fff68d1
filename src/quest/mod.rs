//! quest
