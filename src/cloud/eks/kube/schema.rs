//! Which fields a manifest may have, and of which type: so that a slip is told as the API server tells it, with the path to
//! it. Source: Kubernetes API reference; fields whose content is nobody's business here are taken as they are.

use serde_json::Value;

use super::object::Kind;

/// What stands at a place.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// Whatever it is.
    Any,
    Text,
    Whole,
    Flag,
    /// A number or a percentage.
    Share,
    /// Text by text.
    Labels,
    Fields(&'static [(&'static str, Shape)]),
    List(&'static Shape),
}

use Shape::{Any, Fields, Flag, Labels, List, Share, Text, Whole};

const METADATA: Shape = Fields(&[
    ("annotations", Labels),
    ("creationTimestamp", Any),
    ("deletionGracePeriodSeconds", Whole),
    ("deletionTimestamp", Any),
    ("finalizers", List(&Text)),
    ("generateName", Text),
    ("generation", Whole),
    ("labels", Labels),
    ("managedFields", Any),
    ("name", Text),
    ("namespace", Text),
    ("ownerReferences", List(&Any)),
    ("resourceVersion", Text),
    ("selfLink", Text),
    ("uid", Text),
]);

const PORT: Shape =
    Fields(&[("containerPort", Whole), ("hostIP", Text), ("hostPort", Whole), ("name", Text), ("protocol", Text)]);

const CONTAINER: Shape = Fields(&[
    ("args", List(&Text)),
    ("command", List(&Text)),
    ("env", List(&Any)),
    ("envFrom", List(&Any)),
    ("image", Text),
    ("imagePullPolicy", Text),
    ("lifecycle", Any),
    ("livenessProbe", Any),
    ("name", Text),
    ("ports", List(&PORT)),
    ("readinessProbe", Any),
    ("resources", Any),
    ("securityContext", Any),
    ("startupProbe", Any),
    ("terminationMessagePath", Text),
    ("terminationMessagePolicy", Text),
    ("volumeMounts", List(&Any)),
    ("workingDir", Text),
]);

const REFERENCE: Shape = Fields(&[("name", Text)]);

const POD_SPEC: Shape = Fields(&[
    ("affinity", Any),
    ("automountServiceAccountToken", Flag),
    ("containers", List(&CONTAINER)),
    ("dnsPolicy", Text),
    ("enableServiceLinks", Flag),
    ("hostNetwork", Flag),
    ("imagePullSecrets", List(&REFERENCE)),
    ("nodeName", Text),
    ("nodeSelector", Labels),
    ("preemptionPolicy", Text),
    ("priority", Whole),
    ("restartPolicy", Text),
    ("schedulerName", Text),
    ("securityContext", Any),
    ("serviceAccount", Text),
    ("serviceAccountName", Text),
    ("terminationGracePeriodSeconds", Whole),
    ("tolerations", List(&Any)),
    ("topologySpreadConstraints", List(&Any)),
    ("volumes", List(&Any)),
]);

const TEMPLATE: Shape = Fields(&[("metadata", METADATA), ("spec", POD_SPEC)]);
const SELECTOR: Shape = Fields(&[("matchExpressions", List(&Any)), ("matchLabels", Labels)]);

const DEPLOYMENT_SPEC: Shape = Fields(&[
    ("minReadySeconds", Whole),
    ("paused", Flag),
    ("progressDeadlineSeconds", Whole),
    ("replicas", Whole),
    ("revisionHistoryLimit", Whole),
    ("selector", SELECTOR),
    (
        "strategy",
        Fields(&[("rollingUpdate", Fields(&[("maxSurge", Share), ("maxUnavailable", Share)])), ("type", Text)]),
    ),
    ("template", TEMPLATE),
]);

const HEAD: [(&str, Shape); 3] = [("apiVersion", Text), ("kind", Text), ("metadata", METADATA)];

/// The fields of a kind beside those that every object has.
fn own(kind: Kind) -> &'static [(&'static str, Shape)] {
    match kind {
        Kind::ConfigMap => &[("binaryData", Labels), ("data", Labels), ("immutable", Flag)],
        Kind::Deployment => &[("spec", DEPLOYMENT_SPEC), ("status", Any)],
        Kind::Pod => &[("spec", POD_SPEC), ("status", Any)],
        Kind::Namespace => &[("spec", Any), ("status", Any)],
        Kind::Secret => &[("data", Labels), ("immutable", Flag), ("stringData", Labels), ("type", Text)],
        Kind::ServiceAccount => {
            &[("automountServiceAccountToken", Flag), ("imagePullSecrets", List(&REFERENCE)), ("secrets", List(&Any))]
        }
        Kind::Event | Kind::Node | Kind::ReplicaSet => &[],
    }
}

/// What is wrong with a manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Findings {
    /// The paths of fields that there are not.
    pub(super) unknown: Vec<String>,
    /// The first value of a wrong type, in Go's words.
    pub(super) mistyped: Option<String>,
}

