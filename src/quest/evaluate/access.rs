//! Questions to IAM: may this principal do that?

use super::{Scope, sum};
use crate::cloud::iam::{self, Decision, Outcome};
use crate::cloud::{AccountId, Arn};
use crate::quest::{Predicate, Progress, Target, Who};
use crate::text::Message;

impl Scope<'_> {
    pub(super) fn access(self, predicate: &Predicate) -> Progress {
        match predicate {
            Predicate::Can { who, action, on } => self.can(who, action, on),
            Predicate::Cannot { who, action, on } => self.cannot(who, action, on),
            Predicate::CanAll { who, actions, on } => sum(actions.iter().map(|action| self.can(who, action, on))),
            Predicate::CannotAny { who, actions, on } => sum(actions.iter().map(|action| self.cannot(who, action, on))),
            _ => Progress::met(),
        }
    }

    fn can(self, who: &Who, action: &str, on: &Target) -> Progress {
        let Some(decision) = self.decide(who, action, on) else { return Progress::unmet(nobody(who)) };
        Progress::of(decision.is_allowed(), || {
            let key = match decision.outcome {
                Outcome::ExplicitDeny => "goal-denied",
                Outcome::ImplicitDeny | Outcome::Allow => "goal-not-allowed",
            };
            let message = if decision.resource.is_some() {
                Message::new(key)
            } else {
                Message::new(match decision.outcome {
                    Outcome::ExplicitDeny => "goal-denied-anywhere",
                    Outcome::ImplicitDeny | Outcome::Allow => "goal-not-allowed-anywhere",
                })
            };
            message
                .with("who", who.name())
                .with("action", action)
                .with("on", on.name())
                .with("policy", culprit(&decision))
        })
    }

    fn cannot(self, who: &Who, action: &str, on: &Target) -> Progress {
        let Some(decision) = self.decide(who, action, on) else { return Progress::unmet(nobody(who)) };
        Progress::of(!decision.is_allowed(), || {
            let key = if decision.resource.is_some() { "goal-still-allowed" } else { "goal-still-allowed-anywhere" };
            Message::new(key)
                .with("who", who.name())
                .with("action", action)
                .with("on", on.name())
                .with("policy", culprit(&decision))
        })
    }

    /// None when there is no such user or role.
    fn decide(self, who: &Who, action: &str, on: &Target) -> Option<Decision> {
        let iam = &self.account()?.iam;
        let principal = match who {
            Who::User(name) => iam.user(name)?.arn.clone(),
            Who::Role(name) => iam.role(name)?.arn.clone(),
        };
        let resource = self.arn(on).filter(|arn| iam::takes_resource(action, Some(arn)));
        Some(iam::decide_as(&self.world.cloud, &principal, action, resource.as_ref()))
    }

    pub(super) fn arn(self, on: &Target) -> Option<Arn> {
        let account: AccountId = self.account_id();
        let region = self.region_name();
        let of = |service, resource: String| Arn::new(service, region.as_str(), account.as_str(), &resource);
        match on {
            Target::Any => None,
            Target::Repository(name) => Some(of("ecr", format!("repository/{name}"))),
            Target::Cluster(name) => Some(of("ecs", format!("cluster/{name}"))),
            Target::Role(name) => {
                let role = self.account().and_then(|account| account.iam.role(name));
                let made = || Arn::new("iam", "", account.as_str(), &format!("role/{name}"));
                Some(role.map_or_else(made, |role| role.arn.clone()))
            }
            Target::Arn(arn) => arn.parse().ok(),
        }
    }
}

/// The policy that settled the decision: its name, without the ARN before it; empty when none did.
fn culprit(decision: &Decision) -> String {
    let settling = decision.settling().next();
    settling.map_or_else(String::new, |settled| {
        let name = &settled.policy.name;
        name.rsplit('/').next().unwrap_or(name).to_owned()
    })
}

fn nobody(who: &Who) -> Message {
    match who {
        Who::User(name) => Message::new("goal-no-user").with("name", name),
        Who::Role(name) => Message::new("goal-no-role").with("name", name),
    }
}

impl Who {
    /// The name of the user or role.
    pub fn name(&self) -> &str {
        match self {
            Self::User(name) | Self::Role(name) => name,
        }
    }
}

impl Target {
    /// The name of the resource; empty for any.
    pub fn name(&self) -> &str {
        match self {
            Self::Any => "",
            Self::Repository(name) | Self::Role(name) | Self::Cluster(name) | Self::Arn(name) => name,
        }
    }
}
