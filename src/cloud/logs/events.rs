//! Log events: written, read stream by stream, and searched for in a whole group.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ask::{ask, group, group_mut, invalid, no_stream, one_of, page};
use super::filter::Filter;
use super::{Event, OVERHEAD, Stream};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Duration, Operation, Service, Timestamp};

/// Limits of a batch. Source: Amazon CloudWatch Logs API reference, `PutLogEvents`.
mod limit {
    use super::Duration;

    pub(super) const BATCH_BYTES: usize = 1_048_576;
    pub(super) const SPAN: Duration = Duration::hours(24);
    pub(super) const TOO_NEW: Duration = Duration::hours(2);
    pub(super) const TOO_OLD: Duration = Duration::days(14);
    /// Of an answer.
    pub(super) const EVENTS: usize = 10_000;
}

/// A number of 56 digits, as event ids and sequence tokens have them.
fn long_number(time: Timestamp, number: u64) -> String {
    format!("{:014}{number:042}", time.as_millis())
}

/// A stream's next sequence token. It is given and never asked for. Source: as above.
pub(super) fn sequence_token(stream: &Stream) -> String {
    long_number(stream.last_ingestion.unwrap_or(stream.created_at), stream.received)
}

/// An event to write.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct InputLogEvent {
    pub timestamp: i64,
    pub message: String,
}

/// Writes events to a stream.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PutLogEvents {
    pub log_group_name: String,
    pub log_stream_name: String,
    pub log_events: Vec<InputLogEvent>,
}

/// What was not taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RejectedLogEventsInfo {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub too_new_log_event_start_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub too_old_log_event_end_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expired_log_event_end_index: Option<usize>,
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PutLogEventsOutput {
    pub next_sequence_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected_log_events_info: Option<RejectedLogEventsInfo>,
}

impl PutLogEvents {
    /// What AWS asks of a batch as such.
    fn check(&self) -> Result<(), ApiError> {
        if self.log_events.is_empty() {
            return Err(invalid(
                "1 validation error detected: Value '[]' at 'logEvents' failed to satisfy constraint: Member must have \
                 length greater than or equal to 1",
            ));
        }
        let bytes: usize = self.log_events.iter().map(|event| event.message.len() + OVERHEAD).sum();
        if bytes > limit::BATCH_BYTES {
            return Err(invalid(format!("Upload too large: {bytes} bytes exceeds limit of {}", limit::BATCH_BYTES)));
        }
        if !self.log_events.is_sorted_by_key(|event| event.timestamp) {
            return Err(invalid("Log events in a single PutLogEvents request must be in chronological order."));
        }
        if let (Some(first), Some(last)) = (self.log_events.first(), self.log_events.last())
            && last.timestamp.saturating_sub(first.timestamp) > limit::SPAN.as_millis()
        {
            return Err(invalid(
                "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
            ));
        }
        Ok(())
    }
}

impl Operation for PutLogEvents {
    const SERVICE: Service = Service::Logs;
    const NAME: &'static str = "PutLogEvents";
    type Output = PutLogEventsOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, "logs:PutLogEvents", &self.log_group_name, &self.log_stream_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<PutLogEventsOutput, ApiError> {
        self.check()?;
        let now = cloud.now();
        let known = group(cloud, caller, &self.log_group_name)?;
        known.stream(&self.log_stream_name).ok_or_else(no_stream)?;
        let oldest = known.oldest(now);
        let times: Vec<Timestamp> =
            self.log_events.iter().map(|event| Timestamp::from_millis(event.timestamp)).collect();
        // The events are in order, so that what is refused is a beginning and an end.
        let expired = oldest.map_or(0, |oldest| times.partition_point(|time| *time < oldest));
        let too_old = times.partition_point(|time| *time < now - limit::TOO_OLD);
        let too_new = times.partition_point(|time| *time <= now + limit::TOO_NEW);
        let rejected = RejectedLogEventsInfo {
            too_new_log_event_start_index: (too_new < times.len()).then_some(too_new),
            too_old_log_event_end_index: (too_old > 0).then_some(too_old),
            expired_log_event_end_index: (expired > 0).then_some(expired),
        };
        let first = expired.max(too_old);
        let taken = self.log_events.into_iter().zip(times).take(too_new).skip(first);
        let taken = taken.map(|(event, time)| (time, Arc::from(event.message)));
        let stream = group_mut(cloud, caller, &self.log_group_name)?.stream_mut(&self.log_stream_name);
        let stream = stream.ok_or_else(no_stream)?;
        stream.write(now, oldest, taken);
        Ok(PutLogEventsOutput {
            next_sequence_token: sequence_token(stream),
            rejected_log_events_info: Some(rejected).filter(|info| *info != RejectedLogEventsInfo::default()),
        })
    }
}

