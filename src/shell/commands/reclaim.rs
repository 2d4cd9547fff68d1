//! `reclaim`: AWS takes Spot capacity back, which nobody can ask it for. Only the game has this command.

use super::{Command, Example, Io};
use crate::cloud::{AccountId, Region, ecs};

pub(super) const RECLAIM: Command = Command {
    name: "reclaim",
    usage: "reclaim TASK|INSTANCE",
    run,
    examples: &[Example {
        line: "reclaim i-0123456789abcdef0",
        shows: "reclaim: `i-0123456789abcdef0` is neither a task on Fargate Spot nor a Spot Instance that runs\n",
    }],
};

fn run(io: &mut Io<'_>) -> i32 {
    let [what] = io.args else {
        io.eprint(format!("usage: {}\n", RECLAIM.usage));
        return 2;
    };
    // An ARN means its last part.
    let id = what.rsplit('/').next().unwrap_or_default().to_owned();
    let cloud = &mut io.world.cloud;
    let homes: Vec<(AccountId, Region)> = cloud
        .accounts()
        .flat_map(|account| account.regions().map(|(region, _)| (account.id().clone(), region.clone())))
        .collect();
    if homes.iter().any(|(account, region)| ecs::reclaim(cloud, account, region, &id)) {
        return 0;
    }
    let text = io.words.with("reclaim-nothing", &[("id", id.as_str().into())]);
    io.eprint(format!("reclaim: {text}\n"));
    1
}
