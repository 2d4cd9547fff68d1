//! `chmod`: changes who may run a file; the mode goes into image layers.

use super::{Command, Example, Io};

pub(super) const CHMOD: Command = Command {
    name: "chmod",
    usage: "chmod [-R] MODE FILE…",
    run,
    examples: &[
        Example { line: "touch a; chmod 755 a; ls -l a | cut -c 1-10", shows: "-rwxr-xr-x\n" },
        Example { line: "touch a; chmod +x a; chmod go-rx a; ls -l a | cut -c 1-10", shows: "-rwx------\n" },
        Example { line: "chmod 9 web", shows: "chmod: invalid mode: '9'\nTry 'chmod --help' for more information.\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let recursive = io.args.iter().any(|argument| argument == "-R");
    let mut args = io.args.iter().filter(|argument| *argument != "-R");
    let Some(mode) = args.next() else {
        io.eprint("chmod: missing operand\nTry 'chmod --help' for more information.\n");
        return 1;
    };
    let mut code = 0;
    for file in args {
        let path = io.path(file);
        let mut paths = vec![path.clone()];
        if recursive {
            paths.extend(io.world.laptop.files.below(&path).map(|(path, _)| path.to_owned()));
        }
        for path in paths {
            match io.world.laptop.files.entry(&path).map(|entry| entry.mode) {
                Ok(old) => match change(old, mode) {
                    // It was there a moment ago.
                    Some(new) => drop(io.world.laptop.files.set_mode(&path, new)),
                    None => {
                        io.eprint(format!("chmod: invalid mode: '{mode}'\nTry 'chmod --help' for more information.\n"));
                        return 1;
                    }
                },
                Err(error) => {
                    io.eprint(format!("chmod: cannot access '{file}': {error}\n"));
                    code = 1;
                }
            }
        }
    }
    code
}

/// The bits after `755`, `+x`, `u=rwx,go-w`.
fn change(old: u32, mode: &str) -> Option<u32> {
    if let Ok(bits) = u32::from_str_radix(mode, 8) {
        return (bits <= 0o7777).then_some(bits);
    }
    let mut bits = old;
    for clause in mode.split(',') {
        let at = clause.find(['+', '-', '='])?;
        let (who, rest) = clause.split_at(at);
        let mut rest = rest.chars();
        let operator = rest.next()?;
        let mut mask = 0;
        for letter in rest {
            mask |= match letter {
                'r' => 0o444,
                'w' => 0o222,
                'x' => 0o111,
                _ => return None,
            };
        }
        let mut whom = 0;
        for letter in who.chars() {
            whom |= match letter {
                'u' => 0o700,
                'g' => 0o070,
                'o' => 0o007,
                'a' => 0o777,
                _ => return None,
            };
        }
        // Without a letter everyone is meant, except that others do not get to write.
        let (whom, mask) = if who.is_empty() { (0o777, mask & !0o022) } else { (whom, mask) };
        match operator {
            '+' => bits |= mask & whom,
            '-' => bits &= !(mask & whom),
            _ => bits = bits & !whom | mask & whom,
        }
    }
    Some(bits)
}
