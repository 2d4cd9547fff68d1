//! `clear`: asks the terminal to clear its screen.

use super::{Command, Example, Io};
use crate::shell::Request;

pub(super) const CLEAR: Command =
    Command { name: "clear", usage: "clear", run, examples: &[Example { line: "clear", shows: "" }] };

fn run(io: &mut Io<'_>) -> i32 {
    io.request(Request::Clear);
    0
}
