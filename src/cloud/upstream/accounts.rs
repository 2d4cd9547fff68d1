//! Accounts at the registries outside: who signs in with which access token, and for how long.
//!
//! Who has an account somewhere and makes a token for it does so on that registry's own pages, which are not simulated:
//! here a token is made, and revoked, at once. A registry knows a token by its text alone, and forgets none: so a refusal
//! can say what is wrong with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::hub::DockerHub;
use crate::cloud::{Arn, Cloud, Duration, Timestamp};

/// What the registries outside know of those who come.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// By host and text.
    tokens: BTreeMap<(String, String), Arc<AccessToken>>,
    /// Who pulled from Docker Hub lately.
    pub(in crate::cloud) hub: DockerHub,
}

/// A token that a registry gave out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    pub host: String,
    /// Whose it is.
    pub user: String,
    pub text: String,
    pub created_at: Timestamp,
    /// None for one that is good until it is revoked.
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// A name and a password to sign in with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    pub username: String,
    pub password: String,
}

/// Why a registry does not let somebody in. It tells nobody: the answer is the same for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It never gave out such a token.
    Unknown,
    /// The token belongs to somebody else.
    OtherUser,
    Expired(Timestamp),
    Revoked(Timestamp),
}

/// Credentials for a registry outside that were of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Useless {
    /// As images name it.
    pub host: String,
    /// The secret that they were to come from, by ARN or name; none for what Docker or a cluster keeps by itself.
    pub secret: Option<String>,
    /// The prefix of the pull-through cache rule that they are for.
    pub rule: Option<String>,
    pub flaw: Flaw,
}

