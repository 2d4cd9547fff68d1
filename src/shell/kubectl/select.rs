//! Which objects a command means: `pods`, `pod web`, `deploy/web`, `pods,svc`, `all`, `-l app=web`.

use super::flags::Parsed;
use super::{Session, Trouble};
use crate::cloud::eks::{Kind, Object};
use crate::shell::Io;

/// The kinds that `all` stands for, of those that are kept here.
const ALL: [Kind; 3] = [Kind::Pod, Kind::Deployment, Kind::ReplicaSet];

/// Kinds that Kubernetes has and the simulation has not.
const NOT_KEPT: &[&str] = &[
    "svc",
    "service",
    "services",
    "ing",
    "ingress",
    "ingresses",
    "ds",
    "daemonset",
    "daemonsets",
    "sts",
    "statefulset",
    "statefulsets",
    "job",
    "jobs",
    "cj",
    "cronjob",
    "cronjobs",
    "pv",
    "pvc",
    "persistentvolume",
    "persistentvolumes",
    "persistentvolumeclaim",
    "persistentvolumeclaims",
    "role",
    "roles",
    "rolebinding",
    "rolebindings",
    "clusterrole",
    "clusterroles",
    "clusterrolebinding",
    "clusterrolebindings",
    "endpoints",
    "ep",
    "hpa",
    "horizontalpodautoscaler",
    "horizontalpodautoscalers",
    "crd",
    "customresourcedefinition",
    "customresourcedefinitions",
    "storageclass",
    "sc",
    "networkpolicy",
    "netpol",
    "networkpolicies",
    "quota",
    "resourcequota",
    "limitrange",
    "pdb",
    "lease",
    "leases",
];

/// What a command means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Selection {
    /// Kinds with the names of objects; without names all objects of the kind are meant.
    pub(super) parts: Vec<(Kind, Vec<String>)>,
    /// Whether names or several kinds were given: then rows say their kind.
    pub(super) prefixed: bool,
}

/// A kind by a word.
///
/// # Errors
/// Where there is no such kind, as the server says it.
pub(super) fn kind(word: &str) -> Result<Kind, Trouble> {
    if let Some(kind) = Kind::of_word(word) {
        return Ok(kind);
    }
    if NOT_KEPT.contains(&word.to_ascii_lowercase().split('.').next().unwrap_or_default()) {
        return Err(Trouble::NotSimulated(format!("the resource type {word}")));
    }
    Err(Trouble::Said(format!("error: the server doesn't have a resource type \"{word}\"")))
}

/// Reads what a command's arguments mean.
///
/// # Errors
/// Where they mean nothing, as `kubectl` says it.
pub(super) fn read(args: &[String]) -> Result<Selection, Trouble> {
    let Some(first) = args.first() else {
        return Err(Trouble::Said(
            "You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of supported \
             resources.\n\nerror: Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed \
             description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples"
                .to_owned(),
        ));
    };
    if first.contains('/') {
        let mut parts: Vec<(Kind, Vec<String>)> = Vec::new();
        for word in args {
            let Some((word, name)) = word.split_once('/') else {
                return Err(Trouble::Said(
                    "error: there is no need to specify a resource type as a separate argument when passing arguments in \
                     resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource \
                     resource/<resource_name>'"
                        .to_owned(),
                ));
            };
            parts.push((kind(word)?, vec![name.to_owned()]));
        }
        let prefixed = parts.len() > 1;
        return Ok(Selection { parts, prefixed });
    }
    let names: Vec<String> = args.iter().skip(1).cloned().collect();
    if names.iter().any(|name| name.contains('/')) {
        return Err(Trouble::Said(
            "error: there is no need to specify a resource type as a separate argument when passing arguments in \
             resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource \
             resource/<resource_name>'"
                .to_owned(),
        ));
    }
    if first == "all" {
        return Ok(Selection { parts: ALL.map(|kind| (kind, Vec::new())).to_vec(), prefixed: true });
    }
    let kinds = first.split(',').map(kind).collect::<Result<Vec<_>, _>>()?;
    let prefixed = kinds.len() > 1;
    Ok(Selection { parts: kinds.into_iter().map(|kind| (kind, names.clone())).collect(), prefixed })
}

/// Objects of a kind.
pub(super) type Found = (Kind, Vec<Object>);

/// The objects that a selection means, kind by kind. What is missing is told at the end.
///
/// # Errors
/// Where the server refuses.
pub(super) fn fetch(
    io: &mut Io<'_>,
    session: &Session,
    selection: &Selection,
    parsed: &Parsed,
) -> Result<(Vec<Found>, Vec<String>), Trouble> {
    let everywhere = parsed.has("all-namespaces");
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for (kind, names) in &selection.parts {
        if names.is_empty() {
            let objects = session.list(io, *kind, everywhere)?;
            found.push((*kind, filtered(objects, parsed)?));
            continue;
        }
        if everywhere && kind.is_namespaced() {
            let text = "error: a resource cannot be retrieved by name across all namespaces";
            return Err(Trouble::Said(text.to_owned()));
        }
        let mut objects = Vec::new();
        for name in names {
            match session.get(io, *kind, name) {
                Ok(object) => objects.push(object),
                Err(Trouble::NotFound(text)) => missing.push(text),
                Err(other) => return Err(other),
            }
        }
        found.push((*kind, objects));
    }
    Ok((found, missing))
}

/// Those that `-l` and `--field-selector` ask for.
///
/// # Errors
/// For a selector that can't be read.
fn filtered(objects: Vec<Object>, parsed: &Parsed) -> Result<Vec<Object>, Trouble> {
    let mut objects = objects;
    if let Some(selector) = parsed.value("selector") {
        let terms = selector.split(',').map(term).collect::<Result<Vec<_>, _>>()?;
        objects.retain(|object| {
            let labels = &object.metadata().labels;
            terms.iter().all(|(key, value, equal)| match value {
                None => labels.contains_key(key) == *equal,
                Some(value) => (labels.get(key) == Some(value)) == *equal,
            })
        });
    }
    if let Some(selector) = parsed.value("field-selector") {
        for part in selector.split(',') {
            let (path, value, equal) = term(part)?;
            let pointer = format!("/{}", path.replace('.', "/"));
            let value = value.unwrap_or_default();
            objects.retain(|object| {
                let json = object.to_json();
                let found =
                    json.pointer(&pointer).map(|found| found.as_str().map_or_else(|| found.to_string(), str::to_owned));
                (found.unwrap_or_default() == value) == equal
            });
        }
    }
    Ok(objects)
}

/// `app=web`, `app!=web`, `app`, `!app`.
fn term(text: &str) -> Result<(String, Option<String>, bool), Trouble> {
    let text = text.trim();
    let wrong = || {
        Trouble::Said(format!("error: unable to parse requirement: found '{text}', expected: !, identifier, or ','"))
    };
    if text.contains(['(', ')', '<', '>', ' ']) || text.is_empty() {
        return Err(wrong());
    }
    if let Some((key, value)) = text.split_once("!=") {
        return Ok((key.to_owned(), Some(value.to_owned()), false));
    }
    if let Some((key, value)) = text.split_once('=') {
        return Ok((key.to_owned(), Some(value.trim_start_matches('=').to_owned()), true));
    }
    Ok(text.strip_prefix('!').map_or((text.to_owned(), None, true), |key| (key.to_owned(), None, false)))
}
