//! `edit`: opens a file in the game's editor. `vi`, `nano` and others come here too.

use super::{Command, Example, Io};
use crate::shell::Request;

pub(super) const EDIT: Command = Command {
    name: "edit",
    usage: "edit FILE",
    run,
    examples: &[
        Example { line: "edit policy.json", shows: "" },
        Example { line: "vi web", shows: "edit: web: Is a directory\n" },
        Example { line: "edit", shows: "usage: edit FILE\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some(file) = io.args.iter().find(|argument| !argument.starts_with('-')) else {
        io.eprint("usage: edit FILE\n");
        return 1;
    };
    let path = io.path(file);
    let files = &io.world.laptop.files;
    let problem = if files.is_directory(&path) {
        Some("Is a directory")
    } else if files.is_directory(crate::laptop::parent(&path).unwrap_or("/")) {
        None
    } else {
        Some("No such file or directory")
    };
    if let Some(problem) = problem {
        io.eprint(format!("edit: {file}: {problem}\n"));
        return 1;
    }
    io.request(Request::Edit(path));
    0
}
