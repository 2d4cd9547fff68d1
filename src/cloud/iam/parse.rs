//! From the text of a policy document to its statements, with AWS's complaints in AWS's order.
//!
//! The order of checks: syntax, version, principals, old-style parsing, statement ids, actions, resources. Source: observed
//! on the service's public error reports; where several things are wrong, only the first is told.

use std::borrow::Cow;

use super::arn_pattern::split_arn;
use super::condition::{Condition, ConditionError};
use super::document::{self, Comparison, Element, Named};
use super::policy::{Actions, Effect, Listed, Policy, PrincipalPattern, ResourcePattern, Statement, Version};
use crate::cloud::ApiError;

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
    /// The policy of a VPC endpoint, which speaks of what passes through it.
    Endpoint,
    /// An organization's limit on resources: its `Principal` is `*`.
    ResourceControl,
}

impl Rules {
    fn has_principals(self) -> bool {
        matches!(self, Self::Trust | Self::Resource | Self::Endpoint | Self::ResourceControl)
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
    let document = document::read(text).ok_or_else(syntax)?;
    let version = match document.version.as_deref() {
        None => None,
        Some("2012-10-17") => Some(Version::V2012),
        Some("2008-10-17") => Some(Version::V2008),
        Some(_) => return Err(syntax()),
    };
    let elements = document.statements;
    if elements.is_empty() || !elements.iter().all(has_effect) {
        return Err(syntax());
    }
    if rules == Rules::Managed && version != Some(Version::V2012) {
        return Err(malformed("Policy document must be version 2012-10-17 or greater."));
    }
    let version = version.unwrap_or(Version::V2008);
    let mut statements = Vec::with_capacity(elements.len());
    // What a statement is refused for is told after what its principals are refused for.
    let mut refused = None;
    for element in &elements {
        match statement(element, version) {
            Ok(statement) => statements.push(statement),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    check_principals(&elements, &statements, rules)?;
    if let Some(error) = refused {
        return Err(error);
    }
    let resources = elements.iter().filter_map(|element| element.resources.as_ref()).flat_map(|list| &list.items);
    // What is wrong with a resource is told last of all, but for one that old-style parsing refuses.
    let mut wrong_resource = None;
    for resource in resources {
        match resource_error(resource) {
            Some(error) => wrong_resource = wrong_resource.or(Some(error)),
            None if is_too_short_for_legacy(resource) => return Err(malformed(LEGACY)),
            None => {}
        }
    }
    check_sids(&elements, rules)?;
    if elements.iter().any(|element| element.actions.as_ref().is_none_or(|actions| actions.items.is_empty())) {
        return Err(malformed("Policy statement must contain actions."));
    }
    if let Some(error) = wrong_resource {
        return Err(malformed(error));
    }
    for action in elements.iter().filter_map(|element| element.actions.as_ref()).flat_map(|list| &list.items) {
        check_action(action)?;
    }
    check_presence(&elements, rules)?;
    Ok(Policy { text: text.into(), version, id: document.id.map(Cow::into_owned), statements })
}

fn has_effect(element: &Element<'_>) -> bool {
    let effect = element.effect.as_deref();
    effect.is_some_and(|effect| effect.eq_ignore_ascii_case("Allow") || effect.eq_ignore_ascii_case("Deny"))
}

fn statement(element: &Element<'_>, version: Version) -> Result<Statement, ApiError> {
    let variables = version == Version::V2012;
    let effect = match element.effect.as_deref() {
        Some("Allow") => Effect::Allow,
        Some("Deny") => Effect::Deny,
        _ => return Err(malformed(LEGACY)),
    };
    let conditions = element.conditions.iter().map(|Comparison { operator, key, values }| {
        Condition::parse(operator, key, values, variables).map_err(|error| match error {
            ConditionError::UnknownOperator => syntax(),
            ConditionError::BadDate => malformed(LEGACY),
        })
    });
    let conditions = conditions.collect::<Result<_, _>>()?;
    let actions = element.actions.as_ref();
    Ok(Statement {
        sid: element.sid.as_deref().map(Into::into),
        effect,
        principals: element.principals.as_ref().map(|list| list.map(principal)),
        actions: actions.map(|list| Actions::new(list.except, &list.items)).unwrap_or_default(),
        resources: element.resources.as_ref().map(|list| list.map(|text| ResourcePattern::new(text, variables))),
        conditions,
    })
}

fn principal(Named { kind, name }: &Named<'_>) -> PrincipalPattern {
    match kind.as_ref() {
        "*" => PrincipalPattern::Everyone,
        "AWS" => aws_principal(name),
        "Service" => PrincipalPattern::Service(name.as_ref().into()),
        "Federated" => PrincipalPattern::Federated(name.as_ref().into()),
        kind => PrincipalPattern::Foreign { kind: kind.into(), name: name.as_ref().into() },
    }
}

fn aws_principal(name: &str) -> PrincipalPattern {
    if name == "*" {
        return PrincipalPattern::Everyone;
    }
    if name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit()) {
        return PrincipalPattern::Account(name.into());
    }
    match split_arn(name) {
        ["arn", _, "iam", _, account, "root"] => PrincipalPattern::Account(account.into()),
        ["arn", _, _, _, _, resource] if !resource.is_empty() => PrincipalPattern::Arn { arn: name.into(), id: None },
        _ => PrincipalPattern::Id(name.into()),
    }
}

fn check_principals(elements: &[Element<'_>], statements: &[Statement], rules: Rules) -> Result<(), ApiError> {
    for element in elements {
        match (&element.principals, rules.has_principals()) {
            (Some(_), false) => return Err(malformed("Policy document should not specify a principal.")),
            (None, true) => return Err(malformed("Missing required field Principal")),
            // Source: IAM User Guide, "AWS JSON policy elements: NotPrincipal". Inferred: the text.
            (Some(list), _) if rules == Rules::Trust && list.except => {
                return Err(malformed("Has prohibited field NotPrincipal."));
            }
            _ => {}
        }
    }
    let named = statements.iter().filter_map(|statement| statement.principals.as_ref());
    let is_everyone = |list: &Listed<PrincipalPattern>| !list.except && list.items == [PrincipalPattern::Everyone];
    if rules == Rules::ResourceControl && !named.clone().all(is_everyone) {
        return Err(syntax());
    }
    for listed in named {
        // A part of an ARN can't be a wildcard here; only the whole principal can.
        for principal in &listed.items {
            match principal {
                PrincipalPattern::Arn { arn: name, .. } | PrincipalPattern::Id(name)
                    if name.contains('*') || name.is_empty() =>
                {
                    return Err(invalid_principal("AWS", name));
                }
                PrincipalPattern::Federated(name) if !is_provider(name) => {
                    return Err(malformed("Federated principals must be valid domain names or SAML metadata ARNs"));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Whether a text names an identity provider: a domain, or the ARN of one in IAM. Whether it is there is not asked.
fn is_provider(name: &str) -> bool {
    match split_arn(name) {
        ["arn", _, "iam", "", account, resource] => {
            let named = resource.strip_prefix("oidc-provider/").or_else(|| resource.strip_prefix("saml-provider/"));
            account.len() == 12 && named.is_some_and(|name| !name.is_empty() && !name.contains('*'))
        }
        _ => name.contains('.') && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')),
    }
}

/// IAM's answer to a principal that does not exist.
pub(super) fn invalid_principal(kind: &str, name: &str) -> ApiError {
    malformed(format!("Invalid principal in policy: \"{kind}\":\"{name}\""))
}

fn check_sids(elements: &[Element<'_>], rules: Rules) -> Result<(), ApiError> {
    let sids = || elements.iter().filter_map(|element| element.sid.as_deref()).filter(|sid| !sid.is_empty());
    for (at, sid) in sids().enumerate() {
        // Source: error text of IAM for identity policies. Policies of resources are laxer.
        if matches!(rules, Rules::Managed | Rules::Identity) && !sid.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(malformed(
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression \
                 [0-9A-Za-z]*",
            ));
        }
        if sids().take(at).any(|other| other == sid) {
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

/// Whether old-style parsing fails at a resource; for those that have no other fault. Few parts alone are no fault, they are
/// filled with `*`: `arn:aws:ecr` passes. An empty part among too few is one: `arn:aws:s3::bucket`.
/// Source: observed (moto's cases, compared with the service).
fn is_too_short_for_legacy(resource: &str) -> bool {
    let mut parts = resource.splitn(6, ':').skip(2);
    let has_no_service = parts.next() == Some("");
    let is_short = parts.count() < 3 && resource.contains("::");
    resource != "*" && (has_no_service || is_short)
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
    let rest: [Option<&str>; 4] = std::array::from_fn(|_| parts.next());
    let part = |at: usize| rest.get(at).copied().flatten();
    if !PARTITIONS.contains(&partition) {
        let shown = |at| part(at).unwrap_or("*");
        let [service, region, account, id] = [shown(0), shown(1), shown(2), shown(3)];
        let service = if service.is_empty() && part(1).is_none() { "*" } else { service };
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

fn check_presence(elements: &[Element<'_>], rules: Rules) -> Result<(), ApiError> {
    for element in elements {
        let resources = element.resources.as_ref();
        match rules {
            Rules::Managed | Rules::Identity | Rules::Endpoint
                if resources.is_none_or(|list| list.items.is_empty()) =>
            {
                return Err(malformed("Policy statement must contain resources."));
            }
            Rules::Trust if resources.is_some() => return Err(malformed("Has prohibited field Resource.")),
            _ => {}
        }
        let actions = element.actions.iter().flat_map(|list| &list.items);
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
