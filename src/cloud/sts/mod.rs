//! STS: who am I, sessions of roles and of federated users, and whose an access key is.

mod assertion;
mod assume_role;
mod assumption;
mod caller;
mod credentials;
mod message;
mod own_session;
mod saml;
mod token;
mod web_identity;

pub use assume_role::{AssumeRole, AssumeRoleOutput};
pub use assumption::AssumedRoleUser;
pub use caller::{GetAccessKeyInfo, GetAccessKeyInfoOutput, GetCallerIdentity, GetCallerIdentityOutput};
pub use credentials::{Credentials, PolicyDescriptor};
pub(super) use message::encode as encode_authorization_message;
pub use message::{DecodeAuthorizationMessage, DecodeAuthorizationMessageOutput};
pub use own_session::{
    FederatedUser, GetFederationToken, GetFederationTokenOutput, GetSessionToken, GetSessionTokenOutput,
};
pub use saml::{AssumeRoleWithSAML, AssumeRoleWithSAMLOutput};
pub use token::WebIdentity;
pub use web_identity::{AssumeRoleWithWebIdentity, AssumeRoleWithWebIdentityOutput};

use std::collections::BTreeMap;
use std::sync::Arc;

use super::iam::{Policy, Tag};
use super::{ApiError, Caller, Cloud, Duration, Principal, Service, Timestamp};

/// Condition keys with the values that a request carries.
type Filled = Vec<(String, Vec<String>)>;

/// How large an inline session policy may be, without white space. Source: STS API Reference, AssumeRole.
const SESSION_POLICY_SIZE: usize = 2048;

/// The temporary credentials that an account has given out.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// By access key id.
    sessions: BTreeMap<String, Arc<Session>>,
}

impl State {
    /// Whether a session's key was given out here.
    fn has_key(&self, access_key_id: &str) -> bool {
        self.sessions.contains_key(access_key_id)
    }
}

/// Temporary credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// `ASIA…`
    pub access_key_id: String,
    pub secret_access_key: String,
    pub token: String,
    /// Who signs with them.
    pub principal: Principal,
    /// The unique id of the role or user: they end with it.
    pub entity_id: Arc<str>,
    pub issued: Timestamp,
    pub expires: Timestamp,
    /// Session policies, by name or ARN: they only limit.
    pub policies: Vec<NamedPolicy>,
    /// Tags that it was given when it began, beside those of its role.
    pub tags: Vec<Tag>,
    /// Which of them are handed on to sessions that this one begins, by key.
    pub transitive: Vec<String>,
    /// Who stands behind it, as whoever began it said.
    pub source_identity: Option<String>,
    /// Condition keys that an identity provider filled when it began, with their values.
    pub keys: Vec<(String, Vec<String>)>,
    /// The identity provider that vouched for it, as `aws:FederatedProvider` names it.
    pub provider: Option<Arc<str>>,
}

/// What a session is given beside its principal.
#[derive(Clone, Debug, Default)]
struct Provisions {
    policies: Vec<NamedPolicy>,
    tags: Vec<Tag>,
    transitive: Vec<String>,
    source_identity: Option<String>,
    keys: Vec<(String, Vec<String>)>,
    provider: Option<Arc<str>>,
}

/// A session policy with its name or ARN.
type NamedPolicy = (Arc<str>, Arc<Policy>);

/// Gives out temporary credentials.
fn start(
    cloud: &mut Cloud,
    principal: Principal,
    entity_id: Arc<str>,
    lifetime: Duration,
    provisions: Provisions,
) -> Arc<Session> {
    let issued = cloud.now();
    let access_key_id = format!("ASIA{}", cloud.random_id(16));
    let secret_access_key = cloud.random_secret();
    let token = format!("IQoJb3JpZ2luX2Vj{}", cloud.random_base64(340));
    // Observed: STS tells the end to the second.
    let expires = issued + lifetime;
    let expires = expires - Duration::millis(expires.as_millis().rem_euclid(1000));
    let account = principal.account().clone();
    let Provisions { policies, tags, transitive, source_identity, keys, provider } = provisions;
    let session = Session {
        access_key_id,
        secret_access_key,
        token,
        principal,
        entity_id,
        issued,
        expires,
        policies,
        tags,
        transitive,
        source_identity,
        keys,
        provider,
    };
    let session = Arc::new(session);
    let sessions = &mut cloud.account_mut(&account).sts.sessions;
    sessions.insert(session.access_key_id.clone(), Arc::clone(&session));
    session
}