/// What is wrong with credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// There is no such secret, or it has no value.
    NoSecret,
    /// Its value can't be decrypted by whoever reads it.
    NotDecryptable,
    /// Its value is not a JSON object with these two members, neither of them empty.
    Malformed([&'static str; 2]),
    /// The registry does not take them.
    Refused { username: String, refusal: Refusal },
}

impl AccessToken {
    /// Why it lets nobody in now, if so.
    pub fn flaw(&self, now: Timestamp) -> Option<Refusal> {
        let expired = self.expires_at.filter(|at| *at <= now).map(Refusal::Expired);
        self.revoked_at.map(Refusal::Revoked).or(expired)
    }
}

impl Outside {
    /// All tokens that were ever given out, by host and text.
    pub fn tokens(&self) -> impl Iterator<Item = &AccessToken> {
        self.tokens.values().map(Arc::as_ref)
    }

    /// Who signs in with these credentials.
    ///
    /// # Errors
    /// Where the registry does not let them in.
    pub fn sign_in(&self, host: &str, with: &Credentials, now: Timestamp) -> Result<&str, Refusal> {
        let key = (host.to_owned(), with.password.clone());
        let token = self.tokens.get(&key).ok_or(Refusal::Unknown)?;
        if minds_the_name(host) && token.user != with.username {
            return Err(Refusal::OtherUser);
        }
        token.flaw(now).map_or(Ok(token.user.as_str()), Err)
    }

    /// Whether a token was there to be revoked, and is now.
    pub fn revoke(&mut self, text: &str, now: Timestamp) -> bool {
        let known = self.tokens.values_mut().find(|token| token.text == text && token.revoked_at.is_none());
        let Some(known) = known else { return false };
        Arc::make_mut(known).revoked_at = Some(now);
        true
    }
}

/// Whether the user name must be that of the token's owner. GitLab takes any.
/// Source: GitLab Docs, "Personal access tokens". Inferred: that GitHub does as well.
fn minds_the_name(host: &str) -> bool {
    !matches!(host, "registry.gitlab.com" | "ghcr.io")
}

/// What a registry's tokens begin with, and how many characters come then.
/// Source: the registries' documentation of access tokens. Inferred: for those that do not write of it.
fn form(host: &str) -> (&'static str, usize) {
    match host {
        "docker.io" => ("dckr_pat_", 27),
        "ghcr.io" => ("ghp_", 36),
        "registry.gitlab.com" => ("glpat-", 20),
        _ => ("", 52),
    }
}

/// Makes a token for a user of a registry: of that text, or of one that the registry chooses.
pub fn issue(
    cloud: &mut Cloud,
    host: &str,
    user: &str,
    text: Option<String>,
    lasts: Option<Duration>,
) -> Arc<AccessToken> {
    let text = text.unwrap_or_else(|| {
        let (start, len) = form(host);
        format!("{start}{}", cloud.random_base64(len).replace(['+', '/'], "x"))
    });
    let created_at = cloud.now();
    let token = Arc::new(AccessToken {
        host: host.to_owned(),
        user: user.to_owned(),
        text,
        created_at,
        expires_at: lasts.map(|lasts| created_at + lasts),
        revoked_at: None,
    });
    let key = (host.to_owned(), token.text.clone());
    cloud.outside_mut().tokens.insert(key, Arc::clone(&token));
    token
}

/// Signs in, and notes it on the trail where the registry does not let anybody in.
///
/// # Errors
/// As [`Outside::sign_in`].
pub fn enter(
    cloud: &mut Cloud,
    host: &str,
    with: &Credentials,
    secret: Option<&str>,
    rule: Option<&str>,
) -> Result<String, Refusal> {
    let entered = cloud.outside().sign_in(host, with, cloud.now()).map(str::to_owned);
    if let Err(refusal) = entered {
        let flaw = Flaw::Refused { username: with.username.clone(), refusal };
        note(cloud, host, secret, rule, flaw);
    }
    entered
}

/// Notes credentials that were of no use on the trail.
pub(in crate::cloud) fn note(cloud: &mut Cloud, host: &str, secret: Option<&str>, rule: Option<&str>, flaw: Flaw) {
    let useless =
        Useless { host: host.to_owned(), secret: secret.map(str::to_owned), rule: rule.map(str::to_owned), flaw };
    cloud.record(crate::cloud::EventKind::Credentials(Box::new(useless)));
}

impl Credentials {
    /// Reads the value of a secret: a JSON object with a name and a password under these members.
    pub fn read(value: &str, members: [&'static str; 2]) -> Option<Self> {
        let value: serde_json::Value = serde_json::from_str(value).ok()?;
        let [username, password] =
            members.map(|member| value.get(member)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned));
        Some(Self { username: username?, password: password? })
    }
}

/// The secret's ARN or name as it is shown.
impl Useless {
    /// The name of the secret, without the six characters that its ARN ends in.
    pub fn secret_name(&self) -> Option<String> {
        let secret = self.secret.as_deref()?;
        let Ok(arn) = secret.parse::<Arn>() else { return Some(secret.to_owned()) };
        let name = arn.resource().trim_start_matches("secret:");
        let has_suffix = |(_, suffix): &(&str, &str)| suffix.len() == 6;
        Some(name.rsplit_once('-').filter(has_suffix).map_or(name, |(name, _)| name).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(username: &str, password: &str) -> Credentials {
        Credentials { username: username.to_owned(), password: password.to_owned() }
    }

    #[test]
    fn a_token_lets_its_user_in_until_it_ends() {
        let mut cloud = Cloud::new(1);
        let day = Some(Duration::days(1));
        let token = issue(&mut cloud, "docker.io", "kim", None, day);
        assert!(token.text.starts_with("dckr_pat_") && token.text.len() == 36, "{}", token.text);
        let kim = with("kim", &token.text);
        assert_eq!(enter(&mut cloud, "docker.io", &kim, None, None), Ok("kim".to_owned()));
        let lee = with("lee", &token.text);
        assert_eq!(enter(&mut cloud, "docker.io", &lee, None, None), Err(Refusal::OtherUser));
        assert_eq!(enter(&mut cloud, "ghcr.io", &kim, None, None), Err(Refusal::Unknown));
        cloud.advance(Duration::days(1));
        assert_eq!(enter(&mut cloud, "docker.io", &kim, None, None), Err(Refusal::Expired(cloud.now())));
        assert_eq!(cloud.trail().len(), 3);
    }

    #[test]
    fn a_revoked_token_lets_nobody_in() {
        let mut cloud = Cloud::new(1);
        let token = issue(&mut cloud, "ghcr.io", "kim", Some("ghp_fixed".to_owned()), None);
        let other = with("whoever", &token.text);
        assert_eq!(enter(&mut cloud, "ghcr.io", &other, None, None), Ok("kim".to_owned()));
        let now = cloud.now();
        assert!(cloud.outside_mut().revoke("ghp_fixed", now) && !cloud.outside_mut().revoke("ghp_fixed", now));
        assert_eq!(enter(&mut cloud, "ghcr.io", &other, None, None), Err(Refusal::Revoked(now)));
    }

    #[test]
    fn a_secret_is_read_by_its_members() {
        let members = ["username", "accessToken"];
        assert_eq!(Credentials::read(r#"{"username":"a","accessToken":"b"}"#, members), Some(with("a", "b")));
        for wrong in ["", "{", "[]", "{}", r#"{"username":"a"}"#, r#"{"username":"a","accessToken":""}"#] {
            assert_eq!(Credentials::read(wrong, members), None, "{wrong}");
        }
    }
}
