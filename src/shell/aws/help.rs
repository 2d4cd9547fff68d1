//! `aws help`, `aws SERVICE help`, `aws SERVICE OPERATION help`: what there is, and what of it is simulated.

use super::globals;
use super::model::{self, Kind, MODELED, Model, Operation, Type, xform_name};
use super::{params, s3};
use crate::cloud::{
    autoscaling, cloudtrail, ec2, ecr, ecr_public, ecs, eks, events, iam, kms, lambda, logs, s3 as s3api,
    secretsmanager, sts,
};
use crate::text::Words;

/// Marks what is not simulated.
const NOT_SIMULATED: &str = "*";
/// Marks what is required.
const REQUIRED: &str = "*";

/// The names of a service's simulated operations.
pub(super) fn simulated(service: &str) -> &'static [&'static str] {
    match service {
        "autoscaling" => autoscaling::SIMULATED,
        "cloudtrail" => cloudtrail::SIMULATED,
        "ec2" => ec2::SIMULATED,
        "ecr" => ecr::SIMULATED,
        "ecr-public" => ecr_public::SIMULATED,
        "ecs" => ecs::SIMULATED,
        "eks" => eks::SIMULATED,
        "events" => events::SIMULATED,
        "iam" => iam::SIMULATED,
        "kms" => kms::SIMULATED,
        "lambda" => lambda::SIMULATED,
        "logs" => logs::SIMULATED,
        "s3api" => s3api::SIMULATED,
        "secretsmanager" => secretsmanager::SIMULATED,
        "sts" => sts::SIMULATED,
        _ => &[],
    }
}

/// The subcommands of a service: its operations, and what `aws` adds to them.
pub(super) fn subcommands(model: &Model) -> Vec<String> {
    let mut names: Vec<String> = model.operations().map(|(name, _)| xform_name(name)).collect();
    names.extend(model.others());
    names.extend(extra(&model.name).map(str::to_owned));
    names.sort_unstable();
    names
}

/// What `aws` has beside the operations of a service.
fn extra(service: &str) -> impl Iterator<Item = &'static str> {
    let login = matches!(service, "ecr" | "ecr-public").then_some("get-login-password");
    let tail = (service == "logs").then_some("tail");
    let wait = model::waiters(service).next().map(|_| "wait");
    let own: &[&str] = if service == "eks" { &super::eks::COMMANDS } else { &[] };
    login.into_iter().chain(tail).chain(own.iter().copied()).chain(wait)
}

/// `aws help`.
pub(super) fn overview(words: &Words) -> String {
    let mut out = format!("{}\n\n{}\n\n", words.get("aws-help-usage"), words.get("aws-help-commands"));
    for name in MODELED {
        let Some(model) = model::model(name) else { continue };
        let (done, all) = (simulated(name).len(), model.operations().count() + model.others().count());
        if done > 0 {
            out += &format!("  {name:<12} {done:>3} / {all}\n");
        }
    }
    let s3 = s3::SUBCOMMANDS.len();
    out += &format!("  {:<12} {s3:>3} / {}\n", "s3", s3 + 1);
    out += &format!("  {:<12} {}\n\n", "configure", words.get("aws-help-configure"));
    out += &format!("{}\n\n{}\n\n", words.get("aws-help-more"), words.get("aws-help-options"));
    for option in globals::options() {
        out += &format!("  {}\n", option.flag);
    }
    out
}

/// `aws s3 help`.
pub(super) fn s3(words: &Words) -> String {
    let title = words.with("aws-help-operations", &[("service", "s3".into()), ("mark", NOT_SIMULATED.into())]);
    let known = s3::SUBCOMMANDS.iter().map(|name| format!("    {name}\n"));
    let mut out = format!("{title}\n\n{}", known.collect::<String>());
    out += &format!("  {NOT_SIMULATED} website\n");
    out
}

