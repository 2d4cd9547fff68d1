//! What a command is given: the world, its arguments, its standard input, and where to print.

use super::{Chunk, Request, Stream};
use crate::cloud::Blob;
use crate::laptop::FsError;
use crate::text::Words;
use crate::world::World;

/// Everything that a command may touch. A command is a `fn(&mut Io) -> i32`; the number is its exit code.
pub(crate) struct Io<'a> {
    pub world: &'a mut World,
    /// For texts of our own; what AWS and Docker say stays English.
    pub words: &'a Words,
    /// The arguments, expanded, without the command's own name.
    pub args: &'a [String],
    pub(super) input: &'a mut Input,
    pub(super) sink: &'a mut Sink,
    pub(super) request: &'a mut Option<Request>,
}

/// Standard input: bytes and how many of them were read. The terminal is none: it has nothing more to say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Input {
    pub(super) bytes: Option<Blob>,
    pub(super) at: usize,
}

impl Input {
    /// Input that holds `bytes`.
    pub(crate) fn new(bytes: impl Into<Blob>) -> Self {
        Self { bytes: Some(bytes.into()), at: 0 }
    }

    /// Reads all that is left; none from the terminal.
    pub(crate) fn read_all(&mut self) -> Option<Blob> {
        let blob = self.bytes.as_ref()?;
        let at = std::mem::replace(&mut self.at, blob.len());
        if at == 0 { Some(blob.clone()) } else { Some(blob.as_bytes().get(at..).unwrap_or_default().to_vec().into()) }
    }
}

/// What commands printed, in order, before redirections decide where it goes.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    pub(super) chunks: Vec<(Stream, Vec<u8>)>,
    /// A command would print more than a line may.
    pub(super) full: bool,
    /// Whether standard output is the terminal's screen: no pipe, no file, no `$(…)`.
    pub(super) terminal: bool,
}

impl Sink {
    /// A sink whose standard output is the terminal's screen, or is not.
    pub(super) fn new(terminal: bool) -> Self {
        Self { terminal, ..Self::default() }
    }

    pub(crate) fn write(&mut self, stream: Stream, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        match self.chunks.last_mut() {
            Some((last, text)) if *last == stream => text.extend_from_slice(bytes),
            _ => self.chunks.push((stream, bytes.to_vec())),
        }
    }
}

impl Sink {
    /// How many bytes it holds.
    pub(super) fn len(&self) -> usize {
        self.chunks.iter().map(|(_, bytes)| bytes.len()).sum()
    }

    /// As text for the terminal.
    pub(super) fn into_chunks(self) -> Vec<Chunk> {
        let text = |bytes: Vec<u8>| {
            String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
        };
        self.chunks.into_iter().map(|(stream, bytes)| Chunk { stream, text: text(bytes) }).collect()
    }
}

impl Io<'_> {
    /// Prints on standard output, as it is: a line needs its `\n`.
    pub(crate) fn print(&mut self, text: impl AsRef<str>) {
        self.sink.write(Stream::Stdout, text.as_ref().as_bytes());
    }

    /// Prints on standard error, as it is: a line needs its `\n`.
    pub(crate) fn eprint(&mut self, text: impl AsRef<str>) {
        self.sink.write(Stream::Stderr, text.as_ref().as_bytes());
    }

    /// Writes bytes to standard output.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.sink.write(Stream::Stdout, bytes);
    }

    /// Whether standard output is the terminal's screen.
    pub(crate) fn is_terminal(&self) -> bool {
        self.sink.terminal
    }

    /// Ends the line as its limits do: the command would print more than a line may.
    pub(crate) fn reach_limit(&mut self) {
        self.sink.full = true;
    }

    /// Reads what is left on standard input; none where it is the terminal, which has nothing more to say.
    pub(crate) fn stdin(&mut self) -> Option<Blob> {
        self.input.read_all()
    }

    /// An environment variable: exported, or set for this command alone (`AWS_PROFILE=dev aws …`).
    pub(crate) fn env(&self, name: &str) -> Option<&str> {
        self.world.laptop.session.env(name)
    }

    /// The absolute path that `path` means from the working directory.
    pub(crate) fn path(&self, path: &str) -> String {
        self.world.laptop.absolute(path)
    }

    /// A file's bytes.
    ///
    /// # Errors
    /// As the system words them: `No such file or directory`.
    pub(crate) fn read(&self, path: &str) -> Result<Blob, FsError> {
        self.world.laptop.files.read(&self.path(path)).cloned()
    }

    /// Asks the terminal for something after the line.
    pub(crate) fn request(&mut self, request: Request) {
        *self.request = Some(request);
    }
}
