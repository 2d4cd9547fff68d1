//! Carries out a program: lists, pipelines, compound commands, redirections.
//!
//! Commands of a pipeline run one after the other, each in a copy of the session as bash's subshells are; what one prints
//! is kept until the next reads it. There are no jobs (`&`), functions, arrays or `select`; a text says so.
//! A line may run [`COMMANDS_MAX`] commands and print [`PRINT_MAX`] bytes, so no loop hangs the game.

use brush_parser::ast::{
    AndOr, AndOrList, AssignmentName, AssignmentValue, Command, CommandPrefixOrSuffixItem as Item, CompoundCommand,
    CompoundList, IoRedirect, Pipeline, Program, SeparatorOperator, SimpleCommand,
};

use super::expand::Failure;
use super::io::{Input, Io, Sink};
use super::output::{Output, Request, Stream};
use super::{commands, conditions, parse};
use crate::text::Words;
use crate::world::World;

/// How many commands one line may run.
const COMMANDS_MAX: usize = 10_000;
/// How many bytes one line may print, pipes included.
const PRINT_MAX: usize = 32 << 20;
/// How deep subshells, substitutions and `eval` may stand in each other.
const DEPTH_MAX: usize = 12;

/// How deep commands may stand in each other, whatever opens them. Each takes up to some 5 KiB of the stack.
const NESTED_MAX: usize = 80;

/// A running line.
pub(super) struct Shell<'a> {
    pub(super) world: &'a mut World,
    pub(super) words: &'a Words,
    /// The separators in use while a word is expanded; empty where nothing is split.
    pub(super) ifs: String,
    pub(super) sink: Sink,
    pub(super) input: Input,
    request: Option<Request>,
    stop: Option<Stop>,
    /// How the last `$(…)` of a command ended: the exit code of `x=$(…)`.
    substitution_code: i32,
    /// `$0` and `$1`, `$2` …: a script's name and arguments.
    pub(super) name: String,
    pub(super) parameters: Vec<String>,
    depth: usize,
    /// How many commands stand in each other at this place.
    nested: usize,
    /// More than 0 where a failure is asked about, so that `set -e` does not apply: conditions, `a` in `a && b`, `! a`.
    asked: usize,
    commands: usize,
    pub(super) printed: usize,
}

/// Why the commands that follow do not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// `break N`, so many loops are left to end.
    Break(usize),
    /// `continue N`.
    Continue(usize),
    /// `exit`, or a failure under `set -e`: this subshell ends.
    Exit,
    /// An expansion failed, or a limit was reached: the whole line ends.
    Line,
}

impl<'a> Shell<'a> {
    pub(super) fn new(world: &'a mut World, words: &'a Words) -> Self {
        Self {
            world,
            words,
            ifs: String::new(),
            sink: Sink::default(),
            input: Input::default(),
            request: None,
            stop: None,
            substitution_code: 0,
            name: "bash".to_owned(),
            parameters: Vec::new(),
            depth: 0,
            nested: 0,
            asked: 0,
            commands: 0,
            printed: 0,
        }
    }

    /// Runs a program to its end.
    pub(super) fn run(mut self, program: &Program) -> Output {
        self.program(program);
        let chunks = self.sink.into_chunks();
        Output { chunks, code: self.world.laptop.session.code, request: self.request }
    }

    fn program(&mut self, program: &Program) {
        for list in &program.complete_commands {
            self.list(list);
        }
    }

    /// Prints a message of the shell's own on standard error.
    pub(super) fn complain(&mut self, message: &str) {
        self.sink.write(Stream::Stderr, format!("bash: {message}\n").as_bytes());
    }

    /// Prints what the parser put up with.
    pub(super) fn warn(&mut self, warning: Option<&str>) {
        if let Some(warning) = warning {
            self.complain(warning);
        }
    }

    fn complain_not_simulated(&mut self, what: &str) -> i32 {
        let text = self.words.with("shell-not-simulated", &[("what", what.into())]);
        self.complain(&text);
        2
    }

    fn set_code(&mut self, code: i32) {
        self.world.laptop.session.code = code;
    }

    fn code(&self) -> i32 {
        self.world.laptop.session.code
    }

    fn fail(&mut self, failure: &Failure) -> i32 {
        self.complain(failure);
        self.stop = Some(Stop::Line);
        1
    }

    fn list(&mut self, list: &CompoundList) {
        for item in &list.0 {
            if self.stop.is_some() {
                return;
            }
            if matches!(item.1, SeparatorOperator::Async) {
                let code = self.complain_not_simulated("&");
                self.set_code(code);
            }
            self.and_or(&item.0);
        }
    }

