//! `docker manifest create`, `annotate`, `push`, `rm` and `inspect`: lists of images that are in a registry, kept on the
//! laptop until they are pushed. Source: docker/cli, cli/command/manifest.

use super::flags::Parsed;
use super::remote::{NoRemote, Remote};
use super::{not_simulated, pull};
use crate::cloud::oci::{Descriptor, Index, Manifest, Reference, media_type};
use crate::laptop::docker::Listed;
use crate::shell::Io;

fn failed(io: &mut Io<'_>, message: impl std::fmt::Display) -> i32 {
    io.eprint(format!("{message}\n"));
    1
}

fn reference(io: &mut Io<'_>, text: &str) -> Option<Reference> {
    match text.parse::<Reference>() {
        Ok(reference) => Some(reference.or_latest()),
        Err(error) => {
            failed(io, error);
            None
        }
    }
}

/// What a registry's refusal comes down to here.
fn no_manifest(reference: &Reference, why: String) -> String {
    let missing = why.contains("manifest unknown") || why.contains("name unknown");
    if missing { format!("no such manifest: {}", reference.familiar()) } else { why }
}

pub(super) fn create(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let Some(list) = reference(io, parsed.arg(0)) else { return 1 };
    let known = io.world.laptop.docker.manifest_list(&list).map(<[Listed]>::to_vec);
    if known.is_some() && !parsed.has("amend") {
        return failed(io, "refusing to amend an existing manifest list with no --amend flag");
    }
    let mut listed = known.unwrap_or_default();
    for name in parsed.rest.iter().skip(1) {
        let Some(image) = reference(io, name) else { return 1 };
        let (digest, blob, media_type) = match pull::manifest(io.world, &image) {
            Ok(found) => found,
            Err(why) => return failed(io, no_manifest(&image, why)),
        };
        if serde_json::from_slice::<Manifest>(blob.as_bytes()).is_err() {
            return failed(io, format!("{} is a manifest list", image.familiar()));
        }
        let platform = match pull::fetch(io.world, &image, None) {
            Ok(fetched) => fetched.image.platform(),
            Err(why) => return failed(io, no_manifest(&image, why)),
        };
        let descriptor =
            Descriptor { platform: Some(platform), ..Descriptor::new(&media_type, digest, blob.len() as u64) };
        listed.retain(|of: &Listed| of.reference != image);
        listed.push(Listed { reference: image, descriptor });
    }
    io.world.laptop.docker.keep_manifest_list(&list, listed);
    io.print(format!("Created manifest list {}\n", list.familiar()));
    0
}

pub(super) fn annotate(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let Some(list) = reference(io, parsed.arg(0)) else { return 1 };
    let Some(image) = reference(io, parsed.arg(1)) else { return 1 };
    let Some(mut listed) = io.world.laptop.docker.manifest_list(&list).map(<[Listed]>::to_vec) else {
        return failed(io, format!("manifest for image {} does not exist in {}", image.familiar(), list.familiar()));
    };
    let Some(of) = listed.iter_mut().find(|of| of.reference == image) else {
        return failed(io, format!("manifest for image {} does not exist in {}", image.familiar(), list.familiar()));
    };
    if let Some(platform) = of.descriptor.platform.as_mut() {
        for (flag, member) in [("os", &mut platform.os), ("arch", &mut platform.architecture)] {
            if let Some(value) = parsed.value(flag) {
                value.clone_into(member);
            }
        }
        if let Some(variant) = parsed.value("variant") {
            platform.variant = Some(variant.to_owned());
        }
    }
    io.world.laptop.docker.keep_manifest_list(&list, listed);
    0
}

pub(super) fn rm(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let mut code = 0;
    for name in &parsed.rest {
        let Some(list) = reference(io, name) else { return 1 };
        if !io.world.laptop.docker.forget_manifest_list(&list) {
            code = failed(io, format!("No such manifest: {}", list.familiar()));
        }
    }
    code
}

pub(super) fn push(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let Some(list) = reference(io, parsed.arg(0)) else { return 1 };
    let Some(listed) = io.world.laptop.docker.manifest_list(&list).map(<[Listed]>::to_vec) else {
        return failed(io, format!("{} not found", list.familiar()));
    };
    if listed.iter().any(|of| of.reference.name() != list.name()) {
        return not_simulated(io, "docker manifest push: images of another repository");
    }
    let remote = match Remote::of(io, &list) {
        Ok(remote) => remote,
        Err(NoRemote::NoCredentials) => return failed(io, "no basic auth credentials"),
        Err(NoRemote::Refused(message)) => return failed(io, message),
    };
    // The images are there: what is pushed is the list alone.
    let index = index(listed.iter()).to_blob();
    let tag = list.tag.as_deref().unwrap_or("latest");
    match remote.put(&mut io.world.cloud, &index, media_type::DOCKER_LIST, tag) {
        Ok(digest) => {
            for of in &listed {
                let at = &of.descriptor.digest;
                io.print(format!("Pushed ref {}@{at} with digest: {at}\n", list.name()));
            }
            io.print(format!("{digest}\n"));
        }
        Err(error) => return failed(io, error),
    }
    if parsed.has("purge") {
        io.world.laptop.docker.forget_manifest_list(&list);
    }
    0
}

fn index<'a>(listed: impl Iterator<Item = &'a Listed>) -> Index {
    Index::new(media_type::DOCKER_LIST, listed.map(|of| of.descriptor.clone()).collect())
}

/// The manifest's JSON, with three blanks.
pub(super) fn inspect(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let name = parsed.rest.last().cloned().unwrap_or_default();
    let Some(reference) = reference(io, &name) else { return 1 };
    if parsed.has("verbose") {
        return not_simulated(io, "docker manifest inspect --verbose");
    }
    let local = io.world.laptop.docker.manifest_list(&reference).map(|listed| index(listed.iter()).to_blob());
    let blob = match local {
        Some(blob) => blob,
        None => match pull::manifest(io.world, &reference) {
            Ok((_, blob, _)) => blob,
            Err(why) => return failed(io, no_manifest(&reference, why)),
        },
    };
    let value: serde_json::Value = serde_json::from_slice(blob.as_bytes()).unwrap_or_default();
    let mut text = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"   ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, formatter);
    // Into memory, from JSON: cannot fail.
    let _ = serde::Serialize::serialize(&value, &mut serializer);
    io.print(format!("{}\n", String::from_utf8_lossy(&text)));
    0
}