/// Reads a stream's events, a page at a time, forward or backward.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GetLogEvents {
    pub log_group_name: Option<String>,
    pub log_group_identifier: Option<String>,
    pub log_stream_name: String,
    pub start_time: Option<i64>,
    pub end_time: Option<i64>,
    pub next_token: Option<String>,
    pub limit: Option<usize>,
    pub start_from_head: bool,
}

/// An event, as read.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutputLogEvent {
    pub timestamp: i64,
    pub message: Arc<str>,
    pub ingestion_time: i64,
}

/// A page of events, oldest first, and the tokens of its neighbours.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetLogEventsOutput {
    pub events: Vec<OutputLogEvent>,
    pub next_forward_token: String,
    pub next_backward_token: String,
}

/// Between which two events a page ends: time and number of the one behind it.
type Place = (Timestamp, u64);

/// `f/…/s` and `b/…/s`.
fn token(direction: char, (time, number): Place) -> String {
    format!("{direction}/{}/s", long_number(time, number))
}

fn read_token(token: &str) -> Option<(bool, Place)> {
    let (direction, rest) = token.split_once('/')?;
    let digits = rest.strip_suffix("/s").filter(|digits| digits.len() == 56)?;
    let (time, number) = digits.split_at_checked(14)?;
    let forward = match direction {
        "f" => true,
        "b" => false,
        _ => return None,
    };
    Some((forward, (Timestamp::from_millis(time.parse().ok()?), number.parse().ok()?)))
}

impl Operation for GetLogEvents {
    const SERVICE: Service = Service::Logs;
    const NAME: &'static str = "GetLogEvents";
    type Output = GetLogEventsOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let group = self.log_group_name.as_deref().or(self.log_group_identifier.as_deref()).unwrap_or_default();
        ask(cloud, caller, "logs:GetLogEvents", group, &self.log_stream_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetLogEventsOutput, ApiError> {
        let identifier = one_of(self.log_group_name.as_deref(), self.log_group_identifier.as_deref())?;
        let group = group(cloud, caller, identifier)?;
        let stream = group.stream(&self.log_stream_name).ok_or_else(no_stream)?;
        let events: Vec<&Event> = group
            .events(stream, cloud.now())
            .iter()
            .filter(|event| self.start_time.is_none_or(|start| event.time.as_millis() >= start))
            .filter(|event| self.end_time.is_none_or(|end| event.time.as_millis() < end))
            .collect();
        let size = self.limit.unwrap_or(limit::EVENTS).clamp(1, limit::EVENTS);
        let place = |event: &Event| (event.time, event.number);
        let asked = match self.next_token.as_deref() {
            None => None,
            Some(token) => Some(read_token(token).ok_or_else(|| invalid("The specified nextToken is invalid."))?),
        };
        let (from, to) = match asked {
            Some((true, at)) => {
                let from = events.partition_point(|event| place(event) < at);
                (from, from.saturating_add(size).min(events.len()))
            }
            Some((false, at)) => {
                let to = events.partition_point(|event| place(event) < at);
                (to.saturating_sub(size), to)
            }
            None if self.start_from_head => (0, size.min(events.len())),
            None => (events.len().saturating_sub(size), events.len()),
        };
        let page = events.get(from..to).unwrap_or_default();
        // Behind the last event: where one more would be. An empty page gives back where it was asked to begin.
        let asked = asked.map(|(_, at)| at);
        let begin = page.first().map(|event| place(event)).or(asked).unwrap_or((stream.created_at, 0));
        let end = page.last().map(|event| (event.time, event.number + 1)).or(asked).unwrap_or(begin);
        Ok(GetLogEventsOutput {
            events: page
                .iter()
                .map(|event| OutputLogEvent {
                    timestamp: event.time.as_millis(),
                    message: Arc::clone(&event.message),
                    ingestion_time: event.ingested.as_millis(),
                })
                .collect(),
            next_forward_token: token('f', end),
            next_backward_token: token('b', begin),
        })
    }
}

/// Searches the events of a group.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FilterLogEvents {
    pub log_group_name: Option<String>,
    pub log_group_identifier: Option<String>,
    pub log_stream_names: Vec<String>,
    pub log_stream_name_prefix: Option<String>,
    pub start_time: Option<i64>,
    pub end_time: Option<i64>,
    pub filter_pattern: Option<String>,
    pub next_token: Option<String>,
    pub limit: Option<usize>,
}

