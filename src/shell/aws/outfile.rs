//! Answers that are a stream of bytes: they go into a file that the command line names, and the rest is printed.
//! Source: the AWS CLI's own `outfile` argument.

use base64::Engine as _;
use serde_json::Value;

use super::args::{self, Parsed};
use super::error::Failure;
use crate::laptop::Laptop;
use crate::world::World;

/// The member of an operation's answer that is a stream.
fn member(service: &str, operation: &str) -> Option<&'static str> {
    match (service, operation) {
        ("lambda", "Invoke") => Some("Payload"),
        ("s3api", "GetObject") => Some("Body"),
        _ => None,
    }
}

/// The word that names the file, taken from what no option has; none for operations without a stream.
///
/// # Errors
/// When there is none, together with the other words that are missing.
pub(super) fn take(
    service: &str,
    operation: &str,
    parsed: &mut Parsed,
    missing: &[&str],
) -> Result<Option<String>, Failure> {
    let is_streaming = member(service, operation).is_some();
    let at = parsed.rest.iter().position(|word| !word.starts_with('-')).filter(|_| is_streaming);
    let word = at.map(|at| parsed.rest.remove(at));
    let unnamed = (is_streaming && word.is_none()).then_some("outfile");
    let missing: Vec<&str> = missing.iter().copied().chain(unnamed).collect();
    if missing.is_empty() { Ok(word) } else { Err(args::required(&missing.join(", "))) }
}

/// Writes the stream of an answer into its file, and takes it out of the answer. What the learner looks at goes to standard
/// output instead of a file: that text is given back.
///
/// # Errors
/// When the file can't be written.
pub(super) fn save(
    world: &mut World,
    service: &str,
    operation: &str,
    path: &str,
    answer: &mut Value,
) -> Result<String, Failure> {
    let Some(name) = member(service, operation) else { return Ok(String::new()) };
    let body = answer.as_object_mut().and_then(|members| members.shift_remove(name));
    let body = body.as_ref().and_then(Value::as_str).unwrap_or_default();
    let bytes = base64::engine::general_purpose::STANDARD.decode(body).unwrap_or_default();
    match path {
        "/dev/null" => Ok(String::new()),
        "/dev/stdout" | "/dev/fd/1" => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        path => write(&mut world.laptop, path, bytes, world.cloud.now()).map(|()| String::new()),
    }
}

fn write(laptop: &mut Laptop, path: &str, bytes: Vec<u8>, now: crate::cloud::Timestamp) -> Result<(), Failure> {
    let absolute = laptop.absolute(path);
    laptop.files.write(&absolute, bytes, now).map_err(|error| {
        let number = super::command::errno(&error);
        Failure::Other(super::paramfile::os_error(number, &error.to_string(), path))
    })
}
