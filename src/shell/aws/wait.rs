//! `aws SERVICE wait …`: asks again and again until something is so. The simulated clock moves between two questions.
//!
//! Source: botocore's waiters and their data.

use serde_json::Value;

use super::client::Client;
use super::error::Failure;
use super::model::{Acceptor, Matcher, Operation, Waiter, WaiterState};
use super::python;
use super::query::Query;
use crate::cloud::Duration;
use crate::world::World;

/// Waits. Prints nothing.
///
/// # Errors
/// `Waiter … failed: …` when it ends badly or has asked too often.
pub(super) fn wait(
    world: &mut World,
    client: &Client,
    name: &str,
    waiter: &Waiter,
    operation: &Operation,
    request: &Value,
) -> Result<(), Failure> {
    let failed = |reason: String| Failure::Other(format!("Waiter {name} failed: {reason}"));
    let mut last = None;
    for attempt in 1.. {
        let cursor = world.cloud.trail().len() as u64;
        let answer = client.call(world, &waiter.operation, operation, request.clone());
        world.cloud.hide_answers(cursor);
        let answer = match answer {
            Ok(answer) => Ok(answer),
            Err(Failure::Service { error, .. }) => Err(error),
            Err(other) => return Err(other),
        };
        let mut matched = None;
        for acceptor in &waiter.acceptors {
            let found = match &answer {
                Ok(answer) => accepts(acceptor, answer).map_err(Failure::Other)?,
                Err(error) => acceptor.matcher == Matcher::Error && acceptor.expected == error.code.as_ref(),
            };
            if found {
                matched = Some(acceptor);
                break;
            }
        }
        match (matched, answer) {
            (Some(acceptor), _) if acceptor.state == WaiterState::Success => return Ok(()),
            (Some(acceptor), _) if acceptor.state == WaiterState::Failure => {
                return Err(failed(format!("Waiter encountered a terminal failure state: {}", explanation(acceptor))));
            }
            (Some(acceptor), _) => last = Some(acceptor),
            (None, Err(error)) => return Err(failed(format!("An error occurred ({}): {}", error.code, error.message))),
            (None, Ok(_)) => {}
        }
        if attempt >= waiter.max_attempts {
            break;
        }
        world.cloud.advance(Duration::seconds(i64::from(waiter.delay)));
    }
    Err(failed(match last {
        None => "Max attempts exceeded".to_owned(),
        Some(acceptor) => format!("Max attempts exceeded. Previously accepted state: {}", explanation(acceptor)),
    }))
}

fn accepts(acceptor: &Acceptor, answer: &Value) -> Result<bool, String> {
    let found = match &acceptor.argument {
        Some(expression) => Query::compile(expression)?.search(answer)?,
        None => Value::Null,
    };
    let items = found.as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(match acceptor.matcher {
        Matcher::Path => found == acceptor.expected,
        Matcher::PathAll => !items.is_empty() && items.iter().all(|item| *item == acceptor.expected),
        Matcher::PathAny => items.contains(&acceptor.expected),
        // An answer that is no error has the status 200.
        Matcher::Status => acceptor.expected == 200,
        Matcher::Error => false,
    })
}

fn explanation(acceptor: &Acceptor) -> String {
    let expected = python::str_of(&acceptor.expected);
    let argument = acceptor.argument.as_deref().unwrap_or_default();
    match acceptor.matcher {
        Matcher::Path => format!("For expression \"{argument}\" matched expected path: \"{expected}\""),
        Matcher::PathAll => {
            format!("For expression \"{argument}\" all members matched expected path: \"{expected}\"")
        }
        Matcher::PathAny => {
            format!("For expression \"{argument}\" we matched expected path: \"{expected}\" at least once")
        }
        Matcher::Status => format!("Matched expected HTTP status code: {expected}"),
        Matcher::Error => format!("Matched expected service error code: {expected}"),
    }
}
