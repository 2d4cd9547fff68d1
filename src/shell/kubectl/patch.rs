//! `kubectl patch`: a part of an object is changed, in one of three ways.
//!
//! Source: Kubernetes, "Update API Objects in Place Using kubectl patch"; strategic merge: API machinery,
//! `strategicpatch`; merge: RFC 7386; JSON: RFC 6902.

use serde_json::{Map, Value};

use super::flags::Parsed;
use super::{Command, Done, Trouble, fail, get, manifest, print, select, with_session};
use crate::cloud::eks::{Answer, Request};
use crate::shell::Io;

pub(super) const PATCH: Command = Command {
    path: "patch",
    usage: "kubectl patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE] [options]",
    flags: &[
        ("patch", 'p', true),
        ("patch-file", ' ', true),
        ("type", ' ', true),
        ("filename", 'f', true),
        ("output", 'o', true),
        ("dry-run", ' ', true),
    ],
    run,
};

/// How a patch is meant.
#[derive(Clone, Copy)]
enum How {
    Strategic,
    Merge,
    Json,
}

fn run(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    let how = match parsed.value("type").map(str::to_ascii_lowercase).as_deref() {
        None | Some("strategic") => How::Strategic,
        Some("merge") => How::Merge,
        Some("json") => How::Json,
        Some(other) => return fail(io, format!("error: --type must be one of [json merge strategic], not {other:?}")),
    };
    let text = match (parsed.value("patch"), parsed.value("patch-file")) {
        (Some(_), Some(_)) => return fail(io, "error: cannot specify --patch and --patch-file together"),
        (Some(text), None) => text.to_owned(),
        (None, Some(file)) => match io.world.laptop.files.read_text(&io.path(file)) {
            Ok(text) => text,
            Err(_) => {
                return fail(io, format!("error: unable to read patch file: open {file}: no such file or directory"));
            }
        },
        (None, None) => {
            return fail(io, "error: must specify --patch or --patch-file containing the contents of the patch");
        }
    };
    let patch = match manifest::document(&text) {
        Ok(patch) => patch,
        Err(why) => return fail(io, format!("error: unable to parse {text:?}: {why}")),
    };
    let mut words = parsed.rest.clone();
    let files: Vec<String> = parsed.values("filename").map(str::to_owned).collect();
    match manifest::names(io, &files) {
        Ok(names) => words.extend(names),
        Err(trouble) => return trouble.report(io),
    }
    let selection = match select::read(&words) {
        Ok(selection) => selection,
        Err(trouble) => return trouble.report(io),
    };
    if selection.parts.iter().any(|(_, names)| names.is_empty()) {
        return fail(io, "error: resource(s) were provided, but no name was specified");
    }
    let dry = match super::dry_run(parsed) {
        Ok(dry) => dry,
        Err(message) => return fail(io, message),
    };
    with_session(io, parsed, |io, session| {
        let (found, missing) = select::fetch(io, session, &selection, parsed)?;
        for (kind, object) in
            found.into_iter().flat_map(|(kind, all)| all.into_iter().map(move |object| (kind, object)))
        {
            let before = object.to_json();
            let after = apply(how, &before, &patch).map_err(Trouble::Said)?;
            let changed = after != before;
            let mut result = after.clone();
            if changed
                && dry.is_none()
                && let Answer::Object(object) = session.ask(io, Request::Update { manifest: after })?
            {
                result = object.to_json();
            }
            match parsed.value("output") {
                Some("name") => io.print(format!("{}\n", print::with_kind(kind, &object.metadata().name))),
                Some(output) => {
                    let text = get::render(output, &get::sorted(result))?;
                    io.print(text);
                }
                None => {
                    let what = print::with_kind(kind, &object.metadata().name);
                    let nothing = if changed { "" } else { " (no change)" };
                    io.print(format!("{what} patched{}{nothing}\n", dry.unwrap_or_default()));
                }
            }
        }
        missing.iter().for_each(|text| io.eprint(format!("{text}\n")));
        Ok(i32::from(!missing.is_empty()))
    })
}

/// What the server says of a patch that fits nothing.
fn rejected() -> String {
    "The request is invalid: the server rejected our request due to an error in our request".to_owned()
}

fn apply(how: How, before: &Value, patch: &Value) -> Result<Value, String> {
    match how {
        How::Json => {
            let operations = patch.as_array().ok_or_else(|| {
                "Error from server (BadRequest): json: cannot unmarshal object into Go value of type jsonpatch.Patch"
                    .to_owned()
            })?;
            operations.iter().try_fold(before.clone(), operate)
        }
        How::Merge | How::Strategic if !patch.is_object() => Err(
            "Error from server (BadRequest): json: cannot unmarshal array into Go value of type map[string]interface {}"
                .to_owned(),
        ),
        How::Merge => Ok(merged(before.clone(), patch)),
        How::Strategic => strategic(before.clone(), patch, ""),
    }
}

