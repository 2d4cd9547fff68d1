//! The edition without a window.
