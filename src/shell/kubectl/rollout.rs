//! `kubectl rollout …` and `kubectl wait`: these two move the clock until what they wait for is so.

use serde_json::json;

use super::flags::Parsed;
use super::{Command, Done, Session, Trouble, fail, print, select, set, table, with_session};
use crate::cloud::Duration;
use crate::cloud::eks::{self, CHANGE_CAUSE, Deployment, Key, Kind, Object, ReplicaSet, Request, TEMPLATE_HASH, Time};
use crate::shell::Io;

/// The longest that a command waits without being told: of the order of a person's patience.
const PATIENCE: i64 = 3600;

pub(super) const STATUS: Command = Command {
    path: "rollout status",
    usage: "kubectl rollout status (TYPE NAME | TYPE/NAME) [flags] [options]",
    flags: &[("timeout", ' ', true), ("watch", 'w', true), ("revision", ' ', true)],
    run: status,
};
pub(super) const RESTART: Command = Command {
    path: "rollout restart",
    usage: "kubectl rollout restart RESOURCE [options]",
    flags: &[("selector", 'l', true)],
    run: restart,
};
pub(super) const UNDO: Command = Command {
    path: "rollout undo",
    usage: "kubectl rollout undo (TYPE NAME | TYPE/NAME) [flags] [options]",
    flags: &[("to-revision", ' ', true)],
    run: undo,
};
pub(super) const HISTORY: Command = Command {
    path: "rollout history",
    usage: "kubectl rollout history (TYPE NAME | TYPE/NAME) [flags] [options]",
    flags: &[("revision", ' ', true)],
    run: history,
};
pub(super) const PAUSE: Command = Command {
    path: "rollout pause",
    usage: "kubectl rollout pause RESOURCE [options]",
    flags: &[],
    run: |io, parsed| pause(io, parsed, true),
};
pub(super) const RESUME: Command = Command {
    path: "rollout resume",
    usage: "kubectl rollout resume RESOURCE [options]",
    flags: &[],
    run: |io, parsed| pause(io, parsed, false),
};
pub(super) const WAIT: Command = Command {
    path: "wait",
    usage: "kubectl wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) \
            [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'=value] [options]",
    flags: &[("for", ' ', true), ("timeout", ' ', true), ("selector", 'l', true), ("all", ' ', false)],
    run: wait,
};

/// The deployments that a command means.
fn deployments(
    io: &mut Io<'_>,
    session: &Session,
    parsed: &Parsed,
) -> Result<Vec<std::sync::Arc<Deployment>>, Trouble> {
    let selection = select::read(&parsed.rest)?;
    if let Some((kind, _)) = selection.parts.iter().find(|(kind, _)| *kind != Kind::Deployment) {
        return Err(Trouble::NotSimulated(format!("kubectl rollout for {}", kind.plural())));
    }
    let (found, missing) = select::fetch(io, session, &selection, parsed)?;
    if let Some(text) = missing.into_iter().next() {
        return Err(Trouble::NotFound(text));
    }
    let all = found.into_iter().flat_map(|(_, objects)| objects).filter_map(|object| match object {
        Object::Deployment(deployment) => Some(deployment),
        _ => None,
    });
    Ok(all.collect())
}

/// A span as Go writes it: `90s`, `5m`, `1h30m`; nothing or zero for none.
fn span(text: &str) -> Option<Duration> {
    let mut total = 0.0;
    let mut number = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' | '.' => number.push(c),
            'h' | 'm' | 's' => {
                let factor = match c {
                    'h' => 3600.0,
                    'm' => 60.0,
                    _ => 1.0,
                };
                total += number.parse::<f64>().ok()? * factor;
                number.clear();
            }
            _ => return None,
        }
    }
    if !number.is_empty() {
        total += number.parse::<f64>().ok()?;
    }
    Some(Duration::millis((total * 1000.0).clamp(0.0, 1e12) as i64))
}

/// Why a rollout is not done, as `kubectl` says it; none when it is. Source: kubectl, `DeploymentStatusViewer`.
fn unfinished(deployment: &Deployment) -> Result<Option<String>, String> {
    let name = &deployment.metadata.name;
    let status = &deployment.status;
    let reason = deployment.condition("Progressing").and_then(|condition| condition.reason.as_deref());
    if reason == Some("ProgressDeadlineExceeded") {
        return Err(format!("error: deployment \"{name}\" exceeded its progress deadline"));
    }
    let waiting = |what: String| Some(format!("Waiting for deployment \"{name}\" rollout to finish: {what}...\n"));
    let wanted = deployment.replicas();
    Ok(if status.updated_replicas < wanted {
        waiting(format!("{} out of {wanted} new replicas have been updated", status.updated_replicas))
    } else if status.replicas > status.updated_replicas {
        let old = status.replicas - status.updated_replicas;
        waiting(format!("{old} old replicas are pending termination"))
    } else if status.available_replicas < status.updated_replicas {
        waiting(format!("{} of {} updated replicas are available", status.available_replicas, status.updated_replicas))
    } else {
        None
    })
}

