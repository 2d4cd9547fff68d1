//! Events of one's own.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bus::{bus_arn, check_bus};
use super::emit::{self, Emitted};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// An event to send.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Entry {
    pub source: Option<String>,
    pub resources: Vec<String>,
    pub detail_type: Option<String>,
    /// JSON text.
    pub detail: Option<String>,
    pub event_bus_name: Option<String>,
}

/// Sends events to the bus.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PutEvents {
    pub entries: Vec<Entry>,
}

/// What became of an event: its id, or why it was not taken.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EntryOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
}

/// What became of each.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutEventsOutput {
    pub failed_entry_count: usize,
    pub entries: Vec<EntryOutput>,
}

impl Operation for PutEvents {
    const SERVICE: Service = Service::Events;
    const NAME: &'static str = "PutEvents";
    type Output = PutEventsOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let mut question = Authorization::on("events:PutEvents", bus_arn(caller));
        let of =
            |get: fn(&Entry) -> &Option<String>| self.entries.iter().filter_map(|entry| get(entry).clone()).collect();
        question.context.push(("events:source".to_owned(), of(|entry| &entry.source)));
        question.context.push(("events:detail-type".to_owned(), of(|entry| &entry.detail_type)));
        vec![question]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<PutEventsOutput, ApiError> {
        let (account, region) = (caller.principal.account().clone(), caller.region.clone());
        let mut entries = Vec::new();
        for entry in self.entries {
            check_bus(entry.event_bus_name.as_deref())?;
            entries.push(match read(entry) {
                Ok(event) => EntryOutput {
                    event_id: Some(emit::send(cloud, &account, &region, event)),
                    ..EntryOutput::default()
                },
                Err((code, message)) => {
                    EntryOutput { error_code: Some(code), error_message: Some(message), ..EntryOutput::default() }
                }
            });
        }
        let failed_entry_count = entries.iter().filter(|entry| entry.error_code.is_some()).count();
        Ok(PutEventsOutput { failed_entry_count, entries })
    }
}

/// Source: Amazon EventBridge API reference, `PutEventsResultEntry`; observed texts.
fn read(entry: Entry) -> Result<Emitted, (&'static str, String)> {
    let missing = |name: &str| {
        let text = format!("Parameter {name} is not valid. Reason: {name} is a required argument.");
        ("InvalidArgument", text)
    };
    let source = entry.source.filter(|text| !text.is_empty()).ok_or_else(|| missing("Source"))?;
    let detail_type = entry.detail_type.filter(|text| !text.is_empty()).ok_or_else(|| missing("DetailType"))?;
    let detail = entry.detail.ok_or_else(|| missing("Detail"))?;
    if source.starts_with("aws.") {
        let text = format!("Not authorized for the source {source}.");
        return Err(("NotAuthorizedForSourceException", text));
    }
    let detail: Value = serde_json::from_str(&detail)
        .ok()
        .filter(Value::is_object)
        .ok_or_else(|| ("MalformedDetail", "Detail is malformed.".to_owned()))?;
    Ok(Emitted { source, detail_type, resources: entry.resources, detail })
}
