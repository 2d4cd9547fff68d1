//! What a line leaves: text in the order it was printed, an exit code, and what it asks of the terminal.

/// What a line printed, how it ended, and what it asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// What was printed, in order; neighbours differ in their stream.
    pub chunks: Vec<Chunk>,
    /// The exit code of the last command.
    pub code: i32,
    /// What only the terminal can do.
    pub request: Option<Request>,
}

/// Text on one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Where it was printed.
    pub stream: Stream,
    /// The text; bytes that are not UTF-8 are shown as `�`.
    pub text: String,
}

/// A stream that a command prints on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    Stdout,
    Stderr,
}

/// What a line asks of the terminal that it was typed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Open the editor on the file with this absolute path; the file may not exist yet.
    Edit(String),
    /// Clear the screen.
    Clear,
    /// Leave the shell with this code.
    Exit(i32),
}

impl Output {
    /// All that was printed on standard output.
    pub fn stdout(&self) -> String {
        self.on(Stream::Stdout)
    }

    /// All that was printed on standard error.
    pub fn stderr(&self) -> String {
        self.on(Stream::Stderr)
    }

    /// All that was printed, as a terminal shows it.
    pub fn text(&self) -> String {
        self.chunks.iter().map(|chunk| chunk.text.as_str()).collect()
    }

    fn on(&self, stream: Stream) -> String {
        self.chunks.iter().filter(|chunk| chunk.stream == stream).map(|chunk| chunk.text.as_str()).collect()
    }
}

/// What Tab may put where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// The byte offset in the line from which a candidate replaces the text up to the cursor.
    pub start: usize,
    /// Whole replacements, sorted; a trailing blank is part of a candidate that ends a word, a slash of a folder.
    pub candidates: Vec<String>,
}
