//! `docker run`, `ps`, `logs`, `stop` and `rm`.
//!
//! A command runs to its end at once. A server runs until `docker stop`; in the foreground it is stopped as Ctrl-C would.

use serde_json::{Map, Value};

use super::flags::Parsed;
use super::listing::{Column, Listing};
use super::table::{age, created_at};
use super::{daemon_error, not_simulated, pull};
use crate::cloud::Timestamp;
use crate::cloud::ecs::{EXEC_FORMAT_ERROR, exec_format_error};
use crate::cloud::oci::{Platform, Reference, Tree};
use crate::laptop::docker::{Container, ContainerState, Exec, Executed, Image, shown};
use crate::shell::{Io, container, zone};

pub(super) fn run(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    const HELP: &str = "\nRun 'docker run --help' for more information\n";
    let Some((name, command)) = parsed.rest.split_first() else { return 1 };
    if parsed.value("volume").is_some() {
        return not_simulated(io, "docker run --volume");
    }
    let platform = match parsed.value("platform").map(str::parse::<Platform>).transpose() {
        Ok(platform) => platform,
        Err(why) => {
            io.eprint(format!("docker: {why}\n{HELP}"));
            return 125;
        }
    };
    if let Some(taken) = parsed.value("name").and_then(|name| io.world.laptop.docker.container(name)).cloned() {
        let name = format!("/{}", taken.name);
        io.eprint(format!(
            "docker: Error response from daemon: Conflict. The container name \"{name}\" is already in use by container \"{}\". You have to remove (or rename) that container to be able to reuse that name.\n{HELP}",
            taken.id
        ));
        return 125;
    }
    let local = io.world.laptop.docker.find(name).cloned();
    let fits = |image: &Image| platform.as_ref().is_none_or(|platform| image.platform() == *platform);
    let image = match local.filter(|image| fits(image)) {
        Some(image) => image,
        None => {
            let reference = match name.parse::<Reference>() {
                Ok(reference) => reference.or_latest(),
                Err(error) => {
                    io.eprint(format!("docker: {error}\n{HELP}"));
                    return 125;
                }
            };
            io.eprint(format!("Unable to find image '{}' locally\n", shown(name)));
            match pull::pull(io, &reference, platform.as_ref(), false) {
                Ok(image) => image,
                Err(message) => {
                    io.eprint(format!("docker: Error response from daemon: {message}\n{HELP}"));
                    return 125;
                }
            }
        }
    };
    let is_foreign = image.platform() != Platform::linux_amd64();
    if platform.is_none() && is_foreign {
        io.eprint(format!(
            "WARNING: The requested image's platform ({}) does not match the detected host platform (linux/amd64/v3) and no \
             specific platform was requested\n",
            image.platform()
        ));
    }
    let config = &image.config.config;
    let mut argv: Vec<String> = match parsed.value("entrypoint") {
        Some(entrypoint) => vec![entrypoint.to_owned()],
        None => config.entrypoint.clone().unwrap_or_default(),
    };
    if command.is_empty() && parsed.value("entrypoint").is_none() {
        argv.extend(config.cmd.clone().unwrap_or_default());
    } else {
        argv.extend(command.iter().cloned());
    }
    if argv.is_empty() {
        io.eprint(format!("docker: Error response from daemon: no command specified\n{HELP}"));
        return 125;
    }
    let given = parsed.values("env").filter_map(|pair| match pair.contains('=') {
        true => Some(pair.to_owned()),
        false => io.env(pair).map(|value| format!("{pair}={value}")),
    });
    let env: Vec<String> = config.env.iter().cloned().chain(given).collect();
    let id = io.world.cloud.random_hex(64);
    let env: Vec<String> =
        std::iter::once(format!("HOSTNAME={}", id.chars().take(12).collect::<String>())).chain(env).collect();
    let tree = match image.tree() {
        Ok(tree) => tree,
        Err(error) => return daemon_error(io, error),
    };
    let working_dir = parsed.value("workdir").unwrap_or(&config.working_dir).to_owned();
    let exec = Exec { tree: &tree, argv: &argv, env: &env, working_dir: &working_dir };
    let (done, serving) = container::exec(io.world, io.words, &exec);
    let missing =
        done.code == 127 && done.output.trim_end().ends_with("not found") && !argv.iter().any(|word| word == "-c");
    let detached = parsed.has("detach");
    if missing {
        let program = argv.first().cloned().unwrap_or_default();
        io.eprint(format!(
            "docker: Error response from daemon: failed to create task for container: failed to create shim task: OCI \
             runtime create failed: runc create failed: unable to start container process: error during container init: \
             exec: \"{program}\": executable file not found in $PATH: unknown\n{HELP}"
        ));
        return 127;
    }
    // The laptop's kernel runs nothing that is made for other processors. Builds do: BuildKit brings its own emulators.
    let (done, serving) = match is_foreign {
        true => {
            let program = argv.first().map_or("", String::as_str);
            let output = exec_format_error(&program_path(&tree, &env, program)) + "\n";
            (Executed { output, code: EXEC_FORMAT_ERROR, ..done }, false)
        }
        false => (done, serving),
    };
    let now = io.world.cloud.now();
    let running = serving && detached;
    let code = if serving && !detached { 130 } else { done.code };
    let container = Container {
        name: parsed.value("name").map_or_else(|| invented_name(&id), str::to_owned),
        image: image.id.clone(),
        image_name: name.clone(),
        command: argv.join(" "),
        ports: ports(parsed, running),
        created: now,
        state: if running { ContainerState::Running } else { ContainerState::Exited { code, at: now } },
        log: done.output.clone(),
        id: id.clone(),
    };
    if !parsed.has("rm") || running {
        io.world.laptop.docker.add_container(container);
    }
    if detached {
        io.print(format!("{id}\n"));
        return 0;
    }
    match is_foreign {
        true => io.eprint(done.output),
        false => io.print(done.output),
    }
    if serving {
        let text = io.words.get("docker-foreground");
        io.eprint(format!("{text}\n"));
    }
    code
}

