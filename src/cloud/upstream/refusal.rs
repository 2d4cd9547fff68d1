//! What the registries outside answer to credentials that they do not take, as their clients tell it.
//!
//! Source: observed answers of Docker Hub, of GitHub's, GitLab's and Azure's registries; containerd,
//! `core/remotes/docker`, which asks for a token before it asks for a manifest. Inferred: Chainguard's.

use crate::cloud::oci::Reference;

/// The host that a registry's name stands for.
pub(crate) fn api_host(host: &str) -> &str {
    if host == super::hub::HOST { "registry-1.docker.io" } else { host }
}

/// What the registry says to Docker: the error's code in words and its text.
pub(crate) fn said(host: &str) -> &'static str {
    match host {
        "docker.io" => "unauthorized: incorrect username or password",
        "ghcr.io" => "denied: denied",
        "registry.gitlab.com" => {
            "unauthorized: HTTP Basic: Access denied. If a password was provided for Git authentication, the password was \
             incorrect or you're required to use a token instead of a password. If a token was provided, it was either \
             incorrect, expired, or improperly scoped."
        }
        azure if azure.ends_with(super::AZURE) => {
            "unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information."
        }
        _ => "unauthorized: authentication required",
    }
}

/// As Docker words it when it pulls: what stands behind `Error response from daemon: `.
pub(crate) fn by_docker(reference: &Reference) -> String {
    let version = match (&reference.digest, &reference.tag) {
        (Some(digest), _) => digest.to_string(),
        (None, tag) => tag.clone().unwrap_or_else(|| "latest".to_owned()),
    };
    let (host, path) = (api_host(&reference.host), &reference.path);
    format!("Head \"https://{host}/v2/{path}/manifests/{version}\": {}", said(&reference.host))
}

/// As containerd words it: what stands behind the reference that it tries to resolve.
pub(crate) fn by_containerd(host: &str) -> String {
    let tokens = match host {
        "docker.io" => "https://auth.docker.io/token".to_owned(),
        "registry.gitlab.com" => "https://gitlab.com/jwt/auth".to_owned(),
        azure if azure.ends_with(super::AZURE) => format!("https://{azure}/oauth2/token"),
        host => format!("https://{host}/token"),
    };
    let status = if host == "ghcr.io" { "403 Forbidden" } else { "401 Unauthorized" };
    format!(
        "failed to authorize: failed to fetch oauth token: unexpected status from POST request to {tokens}: {status}"
    )
}
