//! Pages: `maxResults` and `nextToken`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::errors;
use crate::cloud::ApiError;

/// What a list gives when `maxResults` is not said. Source: Amazon ECR service model.
const DEFAULT: u32 = 100;

/// The page that starts where `next_token` says, and the token of the page after it.
///
/// # Errors
/// When `max_results` is not in 1..=`most`, or the token is not one that a page gave.
pub(in crate::cloud) fn page<T>(
    items: impl Iterator<Item = T>,
    max_results: Option<u32>,
    most: u32,
    next_token: Option<&str>,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    let size = max_results.unwrap_or(DEFAULT.min(most));
    if size < 1 {
        return Err(errors::invalid("maxResults", "Member must have value greater than or equal to 1"));
    }
    if size > most {
        return Err(errors::invalid("maxResults", format_args!("Member must have value less than or equal to {most}")));
    }
    let start = match next_token {
        None => 0,
        Some(token) => read_token(token).ok_or_else(|| errors::invalid("nextToken", "Invalid token"))?,
    };
    let mut rest = items.skip(start);
    let page: Vec<T> = rest.by_ref().take(size as usize).collect();
    let next = rest.next().map(|_| STANDARD.encode(format!("{{\"from\":{}}}", start + page.len())));
    Ok((page, next))
}

fn read_token(token: &str) -> Option<usize> {
    let text = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
    text.strip_prefix("{\"from\":")?.strip_suffix('}')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_without_gap() {
        let (first, token) = page(0..5, Some(2), 1000, None).unwrap();
        let (second, token) = page(0..5, Some(2), 1000, token.as_deref()).unwrap();
        let (third, end) = page(0..5, Some(2), 1000, token.as_deref()).unwrap();
        assert_eq!((first, second, third, end), (vec![0, 1], vec![2, 3], vec![4], None));
        assert!(page(0..5, Some(0), 1000, None).is_err());
        assert!(page(0..5, Some(1001), 1000, None).is_err());
        assert!(page(0..5, None, 1000, Some("garbage")).is_err());
    }
}
