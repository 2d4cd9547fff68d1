//! Carries out a program: lists, pipelines, compound commands, redirections.
//!
//! Commands of a pipeline run one after the other, each in a copy of the session as bash's subshells are; what one prints
//! is kept until the next reads it. There are no jobs (`&`), functions, arrays or `select`; a text says so.
//! A line may run [`COMMANDS_MAX`] commands and print [`PRINT_MAX`] bytes, so no loop hangs the game.

mod compound;
mod simple;
mod source;

use brush_parser::ast::{AndOr, AndOrList, Command, CompoundList, IoRedirect, Pipeline, Program, SeparatorOperator};

use super::conditions;
use super::expand::Failure;
use super::io::{Input, Sink};
use super::output::{Output, Request, Stream};
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
            sink: Sink::new(true),
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
            Command::Function(function) => self.complain_not_simulated(&format!("{}() {{…}}", function.fname.value)),
        }
    }
}
