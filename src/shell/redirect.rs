//! Redirections: where a command's streams come from and go to.

use brush_parser::ast::{IoFileRedirectKind as FileKind, IoFileRedirectTarget as FileTarget, IoRedirect};

use super::expand::Failure;
use super::interpret::Shell;
use super::io::{Input, Sink};
use super::output::Stream;

/// Where a stream goes.
#[derive(Clone, Debug)]
enum Target {
    Stream(Stream),
    /// A file, already made or emptied: its absolute path.
    File(String),
    Null,
}

/// Where both streams of a command go.
#[derive(Clone, Debug)]
struct Targets {
    out: Target,
    err: Target,
}

impl Default for Targets {
    fn default() -> Self {
        Self { out: Target::Stream(Stream::Stdout), err: Target::Stream(Stream::Stderr) }
    }
}

impl Shell<'_> {
    /// Runs `body` with its streams where `redirects` say.
    pub(super) fn redirected(&mut self, redirects: &[&IoRedirect], body: impl FnOnce(&mut Self) -> i32) -> i32 {
        let before = self.sink.len();
        if redirects.is_empty() {
            let code = body(self);
            self.printed += self.sink.len().saturating_sub(before);
            return code;
        }
        let mut targets = Targets::default();
        let mut input = None;
        for redirect in redirects {
            if let Err(failure) = self.redirect(redirect, &mut targets, &mut input) {
                self.complain(&failure);
                return 1;
            }
        }
        let on_screen = self.sink.terminal && matches!(targets.out, Target::Stream(_));
        let outer_sink = std::mem::replace(&mut self.sink, Sink::new(on_screen));
        let outer_input = input.map(|input| std::mem::replace(&mut self.input, input));
        let code = body(self);
        if let Some(outer) = outer_input {
            self.input = outer;
        }
        let produced = std::mem::replace(&mut self.sink, outer_sink);
        self.printed += produced.len();
        for (stream, bytes) in produced.chunks {
            let target = match stream {
                Stream::Stdout => &targets.out,
                Stream::Stderr => &targets.err,
            };
            match target {
                Target::Stream(stream) => self.sink.write(*stream, &bytes),
                Target::Null => {}
                Target::File(path) => {
                    let now = self.world.cloud.now();
                    if let Err(error) = self.world.laptop.files.append(path, &bytes, now) {
                        self.complain(&format!("{path}: {error}"));
                        return 1;
                    }
                }
            }
        }
        code
    }

    fn redirect(
        &mut self,
        redirect: &IoRedirect,
        targets: &mut Targets,
        input: &mut Option<Input>,
    ) -> Result<(), Failure> {
        match redirect {
            IoRedirect::HereString(_, word) => {
                *input = Some(Input::new((self.expand_text(&word.value)? + "\n").into_bytes()));
            }
            IoRedirect::HereDocument(_, document) => {
                let text = &document.doc.value;
                let text = if document.remove_tabs {
                    text.split_inclusive('\n').map(|line| line.trim_start_matches('\t')).collect()
                } else {
                    text.clone()
                };
                let text = if document.requires_expansion { self.expand_heredoc(&text)? } else { text };
                *input = Some(Input::new(text.into_bytes()));
            }
            IoRedirect::OutputAndError(word, append) => {
                let target = self.open(&word.value, *append)?;
                *targets = Targets { out: target.clone(), err: target };
            }
            IoRedirect::File(fd, kind, target) => match (kind, target) {
                (FileKind::Read, FileTarget::Filename(word)) => {
                    let name = self.expand_text(&word.value)?;
                    *input = Some(self.open_input(&name)?);
                }
                (FileKind::Write | FileKind::Clobber | FileKind::Append, FileTarget::Filename(word)) => {
                    let target = self.open(&word.value, matches!(kind, FileKind::Append))?;
                    set_target(targets, fd.unwrap_or(1), target)?;
                }
                (FileKind::DuplicateOutput, FileTarget::Duplicate(word)) => {
                    let name = self.expand_text(&word.value)?;
                    let target = match name.as_str() {
                        "1" => targets.out.clone(),
                        "2" => targets.err.clone(),
                        "-" => Target::Null,
                        number if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                            return Err(format!("{number}: Bad file descriptor"));
                        }
                        // `>& file` is `&> file`.
                        _ if fd.is_none() => {
                            let target = self.open(&word.value, false)?;
                            targets.err = target.clone();
                            target
                        }
                        _ => return Err(format!("{name}: ambiguous redirect")),
                    };
                    set_target(targets, fd.unwrap_or(1), target)?;
                }
                (FileKind::DuplicateInput, FileTarget::Duplicate(word)) if word.value == "-" => {
                    *input = Some(Input::new(Vec::new()));
                }
                (FileKind::DuplicateInput, FileTarget::Duplicate(word)) if word.value == "0" => {}
                (_, FileTarget::ProcessSubstitution(..)) => {
                    return Err(self.words.with("shell-not-simulated", &[("what", "<(…)".into())]));
                }
                _ => return Err(self.words.with("shell-not-simulated", &[("what", kind.to_string().into())])),
            },
        }
        Ok(())
    }

    fn open_input(&self, name: &str) -> Result<Input, Failure> {
        if name == "/dev/null" {
            return Ok(Input::new(Vec::new()));
        }
        let path = self.world.laptop.absolute(name);
        let blob = self.world.laptop.files.read(&path).map_err(|error| format!("{name}: {error}"))?;
        Ok(Input { bytes: Some(blob.clone()), at: 0 })
    }

    /// Opens a redirection's file for writing: makes it or, unless `append`, empties it.
    fn open(&mut self, word: &str, append: bool) -> Result<Target, Failure> {
        let name = self.expand_text(word)?;
        match name.as_str() {
            "/dev/null" => return Ok(Target::Null),
            "/dev/stdout" | "/dev/fd/1" => return Ok(Target::Stream(Stream::Stdout)),
            "/dev/stderr" | "/dev/fd/2" => return Ok(Target::Stream(Stream::Stderr)),
            _ => {}
        }
        let path = self.world.laptop.absolute(&name);
        let now = self.world.cloud.now();
        let files = &mut self.world.laptop.files;
        let opened = if name.is_empty() {
            Err(crate::laptop::FsError::NotFound)
        } else if append {
            files.append(&path, &[], now)
        } else {
            files.write(&path, Vec::new(), now)
        };
        opened.map_err(|error| format!("{name}: {error}"))?;
        Ok(Target::File(path))
    }
}

fn set_target(targets: &mut Targets, fd: i32, target: Target) -> Result<(), Failure> {
    match fd {
        1 => targets.out = target,
        2 => targets.err = target,
        other => return Err(format!("{other}: Bad file descriptor")),
    }
    Ok(())
}
