//! Web identity tokens: the JSON Web Tokens by which an OpenID Connect provider says who somebody is.
//!
//! Signatures are not simulated: there are no providers with keys here. What a token claims is read, and its issuer, its
//! audience and its time are checked against what IAM knows of the provider; that the provider wrote it is believed.
//!
//! Source: RFC 7519; IAM User Guide, "Available keys for AWS OIDC federation".

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::Filled;
use crate::cloud::iam::Tag;
use crate::cloud::{Digest, Duration, Timestamp};

/// Where a claim may carry session tags and a source identity.
const TAGS: &str = "https://aws.amazon.com/tags";
const SOURCE_IDENTITY: &str = "https://aws.amazon.com/source_identity";

/// The claims that are condition keys for a provider, beside those of all.
/// Source: Service Authorization Reference, AWS Security Token Service.
const CLAIMS: [(&str, &[&str]); 4] = [
    ("accounts.google.com", &["google/organization_number"]),
    (
        "agent.buildkite.com",
        &[
            "build_branch",
            "cluster_id",
            "cluster_name",
            "organization_id",
            "organization_slug",
            "pipeline_id",
            "pipeline_slug",
        ],
    ),
    (
        "gitlab.com",
        &[
            "namespace_id",
            "pipeline_source",
            "project_id",
            "ref_protected",
            "runner_environment",
            "user_access_level",
            "user_email",
            "user_id",
            "user_login",
        ],
    ),
    (
        "token.actions.githubusercontent.com",
        &[
            "actor",
            "actor_id",
            "enterprise_id",
            "environment",
            "job_workflow_ref",
            "ref",
            "repository",
            "repository_id",
            "repository_owner_id",
            "workflow",
        ],
    ),
];

/// A token, read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    claims: Map<String, Value>,
}

