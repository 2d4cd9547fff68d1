//! Reading a client's JSON: what a service says of values that its model does not know, in its own words.
//!
//! The real `aws` checks types and least lengths before it sends; what a string may be and how large a number, only services
//! know. Each has its own way to say it. What the types here refuse beside that is told by the member that is wrong.

use serde_json::Value;

use super::model::{self, Kind, Type};
use super::{ApiError, Operation, Service};

/// The request in its type.
///
/// # Errors
/// The service's own for a value that it does not know.
pub(super) fn read<O: Operation>(input: Value) -> Result<O, ApiError> {
    let shape = model::model(O::SERVICE.command()).and_then(|model| model.input(model.operation(O::NAME)?.1));
    if let Some(shape) = shape.filter(|_| asks_first(O::SERVICE))
        && let Some(wrong) = unknown_value(&input, shape, "", 0)
    {
        return Err(wrong.refusal(O::SERVICE, O::NAME));
    }
    if let Some(shape) = shape.filter(|_| is_json(O::SERVICE))
        && is_too_large(&input, shape)
    {
        return Err(too_large());
    }
    match O::deserialize(&input) {
        Ok(request) => Ok(request),
        Err(_) => Err(refusal::<O>(&input, shape)),
    }
}

/// Whether a service looks at all values before it does anything; the others are asked where they use a value.
fn asks_first(service: Service) -> bool {
    matches!(service, Service::Ecs)
}

/// Whether requests to a service are JSON; the others are forms or XML. Source: the service models, `protocol`.
fn is_json(service: Service) -> bool {
    !matches!(service, Service::AutoScaling | Service::Ec2 | Service::Iam | Service::S3 | Service::Sts)
}

/// Whether some number is beyond the 32 bits that its member has.
fn is_too_large(value: &Value, to: Type<'_>) -> bool {
    match value {
        Value::Number(number) if to.kind() == Kind::Integer => {
            number.as_i64().is_none_or(|number| i32::try_from(number).is_err())
        }
        Value::Object(members) if to.kind() == Kind::Structure => {
            members.iter().any(|(name, value)| to.member(name).is_some_and(|to| is_too_large(value, to)))
        }
        Value::Object(members) => to.value().is_some_and(|to| members.values().any(|value| is_too_large(value, to))),
        Value::Array(items) => to.element().is_some_and(|to| items.iter().any(|item| is_too_large(item, to))),
        _ => false,
    }
}

/// Inferred: the text.
fn too_large() -> ApiError {
    ApiError::new("SerializationException", "NUMBER_VALUE can not be converted to Integer")
}

/// A string that is none of those that its member may be.
struct Unknown<'a> {
    /// `containerDefinitions.1.member.dependsOn`, as services that follow AWS's common rules name it.
    place: String,
    member: &'a str,
    value: &'a str,
    known: &'a [String],
    /// How deep it stands: 0 for a member of the request itself.
    depth: usize,
}

/// The first such, in the order of the request.
fn unknown_value<'a>(value: &'a Value, to: Type<'a>, place: &str, depth: usize) -> Option<Unknown<'a>> {
    match value {
        Value::Object(members) if to.kind() == Kind::Structure => members.iter().find_map(|(name, value)| {
            let to = to.member(name)?;
            let place = if place.is_empty() { lower_first(name) } else { format!("{place}.{}", lower_first(name)) };
            match value {
                Value::String(value) if !to.shape.values.is_empty() && !to.shape.values.contains(value) => {
                    Some(Unknown { place, member: name, value, known: &to.shape.values, depth })
                }
                _ => unknown_value(value, to, &place, depth + 1).map(|found| Unknown {
                    // An element of a list is named after the list.
                    member: if found.member.is_empty() { name } else { found.member },
                    ..found
                }),
            }
        }),
        Value::Array(items) => {
            let to = to.element()?;
            items.iter().zip(1_usize..).find_map(|(item, number)| {
                let place = format!("{place}.{number}.member");
                match item {
                    Value::String(value) if !to.shape.values.is_empty() && !to.shape.values.contains(value) => {
                        Some(Unknown { place, member: "", value, known: &to.shape.values, depth })
                    }
                    _ => unknown_value(item, to, &place, depth),
                }
            })
        }
        _ => None,
    }
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

impl Unknown<'_> {
    /// Source: observed for ECS (`pidMode` of a task definition), KMS, Lambda, CloudWatch Logs, IAM and S3. Inferred: that
    /// ECS says the same of its other values, with the code that the operation's other complaints have.
    fn refusal(&self, service: Service, operation: &str) -> ApiError {
        let Self { place, member, value, known, depth } = self;
        match service {
            Service::Ecs => {
                let code = match operation {
                    "RegisterTaskDefinition" => "ClientException",
                    _ => "InvalidParameterException",
                };
                let known = known.join(",");
                let message = format!("{value} is not a valid value for {member}. The value must be one of [{known}]");
                ApiError::new(code, message)
            }
            Service::S3 if *depth > 0 => malformed_xml(),
            _ => {
                let constraint = format!("Member must satisfy enum value set: [{}]", known.join(", "));
                breaks(service, place, value, &constraint)
            }
        }
    }
}

