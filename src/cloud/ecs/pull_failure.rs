//! Why a task could not start, in AWS's words: what `stoppedReason` says when an image can't be pulled.
//!
//! EC2 instances pull with Docker, Fargate pulls with containerd, so the same refusal reads differently.
//! Source: Amazon ECS Developer Guide, "CannotPullContainer task errors" and "ResourceInitializationError", the container
//! agent's hints, and observed texts; where it says inferred, the form follows the neighbours'.

use super::home::Home;
use super::initialization::Need;
use super::task::PullFailureKind;
use crate::cloud::net::{Architecture, Destination, Journey};
use crate::cloud::oci::Reference;
use crate::cloud::{ApiError, Digest, upstream};

/// What there is to say about a failed pull.
pub(super) struct Context<'a> {
    pub(super) fargate: bool,
    /// As the task definition names it, or with the deployment's digest.
    pub(super) image: &'a str,
    /// The same, read; none where it can't be.
    pub(super) reference: Option<&'a Reference>,
    /// What was to be fetched, where it was no image.
    pub(super) need: Option<&'a Need>,
    /// How far the connection got, where it did not arrive.
    pub(super) journey: Option<&'a Journey>,
    /// What the service said.
    pub(super) message: &'a str,
    pub(super) error: Option<&'a ApiError>,
    pub(super) architecture: Architecture,
    /// Of the task.
    pub(super) home: &'a Home,
    /// A request id to show.
    pub(super) request_id: &'a str,
}

/// The hint that newer agents put before what Docker said. Source: Amazon ECS container agent.
const HINT: &str = "The task can’t pull the image. ";

/// The whole `stoppedReason`.
pub(super) fn reason(kind: PullFailureKind, context: &Context<'_>) -> String {
    match (context.need, context.fargate) {
        (Some(need), true) => fargate_need(kind, need, context),
        (Some(need), false) => ec2_need(kind, need, context),
        (None, true) => fargate(kind, context),
        (None, false) => ec2(kind, context),
    }
}

impl Context<'_> {
    /// `host/path`.
    fn uri(&self) -> String {
        self.reference.map_or_else(|| self.image.to_owned(), Reference::name)
    }

    fn host(&self) -> &str {
        self.reference.map(|reference| reference.host.as_str()).unwrap_or_default()
    }

    fn path(&self) -> &str {
        self.reference.map(|reference| reference.path.as_str()).unwrap_or_default()
    }

    /// The tag or the digest.
    fn version(&self) -> String {
        match self.reference.map(|reference| (&reference.digest, &reference.tag)) {
            Some((Some(digest), _)) => digest.to_string(),
            Some((None, Some(tag))) => tag.clone(),
            _ => "latest".to_owned(),
        }
    }

    /// The whole reference, with tag or digest.
    fn full(&self) -> String {
        self.reference.map_or_else(|| self.image.to_owned(), ToString::to_string)
    }

    /// Where the connection went that did not arrive.
    fn destination(&self) -> Destination {
        self.journey.map_or(Destination::EcrApi, |journey| journey.to)
    }

    /// The host and the address that a connection went to, as Go's errors name them.
    fn dialled(&self) -> (&str, String) {
        match self.journey {
            Some(journey) => (&journey.host, format!("dial tcp {}:443: i/o timeout", journey.address)),
            None => ("", "no network interface".to_owned()),
        }
    }

    /// A layer's address in the store. Inferred: what stands behind the host.
    fn layer_url(&self) -> String {
        format!("https://{}/{}", self.dialled().0, Digest::of(self.uri().as_bytes()).hex())
    }

    /// What a public registry says that answers no more for a while.
    fn too_many(&self) -> String {
        match self.error {
            Some(error) => format!("toomanyrequests: {}", error.message),
            // Source: Docker documentation, "Docker Hub pull usage and limits".
            None => {
                "toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating \
                     and upgrading: https://www.docker.com/increase-rate-limit"
                    .to_owned()
            }
        }
    }

    fn is_private(&self) -> bool {
        self.host().contains(".dkr.ecr.")
    }

    /// `linux/arm64`, as containerd writes it, or `linux/arm64/v8`, as Docker does.
    fn platform(&self, variant: bool) -> &'static str {
        match (self.architecture, variant) {
            (Architecture::Amd64, _) => "linux/amd64",
            (Architecture::Arm64, false) => "linux/arm64",
            (Architecture::Arm64, true) => "linux/arm64/v8",
        }
    }

    fn code(&self) -> &str {
        self.error.map(|error| error.code.as_ref()).unwrap_or_default()
    }
}

