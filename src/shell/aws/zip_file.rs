//! `--zip-file` of `aws lambda create-function`: the package's bytes, which are a part of `Code` in the request.
//! Source: the AWS CLI's own argument of that name.

use base64::Engine as _;
use serde_json::{Map, Value, json};

use super::args::{Opt, Parsed, Takes};
use super::error::Failure;
use super::paramfile::{self, Load, Loaded};

const FLAG: &str = "--zip-file";

fn has_it(service: &str, operation: &str) -> bool {
    (service, operation) == ("lambda", "CreateFunction")
}

/// Adds the option; with it `--code` may be left out.
pub(super) fn change_options(service: &str, operation: &str, options: &mut Vec<Opt>) {
    if has_it(service, operation) {
        options.push(Opt::new(FLAG, Takes::One));
        options.iter_mut().filter(|option| option.flag == "--code").for_each(|option| option.required = false);
    }
}

/// Puts the bytes into the request.
///
/// # Errors
/// For what is no zip archive.
pub(super) fn add(
    service: &str,
    operation: &str,
    parsed: &Parsed,
    request: &mut Map<String, Value>,
    load: Load<'_>,
) -> Result<(), Failure> {
    let Some(given) = parsed.value(FLAG).filter(|_| has_it(service, operation)) else { return Ok(()) };
    let loaded = paramfile::load(given, load).transpose();
    let loaded = loaded.map_err(|error| Failure::Params(format!("Error parsing parameter '{FLAG}': {error}")))?;
    let bytes = match loaded {
        Some(Loaded::Bytes(bytes)) => bytes,
        Some(Loaded::Text(text)) => text.into_bytes(),
        None => given.as_bytes().to_vec(),
    };
    if !bytes.starts_with(b"PK") {
        return Err(Failure::Other(format!(
            "{FLAG} must be a zip file with the fileb:// prefix.\nExample usage:  {FLAG} fileb://path/to/file.zip"
        )));
    }
    let bytes = base64::engine::general_purpose::STANDARD.encode(bytes);
    if let Some(code) = request.entry("Code").or_insert_with(|| json!({})).as_object_mut() {
        code.insert("ZipFile".to_owned(), bytes.into());
    }
    Ok(())
}
