//! What can be asked about a world: the goals of objectives, the conditions of hints, the proofs of questions.
//!
//! A predicate is read from RON and says, beside yes or no, how far it is and what precisely is missing.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use crate::text::Message;

/// A question about a world and about what happened in it since the quest began.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Predicate {
    /// All of them.
    All(Vec<Predicate>),
    /// At least one of them.
    Any(Vec<Predicate>),
    /// Not it.
    Not(Box<Predicate>),

    /// The registry has the repository.
    RepositoryExists { repository: String },
    /// The registry has the image: `"web:v1.0"`, `"web@sha256:…"`; `"web"` means any image.
    ImageExists { image: ImageRef },
    /// Two references name one image.
    SameImage { a: ImageRef, b: ImageRef },
    /// Both references name an image, and not the same.
    DifferentImages { a: ImageRef, b: ImageRef },
    /// The repository holds so many images without a tag.
    Untagged {
        repository: String,
        #[serde(default)]
        at_least: Option<u32>,
        #[serde(default)]
        at_most: Option<u32>,
    },
    /// The repository holds so many images.
    Images {
        repository: String,
        #[serde(default)]
        at_least: Option<u32>,
        #[serde(default)]
        at_most: Option<u32>,
    },
    /// Two images share at least so many layers that hold something, and S3 holds each of these once.
    LayersShared { a: ImageRef, b: ImageRef, at_least: u32 },
    /// The repository's tags can (`false`) or cannot (`true`) be moved.
    TagsImmutable { repository: String, immutable: bool },
    /// The repository scans what is pushed to it.
    ScansOnPush { repository: String },
    /// The image's scan is complete.
    Scanned { image: ImageRef },
    /// The repository's lifecycle policy would expire every one of these images now; `"web"` stands for its untagged ones.
    LifecycleExpires { images: Vec<ImageRef> },
    /// The repository's lifecycle policy would keep every one of these images.
    LifecycleKeeps { images: Vec<ImageRef> },
    /// A preview of the policy that the repository has now, or of another, was read to its end.
    PreviewSeen { repository: String },

    /// IAM allows the action. An action that takes no resource ignores `on`.
    Can {
        who: Who,
        action: String,
        #[serde(default)]
        on: Target,
    },
    /// IAM does not allow the action.
    Cannot {
        who: Who,
        action: String,
        #[serde(default)]
        on: Target,
    },
    /// IAM allows every one of the actions; the progress counts them.
    CanAll {
        who: Who,
        actions: Vec<String>,
        #[serde(default)]
        on: Target,
    },
    /// IAM allows none of the actions.
    CannotAny {
        who: Who,
        actions: Vec<String>,
        #[serde(default)]
        on: Target,
    },

    /// So many tasks of the family run in the cluster.
    TasksRunning {
        cluster: String,
        family: String,
        at_least: u32,
        #[serde(default)]
        launch: Option<Launch>,
    },
    /// A task of the family has stopped in the cluster.
    TaskStopped { cluster: String, family: String },
    /// The service's desired count is `count`, and so many of its tasks run with its newest task definition.
    ServiceSteady { cluster: String, service: String, count: u32 },

    /// The service gives up a deployment that can't start its tasks, and goes back to the last one that could.
    RollsBack { cluster: String, service: String },
    /// All running tasks of the service run this image, and there is one at least.
    ServiceRuns { cluster: String, service: String, image: ImageRef },

    /// There is a running task of the service, and all of them are in the subnet, by its name or id, without a public IP
    /// address.
    ServicePrivate { cluster: String, service: String, subnet: String },

    /// The Lambda function is active, whatever becomes of a change that is under way; where an image is given, it is the
    /// one that the function runs: `"report:prod"` means what the tag names now.
    FunctionActive {
        function: String,
        #[serde(default)]
        image: Option<ImageRef>,
    },
    /// The last invocation of the function was answered without an error, by this image where one is given.
    FunctionAnswered {
        function: String,
        #[serde(default)]
        image: Option<ImageRef>,
    },
    /// The repository lets Lambda pull for a function of this name, whether it is there or not.
    FunctionMayPull { function: String, repository: String },

    /// So many pods of the deployment are ready in the EKS cluster; with an image, only those that run it count.
    PodsRunning {
        cluster: String,
        deployment: String,
        #[serde(default = "default_namespace")]
        namespace: String,
        at_least: u32,
        #[serde(default)]
        image: Option<ImageRef>,
    },
    /// The deployment's pods need no pull secret, and there is such a deployment.
    NoPullSecret {
        cluster: String,
        deployment: String,
        #[serde(default = "default_namespace")]
        namespace: String,
    },
    /// The namespace has no secret of this name.
    NoSecret {
        cluster: String,
        secret: String,
        #[serde(default = "default_namespace")]
        namespace: String,
    },
    /// Since the quest began, a cluster was asked for objects of these kinds, `"pods"` or `"events"`, and its answers held
    /// some that begin with this name.
    KubernetesShown {
        kinds: Vec<String>,
        about: String,
        #[serde(default = "default_namespace")]
        namespace: String,
    },

    /// From the subnet, by its name or id, each of these services is reached through a VPC endpoint: `"ecr.api"`, `"s3"`.
    ReachesPrivately { subnet: String, services: Vec<String> },
    /// Nothing in the subnet reaches the internet.
    NoInternet { subnet: String },
    /// The policy of the service's VPC endpoint lets ECR do the action on the resource, by its ARN.
    EndpointLets { service: String, action: String, on: String },

    /// Since the quest began, such a request came through the door: `Requested(operation: "ecr:PutImage")`.
    Requested {
        /// Service and operation; `"ecs:Describe*"` ends with a wildcard.
        operation: String,
        /// Who asked; none means anyone.
        #[serde(default)]
        by: Option<Who>,
        /// On which repository, cluster or role; none means any.
        #[serde(default)]
        on: Target,
        /// What its answer described: the end of an ARN, such as `service/prod/web`, or `task-definition/web` for the tasks
        /// of a family. None means anything, or nothing. What only a waiter read does not count.
        #[serde(default)]
        shows: Option<String>,
        /// How it ended.
        #[serde(default)]
        outcome: Outcome,
    },

    /// The laptop's Docker has the image under this name.
    LocalImage { name: String },
    /// The laptop's Docker is logged in to the account's registry with a token that is still good.
    LoggedIn,
    /// The laptop has the file, with this text in it where one is given.
    File {
        path: String,
        #[serde(default)]
        contains: Option<String>,
    },
}

