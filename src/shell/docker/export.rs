//! What becomes of a build: it is loaded into the engine, or pushed.

use std::sync::Arc;

use super::push;
use super::remote::{NoRemote, Remote};
use crate::cloud::ecr::registry::{LayerProgress, RegistryError, RegistryErrorCode};
use crate::cloud::oci::Reference;
use crate::laptop::docker::{Builder, Bundle, Image, Progress};
use crate::shell::Io;

/// Gives the engine an image with its names.
pub(super) fn load(
    io: &mut Io<'_>,
    progress: &mut Progress,
    builder: &Builder,
    image: &Arc<Image>,
    names: &[Reference],
) {
    let engine = &mut io.world.laptop.docker;
    engine.add(Arc::clone(image));
    for name in names {
        engine.tag(name, &image.id);
    }
    if builder.is_container() {
        let vertex = progress.vertex("exporting to docker image format");
        progress.line(vertex, "exporting layers done");
        progress.line(vertex, &format!("exporting config {} done", image.id));
        progress.line(vertex, "sending tarball 0.1s done");
        progress.line(vertex, "DONE 0.1s");
        let vertex = progress.vertex("importing to docker");
        progress.line(vertex, "DONE 0.1s");
        return;
    }
    let vertex = progress.vertex("exporting to image");
    progress.line(vertex, "exporting layers done");
    progress.line(vertex, &format!("writing image {} done", image.id));
    for name in names {
        progress.line(vertex, &format!("naming to {name} done"));
    }
    progress.line(vertex, "DONE 0.1s");
}

/// Pushes what the engine has built, as `docker push` does.
pub(super) fn push_by_engine(io: &mut Io<'_>, names: &[Reference], images: &[Arc<Image>]) -> i32 {
    if names.is_empty() {
        io.eprint("ERROR: tag is needed when pushing to registry\n");
        return 1;
    }
    for name in names {
        for image in images {
            let code = push::push(io, name, image, true);
            if code != 0 {
                return code;
            }
        }
    }
    0
}

/// Pushes from a builder in a container: the images by their digests, then what the tag is for.
///
/// # Errors
/// What stands after `failed to solve: `.
pub(super) fn push_from_container(
    io: &mut Io<'_>,
    progress: &mut Progress,
    images: &[Arc<Image>],
    names: &[Reference],
    provenance: bool,
) -> Result<String, String> {
    let vertex = progress.vertex("exporting to image");
    progress.line(vertex, "exporting layers done");
    let mut digest = String::new();
    if names.is_empty() {
        return Err("tag is needed when pushing to registry".to_owned());
    }
    for name in names {
        let bundle = Bundle::new(images, name, provenance);
        for part in &bundle.parts {
            progress.line(vertex, &format!("exporting manifest {} done", part.manifest.digest()));
            progress.line(vertex, &format!("exporting config {} done", part.config.0));
        }
        if let Some((index, _)) = &bundle.index {
            progress.line(vertex, &format!("exporting manifest list {} done", index.digest()));
        }
        let failed = |why: String| format!("failed to push {name}: {why}");
        let pushed = push_bundle(io, name, &bundle).map_err(failed);
        if let Err(why) = &pushed {
            progress.line(vertex, &format!("ERROR: {why}"));
        }
        digest = pushed?;
        progress.line(vertex, "pushing layers 0.4s done");
        progress.line(vertex, &format!("pushing manifest for {name}@{digest} done"));
    }
    progress.line(vertex, "DONE 0.6s");
    Ok(digest)
}

fn push_bundle(io: &mut Io<'_>, name: &Reference, bundle: &Bundle) -> Result<String, String> {
    let remote = Remote::of(io, name).map_err(|no| match no {
        NoRemote::NoCredentials => "push access denied, repository does not exist or may require authorization: \
                                    authorization failed: no basic auth credentials"
            .to_owned(),
        NoRemote::Refused(message) => message,
    })?;
    let tag = name.tag.as_deref().unwrap_or("latest");
    let cloud = &mut io.world.cloud;
    let mut digest = String::new();
    for part in &bundle.parts {
        let own_tag = bundle.index.is_none().then_some(tag);
        let report = remote.push(cloud, part, own_tag).map_err(|failure| {
            let uploaded = failure
                .layers
                .iter()
                .all(|layer| !matches!(layer.progress, LayerProgress::Waiting | LayerProgress::Refused));
            let at = part.manifest.digest().to_string();
            refused(name, &failure.error, uploaded.then_some((at.as_str(), own_tag.unwrap_or(&at))))
        })?;
        digest = report.digest.to_string();
    }
    if let Some((index, media_type)) = &bundle.index {
        let at = index.digest().to_string();
        let refused = |error: RegistryError| refused(name, &error, Some((&at, tag)));
        digest = remote.put(cloud, index, media_type, tag).map_err(refused)?.to_string();
    }
    Ok(digest)
}

/// A registry's refusal in the words of BuildKit, which says no more than the status. `manifest` is the digest and the name
/// of the manifest that was refused; none where it did not come to that. Source: observed with ECR.
fn refused(name: &Reference, error: &RegistryError, manifest: Option<(&str, &str)>) -> String {
    let status = match error.code.status() {
        400 => "400 Bad Request",
        403 => "403 Forbidden",
        404 => "404 Not Found",
        429 => "429 Too Many Requests",
        _ => "500 Internal Server Error",
    };
    let base = format!("https://{}/v2/{}", name.host, name.path);
    match manifest {
        // A repository that is not there is found out before the manifest.
        Some((digest, at)) if error.code != RegistryErrorCode::NameUnknown => format!(
            "failed commit on ref \"manifest-{digest}\": unexpected status from PUT request to {base}/manifests/{at}: {status}"
        ),
        _ => format!("unexpected status from POST request to {base}/blobs/uploads/: {status}"),
    }
}
