//! A function's image: found and pinned when it is deployed, pulled while the function is pending.
//!
//! Lambda asks the registry as its own service principal, so the repository's policy decides, and for an image of another
//! account the caller's own permissions too. In the caller's account Lambda adds the statement that it needs, with the
//! caller's permissions. Source: AWS Lambda Developer Guide, "Create a Lambda function using a container image", sections
//! "Amazon ECR permissions" and "Amazon ECR cross-account permissions".

use std::sync::Arc;

use serde_json::{Value, json};

use super::function::{Cause, Reason};
use super::home::Home;
use super::{Code, PRINCIPAL, errors};
use crate::cloud::ecr::registry::{self, Client, Registry, RegistryError, RegistryErrorCode};
use crate::cloud::ecr::{
    BatchGetImage, GetDownloadUrlForLayer, GetRepositoryPolicy, ImageIdentifier, SetRepositoryPolicy,
};
use crate::cloud::iam::{self, Decision};
use crate::cloud::oci::{self, ImageConfig, ParsedManifest, Platform, Reference, Tree};
use crate::cloud::{AccountId, ApiError, Arn, Authorization, Caller, Cloud, Digest, Origin, Principal, Region};

/// The name of the statement that Lambda adds. Source: AWS Lambda Developer Guide.
const SID: &str = "LambdaECRImageRetrievalPolicy";
/// What that statement allows. Source: observed; documented are the two that are needed.
const ACTIONS: [&str; 5] = [
    "ecr:BatchGetImage",
    "ecr:DeleteRepositoryPolicy",
    "ecr:GetDownloadUrlForLayer",
    "ecr:GetRepositoryPolicy",
    "ecr:SetRepositoryPolicy",
];

/// What Lambda makes of an image: its config and its files, ready to run.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    pub(super) config: ImageConfig,
    pub(super) files: Tree,
}

/// Lambda itself, on behalf of a function.
pub(super) fn service(home: &Home, function: &str) -> Caller {
    let principal = Principal::Service { account: home.account.clone(), name: PRINCIPAL.to_owned() };
    Caller { principal, region: home.region.clone(), origin: Origin::Function(function.to_owned()) }
}

/// Whether Lambda may pull from a repository for a function of this name: what IAM says of the manifest and of the layers.
/// Changes nothing, and nothing is asked.
pub fn may_pull(
    cloud: &Cloud,
    account: &AccountId,
    region: &Region,
    function: &str,
    repository: &Arn,
) -> [Decision; 2] {
    let home = Home::new(account.clone(), region.clone());
    let lambda = service(&home, function);
    ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        .map(|action| iam::decide(cloud, &lambda, &Authorization::on(action, repository.clone())))
}

/// An image as a request names it.
struct Source<'a> {
    uri: &'a str,
    registry: Registry,
    reference: Reference,
}

impl<'a> Source<'a> {
    /// Reads an address: of a private repository in the region, with a tag or a digest.
    fn read(home: &Home, uri: &'a str) -> Result<Self, ApiError> {
        let not_valid = || errors::image_not_valid(uri);
        let reference: Reference = uri.parse().map_err(|_| not_valid())?;
        let registry = Registry::from_host(&reference.host).ok_or_else(not_valid)?;
        // Neither FIPS endpoints nor other regions. Source: AWS Lambda Developer Guide, and observed.
        let is_usual = registry.host() == reference.host && registry.region == home.region;
        let is_pinned = reference.tag.is_some() || reference.digest.is_some();
        if is_usual && is_pinned { Ok(Self { uri, registry, reference }) } else { Err(not_valid()) }
    }

    fn image_id(&self) -> ImageIdentifier {
        match (&self.reference.digest, &self.reference.tag) {
            (Some(digest), _) => ImageIdentifier::digest(digest),
            (None, tag) => ImageIdentifier::tag(tag.as_deref().unwrap_or("latest")),
        }
    }