fn ec2(kind: PullFailureKind, context: &Context<'_>) -> String {
    let (uri, message) = (context.uri(), context.message);
    let said = match kind {
        // Source: observed, AWS SDK for Go.
        PullFailureKind::NoCredentials => {
            return "CannotPullECRContainerError: NoCredentialProviders: no valid providers in chain. Deprecated."
                .to_owned();
        }
        PullFailureKind::TokenDenied => {
            return format!("CannotPullECRContainerError: {}: {message}", context.code());
        }
        PullFailureKind::NoRoute if context.destination() == Destination::EcrApi => {
            let (host, timeout) = context.dialled();
            return format!(
                "CannotPullECRContainerError: RequestError: send request failed caused by: Post \"https://{host}/\": \
                 {timeout}"
            );
        }
        // Inferred: as Docker tells of any blob that it can't get.
        PullFailureKind::NoRoute if context.destination() == Destination::S3 => format!(
            "Error response from daemon: error pulling image configuration: download failed after attempts=6: {}",
            context.dialled().1
        ),
        PullFailureKind::StoreDenied => {
            "Error response from daemon: error pulling image configuration: download failed \
                                         after attempts=1: unexpected status code 403 Forbidden"
                .to_owned()
        }
        PullFailureKind::NoRoute => format!(
            "{HINT}Check your network configuration. Error response from daemon: Get \"https://{}/v2/\": net/http: \
             request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
            upstream::refusal::api_host(context.host())
        ),
        PullFailureKind::ManifestDenied | PullFailureKind::UpstreamCredentials => {
            // The hint is for that action only, as in the agent.
            let denied = message.starts_with("User: ")
                && message.contains(" is not authorized to perform: ecr:BatchGetImage on resource");
            let hint = if denied {
                format!("{HINT}Check that the role has the permissions to pull images from the registry. ")
            } else {
                String::new()
            };
            format!(
                "{hint}Error response from daemon: pull access denied for {uri}, repository does not exist or may require \
                 'docker login': denied: {message}"
            )
        }
        // Inferred: Docker meets this refusal at the image's config, the first blob that it asks for.
        PullFailureKind::LayerDenied => format!(
            "Error response from daemon: error pulling image configuration: download failed after attempts=1: denied: \
             {message}"
        ),
        PullFailureKind::RepositoryNotFound => {
            format!("Error response from daemon: repository {uri} not found: name unknown: {message}")
        }
        PullFailureKind::ImageNotFound if context.is_private() => {
            let at = if context.version().starts_with("sha256:") { '@' } else { ':' };
            format!(
                "Error response from daemon: manifest for {uri}{at}{} not found: manifest unknown: Requested image not \
                 found",
                context.version()
            )
        }
        PullFailureKind::ImageNotFound => format!(
            "{HINT}Check whether the image exists. Error response from daemon: pull access denied for {}, repository does \
             not exist or may require 'docker login': denied: requested access to the resource is denied",
            context.reference.map(Reference::familiar_name).unwrap_or_default()
        ),
        PullFailureKind::InvalidReference => "Error response from daemon: invalid reference format".to_owned(),
        PullFailureKind::CredentialsRefused => {
            let refused = context.reference.map(upstream::refusal::by_docker).unwrap_or_default();
            format!("Error response from daemon: {refused}")
        }
        PullFailureKind::UpstreamDenied => {
            format!("Error response from daemon: failed to resolve reference \"{}\": {message}", context.full())
        }
        PullFailureKind::RateLimited => format!("Error response from daemon: {}", context.too_many()),
        PullFailureKind::WrongPlatform => format!(
            "Error response from daemon: no matching manifest for {} in the manifest list entries",
            context.platform(true)
        ),
        // All but the first are told where they are needed.
        PullFailureKind::Refused
        | PullFailureKind::CredentialsMalformed
        | PullFailureKind::SecretDenied
        | PullFailureKind::LogsDenied
        | PullFailureKind::LogGroupNotFound => {
            format!("Error response from daemon: {}: {message}", context.code())
        }
    };
    format!("CannotPullContainerError: {said}")
}

