//! The `docker` command.

use super::Io;

/// Runs `docker` with `io.args`.
pub(crate) fn run(io: &mut Io<'_>) -> i32 {
    let _ = io;
    0
}

/// Candidates for the word at the cursor; `before` holds the words before it, without `docker` itself. None: a file.
pub(super) fn complete(world: &crate::world::World, before: &[String], word: &str) -> Option<Vec<String>> {
    let _ = (world, before, word);
    None
}
