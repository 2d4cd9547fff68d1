//! `kubectl get`.

use serde_json::{Value, json};

use super::flags::Parsed;
use super::{Command, Done, Trouble, jsonpath, not_simulated, print, select, table, with_session, yaml};
use crate::cloud::eks::{Kind, Object};
use crate::shell::Io;

pub(super) const GET: Command = Command {
    path: "get",
    usage: "kubectl get (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags] [options]",
    flags: &[
        ("output", 'o', true),
        ("all-namespaces", 'A', false),
        ("selector", 'l', true),
        ("field-selector", ' ', true),
        ("watch", 'w', false),
        ("label-columns", 'L', true),
        ("watch-only", ' ', false),
        ("show-labels", ' ', false),
        ("no-headers", ' ', false),
        ("sort-by", ' ', true),
        ("ignore-not-found", ' ', false),
    ],
    run,
};

fn run(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    let output = parsed.value("output").unwrap_or_default();
    let form = output.split(['=', ':']).next().unwrap_or_default();
    match form {
        "" | "wide" | "json" | "yaml" | "name" | "jsonpath" => {}
        "custom-columns"
        | "custom-columns-file"
        | "go-template"
        | "go-template-file"
        | "jsonpath-file"
        | "jsonpath-as-json"
        | "template"
        | "templatefile"
        | "kyaml" => {
            return not_simulated(io, &format!("kubectl get -o {form}"));
        }
        _ => {
            return super::fail(
                io,
                format!(
                    "error: unable to match a printer suitable for the output format \"{output}\", allowed formats are: \
                     custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,\
                     jsonpath-file,name,template,templatefile,wide,yaml"
                ),
            );
        }
    }
    // It would go on until Ctrl-C.
    if let Some(flag) = ["watch", "watch-only"].into_iter().find(|flag| parsed.has(flag)) {
        return not_simulated(io, &format!("kubectl get --{flag}"));
    }
    let selection = match select::read(&parsed.rest) {
        Ok(selection) => selection,
        Err(trouble) => return trouble.report(io),
    };
    with_session(io, parsed, |io, session| {
        let (mut found, missing) = select::fetch(io, session, &selection, parsed)?;
        if let Some(path) = parsed.value("sort-by") {
            sort(&mut found, path)?;
        }
        let namespace = session.namespace.clone();
        match form {
            "" | "wide" => tables(io, parsed, &selection, &found, &missing, &namespace),
            _ => documents(io, &selection, &found, output)?,
        }
        if parsed.has("ignore-not-found") {
            return Ok(0);
        }
        for text in &missing {
            io.eprint(format!("{text}\n"));
        }
        Ok(i32::from(!missing.is_empty()))
    })
}

fn sort(found: &mut [(Kind, Vec<Object>)], path: &str) -> Result<(), Trouble> {
    let path = path.trim_matches(['{', '}']);
    for (_, objects) in found {
        let mut keyed = Vec::with_capacity(objects.len());
        for object in objects.drain(..) {
            let key = jsonpath::evaluate(&format!("{{{path}}}"), &object.to_json()).map_err(Trouble::Said)?;
            keyed.push((key, object));
        }
        keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
        objects.extend(keyed.into_iter().map(|(_, object)| object));
    }
    Ok(())
}

