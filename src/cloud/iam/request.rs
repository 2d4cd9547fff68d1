//! A question to IAM with everything that policies can compare: who asks, what for, on what, and the condition keys.

use super::key::Keys;
use crate::cloud::Arn;

/// The question.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub asker: Asker<'a>,
    /// As it was asked, such as `ecr:BatchGetImage`.
    pub action: &'a str,
    /// The service of the action, in lower case.
    pub service: &'a str,
    /// Its name, in lower case.
    pub name: &'a str,
    /// None where the action takes no resource: it is asked on `*`.
    pub resource: Option<&'a Arn>,
    /// The parts of the resource's ARN.
    pub resource_parts: Option<[&'a str; 6]>,
    /// Whether the resource belongs to another account than the caller.
    pub is_cross_account: bool,
    /// Whether the policies of the resource are left out, as in a simulation that is given none.
    pub leaves_resource_out: bool,
    pub keys: &'a dyn Keys,
}

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asker<'a> {
    pub kind: AskerKind<'a>,
    pub account: &'a str,
    /// What messages and policies call the caller, with the path of a user; for a session that of the session.
    pub arn: &'a Arn,
    /// Whose permissions it has: for a session the ARN of its role, for a federated user that of the user who lends them.
    pub lender: &'a Arn,
    /// `AIDA…` or `AROA…`, as policies keep principals.
    pub unique_id: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AskerKind<'a> {
    Root,
    User,
    /// A role, assumed.
    Session,
    /// A session of a user's permissions.
    FederatedUser,
    /// Whoever an identity provider vouches for, by the provider.
    Federated(&'a str),
    Service(&'a str),
}

impl AskerKind<'_> {
    /// Whether it has no policies of its own: for it the resource's word is all there is.
    pub fn has_no_policies(self) -> bool {
        matches!(self, Self::Federated(_) | Self::Service(_))
    }

    /// Whether it uses what another lends it.
    pub fn is_borrowing(self) -> bool {
        matches!(self, Self::Session | Self::FederatedUser)
    }
}

impl Request<'_> {
    /// Whether it asks to take on a role: what the role's trust policy speaks of.
    /// Source: Service Authorization Reference, AWS Security Token Service.
    pub fn is_assuming(&self) -> bool {
        let is_role = || self.resource.is_some_and(|arn| arn.resource().starts_with("role/"));
        self.service == "sts"
            && (self.name.starts_with("assumerole")
                || (matches!(self.name, "tagsession" | "setsourceidentity" | "setcontext") && is_role()))
    }

    /// Whether nothing happens without the word of the resource's own policy, also in its own account: a role is only
    /// assumed with that of its trust policy, and a KMS key only used with that of its key policy.
    pub fn needs_the_resources_word(&self) -> bool {
        let is_key = || self.resource.is_some_and(|arn| arn.resource().starts_with("key/"));
        !self.leaves_resource_out
            && (self.is_assuming() || self.asker.kind.has_no_policies() || (self.service == "kms" && is_key()))
    }

    /// Whether no policy has a say in it.
    /// Source: STS API Reference, GetCallerIdentity and GetSessionToken: no permissions are required.
    pub fn needs_no_permission(&self) -> bool {
        self.service == "sts" && matches!(self.name, "getcalleridentity" | "getsessiontoken")
    }
}
