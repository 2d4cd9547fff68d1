//! An operation's parameters: which options it has, and how their text becomes the request's JSON.

use base64::Engine as _;
use serde_json::{Map, Value};

use super::args::{Check, Opt, Parsed, Takes};
use super::error::Failure;
use super::model::{Kind, Model, Operation, Type, xform_name};
use super::paramfile::{self, Load, Loaded};
use super::shorthand::{self, FitError};
use super::{json, python};

/// An option that stands for a member of the request.
#[derive(Clone, Debug)]
pub(super) struct Argument<'m> {
    /// `--repository-name`; for a boolean's opposite `--no-force`.
    pub(super) flag: String,
    /// `repositoryName`.
    pub(super) member: &'m str,
    pub(super) to: Type<'m>,
    /// Whether the operation needs it.
    pub(super) required: bool,
    /// Whether this is the option that says no.
    negated: bool,
    /// Whether it may stand without a value, for yes.
    switch: bool,
}

/// The options that make results come in parts.
pub(super) const PAGING: [&str; 3] = ["--starting-token", "--page-size", "--max-items"];

/// The options for an operation's members, in the model's order.
pub(super) fn arguments<'m>(model: &'m Model, operation: &str, input: Option<Type<'m>>) -> Vec<Argument<'m>> {
    let mut arguments = Vec::new();
    for (member, to) in input.into_iter().flat_map(Type::members) {
        let required = input.is_some_and(|input| input.shape.required.iter().any(|name| name == member));
        let name = xform_name(member);
        let is_boolean = to.kind() == Kind::Boolean;
        let switch = model.name == "ec2" && is_switch(to);
        let flag = renamed(&model.name, operation, &name);
        arguments.push(Argument { flag, member, to, required: required && !is_boolean, negated: false, switch });
        if is_boolean {
            let flag = renamed(&model.name, operation, &format!("no-{name}"));
            arguments.push(Argument { flag, member, to, required: false, negated: true, switch });
        } else if switch {
            let flag = format!("--no-{}", xform_name(member));
            arguments.push(Argument { flag, member, to, required: false, negated: true, switch });
        }
    }
    arguments
}

/// Whether it is a structure around one boolean: `aws ec2` takes such as a boolean too, with and without `no-`.
/// Source: the AWS CLI's own top level boolean parameters.
fn is_switch(to: Type<'_>) -> bool {
    let mut members = to.members();
    let only = members.next().is_some_and(|(name, to)| name == "Value" && to.kind() == Kind::Boolean);
    only && members.next().is_none()
}

/// The few options that are not named after their member. Source: the AWS CLI's own renames.
fn renamed(service: &str, operation: &str, name: &str) -> String {
    let name = match (service, operation, name) {
        ("ecs", _, "no-enable-execute-command") => "disable-execute-command",
        ("ec2", _, "no-egress") => "ingress",
        ("ec2", _, "no-disable-api-termination") => "enable-api-termination",
        // `--version` is the command's own.
        ("eks", "CreateCluster" | "UpdateClusterVersion" | "CreateNodegroup" | "UpdateNodegroupVersion", "version") => {
            "kubernetes-version"
        }
        ("ecs", "ExecuteCommand", "no-interactive") => "non-interactive",
        _ => name,
    };
    format!("--{name}")
}

/// The words with options by their present names: a few options are still taken by a name that they had.
/// Source: the AWS CLI's own hidden aliases.
pub(super) fn present_names(service: &str, operation: &str, words: &[String]) -> Vec<String> {
    let known: &[(&str, &str)] = match (service, operation) {
        ("iam", "EnableMFADevice" | "ResyncMFADevice") => &[
            ("--authentication-code-1", "--authentication-code1"),
            ("--authentication-code-2", "--authentication-code2"),
        ],
        ("lambda", "PublishVersion") => &[("--code-sha-256", "--code-sha256")],
        _ => &[],
    };
    let present = |word: &String| {
        let found = known.iter().find_map(|(old, new)| {
            let rest = word.strip_prefix(old)?;
            (rest.is_empty() || rest.starts_with('=')).then(|| format!("{new}{rest}"))
        });
        found.unwrap_or_else(|| word.clone())
    };
    words.iter().map(present).collect()
}

