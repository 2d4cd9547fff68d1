//! The `aws` command: version 2 of the AWS CLI, driven by the service models.
//!
//! Options, shorthand, checks, output and messages are those of AWS CLI 2.36.7; requests go through
//! [`Cloud::call_wire`](crate::cloud::Cloud::call_wire). What AWS has and the simulation does not is said by name.
//!
//! Limits: no pager, no colours, no prompts, no aliases, no plugins.

mod args;
mod client;
mod command;
mod complete;
mod config;
mod configure;
mod eks;
mod endpoint;
mod error;
mod globals;
mod group_rules;
mod help;
mod json;
mod login;
mod outfile;
mod output;
mod paginate;
mod paramfile;
mod params;
mod python;
mod query;
mod run_instances;
mod s3;
mod services;
mod shorthand;
mod skeleton;
mod suggest;
mod tail;
mod time;
mod validate;
mod wait;
mod zip_file;

use super::Io;
use crate::cloud::model::{self, Model, xform_name};
use crate::text::{Message, Words};
use crate::world::World;

use command::Command;
use error::Failure;
use globals::Globals;

/// What `aws --version` prints.
const VERSION: &str = "aws-cli/2.36.7 Python/3.13.11 Linux/6.8.0 exe/x86_64.ubuntu.24";

/// Runs `aws` with `io.args`.
pub(crate) fn run(io: &mut Io<'_>) -> i32 {
    match dispatch(io) {
        Ok((text, code)) => {
            io.print(text);
            code
        }
        Err(failure) => {
            let text = failure.render(globals::error_format(io.args), io.words);
            io.eprint(text);
            failure.exit_code()
        }
    }
}

/// Candidates for the word at the cursor. `before` holds the words before it, without `aws` itself.
pub(crate) fn complete(world: &World, before: &[String], word: &str) -> Vec<String> {
    complete::complete(world, before, word)
}

/// The token that `aws eks get-token` with these arguments gives, for `kubectl`.
///
/// # Errors
/// With what `aws` prints, and its exit code.
pub(crate) fn eks_token(
    world: &mut World,
    words: &Words,
    args: &[String],
    profile: Option<&str>,
) -> Result<String, (String, i32)> {
    eks::token(world, args, profile)
        .map_err(|failure| (failure.render(globals::error_format(args), words), failure.exit_code()))
}

/// Standard output and the exit code of a command that did not fail.
type Done = (String, i32);

fn dispatch(io: &mut Io<'_>) -> Result<Done, Failure> {
    let parsed = globals::parse(io.args)?;
    if parsed.is_given("--version") {
        return Ok((format!("{VERSION}\n"), 0));
    }
    let Some(command) = parsed.word.as_deref() else { return Err(args::required("command")) };
    if let Some(model) = model::model(command) {
        let globals = Globals::new(&parsed)?;
        return service(io, model, &globals, &parsed.rest).map(|text| (text, 0));
    }
    match command {
        "s3" => {
            let globals = Globals::new(&parsed)?;
            s3::run(io, &globals, &parsed.rest).map(|code| (String::new(), code))
        }
        "help" => Ok((help::overview(io.words), 0)),
        "configure" => {
            let globals = Globals::new(&parsed)?;
            configure::run(io, &globals, &parsed.rest)
        }
        command if services::is_not_simulated(command) => {
            Err(Failure::Simulation(Message::new("aws-service-not-simulated").with("service", command)))
        }
        command => Err(args::invalid_choice("command", command, services::commands())),
    }
}

fn service(io: &mut Io<'_>, model: &'static Model, globals: &Globals, words: &[String]) -> Result<String, Failure> {
    let parsed = args::parse(words, &[], true)?;
    let Some(word) = parsed.word.as_deref() else { return Err(args::required("operation")) };
    let rest = parsed.rest.as_slice();
    match word {
        "help" => return Ok(help::service(io.words, model)),
        "wait" if model::waiters(&model.name).next().is_some() => return wait(io, model, globals, rest),
        "get-login-password" if matches!(model.name.as_str(), "ecr" | "ecr-public") => {
            return login::password(io.world, model, globals, rest);
        }
        "get-token" if model.name == "eks" => return eks::get_token(io.world, globals, rest),
        "update-kubeconfig" if model.name == "eks" => {
            return eks::update_kubeconfig(io.world, model, globals, rest);
        }
        "tail" if model.name == "logs" => return tail::run(io.world, model, globals, rest),
        _ => {}
    }
    let Some((name, operation)) = model.command(word) else {
        if model.has_other(word) {
            return Err(client::not_simulated(&model.name, word));
        }
        let known = help::subcommands(model);
        return Err(args::invalid_choice("operation", word, known.iter().map(String::as_str)));
    };
    if rest.first().is_some_and(|word| word == "help") {
        return Ok(help::operation(io.words, model, name, operation));
    }
    Command { model, name, operation }.run(io.world, globals, rest)
}

/// `aws SERVICE wait WAITER …`.
fn wait(io: &mut Io<'_>, model: &'static Model, globals: &Globals, words: &[String]) -> Result<String, Failure> {
    let parsed = args::parse(words, &[], true)?;
    let Some(word) = parsed.word.as_deref() else { return Err(args::required("subcommand")) };
    if word == "help" {
        return Ok(help::waiters(io.words, model));
    }
    let known: Vec<_> = model::waiters(&model.name).map(|(name, waiter)| (xform_name(name), name, waiter)).collect();
    let Some((_, waiter_name, waiter)) = known.iter().find(|(cli_name, ..)| cli_name == word) else {
        return Err(args::invalid_choice("subcommand", word, known.iter().map(|(cli_name, ..)| cli_name.as_str())));
    };
    let Some((name, operation)) = model.operation(&waiter.operation) else { return Ok(String::new()) };
    Command { model, name, operation }.wait(io.world, globals, &parsed.rest, waiter_name, waiter)
}
