//! IAM: users, roles, policies, and the decision over every request.

mod decision;

pub use decision::{Decision, Outcome, PolicyKind, PolicyName, Settled, Step, StepKind, Verdict};

use super::{AccountId, Authorization, Caller, Cloud};

/// An account's IAM entities.
#[derive(Clone, Debug)]
pub struct State {}

impl State {
    pub(super) fn new(_account: &AccountId) -> Self {
        Self {}
    }
}

/// Decides whether `caller` may do what `question` asks, and says why. Changes nothing.
pub fn decide(_cloud: &Cloud, caller: &Caller, question: &Authorization) -> Decision {
    Decision {
        outcome: Outcome::Allow,
        principal: caller.principal.arn(),
        action: question.action.to_owned(),
        resource: question.resource.clone(),
        steps: Vec::new(),
    }
}

super::operations!();