/// RFC 7386: `null` takes away, lists are replaced.
fn merged(target: Value, patch: &Value) -> Value {
    let Value::Object(changes) = patch else { return patch.clone() };
    let mut members = match target {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    for (name, change) in changes {
        if change.is_null() {
            members.remove(name);
        } else {
            let old = members.get(name).cloned().unwrap_or(Value::Null);
            members.insert(name.clone(), merged(old, change));
        }
    }
    Value::Object(members)
}

/// The member by which the items of a list are told apart; none for a list that is replaced as a whole.
/// Source: Kubernetes API, the fields' `patchMergeKey`.
fn merge_key(field: &str) -> Option<&'static str> {
    match field {
        "containers"
        | "initContainers"
        | "ephemeralContainers"
        | "env"
        | "imagePullSecrets"
        | "volumes"
        | "secrets" => Some("name"),
        "ports" => Some("containerPort"),
        "volumeMounts" => Some("mountPath"),
        "volumeDevices" => Some("devicePath"),
        "conditions" => Some("type"),
        "hostAliases" => Some("ip"),
        "topologySpreadConstraints" => Some("topologyKey"),
        "ownerReferences" => Some("uid"),
        _ => None,
    }
}

/// Kubernetes's own merge: lists whose items have a key are merged item by item; `$patch` deletes or replaces.
fn strategic(target: Value, patch: &Value, field: &str) -> Result<Value, String> {
    match patch {
        Value::Object(changes) => {
            let mut members = match target {
                Value::Object(members) => members,
                _ => Map::new(),
            };
            match changes.get("$patch").and_then(Value::as_str) {
                Some("replace") => {
                    let own = changes.iter().filter(|(name, _)| *name != "$patch");
                    return Ok(Value::Object(own.map(|(name, value)| (name.clone(), value.clone())).collect()));
                }
                Some("delete") => return Ok(Value::Object(Map::new())),
                Some("merge") | None => {}
                Some(other) => return Err(format!("error: Unknown patch type: {other}")),
            }
            for (name, change) in changes {
                match name.strip_prefix("$retainKeys") {
                    Some(_) => {
                        let kept: Vec<&str> =
                            change.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                        members.retain(|name, _| kept.contains(&name.as_str()));
                    }
                    None if name.starts_with('$') => {}
                    None if change.is_null() => drop(members.remove(name)),
                    None => {
                        let old = members.get(name).cloned().unwrap_or(Value::Null);
                        members.insert(name.clone(), strategic(old, change, name)?);
                    }
                }
            }
            Ok(Value::Object(members))
        }
        Value::Array(changes) => match merge_key(field) {
            Some(key) => list(target, changes, key, field),
            None => Ok(patch.clone()),
        },
        other => Ok(other.clone()),
    }
}

fn list(target: Value, changes: &[Value], key: &str, field: &str) -> Result<Value, String> {
    let is = |item: &Value, directive: &str| item.get("$patch").and_then(Value::as_str) == Some(directive);
    if changes.iter().any(|change| is(change, "replace")) {
        return Ok(changes.iter().filter(|change| !is(change, "replace")).cloned().collect());
    }
    let mut items = match target {
        Value::Array(items) => items,
        _ => Vec::new(),
    };
    for change in changes {
        let Some(name) = change.get(key) else {
            return Err(format!("error: map: {} does not contain declared merge key: {key}", go_map(change)));
        };
        let at = items.iter().position(|item| item.get(key) == Some(name));
        match at {
            _ if is(change, "delete") => items.retain(|item| item.get(key) != Some(name)),
            Some(at) => {
                let old = items.get(at).cloned().unwrap_or(Value::Null);
                if let (Some(place), new) = (items.get_mut(at), strategic(old, change, field)?) {
                    *place = new;
                }
            }
            None => items.push(strategic(Value::Null, change, field)?),
        }
    }
    Ok(Value::Array(items))
}

/// A map as Go prints it: `map[image:nginx]`.
fn go_map(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut pairs: Vec<String> =
                members.iter().map(|(name, value)| format!("{name}:{}", go_map(value))).collect();
            pairs.sort();
            format!("map[{}]", pairs.join(" "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(go_map).collect::<Vec<_>>().join(" ")),
        Value::String(text) => text.clone(),
        Value::Null => "<nil>".to_owned(),
        other => other.to_string(),
    }
}

