//! Invocations: whether a function can be invoked now, what it does, and what of it stands in its log.

use serde_json::{Map, Value, json};

use super::function::{Answered, Configuration, FunctionState, Sandbox};
use super::handler::Invocation;
use super::home::{Home, LATEST, Named};
use super::runtime::{self, Outcome};
use super::{Function, PRINCIPAL, Sleeper, errors, lifecycle, logs};
use crate::cloud::{ApiError, Caller, Cloud, Duration, Origin, Principal, iam};

/// The longest payloads, in bytes. Source: AWS Lambda Developer Guide, "Lambda quotas".
const MAX_PAYLOAD: usize = 6_291_556;
const MAX_EVENT: usize = 1_048_576;
/// How long a sandbox stays warm. Inferred.
const WARM: Duration = Duration::minutes(10);
/// Starting a sandbox. The simulation's own figure.
const START: Duration = Duration::millis(180);
/// Until an event is taken from the queue.
const QUEUE: Duration = Duration::millis(100);
/// After how long an event whose delivery failed is delivered again.
/// Source: AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation".
const RETRIES: [Duration; 2] = [Duration::minutes(1), Duration::minutes(2)];

/// An event that waits for a function.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Event {
    pub(super) function: String,
    pub(super) qualifier: Option<String>,
    request_id: String,
    payload: String,
    /// How often it was delivered.
    delivered: usize,
}

/// A finished invocation.
pub(super) struct Invoked {
    pub(super) outcome: Outcome,
    /// All that stands in the log of it.
    pub(super) log: Vec<String>,
    pub(super) version: String,
}

/// The version that this invocation goes to: an alias may send some elsewhere.
fn choose(cloud: &mut Cloud, named: &Named) -> Result<String, ApiError> {
    let function = named.function(cloud)?;
    let alias = named.qualifier.as_deref().and_then(|qualifier| function.alias(qualifier)).cloned();
    let Some(alias) = alias else { return Ok(named.version(cloud)?.version.clone()) };
    if alias.weights.is_empty() {
        return Ok(alias.version);
    }
    let roll = i64::from_str_radix(&cloud.random_hex(4), 16).unwrap_or_default() as f64 / 65_536.0;
    let mut passed = 0.0;
    for (version, weight) in &alias.weights {
        passed += weight;
        if roll < passed {
            return Ok(version.clone());
        }
    }
    Ok(alias.version)
}

/// Whether a function can be invoked, and the version that is.
///
/// A function that was idle for long is woken by the invocation that it refuses. Source: AWS Lambda Developer Guide,
/// "Function lifecycle" of container images.
///
/// # Errors
/// With the state that is in the way, and when the function may not run at all.
pub(super) fn admit(cloud: &mut Cloud, named: &Named) -> Result<String, ApiError> {
    let version = choose(cloud, named)?;
    let function = named.function(cloud)?;
    if function.reserved_concurrency == Some(0) {
        return Err(ApiError::new("TooManyRequestsException", "Rate Exceeded."));
    }
    let configuration = function.runs(&version).ok_or_else(|| errors::not_found(&named.arn()))?;
    let initializing = || {
        let text = "Lambda is initializing your function. It will be ready to invoke shortly.";
        ApiError::new("CodeArtifactUserPendingException", text)
    };
    let failed = || {
        let text = "Lambda cannot initialize the provided container image. Verify the image.";
        ApiError::new("CodeArtifactUserFailedException", text)
    };
    let is_deleted = configuration.reason.as_ref().is_some_and(|reason| reason.code == "ImageDeleted");
    let is_new = configuration.reason.as_ref().is_some_and(|reason| reason.code == "Creating");
    match configuration.state {
        FunctionState::Active => {}
        FunctionState::Pending if is_new => return Err(errors::in_state("Pending")),
        FunctionState::Pending => return Err(initializing()),
        // An update brings it back by itself.
        FunctionState::Inactive if function.before.is_some() => return Err(initializing()),
        // Its image is pinned and gone: only an update helps. Source: AWS Lambda API reference, `Invoke`; inferred: that this
        // is the error of those it lists.
        FunctionState::Inactive if is_deleted => return Err(failed()),
        FunctionState::Inactive => {
            let home = named.home.clone();
            lifecycle::wake(cloud, &home, &named.name, &version);
            return Err(initializing());
        }
        FunctionState::Failed => return Err(failed()),
    }
    let role = configuration.role.clone();
    if !iam::can_assume(cloud, PRINCIPAL, &role).is_allowed() {
        return Err(ApiError::new("AccessDeniedException", errors::role_not_assumable().message));
    }
    Ok(version)
}

