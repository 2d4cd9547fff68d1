//! From the text of a policy document to its statements, with AWS's complaints in AWS's order.
//!
//! The order of checks: syntax, version, principals, old-style parsing, statement ids, actions, resources. Source: observed
//! on the service's public error reports; where several things are wrong, only the first is told.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::condition::{Condition, ConditionError};
use super::json;
use super::policy::{Actions, Effect, Listed, Policy, PrincipalPattern, ResourcePattern, Statement, Version};
use crate::cloud::{AccountId, ApiError, Arn};

/// What a kind of policy may and must say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rules {
    /// A managed policy: an identity policy that has to name version 2012-10-17.
    Managed,
    /// An inline policy of a user, group or role.
    Identity,
    /// A role's trust policy.
    Trust,
    /// The policy of another service's resource.
    Resource,
}

impl Rules {
    fn has_principals(self) -> bool {
        matches!(self, Self::Trust | Self::Resource)
    }
}

/// IAM's answer to a document that it does not take.
pub(super) fn malformed(message: impl Into<String>) -> ApiError {
    ApiError::new("MalformedPolicyDocument", message)
}

const LEGACY: &str = "The policy failed legacy parsing";

fn syntax() -> ApiError {
    malformed("Syntax errors in policy.")
}

/// Reads a document.
pub(super) fn parse(text: &str, rules: Rules) -> Result<Policy, ApiError> {
    let document = json::parse(text).ok_or_else(syntax)?;
    let Value::Object(document) = document else { return Err(syntax()) };
    if document.keys().any(|key| !matches!(key.as_str(), "Version" | "Id" | "Statement")) {
        return Err(syntax());
    }
    let version = match document.get("Version") {
        None => None,
        Some(Value::String(version)) if version == "2012-10-17" => Some(Version::V2012),
        Some(Value::String(version)) if version == "2008-10-17" => Some(Version::V2008),
        Some(_) => return Err(syntax()),
    };
    let id = match document.get("Id") {
        None => None,
        Some(Value::String(id)) => Some(id.clone()),
        Some(_) => return Err(syntax()),
    };
    let statements: Vec<&Map<String, Value>> = match document.get("Statement") {
        Some(Value::Object(statement)) => vec![statement],
        Some(Value::Array(list)) => list.iter().map(Value::as_object).collect::<Option<Vec<_>>>().ok_or_else(syntax)?,
        _ => return Err(syntax()),
    };
    if statements.is_empty() {
        return Err(syntax());
    }
    let raw = statements.into_iter().map(RawStatement::read).collect::<Result<Vec<_>, _>>()?;
    if rules == Rules::Managed && version != Some(Version::V2012) {
        return Err(malformed("Policy document must be version 2012-10-17 or greater."));
    }
    let version = version.unwrap_or(Version::V2008);
    check_principals(&raw, rules)?;
    let parsed = raw.iter().map(|raw| raw.parse(version)).collect::<Result<Vec<_>, _>>()?;
    for statement in &raw {
        let mut resources = statement.resources.iter().flat_map(|list| &list.items);
        if resources.any(|resource| is_too_short_for_legacy(resource)) {
            return Err(malformed(LEGACY));
        }
    }
    check_sids(&raw, rules)?;
    if raw.iter().any(|statement| statement.actions.as_ref().is_none_or(|actions| actions.items.is_empty())) {
        return Err(malformed("Policy statement must contain actions."));
    }
    for resource in raw.iter().filter_map(|statement| statement.resources.as_ref()).flat_map(|list| &list.items) {
        check_resource(resource)?;
    }
    for action in raw.iter().filter_map(|statement| statement.actions.as_ref()).flat_map(|list| &list.items) {
        check_action(action)?;
    }
    check_presence(&raw, rules)?;
    Ok(Policy { text: text.into(), version, id, statements: parsed })
}

/// A statement with its elements' types checked and nothing else.
struct RawStatement<'a> {
    sid: Option<&'a str>,
    effect: &'a str,
    principals: Option<Listed<PrincipalPattern>>,
    actions: Option<Listed<&'a str>>,
    resources: Option<Listed<&'a str>>,
    conditions: Vec<RawCondition<'a>>,
}

impl<'a> RawStatement<'a> {
    fn read(statement: &'a Map<String, Value>) -> Result<Self, ApiError> {
        const ELEMENTS: [&str; 9] = [
            "Sid",
            "Effect",
            "Principal",
            "NotPrincipal",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Condition",
        ];
        if statement.keys().any(|key| !ELEMENTS.contains(&key.as_str())) {
            return Err(syntax());
        }
        let sid = match statement.get("Sid") {
            None => None,
            Some(sid) => Some(sid.as_str().ok_or_else(syntax)?),
        };
        let effect = statement.get("Effect").and_then(Value::as_str).ok_or_else(syntax)?;
        if !effect.eq_ignore_ascii_case("Allow") && !effect.eq_ignore_ascii_case("Deny") {
            return Err(syntax());
        }
        Ok(Self {
            sid,
            effect,
            principals: either(statement, "Principal", "NotPrincipal", principals)?,
            actions: either(statement, "Action", "NotAction", texts)?,
            resources: either(statement, "Resource", "NotResource", texts)?,
            conditions: conditions(statement.get("Condition"))?,
        })
    }

