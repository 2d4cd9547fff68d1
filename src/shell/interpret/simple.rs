//! A command of words: assignments and redirections, then a builtin, a script or a program by its name.

use brush_parser::ast::{AssignmentName, AssignmentValue, CommandPrefixOrSuffixItem as Item, SimpleCommand};

use super::{Shell, Stop};
use crate::shell::commands;
use crate::shell::io::Io;
use crate::shell::output::{Request, Stream};

impl Shell<'_> {
    pub(super) fn simple(&mut self, command: &SimpleCommand) -> i32 {
        self.substitution_code = 0;
        let items = |items: Option<&'_ Vec<Item>>| items.into_iter().flatten().cloned().collect::<Vec<Item>>();
        let prefix = items(command.prefix.as_ref().map(|prefix| &prefix.0));
        let suffix = items(command.suffix.as_ref().map(|suffix| &suffix.0));
        let mut words: Vec<&str> = command.word_or_name.iter().map(|word| word.value.as_str()).collect();
        let mut redirects = Vec::new();
        for item in prefix.iter().chain(&suffix) {
            match item {
                Item::IoRedirect(redirect) => redirects.push(redirect),
                Item::ProcessSubstitution(..) => return self.complain_not_simulated("<(…)"),
                Item::Word(_) | Item::AssignmentWord(..) => {}
            }
        }
        for item in &suffix {
            if let Item::Word(word) | Item::AssignmentWord(_, word) = item {
                words.push(&word.value);
            }
        }
        let arguments = match self.expand_all(words) {
            Ok(arguments) => arguments,
            Err(failure) => return self.fail(&failure),
        };
        let mut assignments = Vec::new();
        for item in &prefix {
            let Item::AssignmentWord(assignment, _) = item else { continue };
            let (AssignmentName::VariableName(name), AssignmentValue::Scalar(word)) =
                (&assignment.name, &assignment.value)
            else {
                return self.complain_not_simulated("array=(…)");
            };
            let value = match self.expand_text(&word.value) {
                Ok(value) => value,
                Err(failure) => return self.fail(&failure),
            };
            let value = if assignment.append { self.variable(name).unwrap_or_default() + &value } else { value };
            // The ones that follow on the same line see it.
            if arguments.is_empty() {
                self.world.laptop.session.set(name, value.clone());
            }
            assignments.push((name.clone(), value));
        }
        let code = self.substitution_code;
        let Some((name, arguments)) = arguments.split_first() else {
            return self.redirected(&redirects, |_| code);
        };
        let session = &mut self.world.laptop.session;
        let before: Vec<_> = assignments
            .into_iter()
            .map(|(name, value)| {
                let before = session.variable(&name).cloned();
                session.export(&name, value);
                (name, before)
            })
            .collect();
        let code = self.redirected(&redirects, |shell| shell.call(name, arguments));
        for (name, before) in before.into_iter().rev() {
            self.world.laptop.session.restore(&name, before);
        }
        code
    }

    /// `command -v`: what each name would run.
    fn say_where(&mut self, names: &[String]) -> i32 {
        let mut code = i32::from(names.is_empty());
        for name in names {
            let found = match commands::place(name) {
                None if name.contains('/') && self.is_executable(name) => Some(name.clone()),
                found => found,
            };
            match found {
                Some(place) => self.sink.write(Stream::Stdout, format!("{place}\n").as_bytes()),
                None => code = 1,
            }
        }
        code
    }

    fn is_executable(&self, name: &str) -> bool {
        let path = self.world.laptop.absolute(name);
        self.world.laptop.files.entry(&path).is_ok_and(|entry| entry.mode & 0o111 != 0)
    }

    /// Calls a command by name.
    fn call(&mut self, name: &str, arguments: &[String]) -> i32 {
        let number = |at: usize| arguments.get(at).and_then(|text| text.parse::<usize>().ok());
        match name {
            "break" => {
                self.stop = Some(Stop::Break(number(0).unwrap_or(1).saturating_sub(1)));
                0
            }
            "continue" => {
                self.stop = Some(Stop::Continue(number(0).unwrap_or(1).saturating_sub(1)));
                0
            }
            "exit" | "logout" => {
                let code = match arguments.first().map(|text| text.parse::<i64>()) {
                    None => self.code(),
                    Some(Ok(code)) => (code & 255) as i32,
                    Some(Err(_)) => {
                        self.complain(&format!("exit: {}: numeric argument required", arguments.join(" ")));
                        2
                    }
                };
                self.request = Some(Request::Exit(code));
                self.set_code(code);
                self.stop = Some(Stop::Exit);
                code
            }
            "exec" => match arguments.split_first() {
                None => 0,
                Some((name, rest)) => {
                    let code = self.call(name, rest);
                    self.request.get_or_insert(Request::Exit(code));
                    self.set_code(code);
                    self.stop.get_or_insert(Stop::Exit);
                    code
                }
            },
            "set" if arguments.first().is_some_and(|first| first == "--") => {
                self.parameters = arguments.iter().skip(1).cloned().collect();
                0
            }
            "shift" => {
                let count = if arguments.is_empty() { Some(1) } else { number(0) };
                match count {
                    None => {
                        self.complain(&format!("shift: {}: numeric argument required", arguments.join(" ")));
                        1
                    }
                    Some(count) if count > self.parameters.len() => 1,
                    Some(count) => {
                        self.parameters.drain(..count);
                        0
                    }
                }
            }
            "let" => {
                let mut last = 0;
                for argument in arguments {
                    match self.arithmetic(argument) {
                        Ok(value) => last = value,
                        Err(failure) => {
                            self.complain(&format!("let: {failure}"));
                            return 1;
                        }
                    }
                }
                i32::from(last == 0)
            }
            "command" => match arguments {
                [flag, names @ ..] if flag == "-v" => self.say_where(names),
                [flag, ..] if flag.starts_with('-') => self.complain_not_simulated(&format!("command {flag}")),
                [] => 0,
                [name, rest @ ..] => self.call(name, rest),
            },
            "eval" => self.evaluate(&arguments.join(" ")),
            "source" | "." => match arguments.first() {
                None => {
                    self.complain(&format!("{name}: filename argument required"));
                    2
                }
                Some(file) => match self.world.laptop.files.read_text(&self.world.laptop.absolute(file)) {
                    Ok(text) => self.evaluate(&text),
                    Err(error) => {
                        self.complain(&format!("{file}: {error}"));
                        1
                    }
                },
            },
            _ if name.contains('/') && self.world.laptop.session.container.is_none() && self.is_script(name) => {
                self.script(name, arguments)
            }
            _ => {
                let mut io = Io {
                    world: &mut *self.world,
                    words: self.words,
                    args: arguments,
                    input: &mut self.input,
                    sink: &mut self.sink,
                    request: &mut self.request,
                };
                let code = commands::call(name, &mut io);
                if std::mem::take(&mut self.sink.full) {
                    return self.limit();
                }
                // What follows relies on an option that is not simulated.
                if name == "set" && code == 2 {
                    self.stop = Some(Stop::Line);
                }
                code
            }
        }
    }
}
