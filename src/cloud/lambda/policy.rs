//! The resource policies of functions: who else may invoke them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::home::Home;
use crate::cloud::iam::Policy;
use crate::cloud::{ApiError, Arn, Cloud, Region};

/// A policy: its statements as they were added, and what IAM reads of them.
#[derive(Clone, Debug)]
pub(super) struct ResourcePolicy {
    statements: Vec<Value>,
    read: Arc<Policy>,
    /// Changes with every change.
    pub(super) revision: String,
}

impl ResourcePolicy {
    /// A policy of these statements; none without any.
    ///
    /// # Errors
    /// When IAM can't read it.
    pub(super) fn new(statements: Vec<Value>, revision: String) -> Result<Option<Self>, ApiError> {
        if statements.is_empty() {
            return Ok(None);
        }
        let read = Arc::new(Policy::parse_resource_policy(&document(&statements).to_string())?);
        Ok(Some(Self { statements, read, revision }))
    }

    pub(super) fn statements(&self) -> &[Value] {
        &self.statements
    }

    /// As it is shown.
    pub(super) fn text(&self) -> &str {
        self.read.text()
    }
}

/// Source: observed, `Id`.
fn document(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Id": "default", "Statement": statements})
}

/// The name of a statement.
pub(super) fn sid(statement: &Value) -> &str {
    statement.get("Sid").and_then(Value::as_str).unwrap_or_default()
}

/// The policy of a function, of its version or of its alias, as its ARN says.
pub(in crate::cloud) fn resource_policy(cloud: &Cloud, resource: &Arn) -> Option<Arc<Policy>> {
    let home = Home::new(resource.account().parse().ok()?, Region::new(resource.region()));
    let mut parts = resource.resource().strip_prefix("function:")?.split(':');
    let function = home.function(cloud, parts.next()?)?;
    let policy = function.policies.get(&parts.next().map(str::to_owned))?;
    Some(Arc::clone(&policy.read))
}