    fn parse(&self, version: Version) -> Result<Statement, ApiError> {
        let variables = version == Version::V2012;
        let effect = match self.effect {
            "Allow" => Effect::Allow,
            "Deny" => Effect::Deny,
            _ => return Err(malformed(LEGACY)),
        };
        let conditions = self.conditions.iter().map(|(operator, key, values)| {
            Condition::parse(operator, key, values, variables).map_err(|error| match error {
                ConditionError::UnknownOperator => syntax(),
                ConditionError::BadDate => malformed(LEGACY),
            })
        });
        let actions = self.actions.as_ref();
        let actions = actions.map(|list| Actions::new(list.except, &list.items)).unwrap_or_default();
        let resources = self.resources.as_ref().map(|list| Listed {
            except: list.except,
            items: list.items.iter().map(|resource| ResourcePattern::new(resource, variables)).collect(),
        });
        Ok(Statement {
            sid: self.sid.map(Into::into),
            effect,
            principals: self.principals.clone(),
            actions,
            resources,
            conditions: conditions.collect::<Result<_, _>>()?,
        })
    }
}

/// One of two elements that exclude each other.
fn either<'a, T>(
    statement: &'a Map<String, Value>,
    name: &str,
    not_name: &str,
    read: impl Fn(&'a Value) -> Option<Vec<T>>,
) -> Result<Option<Listed<T>>, ApiError> {
    match (statement.get(name), statement.get(not_name)) {
        (None, None) => Ok(None),
        (Some(value), None) => Ok(Some(Listed { except: false, items: read(value).ok_or_else(syntax)? })),
        (None, Some(value)) => Ok(Some(Listed { except: true, items: read(value).ok_or_else(syntax)? })),
        (Some(_), Some(_)) => Err(syntax()),
    }
}

/// A string or a list of strings.
fn texts(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(text) => Some(vec![text]),
        // IAM passes over `null` in such lists.
        Value::Array(list) => list.iter().filter(|item| !item.is_null()).map(Value::as_str).collect(),
        _ => None,
    }
}

fn principals(value: &Value) -> Option<Vec<PrincipalPattern>> {
    let kinds = match value {
        Value::String(text) if text == "*" => return Some(vec![PrincipalPattern::Everyone]),
        Value::Object(kinds) if !kinds.is_empty() => kinds,
        _ => return None,
    };
    let mut found = Vec::new();
    for (kind, names) in kinds {
        for name in texts(names)? {
            found.push(match kind.as_str() {
                "AWS" => aws_principal(name),
                "Service" => PrincipalPattern::Service(name.into()),
                "Federated" | "CanonicalUser" => {
                    PrincipalPattern::Foreign { kind: kind.as_str().into(), name: name.into() }
                }
                _ => return None,
            });
        }
    }
    Some(found)
}

fn aws_principal(name: &str) -> PrincipalPattern {
    if name == "*" {
        return PrincipalPattern::Everyone;
    }
    if name.parse::<AccountId>().is_ok() {
        return PrincipalPattern::Account(name.into());
    }
    match name.parse::<Arn>() {
        Ok(arn) if arn.service() == "iam" && arn.resource() == "root" => {
            PrincipalPattern::Account(arn.account().into())
        }
        Ok(_) => PrincipalPattern::Arn { arn: name.into(), id: None },
        Err(_) => PrincipalPattern::Id(name.into()),
    }
}

/// Operator, key and values of one comparison.
type RawCondition<'a> = (&'a str, &'a str, Vec<Cow<'a, str>>);

fn conditions(value: Option<&Value>) -> Result<Vec<RawCondition<'_>>, ApiError> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for (operator, keys) in value.as_object().ok_or_else(syntax)? {
        for (key, values) in keys.as_object().ok_or_else(syntax)? {
            let values = match values {
                Value::Array(list) => list.iter().map(scalar).collect::<Option<Vec<_>>>(),
                value => scalar(value).map(|value| vec![value]),
            };
            found.push((operator.as_str(), key.as_str(), values.ok_or_else(syntax)?));
        }
    }
    Ok(found)
}

fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Bool(_) | Value::Number(_) => Some(Cow::Owned(value.to_string())),
        _ => None,
    }
}

