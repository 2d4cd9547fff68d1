//! `docker system prune` and its like: what nobody uses goes, after a question.
//! Source: docker/cli, cli/command/{system,container,image,builder}/prune.go.

use super::flags::Parsed;
use super::not_simulated;
use super::table::virtual_size;
use crate::laptop::docker::Removed;
use crate::shell::Io;

/// What `-f` leaves out. Answers whether to go on.
fn confirmed(io: &mut Io<'_>, parsed: &Parsed, warning: &str) -> bool {
    if parsed.has("force") {
        return true;
    }
    io.print(format!("WARNING! This will remove{warning}\nAre you sure you want to continue? [y/N] "));
    let answer = io.stdin();
    let answer = answer.as_ref().map(|answer| String::from_utf8_lossy(answer.as_bytes()).into_owned());
    let yes = answer.as_deref().and_then(|text| text.lines().next()).is_some_and(|line| line.eq_ignore_ascii_case("y"));
    if !yes {
        let text = io.words.get("docker-prune-unanswered");
        io.print("\n");
        io.eprint(format!("{text}\n"));
    }
    yes
}

/// Asks, prunes, and tells the space that is free now.
fn prune(
    io: &mut Io<'_>,
    parsed: &Parsed,
    name: &str,
    warning: &str,
    act: impl FnOnce(&mut Io<'_>) -> (String, u64),
) -> i32 {
    if parsed.value("filter").is_some() {
        return not_simulated(io, &format!("{name} --filter"));
    }
    if !confirmed(io, parsed, warning) {
        return 1;
    }
    let (text, bytes) = act(io);
    io.print(format!("{text}Total reclaimed space: {}\n", virtual_size(bytes)));
    0
}

const UNUSED_IMAGES: &str = "all images without at least one container associated to them";
const DANGLING_IMAGES: &str = "all dangling images";

pub(super) fn images(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let all = parsed.has("all");
    let warning = if all { UNUSED_IMAGES } else { DANGLING_IMAGES };
    prune(io, parsed, "docker image prune", &format!(" {warning}."), |io| prune_images(io, all))
}

pub(super) fn containers(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    prune(io, parsed, "docker container prune", " all stopped containers.", |io| (prune_containers(io), 0))
}

/// Everything in one go. Networks and volumes are not simulated: there are none to remove.
pub(super) fn system(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let all = parsed.has("all");
    let mut warnings = vec!["all stopped containers", "all networks not used by at least one container"];
    if parsed.has("volumes") {
        warnings.push("all anonymous volumes not used by at least one container");
    }
    warnings.extend(if all { [UNUSED_IMAGES, "all build cache"] } else { [DANGLING_IMAGES, "unused build cache"] });
    let list: String = warnings.iter().map(|warning| format!("\n  - {warning}")).collect();
    prune(io, parsed, "docker system prune", &format!(":{list}\n"), |io| {
        let containers = prune_containers(io);
        let (images, of_images) = prune_images(io, all);
        let (cache, of_cache) = prune_cache(io);
        (containers + &images + &cache, of_images + of_cache)
    })
}

pub(super) fn builder(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    if parsed.value("filter").is_some() {
        return not_simulated(io, "docker builder prune --filter");
    }
    let warning = if parsed.has("all") { " all build cache." } else { " all dangling build cache." };
    if !confirmed(io, parsed, warning) {
        return 1;
    }
    let freed = io.world.laptop.docker.cache_usage().1;
    io.world.laptop.docker.forget_cache();
    io.print(format!("Total:\t{}\n", virtual_size(freed)));
    0
}

fn prune_images(io: &mut Io<'_>, all: bool) -> (String, u64) {
    let (done, bytes) = io.world.laptop.docker.prune(all);
    let lines: String = done
        .iter()
        .map(|step| match step {
            Removed::Untagged(name) => format!("untagged: {name}\n"),
            Removed::Deleted(digest) => format!("deleted: {digest}\n"),
        })
        .collect();
    (under("Deleted Images:", &lines), bytes)
}

fn prune_containers(io: &mut Io<'_>) -> String {
    let gone = io.world.laptop.docker.prune_containers();
    under("Deleted Containers:", &gone.iter().map(|id| format!("{id}\n")).collect::<String>())
}

fn prune_cache(io: &mut Io<'_>) -> (String, u64) {
    let bytes = io.world.laptop.docker.cache_usage().1;
    let ids: String = io.world.laptop.docker.cache_ids().map(|id| format!("{id}\n")).collect();
    io.world.laptop.docker.forget_cache();
    (under("Deleted build cache objects:", &ids), bytes)
}

/// Lines under a title; nothing where there are none.
fn under(title: &str, lines: &str) -> String {
    if lines.is_empty() { String::new() } else { format!("{title}\n{lines}\n") }
}
