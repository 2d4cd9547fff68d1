//! The resource policies of functions.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Nothing, ask};
use crate::cloud::iam::{self, Policy};
use crate::cloud::lambda::errors;
use crate::cloud::lambda::home::Named;
use crate::cloud::lambda::policy::{ResourcePolicy, sid};
use crate::cloud::{AccountId, ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// Adds a statement.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AddPermission {
    pub function_name: String,
    pub qualifier: Option<String>,
    pub statement_id: String,
    pub action: String,
    /// A service, an account or an ARN.
    pub principal: String,
    pub source_arn: Option<String>,
    pub source_account: Option<String>,
    #[serde(rename = "PrincipalOrgID")]
    pub principal_org_id: Option<String>,
    pub event_source_token: Option<String>,
    pub function_url_auth_type: Option<String>,
    pub revision_id: Option<String>,
}

/// The statement that was added, as JSON in a text.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AddPermissionOutput {
    statement: String,
}

impl AddPermission {
    fn statement(&self, arn: &Arn) -> Value {
        let mut conditions = Map::new();
        let mut condition = |operator: &str, key: &str, value: &str| {
            let of_operator = conditions.entry(operator).or_insert_with(|| json!({}));
            if let Some(members) = of_operator.as_object_mut() {
                members.insert(key.to_owned(), value.into());
            }
        };
        if let Some(account) = &self.source_account {
            condition("StringEquals", "AWS:SourceAccount", account);
        }
        if let Some(organization) = &self.principal_org_id {
            condition("StringEquals", "aws:PrincipalOrgID", organization);
        }
        if let Some(token) = &self.event_source_token {
            condition("StringEquals", "lambda:EventSourceToken", token);
        }
        if let Some(source) = &self.source_arn {
            condition("ArnLike", "AWS:SourceArn", source);
        }
        let mut statement = json!({
            "Sid": self.statement_id,
            "Effect": "Allow",
            "Principal": self.shown_principal(),
            "Action": self.action,
            "Resource": arn,
        });
        if let Some(members) = statement.as_object_mut().filter(|_| !conditions.is_empty()) {
            members.insert("Condition".to_owned(), conditions.into());
        }
        statement
    }

    /// Source: observed: a service, an account as its root, an ARN, or everyone.
    fn shown_principal(&self) -> Value {
        match self.principal.as_str() {
            "*" => json!("*"),
            name if name.parse::<AccountId>().is_ok() => json!({"AWS": Arn::new("iam", "", name, "root")}),
            name if name.starts_with("arn:") => json!({"AWS": name}),
            name => json!({"Service": name}),
        }
    }

    fn check(&self) -> Result<(), ApiError> {
        let is_plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if self.statement_id.is_empty() || self.statement_id.len() > 100 || !is_plain(&self.statement_id) {
            let pattern = "Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)";
            return Err(errors::validation("statementId", &self.statement_id, pattern));
        }
        let is_action = |action: &str| {
            action == "*"
                || action.strip_prefix("lambda:").is_some_and(|name| {
                    name == "*" || (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic()))
                })
        };
        if !is_action(&self.action) {
            let pattern = "Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])";
            return Err(errors::validation("action", &self.action, pattern));
        }
        if self.function_url_auth_type.is_some() {
            return Err(errors::not_simulated("a function URL"));
        }
        Ok(())
    }
}

/// Keeps the statements of a function, a version or an alias.
fn keep(cloud: &mut Cloud, named: &Named, statements: Vec<Value>) -> Result<(), ApiError> {
    let revision = cloud.random_uuid();
    let policy = ResourcePolicy::new(statements, revision).map_err(|_| {
        errors::invalid("The provided principal was invalid. Please check the principal and try again.")
    })?;
    let policies = &mut named.function_mut(cloud)?.policies;
    match policy {
        Some(policy) => policies.insert(named.qualifier.clone(), Arc::new(policy)),
        None => policies.remove(&named.qualifier),
    };
    Ok(())
}

fn policy<'a>(cloud: &'a Cloud, named: &Named) -> Result<Option<&'a ResourcePolicy>, ApiError> {
    named.version(cloud)?;
    Ok(named.function(cloud)?.policies.get(&named.qualifier).map(Arc::as_ref))
}

impl Operation for AddPermission {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "AddPermission";
    type Output = AddPermissionOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let mut question = ask(cloud, caller, "lambda:AddPermission", &self.function_name, self.qualifier.as_deref());
        question.context.push(("lambda:Principal".to_owned(), vec![self.principal.clone()]));
        vec![question]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<AddPermissionOutput, ApiError> {
        let named = Named::read(caller, &self.function_name, self.qualifier.as_deref())?;
        self.check()?;
        let before = policy(cloud, &named)?;
        if self.revision_id.as_deref().is_some_and(|given| before.is_none_or(|policy| policy.revision != given)) {
            return Err(errors::revision());
        }
        let mut statements = before.map(|policy| policy.statements().to_vec()).unwrap_or_default();
        if statements.iter().any(|statement| sid(statement) == self.statement_id) {
            return Err(errors::conflict(format!(
                "The statement id ({}) provided already exists. Please provide a new statement id, or remove the existing \
                 statement.",
                self.statement_id
            )));
        }
        let statement = self.statement(&named.arn());
        // A principal that is not there is refused as other services refuse it.
        let alone = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        let read = Policy::parse_resource_policy(&alone);
        read.and_then(|mut read| iam::bind_principals(cloud, &mut read)).map_err(|_| {
            errors::invalid("The provided principal was invalid. Please check the principal and try again.")
        })?;
        statements.push(statement.clone());
        keep(cloud, &named, statements)?;
        Ok(AddPermissionOutput { statement: statement.to_string() })
    }
}

/// Removes a statement.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct RemovePermission {
    pub function_name: String,
    pub qualifier: Option<String>,
    pub statement_id: String,
    pub revision_id: Option<String>,
}

impl Operation for RemovePermission {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "RemovePermission";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, "lambda:RemovePermission", &self.function_name, self.qualifier.as_deref())]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let named = Named::read(caller, &self.function_name, self.qualifier.as_deref())?;
        let before = policy(cloud, &named)?.ok_or_else(no_policy)?;
        if self.revision_id.as_deref().is_some_and(|given| before.revision != given) {
            return Err(errors::revision());
        }
        let (gone, kept): (Vec<Value>, Vec<Value>) =
            before.statements().iter().cloned().partition(|statement| sid(statement) == self.statement_id);
        if gone.is_empty() {
            let text = format!("Statement {} is not found in resource policy.", self.statement_id);
            return Err(ApiError::new("ResourceNotFoundException", text));
        }
        keep(cloud, &named, kept)?;
        Ok(Nothing {})
    }
}

/// Shows a policy.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetPolicy {
    pub function_name: String,
    pub qualifier: Option<String>,
}

/// A policy, as JSON in a text.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetPolicyOutput {
    policy: String,
    revision_id: String,
}

fn no_policy() -> ApiError {
    ApiError::new("ResourceNotFoundException", "The resource you requested does not exist.")
}

impl Operation for GetPolicy {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "GetPolicy";
    type Output = GetPolicyOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, "lambda:GetPolicy", &self.function_name, self.qualifier.as_deref())]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetPolicyOutput, ApiError> {
        let named = Named::read(caller, &self.function_name, self.qualifier.as_deref())?;
        let policy = policy(cloud, &named)?.ok_or_else(no_policy)?;
        Ok(GetPolicyOutput { policy: policy.text().to_owned(), revision_id: policy.revision.clone() })
    }
}
