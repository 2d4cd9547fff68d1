//! Who makes a request, and from where.

use super::{AccountId, Arn, Region};

/// Who signs a request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Principal {
    /// The account's root user.
    Root { account: AccountId },
    /// An IAM user.
    User { account: AccountId, name: String },
    /// A role, assumed.
    Session { account: AccountId, role: String, session: String },
    /// Somebody to whom an IAM user, or root, lends its permissions: `GetFederationToken`.
    FederatedUser {
        account: AccountId,
        name: String,
        /// The IAM user who lends them; none for root.
        user: Option<String>,
    },
    /// Whoever an identity provider vouches for. They sign nothing yet: they ask for the credentials of a role.
    Federated {
        /// Whose role they ask for.
        account: AccountId,
        /// The provider as trust policies name it: its ARN, or `accounts.google.com`.
        provider: String,
    },
    /// An AWS service in its own name, such as `lambda.amazonaws.com`.
    Service { account: AccountId, name: String },
}

impl Principal {
    /// The account that the principal belongs to (for a service: on whose behalf it acts).
    pub fn account(&self) -> &AccountId {
        match self {
            Self::Root { account }
            | Self::User { account, .. }
            | Self::Session { account, .. }
            | Self::FederatedUser { account, .. }
            | Self::Federated { account, .. }
            | Self::Service { account, .. } => account,
        }
    }

    /// The ARN that names it in messages: for a session `arn:aws:sts::…:assumed-role/ROLE/SESSION`.
    ///
    /// Paths of users are not part of this; `iam` resolves them when it matches policies.
    pub fn arn(&self) -> Arn {
        match self {
            Self::Root { account } => Arn::new("iam", "", account.as_str(), "root"),
            Self::User { account, name } => Arn::new("iam", "", account.as_str(), &format!("user/{name}")),
            Self::Session { account, role, session } => {
                Arn::new("sts", "", account.as_str(), &format!("assumed-role/{role}/{session}"))
            }
            Self::FederatedUser { account, name, .. } => {
                Arn::new("sts", "", account.as_str(), &format!("federated-user/{name}"))
            }
            Self::Federated { account, provider } => match provider.parse() {
                Ok(arn) => arn,
                Err(_) => Arn::new("iam", "", account.as_str(), &format!("oidc-provider/{provider}")),
            },
            Self::Service { account, name } => Arn::new("iam", "", account.as_str(), &format!("service/{name}")),
        }
    }
}

/// Where a request comes from: the place in the picture that it leaves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The learner's laptop.
    Laptop,
    /// An EC2 instance (its ECS agent), by instance id.
    Instance(String),
    /// A Fargate task, by task id.
    Fargate(String),
    /// A Lambda function by name: Lambda itself on its behalf, or its code.
    Function(String),
    /// A service in the name of whoever asked it for something, as CloudTrail names it: `lambda.amazonaws.com`.
    Via(&'static str),
    /// AWS itself.
    Service,
}

/// A signed request's sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who signs.
    pub principal: Principal,
    /// Whose endpoint is called.
    pub region: Region,
    /// From where.
    pub origin: Origin,
}
