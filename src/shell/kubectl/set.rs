//! `kubectl scale` and `kubectl set image`.

use serde_json::{Value, json};

use super::flags::Parsed;
use super::{Command, Done, Trouble, fail, manifest, print, select, with_session};
use crate::cloud::eks::{Kind, Object, Request};
use crate::shell::Io;

pub(super) const SCALE: Command = Command {
    path: "scale",
    usage: "kubectl scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE \
            NAME) [options]",
    flags: &[
        ("replicas", ' ', true),
        ("current-replicas", ' ', true),
        ("filename", 'f', true),
        ("selector", 'l', true),
        ("all", ' ', false),
    ],
    run: scale,
};

pub(super) const IMAGE: Command = Command {
    path: "set image",
    usage: "kubectl set image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... \
            CONTAINER_NAME_N=CONTAINER_IMAGE_N [options]",
    flags: &[("selector", 'l', true), ("all", ' ', false), ("record", ' ', false)],
    run: image,
};

/// A number that a flag gives. Source: spf13/pflag and Go's strconv, their messages.
///
/// # Errors
/// For what is no number, or one that is too large for its place.
pub(super) fn count(text: &str, flag: &str, path: &str) -> Result<i32, String> {
    text.parse::<i32>().map_err(|_| {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let why = if is_number { "value out of range" } else { "invalid syntax" };
        format!(
            "error: invalid argument \"{text}\" for \"{flag}\" flag: strconv.ParseInt: parsing \"{text}\": {why}\nSee \
             '{path} --help' for usage."
        )
    })
}

fn scale(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    if let Some(text) = parsed.value("current-replicas") {
        return super::not_simulated(io, &format!("kubectl scale --current-replicas={text}"));
    }
    let replicas = match parsed.value("replicas").map(|text| count(text, "--replicas", "kubectl scale")) {
        None => return fail(io, "error: required flag(s) \"replicas\" not set"),
        Some(Ok(replicas)) if replicas < 0 => {
            let why = "error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0";
            return fail(io, why);
        }
        Some(Ok(replicas)) => replicas,
        Some(Err(message)) => return fail(io, message),
    };
    let mut words = parsed.rest.clone();
    let files: Vec<String> = parsed.values("filename").map(str::to_owned).collect();
    match manifest::names(io, &files) {
        Ok(names) => words.extend(names),
        Err(trouble) => return trouble.report(io),
    }
    with_session(io, parsed, |io, session| {
        let selection = select::read(&words)?;
        let (found, missing) = select::fetch(io, session, &selection, parsed)?;
        for (kind, objects) in found {
            if kind != Kind::Deployment {
                return Err(Trouble::NotSimulated(format!("kubectl scale {}", kind.singular())));
            }
            for object in objects {
                let mut document = object.to_json();
                set(&mut document, "/spec", "replicas", json!(replicas));
                session.ask(io, Request::Update { manifest: document })?;
                io.print(format!("{} scaled\n", print::with_kind(kind, &object.metadata().name)));
            }
        }
        missing.iter().for_each(|text| {
            io.eprint(format!("{}\n", text.replace("Error from server", "error: no objects passed to scale")))
        });
        Ok(i32::from(!missing.is_empty()))
    })
}

/// Sets a member of what stands at a path.
pub(super) fn set(document: &mut Value, at: &str, name: &str, value: Value) {
    if let Some(members) = document.pointer_mut(at).and_then(Value::as_object_mut) {
        members.insert(name.to_owned(), value);
    }
}

fn image(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    let (objects, images): (Vec<String>, Vec<String>) =
        parsed.rest.iter().cloned().partition(|word| !word.contains('='));
    if objects.is_empty() {
        return fail(io, "error: one or more resources must be specified as <resource> <name> or <resource>/<name>");
    }
    if images.is_empty() {
        return fail(io, "error: at least one image update is required");
    }
    with_session(io, parsed, |io, session| {
        let selection = select::read(&objects)?;
        let (found, missing) = select::fetch(io, session, &selection, parsed)?;
        for (kind, objects) in found {
            if !matches!(kind, Kind::Deployment | Kind::Pod) {
                return Err(Trouble::NotSimulated(format!("kubectl set image {}", kind.singular())));
            }
            for object in objects {
                let document = changed(kind, &object, &images)?;
                if document == object.to_json() {
                    continue;
                }
                session.ask(io, Request::Update { manifest: document })?;
                io.print(format!("{} image updated\n", print::with_kind(kind, &object.metadata().name)));
            }
        }
        missing.iter().for_each(|text| io.eprint(format!("{text}\n")));
        Ok(i32::from(!missing.is_empty()))
    })
}

/// An object with other images.
fn changed(kind: Kind, object: &Object, images: &[String]) -> Result<Value, Trouble> {
    let mut document = object.to_json();
    let at = if kind == Kind::Pod { "/spec/containers" } else { "/spec/template/spec/containers" };
    for pair in images {
        let (name, image) = pair.split_once('=').unwrap_or((pair, ""));
        let containers = document.pointer_mut(at).and_then(Value::as_array_mut);
        let mut hits = 0;
        for container in containers.into_iter().flatten() {
            let own = container.get("name").and_then(Value::as_str) == Some(name);
            if let (true, Some(members)) = (own || name == "*", container.as_object_mut()) {
                members.insert("image".to_owned(), image.into());
                hits += 1;
            }
        }
        if hits == 0 {
            return Err(Trouble::Said(format!("error: unable to find container named \"{name}\"")));
        }
    }
    Ok(document)
}