/// One operation of RFC 6902.
fn operate(mut document: Value, operation: &Value) -> Result<Value, String> {
    let text = |name: &str| operation.get(name).and_then(Value::as_str);
    let (Some(what), Some(path)) = (text("op"), text("path")) else { return Err(rejected()) };
    let value = operation.get("value").cloned();
    match what {
        "add" => add(&mut document, path, value.ok_or_else(rejected)?)?,
        "replace" => *document.pointer_mut(path).ok_or_else(rejected)? = value.ok_or_else(rejected)?,
        "remove" => drop(remove(&mut document, path)?),
        "test" => {
            if document.pointer(path) != value.as_ref() {
                return Err(rejected());
            }
        }
        "move" => {
            let moved = remove(&mut document, text("from").ok_or_else(rejected)?)?;
            add(&mut document, path, moved)?;
        }
        "copy" => {
            let copied = document.pointer(text("from").ok_or_else(rejected)?).cloned().ok_or_else(rejected)?;
            add(&mut document, path, copied)?;
        }
        _ => return Err(rejected()),
    }
    Ok(document)
}

/// A pointer's parent and its last part, unescaped.
fn split<'d>(document: &'d mut Value, path: &str) -> Result<(&'d mut Value, String), String> {
    let (parent, last) = path.rsplit_once('/').ok_or_else(rejected)?;
    let parent = document.pointer_mut(parent).ok_or_else(rejected)?;
    Ok((parent, last.replace("~1", "/").replace("~0", "~")))
}

fn add(document: &mut Value, path: &str, value: Value) -> Result<(), String> {
    match split(document, path)? {
        (Value::Object(members), name) => drop(members.insert(name, value)),
        (Value::Array(items), at) => {
            let at = if at == "-" { items.len() } else { at.parse().map_err(|_| rejected())? };
            if at > items.len() {
                return Err(rejected());
            }
            items.insert(at, value);
        }
        _ => return Err(rejected()),
    }
    Ok(())
}

fn remove(document: &mut Value, path: &str) -> Result<Value, String> {
    match split(document, path)? {
        (Value::Object(members), name) => members.remove(&name).ok_or_else(rejected),
        (Value::Array(items), at) => {
            let at: usize = at.parse().map_err(|_| rejected())?;
            if at < items.len() { Ok(items.remove(at)) } else { Err(rejected()) }
        }
        _ => Err(rejected()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_strategic_patch_merges_containers_by_name_and_null_takes_away() {
        let pod = json!({"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "1"}], "imagePullSecrets": [{"name": "x"}]});
        let patch = json!({"containers": [{"name": "b", "image": "2"}], "imagePullSecrets": null});
        let expect = json!({"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "2"}]});
        assert_eq!(strategic(pod.clone(), &patch, "spec"), Ok(expect));
        let delete = json!({"imagePullSecrets": [{"name": "x", "$patch": "delete"}]});
        assert_eq!(strategic(pod.clone(), &delete, "spec").unwrap()["imagePullSecrets"], json!([]));
        let nameless = json!({"containers": [{"image": "2"}]});
        let told = "error: map: map[image:2] does not contain declared merge key: name";
        assert_eq!(strategic(pod.clone(), &nameless, "spec"), Err(told.to_owned()));
        // The plain merge replaces lists.
        assert_eq!(merged(pod, &patch), json!({"containers": [{"name": "b", "image": "2"}]}));
    }

    #[test]
    fn a_json_patch_goes_operation_by_operation() {
        let document = json!({"a/b": 1, "list": [1, 2]});
        let run = |patch: Value| apply(How::Json, &document, &patch);
        let expect = json!({"list": [0, 2, 3]});
        let patch = json!([
            {"op": "test", "path": "/a~1b", "value": 1},
            {"op": "remove", "path": "/a~1b"},
            {"op": "replace", "path": "/list/0", "value": 0},
            {"op": "add", "path": "/list/-", "value": 3}
        ]);
        assert_eq!(run(patch), Ok(expect));
        assert_eq!(run(json!([{"op": "remove", "path": "/nothing"}])), Err(rejected()));
        assert_eq!(run(json!([{"op": "test", "path": "/list/0", "value": 9}])), Err(rejected()));
        assert_eq!(run(json!([{"op": "add", "path": "/list/9", "value": 9}])), Err(rejected()));
        assert_eq!(run(json!([{"op": "move", "from": "/a~1b", "path": "/c"}])), Ok(json!({"list": [1, 2], "c": 1})));
    }
}
