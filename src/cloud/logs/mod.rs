//! CloudWatch Logs: groups, the streams in them, and the events that tasks, functions and rules write there.
//!
//! Events expire with their group's retention as time moves. Not here: metric filters, subscriptions, queries, exports,
//! transformers and resource policies.

mod ask;
mod events;
mod filter;
mod groups;
mod streams;
mod tags;

pub use events::{
    FilterLogEvents, FilterLogEventsOutput, FilteredLogEvent, GetLogEvents, GetLogEventsOutput, InputLogEvent,
    OutputLogEvent, PutLogEvents, PutLogEventsOutput, RejectedLogEventsInfo,
};
pub use groups::{
    CreateLogGroup, DeleteLogGroup, DeleteRetentionPolicy, DescribeLogGroups, DescribeLogGroupsOutput, LogGroup,
    PutRetentionPolicy,
};
pub use streams::{CreateLogStream, DeleteLogStream, DescribeLogStreams, DescribeLogStreamsOutput, LogStream};
pub use tags::{ListTagsForResource, ListTagsForResourceOutput, TagResource, UntagResource};

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::{AccountId, Arn, Cloud, Duration, Region, Timestamp};

/// An account's log groups in a region, by name.
#[derive(Clone, Debug, Default)]
pub struct State {
    groups: BTreeMap<String, Arc<Group>>,
}

/// A log group.
#[derive(Clone, Debug)]
pub struct Group {
    pub name: String,
    /// Without the `:*` that most answers put behind it.
    pub arn: Arn,
    pub created_at: Timestamp,
    /// Days until events expire; none: never.
    pub retention_in_days: Option<i64>,
    pub kms_key_id: Option<String>,
    pub class: String,
    pub deletion_protection: bool,
    pub tags: BTreeMap<String, String>,
    streams: BTreeMap<String, Arc<Stream>>,
}

/// A log stream: what one source wrote.
#[derive(Clone, Debug)]
pub struct Stream {
    pub name: String,
    pub created_at: Timestamp,
    pub last_ingestion: Option<Timestamp>,
    /// By time, then in the order in which they came.
    events: Vec<Event>,
    /// How many ever came.
    received: u64,
}

/// A log event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When it happened, as its writer says.
    pub time: Timestamp,
    /// When it came.
    pub ingested: Timestamp,
    pub message: Arc<str>,
    /// Its number among all that the stream ever got.
    number: u64,
}

/// Nothing: the answer of operations that only do.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Nothing {}

/// What an event weighs beside its message. Source: Amazon CloudWatch Logs API reference, `PutLogEvents`.
const OVERHEAD: usize = 26;

impl State {
    /// The group of that name.
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.groups.get(name).map(Arc::as_ref)
    }

    /// All groups, by name.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values().map(Arc::as_ref)
    }

    fn group_mut(&mut self, name: &str) -> Option<&mut Group> {
        self.groups.get_mut(name).map(Arc::make_mut)
    }
}

impl Group {
    fn new(name: String, arn: Arn, now: Timestamp) -> Self {
        Self {
            name,
            arn,
            created_at: now,
            retention_in_days: None,
            kms_key_id: None,
            class: "STANDARD".to_owned(),
            deletion_protection: false,
            tags: BTreeMap::new(),
            streams: BTreeMap::new(),
        }
    }

    /// The stream of that name.
    pub fn stream(&self, name: &str) -> Option<&Stream> {
        self.streams.get(name).map(Arc::as_ref)
    }

    /// All streams, by name.
    pub fn streams(&self) -> impl Iterator<Item = &Stream> {
        self.streams.values().map(Arc::as_ref)
    }

    /// The moment before which events have expired.
    fn oldest(&self, now: Timestamp) -> Option<Timestamp> {
        self.retention_in_days.map(|days| now - Duration::days(days))
    }

    /// A stream's events that have not expired, oldest first.
    pub fn events<'a>(&self, stream: &'a Stream, now: Timestamp) -> &'a [Event] {
        let first = match self.oldest(now) {
            Some(oldest) => stream.events.partition_point(|event| event.time < oldest),
            None => 0,
        };
        stream.events.get(first..).unwrap_or_default()
    }

    /// What its events weigh that have not expired.
    pub fn stored_bytes(&self, now: Timestamp) -> u64 {
        let events = self.streams().flat_map(|stream| self.events(stream, now));
        events.map(|event| (event.message.len() + OVERHEAD) as u64).sum()
    }

    /// Makes a stream; there is none of that name.
    fn insert_stream(&mut self, name: &str, now: Timestamp) {
        let stream =
            Stream { name: name.to_owned(), created_at: now, last_ingestion: None, events: Vec::new(), received: 0 };
        self.streams.insert(name.to_owned(), Arc::new(stream));
    }

    fn stream_mut(&mut self, name: &str) -> Option<&mut Stream> {
        self.streams.get_mut(name).map(Arc::make_mut)
    }
}

impl Stream {
    /// Takes events, and lets go of those before `oldest`.
    fn write(
        &mut self,
        now: Timestamp,
        oldest: Option<Timestamp>,
        events: impl Iterator<Item = (Timestamp, Arc<str>)>,
    ) {
        for (time, message) in events {
            let at = self.events.partition_point(|event| event.time <= time);
            self.events.insert(at, Event { time, ingested: now, message, number: self.received });
            self.received += 1;
            self.last_ingestion = Some(now);
        }
        if let Some(oldest) = oldest {
            let expired = self.events.partition_point(|event| event.time < oldest);
            self.events.drain(..expired);
        }
    }
}

/// Writes a message in the name of a service that AWS runs, such as EventBridge delivering to its target; the stream is
/// made where it is missing. Whether there is such a group.
pub(super) fn deliver(
    cloud: &mut Cloud,
    account: &AccountId,
    region: &Region,
    group: &str,
    stream: &str,
    message: String,
) -> bool {
    let now = cloud.now();
    let known = cloud.regional(account, region);
    if known.is_none_or(|regional| regional.logs.group(group).is_none()) {
        return false;
    }
    let state = &mut cloud.regional_mut(account, region).logs;
    let Some(group) = state.group_mut(group) else { return false };
    if group.stream(stream).is_none() {
        group.insert_stream(stream, now);
    }
    let oldest = group.oldest(now);
    if let Some(stream) = group.stream_mut(stream) {
        stream.write(now, oldest, std::iter::once((now, Arc::from(message))));
    }
    true
}

super::operations!(
    CreateLogGroup,
    CreateLogStream,
    DeleteLogGroup,
    DeleteLogStream,
    DeleteRetentionPolicy,
    DescribeLogGroups,
    DescribeLogStreams,
    FilterLogEvents,
    GetLogEvents,
    ListTagsForResource,
    PutLogEvents,
    PutRetentionPolicy,
    TagResource,
    UntagResource,
);