fn default_namespace() -> String {
    "default".to_owned()
}

/// A principal of the quest's account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub enum Who {
    /// A user by name.
    User(String),
    /// A role by name, assumed.
    Role(String),
    /// The roles of the nodes that an EKS cluster has now: each of them.
    Nodes(String),
}

/// The resource that an action is asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Target {
    /// No resource, or any.
    #[default]
    Any,
    /// A repository of the account's registry, by name.
    Repository(String),
    /// A role by name.
    Role(String),
    /// A cluster by name.
    Cluster(String),
    /// Anything else, by its ARN.
    Arn(String),
}

/// Where a task runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Launch {
    Ec2,
    Fargate,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Outcome {
    /// It succeeded.
    #[default]
    Ok,
    /// IAM denied it.
    Denied,
    /// It failed, by IAM or otherwise.
    Failed,
    /// Either way.
    Any,
}

/// An image in the account's registry: `web:v1.0`, `web@sha256:…`, or `web` alone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ImageRef {
    pub repository: String,
    /// The tag, if the reference has one.
    pub tag: Option<String>,
    /// The digest, if the reference has one.
    pub digest: Option<crate::cloud::Digest>,
}

impl FromStr for ImageRef {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{s}` is no image, expected such as `web:v1.0`");
        let (repository, tag, digest) = if let Some((repository, digest)) = s.split_once('@') {
            (repository, None, Some(digest.parse()?))
        } else if let Some((repository, tag)) = s.split_once(':') {
            (repository, Some(tag.to_owned()), None)
        } else {
            (s, None, None)
        };
        if repository.is_empty() || tag.as_deref() == Some("") {
            return Err(wrong());
        }
        Ok(Self { repository: repository.to_owned(), tag, digest })
    }
}

impl TryFrom<String> for ImageRef {
    type Error = String;
    fn try_from(s: String) -> Result<Self, String> {
        s.parse()
    }
}

impl fmt::Display for ImageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

/// How far a predicate is.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// Whether it holds.
    pub met: bool,
    /// How many parts of it hold,
    pub done: u32,
    /// out of so many. Never 0.
    pub of: u32,
    /// What is still missing, precisely. Empty exactly when it holds.
    pub missing: Vec<Message>,
}

impl Progress {
    /// It holds.
    pub fn met() -> Self {
        Self { met: true, done: 1, of: 1, missing: Vec::new() }
    }

    /// It does not hold, and this is missing.
    pub fn unmet(missing: Message) -> Self {
        Self { met: false, done: 0, of: 1, missing: vec![missing] }
    }

    /// One or the other.
    pub fn of(met: bool, missing: impl FnOnce() -> Message) -> Self {
        if met { Self::met() } else { Self::unmet(missing()) }
    }
}
