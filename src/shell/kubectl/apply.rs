//! `kubectl apply -f`.

use serde_json::{Value, json};

use super::flags::Parsed;
use super::manifest::{self, Manifest};
use super::{Command, Done, Session, Trouble, merge, print, with_session};
use crate::cloud::eks::{Answer, Kind, Request};
use crate::shell::Io;

/// What `--dry-run=client` says behind a result: the server was not even asked.
const CLIENT: &str = " (dry run)";
/// Where `apply` notes what it applied.
const LAST: &str = "kubectl.kubernetes.io/last-applied-configuration";

pub(super) const APPLY: Command = Command {
    path: "apply",
    usage: "kubectl apply (-f FILENAME | -k DIRECTORY) [options]",
    flags: &[
        ("filename", 'f', true),
        ("kustomize", 'k', true),
        ("recursive", 'R', false),
        ("dry-run", ' ', true),
        ("validate", ' ', true),
        ("wait", ' ', false),
        ("server-side", ' ', false),
    ],
    run,
};

fn run(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    if parsed.has("kustomize") || parsed.has("server-side") {
        let flag = if parsed.has("kustomize") { "-k" } else { "--server-side" };
        return super::not_simulated(io, &format!("kubectl apply {flag}"));
    }
    if parsed.value("filename").is_none() {
        return super::fail(io, "error: must specify one of -f and -k");
    }
    let files: Vec<String> = parsed.values("filename").map(str::to_owned).collect();
    let manifests = match manifest::load(io, files.iter().map(String::as_str)) {
        Ok(manifests) => manifests,
        Err(trouble) => return trouble.report(io),
    };
    let explicit = parsed.value("namespace").is_some();
    let dry = match super::dry_run(parsed) {
        Ok(dry) => dry,
        Err(message) => return super::fail(io, message),
    };
    with_session(io, parsed, |io, session| {
        let mut code = 0;
        for manifest in &manifests {
            if let Err(trouble) = one(io, session, manifest, explicit, dry) {
                code = trouble.report(io);
            }
        }
        Ok(code)
    })
}

fn one(
    io: &mut Io<'_>,
    session: &Session,
    manifest: &Manifest,
    explicit: bool,
    dry: Option<&str>,
) -> Result<(), Trouble> {
    let (kind, name) = manifest.kind()?;
    let wanted = manifest.placed(kind, &session.namespace, explicit)?;
    let namespace = wanted.pointer("/metadata/namespace").and_then(Value::as_str).unwrap_or_default().to_owned();
    let there = Session { server: session.server.clone(), token: session.token.clone(), namespace };
    let noted = noted(&wanted);
    let what = print::with_kind(kind, &name);
    let dry_run = dry.unwrap_or_default();
    let live = match there.get(io, kind, &name) {
        Ok(object) => object.to_json(),
        Err(Trouble::NotFound(_)) => {
            let create = Request::Create { manifest: noted };
            if dry != Some(CLIENT) {
                let made = if dry.is_some() { session.try_out(io, create) } else { session.ask(io, create) };
                made.map_err(|trouble| when(trouble, &format!("error when creating \"{}\"", manifest.file)))?;
            }
            io.print(format!("{what} created{dry_run}\n"));
            return Ok(());
        }
        Err(other) => return Err(other),
    };
    let merged = merge::merge(&live, &last(&live), &noted);
    // The server fills in again what a manifest leaves out, so only what it would change counts.
    if merged == live {
        io.print(format!("{what} unchanged{dry_run}\n"));
        return Ok(());
    }
    if dry != Some(CLIENT) {
        let update = Request::Update { manifest: merged };
        let changed = if dry.is_some() { session.try_out(io, update) } else { session.ask(io, update) };
        let changed =
            changed.map_err(|trouble| when(trouble, &format!("error when applying patch to \"{}\"", manifest.file)))?;
        if let Answer::Object(object) = changed
            && same(&object.to_json(), &live)
        {
            io.print(format!("{what} unchanged{dry_run}\n"));
            return Ok(());
        }
    }
    io.print(format!("{what} configured{dry_run}\n"));
    Ok(())
}

/// What was applied before.
fn last(live: &Value) -> Value {
    let path = format!("/metadata/annotations/{}", LAST.replace('/', "~1"));
    let before = live.pointer(&path).and_then(Value::as_str);
    before.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null)
}

/// What there is, if anything is, and what it would be after a manifest was applied.
///
/// # Errors
/// Where the server refuses to show it.
pub(super) fn merged(
    io: &mut Io<'_>,
    session: &Session,
    kind: Kind,
    name: &str,
    wanted: &Value,
) -> Result<(Option<Value>, Value), Trouble> {
    let live = match session.get(io, kind, name) {
        Ok(object) => object.to_json(),
        Err(Trouble::NotFound(_)) => {
            let made = session.try_out(io, Request::Create { manifest: noted(wanted) })?;
            return Ok((None, if let Answer::Object(object) = made { object.to_json() } else { noted(wanted) }));
        }
        Err(other) => return Err(other),
    };
    let merged = merge::merge(&live, &last(&live), &noted(wanted));
    let Answer::Object(object) = session.try_out(io, Request::Update { manifest: merged })? else {
        return Err(Trouble::Said(String::new()));
    };
    let mut merged = object.to_json();
    // What follows from the change does not belong to it.
    for path in ["/status", "/metadata/resourceVersion"] {
        if let (Some(place), Some(before)) = (merged.pointer_mut(path), live.pointer(path)) {
            place.clone_from(before);
        }
    }
    Ok((Some(live), merged))
}

/// Whether two states of an object say the same of what a person sets.
fn same(a: &Value, b: &Value) -> bool {
    let own = |value: &Value| {
        let mut value = value.clone();
        if let Some(members) = value.as_object_mut() {
            members.remove("status");
        }
        if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
            for name in ["resourceVersion", "generation"] {
                metadata.remove(name);
            }
        }
        value
    };
    own(a) == own(b)
}

/// The manifest with a note of itself.
fn noted(wanted: &Value) -> Value {
    let mut noted = wanted.clone();
    let mut text = super::get::sorted(wanted.clone()).to_string();
    text.push('\n');
    if let Some(metadata) = noted.get_mut("metadata").and_then(Value::as_object_mut) {
        let annotations = metadata.entry("annotations").or_insert_with(|| json!({}));
        if let Some(annotations) = annotations.as_object_mut() {
            annotations.insert(LAST.to_owned(), text.into());
        }
    }
    noted
}

/// A refusal with what was being done.
pub(super) fn when(trouble: Trouble, doing: &str) -> Trouble {
    let told = |text: String| match text.split_once("): ") {
        Some((head, tail)) if text.starts_with("Error from server (") => format!("{head}): {doing}: {tail}"),
        _ => text,
    };
    match trouble {
        Trouble::Said(text) => Trouble::Said(told(text)),
        Trouble::NotFound(text) => Trouble::Said(told(text)),
        other => other,
    }
}
