//! `aws ecr get-login-password`: the password for `docker login`, out of an authorization token.

use base64::Engine as _;
use serde_json::{Value, json};

use super::args;
use super::client;
use super::error::Failure;
use super::globals::Globals;
use super::model::Model;
use crate::world::World;

/// The operation that gives the token.
const OPERATION: &str = "GetAuthorizationToken";

/// Gives the password and a newline.
///
/// # Errors
/// As for `get-authorization-token`.
pub(super) fn password(
    world: &mut World,
    model: &'static Model,
    globals: &Globals,
    words: &[String],
) -> Result<String, Failure> {
    let parsed = args::parse(words, &[], false)?;
    if !parsed.rest.is_empty() {
        return Err(Failure::UnknownOptions(parsed.rest));
    }
    let client = client::open(world, model, globals)?;
    let Some((name, operation)) = model.operation(OPERATION) else { return Ok(String::new()) };
    let answer = client.call(world, name, operation, json!({}))?;
    // ECR gives a list with one entry, ECR Public the entry itself.
    let token = answer
        .pointer("/authorizationData/0/authorizationToken")
        .or_else(|| answer.pointer("/authorizationData/authorizationToken"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    let decoded = base64::engine::general_purpose::STANDARD.decode(token).unwrap_or_default();
    let decoded = String::from_utf8_lossy(&decoded).into_owned();
    // `AWS:` and the password.
    let password = decoded.split_once(':').map_or("", |(_, password)| password);
    Ok(format!("{password}\n"))
}
