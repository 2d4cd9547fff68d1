//! What IAM checks about names, paths and numbers before anything else, with its one combined message.

use super::validation;
use crate::cloud::ApiError;
use crate::cloud::iam::Tag;

/// Collects what is wrong with a request's members.
/// Source: the constraints are those of the IAM service model, the wording the services' common one.
#[derive(Default)]
pub struct Validation {
    errors: Vec<String>,
}

impl Validation {
    /// A name of at most `max` characters out of letters, digits and `_+=,.@-`.
    pub fn name(mut self, member: &str, value: &str, max: usize) -> Self {
        self.check(!value.is_empty(), member, value, "Member must have length greater than or equal to 1");
        let len = value.chars().count();
        self.check(len <= max, member, value, &format!("Member must have length less than or equal to {max}"));
        let is_plain = value.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c));
        self.check(is_plain, member, value, r"Member must satisfy regular expression pattern: [\w+=,.@-]+");
        self
    }

    /// A number between two bounds.
    pub fn range(mut self, member: &str, value: Option<i64>, min: i64, max: i64) -> Self {
        if let Some(value) = value {
            let shown = value.to_string();
            let low = format!("Member must have value greater than or equal to {min}");
            self.check(value >= min, member, &shown, &low);
            let high = format!("Member must have value less than or equal to {max}");
            self.check(value <= max, member, &shown, &high);
        }
        self
    }

    /// A text of at least so many characters.
    pub fn at_least(mut self, member: &str, value: &str, min: usize) -> Self {
        let low = format!("Member must have length greater than or equal to {min}");
        self.check(value.chars().count() >= min, member, value, &low);
        self
    }

    /// A text between two lengths, in characters.
    pub fn length(mut self, member: &str, value: Option<&str>, min: usize, max: usize) -> Self {
        if let Some(value) = value {
            let len = value.chars().count();
            let low = format!("Member must have length greater than or equal to {min}");
            self.check(len >= min, member, value, &low);
            let high = format!("Member must have length less than or equal to {max}");
            self.check(len <= max, member, value, &high);
        }
        self
    }

    fn check(&mut self, holds: bool, member: &str, value: &str, constraint: &str) {
        if !holds {
            self.errors.push(format!("Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"));
        }
    }

    /// All well, or everything that is wrong.
    ///
    /// # Errors
    /// `ValidationError`.
    pub fn done(self) -> Result<(), ApiError> {
        let count = self.errors.len();
        if count == 0 {
            return Ok(());
        }
        let plural = if count == 1 { "" } else { "s" };
        Err(validation(format!("{count} validation error{plural} detected: {}", self.errors.join("; "))))
    }
}

/// A path: `/`, or `/…/`.
pub fn path(path: Option<&str>) -> Result<std::sync::Arc<str>, ApiError> {
    let Some(path) = path else { return Ok("/".into()) };
    let is_inside = path.len() <= 512 && path.bytes().all(|b| (0x21..=0x7e).contains(&b));
    if is_inside && path.starts_with('/') && path.ends_with('/') {
        return Ok(path.into());
    }
    Err(validation(
        "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters \
         and/or / characters.",
    ))
}

/// Tags: no key twice, whatever its case.
pub fn tags(tags: &[Tag]) -> Result<(), ApiError> {
    let mut keys: Vec<String> = tags.iter().map(|tag| tag.key.to_lowercase()).collect();
    keys.sort();
    if keys.windows(2).any(|pair| pair.first() == pair.last()) {
        let message = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
        return Err(ApiError::new("InvalidInput", message));
    }
    if tags.len() > 50 {
        return Err(super::limit_exceeded("The number of tags has reached the maximum limit."));
    }
    Ok(())
}

/// The text of a policy document: IAM takes Latin-1 only.
pub fn document(text: &str) -> Result<(), ApiError> {
    if text.chars().all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{ff}')) {
        return Ok(());
    }
    Err(validation(
        "The specified value for policyDocument is invalid. It must contain only printable ASCII characters.",
    ))
}
