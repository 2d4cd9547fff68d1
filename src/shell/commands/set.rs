//! `set`: shows all shell variables. Its options are not simulated.

use super::{Command, Example, Io};

pub(super) const SET: Command = Command {
    name: "set",
    usage: "set",
    run,
    examples: &[
        Example { line: "a='x y'; set | grep ^a=", shows: "a='x y'\n" },
        Example { line: "set -e", shows: "bash: `set -e` is not simulated\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    if !io.args.is_empty() {
        let what = format!("set {}", io.args.join(" "));
        let text = io.words.with("shell-not-simulated", &[("what", what.into())]);
        io.eprint(format!("bash: {text}\n"));
        return 2;
    }
    let plain = |c: char| c.is_alphanumeric() || "_-./:=@%+,~".contains(c);
    let mut lines = String::new();
    for (name, variable) in io.world.laptop.session.variables() {
        let value = &variable.value;
        if value.chars().all(plain) {
            lines += &format!("{name}={value}\n");
        } else {
            lines += &format!("{name}='{}'\n", value.replace('\'', r"'\''"));
        }
    }
    io.print(lines);
    0
}
