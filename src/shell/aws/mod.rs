//! The `aws` command.

use super::Io;
use crate::world::World;

/// Runs `aws` with `io.args`.
pub(crate) fn run(io: &mut Io<'_>) -> i32 {
    let _ = io;
    0
}

/// Candidates for the word at the cursor. `before` holds the words before it, without `aws` itself.
pub(crate) fn complete(world: &World, before: &[String], word: &str) -> Vec<String> {
    let _ = (world, before, word);
    Vec::new()
}
