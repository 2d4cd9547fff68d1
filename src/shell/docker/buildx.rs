//! `docker buildx create`, `use`, `ls`, `rm` and `imagetools inspect`.

use std::fmt::Write as _;

use super::flags::Parsed;
use super::run::invented_name;
use super::table::table;
use super::{not_simulated, pull};
use crate::cloud::oci::{Descriptor, Index, Platform, Reference};
use crate::shell::Io;

/// Where builds run that are for several platforms.
const PLATFORMS: &str = "linux/amd64, linux/arm64";
/// The version of BuildKit.
const BUILDKIT: &str = "v0.22.0";

pub(super) fn no_builder(io: &mut Io<'_>, name: &str) -> i32 {
    io.eprint(format!("ERROR: no builder \"{name}\" found\n"));
    1
}

pub(super) fn create(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    if let Some(driver) = parsed.value("driver").filter(|driver| *driver != "docker-container") {
        return not_simulated(io, &format!("docker buildx create --driver {driver}"));
    }
    let name = match parsed.value("name") {
        Some(name) => name.to_owned(),
        None => invented_name(&io.world.cloud.random_hex(64)),
    };
    if io.world.laptop.docker.find_builder(&name).is_some() {
        io.eprint(format!(
            "ERROR: existing instance for \"{name}\" but no append mode, specify the node name to make changes for existing \
             instances\n"
        ));
        return 1;
    }
    let engine = &mut io.world.laptop.docker;
    engine.create_builder(&name);
    if let Some(builder) = engine.find_builder(&name).filter(|_| parsed.has("use")) {
        engine.use_builder(&builder);
    }
    io.print(format!("{name}\n"));
    0
}

pub(super) fn use_(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let name = parsed.arg(0).to_owned();
    match io.world.laptop.docker.find_builder(&name) {
        Some(builder) => {
            io.world.laptop.docker.use_builder(&builder);
            0
        }
        None => no_builder(io, &name),
    }
}

pub(super) fn ls(io: &mut Io<'_>, _parsed: &Parsed) -> i32 {
    let engine = &io.world.laptop.docker;
    let used = engine.builder();
    let row = |cells: [String; 5]| cells.to_vec();
    let mut rows = vec![row(["NAME/NODE", "DRIVER/ENDPOINT", "STATUS", "BUILDKIT", "PLATFORMS"].map(str::to_owned))];
    for builder in engine.builders() {
        let mark = if builder == used { "*" } else { "" };
        let empty = String::new;
        rows.push(row([format!("{}{mark}", builder.name), builder.driver().to_owned(), empty(), empty(), empty()]));
        let (node, endpoint) = match builder.is_container() {
            true => (format!(" \\_ {}0", builder.name), " \\_ unix:///var/run/docker.sock"),
            false => (" \\_ default".to_owned(), " \\_ default"),
        };
        let text = str::to_owned;
        rows.push(row([node, text(endpoint), text("running"), text(BUILDKIT), text(PLATFORMS)]));
    }
    let text = table(&rows);
    io.print(text);
    0
}

pub(super) fn rm(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    for name in &parsed.rest {
        if !io.world.laptop.docker.find_builder(name).is_some_and(|builder| builder.is_container()) {
            return no_builder(io, name);
        }
        io.world.laptop.docker.remove_builder(name);
        io.print(format!("{name} removed\n"));
    }
    0
}

/// `docker buildx imagetools inspect`. Source: buildx, util/imagetools/printers.go.
pub(super) fn imagetools_inspect(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    if parsed.value("format").is_some() {
        return not_simulated(io, "docker buildx imagetools inspect --format");
    }
    let reference = match parsed.arg(0).parse::<Reference>() {
        Ok(reference) => reference.or_latest(),
        Err(error) => {
            io.eprint(format!("ERROR: {error}\n"));
            return 1;
        }
    };
    let (digest, blob, media_type) = match pull::manifest(io.world, &reference) {
        Ok(found) => found,
        Err(why) => {
            let missing = why.contains("manifest unknown") || why.contains("name unknown");
            let text = if missing { format!("{reference}: not found") } else { why };
            io.eprint(format!("ERROR: {text}\n"));
            return 1;
        }
    };
    if parsed.has("raw") {
        io.print(String::from_utf8_lossy(blob.as_bytes()));
        return 0;
    }
    let mut text = format!("Name:      {reference}\nMediaType: {media_type}\nDigest:    {digest}\n");
    if let Ok(index) = serde_json::from_slice::<Index>(blob.as_bytes()) {
        text += "           \nManifests: \n";
        let name = reference.name();
        let entries: Vec<String> = index.manifests.iter().map(|of| entry(&name, of)).collect();
        text += &entries.join("             \n");
    }
    io.print(text);
    0
}

fn entry(name: &str, of: &Descriptor) -> String {
    let mut text = format!("  Name:      {name}@{}\n  MediaType: {}\n", of.digest, of.media_type);
    if let Some(platform) = &of.platform {
        let _ = writeln!(text, "  Platform:  {platform}");
    }
    if of.platform.as_ref() == Some(&Platform::unknown()) {
        text += "  Annotations: \n";
        let widest = of.annotations.keys().map(String::len).max().unwrap_or_default();
        for (key, value) in &of.annotations {
            let _ = writeln!(text, "    {:<width$} {value}", format!("{key}:"), width = widest + 1);
        }
    }
    text
}
