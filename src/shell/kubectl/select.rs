//! Which objects a command means: `pods`, `pod web`, `deploy/web`, `pods,svc`, `all`, `-l app=web`.

use super::flags::Parsed;
use super::{Session, Trouble};
use crate::cloud::eks::{Kind, ListSelector, Object};
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
        return Err(Trouble::NotSimulated(word.to_owned()));
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
            let selector = selector(parsed)?;
            found.push((*kind, session.select(io, *kind, everywhere, selector)?));
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

/// What `-l` and `--field-selector` ask for.
///
/// # Errors
/// For a selector that can't be read.
pub(super) fn selector(parsed: &Parsed) -> Result<ListSelector, Trouble> {
    ListSelector::parse(parsed.value("selector"), parsed.value("field-selector")).map_err(Trouble::Said)
}
