//! `printf`: prints by a format.

use super::{Command, Example, Io, export::is_name};
use crate::shell::Stream;
use crate::shell::escape::unescape;
use crate::shell::io::Sink;

/// The widest field.
const WIDTH_MAX: usize = 1000;

pub(super) const PRINTF: Command = Command {
    name: "printf",
    usage: "printf [-v NAME] FORMAT [ARGUMENT…]",
    run,
    examples: &[
        Example { line: "printf '%s-%d\\n' a 1 b 2", shows: "a-1\nb-2\n" },
        Example { line: "printf '%-5s|%5s|%03d %x %%\\n' ab cd 7 255", shows: "ab   |   cd|007 ff %\n" },
        Example { line: "printf '%b' 'x\\ty\\n'", shows: "x\ty\n" },
        Example { line: "printf -v tag 'v%03d' 7; echo $tag", shows: "v007\n" },
        Example { line: "printf '%q ' 'a b' \"it's\" x/y:z ''; echo", shows: "a\\ b it\\'s x/y:z '' \n" },
        Example { line: "printf '%e %.1f %g\\n' 12345.678 0.25 1e10", shows: "1.234568e+04 0.2 1e+10\n" },
        Example { line: "printf", shows: "printf: usage: printf [-v var] format [arguments]\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let (variable, args) = match io.args {
        [flag, name, args @ ..] if flag == "-v" => (Some(name), args),
        [flag, args @ ..] if flag == "--" => (None, args),
        args => (None, args),
    };
    let Some(variable) = variable else { return print(io, args) };
    if !is_name(variable) {
        io.eprint(format!("bash: printf: `{variable}': not a valid identifier\n"));
        return 2;
    }
    let mut printed = Sink::default();
    let mut inner = Io {
        world: &mut *io.world,
        words: io.words,
        args,
        input: &mut *io.input,
        sink: &mut printed,
        request: &mut *io.request,
    };
    let code = print(&mut inner, args);
    let mut value = Vec::new();
    for (stream, bytes) in printed.chunks {
        match stream {
            Stream::Stdout => value.extend(bytes),
            Stream::Stderr => io.sink.write(stream, &bytes),
        }
    }
    io.world.laptop.session.set(variable, String::from_utf8_lossy(&value).into_owned());
    code
}

fn print(io: &mut Io<'_>, args: &[String]) -> i32 {
    let Some((format, arguments)) = args.split_first() else {
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
            'f' | 'F' | 'e' | 'E' | 'g' | 'G' => {
                let precision = flags.split_once('.').and_then(|(_, digits)| digits.parse::<usize>().ok()).unwrap_or(6);
                let number = argument.trim().parse::<f64>().ok();
                if number.is_none() && !argument.is_empty() {
                    io.eprint(format!("bash: printf: {argument}: invalid number\n"));
                    *code = 1;
                }
                let text = real(number.unwrap_or(0.0), precision.min(30), letter.to_ascii_lowercase());
                if letter.is_ascii_uppercase() { text.to_uppercase() } else { text }
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

/// A number as `%f`, `%e` or `%g` shows it.
fn real(number: f64, precision: usize, letter: char) -> String {
    let scientific = |precision: usize| {
        let text = format!("{number:.precision$e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
        (digits.to_owned(), sign, exponent.to_owned())
    };
    let joined = |(digits, sign, exponent): (String, char, String)| format!("{digits}e{sign}{exponent:0>2}");
    let short = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    match letter {
        _ if !number.is_finite() => format!("{number}").to_lowercase(),
        'e' => joined(scientific(precision)),
        'g' => {
            let precision = precision.max(1);
            let (digits, sign, exponent) = scientific(precision - 1);
            match (sign, exponent.parse::<usize>().unwrap_or(usize::MAX)) {
                ('+', power) if power < precision => short(&format!("{number:.*}", precision - 1 - power)),
                ('-', power) if power <= 4 => short(&format!("{number:.*}", precision - 1 + power)),
                _ => joined((short(&digits), sign, exponent)),
            }
        }
        _ => format!("{number:.precision$}"),
    }
}

/// As a word that the shell reads back.
fn quote(text: &str) -> String {
    if text.is_empty() {
        return "''".to_owned();
    }
    if text.chars().any(char::is_control) {
        let mut out = "$'".to_owned();
        for c in text.chars() {
            match c {
                '\n' => out += "\\n",
                '\t' => out += "\\t",
                '\r' => out += "\\r",
                '\'' | '\\' => out.extend(['\\', c]),
                c if c.is_control() => out += &format!("\\{:03o}", u32::from(c)),
                c => out.push(c),
            }
        }
        return out + "'";
    }
    let mut out = String::new();
    for (at, c) in text.chars().enumerate() {
        if " '\"\\|&;()<>!{}*[?]^$`,".contains(c) || at == 0 && matches!(c, '~' | '#') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
