//! Questions to the trail: was such a request made?

use super::Scope;
use crate::cloud::{EventKind, Principal, RequestEvent};
use crate::quest::{Outcome, Progress, Target, Who};
use crate::text::Message;

impl Scope<'_> {
    pub(super) fn requested(self, operation: &str, by: Option<&Who>, on: &Target, outcome: Outcome) -> Progress {
        let resource = self.arn(on);
        let met = self.world.cloud.trail().since(self.since).iter().any(|event| match &event.kind {
            EventKind::Request(request) => {
                names(operation, request)
                    && by.is_none_or(|who| is(&request.caller.principal, who))
                    && resource.as_ref().is_none_or(|resource| request.resource.as_ref() == Some(resource))
                    && ended(outcome, request)
            }
            _ => false,
        });
        Progress::of(met, || {
            let key = match outcome {
                Outcome::Ok | Outcome::Any => "goal-not-requested",
                Outcome::Denied => "goal-not-requested-denied",
                Outcome::Failed => "goal-not-requested-failed",
            };
            Message::new(key).with("operation", operation).with("on", on.name())
        })
    }
}

/// `ecr:PutImage`, or `ecr:Describe*`.
fn names(operation: &str, request: &RequestEvent) -> bool {
    let Some((service, name)) = operation.split_once(':') else { return false };
    service == request.service.name()
        && match name.strip_suffix('*') {
            Some(start) => request.operation.starts_with(start),
            None => request.operation == name,
        }
}

fn is(principal: &Principal, who: &Who) -> bool {
    match (principal, who) {
        (Principal::User { name, .. }, Who::User(wanted)) => name == wanted,
        (Principal::Session { role, .. }, Who::Role(wanted)) => role == wanted,
        _ => false,
    }
}

fn ended(outcome: Outcome, request: &RequestEvent) -> bool {
    match outcome {
        Outcome::Ok => request.error.is_none(),
        Outcome::Denied => request.denial().is_some(),
        Outcome::Failed => request.error.is_some(),
        Outcome::Any => true,
    }
}
