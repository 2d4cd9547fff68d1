//! What IAM decided and why: the trace that the inspector, `why` and the exam's explanations read.

use std::sync::Arc;

use super::policy::Policy;
use crate::cloud::Arn;

/// A decision over one action on one resource, with its trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Yes or no, and which no.
    pub outcome: Outcome,
    /// The step that settled it.
    pub settled_by: StepKind,
    /// Who asked, as messages name them.
    pub principal: Arn,
    /// Such as `ecr:BatchGetImage`.
    pub action: String,
    /// On what; none means `*`.
    pub resource: Option<Arn>,
    /// Each step of the evaluation, in IAM's order. Steps after the one that settled it are [`Verdict::NotReached`].
    pub steps: Vec<Step>,
}

/// How a decision ends, from the least restrictive to the most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// A statement allows it and nothing denies it.
    Allow,
    /// No statement allows it.
    #[default]
    ImplicitDeny,
    /// A statement denies it.
    ExplicitDeny,
}

/// One step of the evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub kind: StepKind,
    pub verdict: Verdict,
    /// The policies looked at, in order, each with the statement of it that matched.
    pub policies: Vec<Settled>,
}

/// The steps in IAM's order.
/// Source: IAM User Guide, "Policy evaluation logic".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepKind {
    /// The action needs no permission, and no policy can deny it. The only step of its trace.
    Unconditional,
    /// Does any policy of any kind deny it?
    ExplicitDeny,
    /// The policy of the VPC endpoint that the request came through. Only in the trace of such a request.
    Endpoint,
    /// Resource control policies of the organization.
    ResourceControl,
    /// Service control policies of the organization.
    ServiceControl,
    /// The account's root user may do everything that is left. Only in the trace of a root user.
    RootUser,
    /// The resource's own policy (an ECR repository policy, a role's trust policy).
    Resource,
    /// The policies of the user, its groups, or the role.
    Identity,
    /// The permissions boundary.
    Boundary,
    /// The session policy of an assumed role or a federated user.
    Session,
}

/// What a step found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is no policy of this kind: nothing to say.
    NotSet,
    /// A statement allows it.
    Allows,
    /// (Resource step only.) A statement allows the caller's whole account, which leaves it to the caller's own policies.
    Delegates,
    /// There are policies, and none of their statements allows it. In the identity step also: there are no policies.
    DoesNotAllow,
    /// A statement denies it.
    Denies,
    /// (Explicit-deny step only.) No statement denies it.
    NothingDenies,
    /// Settled before this step.
    NotReached,
}

/// A policy that was looked at, and the statement of it that matched, if one did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    pub policy: Arc<PolicyName>,
    /// The policy itself, as it was then.
    pub document: Arc<Policy>,
    /// From 0; none when no statement matched.
    pub statement: Option<usize>,
    /// The statement's `Sid`, where it has one.
    pub sid: Option<Arc<str>>,
    /// When nothing matched: the `Allow` statement that came nearest, and what about it did not fit.
    pub near: Option<NearMiss>,
    /// How each of its statements fits the request.
    pub statements: Arc<[Fit]>,
}

/// How a statement fits a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// In all elements.
    Matches,
    /// It does not speak of the action.
    OtherAction,
    /// It speaks of the action; this element, the first of those compared, does not fit.
    Differs(Element),
}

/// An `Allow` statement that names the action and yet does not match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// From 0.
    pub statement: usize,
    /// The first element that does not fit, in the order resource, principal, condition.
    pub element: Element,
    /// The condition that does not hold, if that is what does not fit.
    pub condition: Option<Box<Unmet>>,
}

/// A condition that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// Its number in the statement, from 0; see [`Policy::condition`].
    pub condition: usize,
    /// What the request carries for its key; empty when it does not carry the key.
    pub found: Vec<String>,
}

/// The elements of a statement that decide whether it matches, in the order in which they are compared after the action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Element {
    /// `Resource` or `NotResource`.
    Resource,
    /// `Principal` or `NotPrincipal`.
    Principal,
    /// `Condition`.
    Condition,
}