/// Reads a payload: nothing means an empty object.
///
/// # Errors
/// When it is too long, or no JSON.
pub(super) fn read(payload: &[u8], is_event: bool) -> Result<Value, ApiError> {
    let (most, kind) = if is_event { (MAX_EVENT, "Event") } else { (MAX_PAYLOAD, "RequestResponse") };
    if payload.len() > most {
        let text =
            format!("{} byte payload is too large for the {kind} invocation type (limit {most} bytes)", payload.len());
        return Err(ApiError::new("RequestTooLargeException", text));
    }
    if payload.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(payload).map_err(|error| {
        let text = format!("Could not parse request body into json: {error}");
        ApiError::new("InvalidRequestContentException", text)
    })
}

/// Puts an event into the function's queue.
pub(super) fn enqueue(cloud: &mut Cloud, named: &Named, payload: &Value) {
    let event = Event {
        function: named.name.clone(),
        qualifier: named.qualifier.clone(),
        request_id: cloud.random_uuid(),
        payload: payload.to_string(),
        delivered: 0,
    };
    let at = cloud.now() + QUEUE;
    named.home.state_mut(cloud).alarms.set(at, Sleeper::Event(event));
}

/// Delivers an event; one that fails comes again.
pub(super) fn deliver(cloud: &mut Cloud, home: &Home, event: Event) {
    let named = Named { home: home.clone(), name: event.function.clone(), qualifier: event.qualifier.clone() };
    let payload = serde_json::from_str(&event.payload).unwrap_or(Value::Null);
    let failed = match admit(cloud, &named) {
        Ok(version) => run(cloud, home, &event.function, &version, &payload, &event.request_id)
            .is_none_or(|invoked| invoked.outcome.failed),
        // A function that is no more gets no more events.
        Err(error) if error.code == "ResourceNotFoundException" => return,
        Err(_) => true,
    };
    if let Some(pause) = RETRIES.get(event.delivered).filter(|_| failed) {
        let at = cloud.now() + *pause;
        let again = Event { delivered: event.delivered + 1, ..event };
        home.state_mut(cloud).alarms.set(at, Sleeper::Event(again));
    }
}

/// Who a function's code is.
fn role(home: &Home, function: &str, configuration: &Configuration) -> Caller {
    let account = configuration.role.account().parse().unwrap_or_else(|_| home.account.clone());
    let role = configuration.role.resource().rsplit('/').next().unwrap_or_default().to_owned();
    let principal = Principal::Session { account, role, session: function.to_owned() };
    Caller { principal, region: home.region.clone(), origin: Origin::Function(function.to_owned()) }
}

/// Runs a version, and writes its log. None where it is not ready after all.
pub(super) fn run(
    cloud: &mut Cloud,
    home: &Home,
    function: &str,
    version: &str,
    payload: &Value,
    request_id: &str,
) -> Option<Invoked> {
    let configuration = home.function(cloud, function)?.runs(version)?.clone();
    let snapshot = configuration.code.snapshot.clone()?;
    let (stream, is_cold) = sandbox(cloud, home, function, &configuration);
    let context = context(home, function, &configuration, request_id, &stream);
    let environment = environment(home, function, &configuration, &stream);
    let invocation = Invocation { request_id, event: payload, context: &context, environment: &environment };
    let role = role(home, function, &configuration);
    let outcome = runtime::run(cloud, &role, &configuration, &snapshot, &invocation);
    let log = log(&outcome, &configuration, request_id, is_cold);
    let place = logs::Place { group: &configuration.log_group, stream: &stream, is_new: is_cold };
    place.write(cloud, &role, &log);
    lifecycle::used(cloud, home, function, version);
    let at = cloud.now();
    if let Some(function) = home.function_mut(cloud, function) {
        let (version, digest) = (version.to_owned(), configuration.code.digest.clone());
        function.last_invocation = Some(Answered { version, digest, failed: outcome.failed, at });
    }
    Some(Invoked { outcome, log, version: version.to_owned() })
}