    /// Asks for the manifest.
    fn manifest(&self, cloud: &mut Cloud, caller: &Caller) -> Result<(Digest, ParsedManifest), ApiError> {
        let request = BatchGetImage {
            registry_id: Some(self.registry.account.to_string()),
            repository_name: self.reference.path.clone(),
            image_ids: vec![self.image_id()],
            accepted_media_types: None,
        };
        let answer = cloud.call(caller, request).map_err(|error| match error.code.as_ref() {
            "RepositoryNotFoundException" => errors::image_not_there(self.uri),
            _ => error,
        })?;
        let image = answer.images.into_iter().next().ok_or_else(|| errors::image_not_there(self.uri))?;
        let bytes = image.image_manifest.as_bytes();
        let (manifest, _) = ParsedManifest::parse(bytes, Some(&image.image_manifest_media_type))
            .map_err(|_| errors::image_not_supported(self.uri))?;
        Ok((Digest::of(bytes), manifest))
    }

    /// Asks for the way to the config, as the pull will for every layer.
    fn config_url(&self, cloud: &mut Cloud, caller: &Caller, config: &Digest) -> Result<(), ApiError> {
        let request = GetDownloadUrlForLayer {
            registry_id: Some(self.registry.account.to_string()),
            repository_name: self.reference.path.clone(),
            layer_digest: config.to_string(),
        };
        cloud.call(caller, request).map(drop)
    }

    /// Whether a caller may have the image: manifest and layers; and which image it is, as far as he may know.
    fn look(&self, cloud: &mut Cloud, caller: &Caller) -> Result<Look, ApiError> {
        let (digest, manifest) = match self.manifest(cloud, caller) {
            Ok(found) => found,
            Err(error) if error.is_access_denied() => return Ok(Look::Nothing),
            Err(error) => return Err(error),
        };
        // Source: AWS Lambda Developer Guide: images for one architecture only. Observed for indexes.
        let ParsedManifest::Image(manifest) = manifest else { return Err(errors::image_not_supported(self.uri)) };
        if manifest.config.media_type != oci::media_type::OCI_CONFIG
            && manifest.config.media_type != oci::media_type::DOCKER_CONFIG
        {
            return Err(errors::image_not_supported(self.uri));
        }
        match self.config_url(cloud, caller, &manifest.config.digest) {
            Ok(()) => Ok(Look::All(digest)),
            Err(_) => Ok(Look::ManifestOnly(digest)),
        }
    }
}

/// How much of an image somebody may have.
enum Look {
    Nothing,
    ManifestOnly(Digest),
    All(Digest),
}

/// Finds the image that a function is to run, and pins it. What is not allowed is asked for first, as far as it can be.
///
/// # Errors
/// When there is no such image, when Lambda can't run it, and when Lambda may not look at it.
pub(super) fn resolve(
    cloud: &mut Cloud,
    home: &Home,
    caller: &Caller,
    function: &str,
    uri: &str,
) -> Result<Code, ApiError> {
    let source = Source::read(home, uri)?;
    if source.registry.account != home.account {
        // Inferred: that the caller is refused in the same words as Lambda.
        match source.look(cloud, caller)? {
            Look::All(_) => {}
            Look::Nothing | Look::ManifestOnly(_) => return Err(errors::no_image_access()),
        }
    }
    let lambda = service(home, function);
    let cursor = cloud.trail().len() as u64;
    let mut look = source.look(cloud, &lambda)?;
    let is_own = source.registry.account == home.account;
    if is_own && !matches!(look, Look::All(_)) && add_statement(cloud, caller, &source)? {
        cloud.call_tries(cursor);
        look = source.look(cloud, &lambda)?;
    }
    match look {
        // Without the layers the function is made, and fails while it is pending. Inferred.
        Look::All(digest) | Look::ManifestOnly(digest) => {
            let repository = source.reference.name();
            Ok(Code { uri: uri.to_owned(), repository, digest, snapshot: None })
        }
        Look::Nothing => Err(errors::no_image_access()),
    }
}