/// Whose the credentials are, as `service` checks them before all else.
///
/// # Errors
/// With the code that the service's protocol has for it: an unknown or inactive key, a wrong secret, a wrong or expired
/// token.
pub fn authenticate(
    cloud: &Cloud,
    service: Service,
    access_key_id: &str,
    secret: &str,
    session_token: Option<&str>,
) -> Result<Principal, ApiError> {
    let is_json = !matches!(service, Service::Ec2 | Service::Iam | Service::S3 | Service::Sts);
    let is_ec2 = service == Service::Ec2;
    let is_s3 = service == Service::S3;
    let invalid = || {
        if is_s3 {
            let text = "The AWS Access Key Id you provided does not exist in our records.";
            return ApiError::new("InvalidAccessKeyId", text);
        }
        if is_ec2 {
            return ApiError::new("AuthFailure", "AWS was not able to validate the provided access credentials");
        }
        let code = if is_json { "UnrecognizedClientException" } else { "InvalidClientTokenId" };
        ApiError::new(code, "The security token included in the request is invalid.")
    };
    let wrong_signature = || {
        if is_ec2 {
            return invalid();
        }
        let code = if is_json { "InvalidSignatureException" } else { "SignatureDoesNotMatch" };
        ApiError::new(
            code,
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
             Key and signing method. Consult the service documentation for details.",
        )
    };
    for account in cloud.accounts() {
        if let Some(key) = account.iam.access_key(access_key_id) {
            if !key.active || session_token.is_some_and(|token| !token.is_empty()) {
                return Err(invalid());
            }
            if key.secret != secret {
                return Err(wrong_signature());
            }
            return Ok(Principal::User { account: account.id().clone(), name: key.user.as_ref().to_owned() });
        }
        if let Some(session) = account.sts.sessions.get(access_key_id) {
            // Source: STS API Reference, GetFederationToken: its credentials call no operation of IAM; GetSessionToken: nor do
            // those, without MFA. Observed: the error.
            let is_own = matches!(session.principal, Principal::User { .. } | Principal::Root { .. });
            let is_federated = matches!(session.principal, Principal::FederatedUser { .. });
            let is_shut_out = service == Service::Iam && (is_own || is_federated);
            if session_token != Some(session.token.as_str()) || !is_alive(cloud, session) || is_shut_out {
                return Err(invalid());
            }
            if session.secret_access_key != secret {
                return Err(wrong_signature());
            }
            if session.expires <= cloud.now() {
                if is_ec2 {
                    return Err(ApiError::new("RequestExpired", "Request has expired."));
                }
                if is_s3 {
                    return Err(ApiError::new("ExpiredToken", "The provided token has expired."));
                }
                let code = if is_json { "ExpiredTokenException" } else { "ExpiredToken" };
                return Err(ApiError::new(code, "The security token included in the request is expired"));
            }
            return Ok(session.principal.clone());
        }
    }
    Err(invalid())
}

/// Refuses what credentials of GetSessionToken can't call, though they sign as the user who got them.
/// Source: STS API Reference, GetSessionToken: of STS only AssumeRole and GetCallerIdentity.
///
/// # Errors
/// `AccessDenied`.
pub fn check_reach(cloud: &Cloud, service: Service, operation: &str, access_key_id: &str) -> Result<(), ApiError> {
    if service != Service::Sts || matches!(operation, "AssumeRole" | "GetCallerIdentity") {
        return Ok(());
    }
    let session = cloud.accounts().find_map(|account| account.sts.sessions.get(access_key_id));
    match session.map(|session| &session.principal) {
        Some(Principal::User { .. } | Principal::Root { .. }) => Err(with_session_credentials(operation)),
        _ => Ok(()),
    }
}

fn with_session_credentials(operation: &str) -> ApiError {
    ApiError::new("AccessDenied", format!("Cannot call {operation} with session credentials"))
}

/// The secret of an access key, a user's or a session's.
pub(in crate::cloud) fn secret_of(cloud: &Cloud, access_key_id: &str) -> Option<String> {
    cloud.accounts().find_map(|account| {
        let key = account.iam.access_key(access_key_id).map(|key| key.secret.clone());
        key.or_else(|| account.sts.sessions.get(access_key_id).map(|session| session.secret_access_key.clone()))
    })
}

/// Whether the role or user that the session was made for is still there.
fn is_alive(cloud: &Cloud, session: &Session) -> bool {
    let Some(account) = cloud.account(session.principal.account()) else { return false };
    match &session.principal {
        Principal::Session { role, .. } => account.iam.role(role).is_some_and(|role| role.id == session.entity_id),
        Principal::User { name, .. } | Principal::FederatedUser { user: Some(name), .. } => {
            account.iam.user(name).is_some_and(|user| user.id == session.entity_id)
        }
        Principal::Root { .. }
        | Principal::FederatedUser { user: None, .. }
        | Principal::Federated { .. }
        | Principal::Service { .. } => true,
    }
}

