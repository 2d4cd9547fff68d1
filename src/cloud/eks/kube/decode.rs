//! From a manifest to an object: read, filled in, checked.

use serde_json::Value;

use super::api::Status;
use super::object::{Key, Kind};
use super::plain::{ConfigMap, Namespace, Secret, ServiceAccount};
use super::pod::Pod;
use super::store::Object;
use super::workload::Deployment;
use super::{defaults, schema, validate};

/// The kind that a manifest says.
///
/// # Errors
/// Where it says none, or one that is not kept here.
pub(super) fn kind_of(manifest: &Value) -> Result<Kind, Status> {
    let text = |name: &str| manifest.get(name).and_then(Value::as_str).unwrap_or_default();
    let (kind, version) = (text("kind"), text("apiVersion"));
    let known = Kind::ALL.into_iter().find(|known| known.name() == kind && known.api_version() == version);
    known.ok_or_else(|| Status::bad_request(format!("no matches for kind \"{kind}\" in version \"{version}\"")))
}

/// Reads a manifest.
///
/// # Errors
/// `BadRequest` for fields that there are not and values of a wrong type, `Invalid` for what can't be.
pub(super) fn object(manifest: &Value) -> Result<Object, Status> {
    let kind = kind_of(manifest)?;
    let version = kind.api_version().rsplit('/').next().unwrap_or_default();
    let refused = |why: String| {
        Status::bad_request(format!("{kind} in version \"{version}\" cannot be handled as a {kind}: {why}"))
    };
    let findings = schema::check(kind, manifest);
    if let Some(why) = findings.mistyped {
        return Err(refused(why));
    }
    if !findings.unknown.is_empty() {
        let fields: Vec<String> = findings.unknown.iter().map(|path| format!("unknown field \"{path}\"")).collect();
        return Err(refused(format!("strict decoding error: {}", fields.join(", "))));
    }
    // `null` is as good as nothing.
    let manifest = without_nulls(manifest);
    let wrong = |error: serde_json::Error| refused(error.to_string());
    let object = match kind {
        Kind::ConfigMap => Object::ConfigMap(serde_json::from_value::<ConfigMap>(manifest).map_err(wrong)?.into()),
        Kind::Deployment => {
            let mut deployment: Deployment = serde_json::from_value(with_spec(manifest)).map_err(wrong)?;
            defaults::deployment(&mut deployment);
            Object::Deployment(deployment.into())
        }
        Kind::Namespace => Object::Namespace(serde_json::from_value::<Namespace>(manifest).map_err(wrong)?.into()),
        Kind::Pod => {
            let mut pod: Pod = serde_json::from_value(with_spec(manifest)).map_err(wrong)?;
            defaults::pod(&mut pod.spec);
            Object::Pod(pod.into())
        }
        Kind::Secret => Object::Secret(encoded(serde_json::from_value(manifest).map_err(wrong)?).into()),
        Kind::ServiceAccount => {
            Object::ServiceAccount(serde_json::from_value::<ServiceAccount>(manifest).map_err(wrong)?.into())
        }
        // Controllers and kubelets make these.
        Kind::Event | Kind::Node | Kind::ReplicaSet => {
            return Err(Status::not_simulated(format!("making a {}", kind.singular())));
        }
    };
    validate::object(&object)?;
    Ok(object)
}

/// A spec and metadata even where none is said, so that what is missing in them is told.
fn with_spec(mut manifest: Value) -> Value {
    if let Some(members) = manifest.as_object_mut() {
        for name in ["metadata", "spec"] {
            members.entry(name).or_insert_with(|| Value::Object(serde_json::Map::new()));
        }
    }
    manifest
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(_, value)| !value.is_null());
            Value::Object(kept.map(|(name, value)| (name.clone(), without_nulls(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_nulls).collect()),
        other => other.clone(),
    }
}

/// What was written as text goes to the data in base64.
fn encoded(mut secret: Secret) -> Secret {
    use base64::Engine as _;
    for (name, text) in std::mem::take(&mut secret.string_data) {
        secret.data.insert(name, base64::engine::general_purpose::STANDARD.encode(text));
    }
    secret
}

/// Where a manifest's object is, or is to be.
pub(super) fn key(kind: Kind, object: &Object) -> Key {
    let metadata = object.metadata();
    match (kind.is_namespaced(), metadata.namespace.as_str()) {
        (false, _) => Key::new("", &metadata.name),
        (true, "") => Key::new("default", &metadata.name),
        (true, namespace) => Key::new(namespace, &metadata.name),
    }
}
