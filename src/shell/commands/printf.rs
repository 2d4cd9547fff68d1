//! `printf`: prints by a format.

use super::{Command, Example, Io};
use crate::shell::escape::unescape;

/// The widest field.
const WIDTH_MAX: usize = 1000;

pub(super) const PRINTF: Command = Command {
    name: "printf",
    usage: "printf FORMAT [ARGUMENT…]",
    run,
    examples: &[
        Example { line: "printf '%s-%d\\n' a 1 b 2", shows: "a-1\nb-2\n" },
        Example { line: "printf '%-5s|%5s|%03d %x %%\\n' ab cd 7 255", shows: "ab   |   cd|007 ff %\n" },
        Example { line: "printf '%b' 'x\\ty\\n'", shows: "x\ty\n" },
        Example { line: "printf", shows: "printf: usage: printf [-v var] format [arguments]\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some((format, arguments)) = io.args.split_first() else {
        io.eprint("printf: usage: printf [-v var] format [arguments]\n");
        return 2;
    };
    let mut arguments = arguments.iter();
    let mut code = 0;
    loop {
        let before = arguments.len();
        let stopped = once(io, format, &mut arguments, &mut code);
        // The format is used again while it takes arguments and some are left.
        if stopped || arguments.len() == 0 || arguments.len() == before {
            return code;
        }
    }
}

/// Prints the format once; whether a `\c` ended it.
fn once(io: &mut Io<'_>, format: &str, arguments: &mut std::slice::Iter<'_, String>, code: &mut i32) -> bool {
    let mut rest = format;
    loop {
        let Some((plain, after)) = rest.split_once('%') else {
            let last = unescape(rest);
            io.write(&last.bytes);
            return last.stopped;
        };
        let plain = unescape(plain);
        io.write(&plain.bytes);
        if plain.stopped {
            return true;
        }
        let end = after.find(|c: char| !"-+ #0123456789.*".contains(c)).unwrap_or(after.len());
        let (flags, after) = after.split_at(end);
        let mut after = after.chars();
        let Some(letter) = after.next() else {
            io.eprint("bash: printf: `%': missing format character\n");
            *code = 1;
            return true;
        };
        rest = after.as_str();
        if letter == '%' {
            io.print("%");
            continue;
        }
        let argument = arguments.next().map(String::as_str).unwrap_or_default();
        let text = match letter {
            's' => argument.to_owned(),
            'b' => {
                let unescaped = unescape(argument);
                io.write(&unescaped.bytes);
                if unescaped.stopped {
                    return true;
                }
                continue;
            }
            'c' => argument.chars().take(1).collect(),
            'q' => quote(argument),
            'd' | 'i' | 'u' | 'x' | 'X' | 'o' => {
                let number = argument
                    .trim()
                    .parse::<i64>()
                    .ok()
                    .or_else(|| argument.strip_prefix("0x").and_then(|hex| i64::from_str_radix(hex, 16).ok()));
                if number.is_none() && !argument.is_empty() {
                    io.eprint(format!("bash: printf: {argument}: invalid number\n"));
                    *code = 1;
                }
                let number = number.unwrap_or(0);
                match letter {
                    'x' => format!("{number:x}"),
                    'X' => format!("{number:X}"),
                    'o' => format!("{number:o}"),
                    _ => number.to_string(),
                }
            }
            'f' => {
                let precision = flags.split_once('.').and_then(|(_, digits)| digits.parse::<usize>().ok()).unwrap_or(6);
                format!("{:.*}", precision.min(30), argument.parse::<f64>().unwrap_or(0.0))
            }
            other => {
                io.eprint(format!("bash: printf: `{other}': invalid format character\n"));
                *code = 1;
                return true;
            }
        };
        io.print(pad(&text, flags, letter));
    }
}

fn pad(text: &str, flags: &str, letter: char) -> String {
    let (width, precision) = match flags.split_once('.') {
        Some((width, precision)) => (width, Some(precision)),
        None => (flags, None),
    };
    let text = match precision.and_then(|digits| digits.parse::<usize>().ok()) {
        Some(most) if letter == 's' => text.chars().take(most).collect(),
        _ => text.to_owned(),
    };
    let digits = width.trim_start_matches(['-', '+', ' ', '#', '0']);
    let size = digits.parse::<usize>().unwrap_or(0).min(WIDTH_MAX);
    if width.contains('-') {
        format!("{text:<size$}")
    } else if width.trim_start_matches(['+', ' ', '#']).starts_with('0') && letter != 's' {
        format!("{text:0>size$}")
    } else {
        format!("{text:>size$}")
    }
}

/// As a word that the shell reads back.
fn quote(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
