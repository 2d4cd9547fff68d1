//! `s3://bucket/key`.

/// What an S3 address begins with.
pub(super) const SCHEME: &str = "s3://";

/// Whether a word is an S3 address.
pub(super) fn is_s3(word: &str) -> bool {
    word.starts_with(SCHEME)
}

/// Bucket and key of `bucket/key`, with or without the scheme. A bucket may also be an ARN; its name is all that counts.
pub(super) fn split(word: &str) -> (&str, &str) {
    let path = word.strip_prefix(SCHEME).unwrap_or(word);
    let path = path.strip_prefix("arn:aws:s3:::").unwrap_or(path);
    path.split_once('/').unwrap_or((path, ""))
}
