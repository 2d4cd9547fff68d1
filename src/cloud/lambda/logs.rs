//! What a function writes to CloudWatch Logs, as its execution role.

use crate::cloud::logs::{CreateLogGroup, CreateLogStream, InputLogEvent, PutLogEvents};
use crate::cloud::{ApiError, Caller, Cloud};

/// Where a sandbox writes.
pub(super) struct Place<'a> {
    pub(super) group: &'a str,
    pub(super) stream: &'a str,
    /// Whether the sandbox has just been started: its stream is not there yet.
    pub(super) is_new: bool,
}

impl Place<'_> {
    /// Writes lines; group and stream are made where they are missing. What the role may not do is not done, and nobody is
    /// told: the function works without its logs. Source: AWS Lambda Developer Guide, "Sending Lambda function logs to
    /// CloudWatch Logs".
    pub(super) fn write(&self, cloud: &mut Cloud, role: &Caller, lines: &[String]) {
        if self.is_new && self.make(cloud, role).is_err() {
            return;
        }
        // Whoever could not make the stream then may be able to now.
        if self.put(cloud, role, lines).is_err_and(|error| is_missing(&error)) && self.make(cloud, role).is_ok() {
            let _ = self.put(cloud, role, lines);
        }
    }

    fn make(&self, cloud: &mut Cloud, role: &Caller) -> Result<(), ApiError> {
        let stream =
            || CreateLogStream { log_group_name: self.group.to_owned(), log_stream_name: self.stream.to_owned() };
        match cloud.call(role, stream()) {
            Err(error) if is_missing(&error) => {
                let group = CreateLogGroup { log_group_name: self.group.to_owned(), ..CreateLogGroup::default() };
                cloud.call(role, group)?;
                cloud.call(role, stream()).map(drop)
            }
            answer => answer.map(drop),
        }
    }

    fn put(&self, cloud: &mut Cloud, role: &Caller, lines: &[String]) -> Result<(), ApiError> {
        let timestamp = cloud.now().as_millis();
        let event = |line: &String| InputLogEvent { timestamp, message: line.clone() };
        let request = PutLogEvents {
            log_group_name: self.group.to_owned(),
            log_stream_name: self.stream.to_owned(),
            // A message has at least one character.
            log_events: lines.iter().filter(|line| !line.is_empty()).map(event).collect(),
        };
        cloud.call(role, request).map(drop)
    }
}

fn is_missing(error: &ApiError) -> bool {
    error.code == "ResourceNotFoundException"
}
