//! What an object must be like. Source: Kubernetes's validation, its field errors as the API server words them.

use std::collections::BTreeMap;

use super::api::Status;
use super::object::{Kind, Metadata};
use super::plain::{DOCKER_CONFIG, DOCKER_CONFIG_KEY, Secret};
use super::pod::{PodSpec, RestartPolicy};
use super::store::Object;
use super::workload::Deployment;

const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', \
                         and must start and end with an alphanumeric character (e.g. 'example.com', regex used for \
                         validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start \
                     and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is \
                     '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

/// Checks an object.
///
/// # Errors
/// `Invalid` with all that is wrong.
pub(super) fn object(object: &Object) -> Result<(), Status> {
    let kind = object.kind();
    let metadata = object.metadata();
    let mut wrong = Vec::new();
    name(kind, metadata, &mut wrong);
    match object {
        Object::Deployment(deployment) => of_deployment(deployment, &mut wrong),
        Object::Pod(pod) => of_spec("spec", &pod.spec, false, &mut wrong),
        Object::Secret(secret) => of_secret(secret, &mut wrong),
        _ => {}
    }
    if wrong.is_empty() {
        return Ok(());
    }
    // Source: apimachinery, `NewInvalid`: several errors stand in brackets.
    let told = match wrong.as_slice() {
        [only] => only.clone(),
        many => format!("[{}]", many.join(", ")),
    };
    Err(Status::invalid(kind, &metadata.name, told))
}

fn is_label(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=63).contains(&text.len()) && text.chars().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

fn name(kind: Kind, metadata: &Metadata, wrong: &mut Vec<String>) {
    let name = &metadata.name;
    if name.is_empty() {
        if metadata.generate_name.is_empty() {
            wrong.push("metadata.name: Required value: name or generateName is required".to_owned());
        }
        return;
    }
    if kind == Kind::Namespace {
        if !is_label(name) {
            wrong.push(format!("metadata.name: Invalid value: \"{name}\": {LABEL}"));
        }
    } else if name.len() > 253 || !name.split('.').all(is_label) {
        wrong.push(format!("metadata.name: Invalid value: \"{name}\": {SUBDOMAIN}"));
    }
}

fn of_deployment(deployment: &Deployment, wrong: &mut Vec<String>) {
    let spec = &deployment.spec;
    let labels = &spec.template.metadata.labels;
    if spec.selector.match_labels.is_empty() {
        wrong.push("spec.selector: Required value".to_owned());
        wrong.push(format!(
            "spec.template.metadata.labels: Invalid value: {}: `selector` does not match template `labels`",
            go_map(labels)
        ));
    } else if !spec.selector.fits(labels) {
        wrong.push(format!(
            "spec.template.metadata.labels: Invalid value: {}: `selector` does not match template `labels`",
            go_map(labels)
        ));
    }
    if let Some(strategy) = &spec.strategy {
        if !matches!(strategy.kind.as_str(), "RollingUpdate" | "Recreate") {
            wrong.push(format!(
                "spec.strategy.type: Unsupported value: \"{}\": supported values: \"Recreate\", \"RollingUpdate\"",
                strategy.kind
            ));
        }
        for (name, value) in strategy
            .rolling_update
            .iter()
            .flat_map(|rolling| [("maxSurge", &rolling.max_surge), ("maxUnavailable", &rolling.max_unavailable)])
        {
            if !value.is_sound() {
                wrong.push(format!(
                    "spec.strategy.rollingUpdate.{name}: Invalid value: \"{value}\": a valid percent string must be a \
                     numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is \
                     '[0-9]+%')"
                ));
            }
        }
    }
    of_spec("spec.template.spec", &spec.template.spec, true, wrong);
}

fn of_spec(at: &str, spec: &PodSpec, always: bool, wrong: &mut Vec<String>) {
    if spec.containers.is_empty() {
        wrong.push(format!("{at}.containers: Required value"));
    }
    let mut names = Vec::new();
    for (index, container) in spec.containers.iter().enumerate() {
        let at = format!("{at}.containers[{index}]");
        if container.name.is_empty() {
            wrong.push(format!("{at}.name: Required value"));
        } else if !is_label(&container.name) {
            wrong.push(format!("{at}.name: Invalid value: \"{}\": {LABEL}", container.name));
        } else if names.contains(&&container.name) {
            wrong.push(format!("{at}.name: Duplicate value: \"{}\"", container.name));
        }
        names.push(&container.name);
        if container.image.is_empty() {
            wrong.push(format!("{at}.image: Required value"));
        } else if container.image.trim() != container.image {
            wrong.push(format!(
                "{at}.image: Invalid value: \"{}\": must not have leading or trailing whitespace",
                container.image
            ));
        }
    }
    if always && spec.restart_policy.is_some_and(|policy| policy != RestartPolicy::Always) {
        let found = match spec.restart_policy {
            Some(RestartPolicy::Never) => "Never",
            _ => "OnFailure",
        };
        wrong.push(format!("{at}.restartPolicy: Unsupported value: \"{found}\": supported values: \"Always\""));
    }
}

fn of_secret(secret: &Secret, wrong: &mut Vec<String>) {
    use base64::Engine as _;
    if secret.kind != DOCKER_CONFIG {
        return;
    }
    let Some(data) = secret.data.get(DOCKER_CONFIG_KEY) else {
        wrong.push(format!("data[{DOCKER_CONFIG_KEY}]: Required value"));
        return;
    };
    let bytes = base64::engine::general_purpose::STANDARD.decode(data).unwrap_or_default();
    if serde_json::from_slice::<serde_json::Value>(&bytes).is_err() {
        wrong.push(format!(
            "data[{DOCKER_CONFIG_KEY}]: Invalid value: \"<secret contents redacted>\": invalid character"
        ));
    }
}

/// As Go prints a map: `map[string]string{"app":"web"}`.
pub(super) fn go_map(labels: &BTreeMap<String, String>) -> String {
    if labels.is_empty() {
        return "map[string]string(nil)".to_owned();
    }
    let members: Vec<String> = labels.iter().map(|(key, value)| format!("\"{key}\":\"{value}\"")).collect();
    format!("map[string]string{{{}}}", members.join(", "))
}
