//! Names of images: `[host/]path[:tag][@digest]`, with docker's normalisation.
//!
//! Source: `distribution/reference`, grammar and `ParseNormalizedNamed`; the error texts are its own.

use std::fmt;
use std::str::FromStr;

use crate::cloud::Digest;

/// Docker Hub, where a name without host lives.
const DOCKER_HUB: &str = "docker.io";

/// An image's name, normalised: `alpine` is `docker.io/library/alpine`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The registry's host, such as `docker.io` or `111122223333.dkr.ecr.ap-northeast-2.amazonaws.com`.
    pub host: String,
    /// The repository within the registry, such as `library/alpine` or `team/app`.
    pub path: String,
    pub tag: Option<String>,
    pub digest: Option<Digest>,
}

/// Why a text names no image. The texts are docker's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    #[error("invalid reference format")]
    Format,
    #[error("invalid reference format: repository name ({0}) must be lowercase")]
    Uppercase(String),
    #[error("repository name must not be more than 255 characters")]
    TooLong,
    #[error("invalid repository name ({0}), cannot specify 64-byte hexadecimal strings")]
    Identifier(String),
    #[error("invalid checksum digest length")]
    DigestLength,
    #[error("unsupported digest algorithm")]
    DigestAlgorithm,
}

impl Reference {
    /// The name without tag and digest: `docker.io/library/alpine`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.host, self.path)
    }

    /// The name as docker shows it: `alpine` for `docker.io/library/alpine`.
    pub fn familiar_name(&self) -> String {
        if self.host != DOCKER_HUB {
            return self.name();
        }
        self.path.strip_prefix("library/").unwrap_or(&self.path).to_owned()
    }

    /// As docker shows it, with tag and digest where it has them.
    pub fn familiar(&self) -> String {
        self.with_suffix(self.familiar_name())
    }

    /// With `:latest` where neither tag nor digest is given.
    #[must_use]
    pub fn or_latest(mut self) -> Self {
        if self.tag.is_none() && self.digest.is_none() {
            self.tag = Some("latest".to_owned());
        }
        self
    }

    fn with_suffix(&self, mut text: String) -> String {
        if let Some(tag) = &self.tag {
            text.push(':');
            text.push_str(tag);
        }
        if let Some(digest) = &self.digest {
            text.push('@');
            text.push_str(&digest.to_string());
        }
        text
    }
}

/// The full name, with host.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with_suffix(self.name()))
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        if text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(ReferenceError::Identifier(text.to_owned()));
        }
        let (host, rest) = split_host(text);
        let (rest, digest) = match rest.split_once('@') {
            Some((rest, digest)) => (rest, Some(read_digest(digest)?)),
            None => (rest, None),
        };
        // A tag has no slash, and after the host no colon can be a port's.
        let (path, tag) = match rest.split_once(':') {
            Some((path, tag)) => (path, Some(tag)),
            None => (rest, None),
        };
        if path.chars().any(char::is_uppercase) {
            return Err(ReferenceError::Uppercase(path.to_owned()));
        }
        if !is_path(path) || !is_host(host) || tag.is_some_and(|tag| !is_tag(tag)) {
            return Err(ReferenceError::Format);
        }
        let path = if host == DOCKER_HUB && !path.contains('/') { format!("library/{path}") } else { path.to_owned() };
        if host.len() + 1 + path.len() > 255 {
            return Err(ReferenceError::TooLong);
        }
        Ok(Self { host: host.to_owned(), path, tag: tag.map(str::to_owned), digest })
    }
}

/// What stands before the first slash is a host if it has a dot, a colon or a capital, or is `localhost`.
fn split_host(text: &str) -> (&str, &str) {
    match text.split_once('/') {
        Some((first, rest))
            if first.contains(['.', ':']) || first == "localhost" || first.chars().any(char::is_uppercase) =>
        {
            (if first == "index.docker.io" { DOCKER_HUB } else { first }, rest)
        }
        _ => (DOCKER_HUB, text),
    }
}

fn read_digest(text: &str) -> Result<Digest, ReferenceError> {
    let (algorithm, hex) = text.split_once(':').ok_or(ReferenceError::Format)?;
    if hex.len() < 32 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) || algorithm.is_empty() {
        return Err(ReferenceError::Format);
    }
    if algorithm != "sha256" {
        return Err(ReferenceError::DigestAlgorithm);
    }
    if hex.len() != 64 {
        return Err(ReferenceError::DigestLength);
    }
    text.parse().map_err(|_| ReferenceError::Format)
}

fn is_host(text: &str) -> bool {
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (text, None),
    };
    port.is_none_or(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
        && name.split('.').all(|label| {
            !label.is_empty()
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

/// Whether the text is a repository's path: components between slashes.
pub fn is_path(text: &str) -> bool {
    text.split('/').all(is_component)
}

/// Whether the text is `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`.
pub fn is_component(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let mut rest = text.as_bytes();
    loop {
        let word = rest.iter().take_while(|b| plain(**b)).count();
        if word == 0 {
            return false;
        }
        rest = rest.get(word..).unwrap_or_default();
        rest = match rest {
            [] => return true,
            [b'_', b'_', tail @ ..] | [b'.' | b'_', tail @ ..] => tail,
            [b'-', ..] => rest.get(rest.iter().take_while(|b| **b == b'-').count()..).unwrap_or_default(),
            _ => return false,
        };
    }
}

/// Whether the text is a tag: `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}`.
pub fn is_tag(text: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    text.len() <= 128
        && text.bytes().next().is_some_and(word)
        && text.bytes().all(|b| word(b) || b == b'.' || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let found = match text.parse::<Reference>() {
            Ok(reference) => format!("{} | {}", reference, reference.familiar()),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn references_are_normalised_as_docker_does() {
        check("alpine", "docker.io/library/alpine | alpine");
        check("alpine:3.20", "docker.io/library/alpine:3.20 | alpine:3.20");
        check("team/app", "docker.io/team/app | team/app");
        check("index.docker.io/alpine", "docker.io/library/alpine | alpine");
        check("localhost:5000/app:1", "localhost:5000/app:1 | localhost:5000/app:1");
        check(
            "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/team/app:v1",
            "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/team/app:v1 | \
             111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/team/app:v1",
        );
        let digest = Digest::of(b"x");
        check(&format!("app:1@{digest}"), &format!("docker.io/library/app:1@{digest} | app:1@{digest}"));
    }

    #[test]
    fn a_wrong_reference_gets_dockers_words() {
        check("App", "invalid reference format: repository name (App) must be lowercase");
        check("team/App:1", "invalid reference format: repository name (team/App) must be lowercase");
        for wrong in ["", ":", "app:", "app::1", "-app", "app/", "/app", "a___b", "app:ta g", "app@sha256:12", "é"] {
            check(wrong, "invalid reference format");
        }
        check(&format!("app@sha512:{}", "a".repeat(64)), "unsupported digest algorithm");
        check(&format!("app@sha256:{}", "a".repeat(40)), "invalid checksum digest length");
        check(&"a".repeat(300), "repository name must not be more than 255 characters");
    }

    #[test]
    fn a_component_takes_single_separators_double_underscores_and_many_hyphens() {
        for good in ["a", "0", "a.b", "a_b", "a__b", "a---b", "9-9"] {
            assert!(is_component(good), "{good}");
        }
        for bad in ["", ".", "a.", ".a", "a..b", "a___b", "a._b", "A", "a-", "a b"] {
            assert!(!is_component(bad), "{bad}");
        }
    }
}
