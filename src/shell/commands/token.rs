//! `token`: the access tokens that the learner has at registries outside. It stands for the pages where such tokens are made.
//! Only the game has this command.

use super::options::options;
use super::{Command, Example, Io, clock};
use crate::cloud::upstream::{self, AccessToken, Refusal};
use crate::text::Words;
use crate::world::World;

pub(super) const TOKEN: Command = Command {
    name: "token",
    usage: "token [create REGISTRY [--user=NAME] [--text=TOKEN] [--expires=DURATION] | revoke TOKEN]",
    run,
    examples: &[
        Example { line: "token", shows: "you have no access tokens; `token create docker.io` makes one\n" },
        Example { line: "token create docker.io --text=dckr_pat_1 --expires=30d", shows: "dckr_pat_1\n" },
        Example {
            line: "token create example.com",
            shows: "token: `example.com` is no registry with accounts\n\
                    hint: docker.io, ghcr.io, registry.gitlab.com, cgr.dev, quay.io or NAME.azurecr.io\n",
        },
        Example { line: "token revoke x", shows: "token: there is no token `x` that could be revoked\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let longs = [("user", 'u'), ("text", 't'), ("expires", 'e')];
    let Some(given) = options(io, TOKEN.name, "u:t:e:", &longs) else { return 2 };
    match given.rest.as_slice() {
        [] => list(io),
        [verb, host] if verb == "create" => {
            let (user, text) = (given.value('u').unwrap_or(World::USER), given.value('t').map(str::to_owned));
            let lasts = match given.value('e').map(|text| clock::duration(text).ok_or(text)).transpose() {
                Ok(lasts) => lasts,
                Err(wrong) => {
                    let text = io.words.with("clock-bad-duration", &[("text", wrong.into())]);
                    io.eprint(format!("token: {text}\n{}\n", io.words.get("clock-hint")));
                    return 1;
                }
            };
            if !upstream::has_accounts(host) {
                let text = io.words.with("token-no-registry", &[("host", host.as_str().into())]);
                io.eprint(format!("token: {text}\n{}\n", io.words.get("token-registries")));
                return 1;
            }
            let token = upstream::issue(&mut io.world.cloud, host, user, text, lasts);
            io.print(format!("{}\n", token.text));
            0
        }
        [verb, token] if verb == "revoke" => {
            let now = io.world.cloud.now();
            if io.world.cloud.outside_mut().revoke(token, now) {
                return 0;
            }
            let text = io.words.with("token-none-to-revoke", &[("token", token.as_str().into())]);
            io.eprint(format!("token: {text}\n"));
            1
        }
        _ => {
            io.eprint(format!("usage: {}\n", TOKEN.usage));
            2
        }
    }
}

fn list(io: &mut Io<'_>) -> i32 {
    let now = io.world.cloud.now();
    let lines: Vec<String> =
        io.world.cloud.outside().tokens().map(|token| line(io.words, token, token.flaw(now))).collect();
    let text = if lines.is_empty() { io.words.get("token-none") } else { lines.join("\n") };
    io.print(text + "\n");
    0
}

fn line(words: &Words, token: &AccessToken, flaw: Option<Refusal>) -> String {
    let state = match (flaw, token.expires_at) {
        (Some(Refusal::Expired(at)), _) => words.with("token-expired", &[("at", at.to_string().into())]),
        (Some(Refusal::Revoked(at)), _) => words.with("token-revoked", &[("at", at.to_string().into())]),
        (_, Some(at)) => words.with("token-good-until", &[("at", at.to_string().into())]),
        _ => words.get("token-good"),
    };
    format!("{}  {}  {}  {state}", token.host, token.user, token.text)
}
