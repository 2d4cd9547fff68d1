//! What kubectl has and the simulation has not, and words that nobody knows: the two are told apart.

use super::{COMMANDS, fail, help, plain_words};
use crate::shell::Io;

/// The commands that kubectl has beside those that are here.
pub(super) const COMMANDS_BESIDE: [&str; 25] = [
    "annotate",
    "api-resources",
    "api-versions",
    "attach",
    "autoscale",
    "certificate",
    "cluster-info",
    "completion",
    "cordon",
    "cp",
    "debug",
    "drain",
    "edit",
    "exec",
    "explain",
    "expose",
    "kustomize",
    "label",
    "options",
    "plugin",
    "port-forward",
    "proxy",
    "taint",
    "top",
    "uncordon",
];

/// The same in its groups.
const BESIDE_IN: [(&str, &[&str]); 5] = [
    ("auth", &["reconcile", "whoami"]),
    (
        "config",
        &[
            "delete-cluster",
            "delete-context",
            "delete-user",
            "get-clusters",
            "get-users",
            "rename-context",
            "set",
            "set-cluster",
            "set-credentials",
            "unset",
        ],
    ),
    (
        "create",
        &[
            "clusterrole",
            "clusterrolebinding",
            "cm",
            "configmap",
            "cronjob",
            "ingress",
            "job",
            "pdb",
            "poddisruptionbudget",
            "priorityclass",
            "quota",
            "role",
            "rolebinding",
            "service",
            "svc",
            "token",
        ],
    ),
    ("create secret", &["tls"]),
    ("set", &["env", "resources", "selector", "serviceaccount", "subject"]),
];

/// Flags of every command that say who asks, or whom: only the kubeconfig does here.
pub(super) const FLAGS: [&str; 8] =
    ["as", "as-group", "as-uid", "cluster", "insecure-skip-tls-verify", "server", "token", "user"];

/// A word that names no command.
pub(super) fn command(io: &mut Io<'_>, word: &str, args: &[String]) -> i32 {
    let group = COMMANDS.iter().any(|command| command.path.split(' ').next() == Some(word));
    if group {
        let next = plain_words(args).get(1).and_then(|at| args.get(*at)).cloned();
        return match next {
            None => {
                io.print(help::group(io.words, word));
                0
            }
            Some(next) => in_group(io, word, &next, args),
        };
    }
    if word == "edit" {
        // There is no editor to open; what does the same is at hand.
        let text = io.words.get("kubectl-no-edit");
        return fail(io, format!("kubectl: {text}"));
    }
    if COMMANDS_BESIDE.contains(&word) {
        return not_simulated(io, &format!("kubectl {word}"));
    }
    let mut text = format!("error: unknown command \"{word}\" for \"kubectl\"\n");
    let names = COMMANDS.iter().filter_map(|command| command.path.split(' ').next());
    let nearest = names.map(|name| (strsim::damerau_levenshtein(word, name), name)).filter(|(far, _)| *far <= 2).min();
    if let Some((_, name)) = nearest {
        text += &format!("\nDid you mean this?\n\t{name}\n");
    }
    io.eprint(text);
    1
}

/// A word that names no command of a group: one that is not simulated, or none at all.
pub(super) fn in_group(io: &mut Io<'_>, group: &str, word: &str, args: &[String]) -> i32 {
    let third = plain_words(args).get(2).and_then(|at| args.get(*at)).cloned();
    let (group, word) = match third {
        Some(third) if word == "secret" => ("create secret".to_owned(), third),
        _ => (group.to_owned(), word.to_owned()),
    };
    let known = BESIDE_IN.iter().find(|(known, _)| *known == group);
    if known.is_some_and(|(_, words)| words.contains(&word.as_str())) {
        return not_simulated(io, &format!("kubectl {group} {word}"));
    }
    // Source: kubectl, `DefaultSubCommandRun`; `create` looks for files first.
    let first = if group == "create" { "Error: must specify one of -f and -k\n\n" } else { "" };
    fail(io, format!("{first}error: unknown command \"{word}\"\nSee 'kubectl {group} -h' for help and examples"))
}

/// Says that kubectl has something that the simulation has not.
pub(super) fn not_simulated(io: &mut Io<'_>, what: &str) -> i32 {
    let text = io.words.with("shell-not-simulated", &[("what", what.into())]);
    io.eprint(format!("kubectl: {text}\n"));
    1
}
