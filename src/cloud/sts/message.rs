//! Authorization messages: why a request was denied, encoded, since whoever made it may not know; and DecodeAuthorizationMessage.
//!
//! AWS's encoding is not published. Here it is the details themselves behind a key stream and a checksum, so that nothing has
//! to be kept for a message that perhaps nobody decodes.
//!
//! Source: STS API Reference, DecodeAuthorizationMessage; the details as observed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::user_id;
use crate::cloud::iam::{Decision, Outcome, Settled};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Digest, Operation, Principal, Service};

/// What stands before the details: the begin of their digest.
const CHECKSUM: usize = 16;

/// The encoded details of a denial.
pub(in crate::cloud) fn encode(cloud: &Cloud, caller: &Caller, question: &Authorization, denied: &Decision) -> String {
    let details = details(cloud, caller, question, denied).to_string();
    let digest = Digest::of(details.as_bytes());
    let mut bytes = digest.bytes().get(..CHECKSUM).unwrap_or_default().to_vec();
    bytes.extend(hide(details.as_bytes(), &bytes));
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(message: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(message).ok()?;
    let (checksum, hidden) = bytes.split_at_checked(CHECKSUM)?;
    let details = hide(hidden, checksum);
    Digest::of(&details).bytes().starts_with(checksum).then_some(())?;
    String::from_utf8(details).ok()
}

/// The bytes behind a key stream that begins with `seed`; twice is not at all.
fn hide(bytes: &[u8], seed: &[u8]) -> Vec<u8> {
    let mut key = Digest::of(seed);
    let mut hidden = Vec::with_capacity(bytes.len());
    for chunk in bytes.chunks(32) {
        hidden.extend(chunk.iter().zip(key.bytes()).map(|(byte, key)| byte ^ key));
        key = Digest::of(key.bytes());
    }
    hidden
}

fn items(values: impl IntoIterator<Item = Value>) -> Value {
    json!({ "items": values.into_iter().collect::<Vec<_>>() })
}

fn values<'a>(texts: impl IntoIterator<Item = &'a str>) -> Value {
    items(texts.into_iter().map(|text| json!({ "value": text })))
}

fn details(cloud: &Cloud, caller: &Caller, question: &Authorization, denied: &Decision) -> Value {
    let id = user_id(cloud, &caller.principal);
    let is_explicit = denied.outcome == Outcome::ExplicitDeny;
    let matched = denied.settling().filter(|_| is_explicit);
    let principal = match &caller.principal {
        Principal::User { name, .. } => json!({ "id": id, "name": name, "arn": denied.principal }),
        _ => json!({ "id": id, "arn": denied.principal }),
    };
    let mut conditions: Vec<(&str, Vec<&str>)> = Vec::new();
    for (key, values) in &question.context {
        conditions.push((key, values.iter().map(String::as_str).collect()));
    }
    let (service, _) = denied.action.split_once(':').unwrap_or_default();
    conditions.push(("aws:Region", vec![caller.region.as_str()]));
    conditions.push(("aws:Service", vec![service]));
    if let Some(resource) = &denied.resource {
        let kind = resource.resource().split('/').next().unwrap_or_default();
        conditions.push(("aws:Resource", vec![resource.resource()]));
        conditions.push(("aws:Type", vec![kind]));
        conditions.push(("aws:Account", vec![resource.account()]));
        conditions.push(("aws:ARN", vec![resource.as_str()]));
    }
    let condition = |(key, texts): (&str, Vec<&str>)| json!({ "key": key, "values": values(texts) });
    json!({
        "allowed": denied.is_allowed(),
        "explicitDeny": is_explicit,
        "matchedStatements": items(matched.map(|settled| statement(settled, id.split(':').next().unwrap_or_default()))),
        "failures": items([]),
        "context": {
            "principal": principal,
            "action": denied.action,
            "resource": denied.resource.as_ref().map_or("*", Arn::as_str),
            "conditions": items(conditions.into_iter().map(condition)),
        },
    })
}

/// A statement that denied it.
fn statement(settled: &Settled, id: &str) -> Value {
    let document = settled.document.document();
    let at = settled.statement.unwrap_or_default();
    let statements = document.get("Statement");
    let found = statements.and_then(|list| if list.is_array() { list.get(at) } else { Some(list) });
    let texts = |element: &str| -> Vec<&str> {
        match found.and_then(|statement| statement.get(element)) {
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(text)) => vec![text],
            _ => Vec::new(),
        }
    };
    let conditions = found.and_then(|statement| statement.get("Condition")).and_then(Value::as_object);
    let keys = conditions.into_iter().flatten().filter_map(|(_, keys)| keys.as_object()).flatten();
    let condition = |(key, found): (&String, &Value)| {
        let all = found.as_array().map_or_else(|| vec![found], |list| list.iter().collect());
        let texts: Vec<String> =
            all.into_iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect();
        json!({ "key": key, "values": values(texts.iter().map(String::as_str)) })
    };
    json!({
        "statementId": settled.sid.as_deref().unwrap_or_default(),
        "effect": "DENY",
        "principals": values([id]),
        "principalGroups": items([]),
        "actions": values(texts("Action")),
        "resources": values(texts("Resource")),
        "conditions": items(keys.map(condition)),
    })
}

/// Tells what an encoded authorization message says.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DecodeAuthorizationMessage {
    pub encoded_message: String,
}

/// The output of `DecodeAuthorizationMessage`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DecodeAuthorizationMessageOutput {
    /// JSON.
    pub decoded_message: String,
}

impl Operation for DecodeAuthorizationMessage {
    const SERVICE: Service = Service::Sts;
    const NAME: &'static str = "DecodeAuthorizationMessage";
    type Output = DecodeAuthorizationMessageOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("sts:DecodeAuthorizationMessage")]
    }

    fn run(self, _: &mut Cloud, caller: &Caller) -> Result<DecodeAuthorizationMessageOutput, ApiError> {
        super::refuse_federated_user(caller, Self::NAME)?;
        // Inferred: the wording.
        let decoded_message = decode(&self.encoded_message)
            .ok_or_else(|| ApiError::new("InvalidAuthorizationMessageException", "Message is not valid"))?;
        Ok(DecodeAuthorizationMessageOutput { decoded_message })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_encoded_is_decoded() {
        let text = "x".repeat(100);
        let digest = Digest::of(text.as_bytes());
        let mut bytes = digest.bytes()[..CHECKSUM].to_vec();
        bytes.extend(hide(text.as_bytes(), &bytes));
        let message = URL_SAFE_NO_PAD.encode(&bytes);
        assert_eq!(decode(&message).as_deref(), Some(text.as_str()));
        assert!(!message.contains("eHh4"));
        for wrong in ["", "AAAA", "not base64!", &message[1..], &message.replace('-', "_").to_lowercase()] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
