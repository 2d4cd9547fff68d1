//! AWS's service models: operations, shapes, paginators and waiters, read once from the embedded API data.
//!
//! Source: the public service models of these services, reduced to facts.

use std::sync::OnceLock;

use indexmap::IndexMap;
use serde::Deserialize;

/// A service that `aws` has a model of.
#[derive(Debug, Deserialize)]
pub(crate) struct Model {
    /// The `aws` command: `ecr`.
    #[serde(rename = "service")]
    pub(crate) name: String,
    operations: IndexMap<String, Operation>,
    shapes: IndexMap<String, Shape>,
    /// Operations that are known by name alone.
    #[serde(default)]
    others: Vec<String>,
}

/// An operation, such as `CreateRepository`.
#[derive(Debug, Deserialize)]
pub(crate) struct Operation {
    input: Option<Reference>,
    output: Option<Reference>,
    /// How its results come in pages, where they do.
    pub(crate) pagination: Option<Pagination>,
}

/// How an operation's results come in pages.
#[derive(Debug, Deserialize)]
pub(crate) struct Pagination {
    pub(crate) input_token: OneOrMany,
    pub(crate) output_token: OneOrMany,
    pub(crate) limit_key: Option<String>,
    pub(crate) more_results: Option<String>,
    pub(crate) result_key: OneOrMany,
    #[serde(default)]
    pub(crate) non_aggregate_keys: Vec<String>,
}

/// A name or a list of names.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub(crate) fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Many(names) => names,
        }
    }
}

#[derive(Debug, Deserialize)]
struct Reference {
    shape: String,
}

/// A type of the API.
#[derive(Debug, Deserialize)]
pub(crate) struct Shape {
    #[serde(rename = "type")]
    pub(crate) kind: Kind,
    #[serde(default)]
    members: IndexMap<String, Reference>,
    /// The members that must be there.
    #[serde(default)]
    pub(crate) required: Vec<String>,
    member: Option<Reference>,
    key: Option<Reference>,
    value: Option<Reference>,
    /// The least length or number. The real command checks no maximum.
    pub(crate) min: Option<f64>,
    /// The values that a string may have. Only services check them.
    #[serde(default, rename = "enum")]
    pub(crate) values: Vec<String>,
    /// Whether any JSON may stand here.
    #[serde(default)]
    pub(crate) document: bool,
}

/// The kinds of types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Structure,
    List,
    Map,
    String,
    Integer,
    Long,
    Float,
    Double,
    Boolean,
    Timestamp,
    Blob,
}

impl Kind {
    pub(crate) fn is_scalar(self) -> bool {
        !matches!(self, Self::Structure | Self::List | Self::Map)
    }
}

/// A shape with the model that its parts are looked up in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Type<'m> {
    model: &'m Model,
    /// The shape's name in the model.
    pub(crate) name: &'m str,
    pub(crate) shape: &'m Shape,
}

impl<'m> Type<'m> {
    pub(crate) fn kind(self) -> Kind {
        self.shape.kind
    }

    /// A structure's members in the model's order.
    pub(crate) fn members(self) -> impl Iterator<Item = (&'m str, Type<'m>)> {
        self.shape.members.iter().filter_map(move |(name, to)| Some((name.as_str(), self.model.shape(&to.shape)?)))
    }

    /// A structure's member by name.
    pub(crate) fn member(self, name: &str) -> Option<Type<'m>> {
        self.shape.members.get(name).and_then(|to| self.model.shape(&to.shape))
    }

    /// A list's element.
    pub(crate) fn element(self) -> Option<Type<'m>> {
        self.shape.member.as_ref().and_then(|to| self.model.shape(&to.shape))
    }

    /// A map's key.
    pub(crate) fn key(self) -> Option<Type<'m>> {
        self.shape.key.as_ref().and_then(|to| self.model.shape(&to.shape))
    }

    /// A map's value.
    pub(crate) fn value(self) -> Option<Type<'m>> {
        self.shape.value.as_ref().and_then(|to| self.model.shape(&to.shape))
    }
}

