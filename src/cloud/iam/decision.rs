//! What IAM decided and why: the trace that the inspector, `why` and the exam's explanations read.

use crate::cloud::Arn;

/// A decision over one action on one resource, with its trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Yes or no, and which no.
    pub outcome: Outcome,
    /// Who asked, as messages name them.
    pub principal: Arn,
    /// Such as `ecr:BatchGetImage`.
    pub action: String,
    /// On what; none means `*`.
    pub resource: Option<Arn>,
    /// Each step of the evaluation, in IAM's order. Steps after the one that settled it are [`Verdict::NotReached`].
    pub steps: Vec<Step>,
}

/// How a decision ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A statement allows it and nothing denies it.
    Allow,
    /// No statement allows it.
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
/// Source: IAM user guide, "Policy evaluation logic".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// Does any policy of any kind deny it?
    ExplicitDeny,
    /// Resource control policies of the organization.
    ResourceControl,
    /// Service control policies of the organization.
    ServiceControl,
    /// The resource's own policy (an ECR repository policy, a role's trust policy).
    Resource,
    /// The policies of the user, its groups, or the role.
    Identity,
    /// The permissions boundary.
    Boundary,
    /// The session policy of an assumed role.
    Session,
}

/// What a step found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is no policy of this kind: nothing to say.
    NotSet,
    /// A statement allows it.
    Allows,
    /// There are policies, and none of their statements allows it.
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
    pub policy: PolicyName,
    /// From 0; none when no statement matched.
    pub statement: Option<usize>,
    /// The statement's `Sid`, where it has one.
    pub sid: Option<String>,
}

/// Which policy: its kind and its name or ARN.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyName {
    pub kind: PolicyKind,
    /// A name for inline policies, the ARN for managed ones, the repository's name for a repository policy.
    pub name: String,
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
}

impl Decision {
    /// Whether the answer is yes.
    pub fn is_allowed(&self) -> bool {
        self.outcome == Outcome::Allow
    }

    /// AWS's access-denied message: `User: … is not authorized to perform: … on resource: … because …`.
    pub fn message(&self) -> String {
        String::new()
    }
}
