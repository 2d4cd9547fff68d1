//! Log streams.

use serde::{Deserialize, Serialize};

use super::ask::{ask, group, group_mut, invalid, no_stream, one_of, page};
use super::{Group, Nothing, Stream};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service, Timestamp};

/// Makes a stream in a log group.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreateLogStream {
    pub log_group_name: String,
    pub log_stream_name: String,
}

impl Operation for CreateLogStream {
    const SERVICE: Service = Service::Logs;
    const NAME: &'static str = "CreateLogStream";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, "logs:CreateLogStream", &self.log_group_name, &self.log_stream_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let (now, name) = (cloud.now(), self.log_stream_name);
        if name.is_empty() || name.chars().count() > 512 || name.contains([':', '*']) {
            return Err(invalid(format!(
                "1 validation error detected: Value '{name}' at 'logStreamName' failed to satisfy constraint: Member must \
                 satisfy regular expression pattern: [^:*]*"
            )));
        }
        if group(cloud, caller, &self.log_group_name)?.stream(&name).is_some() {
            return Err(ApiError::new("ResourceAlreadyExistsException", "The specified log stream already exists"));
        }
        group_mut(cloud, caller, &self.log_group_name)?.insert_stream(&name, now);
        Ok(Nothing {})
    }
}

/// Deletes a stream with its events.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteLogStream {
    pub log_group_name: String,
    pub log_stream_name: String,
}

impl Operation for DeleteLogStream {
    const SERVICE: Service = Service::Logs;
    const NAME: &'static str = "DeleteLogStream";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, "logs:DeleteLogStream", &self.log_group_name, &self.log_stream_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        if group(cloud, caller, &self.log_group_name)?.stream(&self.log_stream_name).is_none() {
            return Err(no_stream());
        }
        group_mut(cloud, caller, &self.log_group_name)?.streams.remove(&self.log_stream_name);
        Ok(Nothing {})
    }
}

/// Lists the streams of a group.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeLogStreams {
    pub log_group_name: Option<String>,
    pub log_group_identifier: Option<String>,
    pub log_stream_name_prefix: Option<String>,
    /// `LogStreamName`, which it is by default, or `LastEventTime`.
    pub order_by: Option<String>,
    pub descending: bool,
    pub limit: Option<usize>,
    pub next_token: Option<String>,
}

/// A page of streams.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeLogStreamsOutput {
    pub log_streams: Vec<LogStream>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// A stream, as described.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogStream {
    pub log_stream_name: String,
    pub creation_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_event_timestamp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_event_timestamp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_ingestion_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload_sequence_token: Option<String>,
    pub arn: String,
    /// Always zero. Source: Amazon CloudWatch Logs API reference, `LogStream`.
    pub stored_bytes: u64,
}

impl LogStream {
    fn of(group: &Group, stream: &Stream, now: Timestamp) -> Self {
        let events = group.events(stream, now);
        Self {
            log_stream_name: stream.name.clone(),
            creation_time: stream.created_at.as_millis(),
            first_event_timestamp: events.first().map(|event| event.time.as_millis()),
            last_event_timestamp: events.last().map(|event| event.time.as_millis()),
            last_ingestion_time: stream.last_ingestion.map(Timestamp::as_millis),
            upload_sequence_token: stream.last_ingestion.map(|_| super::events::sequence_token(stream)),
            arn: format!("{}:log-stream:{}", group.arn, stream.name),
            stored_bytes: 0,
        }
    }
}

impl Operation for DescribeLogStreams {
    const SERVICE: Service = Service::Logs;
    const NAME: &'static str = "DescribeLogStreams";
    type Output = DescribeLogStreamsOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let group = self.log_group_name.as_deref().or(self.log_group_identifier.as_deref()).unwrap_or_default();
        ask(cloud, caller, "logs:DescribeLogStreams", group, "")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeLogStreamsOutput, ApiError> {
        let identifier = one_of(self.log_group_name.as_deref(), self.log_group_identifier.as_deref())?;
        let by_time = self.order_by.as_deref() == Some("LastEventTime");
        if by_time && self.log_stream_name_prefix.is_some() {
            return Err(invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
        }
        let (group, now) = (group(cloud, caller, identifier)?, cloud.now());
        let prefix = self.log_stream_name_prefix.as_deref().unwrap_or_default();
        let streams = group.streams().filter(|stream| stream.name.starts_with(prefix));
        let mut streams: Vec<LogStream> = streams.map(|stream| LogStream::of(group, stream, now)).collect();
        if by_time {
            streams.sort_by_key(|stream| stream.last_event_timestamp);
        }
        if self.descending {
            streams.reverse();
        }
        let (log_streams, next_token) = page(streams, self.limit, 50, self.next_token.as_deref())?;
        Ok(DescribeLogStreamsOutput { log_streams, next_token })
    }
}