/// The path at which the engine finds a command. The tools that a base image has without a file stand in `/bin`.
fn program_path(tree: &Tree, env: &[String], program: &str) -> String {
    if program.contains('/') {
        return program.to_owned();
    }
    let path = env.iter().rev().find_map(|pair| pair.strip_prefix("PATH="));
    let folders = path.unwrap_or("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin").split(':');
    let found =
        folders.map(|folder| format!("{folder}/{program}")).find(|at| tree.contains_key(at.trim_start_matches('/')));
    found.unwrap_or_else(|| format!("/bin/{program}"))
}

/// `0.0.0.0:8080->80/tcp`.
fn ports(parsed: &Parsed, running: bool) -> String {
    let shown = parsed.values("publish").filter(|_| running).map(|pair| {
        let (host, inside) = pair.rsplit_once(':').unwrap_or((pair, pair));
        let inside = if inside.contains('/') { inside.to_owned() } else { format!("{inside}/tcp") };
        format!("0.0.0.0:{host}->{inside}")
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// An adjective and a name, as docker makes them up.
pub(super) fn invented_name(id: &str) -> String {
    const ADJECTIVES: [&str; 8] = ["bold", "calm", "eager", "gifted", "happy", "keen", "quiet", "vivid"];
    const NAMES: [&str; 8] = ["curie", "darwin", "euler", "hopper", "kepler", "lovelace", "noether", "turing"];
    let pick = |at: usize| id.chars().nth(at).and_then(|digit| digit.to_digit(16)).unwrap_or(0) as usize % 8;
    let word = |list: &[&'static str; 8], at: usize| list.get(pick(at)).copied().unwrap_or("calm");
    format!("{}_{}", word(&ADJECTIVES, 0), word(&NAMES, 1))
}

/// What templates may ask of a container, by name, and what stands over it in a table.
const COLUMNS: [Column; 14] = [
    ("Command", "COMMAND"),
    ("CreatedAt", "CREATED AT"),
    ("ID", "CONTAINER ID"),
    ("Image", "IMAGE"),
    ("Labels", "LABELS"),
    ("LocalVolumes", "LOCAL VOLUMES"),
    ("Mounts", "MOUNTS"),
    ("Names", "NAMES"),
    ("Networks", "NETWORKS"),
    ("Ports", "PORTS"),
    ("RunningFor", "CREATED"),
    ("Size", "SIZE"),
    ("State", "STATE"),
    ("Status", "STATUS"),
];

pub(super) fn ps(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let now = io.world.cloud.now();
    let engine = io.world.laptop.docker.clone();
    let shown = engine.containers().iter().rev().filter(|container| container.is_running() || parsed.has("all"));
    let whole = parsed.has("no-trunc");
    let id = |container: &Container| if whole { container.id.clone() } else { container.short_id() };
    if parsed.has("quiet") {
        for container in shown {
            io.print(format!("{}\n", id(container)));
        }
        return 0;
    }
    let zone = zone::local(&io.world.laptop);
    let listing = Listing {
        columns: &COLUMNS,
        shown: vec!["ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names"],
        kind: "*formatter.ContainerContext",
        rows: shown
            .map(|container| {
                let member = |name: &str, value: String| (name.to_owned(), Value::from(value));
                let command = if whole { container.command.clone() } else { shorten(&container.command) };
                let state = if container.is_running() { "running" } else { "exited" };
                Map::from_iter([
                    member("Command", format!("\"{command}\"")),
                    member("CreatedAt", created_at(container.created, &zone)),
                    member("ID", id(container)),
                    member("Image", container.image_name.clone()),
                    member("Labels", String::new()),
                    member("LocalVolumes", "0".to_owned()),
                    member("Mounts", String::new()),
                    member("Names", container.name.clone()),
                    member("Networks", "bridge".to_owned()),
                    member("Ports", container.ports.clone()),
                    member("RunningFor", age(container.created, now) + " ago"),
                    member("Size", "0B".to_owned()),
                    member("State", state.to_owned()),
                    member("Status", status(container, now)),
                ])
            })
            .collect(),
    };
    listing.show(io, parsed.value("format"))
}

fn status(container: &Container, now: Timestamp) -> String {
    match container.state {
        ContainerState::Running => format!("Up {}", age(container.created, now)),
        ContainerState::Exited { code, at } => format!("Exited ({code}) {} ago", age(at, now)),
    }
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= 20 { text.to_owned() } else { text.chars().take(19).chain(['…']).collect() }
}

pub(super) fn logs(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    match io.world.laptop.docker.container(parsed.arg(0)).map(|container| container.log.clone()) {
        Some(log) => {
            io.print(log);
            0
        }
        None => daemon_error(io, format!("No such container: {}", parsed.arg(0))),
    }
}

pub(super) fn stop(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let now = io.world.cloud.now();
    let mut code = 0;
    for name in &parsed.rest {
        match io.world.laptop.docker.container(name).cloned() {
            Some(container) => {
                if container.is_running() {
                    io.world.laptop.docker.stop_container(&container.id, now, 137);
                }
                io.print(format!("{name}\n"));
            }
            None => code = daemon_error(io, format!("No such container: {name}")),
        }
    }
    code
}

pub(super) fn rm(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let mut code = 0;
    for name in &parsed.rest {
        match io.world.laptop.docker.container(name).cloned() {
            Some(container) if container.is_running() && !parsed.has("force") => {
                let message = format!(
                    "cannot remove container \"{name}\": container is running: stop the container before removing or force remove"
                );
                code = daemon_error(io, message);
            }
            Some(container) => {
                io.world.laptop.docker.remove_container(&container.id);
                io.print(format!("{name}\n"));
            }
            None => code = daemon_error(io, format!("No such container: {name}")),
        }
    }
    code
}
