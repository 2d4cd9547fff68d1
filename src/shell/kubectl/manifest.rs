//! Manifests: from the laptop's files or standard input, several to a file, YAML or JSON.

use serde::Deserialize as _;
use serde_json::Value;

use super::Trouble;
use crate::cloud::eks::Kind;
use crate::shell::Io;

/// A manifest, and the file that it stands in.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Manifest {
    pub(super) file: String,
    pub(super) document: Value,
}

/// Kinds that Kubernetes has and the simulation has not, with their versions.
const NOT_KEPT: &[(&str, &str)] = &[
    ("Service", "v1"),
    ("PersistentVolumeClaim", "v1"),
    ("PersistentVolume", "v1"),
    ("DaemonSet", "apps/v1"),
    ("StatefulSet", "apps/v1"),
    ("ReplicaSet", "apps/v1"),
    ("Job", "batch/v1"),
    ("CronJob", "batch/v1"),
    ("Ingress", "networking.k8s.io/v1"),
    ("NetworkPolicy", "networking.k8s.io/v1"),
    ("Role", "rbac.authorization.k8s.io/v1"),
    ("RoleBinding", "rbac.authorization.k8s.io/v1"),
    ("ClusterRole", "rbac.authorization.k8s.io/v1"),
    ("ClusterRoleBinding", "rbac.authorization.k8s.io/v1"),
    ("HorizontalPodAutoscaler", "autoscaling/v2"),
    ("PodDisruptionBudget", "policy/v1"),
    ("CustomResourceDefinition", "apiextensions.k8s.io/v1"),
    ("StorageClass", "storage.k8s.io/v1"),
];

/// The manifests of files, folders, or `-`.
///
/// # Errors
/// For a file that is not there or can't be read, as `kubectl` says it.
pub(super) fn load<'a>(io: &mut Io<'_>, names: impl Iterator<Item = &'a str>) -> Result<Vec<Manifest>, Trouble> {
    let mut found = Vec::new();
    for name in names {
        if name == "-" {
            let text = io.stdin().map(|blob| String::from_utf8_lossy(blob.as_bytes()).into_owned()).unwrap_or_default();
            read("STDIN", &text, &mut found)?;
            continue;
        }
        if name.starts_with("http://") || name.starts_with("https://") {
            return Err(Trouble::NotSimulated(format!("kubectl -f {name}")));
        }
        let path = io.path(name);
        if io.world.laptop.files.is_directory(&path) {
            let entries = io.world.laptop.files.list(&path).unwrap_or_default();
            let files: Vec<String> = entries
                .into_iter()
                .map(|(file, _)| file.to_owned())
                .filter(|file| [".yaml", ".yml", ".json"].iter().any(|end| file.ends_with(end)))
                .collect();
            for file in files {
                let name = format!("{}/{file}", name.trim_end_matches('/'));
                let text = io.world.laptop.files.read_text(&io.path(&name)).unwrap_or_default();
                read(&name, &text, &mut found)?;
            }
            continue;
        }
        match io.world.laptop.files.read_text(&path) {
            Ok(text) => read(name, &text, &mut found)?,
            Err(_) => return Err(Trouble::Said(format!("error: the path \"{name}\" does not exist"))),
        }
    }
    if found.is_empty() {
        return Err(Trouble::Said("error: no objects passed to apply".to_owned()));
    }
    Ok(found)
}

/// A document of YAML or JSON, such as a patch.
///
/// # Errors
/// With what Go's parser says of it.
pub(super) fn document(text: &str) -> Result<Value, String> {
    serde_yaml_ng::from_str(text).map_err(|error| go_error(&error))
}

/// The objects that manifests describe, as words of a command: `deployment/web`.
///
/// # Errors
/// As for [`load`], and for kinds that are not kept.
pub(super) fn names(io: &mut Io<'_>, files: &[String]) -> Result<Vec<String>, Trouble> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let manifests = load(io, files.iter().map(String::as_str))?;
    let name = |manifest: &Manifest| manifest.kind().map(|(kind, name)| format!("{}/{name}", kind.singular()));
    manifests.iter().map(name).collect()
}

