//! Why a Lambda function does not work, or why its last change did not go through.

use crate::cloud::lambda::{FunctionState, Reason};
use crate::cloud::{Arn, Cloud, Event, EventKind, Region};
use crate::text::Words;

/// The newest function that has failed after the event of number `after`, explained; none if all work, or the rest is newer.
pub(super) fn explain(words: &Words, cloud: &Cloud, after: Option<u64>) -> Option<String> {
    let events = cloud.trail().events().iter().rev();
    let (event, arn) = events.take_while(|event| after.is_none_or(|after| event.number > after)).find_map(|event| {
        match &event.kind {
            EventKind::Function { function, .. } => Some((event, function)),
            _ => None,
        }
    })?;
    let (state, reason) = trouble(cloud, arn)?;
    let (title, so) = match state {
        FunctionState::Failed => ("why-function-failed", "why-so-function-failed"),
        FunctionState::Inactive => ("why-function-inactive", "why-so-function-inactive"),
        FunctionState::Pending | FunctionState::Active => ("why-function-update", "why-so-function-update"),
    };
    let args = [
        ("function", arn.as_str().into()),
        ("reason", reason.text.as_str().into()),
        ("code", reason.code.into()),
        ("time", event.time.to_string().into()),
    ];
    let mut lines = vec![words.with(title, &args)];
    lines.extend(cause(words, cloud, reason));
    lines.push(String::new());
    let mend = match reason.code {
        "ImageAccessDenied" => "why-function-access",
        "ImageDeleted" => "why-function-deleted",
        _ => "why-function-invalid",
    };
    lines.push(format!("{} {}", words.get(mend), words.get(so)));
    Some(lines.join("\n") + "\n")
}

/// The state of a version and what is wrong with it, if anything is but that nobody used it.
fn trouble<'a>(cloud: &'a Cloud, arn: &Arn) -> Option<(FunctionState, &'a Reason)> {
    let regional = cloud.account(&arn.account().parse().ok()?)?.region(&Region::new(arn.region()))?;
    let mut parts = arn.resource().strip_prefix("function:")?.split(':');
    let version = regional.lambda.function(parts.next()?)?.resolve(parts.next())?;
    let reason = version.trouble().filter(|reason| reason.code != "Idle")?;
    Some((version.state, reason))
}

/// The request of Lambda's that it follows from, with IAM's steps where IAM stopped it.
fn cause(words: &Words, cloud: &Cloud, reason: &Reason) -> Vec<String> {
    let Some(cause) = &reason.cause else { return Vec::new() };
    let Some(event) = cloud.trail().events().get((cause.event as usize).wrapping_sub(1)) else { return Vec::new() };
    let Event { kind: EventKind::Request(request), .. } = event.as_ref() else { return Vec::new() };
    if let Some(decision) = &cause.decision {
        let explained = super::explain(words, event, request, decision);
        return [String::new()].into_iter().chain(explained.lines().map(str::to_owned)).collect();
    }
    let resource = request.resource.as_ref().map_or("*", Arn::as_str);
    let args = [
        ("number", event.number.into()),
        ("operation", format!("{}:{}", request.service.name(), request.operation).into()),
        ("resource", resource.into()),
    ];
    vec![words.with("why-function-request", &args)]
}
