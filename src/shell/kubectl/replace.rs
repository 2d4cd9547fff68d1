//! `kubectl replace -f`: an object as a manifest says it, in the place of what there is.

use super::flags::Parsed;
use super::{Command, Done, apply, fail, manifest, not_simulated, print, with_session};
use crate::cloud::eks::Request;
use crate::shell::Io;

pub(super) const REPLACE: Command = Command {
    path: "replace",
    usage: "kubectl replace -f FILENAME [options]",
    flags: &[("filename", 'f', true), ("force", ' ', false), ("dry-run", ' ', true)],
    run,
};

fn run(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    if parsed.has("force") {
        return not_simulated(io, "kubectl replace --force");
    }
    let files: Vec<String> = parsed.values("filename").map(str::to_owned).collect();
    if files.is_empty() {
        return fail(io, "error: must specify --filename to replace");
    }
    let manifests = match manifest::load(io, files.iter().map(String::as_str)) {
        Ok(manifests) => manifests,
        Err(trouble) => return trouble.report(io),
    };
    let dry = match super::dry_run(parsed) {
        Ok(dry) => dry,
        Err(message) => return fail(io, message),
    };
    let explicit = parsed.value("namespace").is_some();
    with_session(io, parsed, |io, session| {
        let mut code = 0;
        for manifest in &manifests {
            let done = manifest.kind().and_then(|(kind, name)| {
                let document = manifest.placed(kind, &session.namespace, explicit)?;
                if dry.is_none() {
                    let doing = format!("error when replacing \"{}\"", manifest.file);
                    let replaced = session.ask(io, Request::Update { manifest: document });
                    replaced.map_err(|trouble| apply::when(trouble, &doing))?;
                }
                Ok(print::with_kind(kind, &name))
            });
            match done {
                Ok(what) => io.print(format!("{what} replaced{}\n", dry.unwrap_or_default())),
                Err(trouble) => code = trouble.report(io),
            }
        }
        Ok(code)
    })
}
