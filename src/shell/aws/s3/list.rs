//! `aws s3 ls`.

use serde_json::{Value, json};

use super::remote::{self, time};
use super::{Bucket, is_on, size, uri};
use crate::cloud::Timestamp;
use crate::shell::aws::args::Parsed;
use crate::shell::aws::error::Failure;
use crate::shell::{Io, zone};

/// Lists buckets, or what is in one: exit code 1 where a key was asked for that nothing begins with.
///
/// # Errors
/// As the service's.
pub(super) fn run(io: &mut Io<'_>, s3: &Bucket, parsed: &Parsed, path: &str) -> Result<i32, Failure> {
    let (bucket, key) = uri::split(path);
    let zone = zone::local(&io.world.laptop);
    let shown = |at: Timestamp| zone::civil(at, &zone).strftime("%Y-%m-%d %H:%M:%S").to_string();
    if bucket.is_empty() {
        let answer = s3.call(io.world, "ListBuckets", json!({}))?;
        for found in answer.get("Buckets").and_then(Value::as_array).into_iter().flatten() {
            let name = found.get("Name").and_then(Value::as_str).unwrap_or_default();
            io.print(format!("{} {name}\n", shown(time(found, "CreationDate"))));
        }
        return Ok(0);
    }
    let recursive = is_on(parsed, "--recursive");
    let human = is_on(parsed, "--human-readable");
    let sized = |bytes: u64| if human { size::human(bytes) } else { bytes.to_string() };
    let (mut count, mut total, mut any) = (0_u64, 0_u64, false);
    let delimiter = (!recursive).then_some("/");
    for page in remote::pages(io.world, s3, bucket, key, delimiter)? {
        for prefix in page.get("CommonPrefixes").and_then(Value::as_array).into_iter().flatten() {
            let prefix = prefix.get("Prefix").and_then(Value::as_str).unwrap_or_default();
            let name = prefix.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            io.print(format!("{:>30} {name}/\n", "PRE"));
            any = true;
        }
        for found in remote::items(&page) {
            let name = if recursive { found.key.as_str() } else { found.key.rsplit('/').next().unwrap_or_default() };
            io.print(format!("{} {:>10} {name}\n", shown(found.modified), sized(found.size)));
            (count, total, any) = (count + 1, total + found.size, true);
        }
    }
    if is_on(parsed, "--summarize") {
        io.print(format!("\nTotal Objects: {count}\n   Total Size: {}\n", sized(total)));
    }
    Ok(i32::from(!key.is_empty() && !any))
}
