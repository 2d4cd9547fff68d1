//! `kubectl logs`.

use super::flags::Parsed;
use super::{Command, Done, Trouble, fail, select, with_session};
use crate::cloud::eks::{Answer, Key, Kind, Object, Request};
use crate::shell::Io;

pub(super) const LOGS: Command = Command {
    path: "logs",
    usage: "kubectl logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER] [options]",
    flags: &[
        ("follow", 'f', false),
        ("previous", 'p', false),
        ("container", 'c', true),
        ("tail", ' ', true),
        ("all-containers", ' ', false),
        ("selector", 'l', true),
        ("timestamps", ' ', false),
    ],
    run,
};

fn run(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    let Some(word) = parsed.arg(0) else {
        return fail(
            io,
            "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples",
        );
    };
    with_session(io, parsed, |io, session| {
        let pod = match word.split_once('/') {
            None => session.get(io, Kind::Pod, word)?,
            Some((kind, name)) => match select::kind(kind)? {
                Kind::Pod => session.get(io, Kind::Pod, name)?,
                kind @ (Kind::Deployment | Kind::ReplicaSet) => {
                    let owner = session.get(io, kind, name)?;
                    let labels = match &owner {
                        Object::Deployment(deployment) => deployment.spec.selector.clone(),
                        Object::ReplicaSet(set) => set.spec.selector.clone(),
                        _ => Default::default(),
                    };
                    let mut pods = session.list(io, Kind::Pod, false)?;
                    pods.retain(|pod| labels.fits(&pod.metadata().labels));
                    let count = pods.len();
                    let Some(first) = pods.into_iter().next() else {
                        return Err(Trouble::Said("error: timed out waiting for the condition".to_owned()));
                    };
                    if count > 1 {
                        io.eprint(format!("Found {count} pods, using pod/{}\n", first.metadata().name));
                    }
                    first
                }
                kind => {
                    return Err(Trouble::Said(format!(
                        "error: cannot get the logs from {}: selector for {} not implemented",
                        kind.api_version(),
                        kind.name()
                    )));
                }
            },
        };
        let Object::Pod(pod) = pod else { return Ok(1) };
        let names: Vec<&str> = pod.spec.containers.iter().map(|container| container.name.as_str()).collect();
        let container = parsed.value("container").map(str::to_owned);
        if let (None, [first, _, ..]) = (&container, names.as_slice()) {
            io.eprint(format!("Defaulted container \"{first}\" out of: {}\n", names.join(", ")));
        }
        let key = Key::new(&pod.metadata.namespace, &pod.metadata.name);
        let answer = session.ask(io, Request::Log { key, container, previous: parsed.has("previous") })?;
        let Answer::Text(text) = answer else { return Ok(0) };
        let lines: Vec<&str> = text.lines().collect();
        let last = parsed.value("tail").and_then(|count| count.parse::<usize>().ok()).unwrap_or(lines.len());
        for line in lines.iter().skip(lines.len().saturating_sub(last)) {
            io.print(format!("{line}\n"));
        }
        Ok(0)
    })
}
