//! `ecr-quest evaluate`: standard input to standard output, line by line.

use std::io::{BufRead as _, BufWriter, Write as _};
use std::process::ExitCode;

use super::system_lang;
use crate::evaluate::{Answer, not_utf8};
use crate::text::{Lang, Words};

/// Answers each line of standard input with a line on standard output. Fails if any could not be read.
pub fn evaluate(ask: fn(&str, &Words) -> Answer, lang: Option<Lang>) -> ExitCode {
    let words = Words::new(lang.unwrap_or_else(system_lang));
    let mut input = std::io::stdin().lock();
    let mut output = BufWriter::new(std::io::stdout().lock());
    let mut line = Vec::new();
    let mut code = ExitCode::SUCCESS;
    for number in 1.. {
        line.clear();
        match input.read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) if line.trim_ascii().is_empty() => continue,
            Ok(_) => {}
            Err(error) => {
                eprintln!("{error}");
                code = ExitCode::FAILURE;
                break;
            }
        }
        let answer = std::str::from_utf8(&line).map_or_else(|_| not_utf8(&words), |line| ask(line, &words)).at(number);
        if answer.failed {
            code = ExitCode::FAILURE;
        }
        // A reader that went away wants no more answers.
        if writeln!(output, "{}", answer.line).is_err() {
            break;
        }
    }
    let _ = output.flush();
    code
}
