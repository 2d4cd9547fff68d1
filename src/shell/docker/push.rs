//! `docker push`.

use super::daemon_error;
use super::flags::Parsed;
use super::remote::{NoRemote, Remote, is_worth_retrying};
use crate::cloud::Duration;
use crate::cloud::ecr::registry::{self, ImageParts, LayerProgress, LayerPushed};
use crate::cloud::oci::{Reference, media_type};
use crate::laptop::docker::Image;
use crate::shell::Io;

/// How many layers docker uploads at a time: the others wait.
const AT_A_TIME: usize = 5;

pub(super) fn run(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let reference = match parsed.arg(0).parse::<Reference>() {
        Ok(reference) => reference,
        Err(error) => {
            io.eprint(format!("{error}\n"));
            return 1;
        }
    };
    let all = parsed.has("all-tags");
    if all && (reference.tag.is_some() || reference.digest.is_some()) {
        io.eprint("tag can't be used with --all-tags/-a\n");
        return 1;
    }
    if reference.digest.is_some() {
        io.eprint("cannot push a digest reference\n");
        return 1;
    }
    let quiet = parsed.has("quiet");
    if reference.tag.is_none() && !all && !quiet {
        io.print("Using default tag: latest\n");
    }
    let name = reference.name();
    let tags: Vec<String> = if all {
        let engine = &io.world.laptop.docker;
        engine.tagged().filter(|(of, _, _)| *of == name).map(|(_, tag, _)| tag.to_owned()).collect()
    } else {
        vec![reference.clone().or_latest().tag.unwrap_or_default()]
    };
    if !quiet {
        io.print(format!("The push refers to repository [{name}]\n"));
    }
    if tags.is_empty() {
        io.eprint(format!("An image does not exist locally with the tag: {}\n", reference.familiar_name()));
        return 1;
    }
    for tag in tags {
        let one = Reference { tag: Some(tag), ..reference.clone() };
        let Some(image) = io.world.laptop.docker.get(&one).cloned() else {
            io.eprint(format!("An image does not exist locally with the tag: {}\n", reference.familiar_name()));
            return 1;
        };
        let code = push(io, &one, &image, quiet);
        if code != 0 {
            return code;
        }
    }
    if quiet {
        io.print(format!("{}\n", reference.or_latest()));
    }
    0
}

/// How often docker tries to upload a layer. Source: moby, distribution/xfer/upload.go.
const TRIES: i64 = 5;

pub(super) fn push(io: &mut Io<'_>, reference: &Reference, image: &Image, quiet: bool) -> i32 {
    // The top layer first, as docker lists them.
    let ids: Vec<String> = image.layers.iter().rev().map(|layer| layer.diff_id.short()).collect();
    if !quiet {
        for (at, id) in ids.iter().enumerate() {
            io.print(format!("{id}: {}\n", if at < AT_A_TIME { "Preparing" } else { "Waiting" }));
        }
    }
    let remote = match Remote::of(io, reference) {
        Ok(remote) => remote,
        Err(NoRemote::NoCredentials) => {
            io.eprint("no basic auth credentials\n");
            return 1;
        }
        Err(NoRemote::Refused(message)) => {
            io.eprint(format!("{message}\n"));
            return 1;
        }
    };
    let parts = ImageParts {
        manifest: image.manifest().to_blob(),
        media_type: media_type::DOCKER_MANIFEST.to_owned(),
        config: (image.id.clone(), image.config_blob.clone()),
        layers: image.layers.iter().map(|layer| (layer.digest.clone(), layer.blob.clone())).collect(),
    };
    let tag = reference.tag.as_deref().unwrap_or("latest");
    let mut tries = 0;
    let pushed = loop {
        tries += 1;
        let pushed = remote.push(&mut io.world.cloud, &parts, Some(tag));
        let Err(failure) = &pushed else { break pushed };
        let refused = failure.layers.iter().position(|layer| layer.progress == LayerProgress::Refused);
        let Some(refused) = refused.filter(|_| tries < TRIES && is_worth_retrying(failure.error.code)) else {
            break pushed;
        };
        // Docker counts the seconds down; each countdown is told by its first line. The layers are listed the top first.
        let wait = tries * 5;
        if let Some(id) = ids.iter().rev().nth(refused).filter(|_| !quiet) {
            io.print(format!("{id}: Retrying in {wait} seconds\n"));
        }
        io.world.cloud.advance(Duration::seconds(wait));
    };
    match pushed {
        Ok(report) => {
            if !quiet {
                progress(io, &ids, &report.layers);
                io.print(format!("{tag}: digest: {} size: {}\n", report.digest, report.size));
            }
            io.world.laptop.docker.know_digest(reference, &report.digest, &image.id);
            0
        }
        Err(failure) => {
            if !quiet {
                progress(io, &ids, &failure.layers);
            }
            match failure.error.code {
                registry::RegistryErrorCode::BadRequest => daemon_error(io, &failure.error),
                _ => {
                    io.eprint(format!("{}\n", failure.error));
                    1
                }
            }
        }
    }
}

/// How each layer ended, the top first.
fn progress(io: &mut Io<'_>, ids: &[String], layers: &[LayerPushed]) {
    for (id, layer) in ids.iter().zip(layers.iter().rev()) {
        match layer.progress {
            LayerProgress::Exists => io.print(format!("{id}: Layer already exists\n")),
            LayerProgress::Pushed => io.print(format!("{id}: Pushed\n")),
            LayerProgress::Mounted => {
                io.print(format!("{id}: Mounted from {}\n", layer.mounted_from.as_deref().unwrap_or_default()));
            }
            LayerProgress::Waiting | LayerProgress::Refused => {}
        }
    }
}