/// The newest session of this principal that has not expired; none for those who need none.
///
/// Limitation: two sessions of one role with the same session name are one principal, so both are judged by the newer.
fn session_of<'a>(cloud: &'a Cloud, principal: &Principal) -> Option<&'a Session> {
    if !matches!(principal, Principal::Session { .. } | Principal::FederatedUser { .. }) {
        return None;
    }
    let sessions = cloud.account(principal.account())?.sts.sessions.values();
    let mine = sessions.filter(|session| session.principal == *principal && session.expires > cloud.now());
    mine.max_by_key(|session| session.issued).map(Arc::as_ref)
}

/// The session policies that limit the principal.
pub(super) fn session_policies<'a>(
    cloud: &'a Cloud,
    principal: &Principal,
) -> impl Iterator<Item = (&'a Arc<str>, &'a Arc<Policy>)> {
    let session = session_of(cloud, principal);
    session.into_iter().flat_map(|session| session.policies.iter().map(|(name, policy)| (name, policy)))
}

/// The tags that a session was given when it began.
pub(super) fn session_tags<'a>(cloud: &'a Cloud, principal: &Principal) -> &'a [Tag] {
    session_of(cloud, principal).map_or(&[], |session| session.tags.as_slice())
}

/// The condition keys that an identity provider filled when a session began.
pub(super) fn session_keys<'a>(cloud: &'a Cloud, principal: &Principal) -> &'a [(String, Vec<String>)] {
    session_of(cloud, principal).map_or(&[], |session| session.keys.as_slice())
}

/// Who stands behind a session, as whoever began it said.
pub(super) fn source_identity<'a>(cloud: &'a Cloud, principal: &Principal) -> Option<&'a str> {
    session_of(cloud, principal)?.source_identity.as_deref()
}

/// The identity provider that vouched for whoever began a session.
pub(super) fn federated_provider<'a>(cloud: &'a Cloud, principal: &Principal) -> Option<&'a str> {
    session_of(cloud, principal)?.provider.as_deref()
}

/// When the principal's temporary credentials were issued.
pub(super) fn issued(cloud: &Cloud, principal: &Principal) -> Option<Timestamp> {
    session_of(cloud, principal).map(|session| session.issued)
}

/// Refuses a federated user, who may ask STS nothing but who it is.
/// Source: STS API Reference, GetFederationToken. Inferred: the wording, after that of other operations.
fn refuse_federated_user(caller: &Caller, operation: &str) -> Result<(), ApiError> {
    match caller.principal {
        Principal::FederatedUser { .. } => Err(with_session_credentials(operation)),
        _ => Ok(()),
    }
}

/// The key of the principal's newest session that had begun at `at`.
pub(super) fn access_key_of<'a>(cloud: &'a Cloud, principal: &Principal, at: Timestamp) -> Option<&'a str> {
    let sessions = cloud.account(principal.account())?.sts.sessions.values();
    let mine = sessions.filter(|session| session.principal == *principal && session.issued <= at);
    mine.max_by_key(|session| session.issued).map(|session| session.access_key_id.as_str())
}

fn validation(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationError", message)
}

/// The unique id of a principal: `AIDA…`, `AROA…:session`, `ACCOUNT:name` for a federated user, the account id for root.
/// Source: IAM User Guide, "aws:userid" in "AWS global condition context keys".
pub(super) fn user_id(cloud: &Cloud, principal: &Principal) -> String {
    let state = cloud.account(principal.account()).map(|account| &account.iam);
    match principal {
        Principal::Root { account } => account.to_string(),
        Principal::User { name, .. } => {
            state.and_then(|state| state.user(name)).map_or_else(String::new, |user| user.id.to_string())
        }
        Principal::Session { role, session, .. } => {
            let role = state.and_then(|state| state.role(role)).map_or("", |role| &role.id);
            format!("{role}:{session}")
        }
        Principal::FederatedUser { account, name, .. } => format!("{account}:{name}"),
        Principal::Federated { provider, .. } => provider.clone(),
        Principal::Service { name, .. } => name.clone(),
    }
}

super::operations!(
    AssumeRole,
    AssumeRoleWithSAML,
    AssumeRoleWithWebIdentity,
    DecodeAuthorizationMessage,
    GetAccessKeyInfo,
    GetCallerIdentity,
    GetFederationToken,
    GetSessionToken,
);
