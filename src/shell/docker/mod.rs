//! The `docker` command: what a person types, and docker's own words in answer.
//!
//! The words are those of client 28 with the classic image store. Engine state is `laptop::docker`; registries are
//! reached through `cloud::ecr::registry` and, for public images, `laptop::docker::base_image`.

mod build;
mod buildx;
mod complete;
mod export;
mod flags;
mod images;
mod info;
mod inspect;
mod listing;
mod login;
mod manifest;
mod prune;
mod pull;
mod push;
mod remote;
mod run;
mod spec;
mod table;
mod template;

pub(super) use complete::complete;

use super::Io;
use flags::Parsed;
use spec::Spec;

/// Runs `docker` with `io.args`.
pub(crate) fn run(io: &mut Io<'_>) -> i32 {
    let args = io.args.to_vec();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["--help" | "-h" | "help"] => {
            io.print(info::overview());
            0
        }
        ["--version" | "-v"] => {
            io.print(format!("Docker version {}, build {}\n", info::VERSION, info::BUILD));
            0
        }
        ["help", command, ..] => match spec::find(&[command]) {
            Some((spec, _)) => {
                io.print(spec.help());
                0
            }
            None if spec::is_known(&[command]) => not_simulated(io, &format!("docker {command}")),
            None => unknown(io, command, "docker"),
        },
        [flag, ..] if flag.starts_with('-') => {
            io.eprint(format!(
                "unknown flag: {flag}\n\nUsage:  docker [OPTIONS] COMMAND\n\nRun 'docker --help' for more information\n"
            ));
            125
        }
        _ => match spec::find(&words) {
            None if spec::is_known(&words) => {
                let group = words.first().is_some_and(|word| spec::GROUPS.contains(word));
                let what = words.get(..if group { 2 } else { 1 }).unwrap_or_default().join(" ");
                not_simulated(io, &format!("docker {what}"))
            }
            Some((spec, used)) => {
                let rest = args.get(used..).unwrap_or_default();
                command(io, spec, rest)
            }
            None => match words.as_slice() {
                [group] if spec::GROUPS.contains(group) => {
                    io.print(info::group(group));
                    0
                }
                [group, word, ..] if spec::GROUPS.contains(group) => {
                    io.eprint(format!(
                        "docker: unknown command: docker {group} {word}\n\nUsage:  docker {group}\n\nRun 'docker {group} --help' for more information\n"
                    ));
                    1
                }
                [word, ..] => unknown(io, word, "docker"),
                [] => 0,
            },
        },
    }
}

fn unknown(io: &mut Io<'_>, word: &str, parent: &str) -> i32 {
    io.eprint(format!("docker: unknown command: {parent} {word}\n\nRun '{parent} --help' for more information\n"));
    let nearest = spec::ALL
        .iter()
        .filter_map(|spec| spec.path.first().map(|name| (strsim::damerau_levenshtein(name, word), *name)))
        .filter(|(distance, _)| *distance <= 2)
        .min();
    if let Some((_, name)) = nearest {
        let hint = io.words.with("shell-did-you-mean", &[("name", format!("docker {name}").into())]);
        io.eprint(format!("\n{hint}\n"));
    }
    1
}

/// Reads flags and counts arguments as docker does, then runs the command.
fn command(io: &mut Io<'_>, spec: &Spec, args: &[String]) -> i32 {
    let name = spec.name();
    let parsed = match flags::parse(spec, args) {
        Ok(parsed) => parsed,
        Err(message) => {
            io.eprint(format!("{message}\n\nUsage:  {}\n\nRun '{name} --help' for more information\n", spec.usage));
            return 125;
        }
    };
    if parsed.has("help") {
        io.print(spec.help());
        return 0;
    }
    if let Some((needs, see)) = spec.args.complaint(parsed.rest.len()) {
        io.eprint(format!(
            "docker: '{name}' {needs}\n\nUsage:  {}\n\n{see} '{name} --help' for more information\n",
            spec.usage
        ));
        return 1;
    }
    (spec.run)(io, &parsed)
}

/// Prints an engine's error.
fn daemon_error(io: &mut Io<'_>, message: impl std::fmt::Display) -> i32 {
    io.eprint(format!("Error response from daemon: {message}\n"));
    1
}

/// Complains that something of docker's is not in the simulation.
fn not_simulated(io: &mut Io<'_>, what: &str) -> i32 {
    let text = io.words.with("shell-not-simulated", &[("what", what.into())]);
    io.eprint(format!("docker: {text}\n"));
    1
}

/// Which command runs.
type Run = fn(&mut Io<'_>, &Parsed) -> i32;
