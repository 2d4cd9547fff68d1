//! `docker inspect` and `docker history`.

use serde_json::{Value, json};

use super::daemon_error;
use super::flags::Parsed;
use super::table::{age, size, table};
use super::template::Template;
use crate::cloud::oci::Layer;
use crate::laptop::docker::{Container, ContainerState, Engine, Image, shown};
use crate::shell::Io;

pub(super) fn inspect(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    objects(io, parsed, true, "Error: No such object: ")
}

pub(super) fn inspect_image(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    objects(io, parsed, false, "Error response from daemon: No such image: ")
}

fn objects(io: &mut Io<'_>, parsed: &Parsed, containers: bool, missing: &str) -> i32 {
    let mut found = Vec::new();
    let mut complaints = String::new();
    for name in &parsed.rest {
        let engine = &io.world.laptop.docker;
        if let Some(container) = engine.container(name).filter(|_| containers) {
            found.push(describe_container(container));
        } else if let Some(image) = engine.find(name) {
            found.push(describe(engine, image));
        } else {
            let name = if containers { name.clone() } else { shown(name) };
            complaints += &format!("{missing}{name}\n");
        }
    }
    match parsed.value("format") {
        Some(template) => {
            let template = match Template::new(template, None) {
                Ok(template) => template,
                Err(message) => {
                    io.eprint(format!("{message}\n"));
                    return 1;
                }
            };
            for value in &found {
                match template.fill(value) {
                    Ok(line) => io.print(line + "\n"),
                    Err(message) => {
                        io.eprint(format!("{message}\n"));
                        return 1;
                    }
                }
            }
        }
        None => io.print(pretty(&Value::Array(found)) + "\n"),
    }
    io.eprint(&complaints);
    i32::from(!complaints.is_empty())
}

/// JSON with four blanks, as docker prints it.
fn pretty(value: &Value) -> String {
    if value.as_array().is_some_and(Vec::is_empty) {
        return "[]".to_owned();
    }
    let mut text = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, formatter);
    // Into memory, from JSON: cannot fail.
    let _ = serde::Serialize::serialize(value, &mut serializer);
    String::from_utf8(text).unwrap_or_default()
}

/// An image in the order of docker's members.
fn describe(engine: &Engine, image: &Image) -> Value {
    let config = serde_json::to_value(&image.config.config).unwrap_or_default();
    json!({
        "Id": image.id.to_string(),
        "RepoTags": engine.names(&image.id),
        "RepoDigests": engine.repo_digests(&image.id),
        "Parent": "",
        "Comment": "buildkit.dockerfile.v0",
        "Created": image.config.created,
        "DockerVersion": "",
        "Author": image.config.author.clone().unwrap_or_default(),
        "Architecture": image.config.architecture,
        "Os": image.config.os,
        "Size": image.size(),
        "GraphDriver": { "Data": null, "Name": "overlay2" },
        "RootFS": {
            "Type": "layers",
            "Layers": image.layers.iter().map(|layer| layer.diff_id.to_string()).collect::<Vec<_>>(),
        },
        "Metadata": { "LastTagTime": "0001-01-01T00:00:00Z" },
        "Config": config,
    })
}

fn describe_container(container: &Container) -> Value {
    let (status, code) = match container.state {
        ContainerState::Running => ("running", 0),
        ContainerState::Exited { code, .. } => ("exited", code),
    };
    json!({
        "Id": container.id,
        "Created": container.created.to_string(),
        "State": { "Status": status, "Running": container.is_running(), "ExitCode": code },
        "Image": container.image.to_string(),
        "Name": format!("/{}", container.name),
        "Config": { "Image": container.image_name },
    })
}

pub(super) fn history(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let now = io.world.cloud.now();
    let Some(image) = io.world.laptop.docker.find(parsed.arg(0)).cloned() else {
        return daemon_error(io, format!("No such image: {}", shown(parsed.arg(0))));
    };
    let whole = parsed.has("no-trunc");
    let mut layers = image.layers.iter();
    let mut rows = Vec::new();
    for step in &image.config.history {
        let bytes = if step.empty_layer { 0 } else { layers.next().map_or(0, Layer::size) };
        let created = step.created.as_deref().and_then(|text| text.parse::<jiff::Timestamp>().ok());
        let created = created.map(|at| crate::cloud::Timestamp::from_millis(at.as_millisecond()));
        let by = step.created_by.clone().unwrap_or_default();
        rows.push(vec![
            "<missing>".to_owned(),
            created.map_or_else(|| "N/A".to_owned(), |at| age(at, now) + " ago"),
            if whole { by } else { shorten(&by) },
            size(bytes),
            step.comment.clone().unwrap_or_default(),
        ]);
    }
    rows.reverse();
    if let Some(id) = rows.first_mut().and_then(|row| row.first_mut()) {
        *id = if whole { image.id.to_string() } else { image.id.short() };
    }
    if parsed.has("quiet") {
        for row in rows {
            io.print(format!("{}\n", row.first().cloned().unwrap_or_default()));
        }
        return 0;
    }
    rows.insert(0, ["IMAGE", "CREATED", "CREATED BY", "SIZE", "COMMENT"].map(str::to_owned).to_vec());
    io.print(table(&rows));
    0
}

/// At most 45 characters.
fn shorten(text: &str) -> String {
    if text.chars().count() <= 45 { text.to_owned() } else { text.chars().take(44).chain(['…']).collect() }
}