fn tables(
    io: &mut Io<'_>,
    parsed: &Parsed,
    selection: &select::Selection,
    found: &[(Kind, Vec<Object>)],
    missing: &[String],
    namespace: &str,
) {
    let now = io.world.cloud.now();
    let wide = parsed.value("output") == Some("wide");
    let everywhere = parsed.has("all-namespaces");
    let mut blocks = Vec::new();
    for (kind, objects) in found.iter().filter(|(_, objects)| !objects.is_empty()) {
        let mut rows = print::rows(*kind, objects, wide, now);
        // Events carry their object's name and not their own.
        let by_name = *kind != Kind::Event;
        if selection.prefixed && by_name {
            for (row, object) in rows.iter_mut().skip(1).zip(objects) {
                if let Some(first) = row.first_mut() {
                    *first = print::with_kind(*kind, &object.metadata().name);
                }
            }
        }
        for label in parsed.values("label-columns").flat_map(|list| list.split(',')) {
            // Source: kubectl: the column is named by what stands behind the last slash.
            let title = label.rsplit('/').next().unwrap_or(label).to_ascii_uppercase();
            for (at, row) in rows.iter_mut().enumerate() {
                let object = at.checked_sub(1).and_then(|at| objects.get(at));
                let value = |object: &Object| object.metadata().labels.get(label).cloned().unwrap_or_default();
                row.push(object.map_or(title.clone(), value));
            }
        }
        if parsed.has("show-labels") {
            for (at, row) in rows.iter_mut().enumerate() {
                let object = at.checked_sub(1).and_then(|at| objects.get(at));
                row.push(object.map_or("LABELS".to_owned(), |object| print::labels(&object.metadata().labels)));
            }
        }
        if everywhere && kind.is_namespaced() {
            for (at, row) in rows.iter_mut().enumerate() {
                let object = at.checked_sub(1).and_then(|at| objects.get(at));
                row.insert(0, object.map_or("NAMESPACE".to_owned(), |object| object.metadata().namespace.clone()));
            }
        }
        if parsed.has("no-headers") {
            rows.remove(0);
        }
        blocks.push(table::table(&rows));
    }
    if !blocks.is_empty() {
        io.print(blocks.join("\n"));
    } else if missing.is_empty() && !parsed.has("ignore-not-found") {
        let namespaced = found.iter().any(|(kind, _)| kind.is_namespaced());
        io.eprint(if everywhere || !namespaced {
            "No resources found\n".to_owned()
        } else {
            format!("No resources found in {namespace} namespace.\n")
        });
    }
}

fn documents(
    io: &mut Io<'_>,
    selection: &select::Selection,
    found: &[(Kind, Vec<Object>)],
    output: &str,
) -> Result<(), Trouble> {
    let objects: Vec<&Object> = found.iter().flat_map(|(_, objects)| objects).collect();
    if output == "name" {
        let lines: String = objects
            .iter()
            .map(|object| format!("{}\n", print::with_kind(object.kind(), &object.metadata().name)))
            .collect();
        io.print(lines);
        return Ok(());
    }
    // One object that was named stands alone; anything else is a list.
    let named = selection.parts.iter().map(|(_, names)| names.len()).sum::<usize>() == 1
        && selection.parts.iter().all(|(_, names)| !names.is_empty());
    let whole = match objects.as_slice() {
        [] if named => return Ok(()),
        [only] if named => sorted(only.to_json()),
        many => sorted(json!({
            "apiVersion": "v1",
            "items": many.iter().map(|object| object.to_json()).collect::<Vec<_>>(),
            "kind": "List",
            "metadata": {"resourceVersion": ""},
        })),
    };
    io.print(render(output, &whole)?);
    Ok(())
}

/// A document in one of the forms that need no table.
///
/// # Errors
/// For a path that can't be read.
pub(super) fn render(output: &str, whole: &Value) -> Result<String, Trouble> {
    match output.split_once('=') {
        Some(("jsonpath", template)) => jsonpath::evaluate(template, whole).map_err(Trouble::Said),
        _ if output == "json" => {
            // Source: cli-runtime, JSONPrinter: four blanks.
            let mut text = Vec::new();
            let form = serde_json::ser::PrettyFormatter::with_indent(b"    ");
            let mut serializer = serde_json::Serializer::with_formatter(&mut text, form);
            let done = serde::Serialize::serialize(whole, &mut serializer);
            done.map_err(|error| Trouble::Said(format!("error: {error}")))?;
            Ok(String::from_utf8_lossy(&text).into_owned() + "\n")
        }
        _ if output == "yaml" => Ok(yaml::emit(whole)),
        _ => Err(Trouble::Said("error: template format specified but no template given".to_owned())),
    }
}

/// With the members of every object in order, as Go's maps are printed.
pub(super) fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> = members.into_iter().collect();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(members.into_iter().map(|(name, value)| (name, sorted(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
