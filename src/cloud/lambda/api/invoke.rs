//! Invoking a function.

use base64::Engine as _;
use serde::{Deserialize, Serialize};

use super::ask;
use crate::cloud::lambda::home::Named;
use crate::cloud::lambda::{errors, invocation};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// How much of a log an answer shows, in bytes. Source: AWS Lambda API reference, `LogResult`.
const TAIL: usize = 4096;

/// Invokes a function. Blobs are in base64, as everywhere on the wire.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Invoke {
    pub function_name: String,
    pub qualifier: Option<String>,
    /// `RequestResponse` when left out.
    pub invocation_type: Option<String>,
    /// `Tail` shows the end of the log.
    pub log_type: Option<String>,
    pub payload: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InvokeOutput {
    status_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    function_error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_result: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    executed_version: Option<String>,
}

impl InvokeOutput {
    fn status(status_code: u16) -> Self {
        Self { status_code, function_error: None, log_result: None, payload: None, executed_version: None }
    }
}

/// The end of a text, at most so many bytes of it.
fn tail(text: &str) -> &str {
    let start = text.len().saturating_sub(TAIL);
    let start = (start..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    text.get(start..).unwrap_or_default()
}

impl Operation for Invoke {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "Invoke";
    type Output = InvokeOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        // The action has another name than the operation. Source: Service Authorization Reference, AWS Lambda.
        vec![ask(cloud, caller, "lambda:InvokeFunction", &self.function_name, self.qualifier.as_deref())]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<InvokeOutput, ApiError> {
        let named = Named::read(caller, &self.function_name, self.qualifier.as_deref())?;
        named.version(cloud)?;
        let kind = self.invocation_type.as_deref().unwrap_or("RequestResponse");
        if !matches!(kind, "RequestResponse" | "Event" | "DryRun") {
            let constraint = "Member must satisfy enum value set: [Event, RequestResponse, DryRun]";
            return Err(errors::validation("invocationType", kind, constraint));
        }
        let base64 = base64::engine::general_purpose::STANDARD;
        let payload = base64
            .decode(self.payload.unwrap_or_default())
            .map_err(|error| ApiError::new("SerializationException", error.to_string()))?;
        let payload = invocation::read(&payload, kind == "Event")?;
        if kind == "DryRun" {
            return Ok(InvokeOutput::status(204));
        }
        let version = invocation::admit(cloud, &named)?;
        if kind == "Event" {
            invocation::enqueue(cloud, &named, &payload);
            return Ok(InvokeOutput::status(202));
        }
        let request_id = cloud.random_uuid();
        let invoked = invocation::run(cloud, &named.home, &named.name, &version, &payload, &request_id);
        let invoked = invoked.ok_or_else(|| errors::in_state("Pending"))?;
        let log = invoked.log.join("\n") + "\n";
        let is_tail = self.log_type.as_deref() == Some("Tail");
        Ok(InvokeOutput {
            status_code: 200,
            function_error: invoked.outcome.failed.then_some("Unhandled"),
            log_result: is_tail.then(|| base64.encode(tail(&log))),
            payload: Some(base64.encode(&invoked.outcome.payload)),
            executed_version: Some(invoked.version),
        })
    }
}