/// What Go's YAML parser says where ours fails: both come from libyaml and have its texts, but order them in their own ways.
/// Source: goyaml.v2, `parser.fail`: the line where the surrounding part began, counted from 0 unless the scanner failed.
pub(super) fn go_error(error: &serde_yaml_ng::Error) -> String {
    let text = error.to_string();
    // `PROBLEM at line L column C, CONTEXT at line L column C`.
    let (problem, context) = text.split_once(", while ").map_or((text.as_str(), None), |(a, b)| (a, Some(b)));
    let line_of = |part: &str| -> Option<usize> {
        let (_, place) = part.rsplit_once(" at line ")?;
        place.split(' ').next()?.parse().ok()
    };
    let told = problem.split(" at line ").next().unwrap_or(problem);
    let scanner = !told.starts_with("did not find expected") || told.contains("','") && told.contains("comment");
    const KNOWN: [&str; 10] = [
        "did not find",
        "mapping values",
        "found ",
        "could not find",
        "block ",
        "control characters",
        "invalid ",
        "unexpected",
        "unknown anchor",
        "duplicate",
    ];
    // What only our parser says would be no help.
    let told =
        if KNOWN.iter().any(|start| told.starts_with(start)) { told } else { "did not find expected node content" };
    let line = context.and_then(line_of).filter(|line| *line > 1).or_else(|| line_of(problem));
    match line.map(|line| if scanner { line } else { line.saturating_sub(1) }).filter(|line| *line > 0) {
        Some(line) => format!("yaml: line {line}: {told}"),
        None => format!("yaml: {told}"),
    }
}

fn read(file: &str, text: &str, found: &mut Vec<Manifest>) -> Result<(), Trouble> {
    for document in serde_yaml_ng::Deserializer::from_str(text) {
        let value = Value::deserialize(document).map_err(|error| {
            Trouble::Said(format!("error: error parsing {file}: error converting YAML to JSON: {}", go_error(&error)))
        })?;
        match value {
            Value::Null => {}
            // A list stands for its items.
            Value::Object(mut members) if members.get("kind") == Some(&Value::from("List")) => {
                let items = members.remove("items");
                for document in items.as_ref().and_then(Value::as_array).into_iter().flatten() {
                    found.push(Manifest { file: file.to_owned(), document: document.clone() });
                }
            }
            document @ Value::Object(_) => found.push(Manifest { file: file.to_owned(), document }),
            other => {
                let what = if other.is_array() { "array" } else { "string" };
                return Err(Trouble::Said(format!(
                    "error: error validating \"{file}\": error validating data: invalid object to validate; if you choose \
                     to ignore these errors, turn validation off with --validate=false ({what})"
                )));
            }
        }
    }
    Ok(())
}

impl Manifest {
    /// Its kind and name.
    ///
    /// # Errors
    /// Where it says none, or one that is not kept here.
    pub(super) fn kind(&self) -> Result<(Kind, String), Trouble> {
        let text = |path: &str| self.document.pointer(path).and_then(Value::as_str).unwrap_or_default();
        let (kind, version, name) = (text("/kind"), text("/apiVersion"), text("/metadata/name"));
        let missing: Vec<&str> = [("apiVersion not set", version), ("kind not set", kind)]
            .into_iter()
            .filter(|(_, found)| found.is_empty())
            .map(|(told, _)| told)
            .collect();
        if !missing.is_empty() {
            let told = match missing.as_slice() {
                [only] => (*only).to_owned(),
                many => format!("[{}]", many.join(", ")),
            };
            return Err(Trouble::Said(format!(
                "error: error validating \"{}\": error validating data: {told}; if you choose to ignore these errors, turn \
                 validation off with --validate=false",
                self.file
            )));
        }
        if let Some(known) = Kind::ALL.into_iter().find(|known| known.name() == kind && known.api_version() == version)
            && !matches!(known, Kind::Event | Kind::Node | Kind::ReplicaSet)
        {
            return Ok((known, name.to_owned()));
        }
        if NOT_KEPT.contains(&(kind, version)) {
            return Err(Trouble::NotSimulated(kind.to_owned()));
        }
        Err(Trouble::Said(format!(
            "error: resource mapping not found for name: \"{name}\" namespace: \"{}\" from \"{}\": no matches for kind \
             \"{kind}\" in version \"{version}\"\nensure CRDs are installed first",
            text("/metadata/namespace"),
            self.file
        )))
    }

    /// The manifest with the namespace that it is for.
    ///
    /// # Errors
    /// Where it says another one than was asked for.
    pub(super) fn placed(&self, kind: Kind, namespace: &str, explicit: bool) -> Result<Value, Trouble> {
        let mut document = self.document.clone();
        if !kind.is_namespaced() {
            return Ok(document);
        }
        let own = document.pointer("/metadata/namespace").and_then(Value::as_str).unwrap_or_default().to_owned();
        if explicit && !own.is_empty() && own != namespace {
            return Err(Trouble::Said(format!(
                "error: the namespace from the provided object \"{own}\" does not match the namespace \"{namespace}\". You \
                 must pass '--namespace={own}' to perform this operation."
            )));
        }
        if own.is_empty()
            && let Some(members) = document.as_object_mut()
        {
            let metadata = members.entry("metadata").or_insert_with(|| serde_json::json!({}));
            if let Some(metadata) = metadata.as_object_mut() {
                metadata.insert("namespace".to_owned(), namespace.into());
            }
        }
        Ok(document)
    }
}
