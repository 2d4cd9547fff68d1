//! `docker push`.

use super::flags::Parsed;
use super::{daemon_error, login};
use crate::cloud::ecr::registry::{self, ImageParts, LayerProgress, LayerPushed, Registry};
use crate::cloud::ecr_public;
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

fn push(io: &mut Io<'_>, reference: &Reference, image: &Image, quiet: bool) -> i32 {
    // The top layer first, as docker lists them.
    let ids: Vec<String> = image.layers.iter().rev().map(|layer| layer.diff_id.short()).collect();
    if !quiet {
        for (at, id) in ids.iter().enumerate() {
            io.print(format!("{id}: {}\n", if at < AT_A_TIME { "Preparing" } else { "Waiting" }));
        }
    }
    let registry = Registry::from_host(&reference.host);
    // `public.ecr.aws/{alias}/{repository}`
    let public = reference.path.split_once('/').filter(|_| reference.host == ecr_public::HOST);
    if registry.is_none() && public.is_none() {
        let message = match reference.host.as_str() {
            "docker.io" | ecr_public::HOST => "denied: requested access to the resource is denied".to_owned(),
            host => format!("Get \"https://{host}/v2/\": dial tcp: lookup {host}: no such host"),
        };
        io.eprint(format!("{message}\n"));
        return 1;
    }
    let Some(login) = login::read(io).login(&reference.host) else {
        io.eprint("no basic auth credentials\n");
        return 1;
    };
    let cloud = &mut io.world.cloud;
    let caller = match login::authenticate(cloud, &reference.host, &login) {
        Ok(caller) => caller,
        Err(error) => {
            io.eprint(format!("{error}\n"));
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
    let pushed = match (&registry, public) {
        (None, Some((alias, name))) => registry::push_public(cloud, &caller, alias, name, &parts, Some(tag)),
        (Some(registry), _) => registry::push(cloud, &caller, registry, &reference.path, &parts, Some(tag)),
        (None, None) => return 1,
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
