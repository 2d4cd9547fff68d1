//! `kubectl auth can-i`.

use super::flags::Parsed;
use super::{Command, Done, fail, with_session};
use crate::cloud::eks::{Answer, Kind, Request};
use crate::shell::Io;

pub(super) const CAN_I: Command = Command {
    path: "auth can-i",
    usage: "kubectl auth can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL] [options]",
    flags: &[("all-namespaces", 'A', false), ("quiet", 'q', false), ("subresource", ' ', true), ("list", ' ', false)],
    run,
};

fn run(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    if parsed.has("list") {
        return super::not_simulated(io, "kubectl auth can-i --list");
    }
    let (Some(verb), Some(word)) = (parsed.arg(0), parsed.arg(1)) else {
        return fail(
            io,
            "error: you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples",
        );
    };
    let word = word.split('/').next().unwrap_or_default();
    let kind = Kind::of_word(word);
    let mut resource = kind.map_or_else(|| word.to_owned(), |kind| kind.plural().to_owned());
    if kind.is_none() && word != "*" {
        io.eprint(format!("Warning: the server doesn't have a resource type '{word}'\n\n"));
    }
    if let Some(kind) = kind.filter(|kind| !kind.is_namespaced()) {
        io.eprint(format!("Warning: resource '{}' is not namespace scoped\n\n", kind.plural()));
    }
    if let Some(part) = parsed.value("subresource") {
        resource = format!("{resource}/{part}");
    }
    with_session(io, parsed, |io, session| {
        let everywhere = parsed.has("all-namespaces") || kind.is_some_and(|kind| !kind.is_namespaced());
        let namespace = (!everywhere).then(|| session.namespace.clone());
        let answer = session.ask(io, Request::Review { verb: verb.to_owned(), resource, namespace })?;
        let allowed = answer == Answer::Allowed(true);
        if !parsed.has("quiet") {
            io.print(if allowed { "yes\n" } else { "no\n" });
        }
        Ok(i32::from(!allowed))
    })
}