/// Which policy: its kind and its name or ARN.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyName {
    pub kind: PolicyKind,
    /// A name for inline policies, the ARN for managed ones, the ARN of the resource for a resource or trust policy.
    pub name: Arc<str>,
    /// The user, group or role that it is attached to; empty for policies of resources and organizations.
    pub holder: Arc<str>,
}

/// What a policy is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyKind {
    Inline,
    Managed,
    GroupInline,
    GroupManaged,
    Resource,
    Trust,
    Boundary,
    Session,
    ServiceControl,
    ResourceControl,
    Endpoint,
}

impl PolicyKind {
    /// What access-denied messages call a policy of this kind, without article.
    /// Source: IAM User Guide, "Troubleshoot access denied error messages".
    fn in_messages(self) -> &'static str {
        match self {
            Self::Inline | Self::Managed | Self::GroupInline | Self::GroupManaged => "identity-based policy",
            Self::Resource => "resource-based policy",
            Self::Trust => "role trust policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
            Self::ServiceControl => "service control policy",
            Self::ResourceControl => "resource control policy",
            Self::Endpoint => "VPC endpoint policy",
        }
    }
}

impl Decision {
    /// Whether the answer is yes.
    pub fn is_allowed(&self) -> bool {
        self.outcome == Outcome::Allow
    }

    /// The step of this kind.
    pub fn step(&self, kind: StepKind) -> Option<&Step> {
        self.steps.iter().find(|step| step.kind == kind)
    }

    /// The caller's account and the resource's, where they are two.
    pub fn accounts(&self) -> Option<(&str, &str)> {
        let (own, owner) = (self.principal.account(), self.resource.as_ref()?.account());
        (!own.is_empty() && !owner.is_empty() && own != owner && owner != "aws").then_some((own, owner))
    }

    /// The policies whose statement settled the decision: those that deny, or those that allow.
    pub fn settling(&self) -> impl Iterator<Item = &Settled> {
        let policies = self.step(self.settled_by).map(|step| step.policies.as_slice()).unwrap_or_default();
        policies.iter().filter(|settled| settled.statement.is_some())
    }

    /// AWS's access-denied message: `User: … is not authorized to perform: … on resource: … because …`.
    ///
    /// For a decision that allows, the message that the same request would get if no policy allowed it.
    /// Source: IAM User Guide, "Troubleshoot access denied error messages".
    pub fn message(&self) -> String {
        let resource = self.resource.as_ref().map_or("*", Arn::as_str);
        let Self { principal, action, .. } = self;
        // Whoever comes from an identity provider is told no more. Source: IAM User Guide, "Troubleshoot SAML federation";
        // observed.
        if self.is_federated() {
            return format!("Not authorized to perform {action}");
        }
        format!("User: {principal} is not authorized to perform: {action} on resource: {resource} {}", self.ending())
    }

    /// Whether who asks signs nothing, and an identity provider vouches for them.
    fn is_federated(&self) -> bool {
        let kind = self.principal.resource().split('/').next();
        self.principal.service() == "iam" && matches!(kind, Some("oidc-provider" | "saml-provider"))
    }

    fn ending(&self) -> String {
        if self.outcome == Outcome::ExplicitDeny {
            // Several kinds may deny; AWS names one of them.
            let kind = self.settling().next().map_or(PolicyKind::Inline, |settled| settled.policy.kind);
            let kind_text = kind.in_messages();
            let article = match kind {
                PolicyKind::Trust => "the",
                _ if kind_text.starts_with('i') => "an",
                _ => "a",
            };
            return format!("with an explicit deny in {article} {kind_text}");
        }
        let kind = match self.settled_by {
            // What STS's actions are about are roles.
            StepKind::Resource if self.action.starts_with("sts:") => PolicyKind::Trust,
            StepKind::Resource => PolicyKind::Resource,
            StepKind::Boundary => PolicyKind::Boundary,
            StepKind::Session => PolicyKind::Session,
            StepKind::ServiceControl => PolicyKind::ServiceControl,
            StepKind::ResourceControl => PolicyKind::ResourceControl,
            StepKind::Endpoint => PolicyKind::Endpoint,
            StepKind::Unconditional | StepKind::ExplicitDeny | StepKind::RootUser | StepKind::Identity => {
                PolicyKind::Inline
            }
        };
        format!("because no {} allows the {} action", kind.in_messages(), self.action)
    }
}