fn status(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    with_session(io, parsed, |io, session| {
        let limit = parsed.value("timeout").and_then(span).filter(|span| *span > Duration::default());
        let limit = limit.unwrap_or(Duration::seconds(PATIENCE)).as_millis() / 1000;
        for deployment in deployments(io, session, parsed)? {
            let key = deployment.metadata.key();
            let mut last = String::new();
            let mut passed = 0;
            loop {
                let cluster = eks::cluster_at(&io.world.cloud, &session.server);
                let Some(now) = cluster.and_then(|cluster| cluster.kube.deployment(&key)).cloned() else {
                    return Err(Trouble::Said("error: object has been deleted".to_owned()));
                };
                match unfinished(&now) {
                    Err(message) => return Err(Trouble::Said(message)),
                    Ok(None) => break io.print(format!("deployment \"{}\" successfully rolled out\n", key.name)),
                    Ok(Some(line)) => {
                        if line != last {
                            io.print(&line);
                            last = line;
                        }
                    }
                }
                if parsed.value("watch") == Some("false") {
                    break;
                }
                if passed >= limit {
                    return Err(Trouble::Said("error: timed out waiting for the condition".to_owned()));
                }
                passed += 1;
                io.world.cloud.advance(Duration::seconds(1));
            }
        }
        Ok(0)
    })
}

