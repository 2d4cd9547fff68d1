//! What the operations share: the way to the state, what IAM is asked, and the errors.
//!
//! Source of the texts: observed answers of CloudWatch Logs.

use std::collections::BTreeMap;

use super::{Group, State};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud};

pub(super) fn state<'a>(cloud: &'a Cloud, caller: &Caller) -> Option<&'a State> {
    Some(&cloud.account(caller.principal.account())?.region(&caller.region)?.logs)
}

pub(super) fn state_mut<'a>(cloud: &'a mut Cloud, caller: &Caller) -> &'a mut State {
    &mut cloud.account_mut(caller.principal.account()).region_mut(&caller.region).logs
}

/// `arn:aws:logs:REGION:ACCOUNT:log-group:{rest}`.
pub(super) fn group_arn(caller: &Caller, rest: &str) -> Arn {
    let account = caller.principal.account().as_str();
    Arn::new("logs", caller.region.as_str(), account, &format!("log-group:{rest}"))
}

/// The group that a name or an ARN means: the name.
pub(super) fn named(identifier: &str) -> &str {
    match identifier.parse::<Arn>() {
        Ok(arn) if arn.service() == "logs" => {
            let at = identifier.len() - arn.resource().len();
            let resource = identifier.get(at..).unwrap_or_default();
            let name = resource.strip_prefix("log-group:").unwrap_or(resource);
            name.strip_suffix(":*").unwrap_or(name)
        }
        _ => identifier,
    }
}

/// What IAM is asked about a group or a stream in it: `stream` is empty where it is about the group.
///
/// The end of the ARN is there even then, which is why policies on groups end in `:*`.
/// Source: Amazon CloudWatch Logs User Guide, "CloudWatch Logs resources and operations"; observed denials.
pub(super) fn ask(
    cloud: &Cloud,
    caller: &Caller,
    action: &'static str,
    group: &str,
    stream: &str,
) -> Vec<Authorization> {
    let group = named(group);
    let mut question = Authorization::on(action, group_arn(caller, &format!("{group}:log-stream:{stream}")));
    if let Some(group) = state(cloud, caller).and_then(|state| state.group(group)) {
        add_tags(&mut question, "aws:ResourceTag", &group.tags);
    }
    vec![question]
}

/// Condition keys of tags: `{prefix}/KEY`.
pub(super) fn add_tags(question: &mut Authorization, prefix: &str, tags: &BTreeMap<String, String>) {
    let keys = tags.iter().map(|(key, value)| (format!("{prefix}/{key}"), vec![value.clone()]));
    question.context.extend(keys);
}

/// The group and the tags of the request: `aws:RequestTag/…` and `aws:TagKeys`.
pub(super) fn add_request_tags(question: &mut Authorization, tags: &BTreeMap<String, String>) {
    add_tags(question, "aws:RequestTag", tags);
    if !tags.is_empty() {
        question.context.push(("aws:TagKeys".to_owned(), tags.keys().cloned().collect()));
    }
}

pub(super) fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterException", message)
}

pub(super) fn no_group() -> ApiError {
    ApiError::new("ResourceNotFoundException", "The specified log group does not exist.")
}

pub(super) fn no_stream() -> ApiError {
    ApiError::new("ResourceNotFoundException", "The specified log stream does not exist.")
}

/// The group that a request means.
///
/// # Errors
/// `ResourceNotFoundException`.
pub(super) fn group<'a>(cloud: &'a Cloud, caller: &Caller, identifier: &str) -> Result<&'a Group, ApiError> {
    state(cloud, caller).and_then(|state| state.group(named(identifier))).ok_or_else(no_group)
}

/// As [`group`], to change it.
pub(super) fn group_mut<'a>(cloud: &'a mut Cloud, caller: &Caller, name: &str) -> Result<&'a mut Group, ApiError> {
    group(cloud, caller, name)?;
    state_mut(cloud, caller).group_mut(named(name)).ok_or_else(no_group)
}

/// The one of `logGroupName` and `logGroupIdentifier` that was given.
///
/// # Errors
/// `InvalidParameterException` for both or none. Inferred: the wording.
pub(super) fn one_of<'a>(name: Option<&'a str>, identifier: Option<&'a str>) -> Result<&'a str, ApiError> {
    match (name, identifier) {
        (Some(one), None) | (None, Some(one)) => Ok(one),
        (Some(_), Some(_)) => Err(invalid("LogGroup name and LogGroup ARN are mutually exclusive parameters.")),
        (None, None) => Err(invalid("Either logGroupName or logGroupIdentifier must be specified.")),
    }
}

/// The page of `items` after the one that `token` stands for, and the token of the next: the number of items before it.
///
/// # Errors
/// For a token that no answer gave.
pub(super) fn page<T>(
    mut items: Vec<T>,
    limit: Option<usize>,
    most: usize,
    token: Option<&str>,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let read = |token: &str| {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        text.strip_prefix("logs-page:")?.parse::<usize>().ok()
    };
    let start = match token {
        None => 0,
        Some(token) => read(token).ok_or_else(|| invalid("The specified nextToken is invalid."))?,
    };
    let size = limit.unwrap_or(most).clamp(1, most);
    let mut rest = items.split_off(start.min(items.len()));
    let more = rest.len() > size;
    rest.truncate(size);
    let next = more.then(|| URL_SAFE_NO_PAD.encode(format!("logs-page:{}", start + size)));
    Ok((rest, next))
}
