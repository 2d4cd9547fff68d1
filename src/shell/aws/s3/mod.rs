//! `aws s3`: buckets and objects handled like directories and files.
//!
//! Source: AWS CLI, `awscli/customizations/s3`: its order of requests, its lines and its exit codes. Not here: progress lines,
//! which a terminal writes over anyway, multipart transfers, and `website`.

mod bucket_name;
mod buckets;
mod filters;
mod list;
mod local;
mod options;
mod presign;
mod remote;
mod size;
mod sync;
mod transfer;
mod uri;

pub(super) use bucket_name::check as check_bucket_name;

use serde_json::Value;

use super::args::{self, Parsed};
use super::client::{self, Client};
use super::error::Failure;
use super::globals::Globals;
use super::model;
use crate::shell::Io;
use crate::world::World;

/// The subcommands that are simulated.
pub(super) const SUBCOMMANDS: [&str; 8] = ["cp", "ls", "mb", "mv", "presign", "rb", "rm", "sync"];
/// One that AWS has beside them.
const WEBSITE: &str = "website";

/// Runs `aws s3 …` and gives the exit code.
///
/// # Errors
/// What the real command tells as an error of its own; what befalls one transfer among many is printed.
pub(super) fn run(io: &mut Io<'_>, globals: &Globals, words: &[String]) -> Result<i32, Failure> {
    let parsed = args::parse(words, &[], true)?;
    let Some(name) = parsed.word.as_deref() else { return Err(args::required("subcommand")) };
    if name == WEBSITE {
        return Err(client::not_simulated("s3", WEBSITE));
    }
    if name == "help" {
        let text = super::help::s3(io.words);
        io.print(text);
        return Ok(0);
    }
    if !SUBCOMMANDS.contains(&name) {
        let known = SUBCOMMANDS.iter().copied().chain([WEBSITE]);
        return Err(args::invalid_choice("subcommand", name, known));
    }
    let parsed = args::parse(&parsed.rest, &options::of(name), false)?;
    let (paths, unknown): (Vec<String>, Vec<String>) =
        parsed.rest.iter().cloned().partition(|word| word == "-" || !word.starts_with('-'));
    let wanted = options::paths(name);
    if paths.len() < wanted.least {
        return Err(args::required(wanted.name));
    }
    let extra = paths.iter().skip(wanted.most).chain(&unknown);
    let extra: Vec<String> = extra.cloned().collect();
    if !extra.is_empty() {
        return Err(Failure::UnknownOptions(extra));
    }
    let Some(model) = model::model("s3api") else { return Ok(255) };
    let bucket = Bucket { client: client::open(io.world, model, globals)? };
    let first = paths.first().map(String::as_str);
    match name {
        "ls" => list::run(io, &bucket, &parsed, first.unwrap_or("s3://")),
        "mb" => buckets::make(io, &bucket, first.unwrap_or_default()),
        "rb" => buckets::remove(io, &bucket, first.unwrap_or_default(), parsed.is_given("--force")),
        "presign" => presign::run(io, &bucket, &parsed, first.unwrap_or_default()),
        name => transfer::run(io, &bucket, name, &parsed, &paths),
    }
}

/// The way to S3.
struct Bucket {
    client: Client,
}

impl Bucket {
    /// Makes a request.
    ///
    /// # Errors
    /// As the client's.
    fn call(&self, world: &mut World, name: &str, request: Value) -> Result<Value, Failure> {
        match self.client.model.operation(name) {
            Some((name, operation)) => self.client.call(world, name, operation, request),
            None => Err(client::not_simulated("s3api", name)),
        }
    }
}

/// The flags of a subcommand, for completion.
pub(super) fn flags(subcommand: &str) -> Vec<String> {
    options::of(subcommand).into_iter().map(|option| option.flag).collect()
}

/// Whether an option that takes nothing was given.
fn is_on(parsed: &Parsed, flag: &str) -> bool {
    parsed.is_given(flag)
}
