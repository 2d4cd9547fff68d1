//! Standard input, line by line: with editing, history and Tab for a person, plainly for a pipe.

use std::borrow::Cow;
use std::io::{BufRead as _, Write as _};

use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::Validator;
use rustyline::{Config, Context, Editor, Helper};

use super::page::Page;
use crate::shell;
use crate::text::{Message, Words};
use crate::world::World;

/// Where lines come from.
pub(super) struct Console {
    editor: Option<Editor<Tab, DefaultHistory>>,
}

/// What came of asking for a line.
enum Read {
    Line(String),
    /// By Ctrl-C.
    GivenUp,
    /// The input is over, by Ctrl-D or the end of a pipe.
    End,
}

/// Completes by the world that the next line will run in.
struct Tab {
    world: Option<World>,
}

impl Console {
    /// Standard input: edited if a person sits there.
    pub(super) fn new() -> Self {
        let config = Config::builder().completion_type(rustyline::CompletionType::List).build();
        let editor =
            super::is_interactive().then(|| Editor::with_config(config)).and_then(Result::ok).map(|mut editor| {
                editor.set_helper(Some(Tab { world: None }));
                editor
            });
        Self { editor }
    }

    /// Whether a person sits there.
    pub(super) fn is_interactive(&self) -> bool {
        self.editor.is_some()
    }

    /// How text is set here.
    pub(super) fn page(&mut self) -> Page {
        // A terminal that does not tell its width has the classic one.
        let columns = self.editor.as_mut().map(|editor| editor.dimensions().map_or(80, |(columns, _)| columns.into()));
        Page { columns: columns.map(|columns: usize| columns.max(20)) }
    }

    /// One line without its end; none at the end of the input. Ctrl-C gives the line up and asks again.
    pub(super) fn line(&mut self, prompt: &str, world: Option<&World>) -> Option<String> {
        loop {
            match self.read(prompt, world) {
                Read::Line(line) => return Some(line),
                Read::GivenUp => {}
                Read::End => return None,
            }
        }
    }

    /// One command: as many lines as its quotes and here-documents need. Ctrl-C gives all of it up.
    pub(super) fn command(&mut self, prompt: &str, world: Option<&World>) -> Option<String> {
        'again: loop {
            let mut text = self.line(prompt, world)?;
            while !shell::is_complete(&text) {
                match self.read("> ", None) {
                    Read::Line(more) => {
                        text.push('\n');
                        text.push_str(&more);
                    }
                    Read::GivenUp => continue 'again,
                    Read::End => break,
                }
            }
            return Some(text);
        }
    }

    fn read(&mut self, prompt: &str, world: Option<&World>) -> Read {
        let Some(editor) = &mut self.editor else { return read_plain().map_or(Read::End, Read::Line) };
        if let Some(tab) = editor.helper_mut() {
            tab.world = world.cloned();
        }
        match editor.readline(prompt) {
            Ok(line) => {
                let _ = editor.add_history_entry(&line);
                Read::Line(line)
            }
            Err(ReadlineError::Interrupted) => Read::GivenUp,
            Err(_) => Read::End,
        }
    }

    /// Prints what a command printed, on the streams it chose.
    pub(super) fn print(&self, output: &shell::Output) {
        for chunk in &output.chunks {
            // A reader that went away is no reason to panic.
            let _ = match chunk.stream {
                shell::Stream::Stdout => std::io::stdout().write_all(chunk.text.as_bytes()),
                shell::Stream::Stderr => std::io::stderr().write_all(chunk.text.as_bytes()),
            };
        }
        let _ = std::io::stdout().flush();
        if self.is_interactive() && output.request == Some(shell::Request::Clear) {
            print!("\x1b[2J\x1b[H");
        }
    }

    /// Says that there is no editor here, and what to do instead.
    pub(super) fn no_editor(&self, words: &Words, path: &str) {
        eprintln!("{}", Message::new("terminal-no-editor").with("path", path).say(words));
    }

    /// Reads a file's new text up to a line with a full stop alone; none if nothing but that was typed.
    pub(super) fn text(&mut self, words: &Words, path: &str, old: &str) -> Option<String> {
        super::line(&Message::new("terminal-editor").with("path", path).say(words));
        for line in old.lines() {
            super::line(&format!("  {line}"));
        }
        let mut text = String::new();
        while let Some(line) = self.line("| ", None) {
            if line == "." {
                break;
            }
            text.push_str(&line);
            text.push('\n');
        }
        (!text.is_empty()).then_some(text)
    }
}

fn read_plain() -> Option<String> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().read_until(b'\n', &mut bytes).ok()?;
    if read == 0 {
        return None;
    }
    let line = String::from_utf8_lossy(&bytes);
    Some(line.trim_end_matches(['\n', '\r']).to_owned())
}

impl Helper for Tab {}
impl Highlighter for Tab {
    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _default: bool) -> Cow<'b, str> {
        Cow::Borrowed(prompt)
    }
}
impl Validator for Tab {}
impl Hinter for Tab {
    type Hint = String;
}

impl Completer for Tab {
    type Candidate = Pair;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let Some(world) = &self.world else { return Ok((at, Vec::new())) };
        let completion = shell::complete(world, line, at);
        let pairs = completion
            .candidates
            .into_iter()
            .map(|candidate| Pair { display: candidate.trim_end().to_owned(), replacement: candidate })
            .collect();
        Ok((completion.start, pairs))
    }
}
