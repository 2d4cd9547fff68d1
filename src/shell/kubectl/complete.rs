//! Completion of `kubectl`'s words: commands, kinds, names of objects, flags, contexts.

use super::config::Config;
use super::{COMMANDS, find};
use crate::cloud::eks::{self, Kind};
use crate::world::World;

/// Candidates for the word at the cursor; `before` holds the words before it, without `kubectl` itself. None: a file.
pub(in crate::shell) fn complete(world: &World, before: &[String], word: &str) -> Option<Vec<String>> {
    let last = before.last().map(String::as_str).unwrap_or_default();
    if matches!(last, "-f" | "--filename" | "--kubeconfig") {
        return None;
    }
    let config = Config::load(&world.laptop, None).unwrap_or_default();
    let cluster = || {
        let target = config.target(None).ok()?;
        eks::cluster_at(&world.cloud, &target.server).map(|cluster| (cluster, target.namespace))
    };
    if matches!(last, "-n" | "--namespace") {
        let names =
            cluster().map(|(cluster, _)| cluster.kube.namespaces().map(|space| space.metadata.name.clone()).collect());
        return Some(names.unwrap_or_default());
    }
    if matches!(last, "-o" | "--output") {
        return Some(["json", "jsonpath=", "name", "wide", "yaml"].map(str::to_owned).to_vec());
    }
    if last == "--context" {
        return Some(config.contexts().into_iter().map(|(name, ..)| name).collect());
    }
    let Some((command, rest)) = find(before) else {
        let depth = before.iter().filter(|word| !word.starts_with('-')).count();
        let plain: Vec<&String> = before.iter().filter(|word| !word.starts_with('-')).collect();
        let next = COMMANDS.iter().filter_map(|command| {
            let path: Vec<&str> = command.path.split(' ').collect();
            let fits = path.iter().zip(&plain).all(|(a, b)| *a == b.as_str());
            path.get(depth).filter(|_| fits).map(|word| (*word).to_owned())
        });
        return Some(next.collect());
    };
    if word.starts_with('-') {
        let flags = command.flags.iter().map(|(name, _, _)| format!("--{name}"));
        return Some(flags.chain(["--namespace".to_owned(), "--context".to_owned()]).collect());
    }
    let words: Vec<&str> = rest.iter().map(String::as_str).filter(|word| !word.starts_with('-')).collect();
    let names = |kind: Kind| {
        let Some((cluster, namespace)) = cluster() else { return Vec::new() };
        let objects = cluster.kube.list(kind, Some(&namespace));
        objects.iter().map(|object| object.metadata().name.clone()).collect::<Vec<_>>()
    };
    let group = command.path.split(' ').next().unwrap_or_default();
    Some(match (command.path, words.as_slice()) {
        ("create", []) => {
            let more = COMMANDS.iter().filter_map(|command| command.path.strip_prefix("create "));
            more.filter_map(|path| path.split(' ').next()).map(str::to_owned).collect()
        }
        ("config use-context" | "config get-contexts", []) => {
            config.contexts().into_iter().map(|(name, ..)| name).collect()
        }
        ("logs", []) => names(Kind::Pod),
        ("get" | "describe" | "delete" | "scale" | "wait" | "set image", []) => {
            if let Some((kind, _)) = word.split_once('/') {
                let found = Kind::of_word(kind).map(names).unwrap_or_default();
                return Some(found.into_iter().map(|name| format!("{kind}/{name}")).collect());
            }
            Kind::ALL.into_iter().map(|kind| kind.plural().to_owned()).collect()
        }
        ("get" | "describe" | "delete" | "scale" | "wait" | "set image", [kind, ..]) => {
            Kind::of_word(kind).map(names).unwrap_or_default()
        }
        (_, []) if group == "rollout" => match word.split_once('/') {
            Some((kind, _)) => names(Kind::Deployment).into_iter().map(|name| format!("{kind}/{name}")).collect(),
            None => names(Kind::Deployment).into_iter().map(|name| format!("deployment/{name}")).collect(),
        },
        (_, ["deployment" | "deploy" | "deployments"]) if group == "rollout" => names(Kind::Deployment),
        ("auth can-i", []) => ["create", "delete", "get", "list", "patch"].map(str::to_owned).to_vec(),
        ("auth can-i", [_]) => Kind::ALL.into_iter().map(|kind| kind.plural().to_owned()).collect(),
        _ => return None,
    })
}
