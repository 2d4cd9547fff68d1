//! One line in, text and an exit code out.
//!
//! The grammar is bash's, read by `brush-parser` and carried out in [`interpret`]; every command is a file in
//! [`commands`], except `aws` ([`aws`]) and `docker`, which acts on the laptop's engine. A line never reads or writes
//! anything but the [`World`]: no real file, no real process, no real clock.
//!
//! Each line that holds a command moves the simulated clock by [`LINE`].

pub(crate) mod aws;
mod io;
mod output;

pub(crate) use io::{Input, Io, Sink};
pub use output::{Chunk, Completion, Output, Request, Stream};

use crate::cloud::Duration;
use crate::text::Words;
use crate::world::World;

/// What a line takes of simulated time, so that two pushes never share a second by accident.
pub const LINE: Duration = Duration::seconds(1);

/// Runs a line (or several, as a here-document needs) and says what it printed and how it ended.
pub fn run(world: &mut World, words: &Words, line: &str) -> Output {
    let _ = (world, words, line);
    Output::default()
}

/// Whether `text` can run as it is, or a terminal should ask for more with `> ` (an open quote, a here-document, a
/// trailing backslash).
pub fn is_complete(text: &str) -> bool {
    !text.ends_with('\\')
}

/// What Tab may put at `cursor` (a byte offset) in `line`.
pub fn complete(world: &World, line: &str, cursor: usize) -> Completion {
    let _ = (world, line);
    Completion { start: cursor, candidates: Vec::new() }
}

/// The prompt that a terminal shows: `learner@laptop:~/web$ `.
pub fn prompt(world: &World) -> String {
    let _ = world;
    "learner@laptop:~$ ".to_owned()
}
