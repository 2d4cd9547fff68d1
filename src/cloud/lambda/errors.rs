//! Lambda's errors in AWS's words. Source: observed answers and the AWS Lambda API reference; those marked "Inferred" are
//! ours in AWS's style.

use crate::cloud::{ApiError, Arn};

/// `InvalidParameterValueException`: most of what Lambda complains of.
pub(super) fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterValueException", message)
}

/// A member that breaks a constraint of the service model.
pub(super) fn validation(member: &str, value: &str, constraint: &str) -> ApiError {
    let text = format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
    );
    ApiError::new("ValidationException", text)
}

pub(super) fn function_name(value: &str) -> ApiError {
    let pattern = r"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?";
    validation("functionName", value, &format!("Member must satisfy regular expression pattern: {pattern}"))
}

pub(super) fn not_found(arn: &Arn) -> ApiError {
    ApiError::new("ResourceNotFoundException", format!("Function not found: {arn}"))
}

pub(super) fn conflict(message: impl Into<String>) -> ApiError {
    ApiError::new("ResourceConflictException", message)
}

/// Something that AWS has and the simulation does not, by name.
pub(super) fn not_simulated(what: &str) -> ApiError {
    invalid(format!("{what} exists at AWS but is not simulated"))
}

/// Nothing can be done with a function in this state.
pub(super) fn in_state(state: &str) -> ApiError {
    conflict(format!(
        "The operation cannot be performed at this time. The function is currently in the following state: {state}"
    ))
}

pub(super) fn update_in_progress(arn: &Arn) -> ApiError {
    conflict(format!("The operation cannot be performed at this time. An update is in progress for resource: {arn}"))
}

/// The caller's idea of the function is not the newest.
pub(super) fn revision() -> ApiError {
    let text = "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to \
                retrieve the latest Revision Id";
    ApiError::new("PreconditionFailedException", text)
}

pub(super) fn role_not_assumable() -> ApiError {
    invalid("The role defined for the function cannot be assumed by Lambda.")
}

/// Lambda may not look at the image. It comes from Lambda, not from IAM.
pub(super) fn no_image_access() -> ApiError {
    let text = "Lambda does not have permission to access the ECR image. Check the ECR permissions.";
    ApiError::new("AccessDeniedException", text)
}

pub(super) fn image_not_valid(uri: &str) -> ApiError {
    invalid(format!("Source image {uri} is not valid. Provide a valid source image."))
}

pub(super) fn image_not_there(uri: &str) -> ApiError {
    invalid(format!("Source image {uri} does not exist. Provide a valid source image."))
}

pub(super) fn image_not_supported(uri: &str) -> ApiError {
    invalid(format!("The image manifest, config or layer media type for the source image {uri} is not supported."))
}
