//! Looking events up, newest first.

use serde::{Deserialize, Serialize};

use super::record::{self, Found};
use crate::cloud::{AccountId, ApiError, Authorization, Caller, Cloud, Duration, Operation, Service, Timestamp};

/// How long the event history goes back. Source: CloudTrail API reference, `LookupEvents`.
const KEPT: Duration = Duration::days(90);
/// The most that a page has.
const MOST: usize = 50;

/// What is looked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct LookupAttribute {
    pub attribute_key: String,
    pub attribute_value: String,
}

/// Looks up management events of the last 90 days.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct LookupEvents {
    /// One at most.
    pub lookup_attributes: Vec<LookupAttribute>,
    pub start_time: Option<Timestamp>,
    pub end_time: Option<Timestamp>,
    pub event_category: Option<String>,
    pub max_results: Option<usize>,
    pub next_token: Option<String>,
}

/// A resource of an event.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LookupResource {
    pub resource_type: &'static str,
    pub resource_name: String,
}

/// An event.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LookupEvent {
    pub event_id: String,
    pub event_name: String,
    pub read_only: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,
    pub event_time: Timestamp,
    pub event_source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    pub resources: Vec<LookupResource>,
    /// The whole record, as JSON text.
    pub cloud_trail_event: String,
}

/// A page of events.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LookupEventsOutput {
    pub events: Vec<LookupEvent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl LookupAttribute {
    fn fits(&self, found: &Found<'_>) -> bool {
        let value = self.attribute_value.as_str();
        match self.attribute_key.as_str() {
            "EventId" => found.id() == value,
            "EventName" => found.name == value,
            "ReadOnly" => found.read_only.to_string() == value,
            "Username" => found.user_name == Some(value),
            "ResourceType" => found.resources.iter().any(|resource| resource.kind == value),
            "ResourceName" => found.resources.iter().any(|resource| resource.name == value),
            "EventSource" => found.source == value,
            "AccessKeyId" => found.access_key_id.as_deref() == Some(value),
            _ => false,
        }
    }
}

fn entry(cloud: &Cloud, found: &Found<'_>, viewer: &AccountId, region: &str) -> LookupEvent {
    LookupEvent {
        event_id: found.id(),
        event_name: found.name.to_owned(),
        read_only: found.read_only.to_string(),
        access_key_id: found.access_key_id.clone(),
        event_time: found.event.time.whole_second(),
        event_source: found.source.clone(),
        username: found.user_name.map(str::to_owned),
        resources: found
            .resources
            .iter()
            .map(|named| LookupResource { resource_type: named.kind, resource_name: named.name.clone() })
            .collect(),
        cloud_trail_event: found.record(cloud, viewer, region).to_string(),
    }
}

impl LookupEvents {
    /// Source of the codes: CloudTrail service model; inferred: the texts.
    fn check(&self) -> Result<(), ApiError> {
        let error = |code: &'static str, text: &str| Err(ApiError::new(code, text));
        const KEYS: [&str; 8] = [
            "EventId",
            "EventName",
            "ReadOnly",
            "Username",
            "ResourceType",
            "ResourceName",
            "EventSource",
            "AccessKeyId",
        ];
        if self.lookup_attributes.len() > 1 {
            return error("InvalidLookupAttributesException", "You can specify only one lookup attribute.");
        }
        if self.lookup_attributes.iter().any(|attribute| !KEYS.contains(&attribute.attribute_key.as_str())) {
            return error("InvalidLookupAttributesException", "The lookup attribute key is not valid.");
        }
        if let (Some(start), Some(end)) = (self.start_time, self.end_time)
            && start > end
        {
            return error("InvalidTimeRangeException", "The start time must be before the end time.");
        }
        if self.max_results.is_some_and(|most| !(1..=MOST).contains(&most)) {
            return error("InvalidMaxResultsException", "The value of maxResults must be between 1 and 50.");
        }
        Ok(())
    }
}

/// A token is the number of the entry that the page before ended with, made opaque.
fn token(number: u64) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(format!("before:{number}"))
}

fn read_token(token: &str) -> Result<u64, ApiError> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(token).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.and_then(|text| text.strip_prefix("before:")?.parse().ok())
        .ok_or_else(|| ApiError::new("InvalidNextTokenException", "Invalid token."))
}

impl Operation for LookupEvents {
    const SERVICE: Service = Service::CloudTrail;
    const NAME: &'static str = "LookupEvents";
    type Output = LookupEventsOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("cloudtrail:LookupEvents")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<LookupEventsOutput, ApiError> {
        self.check()?;
        // Insights need a trail of one's own that looks for them.
        if self.event_category.is_some() {
            return Ok(LookupEventsOutput { events: Vec::new(), next_token: None });
        }
        let before = self.next_token.as_deref().map(read_token).transpose()?.unwrap_or(u64::MAX);
        let (viewer, region) = (caller.principal.account(), caller.region.as_str());
        let (now, oldest) = (cloud.now(), cloud.now() - KEPT);
        let trail = cloud.trail().events();
        // The newest entry is this very request, which is not told yet.
        let own = trail.len() as u64;
        let in_time = |time: Timestamp| {
            time >= oldest
                && time <= now
                && self.start_time.is_none_or(|start| time >= start)
                && self.end_time.is_none_or(|end| time <= end)
        };
        let mut found = trail
            .iter()
            .rev()
            .filter(|event| event.number < before && event.number != own && in_time(event.time))
            .filter_map(|event| record::find(cloud, event, viewer, region))
            .filter(|found| self.lookup_attributes.iter().all(|attribute| attribute.fits(found)));
        let page: Vec<Found<'_>> = found.by_ref().take(self.max_results.unwrap_or(MOST)).collect();
        let more = found.next().is_some();
        Ok(LookupEventsOutput {
            next_token: page.last().filter(|_| more).map(|last| token(last.event.number)),
            events: page.iter().map(|found| entry(cloud, found, viewer, region)).collect(),
        })
    }
}