/// Adds the statement that lets Lambda pull to the repository's policy, as the caller. Whether it is there then.
///
/// # Errors
/// When there is no such repository, as far as the caller may know.
fn add_statement(cloud: &mut Cloud, caller: &Caller, source: &Source<'_>) -> Result<bool, ApiError> {
    // The caller signs, and it is Lambda that sends it. Source: IAM User Guide, "Forward access sessions".
    let caller = &Caller { origin: Origin::Via(PRINCIPAL), ..caller.clone() };
    let (registry_id, repository_name) = (None, source.reference.path.clone());
    let read = GetRepositoryPolicy { registry_id: None, repository_name: repository_name.clone() };
    // A caller that may not is no reason to fail: what counts is whether Lambda may pull.
    let mut document = match cloud.attempt(caller, read) {
        Ok(answer) => match serde_json::from_str(&answer.policy_text) {
            Ok(document @ Value::Object(_)) => document,
            _ => return Ok(false),
        },
        // Source: observed, the version.
        Err(error) if error.code == "RepositoryPolicyNotFoundException" => json!({"Version": "2008-10-17"}),
        Err(error) if error.code == "RepositoryNotFoundException" => return Err(errors::image_not_there(source.uri)),
        Err(_) => return Ok(false),
    };
    let Some(members) = document.as_object_mut() else { return Ok(false) };
    let mut statements = match members.remove("Statement") {
        Some(Value::Array(statements)) => statements,
        Some(one) => vec![one],
        None => Vec::new(),
    };
    statements.retain(|statement| statement.get("Sid").and_then(Value::as_str) != Some(SID));
    let home = Home::new(source.registry.account.clone(), source.registry.region.clone());
    statements.push(json!({
        "Sid": SID,
        "Effect": "Allow",
        "Principal": {"Service": PRINCIPAL},
        "Action": ACTIONS,
        "Condition": {"StringLike": {"aws:sourceArn": home.function_arn("*", None)}},
    }));
    members.insert("Statement".to_owned(), Value::Array(statements));
    let write = SetRepositoryPolicy { registry_id, repository_name, policy_text: document.to_string(), force: false };
    Ok(cloud.attempt(caller, write).is_ok())
}

/// Pulls the pinned image as Lambda, and makes it ready to run.
///
/// # Errors
/// With the state's reason: the image is gone, Lambda may not have it, or its layers are none.
pub(super) fn pull(cloud: &mut Cloud, home: &Home, function: &str, code: &Code) -> Result<Snapshot, Reason> {
    let invalid = || Reason::of("InvalidImage", "The function's image is not valid.");
    let reference: Reference = code.resolved_uri().parse().map_err(|_| invalid())?;
    let registry = Registry::from_host(&reference.host).ok_or_else(invalid)?;
    let client = Client { have: &|_| false, platform: &Platform::linux_amd64(), reaches_store: true };
    let pulled = registry::pull_by(cloud, &service(home, function), &registry, &reference, &client)
        .map_err(|error| refused(cloud, &error))?;
    let config =
        pulled.config.as_ref().and_then(|blob| ImageConfig::parse(blob.as_bytes()).ok()).ok_or_else(invalid)?;
    let mut files = Tree::new();
    for layer in &pulled.layers {
        let digest = &layer.descriptor.digest;
        let blob = layer.blob.as_ref().ok_or_else(invalid)?;
        // Source: observed, the text.
        let tree = oci::unpack(blob.as_bytes()).map_err(|_| {
            let text = format!("ImageLayerFailure: UnsupportedImageLayerDetected - Layer Digest {digest}");
            Reason::of("InvalidImage", &text)
        })?;
        oci::apply(&mut files, &tree);
    }
    Ok(Snapshot { config, files })
}

/// Why the registry did not give the image, as a function's state tells it. Source: observed, the first two texts.
fn refused(cloud: &Cloud, error: &RegistryError) -> Reason {
    let request = cloud.trail().requests().next_back();
    let (code, text) = match error.code {
        RegistryErrorCode::Denied => {
            ("ImageAccessDenied", "The function does not have permission to access the specified image.")
        }
        RegistryErrorCode::NameUnknown | RegistryErrorCode::ManifestUnknown | RegistryErrorCode::BlobUnknown => {
            ("ImageDeleted", "The function is trying to use a deleted image.")
        }
        // Inferred: the text.
        _ => ("InvalidImage", "The function's image is not valid."),
    };
    let cause =
        request.map(|(event, request)| Cause { event: event.number, decision: request.denial().map(Arc::clone) });
    Reason { cause, ..Reason::of(code, text) }
}
