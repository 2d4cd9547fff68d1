//! One line in, text and an exit code out.
//!
//! The grammar is bash's, read by `brush-parser` and carried out in `interpret`; every command is a file in `commands`,
//! except `aws` and `docker`. A line never reads or writes anything but the [`World`]: no real file, no real process, no
//! real clock.
//!
//! Each line that holds a command moves the simulated clock by [`LINE`], after it ran.

pub(crate) mod aws;
pub(crate) mod kubectl;
pub(crate) mod lifecycle;
pub(crate) mod road;

mod arithmetic;
mod commands;
mod complete;
mod conditions;
mod container;
mod docker;
mod escape;
mod expand;
mod glob;
mod here;
mod interpret;
mod io;
mod output;
pub(crate) mod outside;
mod parse;
mod paths;
mod redirect;
mod zone;

pub use complete::complete;
pub(crate) use io::Io;
pub use output::{Chunk, Completion, Output, Request, Stream};

use crate::cloud::Duration;
use crate::laptop::HOME;
use crate::text::Words;
use crate::world::World;

/// What a line takes of simulated time, so that two pushes never share a second by accident.
pub const LINE: Duration = Duration::seconds(1);

/// Runs a line (or several, as a here-document needs) and says what it printed and how it ended.
pub fn run(world: &mut World, words: &Words, line: &str) -> Output {
    let (program, warning) = match parse::parse_to_end(line) {
        Ok((program, _)) if program.complete_commands.is_empty() => {
            return Output { code: world.laptop.session.code, ..Output::default() };
        }
        Ok(read) => {
            world.laptop.session.remember(line.trim_end());
            read
        }
        Err(failure) => {
            world.laptop.session.remember(line.trim_end());
            world.laptop.session.code = 2;
            let text = format!("bash: {}\n", failure.message(words));
            return Output { chunks: vec![Chunk { stream: Stream::Stderr, text }], code: 2, request: None };
        }
    };
    let mut shell = interpret::Shell::new(world, words);
    shell.warn(warning.as_deref());
    let output = shell.run(&program);
    world.cloud.advance(LINE);
    output
}

/// Whether `text` can run as it is, or a terminal should ask for more with `> ` (an open quote, a here-document, a
/// trailing backslash).
pub fn is_complete(text: &str) -> bool {
    !matches!(parse::parse(text), Err(parse::Failure::Incomplete(_) | parse::Failure::HereDocument(_)))
}

/// The prompt that a terminal shows: `learner@laptop:~/web$ `.
pub fn prompt(world: &World) -> String {
    let cwd = world.laptop.session.cwd();
    let shown = match cwd.strip_prefix(HOME) {
        Some("") => "~".to_owned(),
        Some(rest) if rest.starts_with('/') => format!("~{rest}"),
        _ => cwd.to_owned(),
    };
    format!("learner@laptop:{shown}$ ")
}