    fn and_or(&mut self, list: &AndOrList) {
        self.link(&list.first, list.additional.is_empty());
        for (at, next) in list.additional.iter().enumerate() {
            if self.stop.is_some() {
                return;
            }
            let is_last = at + 1 == list.additional.len();
            match next {
                AndOr::And(pipeline) if self.code() == 0 => self.link(pipeline, is_last),
                AndOr::Or(pipeline) if self.code() != 0 => self.link(pipeline, is_last),
                _ => {}
            }
        }
    }

    /// A pipeline of an and-or list. Only the last one's failure counts for `set -e`.
    fn link(&mut self, pipeline: &Pipeline, is_last: bool) {
        let asked = !is_last || pipeline.bang;
        self.asked += usize::from(asked);
        self.pipeline(pipeline);
        self.asked -= usize::from(asked);
        let errexit = self.world.laptop.session.options.errexit;
        if errexit && !asked && self.asked == 0 && self.code() != 0 {
            self.stop.get_or_insert(Stop::Exit);
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        let start = self.world.cloud.now();
        match pipeline.seq.as_slice() {
            [] => self.set_code(0),
            [only] => {
                let code = self.command(only);
                self.set_code(code);
            }
            [all @ .., last] => {
                let outer = self.input.clone();
                let mut failed = 0;
                for command in all {
                    let inner = std::mem::take(&mut self.sink);
                    let code = self.subshell(|shell| shell.command(command));
                    self.set_code(code);
                    failed = if code == 0 { failed } else { code };
                    let produced = std::mem::replace(&mut self.sink, inner);
                    let mut piped = Vec::new();
                    for (stream, bytes) in produced.chunks {
                        match stream {
                            Stream::Stdout => piped.extend_from_slice(&bytes),
                            Stream::Stderr => self.sink.write(Stream::Stderr, &bytes),
                        }
                    }
                    self.input = Input::new(piped);
                    if self.stop.is_some() {
                        break;
                    }
                }
                if self.stop.is_none() {
                    let code = self.subshell(|shell| shell.command(last));
                    let pipefail = self.world.laptop.session.options.pipefail;
                    self.set_code(if pipefail && code == 0 { failed } else { code });
                }
                self.input = outer;
            }
        }
        if pipeline.bang {
            self.set_code(i32::from(self.code() == 0));
        }
        if pipeline.timed.is_some() {
            let took = (self.world.cloud.now() - start).as_secs_f64();
            let text = format!("\nreal\t0m{took:.3}s\nuser\t0m0.000s\nsys\t0m0.000s\n");
            self.sink.write(Stream::Stderr, text.as_bytes());
        }
    }

    /// Runs something whose directory, variables and `exit` stay its own. Answers its exit code.
    fn subshell(&mut self, body: impl FnOnce(&mut Self) -> i32) -> i32 {
        if self.depth >= DEPTH_MAX {
            return self.limit();
        }
        let session = self.world.laptop.session.clone();
        let request = self.request.clone();
        self.depth += 1;
        let code = body(self);
        self.depth -= 1;
        let code = if self.stop.take_if(|stop| *stop != Stop::Line).is_some() { self.code() } else { code };
        // `edit` in a pipe still asks for the editor; only leaving stays inside.
        if matches!(self.request, Some(Request::Exit(_))) {
            self.request = request;
        }
        let last = self.code();
        self.world.laptop.session = session;
        self.set_code(last);
        code
    }

    /// A limit was reached: says so and ends the line.
    fn limit(&mut self) -> i32 {
        if self.stop != Some(Stop::Line) {
            let text = self.words.get("shell-limit");
            self.complain(&text);
            self.stop = Some(Stop::Line);
        }
        1
    }

    fn command(&mut self, command: &Command) -> i32 {
        self.commands += 1;
        if self.commands > COMMANDS_MAX || self.printed > PRINT_MAX || self.nested >= NESTED_MAX {
            return self.limit();
        }
        self.nested += 1;
        let code = self.any(command);
        self.nested -= 1;
        code
    }

    fn any(&mut self, command: &Command) -> i32 {
        match command {
            Command::Simple(simple) => self.simple(simple),
            Command::Compound(compound, redirects) => {
                let redirects: Vec<&IoRedirect> = redirects.iter().flat_map(|list| &list.0).collect();
                self.redirected(&redirects, |shell| shell.compound(compound))
            }
            Command::ExtendedTest(test, redirects) => {
                let redirects: Vec<&IoRedirect> = redirects.iter().flat_map(|list| &list.0).collect();
                self.redirected(&redirects, |shell| match conditions::extended(shell, &test.expr) {
                    Ok(answer) => i32::from(!answer),
                    Err(failure) => {
                        shell.complain(&failure);
                        2
                    }
                })
            }
            Command::Function(_) => self.complain_not_simulated("function"),
        }
    }

    fn compound(&mut self, compound: &CompoundCommand) -> i32 {
        match compound {
            CompoundCommand::BraceGroup(group) => self.block(&group.list),
            CompoundCommand::Subshell(subshell) => self.subshell(|shell| shell.block(&subshell.list)),
            CompoundCommand::IfClause(clause) => {
                if self.holds(&clause.condition) {
                    return self.block(&clause.then);
                }
                for other in clause.elses.iter().flatten() {
                    if self.stop.is_some() {
                        return self.code();
                    }
                    if other.condition.as_ref().is_none_or(|condition| self.holds(condition)) {
                        return self.block(&other.body);
                    }
                }
                0
            }
            CompoundCommand::WhileClause(clause) => {
                self.repeat(|shell| shell.holds(&clause.0).then_some(()), &clause.1.list)
            }
            CompoundCommand::UntilClause(clause) => {
                self.repeat(|shell| (!shell.holds(&clause.0)).then_some(()), &clause.1.list)
            }
            CompoundCommand::ForClause(clause) => {
                let words = clause.values.iter().flatten().map(|word| word.value.as_str());
                let values = match self.expand_all(words) {
                    Ok(values) => values,
                    Err(failure) => return self.fail(&failure),
                };
                let mut values = values.into_iter();
                self.repeat(
                    |shell| {
                        let value = values.next()?;
                        shell.world.laptop.session.set(&clause.variable_name, value);
                        Some(())
                    },
                    &clause.body.list,
                )
            }
            CompoundCommand::CaseClause(clause) => {
                let mut value = || {
                    let value = self.expand_text(&clause.value.value)?;
                    for case in &clause.cases {
                        for pattern in &case.patterns {
                            if self.expand_pattern(&pattern.value)?.matches(&value) {
                                return Ok(case.cmd.as_ref());
                            }
                        }
                    }
                    Ok(None)
                };
                match value() {
                    Ok(Some(body)) => self.block(body),
                    Ok(None) => 0,
                    Err(failure) => self.fail(&failure),
                }
            }
            CompoundCommand::Arithmetic(command) => match self.arithmetic(&command.expr.value) {
                Ok(value) => i32::from(value == 0),
                Err(failure) => {
                    self.complain(&format!("(({failure}"));
                    1
                }
            },
            CompoundCommand::ArithmeticForClause(clause) => {
                let number = |shell: &mut Self, text: Option<&str>| match shell.arithmetic(text.unwrap_or("1")) {
                    Ok(value) => value,
                    Err(failure) => i64::from(shell.fail(&failure)) - 1,
                };
                number(self, clause.initializer.as_ref().map(|text| text.value.as_str()));
                let mut first = true;
                self.repeat(
                    |shell| {
                        if !std::mem::take(&mut first) {
                            number(shell, clause.updater.as_ref().map(|text| text.value.as_str()));
                        }
                        (number(shell, clause.condition.as_ref().map(|text| text.value.as_str())) != 0).then_some(())
                    },
                    &clause.body.list,
                )
            }
            CompoundCommand::Coprocess(_) => self.complain_not_simulated("coproc"),
        }
    }

    fn block(&mut self, list: &CompoundList) -> i32 {
        self.list(list);
        self.code()
    }

    fn holds(&mut self, condition: &CompoundList) -> bool {
        self.asked += 1;
        let code = self.block(condition);
        self.asked -= 1;
        code == 0 && self.stop.is_none()
    }

    /// A loop: `next` says whether there is another round.
    fn repeat(&mut self, mut next: impl FnMut(&mut Self) -> Option<()>, body: &CompoundList) -> i32 {
        let mut code = 0;
        loop {
            self.commands += 1;
            if self.commands > COMMANDS_MAX || self.printed > PRINT_MAX {
                return self.limit();
            }
            if next(self).is_none() || self.stop.is_some() {
                break;
            }
            code = self.block(body);
            match self.stop {
                None => {}
                Some(Stop::Break(0)) => {
                    self.stop = None;
                    break;
                }
                Some(Stop::Continue(0)) => self.stop = None,
                Some(Stop::Break(levels)) => {
                    self.stop = Some(Stop::Break(levels - 1));
                    break;
                }
                Some(Stop::Continue(levels)) => {
                    self.stop = Some(Stop::Continue(levels - 1));
                    break;
                }
                Some(Stop::Exit | Stop::Line) => break,
            }
        }
        code
    }

    fn simple(&mut self, command: &SimpleCommand) -> i32 {
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

    /// Whether a file has the execute bit and a first line that names this shell or its plainer kin.
    fn is_script(&self, name: &str) -> bool {
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
    fn script(&mut self, name: &str, arguments: &[String]) -> i32 {
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
    fn evaluate(&mut self, text: &str) -> i32 {
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
    pub(super) fn substitute(&mut self, command: &str) -> Result<String, Failure> {
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