fn fargate(kind: PullFailureKind, context: &Context<'_>) -> String {
    const INITIALIZATION: &str = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource \
                                  retrieval failed: unable to retrieve ecr registry auth:";
    let (full, host, version) = (context.full(), context.host(), context.version());
    let said = match kind {
        PullFailureKind::TokenDenied => {
            return format!(
                "{INITIALIZATION} service call has been retried 1 time(s): operation error ECR: GetAuthorizationToken, \
                 https response error StatusCode: 400, RequestID: {}, api error {}: {}",
                context.request_id,
                context.code(),
                context.message
            );
        }
        // Inferred: the role was taken away between launch and pull.
        PullFailureKind::NoCredentials => {
            return format!(
                "{INITIALIZATION} service call has been retried 1 time(s): NoCredentialProviders: no valid providers in \
                 chain. Deprecated."
            );
        }
        PullFailureKind::NoRoute if context.destination() == Destination::EcrApi => {
            let (host, timeout) = context.dialled();
            return format!(
                "{INITIALIZATION} service call has been retried 3 time(s): RequestError: send request failed caused by: \
                 Post \"https://{host}/\": {timeout}. Please check your task network configuration."
            );
        }
        PullFailureKind::NoRoute if context.destination() == Destination::S3 => format!(
            "ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed open: failed to do request: Get \
             \"{}\": {}",
            context.layer_url(),
            context.dialled().1
        ),
        PullFailureKind::NoRoute => format!(
            "pull image manifest has been retried 5 time(s): failed to resolve ref {full}: failed to do request: Head \
             \"https://{}/v2/{}/manifests/{version}\": {}",
            upstream::refusal::api_host(host),
            context.path(),
            context.dialled().1
        ),
        // Inferred: as for the registry, at the store.
        PullFailureKind::StoreDenied => format!(
            "ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: unexpected status code {}: \
             403 Forbidden",
            context.layer_url()
        ),
        PullFailureKind::ManifestDenied | PullFailureKind::UpstreamCredentials => format!(
            "pull image manifest has been retried 1 time(s): failed to resolve ref {full}: pulling from host {host} failed \
             with status code [manifests {version}]: 403 Forbidden"
        ),
        // Inferred: as for the manifest, at the layers.
        PullFailureKind::LayerDenied => format!(
            "ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: unexpected status code \
             https://{host}/v2/{}/blobs: 403 Forbidden - Server message: denied: {}",
            context.path(),
            context.message
        ),
        PullFailureKind::RepositoryNotFound | PullFailureKind::ImageNotFound if context.is_private() => {
            format!("pull image manifest has been retried 1 time(s): failed to resolve ref {full}: {full}: not found")
        }
        PullFailureKind::RepositoryNotFound | PullFailureKind::ImageNotFound => format!(
            "pull image manifest has been retried 1 time(s): failed to resolve ref {full}: pull access denied, repository \
             does not exist or may require authorization: server message: insufficient_scope: authorization failed"
        ),
        PullFailureKind::WrongPlatform => format!(
            "pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform \
             '{}'.",
            context.platform(false)
        ),
        PullFailureKind::RateLimited => format!(
            "inspect image has been retried 5 time(s): httpReaderSeeker: failed open: unexpected status code \
             https://{}/v2/{}/manifests/{version}: 429 Too Many Requests - Server message: {}",
            upstream::refusal::api_host(host),
            context.path(),
            context.too_many()
        ),
        PullFailureKind::InvalidReference => {
            format!("failed to normalize image reference \"{}\": invalid reference format", context.image)
        }
        PullFailureKind::CredentialsRefused => format!(
            "pull image manifest has been retried 1 time(s): failed to resolve ref {full}: {}",
            upstream::refusal::by_containerd(host)
        ),
        PullFailureKind::UpstreamDenied => {
            format!("pull image manifest has been retried 1 time(s): failed to resolve ref {full}: {}", context.message)
        }
        PullFailureKind::Refused
        | PullFailureKind::CredentialsMalformed
        | PullFailureKind::SecretDenied
        | PullFailureKind::LogsDenied
        | PullFailureKind::LogGroupNotFound => format!(
            "pull image manifest has been retried 1 time(s): failed to resolve ref {full}: {}: {}",
            context.code(),
            context.message
        ),
    };
    format!("CannotPullContainerError: {said}")
}

