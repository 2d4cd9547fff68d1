//! `docker images`, `tag` and `rmi`.

use serde_json::{Map, Value};

use super::daemon_error;
use super::flags::Parsed;
use super::listing::{Column, Listing};
use super::table::{age, created_at, size, virtual_size};
use crate::cloud::oci::Reference;
use crate::laptop::docker::{Engine, Image, Removed, shown};
use crate::shell::{Io, zone};

/// A row of `docker images`.
struct Row<'a> {
    repository: String,
    tag: String,
    digest: String,
    image: &'a Image,
}

pub(super) fn list(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let engine = io.world.laptop.docker.clone();
    let now = io.world.cloud.now();
    let mut rows = rows(&engine);
    if let Some(wanted) = parsed.rest.first() {
        rows.retain(|row| names(wanted, row));
    }
    for filter in parsed.values("filter") {
        match filter.split_once('=') {
            Some(("dangling", value)) => rows.retain(|row| (row.tag == "<none>") == (value == "true")),
            Some(("reference", pattern)) => rows.retain(|row| names(pattern, row)),
            _ => return daemon_error(io, format!("invalid filter '{}'", filter.split('=').next().unwrap_or(filter))),
        }
    }
    let id = |image: &Image| if parsed.has("no-trunc") { image.id.to_string() } else { image.id.short() };
    if parsed.has("quiet") {
        let mut seen = Vec::new();
        for row in rows {
            if !seen.contains(&row.image.id) {
                seen.push(row.image.id.clone());
                io.print(format!("{}\n", id(row.image)));
            }
        }
        return 0;
    }
    let mut shown = vec!["Repository", "Tag", "ID", "CreatedSince", "Size"];
    if parsed.has("digests") {
        shown.insert(2, "Digest");
    }
    let zone = zone::local(&io.world.laptop);
    let listing = Listing {
        columns: &COLUMNS,
        shown,
        kind: "*formatter.imageContext",
        rows: rows
            .iter()
            .map(|row| {
                let bytes = row.image.size();
                let member = |name: &str, value: String| (name.to_owned(), Value::from(value));
                Map::from_iter([
                    // Counted only where the daemon is asked for it, which listing does not.
                    member("Containers", "N/A".to_owned()),
                    member("CreatedAt", row.image.created.map_or_else(String::new, |at| created_at(at, &zone))),
                    member(
                        "CreatedSince",
                        row.image.created.map_or_else(|| "N/A".to_owned(), |at| age(at, now) + " ago"),
                    ),
                    member("Digest", row.digest.clone()),
                    member("ID", id(row.image)),
                    member("Repository", row.repository.clone()),
                    member("SharedSize", "N/A".to_owned()),
                    member("Size", size(bytes)),
                    member("Tag", row.tag.clone()),
                    member("UniqueSize", "N/A".to_owned()),
                    member("VirtualSize", virtual_size(bytes)),
                ])
            })
            .collect(),
    };
    listing.show(io, parsed.value("format"))
}

/// What templates may ask of an image, by name, and what stands over it in a table.
const COLUMNS: [Column; 11] = [
    ("Containers", "CONTAINERS"),
    ("CreatedAt", "CREATED AT"),
    ("CreatedSince", "CREATED"),
    ("Digest", "DIGEST"),
    ("ID", "IMAGE ID"),
    ("Repository", "REPOSITORY"),
    ("SharedSize", "SHARED SIZE"),
    ("Size", "SIZE"),
    ("Tag", "TAG"),
    ("UniqueSize", "UNIQUE SIZE"),
    ("VirtualSize", "SIZE"),
];

/// Every name and every image without one, the newest first.
fn rows(engine: &Engine) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for image in engine.images() {
        let digest = |repository: &str| {
            let known = engine.repo_digests(&image.id);
            let found =
                known.iter().find_map(|name| name.strip_prefix(repository)?.strip_prefix('@').map(str::to_owned));
            found.unwrap_or_else(|| "<none>".to_owned())
        };
        let names = engine.names(&image.id);
        for name in &names {
            if let Some((repository, tag)) = name.rsplit_once(':') {
                rows.push(Row {
                    repository: repository.to_owned(),
                    tag: tag.to_owned(),
                    digest: digest(repository),
                    image,
                });
            }
        }
        if names.is_empty() {
            let known = engine.repo_digests(&image.id);
            let repository = known.first().and_then(|name| name.split('@').next()).unwrap_or("<none>").to_owned();
            rows.push(Row { digest: digest(&repository), repository, tag: "<none>".to_owned(), image });
        }
    }
    rows.sort_by(|a, b| {
        b.image.created.cmp(&a.image.created).then_with(|| (&a.repository, &a.tag).cmp(&(&b.repository, &b.tag)))
    });
    rows
}

/// Whether a row is what `REPOSITORY[:TAG]` (with `*`) names.
fn names(wanted: &str, row: &Row<'_>) -> bool {
    let Ok(reference) = wanted.replace('*', "0").parse::<Reference>() else { return false };
    let repository = if wanted.contains('*') {
        wanted.split(':').next().unwrap_or(wanted).to_owned()
    } else {
        reference.familiar_name()
    };
    let fits = crate::shell::glob::Pattern::new([(repository.as_str(), false)]).matches(&row.repository);
    fits && reference.tag.as_ref().is_none_or(|_| {
        let tag = wanted.rsplit_once(':').map_or("*", |(_, tag)| tag);
        crate::shell::glob::Pattern::new([(tag, false)]).matches(&row.tag)
    })
}

pub(super) fn tag(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let (source, target) = (parsed.arg(0), parsed.arg(1));
    let reference = match target.parse::<Reference>() {
        Ok(reference) => reference,
        Err(error) => {
            io.eprint(format!("Error parsing reference: \"{target}\" is not a valid repository/tag: {error}\n"));
            return 1;
        }
    };
    if reference.digest.is_some() {
        io.eprint("refusing to create a tag with a digest reference\n");
        return 1;
    }
    let Some(image) = io.world.laptop.docker.find(source).cloned() else {
        return daemon_error(io, format!("No such image: {}", shown(source)));
    };
    io.world.laptop.docker.tag(&reference, &image.id);
    0
}

pub(super) fn remove(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let mut code = 0;
    for name in &parsed.rest {
        match io.world.laptop.docker.remove(name, parsed.has("force")) {
            Ok(done) => io.print(told(&done)),
            Err(error) => code = daemon_error(io, error),
        }
    }
    code
}

fn told(done: &[Removed]) -> String {
    done.iter()
        .map(|step| match step {
            Removed::Untagged(name) => format!("Untagged: {name}\n"),
            Removed::Deleted(digest) => format!("Deleted: {digest}\n"),
        })
        .collect()
}
