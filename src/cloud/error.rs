//! What a service answers when it says no.

use std::fmt;

/// An error as AWS's APIs give it: a code from the service model and a message for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The error code, such as `RepositoryNotFoundException`.
    pub code: std::borrow::Cow<'static, str>,
    /// AWS's wording.
    pub message: String,
}

impl ApiError {
    /// An error with AWS's code and wording.
    pub fn new(code: impl Into<std::borrow::Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }

    /// Whether IAM said no.
    pub fn is_access_denied(&self) -> bool {
        matches!(self.code.as_ref(), "AccessDeniedException" | "AccessDenied" | "UnauthorizedOperation" | "403")
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for ApiError {}