impl Token {
    /// Reads a token; none for what is not one.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || signature.is_empty() {
            return None;
        }
        let read = |part: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
            match serde_json::from_slice(&bytes).ok()? {
                Value::Object(object) => Some(object),
                _ => None,
            }
        };
        read(header)?;
        read(claims).map(|claims| Self { claims })
    }

    fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim).and_then(Value::as_str)
    }

    /// The issuer's address as IAM names the provider: without `https://`.
    pub fn issuer(&self) -> Option<&str> {
        let issuer = self.text("iss")?;
        Some(issuer.strip_prefix("https://").unwrap_or(issuer))
    }

    /// The issuer as the token has it.
    pub fn issuer_url(&self) -> &str {
        self.text("iss").unwrap_or_default()
    }

    /// Who it is about.
    pub fn subject(&self) -> Option<&str> {
        self.text("sub")
    }

    /// Whom it is for: the party that asked for it, where it names one.
    /// Source: IAM User Guide, `aud` in "Available keys for AWS OIDC federation".
    pub fn audiences(&self) -> Vec<String> {
        match self.text("azp") {
            Some(party) => vec![party.to_owned()],
            None => self.values("aud"),
        }
    }

    /// When it ends, in seconds since 1970.
    pub fn expires(&self) -> Option<i64> {
        let expires = self.claims.get("exp")?;
        expires.as_i64().or_else(|| expires.as_f64().map(|seconds| seconds as i64))
    }

    /// All values of a claim as texts.
    fn values(&self, claim: &str) -> Vec<String> {
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
            _ => None,
        };
        match self.claims.get(claim) {
            Some(Value::Array(values)) => values.iter().filter_map(text).collect(),
            Some(value) => text(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// The condition keys that it fills, for the provider of this name: those that stay with the session, and those of the
    /// request alone.
    pub fn keys(&self, provider: &str, audience: &str) -> (Filled, Filled) {
        let key = |claim: &str| format!("{provider}:{claim}");
        let filled = |claim: &str| Some((key(claim), self.values(claim))).filter(|(_, values)| !values.is_empty());
        let mut lasting = vec![(key("aud"), vec![audience.to_owned()])];
        lasting.extend(["sub", "amr"].into_iter().filter_map(filled));
        let mut passing: Vec<_> = filled("email").into_iter().collect();
        passing.extend(Some((key("oaud"), self.values("aud"))).filter(|(_, values)| !values.is_empty()));
        let own =
            |host: &&str| provider.strip_prefix(host).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let claims = CLAIMS.iter().filter(|(host, _)| own(host)).flat_map(|(_, claims)| claims.iter());
        passing.extend(claims.filter_map(|claim| filled(claim)));
        (lasting, passing)
    }

    /// The session tags that it carries, and which of them are handed on.
    /// Source: IAM User Guide, "Pass session tags using AssumeRoleWithWebIdentity".
    pub fn tags(&self) -> (Vec<Tag>, Vec<String>) {
        let carried = self.claims.get(TAGS);
        let first = |value: &Value| value.as_str().or_else(|| value.get(0)?.as_str()).unwrap_or_default().to_owned();
        let tags = carried.and_then(|carried| carried.get("principal_tags")).and_then(Value::as_object);
        let tags = tags.into_iter().flatten().map(|(key, value)| Tag { key: key.clone(), value: first(value) });
        let transitive = carried.and_then(|carried| carried.get("transitive_tag_keys")).and_then(Value::as_array);
        let transitive = transitive.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        (tags.collect(), transitive.collect())
    }

    /// Who stands behind it.
    pub fn source_identity(&self) -> Option<&str> {
        self.text(SOURCE_IDENTITY)
    }
}

/// What a provider says in a token of its own making.
#[derive(Clone, Debug, PartialEq)]
pub struct WebIdentity {
    /// With `https://`.
    pub issuer: String,
    pub subject: String,
    pub audience: String,
    /// Claims beside those of every token.
    pub claims: Map<String, Value>,
}

impl WebIdentity {
    /// A token that says so, as the provider would give it out at `issued`. Its signature proves nothing, see above.
    pub fn token(&self, issued: Timestamp, lifetime: Duration) -> String {
        let seconds = |time: Timestamp| time.as_millis().div_euclid(1000);
        let mut claims = json!({
            "aud": [self.audience],
            "exp": seconds(issued + lifetime),
            "iat": seconds(issued),
            "iss": self.issuer,
            "nbf": seconds(issued),
            "sub": self.subject,
        });
        if let Some(all) = claims.as_object_mut() {
            all.extend(self.claims.clone());
        }
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&json!({"alg": "RS256", "typ": "JWT"})), encode(&claims));
        let signature = URL_SAFE_NO_PAD.encode(Digest::of(signed.as_bytes()).bytes());
        format!("{signed}.{signature}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> WebIdentity {
        let claims = json!({
            "repository": "team/app",
            "event_name": "push",
            "https://aws.amazon.com/tags": {"principal_tags": {"team": ["web"]}, "transitive_tag_keys": ["team"]}
        });
        WebIdentity {
            issuer: "https://token.actions.githubusercontent.com".into(),
            subject: "repo:team/app:ref:refs/heads/main".into(),
            audience: "sts.amazonaws.com".into(),
            claims: claims.as_object().unwrap().clone(),
        }
    }

    #[test]
    fn a_token_says_what_its_provider_said() {
        let text = identity().token(Timestamp::from_millis(5_000), Duration::seconds(60));
        let token = Token::read(&text).unwrap();
        assert_eq!(token.issuer(), Some("token.actions.githubusercontent.com"));
        assert_eq!((token.audiences(), token.expires()), (vec!["sts.amazonaws.com".to_owned()], Some(65)));
        assert_eq!(token.tags(), (vec![Tag { key: "team".into(), value: "web".into() }], vec!["team".to_owned()]));
        let (lasting, passing) = token.keys("token.actions.githubusercontent.com", "sts.amazonaws.com");
        let names = |keys: &[(String, Vec<String>)]| {
            keys.iter().map(|(key, _)| key.rsplit(':').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(&lasting), ["aud", "sub"]);
        // `event_name` is in the token and no condition key.
        assert_eq!(names(&passing), ["oaud", "repository"]);
        assert_eq!(names(&token.keys("gitlab.com", "x").1), ["oaud"]);
    }

    #[test]
    fn what_is_no_token_is_not_read() {
        let token = identity().token(Timestamp::START, Duration::seconds(60));
        let (signed, _) = token.rsplit_once('.').unwrap();
        for text in ["", "a.b.c", "..", signed, &format!("{signed}."), &format!("{token}.x"), &format!("{token}=")] {
            assert_eq!(Token::read(text).is_some(), text.ends_with('='), "{text}");
        }
    }
}
