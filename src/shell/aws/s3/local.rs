//! The laptop's side of a transfer: paths as the real command shows them, files in a directory, and what a file is.

use super::transfer::Item;
use crate::laptop::{Kind as FileKind, Laptop};

/// `./a`, `sub/a`, `../a`: a path from the working directory, as Python's `os.path.relpath` gives its directory.
pub(super) fn shown(laptop: &Laptop, path: &str) -> String {
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    let here = laptop.absolute(".");
    let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (parts(&here), parts(directory));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - common);
    let relative: Vec<String> = up.chain(to.into_iter().skip(common)).collect();
    if relative.is_empty() { format!("./{name}") } else { format!("{}/{name}", relative.join("/")) }
}

/// All files below a directory, by path.
pub(super) fn below(laptop: &Laptop, directory: &str) -> Vec<Item> {
    let root = format!("{}/", directory.trim_end_matches('/'));
    let files = laptop.files.below(directory.trim_end_matches('/')).filter_map(|(path, entry)| match &entry.kind {
        FileKind::File(blob) => Some(Item {
            name: path.strip_prefix(&root)?.to_owned(),
            path: path.to_owned(),
            size: blob.len() as u64,
            modified: entry.modified,
        }),
        FileKind::Directory => None,
    });
    files.collect()
}

/// What a file's name says of its content. Source: Python's `mimetypes`.
pub(super) fn content_type(path: &str) -> Option<&'static str> {
    let (_, extension) = path.rsplit('/').next()?.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "txt" | "c" | "h" | "bat" => "text/plain",
        "html" | "htm" => "text/html",
        "css" => "text/css",
        "csv" => "text/csv",
        "md" => "text/markdown",
        "py" => "text/x-python",
        "xml" => "text/xml",
        "js" | "mjs" => "text/javascript",
        "json" => "application/json",
        "pdf" => "application/pdf",
        "sh" => "application/x-sh",
        "tar" => "application/x-tar",
        "wasm" => "application/wasm",
        "zip" => "application/zip",
        "gif" => "image/gif",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        _ => return None,
    })
}
