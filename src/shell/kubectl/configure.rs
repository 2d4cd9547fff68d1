//! `kubectl config …`: looking at the kubeconfig, and changing which context is in force.

use serde_json::{Value, json};

use super::config::Config;
use super::flags::Parsed;
use super::{Command, Done, fail, get, table};
use crate::shell::Io;

pub(super) const CURRENT_CONTEXT: Command = Command {
    path: "config current-context",
    usage: "kubectl config current-context [flags] [options]",
    flags: &[],
    run: current,
};
pub(super) const GET_CONTEXTS: Command = Command {
    path: "config get-contexts",
    usage: "kubectl config get-contexts [(-o|--output=)name)] [options]",
    flags: &[("output", 'o', true), ("no-headers", ' ', false)],
    run: contexts,
};
pub(super) const USE_CONTEXT: Command = Command {
    path: "config use-context",
    usage: "kubectl config use-context CONTEXT_NAME [options]",
    flags: &[],
    run: use_context,
};
pub(super) const SET_CONTEXT: Command = Command {
    path: "config set-context",
    usage: "kubectl config set-context [NAME | --current] [--namespace=namespace] [options]",
    flags: &[("current", ' ', false), ("cluster", ' ', true), ("user", ' ', true)],
    run: set_context,
};
pub(super) const VIEW: Command = Command {
    path: "config view",
    usage: "kubectl config view [options]",
    flags: &[("minify", ' ', false), ("raw", ' ', false), ("output", 'o', true)],
    run: view,
};

fn load(io: &mut Io<'_>, parsed: &Parsed) -> Result<Config, Done> {
    Config::load(&io.world.laptop, parsed.value("kubeconfig")).map_err(|message| fail(io, message))
}

fn current(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    let config = match load(io, parsed) {
        Ok(config) => config,
        Err(code) => return code,
    };
    if config.current().is_empty() {
        return fail(io, "error: current-context is not set");
    }
    io.print(format!("{}\n", config.current()));
    0
}

fn contexts(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    let config = match load(io, parsed) {
        Ok(config) => config,
        Err(code) => return code,
    };
    let wanted = |name: &str| parsed.rest.is_empty() || parsed.rest.iter().any(|known| known == name);
    if parsed.value("output") == Some("name") {
        let names: String = config
            .contexts()
            .into_iter()
            .map(|(name, ..)| name)
            .filter(|name| wanted(name))
            .map(|name| name + "\n")
            .collect();
        io.print(names);
        return 0;
    }
    let header = ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"].map(str::to_owned).to_vec();
    let mut rows = if parsed.has("no-headers") { Vec::new() } else { vec![header] };
    for (name, cluster, user, namespace) in config.contexts() {
        if wanted(&name) {
            let mark = if name == config.current() { "*" } else { "" };
            rows.push(vec![mark.to_owned(), name, cluster, user, namespace]);
        }
    }
    for name in &parsed.rest {
        if !config.contexts().iter().any(|(known, ..)| known == name) {
            return fail(io, format!("error: context {name} not found"));
        }
    }
    io.print(table::table(&rows));
    0
}

fn use_context(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    let mut config = match load(io, parsed) {
        Ok(config) => config,
        Err(code) => return code,
    };
    let Some(name) = parsed.arg(0) else {
        return fail(
            io,
            "error: accepts 1 arg(s), received 0\nSee 'kubectl config use-context -h' for help and examples",
        );
    };
    if !config.contexts().iter().any(|(known, ..)| known == name) {
        return fail(io, format!("error: no context exists with the name: \"{name}\""));
    }
    if let Some(members) = config.document.as_object_mut() {
        members.insert("current-context".to_owned(), name.into());
    }
    if let Err(message) = config.save(io.world) {
        return fail(io, message);
    }
    io.print(format!("Switched to context \"{name}\".\n"));
    0
}

fn set_context(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    let mut config = match load(io, parsed) {
        Ok(config) => config,
        Err(code) => return code,
    };
    let name = match (parsed.arg(0), parsed.has("current")) {
        (Some(name), false) => name.to_owned(),
        (None, true) if !config.current().is_empty() => config.current().to_owned(),
        (None, true) => return fail(io, "error: no current context is set"),
        _ => return fail(io, "error: unexpected args: []\nSee 'kubectl config set-context -h' for help and examples"),
    };
    let known = config.contexts().iter().any(|(known, ..)| *known == name);
    let Some(members) = config.document.as_object_mut() else { return 1 };
    let list = members.entry("contexts").or_insert_with(|| json!([]));
    if !known && let Some(list) = list.as_array_mut() {
        list.push(json!({"context": {}, "name": name}));
    }
    let entries = list.as_array_mut().into_iter().flatten();
    for entry in entries.filter(|entry| entry.get("name").and_then(Value::as_str) == Some(&name)) {
        if let Some(context) = entry.get_mut("context").and_then(Value::as_object_mut) {
            for flag in ["namespace", "cluster", "user"] {
                context.extend(parsed.value(flag).map(|value| (flag.to_owned(), value.into())));
            }
        }
    }
    if let Err(message) = config.save(io.world) {
        return fail(io, message);
    }
    io.print(format!("Context \"{name}\" {}.\n", if known { "modified" } else { "created" }));
    0
}

fn view(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    let config = match load(io, parsed) {
        Ok(config) => config,
        Err(code) => return code,
    };
    let mut document = config.document.clone();
    if document.as_object().is_none_or(serde_json::Map::is_empty) {
        document = json!({
            "apiVersion": "v1", "clusters": null, "contexts": null, "current-context": "", "kind": "Config", "users": null,
        });
    }
    if parsed.has("minify") {
        let current = config.current().to_owned();
        let found = config.contexts().into_iter().find(|(name, ..)| *name == current);
        let Some((name, cluster, user, _)) = found else {
            return fail(io, "error: current-context must exist in order to minify");
        };
        for (list, own) in [("contexts", name), ("clusters", cluster), ("users", user)] {
            if let Some(entries) = document.get_mut(list).and_then(Value::as_array_mut) {
                entries.retain(|entry| entry.get("name").and_then(Value::as_str) == Some(&own));
            }
        }
    }
    if !parsed.has("raw") {
        for (list, at, name, shown) in [
            ("clusters", "/cluster", "certificate-authority-data", "DATA+OMITTED"),
            ("users", "/user", "token", "REDACTED"),
        ] {
            for entry in document.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
                let members = entry.pointer_mut(at).and_then(Value::as_object_mut);
                if let Some(value) = members.and_then(|members| members.get_mut(name)) {
                    *value = shown.into();
                }
            }
        }
    }
    match get::render(parsed.value("output").unwrap_or("yaml"), &get::sorted(document)) {
        Ok(text) => {
            io.print(text);
            0
        }
        Err(trouble) => trouble.report(io),
    }
}