/// An event that was found.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FilteredLogEvent {
    pub log_stream_name: String,
    pub timestamp: i64,
    pub message: Arc<str>,
    pub ingestion_time: i64,
    pub event_id: String,
}

/// A page of events, oldest first.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FilterLogEventsOutput {
    pub events: Vec<FilteredLogEvent>,
    /// Always empty. Source: Amazon CloudWatch Logs API reference, `FilterLogEvents`.
    pub searched_log_streams: [(); 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl Operation for FilterLogEvents {
    const SERVICE: Service = Service::Logs;
    const NAME: &'static str = "FilterLogEvents";
    type Output = FilterLogEventsOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let group = self.log_group_name.as_deref().or(self.log_group_identifier.as_deref()).unwrap_or_default();
        ask(cloud, caller, "logs:FilterLogEvents", group, "")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<FilterLogEventsOutput, ApiError> {
        let identifier = one_of(self.log_group_name.as_deref(), self.log_group_identifier.as_deref())?;
        if !self.log_stream_names.is_empty() && self.log_stream_name_prefix.is_some() {
            return Err(invalid("logStreamNames and logStreamNamePrefix are mutually exclusive parameters."));
        }
        let filter = Filter::parse(self.filter_pattern.as_deref().unwrap_or_default())
            .ok_or_else(|| invalid("Invalid filter pattern"))?;
        let (group, now) = (group(cloud, caller, identifier)?, cloud.now());
        if self.log_stream_names.iter().any(|name| group.stream(name).is_none()) {
            return Err(no_stream());
        }
        let prefix = self.log_stream_name_prefix.as_deref().unwrap_or_default();
        let wanted = |stream: &&Stream| {
            stream.name.starts_with(prefix)
                && (self.log_stream_names.is_empty() || self.log_stream_names.contains(&stream.name))
        };
        let mut found: Vec<(&Stream, &Event)> = group
            .streams()
            .filter(wanted)
            .flat_map(|stream| group.events(stream, now).iter().map(move |event| (stream, event)))
            .filter(|(_, event)| self.start_time.is_none_or(|start| event.time.as_millis() >= start))
            .filter(|(_, event)| self.end_time.is_none_or(|end| event.time.as_millis() <= end))
            .filter(|(_, event)| filter.matches(&event.message))
            .collect();
        found.sort_by_key(|(_, event)| event.time);
        let (found, next_token) = page(found, self.limit, limit::EVENTS, self.next_token.as_deref())?;
        let events = found.into_iter().map(|(stream, event)| FilteredLogEvent {
            log_stream_name: stream.name.clone(),
            timestamp: event.time.as_millis(),
            message: Arc::clone(&event.message),
            ingestion_time: event.ingested.as_millis(),
            event_id: long_number(event.time, event.number),
        });
        Ok(FilterLogEventsOutput { events: events.collect(), searched_log_streams: [], next_token })
    }
}
