//! What of requests and answers stays on the trail: what was asked for, and never a secret.
//!
//! Source: CloudTrail User Guide, "CloudTrail record contents": parameters are those of the request, and services leave out
//! or hide what is confidential. Inferred: which of both a member gets.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::cloud::{Service, Timestamp};

/// What stands for a secret.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";
/// Members that nobody may read, in lower case.
const SECRET: [&str; 12] = [
    "secretstring",
    "password",
    "oldpassword",
    "newpassword",
    "secretaccesskey",
    "plaintext",
    "authorizationtoken",
    "environment",
    "environmentvariables",
    "samlassertion",
    "tokencode",
    "webidentitytoken",
];
/// Members that are no parameters but bytes.
const BYTES: [&str; 8] =
    ["body", "layerpartblob", "secretbinary", "payload", "ciphertextblob", "logevents", "zipfile", "imagemanifest"];

/// Whether an operation only reads: what `readOnly` says.
pub(super) fn is_read_only(operation: &str) -> bool {
    const READS: [&str; 12] = [
        "Get",
        "List",
        "Describe",
        "BatchGet",
        "BatchCheck",
        "Head",
        "Lookup",
        "Filter",
        "Simulate",
        "Test",
        "Validate",
        "Assume",
    ];
    READS.iter().any(|start| operation.starts_with(start))
}

/// The parameters of a request that came as JSON.
pub(in crate::cloud) fn request(service: Service, input: &Value) -> Option<Arc<Value>> {
    let members = input.as_object().filter(|members| !members.is_empty())?;
    Some(Arc::new(Value::Object(cleaned(service, members))))
}

/// What a request that changed something was answered.
pub(in crate::cloud) fn answer(service: Service, operation: &str, output: &Value) -> Option<Arc<Value>> {
    if is_read_only(operation) && operation != "AssumeRole" {
        return None;
    }
    request(service, output)
}

fn cleaned(service: Service, members: &Map<String, Value>) -> Map<String, Value> {
    let mut out = Map::new();
    for (name, value) in members {
        let lower = name.to_ascii_lowercase();
        if value.is_null() || BYTES.contains(&lower.as_str()) {
            continue;
        }
        let shown = match value {
            value if SECRET.contains(&lower.as_str()) => hidden(value),
            value if service == Service::Sts && lower == "expiration" => written(value),
            value => clean(service, value),
        };
        out.insert(renamed(service, name), shown);
    }
    out
}

fn clean(service: Service, value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(cleaned(service, members)),
        Value::Array(items) => items.iter().map(|item| clean(service, item)).collect(),
        other => other.clone(),
    }
}

/// When credentials end, as records of STS write it: `Mar 2, 2026, 10:10:29 AM`. Source: observed records.
fn written(value: &Value) -> Value {
    match serde_json::from_value::<Timestamp>(value.clone()) {
        Ok(at) => at.civil().strftime("%b %-d, %Y, %-I:%M:%S %p").to_string().into(),
        Err(_) => value.clone(),
    }
}

/// A list of pairs keeps its names.
fn hidden(value: &Value) -> Value {
    match value {
        Value::Array(items) => items
            .iter()
            .map(|item| match item.get("name") {
                Some(name) => serde_json::json!({"name": name, "value": HIDDEN}),
                None => HIDDEN.into(),
            })
            .collect(),
        _ => HIDDEN.into(),
    }
}

/// Names begin small, and S3's are those of its resources. Source: observed records.
fn renamed(service: Service, name: &str) -> String {
    if service == Service::S3 {
        match name {
            "Bucket" => return "bucketName".to_owned(),
            "Key" => return "key".to_owned(),
            _ => {}
        }
    }
    let mut letters = name.chars();
    match letters.next() {
        // `ARN` and its like stay as they are.
        Some(first) if !name.chars().nth(1).is_some_and(char::is_uppercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_are_hidden_and_bytes_left_out() {
        let input = json!({"Name": "db", "SecretString": "hunter2", "Body": "aGk=", "nested": {"environment": [{"name": "A", "value": "b"}]}});
        let kept = request(Service::SecretsManager, &input).unwrap();
        assert_eq!(
            *kept,
            json!({"name": "db", "secretString": HIDDEN, "nested": {"environment": [{"name": "A", "value": HIDDEN}]}})
        );
        assert!(!kept.to_string().contains("hunter2"));
    }

    #[test]
    fn only_what_changes_something_keeps_its_answer() {
        let output = json!({"repository": {"repositoryName": "web"}});
        assert!(answer(Service::Ecr, "CreateRepository", &output).is_some());
        assert!(answer(Service::Ecr, "DescribeRepositories", &output).is_none());
        assert!(answer(Service::Ecr, "GetAuthorizationToken", &output).is_none());
    }
}
