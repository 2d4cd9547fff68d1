//! `kubectl events`: what was said in a namespace, oldest first. Source: kubectl, `pkg/cmd/events`.

use super::flags::Parsed;
use super::{Command, Done, Trouble, get, not_simulated, print, select, table, with_session};
use crate::cloud::eks::{Event, Kind, Object};
use crate::shell::Io;

pub(super) const EVENTS: Command = Command {
    path: "events",
    usage: "kubectl events [(-o|--output=)json|yaml|name|jsonpath] [--for TYPE/NAME] [--watch] [--types=Normal,Warning] \
            [options]",
    flags: &[
        ("all-namespaces", 'A', false),
        ("for", ' ', true),
        ("types", ' ', true),
        ("no-headers", ' ', false),
        ("output", 'o', true),
        ("watch", 'w', false),
    ],
    run,
};

fn run(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    // It would go on until Ctrl-C.
    if parsed.has("watch") {
        return not_simulated(io, "kubectl events --watch");
    }
    let about = match parsed.value("for").map(about).transpose() {
        Ok(about) => about,
        Err(trouble) => return trouble.report(io),
    };
    let types: Vec<String> =
        parsed.value("types").into_iter().flat_map(|list| list.split(',')).map(str::to_ascii_lowercase).collect();
    if let Some(wrong) = types.iter().find(|kind| !matches!(kind.as_str(), "normal" | "warning")) {
        return super::fail(io, format!("error: valid --types are Normal or Warning, not {wrong}"));
    }
    with_session(io, parsed, |io, session| {
        let everywhere = parsed.has("all-namespaces");
        let mut objects = session.list(io, Kind::Event, everywhere)?;
        objects.retain(|object| match object {
            Object::Event(event) => {
                about.as_ref().is_none_or(|(kind, name)| event.about == *kind && event.object.name == *name)
                    && (types.is_empty() || types.contains(&event.kind().to_ascii_lowercase()))
            }
            _ => false,
        });
        objects.sort_by_key(|object| match object {
            Object::Event(event) => (Some(event.last), event.metadata.name.clone()),
            _ => (None, String::new()),
        });
        match parsed.value("output") {
            Some("name") => {
                let names = objects.iter().map(|object| print::with_kind(Kind::Event, &object.metadata().name) + "\n");
                io.print(names.collect::<String>());
            }
            Some(output) => {
                let items: Vec<_> = objects.iter().map(Object::to_json).collect();
                let whole = serde_json::json!({
                    "apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""},
                });
                let text = get::render(output, &get::sorted(whole))?;
                io.print(text);
            }
            None if objects.is_empty() => {
                io.eprint(match everywhere {
                    true => "No events found.\n".to_owned(),
                    false => format!("No events found in {} namespace.\n", session.namespace),
                });
            }
            None => {
                let text = rows(&objects, everywhere, parsed.has("no-headers"), io);
                io.print(text);
            }
        }
        Ok(0)
    })
}

/// `pod/web`.
fn about(text: &str) -> Result<(Kind, String), Trouble> {
    let Some((kind, name)) = text.split_once('/') else {
        return Err(Trouble::Said("error: --for must be in resource/name form".to_owned()));
    };
    Ok((select::kind(kind)?, name.to_owned()))
}

fn rows(objects: &[Object], everywhere: bool, bare: bool, io: &Io<'_>) -> String {
    let now = io.world.cloud.now();
    let mut rows = Vec::new();
    if !bare {
        let head: &[&str] = &["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];
        let first = everywhere.then_some("NAMESPACE");
        rows.push(first.iter().chain(head).map(|word| (*word).to_owned()).collect());
    }
    for object in objects {
        let Object::Event(event) = object else { continue };
        let namespace = everywhere.then(|| event.metadata.namespace.clone());
        rows.push(namespace.into_iter().chain(row(event, now)).collect());
    }
    table::table(&rows)
}

fn row(event: &Event, now: crate::cloud::Timestamp) -> [String; 5] {
    let seen = super::age(event.last, now);
    let seen = match event.count {
        0 | 1 => seen,
        count => format!("{seen} (x{count} over {})", super::age(event.first, now)),
    };
    let object = format!("{}/{}", event.about.name(), event.object.name);
    [seen, event.kind().to_owned(), event.reason.to_owned(), object, event.message.clone()]
}