/// Changes deployments, each in a document of its own; what can't be changed is told.
/// Source: kubectl, `pkg/polymorphichelpers`.
fn change(
    io: &mut Io<'_>,
    parsed: &Parsed,
    told: &str,
    refused: impl Fn(&Deployment) -> Option<&'static str>,
    change: impl Fn(&Io<'_>, &Deployment, &mut serde_json::Value),
) -> Done {
    with_session(io, parsed, |io, session| {
        let mut code = 0;
        for deployment in deployments(io, session, parsed)? {
            if let Some(why) = refused(&deployment) {
                let resource = Kind::Deployment.resource();
                code = fail(io, format!("error: {resource} \"{}\" {why}", deployment.metadata.name));
                continue;
            }
            let mut document = Object::Deployment(deployment.clone()).to_json();
            change(io, &deployment, &mut document);
            session.ask(io, Request::Update { manifest: document })?;
            io.print(format!("{} {told}\n", print::with_kind(Kind::Deployment, &deployment.metadata.name)));
        }
        Ok(code)
    })
}

fn restart(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    if parsed.rest.is_empty() {
        return fail(io, "error: required resource not specified");
    }
    let paused = |deployment: &Deployment| {
        deployment.spec.paused.then_some("can't restart paused deployment (run rollout resume first)")
    };
    change(io, parsed, "restarted", paused, |io, _, document| {
        let now = Time(io.world.cloud.now()).to_string();
        if document.pointer("/spec/template/metadata/annotations").is_none() {
            set::set(document, "/spec/template/metadata", "annotations", json!({}));
        }
        set::set(document, "/spec/template/metadata/annotations", "kubectl.kubernetes.io/restartedAt", now.into());
    })
}

fn pause(io: &mut Io<'_>, parsed: &Parsed, paused: bool) -> Done {
    let told = if paused { "paused" } else { "resumed" };
    let refused = |deployment: &Deployment| match (paused, deployment.spec.paused) {
        (true, true) => Some("is already paused"),
        (false, false) => Some("is not paused"),
        _ => None,
    };
    change(io, parsed, told, refused, |_, _, document| set::set(document, "/spec", "paused", json!(paused)))
}

/// A deployment's replica sets, oldest template first.
fn sets(
    io: &mut Io<'_>,
    session: &Session,
    deployment: &Deployment,
) -> Result<Vec<std::sync::Arc<ReplicaSet>>, Trouble> {
    let own = |set: &ReplicaSet| set.metadata.controller().is_some_and(|owner| owner.uid == deployment.metadata.uid);
    let all = session.list(io, Kind::ReplicaSet, false)?.into_iter().filter_map(|object| match object {
        Object::ReplicaSet(set) if own(&set) => Some(set),
        _ => None,
    });
    let mut sets: Vec<_> = all.collect();
    sets.sort_by_key(|set| set.revision());
    Ok(sets)
}

fn history(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    with_session(io, parsed, |io, session| {
        for deployment in deployments(io, session, parsed)? {
            let sets = sets(io, session, &deployment)?;
            let what = print::with_kind(Kind::Deployment, &deployment.metadata.name);
            if let Some(wanted) = parsed.value("revision").and_then(|text| text.parse::<u64>().ok()).filter(|n| *n > 0)
            {
                let Some(set) = sets.iter().find(|set| set.revision() == wanted) else {
                    return Err(Trouble::Said("error: unable to find the specified revision".to_owned()));
                };
                let mut text = format!("{what} with revision #{wanted}\nPod Template:\n");
                text += &super::describe::template(&set.spec.template);
                io.print(text + "\n");
                continue;
            }
            let mut rows = vec![vec!["REVISION".to_owned(), "CHANGE-CAUSE".to_owned()]];
            rows.extend(sets.iter().map(|set| {
                let cause = set.metadata.annotations.get(CHANGE_CAUSE).cloned();
                vec![set.revision().to_string(), cause.unwrap_or_else(|| "<none>".to_owned())]
            }));
            io.print(format!("{what} \n{}\n", table::spaced(&rows, 2)));
        }
        Ok(0)
    })
}

fn undo(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    with_session(io, parsed, |io, session| {
        for deployment in deployments(io, session, parsed)? {
            let name = &deployment.metadata.name;
            let sets = sets(io, session, &deployment)?;
            let wanted = parsed.value("to-revision").and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
            let found =
                if wanted == 0 { sets.iter().rev().nth(1) } else { sets.iter().find(|set| set.revision() == wanted) };
            let Some(set) = found else {
                return Err(Trouble::Said(match wanted {
                    0 => format!("error: no rollout history found for deployment \"{name}\""),
                    _ => format!("error: unable to find specified revision {wanted} in history"),
                }));
            };
            let mut template = set.spec.template.clone();
            template.metadata.labels.remove(TEMPLATE_HASH);
            let what = print::with_kind(Kind::Deployment, name);
            if template == deployment.spec.template {
                io.print(format!(
                    "{what} skipped rollback (current template already matches revision {})\n",
                    set.revision()
                ));
                continue;
            }
            if deployment.spec.paused {
                return Err(Trouble::Said(format!(
                    "error: cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try \
                     again: {name}"
                )));
            }
            let mut document = Object::Deployment(deployment.clone()).to_json();
            set::set(&mut document, "/spec", "template", json!(template));
            session.ask(io, Request::Update { manifest: document })?;
            io.print(format!("{what} rolled back\n"));
        }
        Ok(0)
    })
}

/// What `kubectl wait` waits for.
enum For {
    Delete,
    Condition(String, String),
}

fn wait(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    let wanted = match parsed.value("for") {
        None => return fail(io, "error: required flag(s) \"for\" not set"),
        Some("delete") => For::Delete,
        Some(text) => match text.strip_prefix("condition=") {
            Some(condition) => {
                let (kind, status) = condition.split_once('=').unwrap_or((condition, "true"));
                For::Condition(kind.to_owned(), status.to_owned())
            }
            None => return super::not_simulated(io, &format!("kubectl wait --for={text}")),
        },
    };
    let limit = parsed.value("timeout").and_then(span).unwrap_or(Duration::seconds(30)).as_millis() / 1000;
    with_session(io, parsed, |io, session| {
        let selection = select::read(&parsed.rest)?;
        let (found, missing) = select::fetch(io, session, &selection, parsed)?;
        if let (Some(text), For::Condition(..)) = (missing.first(), &wanted) {
            return Err(Trouble::NotFound(text.clone()));
        }
        let objects: Vec<(Kind, Key)> = found
            .into_iter()
            .flat_map(|(kind, objects)| objects.into_iter().map(move |object| (kind, object.metadata().key())))
            .collect();
        if objects.is_empty() && missing.is_empty() {
            return Err(Trouble::Said("error: no matching resources found".to_owned()));
        }
        let mut passed = 0;
        for (kind, key) in objects {
            loop {
                let cluster = eks::cluster_at(&io.world.cloud, &session.server);
                let there = cluster.and_then(|cluster| cluster.kube.get(kind, &key));
                let met = match (&wanted, &there) {
                    (For::Delete, there) => there.is_none(),
                    (For::Condition(name, status), Some(object)) => has(object, name, status),
                    (For::Condition(..), None) => {
                        return Err(Trouble::Said(format!("error: {} \"{}\" not found", kind.plural(), key.name)));
                    }
                };
                if met {
                    io.print(format!("{} condition met\n", print::with_kind(kind, &key.name)));
                    break;
                }
                if passed >= limit {
                    let text = format!("error: timed out waiting for the condition on {}/{}", kind.plural(), key.name);
                    return Err(Trouble::Said(text));
                }
                passed += 1;
                io.world.cloud.advance(Duration::seconds(1));
            }
        }
        Ok(0)
    })
}

fn has(object: &Object, name: &str, status: &str) -> bool {
    let document = object.to_json();
    let conditions = document.pointer("/status/conditions").and_then(serde_json::Value::as_array).into_iter().flatten();
    let text = |condition: &serde_json::Value, member: &str| {
        condition.get(member).and_then(serde_json::Value::as_str).unwrap_or_default().to_ascii_lowercase()
    };
    conditions.into_iter().any(|condition| {
        text(condition, "type") == name.to_ascii_lowercase() && text(condition, "status") == status.to_ascii_lowercase()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_go_writes_them() {
        assert_eq!(span("1m30s"), Some(Duration::seconds(90)));
        assert_eq!(span("90"), Some(Duration::seconds(90)));
        assert_eq!((span("soon"), span("")), (None, Some(Duration::default())));
    }
}