/// The log stream of the sandbox that the version runs in, and whether that was started for it.
fn sandbox(cloud: &mut Cloud, home: &Home, function: &str, configuration: &Configuration) -> (String, bool) {
    let now = cloud.now();
    let warm = configuration.sandbox.as_ref().filter(|sandbox| now < sandbox.used_at + WARM);
    let stream = match warm {
        Some(sandbox) => sandbox.stream.clone(),
        // Source: observed, the form.
        None => {
            let id = cloud.random_hex(32);
            format!("{}/[{}]{id}", now.civil().strftime("%Y/%m/%d"), configuration.version)
        }
    };
    let is_cold = warm.is_none();
    let sandbox = Some(Sandbox { stream: stream.clone(), used_at: now });
    if let Some(function) = home.function_mut(cloud, function) {
        running_mut(function, &configuration.version, |running| running.sandbox = sandbox);
    }
    (stream, is_cold)
}

/// Changes what an invocation of a version runs.
fn running_mut(function: &mut Function, version: &str, change: impl FnOnce(&mut Configuration)) {
    let running = match (&mut function.before, version) {
        (Some(before), LATEST) => Some(std::sync::Arc::make_mut(before)),
        _ => function.version_mut(version),
    };
    if let Some(running) = running {
        change(running);
    }
}

/// What the code can know of its invocation. Source: AWS Lambda Developer Guide, the context object in Python.
fn context(
    home: &Home,
    function: &str,
    configuration: &Configuration,
    request_id: &str,
    stream: &str,
) -> Map<String, Value> {
    let version = configuration.version.as_str();
    let qualifier = Some(version).filter(|version| *version != LATEST);
    [
        ("aws_request_id", request_id),
        ("function_name", function),
        ("function_version", version),
        ("invoked_function_arn", home.function_arn(function, qualifier).as_str()),
        ("log_group_name", &configuration.log_group),
        ("log_stream_name", stream),
        ("memory_limit_in_mb", &configuration.memory.to_string()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), Value::from(value)))
    .collect()
}

/// The environment variables: Lambda's own, and the function's. Source: AWS Lambda Developer Guide, "Defined runtime
/// environment variables".
fn environment(home: &Home, function: &str, configuration: &Configuration, stream: &str) -> Map<String, Value> {
    let own = [
        ("AWS_REGION", home.region.as_str()),
        ("AWS_DEFAULT_REGION", home.region.as_str()),
        ("AWS_LAMBDA_FUNCTION_NAME", function),
        ("AWS_LAMBDA_FUNCTION_VERSION", &configuration.version),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &configuration.memory.to_string()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", &configuration.log_group),
        ("AWS_LAMBDA_LOG_STREAM_NAME", stream),
        ("LAMBDA_TASK_ROOT", "/var/task"),
    ]
    .map(|(name, value)| (name.to_owned(), Value::from(value)));
    let given = configuration.environment.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    own.into_iter().chain(given).collect()
}

/// What stands in the log of an invocation. Source: AWS Lambda Developer Guide, "Working with Lambda function logs".
fn log(outcome: &Outcome, configuration: &Configuration, request_id: &str, is_cold: bool) -> Vec<String> {
    let millis = outcome.duration.as_millis();
    let mut report = format!(
        "REPORT RequestId: {request_id}\tDuration: {millis}.00 ms\tBilled Duration: {} ms\tMemory Size: {} MB\tMax Memory \
         Used: {} MB",
        if is_cold { millis + START.as_millis() } else { millis },
        configuration.memory,
        configuration.memory.min(38),
    );
    if is_cold {
        report += &format!("\tInit Duration: {}.00 ms", START.as_millis());
    }
    let mut lines = vec![format!("START RequestId: {request_id} Version: {}", configuration.version)];
    lines.extend(outcome.lines.iter().cloned());
    lines.push(format!("END RequestId: {request_id}"));
    lines.push(report);
    lines
}
