//! What the commands over text share: reading their inputs, and lines.

use super::Io;
use crate::cloud::Blob;
use crate::laptop::FsError;

/// An input: its name as it was typed, and its bytes.
pub(super) struct Source {
    pub(super) name: String,
    pub(super) bytes: Blob,
}

impl Source {
    /// As text; bytes that are not UTF-8 become `�`.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes.as_bytes()).into_owned()
    }
}

/// The inputs that `files` name; standard input for none and for `-`. A file that can't be read is complained about; the
/// second answer says whether there was one.
pub(super) fn sources(io: &mut Io<'_>, command: &str, files: &[String]) -> (Vec<Source>, bool) {
    sources_or(io, files, |name, error| format!("{command}: {name}: {error}\n"))
}

/// The same with another complaint.
pub(super) fn sources_or(
    io: &mut Io<'_>,
    files: &[String],
    complaint: impl Fn(&str, FsError) -> String,
) -> (Vec<Source>, bool) {
    let stdin = ["-".to_owned()];
    let files = if files.is_empty() { &stdin } else { files };
    let mut sources = Vec::new();
    let mut failed = false;
    for name in files {
        if name == "-" || name == "/dev/stdin" {
            let bytes = io.stdin().unwrap_or_else(|| Blob::from(Vec::new()));
            sources.push(Source { name: name.clone(), bytes });
            continue;
        }
        match io.read(name) {
            Ok(bytes) => sources.push(Source { name: name.clone(), bytes }),
            Err(error) => {
                io.eprint(complaint(name, error));
                failed = true;
            }
        }
    }
    (sources, failed)
}

/// The text of all inputs together.
pub(super) fn all_text(io: &mut Io<'_>, command: &str, files: &[String]) -> (String, bool) {
    let (sources, failed) = sources(io, command, files);
    (sources.iter().map(Source::text).collect(), failed)
}

/// Prints lines, each with its newline.
pub(super) fn print_lines<'t>(io: &mut Io<'_>, lines: impl IntoIterator<Item = &'t str>) {
    for line in lines {
        io.print(line);
        io.print("\n");
    }
}
