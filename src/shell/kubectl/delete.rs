//! `kubectl delete`.

use super::flags::Parsed;
use super::{Command, Done, Session, Trouble, fail, manifest, select, with_session};
use crate::cloud::Duration;
use crate::cloud::eks::{self, Key, Kind, Request};
use crate::shell::Io;

/// How long it waits for objects to go.
const PATIENCE: u32 = 120;

pub(super) const DELETE: Command = Command {
    path: "delete",
    usage: "kubectl delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)]) [options]",
    flags: &[
        ("filename", 'f', true),
        ("selector", 'l', true),
        ("all", ' ', false),
        ("all-namespaces", 'A', false),
        ("wait", ' ', true),
        ("now", ' ', false),
        ("force", ' ', false),
        ("grace-period", ' ', true),
        ("ignore-not-found", ' ', false),
    ],
    run,
};

fn run(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    let files: Vec<String> = parsed.values("filename").map(str::to_owned).collect();
    if files.is_empty() && parsed.rest.is_empty() {
        return fail(
            io,
            "error: You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'",
        );
    }
    let mut wanted: Vec<(Kind, Option<String>, String)> = Vec::new();
    if !files.is_empty() {
        let manifests = match manifest::load(io, files.iter().map(String::as_str)) {
            Ok(manifests) => manifests,
            Err(trouble) => return trouble.report(io),
        };
        for manifest in manifests {
            match manifest.kind() {
                Ok((kind, name)) => {
                    let namespace =
                        manifest.document.pointer("/metadata/namespace").and_then(serde_json::Value::as_str);
                    wanted.push((kind, namespace.map(str::to_owned), name));
                }
                Err(trouble) => return trouble.report(io),
            }
        }
    }
    if parsed.has("force") {
        // Source: kubectl, `DeleteOptions.RunDelete`.
        io.eprint(
            "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The \
             resource may continue to run on the cluster indefinitely.\n",
        );
    }
    with_session(io, parsed, |io, session| {
        let mut code = 0;
        if files.is_empty() {
            let selection = select::read(&parsed.rest)?;
            let named = selection.parts.iter().all(|(_, names)| !names.is_empty());
            if !named && !parsed.has("all") && parsed.value("selector").is_none() {
                return Err(Trouble::Said("error: resource(s) were provided, but no name was specified".to_owned()));
            }
            let (found, missing) = select::fetch(io, session, &selection, parsed)?;
            for (kind, objects) in found {
                for object in objects {
                    let namespace = Some(object.metadata().namespace.clone()).filter(|name| !name.is_empty());
                    wanted.push((kind, namespace, object.metadata().name.clone()));
                }
            }
            if wanted.is_empty() && missing.is_empty() {
                io.print("No resources found\n");
            }
            for text in missing.iter().filter(|_| !parsed.has("ignore-not-found")) {
                code = fail(io, text);
            }
        }
        for (kind, namespace, name) in wanted {
            let namespace = namespace.unwrap_or_else(|| session.namespace.clone());
            if let Err(trouble) = one(io, session, parsed, kind, &namespace, &name) {
                match trouble {
                    Trouble::NotFound(_) if parsed.has("ignore-not-found") => {}
                    trouble => code = trouble.report(io),
                }
            }
        }
        Ok(code)
    })
}

fn one(
    io: &mut Io<'_>,
    session: &Session,
    parsed: &Parsed,
    kind: Kind,
    namespace: &str,
    name: &str,
) -> Result<(), Trouble> {
    let key = Key::new(if kind.is_namespaced() { namespace } else { "" }, name);
    session.ask(io, Request::Delete { kind, key: key.clone() })?;
    // Source: kubectl 1.34, which says the namespace too.
    let place = if kind.is_namespaced() { format!(" from {namespace} namespace") } else { String::new() };
    let how = if parsed.has("force") { "force deleted" } else { "deleted" };
    io.print(format!("{} \"{name}\" {how}{place}\n", kind.prefix()));
    if parsed.value("wait") == Some("false") {
        return Ok(());
    }
    // It waits until the object is gone, as the real one does; the clock moves meanwhile.
    for _ in 0..PATIENCE {
        let there = eks::cluster_at(&io.world.cloud, &session.server).and_then(|cluster| cluster.kube.get(kind, &key));
        // A controller may have made another one of the same name by then.
        let leaving = there.is_some_and(|object| object.metadata().deletion_timestamp.is_some());
        if !leaving {
            break;
        }
        io.world.cloud.advance(Duration::seconds(1));
    }
    Ok(())
}