impl Model {
    fn shape(&self, name: &str) -> Option<Type<'_>> {
        let (_, name, shape) = self.shapes.get_full(name)?;
        Some(Type { model: self, name, shape })
    }

    /// All operations by name, in the model's order.
    pub(crate) fn operations(&self) -> impl Iterator<Item = (&str, &Operation)> {
        self.operations.iter().map(|(name, operation)| (name.as_str(), operation))
    }

    /// An operation by its API name.
    pub(crate) fn operation(&self, name: &str) -> Option<(&str, &Operation)> {
        self.operations.get_full(name).map(|(_, name, operation)| (name.as_str(), operation))
    }

    /// An operation by its name on the command line: `create-repository`.
    pub(crate) fn command(&self, cli_name: &str) -> Option<(&str, &Operation)> {
        self.operations().find(|(name, _)| xform_name(name) == cli_name)
    }

    /// Whether AWS has an operation of this name on the command line that is known by name alone.
    pub(crate) fn has_other(&self, cli_name: &str) -> bool {
        self.others().any(|name| name == cli_name)
    }

    /// The operations that are known by name alone, as the command line names them.
    pub(crate) fn others(&self) -> impl Iterator<Item = String> {
        self.others.iter().map(|name| xform_name(name))
    }

    /// What an operation takes; none if it takes nothing.
    pub(crate) fn input(&self, operation: &Operation) -> Option<Type<'_>> {
        operation.input.as_ref().and_then(|to| self.shape(&to.shape))
    }

    /// What an operation answers; none if it answers nothing.
    pub(crate) fn output(&self, operation: &Operation) -> Option<Type<'_>> {
        operation.output.as_ref().and_then(|to| self.shape(&to.shape))
    }
}

/// The name on the command line for a name of the API: `GetDownloadUrlForLayer` is `get-download-url-for-layer`.
///
/// Source: botocore's `xform_name`, whose rule the real command uses.
pub(crate) fn xform_name(name: &str) -> String {
    if name.contains('-') {
        return name.to_owned();
    }
    let mut chars: Vec<char> = name.chars().collect();
    // A plural acronym at the end (`ListWebACLs`) is one word.
    let plural =
        chars.strip_suffix(&['s']).map_or(0, |head| head.iter().rev().take_while(|c| c.is_ascii_uppercase()).count());
    if plural >= 2 {
        let start = chars.len() - plural - 1;
        let acronym: Vec<char> = chars.drain(start..).collect();
        chars.push('-');
        chars.extend(acronym.into_iter().map(|c| c.to_ascii_lowercase()));
    }
    // `(.)([A-Z][a-z]+)`: a dash before each capitalised word.
    let mut first = Vec::with_capacity(chars.len() + 8);
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        first.push(*c);
        at += 1;
        if chars.get(at).is_some_and(char::is_ascii_uppercase)
            && chars.get(at + 1).is_some_and(char::is_ascii_lowercase)
        {
            first.push('-');
            first.extend(chars.get(at).copied());
            at += 1;
            while let Some(c) = chars.get(at).filter(|c| c.is_ascii_lowercase()) {
                first.push(*c);
                at += 1;
            }
        }
    }
    // `([a-z0-9])([A-Z])`: a dash where a word ends before a capital.
    let mut out = String::with_capacity(first.len() + 4);
    let mut previous = '-';
    for c in first {
        if c.is_ascii_uppercase() && (previous.is_ascii_lowercase() || previous.is_ascii_digit()) {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
        previous = c;
    }
    out
}

/// The services that `aws` has a model of, by command name.
pub(crate) const MODELED: [&str; 15] = [
    "autoscaling",
    "cloudtrail",
    "ec2",
    "ecr",
    "ecr-public",
    "ecs",
    "eks",
    "events",
    "iam",
    "kms",
    "lambda",
    "logs",
    "s3api",
    "secretsmanager",
    "sts",
];

