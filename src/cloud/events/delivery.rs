//! Sending an event to a target.

use base64::Engine as _;
use serde_json::Value;

use super::rule::{InputTransformer, Outcome, Target};
use crate::cloud::lambda::Invoke;
use crate::cloud::{AccountId, Arn, Caller, Cloud, Digest, Origin, Principal, Region, logs};

/// Who delivers.
const SERVICE: &str = "events.amazonaws.com";

/// Sends what the target is to get.
pub(super) fn deliver(
    cloud: &mut Cloud,
    account: &AccountId,
    region: &Region,
    target: &Target,
    event: &Value,
) -> Outcome {
    let Ok(arn) = target.arn.parse::<Arn>() else { return Outcome::Failed("Invalid ARN".to_owned()) };
    let payload = payload(target, event);
    match arn.service() {
        "logs" => to_logs(cloud, &arn, event, payload),
        "lambda" => {
            let principal = Principal::Service { account: account.clone(), name: SERVICE.to_owned() };
            let caller = Caller { principal, region: region.clone(), origin: Origin::Service };
            let invoke = Invoke {
                function_name: target.arn.clone(),
                invocation_type: Some("Event".to_owned()),
                payload: Some(base64::engine::general_purpose::STANDARD.encode(payload)),
                ..Invoke::default()
            };
            match cloud.call(&caller, invoke) {
                Ok(_) => Outcome::Delivered,
                Err(error) => Outcome::Failed(error.to_string()),
            }
        }
        _ => Outcome::Elsewhere,
    }
}

fn to_logs(cloud: &mut Cloud, arn: &Arn, event: &Value, message: String) -> Outcome {
    let group = arn.resource().strip_prefix("log-group:").unwrap_or_default();
    let group = group.strip_suffix(":*").unwrap_or(group);
    let Ok(account) = arn.account().parse() else { return Outcome::Failed("Invalid ARN".to_owned()) };
    // Each event gets a stream of its own, named like one.
    let id = event.get("id").and_then(Value::as_str).unwrap_or_default();
    let hex = Digest::of(id.as_bytes()).hex();
    let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default();
    let stream = format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32));
    if logs::deliver(cloud, &account, &Region::new(arn.region()), group, &stream, message) {
        Outcome::Delivered
    } else {
        Outcome::Failed("ResourceNotFoundException: The specified log group does not exist.".to_owned())
    }
}

/// What the target gets: the event, a part of it, a text of one's own, or a text with parts of the event.
fn payload(target: &Target, event: &Value) -> String {
    if let Some(input) = &target.input {
        return input.clone();
    }
    if let Some(path) = &target.input_path {
        return select(event, path).map(Value::to_string).unwrap_or_default();
    }
    match &target.input_transformer {
        Some(transformer) => transform(transformer, event),
        None => event.to_string(),
    }
}

/// `$.detail.repository-name`, `$.resources[0]`, `$`.
fn select<'a>(event: &'a Value, path: &str) -> Option<&'a Value> {
    let steps = path.strip_prefix('$')?;
    steps.split('.').filter(|step| !step.is_empty()).try_fold(event, |value, step| {
        let (name, index) = match step.split_once('[') {
            Some((name, rest)) => (name, Some(rest.strip_suffix(']')?.parse::<usize>().ok()?)),
            None => (step, None),
        };
        let value = if name.is_empty() { value } else { value.get(name)? };
        index.map_or(Some(value), |index| value.get(index))
    })
}

/// Puts the parts in where the template names them in angle brackets. Inside a string of the template a text stands without
/// its quotes. Source: Amazon EventBridge User Guide, "Amazon EventBridge input transformation".
fn transform(transformer: &InputTransformer, event: &Value) -> String {
    let mut out = String::new();
    let mut rest = transformer.input_template.as_str();
    let mut quoted = false;
    while let Some(at) = rest.find(['<', '"']) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        if let Some(after) = found.strip_prefix('"') {
            // A quote behind a backslash is a part of its string.
            quoted ^= !before.ends_with('\\');
            out.push('"');
            rest = after;
            continue;
        }
        let inner = found.strip_prefix('<').unwrap_or_default();
        let Some((name, after)) = inner.split_once('>') else { break };
        let value = transformer.input_paths_map.get(name).and_then(|path| select(event, path));
        match (value, quoted) {
            (Some(Value::String(text)), true) => out.push_str(text),
            (Some(value), _) => out.push_str(&value.to_string()),
            (None, _) => {}
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_target_gets_what_it_asks_for() {
        let event = json!({"id": "1", "resources": ["a", "b"], "detail": {"name": "web", "count": 3}});
        let with = |target: Target| payload(&target, &event);
        assert_eq!(with(Target::default()), event.to_string());
        assert_eq!(with(Target { input: Some("\"hi\"".to_owned()), ..Target::default() }), "\"hi\"");
        let path = |path: &str| with(Target { input_path: Some(path.to_owned()), ..Target::default() });
        assert_eq!((path("$.detail.name").as_str(), path("$.resources[1]").as_str()), ("\"web\"", "\"b\""));
        let transformer = InputTransformer {
            input_paths_map: [("n", "$.detail.name"), ("c", "$.detail.count")]
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .into(),
            input_template: r#"{"text": "image <n> of <none>", "count": <c>, "name": <n>}"#.to_owned(),
        };
        let given = with(Target { input_transformer: Some(transformer), ..Target::default() });
        assert_eq!(given, r#"{"text": "image web of ", "count": 3, "name": "web"}"#);
    }
}
