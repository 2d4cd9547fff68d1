//! `aws s3 presign`: an address that reads an object without credentials, signed with signature version 4.
//!
//! Source: Amazon S3 API reference, "Authenticating Requests: Using Query Parameters". No request is made.

use sha2::{Digest as _, Sha256};

use super::{Bucket, uri};
use crate::shell::Io;
use crate::shell::aws::args::Parsed;
use crate::shell::aws::error::Failure;
use crate::shell::aws::python;

/// The longest that an address may live, in seconds: a week.
const LONGEST: i64 = 604_800;

/// Prints the address.
///
/// # Errors
/// Without credentials.
pub(super) fn run(io: &mut Io<'_>, s3: &Bucket, parsed: &Parsed, path: &str) -> Result<i32, Failure> {
    let expires = parsed.value("--expires-in").map(python::int).transpose().map_err(Failure::Other)?;
    let (bucket, key) = uri::split(path);
    if let Some(wrong) = super::check_bucket_name(bucket) {
        return Err(Failure::Params(format!("Parameter validation failed:\n{wrong}")));
    }
    let keys = s3.client.signer(io.world)?;
    let region = s3.client.region().to_owned();
    let at = io.world.cloud.now().civil();
    let (day, moment) = (at.strftime("%Y%m%d").to_string(), at.strftime("%Y%m%dT%H%M%SZ").to_string());
    let suffix = crate::cloud::Partition::of(&region).dns_suffix();
    let endpoint = if region == "us-east-1" { format!("s3.{suffix}") } else { format!("s3.{region}.{suffix}") };
    // A name with dots is no label of a host.
    let (host, path) = if bucket.contains('.') {
        (endpoint, format!("/{bucket}/{}", encoded(key, true)))
    } else {
        (format!("{bucket}.{endpoint}"), format!("/{}", encoded(key, true)))
    };
    let scope = format!("{day}/{region}/s3/aws4_request");
    let mut query = vec![
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()),
        ("X-Amz-Credential", format!("{}/{scope}", keys.access_key_id)),
        ("X-Amz-Date", moment.clone()),
        ("X-Amz-Expires", expires.unwrap_or(3600).clamp(1, LONGEST).to_string()),
        ("X-Amz-SignedHeaders", "host".to_owned()),
    ];
    query.extend(keys.session_token.clone().map(|token| ("X-Amz-Security-Token", token)));
    let joined = |query: &[(&str, String)]| {
        let pairs: Vec<String> =
            query.iter().map(|(name, value)| format!("{name}={}", encoded(value, false))).collect();
        pairs.join("&")
    };
    let mut sorted = query.clone();
    sorted.sort();
    let request = format!("GET\n{path}\n{}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD", joined(&sorted));
    let to_sign = format!("AWS4-HMAC-SHA256\n{moment}\n{scope}\n{}", hex(&Sha256::digest(request.as_bytes())));
    let parts = [day.as_str(), &region, "s3", "aws4_request"];
    let start = format!("AWS4{}", keys.secret_access_key).into_bytes();
    let key = parts.iter().fold(start, |key, part| hmac(&key, part.as_bytes()));
    query.push(("X-Amz-Signature", hex(&hmac(&key, to_sign.as_bytes()))));
    io.print(format!("https://{host}{path}?{}\n", joined(&query)));
    Ok(0)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// HMAC-SHA256. Source: RFC 2104.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 64;
    let mut padded = if key.len() > BLOCK { Sha256::digest(key).to_vec() } else { key.to_vec() };
    padded.resize(BLOCK, 0);
    let with = |pad: u8| padded.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>();
    let inner = Sha256::digest([with(0x36).as_slice(), message].concat());
    Sha256::digest([with(0x5c).as_slice(), inner.as_slice()].concat()).to_vec()
}

/// Percent-encoded; in a path slashes stay.
fn encoded(text: &str, path: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || (path && byte == b'/');
        if plain { out.push(char::from(byte)) } else { out.push_str(&format!("%{byte:02X}")) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hmac_is_that_of_its_rfc() {
        // RFC 4231, test case 2.
        let expect = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex(&hmac(b"Jefe", b"what do ya want for nothing?")), expect);
    }
}