/// What could not be fetched on Fargate, with the execution role.
fn fargate_need(kind: PullFailureKind, need: &Need, context: &Context<'_>) -> String {
    const RETRIEVAL: &str = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource \
                             retrieval failed:";
    let said = need_said(kind, need, context);
    let times = if kind == PullFailureKind::NoRoute { 5 } else { 1 };
    let hint = if kind == PullFailureKind::NoRoute { ". Please check your task network configuration." } else { "" };
    match need {
        Need::RegistryAuth(secret) => format!(
            "{RETRIEVAL} unable to get registry auth from asm: service call has been retried {times} time(s): {}{hint}",
            asm_said(kind, secret, &said)
        ),
        Need::Secret(arn) => format!(
            "{RETRIEVAL} unable to retrieve secret from asm: service call has been retried {times} time(s): failed to \
             fetch secret {arn} from secrets manager: {said}{hint}"
        ),
        Need::Parameter(_) => format!(
            "{RETRIEVAL} unable to retrieve secrets from ssm: service call has been retried {times} time(s): {said}{hint}"
        ),
        Need::LogStream(_) | Need::LogGroup(_) => format!(
            "ResourceInitializationError: failed to validate logger args: create stream has been retried {times} times: \
             failed to create Cloudwatch log {}: {said} : exit status 1",
            log_thing(need)
        ),
    }
}

/// What could not be fetched on an instance. Source: Amazon ECS container agent, its resources for secrets; Docker's
/// awslogs driver. Inferred: how the parts are put together.
fn ec2_need(kind: PullFailureKind, need: &Need, context: &Context<'_>) -> String {
    let (said, region) = (need_said(kind, need, context), &context.home.region);
    match need {
        Need::RegistryAuth(secret) => format!("ResourceInitializationError: {}", asm_said(kind, secret, &said)),
        Need::Secret(arn) => format!(
            "ResourceInitializationError: fetching secret data from AWS Secrets Manager in region {region}: secret {arn}: \
             {said}"
        ),
        Need::Parameter(name) => format!(
            "ResourceInitializationError: fetching secret data from SSM Parameter Store in {region}: parameter {name}: {said}"
        ),
        Need::LogStream(_) | Need::LogGroup(_) => format!(
            "CannotStartContainerError: Error response from daemon: failed to create task for container: failed to \
             initialize logging driver: failed to create Cloudwatch log {}: {said}",
            log_thing(need)
        ),
    }
}

/// What the agent says of a secret for a registry: that it did not get it, or what is wrong with what it got.
/// Source: Amazon ECS container agent, its client of Secrets Manager; observed on Fargate.
fn asm_said(kind: PullFailureKind, secret: &str, said: &str) -> String {
    match kind {
        PullFailureKind::CredentialsMalformed => said.to_owned(),
        _ => format!("asm fetching secret from the service for {secret}: {said}"),
    }
}

/// What could not be made.
fn log_thing(need: &Need) -> &'static str {
    if matches!(need, Need::LogGroup(_)) { "group" } else { "stream" }
}

/// The end of a message about something that could not be fetched: what the SDK said.
fn need_said(kind: PullFailureKind, need: &Need, context: &Context<'_>) -> String {
    match kind {
        PullFailureKind::NoRoute => {
            let (_, timeout) = context.dialled();
            let host = need.destination().private_name(&need.region(context.home));
            format!("RequestError: send request failed caused by: Post \"https://{host}/\": {timeout}")
        }
        PullFailureKind::NoCredentials => "NoCredentialProviders: no valid providers in chain. Deprecated.".to_owned(),
        PullFailureKind::CredentialsMalformed => context.message.to_owned(),
        _ => format!("{}: {} status code: 400, request id: {}", context.code(), context.message, context.request_id),
    }
}
