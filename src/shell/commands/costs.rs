//! `costs`: what a month would cost, estimated from what is there; `costs lifecycle`: what a lifecycle policy would save.
//! Only the game has this command.

use super::{Command, Example, Io};
use crate::cloud::costs::{self, Estimate};
use crate::cloud::ecr::StoredRepository;
use crate::cloud::{AccountId, Region};
use crate::text::Words;

pub(super) const COSTS: Command = Command {
    name: "costs",
    usage: "costs [lifecycle REPOSITORY]",
    run,
    examples: &[Example {
        line: "costs lifecycle nothing",
        shows: "costs: there is no repository `nothing`; there is none at all\n",
    }],
};

fn run(io: &mut Io<'_>) -> i32 {
    match io.args {
        [] => month(io),
        [what, repository] if what == "lifecycle" => lifecycle(io, repository),
        _ => {
            io.eprint(format!("usage: {}\n", COSTS.usage));
            2
        }
    }
}

/// US dollars, with as many decimals as small sums need.
fn dollars(amount: f64) -> String {
    let decimals = match amount.abs() {
        cents if cents >= 0.01 || cents == 0.0 => 2,
        small if small >= 0.0001 => 6,
        _ => 9,
    };
    format!("${amount:.decimals$}")
}

/// A quantity, to three decimals or as many as it needs to be seen.
fn quantity(amount: f64) -> String {
    let decimals = if amount >= 0.001 { 3 } else { 9 };
    let text = format!("{amount:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn month(io: &mut Io<'_>) -> i32 {
    let cloud = &io.world.cloud;
    let homes: Vec<(AccountId, Region)> = cloud
        .accounts()
        .flat_map(|account| account.regions().map(|(region, _)| (account.id().clone(), region.clone())))
        .collect();
    let mut parts = Vec::new();
    for (account, region) in homes {
        let estimate = costs::estimate(cloud, &account, &region);
        if !estimate.lines.is_empty() {
            parts.push(table(io.words, &account, &region, &estimate));
        }
    }
    if parts.is_empty() {
        let text = io.words.get("costs-nothing");
        io.print(format!("{text}\n"));
        return 0;
    }
    let text = parts.join("\n");
    io.print(text);
    0
}

fn table(words: &Words, account: &AccountId, region: &Region, estimate: &Estimate) -> String {
    let args = [("account", account.as_str().into()), ("region", region.as_str().into())];
    let mut out = format!("{}\n\n", words.with("costs-title", &args));
    for line in &estimate.lines {
        let mut amount = format!("{} {} × ${}", quantity(line.quantity), line.item.unit().as_str(), line.price.usd);
        if !line.price.confirmed {
            amount += &format!(", {}", words.get("costs-estimate"));
        }
        out += &format!("  {:>14}  {} ({amount})\n", dollars(line.cost()), words.get(line.item.key()));
    }
    out += &format!("  {:>14}  {}\n\n", dollars(estimate.total()), words.get("costs-total"));
    out += &format!("{}\n", words.with("costs-prices", &[("date", costs::as_of().into())]));
    out += &format!("{}\n", words.get("costs-not-counted"));
    if let Some(stand_in) = estimate.stand_in {
        out += &format!("{}\n", words.with("costs-stand-in", &[("region", stand_in.into())]));
    }
    out
}

fn lifecycle(io: &mut Io<'_>, name: &str) -> i32 {
    let (words, cloud) = (io.words, &io.world.cloud);
    let regions = cloud.accounts().flat_map(|account| account.regions());
    let all: Vec<(&Region, &StoredRepository)> = regions
        .flat_map(|(region, regional)| regional.ecr.repositories().map(move |repository| (region, repository)))
        .collect();
    let mut parts = Vec::new();
    for (region, repository) in all.iter().filter(|(_, repository)| repository.name == name) {
        let named = ("name", name.into());
        parts.push(match costs::saving(repository, region, cloud.now()) {
            None => words.with("lifecycle-no-policy", &[named]),
            Some(saving) => words.with(
                "costs-saving",
                &[
                    named,
                    ("expired", saving.expired.into()),
                    ("archived", saving.archived.into()),
                    ("before", saving.before.into()),
                    ("after", saving.after.into()),
                    ("cost", dollars(saving.cost_before).into()),
                    ("left", dollars(saving.cost_after).into()),
                    ("saved", dollars(saving.saved()).into()),
                ],
            ),
        });
    }
    if parts.is_empty() {
        let mut list: Vec<String> = all.iter().map(|(_, repository)| format!("`{}`", repository.name)).collect();
        list.sort();
        list.dedup();
        let key = if list.is_empty() { "lifecycle-no-repository-at-all" } else { "lifecycle-no-repository" };
        let text = words.with(key, &[("name", name.into()), ("list", list.join(", ").into())]);
        io.eprint(format!("costs: {text}\n"));
        return 1;
    }
    let text = parts.join("\n");
    io.print(format!("{text}\n"));
    0
}
