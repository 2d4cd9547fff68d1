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
        self.each(who, |principal| self.one_can(principal, action, on))
    }

    fn cannot(self, who: &Who, action: &str, on: &Target) -> Progress {
        self.each(who, |principal| self.one_cannot(principal, action, on))
    }

    /// What holds of everyone who is meant; unmet where there is nobody.
    fn each(self, who: &Who, question: impl Fn(&Arn) -> Progress) -> Progress {
        let principals = self.principals(who);
        if principals.is_empty() { Progress::unmet(nobody(who)) } else { sum(principals.iter().map(question)) }
    }

    fn one_can(self, principal: &Arn, action: &str, on: &Target) -> Progress {
        let decision = self.decide(principal, action, on);
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
                .with("who", short(principal))
                .with("action", action)
                .with("on", on.name())
                .with("policy", culprit(&decision))
        })
    }

    fn one_cannot(self, principal: &Arn, action: &str, on: &Target) -> Progress {
        let decision = self.decide(principal, action, on);
        Progress::of(!decision.is_allowed(), || {
            let key = if decision.resource.is_some() { "goal-still-allowed" } else { "goal-still-allowed-anywhere" };
            Message::new(key)
                .with("who", short(principal))
                .with("action", action)
                .with("on", on.name())
                .with("policy", culprit(&decision))
        })
    }

    /// Everyone who is meant, of those that there are.
    fn principals(self, who: &Who) -> Vec<Arn> {
        let iam = self.account().map(|account| &account.iam);
        match who {
            Who::User(name) => iam.and_then(|iam| iam.user(name)).map(|user| user.arn.clone()).into_iter().collect(),
            Who::Role(name) => iam.and_then(|iam| iam.role(name)).map(|role| role.arn.clone()).into_iter().collect(),
            Who::Nodes(cluster) => self.node_roles(cluster),
        }
    }

    fn decide(self, principal: &Arn, action: &str, on: &Target) -> Decision {
        let resource = self.arn(on).filter(|arn| iam::takes_resource(action, Some(arn)));
        iam::decide_as(&self.world.cloud, principal, action, resource.as_ref())
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

/// The name at the end of a principal's ARN.
fn short(principal: &Arn) -> &str {
    principal.resource().rsplit('/').next().unwrap_or_default()
}

fn nobody(who: &Who) -> Message {
    match who {
        Who::User(name) => Message::new("goal-no-user").with("name", name),
        Who::Role(name) => Message::new("goal-no-role").with("name", name),
        Who::Nodes(cluster) => Message::new("goal-no-nodes").with("cluster", cluster),
    }
}

impl Who {
    /// The name of the user or role, or of the cluster whose nodes are meant.
    pub fn name(&self) -> &str {
        match self {
            Self::User(name) | Self::Role(name) | Self::Nodes(name) => name,
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