/// What the S3 API calls a body that its schema does not fit. Source: Amazon S3 API reference, "Error responses".
fn malformed_xml() -> ApiError {
    let text = "The XML you provided was not well-formed or did not validate against our published schema";
    ApiError::new("MalformedXML", text)
}

/// A member breaks a constraint of the model. Source: observed; EKS's, Events' and Secrets Manager's code from their
/// service models.
fn breaks(service: Service, place: &str, value: &str, constraint: &str) -> ApiError {
    let common =
        format!("1 validation error detected: Value '{value}' at '{place}' failed to satisfy constraint: {constraint}");
    match service {
        Service::AutoScaling | Service::Iam | Service::Sts => ApiError::new("ValidationError", common),
        Service::Ecr | Service::EcrPublic => {
            let text = format!("Invalid parameter at '{place}' failed to satisfy constraint: '{constraint}'");
            ApiError::new("InvalidParameterException", text)
        }
        Service::Ecs | Service::Eks | Service::Logs => ApiError::new("InvalidParameterException", common),
        Service::S3 => ApiError::new("InvalidArgument", format!("Invalid argument: {value}")),
        Service::Ec2 => {
            ApiError::new("InvalidParameterValue", format!("Value ({value}) for parameter {place} is invalid."))
        }
        Service::CloudTrail
        | Service::Events
        | Service::Kms
        | Service::Lambda
        | Service::SecretsManager
        | Service::Ssm => ApiError::new("ValidationException", common),
    }
}

/// What is said of a request that its type refuses: of the unknown value, or of the number that does not fit.
fn refusal<O: Operation>(input: &Value, shape: Option<Type<'_>>) -> ApiError {
    if let Some(wrong) = shape.and_then(|shape| unknown_value(input, shape, "", 0)) {
        return wrong.refusal(O::SERVICE, O::NAME);
    }
    let mut numbers = Vec::new();
    collect_numbers(input, &mut String::new(), &mut numbers);
    // It is the number without which the rest is fine.
    let wrong = numbers.iter().find(|pointer| {
        let mut other = input.clone();
        if let Some(number) = other.pointer_mut(pointer) {
            *number = 1.into();
        }
        O::deserialize(&other).is_ok()
    });
    match wrong.and_then(|pointer| Some((pointer, input.pointer(pointer)?))) {
        Some((_, number)) if number.as_i64().is_none_or(|number| i32::try_from(number).is_err()) => too_large(),
        // Inferred: which constraint it is.
        Some((pointer, number)) => {
            let is_negative = number.as_i64().is_some_and(|number| number < 0);
            let constraint = if is_negative {
                "Member must have value greater than or equal to 0"
            } else {
                "Member must have value less than or equal to 65535"
            };
            breaks(O::SERVICE, &place(pointer), &number.to_string(), constraint)
        }
        None if O::SERVICE == Service::S3 => malformed_xml(),
        None => ApiError::new("SerializationException", "Start of structure or map found where not expected."),
    }
}

/// `/containerDefinitions/0/cpu` as services name it: `containerDefinitions.1.member.cpu`.
fn place(pointer: &str) -> String {
    let part = |part: &str| match part.parse::<usize>() {
        Ok(number) => format!("{}.member", number + 1),
        Err(_) => lower_first(part),
    };
    pointer.split('/').skip(1).map(part).collect::<Vec<_>>().join(".")
}

/// The JSON pointers of all numbers.
fn collect_numbers(value: &Value, at: &mut String, found: &mut Vec<String>) {
    let length = at.len();
    match value {
        Value::Number(_) => found.push(at.clone()),
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                at.push_str(&format!("/{number}"));
                collect_numbers(item, at, found);
                at.truncate(length);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                at.push('/');
                at.push_str(&name.replace('~', "~0").replace('/', "~1"));
                collect_numbers(member, at, found);
                at.truncate(length);
            }
        }
        _ => {}
    }
}
