//! One line in, text and an exit code out.
