//! `aws logs tail`: a group's newest events, line by line.
//!
//! Source: AWS CLI, `awscli/customizations/logs/tail.py`. With `--follow` it would wait for more; time here moves only when
//! it is told to, so that is refused.

use serde_json::Value;

use super::args::{self, Check, Opt, Takes};
use super::client;
use super::error::Failure;
use super::globals::Globals;
use super::model::Model;
use super::output::json;
use crate::cloud::{Duration, Timestamp};
use crate::shell::zone;
use crate::text::Message;
use crate::world::World;

/// The operation that it asks with.
const OPERATION: &str = "FilterLogEvents";
/// What `--format` may be.
const FORMATS: [&str; 4] = ["detailed", "short", "json", "none"];

fn options() -> Vec<Opt> {
    vec![
        Opt::new("--since", Takes::One),
        Opt::new("--follow", Takes::Nothing),
        Opt::new("--format", Takes::One).check(Check::Choice(&FORMATS)),
        Opt::new("--filter-pattern", Takes::One),
        Opt::new("--log-stream-names", Takes::Many),
        Opt::new("--log-stream-name-prefix", Takes::One),
    ]
}

/// The flags, for completion.
pub(super) fn flags() -> Vec<String> {
    options().into_iter().map(|option| option.flag).collect()
}

/// Prints the events of a group.
///
/// # Errors
/// As for `filter-log-events`, and for words that do not parse.
pub(super) fn run(
    world: &mut World,
    model: &'static Model,
    globals: &Globals,
    words: &[String],
) -> Result<String, Failure> {
    let parsed = args::parse(words, &options(), true)?;
    let Some(group) = parsed.word.as_deref() else { return Err(args::required("group_name")) };
    if !parsed.rest.is_empty() {
        return Err(Failure::UnknownOptions(parsed.rest));
    }
    if parsed.is_given("--follow") {
        return Err(Failure::Simulation(Message::new("aws-logs-follow").with("group", group)));
    }
    let client = client::open(world, model, globals)?;
    let zone = zone::local(&world.laptop);
    let start = since(parsed.value("--since").unwrap_or("10m"), world.cloud.now(), &zone)?;
    let mut request = serde_json::json!({"logGroupName": group, "interleaved": true, "startTime": start});
    let optional = [
        ("filterPattern", parsed.value("--filter-pattern").map(Value::from)),
        ("logStreamNames", parsed.values("--log-stream-names").map(Value::from)),
        ("logStreamNamePrefix", parsed.value("--log-stream-name-prefix").map(Value::from)),
    ];
    if let Value::Object(members) = &mut request {
        members.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    }
    let Some((name, operation)) = model.operation(OPERATION) else { return Ok(String::new()) };
    let mut out = String::new();
    loop {
        let answer = client.call(world, name, operation, request.clone())?;
        for event in answer.get("events").and_then(Value::as_array).into_iter().flatten() {
            out += &show(event, parsed.value("--format").unwrap_or("detailed"))?;
        }
        match (answer.get("nextToken").cloned(), &mut request) {
            (Some(token), Value::Object(members)) => members.insert("nextToken".to_owned(), token),
            _ => return Ok(out),
        };
    }
}

/// One event, with one newline at its end.
fn show(event: &Value, format: &str) -> Result<String, Failure> {
    let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
    let at = Timestamp::from_millis(event.get("timestamp").and_then(Value::as_i64).unwrap_or_default());
    let (stream, message) = (text("logStreamName"), text("message"));
    let seconds = at.civil().strftime("%Y-%m-%dT%H:%M:%S");
    let line = match format {
        "short" => format!("{seconds} {message}"),
        "json" => {
            let pretty = super::json::loads(message).ok().map(|value| format!("\n{}", json::pretty(&value)));
            format!("{at} {stream} {}", pretty.unwrap_or_else(|| message.to_owned()))
        }
        // The real command fails here: it has made times of the numbers before.
        "none" => return Err(Failure::Other("Object of type datetime is not JSON serializable".to_owned())),
        _ => format!("{seconds}.{:06}+00:00 {stream} {message}", at.as_millis().rem_euclid(1000) * 1000),
    };
    Ok(format!("{}\n", line.trim_end()))
}

/// A moment in milliseconds: `5m` ago, or a time.
fn since(text: &str, now: Timestamp, zone: &jiff::tz::TimeZone) -> Result<i64, Failure> {
    let unit = text.chars().last().and_then(|unit| {
        Some(match unit {
            's' => Duration::seconds(1),
            'm' => Duration::minutes(1),
            'h' => Duration::hours(1),
            'd' => Duration::days(1),
            'w' => Duration::days(7),
            _ => return None,
        })
    });
    let amount = text
        .get(..text.len().saturating_sub(1))
        .filter(|digits| !digits.is_empty() && digits.len() < 10 && digits.bytes().all(|b| b.is_ascii_digit()));
    if let (Some(unit), Some(Ok(amount))) = (unit, amount.map(str::parse::<i64>)) {
        return Ok((now - Duration::millis(unit.as_millis().saturating_mul(amount))).as_millis());
    }
    let seconds =
        super::time::parse(text, zone).ok_or_else(|| Failure::Other(format!("Invalid timestamp \"{text}\"")))?;
    Ok((seconds * 1000.0) as i64)
}
