//! `file://` and `fileb://`: a parameter's value from a file.

use super::python;

/// Reads a file by its path as typed; the error is Python's, such as `[Errno 2] No such file or directory: 'x.json'`.
pub(super) type Load<'a> = &'a dyn Fn(&str) -> Result<Vec<u8>, String>;

/// What a parameter holds after files were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Loaded {
    Text(String),
    Bytes(Vec<u8>),
}

/// The content of the file that `value` names; none if it names none.
///
/// # Errors
/// `Unable to load paramfile …`.
pub(super) fn load(value: &str, load: Load<'_>) -> Option<Result<Loaded, String>> {
    let failed = |error| format!("Unable to load paramfile {value}: {error}");
    if let Some(path) = value.strip_prefix("file://") {
        let text = load(path).map_err(failed).and_then(|bytes| {
            String::from_utf8(bytes).map_err(|_| {
                format!(
                    "Unable to load paramfile ({path}), text contents could not be decoded.  If this is a binary file, \
                     please use the fileb:// prefix instead of the file:// prefix."
                )
            })
        });
        return Some(text.map(Loaded::Text));
    }
    let path = value.strip_prefix("fileb://")?;
    Some(load(path).map_err(failed).map(Loaded::Bytes))
}

/// The message of a system error about a file.
pub(super) fn os_error(number: i32, message: &str, path: &str) -> String {
    format!("[Errno {number}] {message}: {}", python::repr_str(path))
}
