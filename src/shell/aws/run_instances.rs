//! What the AWS CLI makes of `aws ec2 run-instances` itself: `--count` instead of two numbers, and user data that it encodes.
//! Source: the AWS CLI's own arguments for `run-instances`.

use base64::Engine as _;
use serde_json::{Map, Value};

use super::args::{Opt, Parsed, Takes};
use super::error::Failure;

/// The option for how many there are to be.
const COUNT: &str = "--count";

fn is_it(service: &str, operation: &str) -> bool {
    (service, operation) == ("ec2", "RunInstances")
}

/// Puts the option for the number in the place of the two that the operation has.
pub(super) fn change_options(service: &str, operation: &str, options: &mut Vec<Opt>) {
    if is_it(service, operation) {
        options.retain(|option| !matches!(option.flag.as_str(), "--min-count" | "--max-count"));
        options.push(Opt::new(COUNT, Takes::One));
    }
}

/// Puts the number and the encoded user data into the request.
///
/// # Errors
/// For a number that is none.
pub(super) fn change_request(
    service: &str,
    operation: &str,
    parsed: &Parsed,
    request: &mut Map<String, Value>,
) -> Result<(), Failure> {
    if !is_it(service, operation) {
        return Ok(());
    }
    let text = parsed.value(COUNT).unwrap_or("1");
    let (least, most) = text.split_once(':').unwrap_or((text, text));
    let (Ok(least), Ok(most)) = (least.parse::<i64>(), most.parse::<i64>()) else {
        return Err(Failure::Params(format!(
            "count parameter should be of the form a single integer or a range of integers in the format min:max, not {text}"
        )));
    };
    // A request from a file has its own numbers.
    for (member, number) in [("MinCount", least), ("MaxCount", most)] {
        if parsed.is_given(COUNT) || !request.contains_key(member) {
            request.insert(member.to_owned(), number.into());
        }
    }
    if let Some(Value::String(data)) = request.get_mut("UserData") {
        *data = base64::engine::general_purpose::STANDARD.encode(data.as_bytes());
    }
    Ok(())
}
