//! `read`: reads a line of standard input into variables.

use super::{Command, Example, Io, export::is_name, options::options};

pub(super) const READ: Command = Command {
    name: "read",
    usage: "read [-r] [NAME…]",
    run,
    examples: &[
        Example { line: "read a b <<< 'x y z'; echo \"$b-$a\"", shows: "y z-x\n" },
        Example { line: "printf '1\\n2\\n' | while read n; do echo \"n=$n\"; done", shows: "n=1\nn=2\n" },
        Example { line: "read 1", shows: "bash: read: `1': not a valid identifier\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some(options) = options(io, "read", "rsp:", &[]) else { return 2 };
    if let Some(wrong) = options.rest.iter().find(|name| !is_name(name)) {
        io.eprint(format!("bash: read: `{wrong}': not a valid identifier\n"));
        return 1;
    }
    let left = io.input.bytes.as_ref().and_then(|bytes| bytes.as_bytes().get(io.input.at..)).unwrap_or_default();
    let end = left.iter().position(|byte| *byte == b'\n');
    let line = left.get(..end.unwrap_or(left.len())).unwrap_or_default();
    let line = String::from_utf8_lossy(line).into_owned();
    io.input.at += end.map_or(left.len(), |end| end + 1);
    let line = if options.has('r') { line } else { line.replace('\\', "") };
    let session = &mut io.world.laptop.session;
    let names = if options.rest.is_empty() { vec!["REPLY".to_owned()] } else { options.rest };
    let mut rest = line.trim();
    for (at, name) in names.iter().enumerate() {
        let value = if at + 1 == names.len() {
            std::mem::take(&mut rest)
        } else {
            let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            rest = after.trim_start();
            word
        };
        session.set(name, value.to_owned());
    }
    i32::from(end.is_none())
}