/// Looks a manifest of a kind through.
pub(super) fn check(kind: Kind, manifest: &Value) -> Findings {
    let mut findings = Findings::default();
    let Some(members) = manifest.as_object() else { return findings };
    for (name, value) in members {
        match HEAD.iter().chain(own(kind)).find(|(known, _)| known == name) {
            Some((_, shape)) => walk(*shape, value, name, kind, &mut findings),
            None => findings.unknown.push(name.clone()),
        }
    }
    findings
}

fn walk(shape: Shape, value: &Value, path: &str, kind: Kind, findings: &mut Findings) {
    // `null` is as good as nothing.
    if value.is_null() {
        return;
    }
    let fits = match shape {
        Any => true,
        Text => value.is_string(),
        Whole => value.is_i64() || value.is_u64(),
        Flag => value.is_boolean(),
        Share => value.is_string() || value.is_u64(),
        Labels => value.as_object().is_some_and(|members| {
            let wrong = members.values().find(|value| !value.is_string());
            if let (Some(wrong), None) = (wrong, &findings.mistyped) {
                findings.mistyped = Some(mistyped(wrong, path, "string", kind));
            }
            wrong.is_none()
        }),
        Fields(_) => value.is_object(),
        List(_) => value.is_array(),
    };
    if !fits {
        let wanted = match shape {
            Text => "string".to_owned(),
            Whole => "int32".to_owned(),
            Flag => "bool".to_owned(),
            Share => "intstr.IntOrString".to_owned(),
            Labels => "map[string]string".to_owned(),
            List(Text) => "[]string".to_owned(),
            List(_) => format!("[]v1.{}", type_at(&plain(path), kind)),
            Fields(_) | Any => format!("v1.{}", type_at(&plain(path), kind)),
        };
        findings.mistyped.get_or_insert_with(|| mistyped(value, path, &wanted, kind));
        return;
    }
    match (shape, value) {
        (Fields(fields), Value::Object(members)) => {
            for (name, value) in members {
                let path = format!("{path}.{name}");
                match fields.iter().find(|(known, _)| known == name) {
                    Some((_, shape)) => walk(*shape, value, &path, kind, findings),
                    None => findings.unknown.push(path),
                }
            }
        }
        (List(of), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                walk(*of, item, &format!("{path}[{index}]"), kind, findings);
            }
        }
        _ => {}
    }
}

/// As Go's JSON reader says it.
fn mistyped(value: &Value, path: &str, wanted: &str, kind: Kind) -> String {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let plain = plain(path);
    // The field is told with the type that has it, and with the whole way to it.
    let owner = plain.rsplit_once('.').map_or(kind.name(), |(parent, _)| type_at(parent, kind));
    format!("json: cannot unmarshal {found} into Go struct field {owner}.{plain} of type {wanted}")
}

/// A path without indices, which are no part of it in Go's messages.
fn plain(path: &str) -> String {
    let parts = path.split('[').map(|part| part.split_once(']').map_or(part, |(_, rest)| rest));
    parts.collect()
}

/// The name of Go's type at a path. Source: Kubernetes API, packages `core/v1`, `apps/v1` and `meta/v1`.
fn type_at(path: &str, kind: Kind) -> &'static str {
    let mut parts = path.rsplit('.');
    match (parts.next().unwrap_or_default(), parts.next(), kind) {
        ("metadata", ..) => "ObjectMeta",
        ("spec", None, Kind::Deployment) => "DeploymentSpec",
        ("spec", None, Kind::Namespace) => "NamespaceSpec",
        ("spec", ..) => "PodSpec",
        ("template", ..) => "PodTemplateSpec",
        ("selector", ..) => "LabelSelector",
        ("strategy", ..) => "DeploymentStrategy",
        ("rollingUpdate", ..) => "RollingUpdateDeployment",
        ("containers", ..) => "Container",
        ("ports", ..) => "ContainerPort",
        ("imagePullSecrets", ..) => "LocalObjectReference",
        ("env", ..) => "EnvVar",
        ("tolerations", ..) => "Toleration",
        ("volumes", ..) => "Volume",
        _ => "Object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_slip_is_told_with_its_path() {
        let manifest = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {
            "replica": 2, "template": {"spec": {"containers": [{"name": "web", "imagee": "nginx"}]}}}});
        let found = check(Kind::Deployment, &manifest);
        assert_eq!(found.unknown, ["spec.replica", "spec.template.spec.containers[0].imagee"]);
        let manifest = json!({"kind": "Deployment", "spec": {"replicas": "two"}});
        let found = check(Kind::Deployment, &manifest).mistyped.unwrap();
        assert_eq!(
            found,
            "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"
        );
        let manifest = json!({"kind": "Deployment", "spec": {"template": {"spec": {"containers": [{"ports": [{"containerPort": "80"}]}]}}}});
        let found = check(Kind::Deployment, &manifest).mistyped.unwrap();
        let field = "ContainerPort.spec.template.spec.containers.ports.containerPort";
        assert_eq!(found, format!("json: cannot unmarshal string into Go struct field {field} of type int32"));
        let manifest = json!({"kind": "Pod", "spec": {"containers": {}}});
        let found = check(Kind::Pod, &manifest).mistyped.unwrap();
        assert_eq!(
            found,
            "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container"
        );
    }
}
