//! The tokens that clients show to a cluster: a signed request to STS, which the cluster sends to learn who made it.
//!
//! Source: AWS CLI, `aws eks get-token`: the prefix, the request and the header with the cluster's name; AWS IAM
//! authenticator: a token is good for 15 minutes. The signature stands for AWS's: a digest over secret and request, that
//! only who knows the secret can make.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::home::Home;
use crate::cloud::sts::GetCallerIdentity;
use crate::cloud::{Caller, Cloud, Digest, Duration, Origin, Principal, Region, Service, Timestamp, sts};

/// How long a token is good.
pub const TOKEN_LIFE: Duration = Duration::minutes(15);
/// What every token begins with.
const PREFIX: &str = "k8s-aws-v1.";
const HEAD: &str = "?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=";

/// What a token is made from.
#[derive(Clone, Debug)]
pub struct Token<'a> {
    pub access_key_id: &'a str,
    pub secret: &'a str,
    pub session_token: Option<&'a str>,
    pub cluster: &'a str,
    pub region: &'a Region,
    pub now: Timestamp,
}

impl Token<'_> {
    /// The token.
    pub fn sign(&self) -> String {
        let moment = self.now.civil().strftime("%Y%m%dT%H%M%SZ").to_string();
        let day = moment.split('T').next().unwrap_or_default();
        let mut url = format!(
            "https://sts.{region}.amazonaws.com/{HEAD}{key}%2F{day}%2F{region}%2Fsts%2Faws4_request&X-Amz-Date={moment}\
             &X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id",
            region = self.region,
            key = self.access_key_id,
        );
        if let Some(token) = self.session_token {
            url += &format!("&X-Amz-Security-Token={}", escape(token));
        }
        let signature = signature(&url, self.cluster, self.secret);
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(format!("{url}&X-Amz-Signature={signature}")))
    }
}

fn signature(url: &str, cluster: &str, secret: &str) -> String {
    Digest::of(format!("AWS4{secret}\n{url}\nx-k8s-aws-id:{cluster}").as_bytes()).hex()
}

/// As addresses write `/`, `+` and `=`.
fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('/', "%2F").replace('+', "%2B").replace('=', "%3D")
}

fn unescape(text: &str) -> String {
    text.replace("%2F", "/").replace("%2B", "+").replace("%3D", "=").replace("%25", "%")
}

/// Who made a token for a cluster: it is sent to STS, so that it is on the trail as any other request.
pub(super) fn verify(cloud: &mut Cloud, home: &Home, cluster: &str, token: &str) -> Option<Principal> {
    let url = String::from_utf8(URL_SAFE_NO_PAD.decode(token.strip_prefix(PREFIX)?).ok()?).ok()?;
    let (request, given) = url.rsplit_once("&X-Amz-Signature=")?;
    let value = |name: &str| {
        request.split(['?', '&']).find_map(|part| part.strip_prefix(name)?.strip_prefix('=')).map(unescape)
    };
    let credential = value("X-Amz-Credential")?;
    let access_key_id = credential.split('/').next()?;
    let session_token = value("X-Amz-Security-Token");
    let made = value("X-Amz-Date")?;
    let made = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", &made).ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    let made = Timestamp::from_millis(made.timestamp().as_millisecond());
    if made + TOKEN_LIFE <= cloud.now() {
        return None;
    }
    let secret = sts::secret_of(cloud, access_key_id)?;
    if signature(request, cluster, &secret) != given {
        return None;
    }
    let service = Service::Sts;
    let principal = sts::authenticate(cloud, service, access_key_id, &secret, session_token.as_deref()).ok()?;
    let caller = Caller { principal: principal.clone(), region: home.region.clone(), origin: Origin::Laptop };
    cloud.call(&caller, GetCallerIdentity {}).ok()?;
    Some(principal)
}
