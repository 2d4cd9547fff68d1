//! `kubectl logs`.

use super::flags::Parsed;
use super::{Command, Done, Session, Trouble, fail, select, set, with_session};
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
    if parsed.has("timestamps") {
        return super::not_simulated(io, "kubectl logs --timestamps");
    }
    let tail = match parsed.value("tail").map(|text| set::count(text, "--tail", "kubectl logs")).transpose() {
        Ok(tail) => tail,
        Err(message) => return fail(io, message),
    };
    let by_label = parsed.value("selector").is_some();
    let pod = parsed.arg(0);
    if pod.is_none() && !by_label {
        return fail(
            io,
            "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples",
        );
    }
    if pod.is_some() && by_label {
        return fail(io, "error: only a selector (-l) or a POD name is allowed");
    }
    with_session(io, parsed, |io, session| {
        let pods = match pod {
            Some(word) => vec![named(io, session, word)?],
            None => session.select(io, Kind::Pod, false, select::selector(parsed)?)?,
        };
        if pods.is_empty() {
            io.eprint(format!("No resources found in {} namespace.\n", session.namespace));
        }
        // Source: kubectl: of pods by label the last ten lines each.
        let tail = tail.or(by_label.then_some(10));
        for pod in pods {
            let Object::Pod(pod) = pod else { continue };
            let names: Vec<&str> = pod.spec.containers.iter().map(|container| container.name.as_str()).collect();
            let chosen = parsed.value("container");
            let wanted: Vec<Option<&str>> = match (chosen, names.as_slice()) {
                (None, many) if parsed.has("all-containers") => many.iter().map(|name| Some(*name)).collect(),
                (None, [first, _, ..]) => {
                    io.eprint(format!("Defaulted container \"{first}\" out of: {}\n", names.join(", ")));
                    vec![None]
                }
                (chosen, _) => vec![chosen],
            };
            for container in wanted {
                let key = Key::new(&pod.metadata.namespace, &pod.metadata.name);
                let container = container.map(str::to_owned);
                let request = Request::Log { key, container, previous: parsed.has("previous") };
                let Answer::Text(text) = session.ask(io, request)? else { continue };
                let lines: Vec<&str> = text.lines().collect();
                // A negative number means all.
                let last = tail.and_then(|count| usize::try_from(count).ok()).unwrap_or(lines.len());
                let lines = lines.iter().skip(lines.len().saturating_sub(last));
                io.print(lines.map(|line| format!("{line}\n")).collect::<String>());
            }
        }
        Ok(0)
    })
}

/// The pod that `web`, `pod/web` or `deployment/web` means.
fn named(io: &mut Io<'_>, session: &Session, word: &str) -> Result<Object, Trouble> {
    let Some((kind, name)) = word.split_once('/') else { return session.get(io, Kind::Pod, word) };
    match select::kind(kind)? {
        Kind::Pod => session.get(io, Kind::Pod, name),
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
            Ok(first)
        }
        kind => Err(Trouble::Said(format!(
            "error: cannot get the logs from {}: selector for {} not implemented",
            kind.api_version(),
            kind.name()
        ))),
    }
}
