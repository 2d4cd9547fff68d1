//! IAM: users, roles, policies, and the decision over every request.
//!
//! [`decide`] is what the door asks. Policies are read once, when they are written ([`Policy`]); a decision finds those
//! that apply, evaluates them in IAM's order and keeps what each said ([`Decision`]).

mod condition;
mod decision;
mod evaluate;
mod json;
mod managed;
mod parse;
mod pattern;
mod policy;
mod request;
mod setup;
mod state;

pub use condition::Condition;
pub use decision::{Decision, Element, NearMiss, Outcome, PolicyKind, PolicyName, Settled, Step, StepKind, Verdict};
pub use managed::{AwsManagedPolicy, aws_managed, aws_managed_policies};
pub use policy::{Effect, Policy, PrincipalPattern, Statement, Version};
pub use setup::{KeyPair, create_administrator};
pub use state::{
    AccessKey, Attachments, Group, InstanceProfile, ManagedPolicy, Named, PolicyVersion, Role, State, Tag, User,
};

use super::{Arn, Authorization, Caller, Cloud, Principal, Region};
use request::Request;

/// Decides whether `caller` may do what `question` asks, and says why. Changes nothing.
pub fn decide(cloud: &Cloud, caller: &Caller, question: &Authorization) -> Decision {
    let request = Request::new(cloud, &caller.principal, question.action, question.resource.as_ref(), &caller.region)
        .by(caller, &question.context);
    answer(cloud, &request)
}

/// Decides for any principal by ARN, without a request: "can this role `ecr:BatchGetImage` on this repository?"
///
/// `principal` is a user, a role (as any session of it), a session, or an account's root.
/// An ARN that names none of these may do nothing.
pub fn decide_as(cloud: &Cloud, principal: &Arn, action: &str, resource: Option<&Arn>) -> Decision {
    let account = principal.account().parse();
    let last = principal.resource().rsplit('/').next().unwrap_or_default().to_owned();
    let principal = match (account, principal.service(), principal.resource().split('/').next()) {
        (Ok(account), "iam", Some("root")) => Principal::Root { account },
        (Ok(account), "iam", Some("role")) => Principal::Session { account, role: last, session: "session".to_owned() },
        (Ok(account), "sts", Some("assumed-role")) => {
            let role = principal.resource().split('/').nth(1).unwrap_or_default().to_owned();
            Principal::Session { account, role, session: last }
        }
        (Ok(account), "iam", Some("user")) => Principal::User { account, name: last },
        (Ok(account), _, _) => Principal::Service { account, name: last },
        (Err(_), _, _) => {
            let account = super::AccountId::home();
            Principal::Service { account, name: principal.as_str().to_owned() }
        }
    };
    let region = resource.map(Arn::region).filter(|region| !region.is_empty());
    let region = region.map_or_else(Region::home, Region::new);
    let request = Request::new(cloud, &principal, action, resource, &region);
    answer(cloud, &request)
}

/// Whether a service such as `ecs-tasks.amazonaws.com` may assume the role: what its trust policy says.
/// A role that does not exist can't be assumed.
pub fn can_assume(cloud: &Cloud, service: &str, role: &Arn) -> Decision {
    let account = role.account().parse().unwrap_or_else(|_| super::AccountId::home());
    let principal = Principal::Service { account, name: service.to_owned() };
    let region = Region::home();
    let request = Request::new(cloud, &principal, "sts:AssumeRole", Some(role), &region);
    answer(cloud, &request)
}

/// The permission that whoever hands a role to a service needs, such as an execution role to `ecs-tasks.amazonaws.com`.
/// Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
pub fn pass_role(role: Arn, service: &str) -> Authorization {
    let context = vec![("iam:PassedToService".to_owned(), vec![service.to_owned()])];
    Authorization { action: "iam:PassRole", resource: Some(role), context }
}

fn answer(cloud: &Cloud, request: &Request<'_>) -> Decision {
    let resource_policy = evaluate::resource_policy(cloud, request);
    let policies = evaluate::collect(cloud, request, resource_policy.as_deref());
    evaluate::evaluate(request, &policies)
}

super::operations!();