/// The model of a service by its command name; none if there is none.
pub(crate) fn model(service: &str) -> Option<&'static Model> {
    static TABLES: [OnceLock<Option<Model>>; MODELED.len()] = [const { OnceLock::new() }; MODELED.len()];
    let text = match service {
        "autoscaling" => include_str!("../../assets/api/autoscaling.json"),
        "cloudtrail" => include_str!("../../assets/api/cloudtrail.json"),
        "ec2" => include_str!("../../assets/api/ec2.json"),
        "ecr" => include_str!("../../assets/api/ecr.json"),
        "ecr-public" => include_str!("../../assets/api/ecr-public.json"),
        "ecs" => include_str!("../../assets/api/ecs.json"),
        "eks" => include_str!("../../assets/api/eks.json"),
        "events" => include_str!("../../assets/api/events.json"),
        "iam" => include_str!("../../assets/api/iam.json"),
        "kms" => include_str!("../../assets/api/kms.json"),
        "lambda" => include_str!("../../assets/api/lambda.json"),
        "logs" => include_str!("../../assets/api/logs.json"),
        "s3api" => include_str!("../../assets/api/s3api.json"),
        "secretsmanager" => include_str!("../../assets/api/secretsmanager.json"),
        "sts" => include_str!("../../assets/api/sts.json"),
        _ => return None,
    };
    let table = MODELED.iter().zip(&TABLES).find_map(|(name, table)| (*name == service).then_some(table))?;
    // A constant table, read on first use. That each can be read is proved by a test.
    table.get_or_init(|| serde_json::from_str(text).ok()).as_ref()
}

/// What a `wait` subcommand waits for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Waiter {
    /// The operation that it asks again and again.
    pub(crate) operation: String,
    /// Seconds between two questions.
    pub(crate) delay: u32,
    pub(crate) max_attempts: u32,
    pub(crate) acceptors: Vec<Acceptor>,
}

/// When a waiter ends, and how.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acceptor {
    pub(crate) state: WaiterState,
    pub(crate) matcher: Matcher,
    /// A query over the answer, for the `path` matchers.
    pub(crate) argument: Option<String>,
    pub(crate) expected: serde_json::Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum WaiterState {
    Success,
    Failure,
    Retry,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Matcher {
    /// The query's result is the expected value.
    Path,
    /// Every element of the query's result is it, and there is one.
    PathAll,
    /// Some element of the query's result is it.
    PathAny,
    /// The HTTP status is it.
    Status,
    /// The error code is it.
    Error,
}

/// A service's waiters by name, such as `ImageScanComplete`.
pub(crate) fn waiters(service: &str) -> impl Iterator<Item = (&'static str, &'static Waiter)> {
    static WAITERS: OnceLock<IndexMap<String, IndexMap<String, Waiter>>> = OnceLock::new();
    let all =
        WAITERS.get_or_init(|| serde_json::from_str(include_str!("../../assets/api/waiters.json")).unwrap_or_default());
    all.get(service).into_iter().flatten().map(|(name, waiter)| (name.as_str(), waiter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_can_be_read() {
        for service in MODELED {
            let model = model(service).unwrap();
            assert_eq!(model.name, service);
            for (name, operation) in model.operations() {
                assert_eq!(operation.input.is_some(), model.input(operation).is_some(), "{name}");
                assert_eq!(operation.output.is_some(), model.output(operation).is_some(), "{name}");
                assert_eq!(model.command(&xform_name(name)).unwrap().0, name);
            }
        }
        assert_eq!(waiters("ecr").count(), 2);
        for service in MODELED {
            for (name, waiter) in waiters(service) {
                assert!(model(service).unwrap().operation(&waiter.operation).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn names_on_the_command_line_follow_the_real_rule() {
        for (api, cli) in [
            ("GetDownloadUrlForLayer", "get-download-url-for-layer"),
            ("imageIds", "image-ids"),
            ("repositoryName", "repository-name"),
            ("kmsKey", "kms-key"),
            ("ListSSHPublicKeys", "list-ssh-public-keys"),
            ("UploadSSHPublicKey", "upload-ssh-public-key"),
            ("AssumeRoleWithSAML", "assume-role-with-saml"),
            ("CreateOpenIDConnectProvider", "create-open-id-connect-provider"),
            ("ListMFADevices", "list-mfa-devices"),
            ("PolicyARNs", "policy-arns"),
            ("MFADevice", "mfa-device"),
            ("SerialNumber", "serial-number"),
        ] {
            assert_eq!(xform_name(api), cli);
        }
    }
}