/// `aws SERVICE help`.
pub(super) fn service(words: &Words, model: &Model) -> String {
    let title =
        words.with("aws-help-operations", &[("service", model.name.as_str().into()), ("mark", NOT_SIMULATED.into())]);
    let mut out = format!("{title}\n\n");
    let done: Vec<String> = simulated(&model.name).iter().map(|name| xform_name(name)).collect();
    for name in subcommands(model) {
        let there = done.contains(&name)
            || match name.as_str() {
                "get-login-password" => done.iter().any(|name| name == "get-authorization-token"),
                "tail" | "wait" => true,
                name if super::eks::COMMANDS.contains(&name) => model.name == "eks",
                _ => false,
            };
        out += &format!("  {} {name}\n", if there { " " } else { NOT_SIMULATED });
    }
    out
}

/// `aws SERVICE OPERATION help`.
pub(super) fn operation(words: &Words, model: &Model, name: &str, operation: &Operation) -> String {
    let (service, cli_name) = (model.name.as_str(), xform_name(name));
    let arguments = params::arguments(model, name, model.input(operation));
    if arguments.is_empty() {
        let key = "aws-help-no-parameters";
        return words.with(key, &[("service", service.into()), ("operation", cli_name.into())]) + "\n";
    }
    let args = [("service", service.into()), ("operation", cli_name.into()), ("mark", REQUIRED.into())];
    let mut out = format!("{}\n\n", words.with("aws-help-parameters", &args));
    let width = arguments.iter().map(|argument| argument.flag.len()).max().unwrap_or_default();
    for argument in &arguments {
        let mark = if argument.required { REQUIRED } else { " " };
        let note = form(argument.to);
        out += &format!("  {mark} {:<width$}  {note}\n", argument.flag);
    }
    out
}

/// `aws SERVICE wait help`.
pub(super) fn waiters(words: &Words, model: &Model) -> String {
    let title = words.with("aws-help-waiters", &[("service", model.name.as_str().into())]);
    let names = model::waiters(&model.name).map(|(name, waiter)| {
        let asks = xform_name(&waiter.operation);
        let args = [("asks", asks.into()), ("delay", waiter.delay.into()), ("most", waiter.max_attempts.into())];
        format!("    {}\n      {}\n", xform_name(name), words.with("aws-help-waiter", &args))
    });
    format!("{title}\n\n{}", names.collect::<String>())
}

/// How deep and how long shorthand is shown; what goes beyond is easier to write as JSON.
const SHORTHAND_DEPTH: usize = 6;
const SHORTHAND_LENGTH: usize = 400;

/// A parameter's type: what may stand for a string, and how a list, a map or a structure is written in shorthand.
fn form(to: Type<'_>) -> String {
    let short = |to| shorthand(to, SHORTHAND_DEPTH).filter(|text| text.len() <= SHORTHAND_LENGTH);
    match to.kind() {
        Kind::List => match to.element() {
            Some(element) => match short(element) {
                Some(text) => format!("{} ...", bare(&text)),
                None => "JSON".to_owned(),
            },
            None => "(list)".to_owned(),
        },
        Kind::Structure | Kind::Map => match short(to) {
            Some(text) => bare(&text).to_owned(),
            None => "JSON".to_owned(),
        },
        _ if !to.shape.values.is_empty() => to.shape.values.join(" | "),
        _ => format!("({})", kind(to)),
    }
}

/// At the top a structure or a map stands without its brackets.
fn bare(text: &str) -> &str {
    text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text)
}

fn shorthand(to: Type<'_>, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    match to.kind() {
        _ if to.shape.document => None,
        Kind::Structure => {
            let members = to.members().map(|(name, member)| Some(format!("{name}={}", shorthand(member, depth)?)));
            Some(format!("{{{}}}", members.collect::<Option<Vec<_>>>()?.join(",")))
        }
        Kind::List => shorthand(to.element()?, depth).map(|element| format!("[{element},{element}]")),
        Kind::Map => to
            .value()
            .and_then(|value| shorthand(value, depth))
            .map(|value| format!("{{KeyName1={value},KeyName2={value}}}")),
        _ => Some(kind(to).to_owned()),
    }
}

fn kind(to: Type<'_>) -> &'static str {
    match to.kind() {
        Kind::Structure => "structure",
        Kind::List => "list",
        Kind::Map => "map",
        Kind::String => "string",
        Kind::Integer | Kind::Long => "integer",
        Kind::Float | Kind::Double => "float",
        Kind::Boolean => "boolean",
        Kind::Timestamp => "timestamp",
        Kind::Blob => "blob",
    }
}
