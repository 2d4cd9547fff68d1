//! `cd`: changes the working directory.

use super::{Command, Example, Io};
use crate::laptop::{HOME, Kind};

pub(super) const CD: Command = Command {
    name: "cd",
    usage: "cd [DIR|-]",
    run,
    examples: &[
        Example { line: "cd web && pwd", shows: "/home/learner/web\n" },
        Example { line: "cd /tmp; cd -; cd; pwd", shows: "/home/learner\n/home/learner\n" },
        Example { line: "cd nope", shows: "bash: cd: nope: No such file or directory\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let session = &io.world.laptop.session;
    let variable = |name: &str| session.variable(name).map(|variable| variable.value.clone());
    let target = match io.args {
        [] => variable("HOME").unwrap_or_else(|| HOME.to_owned()),
        [dash] if dash == "-" => match variable("OLDPWD") {
            Some(old) => {
                io.print(format!("{old}\n"));
                old
            }
            None => {
                io.eprint("bash: cd: OLDPWD not set\n");
                return 1;
            }
        },
        [directory] => directory.clone(),
        _ => {
            io.eprint("bash: cd: too many arguments\n");
            return 1;
        }
    };
    if target.is_empty() {
        return 0;
    }
    let path = io.path(&target);
    let problem = match io.world.laptop.files.entry(&path) {
        Ok(entry) if entry.kind == Kind::Directory => {
            io.world.laptop.session.set_cwd(path);
            return 0;
        }
        Ok(_) => "Not a directory".to_owned(),
        Err(error) => error.to_string(),
    };
    io.eprint(format!("bash: cd: {target}: {problem}\n"));
    1
}