/// All options of an operation: its members, the ones every operation has, and those of paginated ones.
///
/// `pages`: whether the command pages at all, which a `wait` does not. `lenient`: whether nothing is required.
pub(super) fn options(arguments: &[Argument<'_>], operation: &Operation, pages: bool, lenient: bool) -> Vec<Opt> {
    let paging: &[&str] = match &operation.pagination {
        Some(pagination) if pages && pagination.limit_key.is_some() => &PAGING,
        Some(_) if pages => &["--starting-token", "--max-items"],
        _ => &[],
    };
    let mut options: Vec<Opt> = arguments
        .iter()
        .filter(|argument| !paging.contains(&argument.flag.as_str()))
        .map(|argument| {
            let (takes, check) = match argument.to.kind() {
                Kind::List => (Takes::Many, Check::Nothing),
                Kind::Boolean => (Takes::Nothing, Check::Nothing),
                _ if argument.negated => (Takes::Nothing, Check::Nothing),
                Kind::Structure if argument.switch => (Takes::Optional("Value=true"), Check::Nothing),
                Kind::Long => (Takes::One, Check::Int),
                Kind::Float | Kind::Double => (Takes::One, Check::Float),
                _ => (Takes::One, Check::Nothing),
            };
            Opt::new(argument.flag.clone(), takes).check(check).required(argument.required && !lenient)
        })
        .collect();
    options.push(Opt::new("--cli-input-json", Takes::One));
    options.push(Opt::new("--cli-input-yaml", Takes::One));
    options.push(Opt::new("--generate-cli-skeleton", Takes::Optional("input")).check(Check::Choice(&[
        "input",
        "output",
        "yaml-input",
    ])));
    for flag in paging {
        let check = if *flag == "--starting-token" { Check::Nothing } else { Check::Int };
        options.push(Opt::new(*flag, Takes::One).check(check));
    }
    options
}

/// The request that the command line asks for.
///
/// # Errors
/// For the first parameter, in the model's order, whose text does not parse.
pub(super) fn build(
    arguments: &[Argument<'_>],
    parsed: &Parsed,
    raw_blobs: bool,
    load: Load<'_>,
) -> Result<Map<String, Value>, Failure> {
    let mut request = Map::new();
    for argument in arguments {
        let Some(values) = parsed.values(&argument.flag) else { continue };
        let value = match argument.to.kind() {
            Kind::Boolean => Value::Bool(!argument.negated),
            _ if argument.negated => serde_json::json!({"Value": false}),
            _ => unpack_argument(argument, values, raw_blobs, load)?,
        };
        request.insert(argument.member.to_owned(), value);
    }
    if let Some(given) = cli_input(parsed, load)? {
        // What the command line says wins.
        for (member, value) in given {
            request.entry(member).or_insert(value);
        }
    }
    Ok(request)
}

pub(super) fn parse_error(flag: &str, message: impl std::fmt::Display) -> Failure {
    Failure::Params(format!("Error parsing parameter '{flag}': {message}"))
}

/// Text as given, or words as given.
enum Raw<'v> {
    One(String),
    Many(&'v [String]),
}

fn unpack_argument(
    argument: &Argument<'_>,
    values: &[String],
    raw_blobs: bool,
    load: Load<'_>,
) -> Result<Value, Failure> {
    let (flag, to) = (argument.flag.as_str(), argument.to);
    let loaded = match values {
        [only] => paramfile::load(only, load).transpose().map_err(|error| parse_error(flag, error))?,
        _ => None,
    };
    let raw = match (loaded, values) {
        (Some(Loaded::Bytes(bytes)), _) if to.kind() == Kind::Blob => {
            return Ok(Value::String(base64::engine::general_purpose::STANDARD.encode(bytes)));
        }
        (Some(Loaded::Bytes(bytes)), _) => Raw::One(String::from_utf8_lossy(&bytes).into_owned()),
        (Some(Loaded::Text(text)), _) => Raw::One(text),
        (None, [path]) if is_stream(argument) => {
            let bytes = load(path).map_err(|_| parse_error(flag, "Blob values must be a path to a file."))?;
            return Ok(Value::String(base64::engine::general_purpose::STANDARD.encode(bytes)));
        }
        (None, values) if to.kind() == Kind::List => Raw::Many(values),
        (None, values) => Raw::One(values.first().cloned().unwrap_or_default()),
    };
    let first = match &raw {
        Raw::One(text) => Some(text.as_str()),
        Raw::Many(values) => values.first().map(String::as_str),
    };
    let looks_like_json = first.is_some_and(|text| text.trim_start().starts_with(['[', '{']));
    if !looks_like_json && supports_shorthand(to) {
        return unpack_shorthand(flag, to, raw, load);
    }
    match raw {
        Raw::One(text) => unpack(flag, to, &text, raw_blobs),
        Raw::Many([only]) if only.trim_start().starts_with('[') => read_json(flag, only),
        Raw::Many(values) => {
            let Some(element) = to.element() else { return Ok(Value::Array(Vec::new())) };
            let items = values.iter().map(|value| unpack(flag, element, value, raw_blobs));
            let items = items.collect::<Result<Vec<_>, _>>();
            items.map(Value::Array).map_err(|failure| match failure {
                // A number that is none, in a list.
                Failure::Other(_) => parse_error(flag, values.first().map(String::as_str).unwrap_or_default()),
                other => other,
            })
        }
    }
}

/// Whether an option's value is the path of a file that is sent as it is. Source: Amazon S3 service model, `streaming`.
fn is_stream(argument: &Argument<'_>) -> bool {
    argument.to.kind() == Kind::Blob && argument.to.name == "Body"
}

/// Whether a type is rich enough for shorthand and holds no free JSON.
fn supports_shorthand(to: Type<'_>) -> bool {
    match to.kind() {
        Kind::List => to.element().is_some_and(|element| !element.kind().is_scalar() && !element.shape.document),
        Kind::Structure | Kind::Map => !to.shape.document,
        _ => false,
    }
}

fn unpack_shorthand(flag: &str, to: Type<'_>, raw: Raw<'_>, load: Load<'_>) -> Result<Value, Failure> {
    let parse = |text: &str| shorthand::parse(text, load).map_err(|error| parse_error(flag, error));
    let value = match raw {
        Raw::One(text) => parse(&text)?,
        Raw::Many(values) => Value::Array(values.iter().map(|value| parse(value)).collect::<Result<_, _>>()?),
    };
    shorthand::fit(value, to).map_err(|error| match error {
        FitError::Number(message) => Failure::Other(message),
        FitError::Message(message) => parse_error(flag, message),
        FitError::Document => parse_error(flag, "Shorthand syntax does not support document types."),
    })
}

fn read_json(flag: &str, text: &str) -> Result<Value, Failure> {
    json::loads(text).map_err(|error| parse_error(flag, format!("Invalid JSON: {error}\nJSON received: {text}")))
}

fn unpack(flag: &str, to: Type<'_>, text: &str, raw_blobs: bool) -> Result<Value, Failure> {
    match to.kind() {
        _ if to.shape.document => read_json(flag, text),
        Kind::Structure | Kind::Map if text.trim_start().starts_with('{') => read_json(flag, text),
        Kind::Structure | Kind::Map => Err(parse_error(flag, format!("Invalid JSON:\n{text}"))),
        Kind::List => read_json(flag, text),
        Kind::Integer | Kind::Long => python::int(text).map(Value::from).map_err(Failure::Other),
        Kind::Float | Kind::Double => python::float(text).map(Value::from).map_err(Failure::Other),
        Kind::Boolean => Ok(Value::Bool(!text.eq_ignore_ascii_case("false") && !text.is_empty())),
        Kind::Blob => {
            let base64 = base64::engine::general_purpose::STANDARD;
            if raw_blobs {
                Ok(Value::String(base64.encode(text)))
            } else if base64.decode(text).is_ok() {
                Ok(Value::String(text.to_owned()))
            } else {
                Err(Failure::Params(format!("Invalid base64: \"{text}\"")))
            }
        }
        Kind::String | Kind::Timestamp => Ok(Value::String(text.to_owned())),
    }
}

/// The request that `--cli-input-json` or `--cli-input-yaml` holds.
fn cli_input(parsed: &Parsed, load: Load<'_>) -> Result<Option<Map<String, Value>>, Failure> {
    const FLAGS: [&str; 2] = ["--cli-input-json", "--cli-input-yaml"];
    let given: Vec<&str> = FLAGS.into_iter().filter(|flag| parsed.is_given(flag)).collect();
    let flag = match given.as_slice() {
        [] => return Ok(None),
        [flag] => *flag,
        _ => return Err(Failure::Params("Only one --cli-input- parameter may be specified.".to_owned())),
    };
    let given = parsed.value(flag).unwrap_or_default();
    let text = match paramfile::load(given, load) {
        None => given.to_owned(),
        Some(Ok(Loaded::Text(text))) => text,
        Some(Ok(Loaded::Bytes(bytes))) => String::from_utf8_lossy(&bytes).into_owned(),
        Some(Err(error)) => return Err(parse_error(flag, error)),
    };
    let value = if flag == "--cli-input-json" {
        read_json(flag, &text)?
    } else {
        serde_yaml_ng::from_str(&text).map_err(|error| parse_error(flag, format!("Invalid YAML: {error}")))?
    };
    match value {
        Value::Object(members) => Ok(Some(members)),
        other => {
            let class = python::class(&other);
            Err(parse_error(flag, format!("Invalid type: expecting map, received {class}")))
        }
    }
}
