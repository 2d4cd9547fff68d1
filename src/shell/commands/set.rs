//! `set`: shows all shell variables. Of its options, `-e`, `-u` and `-o pipefail` are simulated.

use super::{Command, Example, Io};
use crate::laptop::Options;

pub(super) const SET: Command = Command {
    name: "set",
    usage: "set [-eu] [-o pipefail]",
    run,
    examples: &[
        Example { line: "a='x y'; set | grep ^a=", shows: "a='x y'\n" },
        Example { line: "set -e; false; echo never", shows: "" },
        Example { line: "false | true; echo $?; set -o pipefail; false | true; echo $?", shows: "0\n1\n" },
        Example { line: "set -u; echo $nothing", shows: "bash: nothing: unbound variable\n" },
        Example { line: "set -x", shows: "bash: `set -x` is not simulated\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    if !io.args.is_empty() {
        let Some(options) = changed(io.world.laptop.session.options, io.args) else {
            let what = format!("set {}", io.args.join(" "));
            let text = io.words.with("shell-not-simulated", &[("what", what.into())]);
            io.eprint(format!("bash: {text}\n"));
            return 2;
        };
        io.world.laptop.session.options = options;
        return 0;
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

/// The options after `-e`, `+u`, `-o pipefail` and their like; none if one of them is not simulated.
fn changed(mut options: Options, args: &[String]) -> Option<Options> {
    let mut args = args.iter();
    while let Some(argument) = args.next() {
        let (on, letters) = match argument.strip_prefix('-') {
            Some(letters) => (true, letters),
            None => (false, argument.strip_prefix('+')?),
        };
        if letters.is_empty() {
            return None;
        }
        for letter in letters.chars() {
            let option = match letter {
                'e' => &mut options.errexit,
                'u' => &mut options.nounset,
                'o' => match args.next()?.as_str() {
                    "errexit" => &mut options.errexit,
                    "nounset" => &mut options.nounset,
                    "pipefail" => &mut options.pipefail,
                    _ => return None,
                },
                _ => return None,
            };
            *option = on;
        }
    }
    Some(options)
}
