//! Text that is run as a program of its own: scripts, `eval`, `source` and `$(…)`.

use super::{DEPTH_MAX, Shell, Stop};
use crate::shell::expand::Failure;
use crate::shell::output::Stream;
use crate::shell::parse;

impl Shell<'_> {
    /// Whether a file has the execute bit and a first line that names this shell or its plainer kin.
    pub(super) fn is_script(&self, name: &str) -> bool {
        let path = self.world.laptop.absolute(name);
        let files = &self.world.laptop.files;
        files.entry(&path).is_ok_and(|entry| entry.mode & 0o111 != 0)
            && files.read_text(&path).is_ok_and(|text| {
                let first = text.lines().next().and_then(|line| line.strip_prefix("#!")).unwrap_or_default();
                let mut words = first.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
                let program = words.next().unwrap_or_default();
                let program = if program == "env" { words.next().unwrap_or_default() } else { program };
                matches!(program, "sh" | "bash" | "dash")
            })
    }

    /// Runs a script as a process of its own: it sees exported variables only, and changes none of this shell's.
    pub(super) fn script(&mut self, name: &str, arguments: &[String]) -> i32 {
        let text = match self.world.laptop.files.read_text(&self.world.laptop.absolute(name)) {
            Ok(text) => text,
            Err(error) => {
                self.complain(&format!("{name}: {error}"));
                return 126;
            }
        };
        let outer_name = std::mem::replace(&mut self.name, name.to_owned());
        let outer_parameters = std::mem::replace(&mut self.parameters, arguments.to_vec());
        let asked = std::mem::take(&mut self.asked);
        let code = self.subshell(|shell| {
            shell.world.laptop.session.begin_script();
            shell.evaluate(&text)
        });
        self.asked = asked;
        self.parameters = outer_parameters;
        self.name = outer_name;
        code
    }

    /// Runs text in this shell (`eval`, `source`).
    pub(super) fn evaluate(&mut self, text: &str) -> i32 {
        if self.depth >= DEPTH_MAX {
            return self.limit();
        }
        let program = match parse::parse_to_end(text) {
            Ok((program, warning)) => {
                self.warn(warning.as_deref());
                program
            }
            Err(failure) => return self.complain_syntax(&failure),
        };
        self.depth += 1;
        self.set_code(0);
        self.program(&program);
        self.depth -= 1;
        self.code()
    }

    fn complain_syntax(&mut self, failure: &parse::Failure) -> i32 {
        let text = failure.message(self.words);
        self.complain(&text);
        self.set_code(2);
        2
    }

    /// What `$(command)` stands for: its standard output without the newlines at the end.
    pub(in crate::shell) fn substitute(&mut self, command: &str) -> Result<String, Failure> {
        let program = match parse::parse_to_end(command) {
            Ok((program, warning)) => {
                self.warn(warning.as_deref());
                program
            }
            Err(failure) => {
                self.substitution_code = self.complain_syntax(&failure);
                return Ok(String::new());
            }
        };
        let outer = std::mem::take(&mut self.sink);
        let ifs = std::mem::take(&mut self.ifs);
        let code = self.subshell(|shell| {
            // As in bash, which inherits `-e` here only in its POSIX mode.
            shell.world.laptop.session.options.errexit = false;
            shell.program(&program);
            shell.code()
        });
        self.ifs = ifs;
        let produced = std::mem::replace(&mut self.sink, outer);
        let mut text = Vec::new();
        for (stream, bytes) in produced.chunks {
            match stream {
                Stream::Stdout => text.extend_from_slice(&bytes),
                Stream::Stderr => self.sink.write(Stream::Stderr, &bytes),
            }
        }
        self.substitution_code = code;
        if self.stop == Some(Stop::Line) {
            return Err("command substitution stopped".to_owned());
        }
        let text = String::from_utf8_lossy(&text).replace('\0', "");
        Ok(text.trim_end_matches('\n').to_owned())
    }
}
