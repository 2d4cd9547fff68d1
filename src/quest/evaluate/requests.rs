//! Questions to the trail: was such a request made?

use super::{Scope, listed};
use crate::cloud::{Arn, EventKind, Principal, RequestEvent};
use crate::quest::{Outcome, Predicate, Progress, Who};
use crate::text::Message;

impl Scope<'_> {
    pub(super) fn requested(self, predicate: &Predicate) -> Progress {
        let Predicate::Requested { operation, by, on, shows, outcome } = predicate else { return Progress::met() };
        let resource = self.arn(on);
        let made = || {
            self.world.cloud.trail().since(self.since).iter().filter_map(|event| match &event.kind {
                EventKind::Request(request) => Some(request.as_ref()).filter(|request| {
                    names(operation, request)
                        && resource.as_ref().is_none_or(|resource| request.resource.as_ref() == Some(resource))
                        && ended(*outcome, request)
                }),
                _ => None,
            })
        };
        let wanted = |request: &RequestEvent| {
            by.as_ref().is_none_or(|who| self.is(&request.caller.principal, who))
                && shows.as_deref().is_none_or(|shows| request.shown.iter().any(|arn| ends(arn, shows)))
        };
        Progress::of(made().any(wanted), || {
            let key = match (outcome, shows, by.as_ref().zip(made().next_back())) {
                // It was made, by somebody else.
                (_, _, Some((who, other))) => {
                    return Message::new("goal-requested-by-other")
                        .with("operation", operation)
                        .with("who", who.name())
                        .with("other", other.caller.principal.arn().as_str());
                }
                (Outcome::Ok | Outcome::Any, Some(shows), None) => {
                    return Message::new("goal-not-shown")
                        .with("operations", format!("`{operation}`"))
                        .with("what", named(shows));
                }
                (Outcome::Ok | Outcome::Any, ..) => "goal-not-requested",
                (Outcome::Denied, ..) => "goal-not-requested-denied",
                (Outcome::Failed, ..) => "goal-not-requested-failed",
            };
            Message::new(key).with("operation", operation).with("on", on.name())
        })
    }

    fn is(self, principal: &Principal, who: &Who) -> bool {
        match (principal, who) {
            (Principal::User { name, .. }, Who::User(wanted)) => name == wanted,
            (Principal::Session { role, .. }, Who::Role(wanted)) => role == wanted,
            (Principal::Session { role, .. }, Who::Nodes(cluster)) => {
                self.node_roles(cluster).iter().any(|arn| arn.resource().rsplit('/').next() == Some(role.as_str()))
            }
            _ => false,
        }
    }
}

/// What several requests miss of which one would do, in one line that names them all; none for anything else.
pub(super) fn none_of<'a>(any: impl Iterator<Item = &'a Predicate>) -> Option<Message> {
    let (mut operations, mut shown) = (Vec::new(), Vec::new());
    for one in any {
        let Predicate::Requested { operation, shows, outcome: Outcome::Ok, .. } = one else { return None };
        if !operations.contains(operation) {
            operations.push(operation.clone());
        }
        shown.push(shows.as_deref().map(named));
    }
    if operations.len() < 2 {
        return None;
    }
    let operations = listed(&operations);
    shown.dedup();
    let key = match shown.as_slice() {
        [Some(what)] => {
            return Some(Message::new("goal-not-shown").with("operations", operations).with("what", *what));
        }
        _ => "goal-none-requested",
    };
    Some(Message::new(key).with("operations", operations))
}

/// The name at the end of what an answer has to show.
fn named(shows: &str) -> &str {
    shows.rsplit('/').next().unwrap_or(shows)
}

/// Whether an ARN is of this resource, in whatever revision.
fn ends(arn: &Arn, resource: &str) -> bool {
    arn.resource().strip_prefix(resource).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
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

fn ended(outcome: Outcome, request: &RequestEvent) -> bool {
    match outcome {
        Outcome::Ok => request.error.is_none(),
        Outcome::Denied => request.denial().is_some(),
        Outcome::Failed => request.error.is_some(),
        Outcome::Any => true,
    }
}