fn check_principals(statements: &[RawStatement<'_>], rules: Rules) -> Result<(), ApiError> {
    for statement in statements {
        match (&statement.principals, rules.has_principals()) {
            (Some(_), false) => return Err(malformed("Policy document should not specify a principal.")),
            (None, true) => return Err(malformed("Missing required field Principal")),
            _ => {}
        }
        // A part of an ARN can't be a wildcard here; only the whole principal can.
        for principal in statement.principals.iter().flat_map(|listed| &listed.items) {
            if let PrincipalPattern::Arn { arn: name, .. } | PrincipalPattern::Id(name) = principal
                && (name.contains('*') || name.is_empty())
            {
                return Err(invalid_principal("AWS", name));
            }
        }
    }
    Ok(())
}

/// IAM's answer to a principal that does not exist.
pub(super) fn invalid_principal(kind: &str, name: &str) -> ApiError {
    malformed(format!("Invalid principal in policy: \"{kind}\":\"{name}\""))
}

fn check_sids(statements: &[RawStatement<'_>], rules: Rules) -> Result<(), ApiError> {
    let mut seen = std::collections::BTreeSet::new();
    for sid in statements.iter().filter_map(|statement| statement.sid).filter(|sid| !sid.is_empty()) {
        // Source: error text of IAM for identity policies. Policies of resources are laxer.
        if matches!(rules, Rules::Managed | Rules::Identity) && !sid.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(malformed(
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression \
                 [0-9A-Za-z]*",
            ));
        }
        if !seen.insert(sid) {
            return Err(malformed("Statement IDs (SID) in a single policy must be unique."));
        }
    }
    Ok(())
}

fn check_action(action: &str) -> Result<(), ApiError> {
    let mut parts = action.split(':');
    let (service, name, more) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    if name.is_none() && service != "*" {
        return Err(malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."));
    }
    if more.is_some() {
        return Err(malformed("Actions/Condition can contain only one colon."));
    }
    if service != "*" && !service.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.') {
        return Err(malformed(format!("Vendor {service} is not valid")));
    }
    Ok(())
}

fn is_too_short_for_legacy(resource: &str) -> bool {
    if resource == "*" || resource_error(resource).is_some() {
        return false;
    }
    let is_short = resource.matches(':').count() < 5 && resource.contains("::");
    is_short || resource.split(':').nth(2) == Some("")
}

fn check_resource(resource: &str) -> Result<(), ApiError> {
    resource_error(resource).map_or(Ok(()), |message| Err(malformed(message)))
}

fn resource_error(resource: &str) -> Option<String> {
    const PARTITIONS: [&str; 9] =
        ["*", "aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];
    const IAM_PATHS: [&str; 13] = [
        "user/",
        "federated-user/",
        "role/",
        "group/",
        "instance-profile/",
        "mfa/",
        "server-certificate/",
        "policy/",
        "sms-mfa/",
        "saml-provider/",
        "oidc-provider/",
        "report/",
        "access-report/",
    ];
    if resource == "*" {
        return None;
    }
    let mut parts = resource.splitn(6, ':').skip(1);
    let Some(partition) = parts.next() else {
        return Some(format!("Resource {resource} must be in ARN format or \"*\"."));
    };
    let rest: Vec<&str> = parts.collect();
    let part = |at: usize| rest.get(at).copied();
    if !PARTITIONS.contains(&partition) {
        let shown = |at| part(at).unwrap_or("*");
        let [service, region, account, id] = [shown(0), shown(1), shown(2), shown(3)];
        let service = if service.is_empty() && rest.len() == 1 { "*" } else { service };
        return Some(format!(
            "Partition \"{partition}\" is not valid for resource \
             \"arn:{partition}:{service}:{region}:{account}:{id}\"."
        ));
    }
    let Some(service) = part(0) else {
        return Some("Resource vendor must be fully qualified and cannot contain regexes.".to_owned());
    };
    let has_region = part(1).is_none_or(|region| !region.is_empty()) || part(2).is_none();
    let id = part(3).unwrap_or_default();
    match service {
        "iam" if has_region => Some(format!("IAM resource {resource} cannot contain region information.")),
        "s3" if has_region && !id.starts_with("accesspoint/") => {
            Some(format!("Resource {resource} can not contain region information."))
        }
        "iam" if id != "*" && id != "root" && !IAM_PATHS.iter().any(|path| id.starts_with(path)) => {
            Some(format!("IAM resource path must either be \"*\" or start with {}.", IAM_PATHS.join(", ")))
        }
        _ => None,
    }
}

fn check_presence(statements: &[RawStatement<'_>], rules: Rules) -> Result<(), ApiError> {
    for statement in statements {
        let resources = statement.resources.as_ref();
        match rules {
            Rules::Managed | Rules::Identity if resources.is_none_or(|list| list.items.is_empty()) => {
                return Err(malformed("Policy statement must contain resources."));
            }
            Rules::Trust if resources.is_some() => return Err(malformed("Has prohibited field Resource.")),
            _ => {}
        }
        let actions = statement.actions.iter().flat_map(|list| &list.items);
        if rules == Rules::Trust && !actions.into_iter().all(|action| is_trust_action(action)) {
            return Err(malformed(
                "Trust Policy statement actions can only be sts:AssumeRole, sts:AssumeRoleWithSAML,  and \
                 sts:AssumeRoleWithWebIdentity",
            ));
        }
    }
    Ok(())
}

/// STS's actions that a trust policy may speak of.
/// Source: Service Authorization Reference, AWS Security Token Service.
fn is_trust_action(action: &str) -> bool {
    let Some((service, name)) = action.split_once(':') else { return false };
    service.eq_ignore_ascii_case("sts")
        && [
            "AssumeRole",
            "AssumeRoleWithSAML",
            "AssumeRoleWithWebIdentity",
            "TagSession",
            "SetSourceIdentity",
            "SetContext",
        ]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}
