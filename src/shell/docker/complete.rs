//! Completion of docker's words: commands, flags, images, containers, hosts.

use super::spec;
use crate::cloud::ecr::registry::Registry;
use crate::cloud::{AccountId, Region};
use crate::laptop::docker::Credentials;
use crate::world::World;

/// Candidates for the word at the cursor; `before` holds the words before it, without `docker` itself. None: a file.
pub(in crate::shell) fn complete(world: &World, before: &[String], word: &str) -> Option<Vec<String>> {
    let words: Vec<&str> = before.iter().map(String::as_str).collect();
    let Some((spec, used)) = spec::find(&words) else {
        let depth = words.len();
        let next = spec::ALL.iter().filter(|spec| spec.path.get(..depth) == Some(words.as_slice()));
        return Some(next.filter_map(|spec| spec.path.get(depth)).map(|name| (*name).to_owned()).collect());
    };
    if word.starts_with('-') {
        return Some(spec.flags.iter().map(|(name, _, _)| format!("--{name}")).collect());
    }
    let engine = &world.laptop.docker;
    let images = || engine.tagged().map(|(_, _, id)| id).flat_map(|id| engine.names(id)).collect::<Vec<_>>();
    let last = words.get(used..).and_then(<[&str]>::last).copied().unwrap_or_default();
    let home = Registry { account: AccountId::home(), region: Region::home() }.host();
    Some(match spec.path.last().copied().unwrap_or_default() {
        "build" if matches!(last, "-t" | "--tag") => repositories(world, &home),
        "build" => return None,
        "login" => match last {
            "-u" | "--username" => vec!["AWS".to_owned()],
            _ => vec![home],
        },
        "logout" => Credentials::read(&world.laptop.files).unwrap_or_default().hosts(),
        "tag" if words.len() > used => repositories(world, &home),
        "push" | "pull" => images().into_iter().chain(repositories(world, &home)).collect(),
        "history" | "inspect" | "rmi" | "run" | "tag" | "images" => images(),
        "logs" | "stop" | "rm" => engine.containers().iter().map(|container| container.name.clone()).collect(),
        _ => Vec::new(),
    })
}

/// The names of repositories in the home registry, ready for a tag.
fn repositories(world: &World, host: &str) -> Vec<String> {
    let account = world.cloud.account(&AccountId::home());
    let region = account.and_then(|account| account.region(&Region::home()));
    let names =
        region.into_iter().flat_map(|region| region.ecr.repositories().map(|repository| repository.name.clone()));
    names.map(|name| format!("{host}/{name}:")).collect()
}
