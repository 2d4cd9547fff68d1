//! Docker's commands: names, usage, flags, how many arguments.

use super::flags::Flag;
use super::{Run, build, buildx, images, info, inspect, login, manifest, prune, pull, push, run};

/// A command of docker's.
pub(super) struct Spec {
    /// The words that are typed: `["image", "ls"]`.
    pub(super) path: &'static [&'static str],
    /// After `Usage:  `.
    pub(super) usage: &'static str,
    /// A line about it, docker's own.
    pub(super) about: &'static str,
    pub(super) flags: &'static [Flag],
    pub(super) args: Args,
    /// Whether what follows the first argument belongs to it.
    pub(super) stops_at_first: bool,
    pub(super) run: Run,
}

/// How many arguments a command takes.
#[derive(Clone, Copy)]
pub(super) enum Args {
    None,
    Exactly(usize),
    AtLeast(usize),
    AtMost(usize),
}

impl Args {
    /// What is wrong with `count` arguments, and how the last line begins.
    pub(super) fn complaint(self, count: usize) -> Option<(String, &'static str)> {
        let plural = |n: usize| if n == 1 { "argument" } else { "arguments" };
        match self {
            Self::None if count > 0 => Some(("accepts no arguments".to_owned(), "Run")),
            Self::Exactly(n) if count != n => Some((format!("requires {n} {}", plural(n)), "Run")),
            Self::AtLeast(n) if count < n => Some((format!("requires at least {n} {}", plural(n)), "See")),
            Self::AtMost(n) if count > n => Some((format!("requires at most {n} {}", plural(n)), "Run")),
            _ => None,
        }
    }
}

impl Spec {
    /// `docker image ls`.
    pub(super) fn name(&self) -> String {
        format!("docker {}", self.path.join(" "))
    }

    /// What `--help` prints.
    pub(super) fn help(&self) -> String {
        let mut text = format!("Usage:  {}\n\n{}\n", self.usage, self.about);
        if !self.flags.is_empty() {
            text += "\nOptions:\n";
            for (name, letter, takes) in self.flags {
                let letter = if *letter == ' ' { "    ".to_owned() } else { format!("-{letter}, ") };
                text += &format!("  {letter}--{name}{}\n", if *takes { " string" } else { "" });
            }
        }
        text
    }
}

/// The command that the words begin with, and how many words name it.
pub(super) fn find(words: &[&str]) -> Option<(&'static Spec, usize)> {
    let fits = |spec: &&Spec| words.get(..spec.path.len()) == Some(spec.path);
    ALL.iter().filter(fits).max_by_key(|spec| spec.path.len()).map(|spec| (spec, spec.path.len()))
}

/// Words that commands stand behind.
pub(super) const GROUPS: &[&str] = &["image", "container", "builder", "buildx", "manifest", "system"];

/// Docker's commands that the simulation does not have. Source: docker/cli 28, `docker --help`.
const OTHERS: &[&str] = &[
    "attach",
    "checkpoint",
    "commit",
    "compose",
    "config",
    "context",
    "cp",
    "create",
    "debug",
    "diff",
    "events",
    "exec",
    "export",
    "import",
    "kill",
    "load",
    "network",
    "node",
    "pause",
    "plugin",
    "port",
    "rename",
    "restart",
    "save",
    "scout",
    "search",
    "secret",
    "service",
    "stack",
    "start",
    "stats",
    "swarm",
    "top",
    "trust",
    "unpause",
    "update",
    "volume",
    "wait",
];

/// Those behind a group's word.
const OTHERS_IN_GROUPS: &[(&str, &[&str])] = &[
    ("builder", &["build"]),
    ("buildx", &["bake", "dial-stdio", "du", "history", "imagetools", "inspect", "prune", "stop", "version"]),
    (
        "container",
        &[
            "attach", "commit", "cp", "create", "diff", "exec", "export", "inspect", "kill", "pause", "port", "rename",
            "restart", "run", "start", "stats", "top", "unpause", "update", "wait",
        ],
    ),
    ("image", &["import", "load", "save"]),
    ("system", &["dial-stdio", "events"]),
];

/// Whether docker has the command that the words begin with, though the simulation may not.
pub(super) fn is_known(words: &[&str]) -> bool {
    match words {
        [group, word, ..] if GROUPS.contains(group) => {
            OTHERS_IN_GROUPS.iter().any(|(of, names)| of == group && names.contains(word))
        }
        [word, ..] => OTHERS.contains(word),
        [] => false,
    }
}

const BUILD: &[Flag] = &[
    ("build-arg", ' ', true),
    ("builder", ' ', true),
    ("cache-from", ' ', true),
    ("file", 'f', true),
    ("label", ' ', true),
    ("load", ' ', false),
    ("no-cache", ' ', false),
    ("platform", ' ', true),
    ("progress", ' ', true),
    ("provenance", ' ', true),
    ("pull", ' ', false),
    ("push", ' ', false),
    ("quiet", 'q', false),
    ("sbom", ' ', true),
    ("tag", 't', true),
    ("target", ' ', true),
];
const BUILDX_CREATE: &[Flag] = &[
    ("bootstrap", ' ', false),
    ("driver", ' ', true),
    ("name", ' ', true),
    ("platform", ' ', true),
    ("use", ' ', false),
];
const IMAGES: &[Flag] = &[
    ("all", 'a', false),
    ("digests", ' ', false),
    ("filter", 'f', true),
    ("format", ' ', true),
    ("no-trunc", ' ', false),
    ("quiet", 'q', false),
];
const RMI: &[Flag] = &[("force", 'f', false), ("no-prune", ' ', false)];
const HISTORY: &[Flag] =
    &[("format", ' ', true), ("human", 'H', false), ("no-trunc", ' ', false), ("quiet", 'q', false)];
const INSPECT: &[Flag] = &[("format", 'f', true), ("size", 's', false), ("type", ' ', true)];
const PRUNE: &[Flag] = &[("all", 'a', false), ("filter", ' ', true), ("force", 'f', false)];
const PUSH: &[Flag] = &[("all-tags", 'a', false), ("platform", ' ', true), ("quiet", 'q', false)];
const PULL: &[Flag] = &[("all-tags", 'a', false), ("platform", ' ', true), ("quiet", 'q', false)];
const RUN: &[Flag] = &[
    ("detach", 'd', false),
    ("entrypoint", ' ', true),
    ("env", 'e', true),
    ("interactive", 'i', false),
    ("name", ' ', true),
    ("network", ' ', true),
    ("platform", ' ', true),
    ("publish", 'p', true),
    ("pull", ' ', true),
    ("restart", ' ', true),
    ("rm", ' ', false),
    ("tty", 't', false),
    ("user", 'u', true),
    ("volume", 'v', true),
    ("workdir", 'w', true),
];
const PS: &[Flag] = &[
    ("all", 'a', false),
    ("filter", 'f', true),
    ("format", ' ', true),
    ("no-trunc", ' ', false),
    ("quiet", 'q', false),
];
const RM: &[Flag] = &[("force", 'f', false), ("volumes", 'v', false)];
const LOGIN: &[Flag] = &[("password", 'p', true), ("password-stdin", ' ', false), ("username", 'u', true)];

const fn spec(
    path: &'static [&'static str],
    usage: &'static str,
    about: &'static str,
    flags: &'static [Flag],
    args: Args,
    run: Run,
) -> Spec {
    Spec { path, usage, about, flags, args, stops_at_first: false, run }
}

/// All, the short names first.
pub(super) const ALL: &[Spec] = &[
    spec(&["build"], "docker build [OPTIONS] PATH | URL | -", "Start a build", BUILD, Args::Exactly(1), build::run),
    spec(
        &["history"],
        "docker history [OPTIONS] IMAGE",
        "Show the history of an image",
        HISTORY,
        Args::Exactly(1),
        inspect::history,
    ),
    spec(
        &["images"],
        "docker images [OPTIONS] [REPOSITORY[:TAG]]",
        "List images",
        IMAGES,
        Args::AtMost(1),
        images::list,
    ),
    spec(&["info"], "docker info [OPTIONS]", "Display system-wide information", &[], Args::None, info::info),
    spec(
        &["inspect"],
        "docker inspect [OPTIONS] NAME|ID [NAME|ID...]",
        "Return low-level information on Docker objects",
        INSPECT,
        Args::AtLeast(1),
        inspect::inspect,
    ),
    spec(
        &["login"],
        "docker login [OPTIONS] [SERVER]",
        "Authenticate to a registry",
        LOGIN,
        Args::AtMost(1),
        login::login,
    ),
    spec(&["logout"], "docker logout [SERVER]", "Log out from a registry.", &[], Args::AtMost(1), login::logout),
    spec(
        &["logs"],
        "docker logs [OPTIONS] CONTAINER",
        "Fetch the logs of a container",
        &[("follow", 'f', false), ("tail", 'n', true)],
        Args::Exactly(1),
        run::logs,
    ),
    spec(&["ps"], "docker ps [OPTIONS]", "List containers", PS, Args::None, run::ps),
    spec(
        &["pull"],
        "docker pull [OPTIONS] NAME[:TAG|@DIGEST]",
        "Download an image from a registry",
        PULL,
        Args::Exactly(1),
        pull::run,
    ),
    spec(
        &["push"],
        "docker push [OPTIONS] NAME[:TAG]",
        "Upload an image to a registry",
        PUSH,
        Args::Exactly(1),
        push::run,
    ),
    spec(
        &["rm"],
        "docker rm [OPTIONS] CONTAINER [CONTAINER...]",
        "Remove one or more containers",
        RM,
        Args::AtLeast(1),
        run::rm,
    ),
    spec(
        &["rmi"],
        "docker rmi [OPTIONS] IMAGE [IMAGE...]",
        "Remove one or more images",
        RMI,
        Args::AtLeast(1),
        images::remove,
    ),
    Spec {
        path: &["run"],
        usage: "docker run [OPTIONS] IMAGE [COMMAND] [ARG...]",
        about: "Create and run a new container from an image",
        flags: RUN,
        args: Args::AtLeast(1),
        stops_at_first: true,
        run: run::run,
    },
    spec(
        &["stop"],
        "docker stop [OPTIONS] CONTAINER [CONTAINER...]",
        "Stop one or more running containers",
        &[("time", 't', true)],
        Args::AtLeast(1),
        run::stop,
    ),
    spec(
        &["tag"],
        "docker tag SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
        "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
        &[],
        Args::Exactly(2),
        images::tag,
    ),
    spec(
        &["version"],
        "docker version [OPTIONS]",
        "Show the Docker version information",
        &[],
        Args::None,
        info::version,
    ),
    spec(&["builder", "prune"], "docker builder prune", "Remove build cache", PRUNE, Args::None, prune::builder),
    spec(
        &["buildx", "build"],
        "docker buildx build [OPTIONS] PATH | URL | -",
        "Start a build",
        BUILD,
        Args::Exactly(1),
        build::run,
    ),
    spec(
        &["buildx", "create"],
        "docker buildx create [OPTIONS] [CONTEXT|ENDPOINT]",
        "Create a new builder instance",
        BUILDX_CREATE,
        Args::AtMost(1),
        buildx::create,
    ),
    spec(
        &["buildx", "imagetools", "inspect"],
        "docker buildx imagetools inspect [OPTIONS] NAME",
        "Show details of an image in the registry",
        &[("builder", ' ', true), ("format", ' ', true), ("raw", ' ', false)],
        Args::Exactly(1),
        buildx::imagetools_inspect,
    ),
    spec(&["buildx", "ls"], "docker buildx ls", "List builder instances", &[], Args::None, buildx::ls),
    spec(
        &["buildx", "rm"],
        "docker buildx rm [OPTIONS] [NAME...]",
        "Remove one or more builder instances",
        &[("force", 'f', false)],
        Args::AtLeast(1),
        buildx::rm,
    ),
    spec(
        &["buildx", "use"],
        "docker buildx use [OPTIONS] NAME",
        "Set the current builder instance",
        &[("default", ' ', false), ("global", ' ', false)],
        Args::Exactly(1),
        buildx::use_,
    ),
    spec(
        &["container", "logs"],
        "docker container logs [OPTIONS] CONTAINER",
        "Fetch the logs of a container",
        &[("follow", 'f', false)],
        Args::Exactly(1),
        run::logs,
    ),
    spec(&["container", "ls"], "docker container ls [OPTIONS]", "List containers", PS, Args::None, run::ps),
    spec(
        &["container", "prune"],
        "docker container prune [OPTIONS]",
        "Remove all stopped containers",
        &[("filter", ' ', true), ("force", 'f', false)],
        Args::None,
        prune::containers,
    ),
    spec(
        &["container", "rm"],
        "docker container rm [OPTIONS] CONTAINER [CONTAINER...]",
        "Remove one or more containers",
        RM,
        Args::AtLeast(1),
        run::rm,
    ),
    spec(
        &["container", "stop"],
        "docker container stop [OPTIONS] CONTAINER [CONTAINER...]",
        "Stop one or more running containers",
        &[("time", 't', true)],
        Args::AtLeast(1),
        run::stop,
    ),
    spec(
        &["image", "build"],
        "docker image build [OPTIONS] PATH | URL | -",
        "Build an image from a Dockerfile",
        BUILD,
        Args::Exactly(1),
        build::run,
    ),
    spec(
        &["image", "history"],
        "docker image history [OPTIONS] IMAGE",
        "Show the history of an image",
        HISTORY,
        Args::Exactly(1),
        inspect::history,
    ),
    spec(
        &["image", "inspect"],
        "docker image inspect [OPTIONS] IMAGE [IMAGE...]",
        "Display detailed information on one or more images",
        INSPECT,
        Args::AtLeast(1),
        inspect::inspect_image,
    ),
    spec(
        &["image", "ls"],
        "docker image ls [OPTIONS] [REPOSITORY[:TAG]]",
        "List images",
        IMAGES,
        Args::AtMost(1),
        images::list,
    ),
    spec(&["image", "prune"], "docker image prune [OPTIONS]", "Remove unused images", PRUNE, Args::None, prune::images),
    spec(
        &["image", "pull"],
        "docker image pull [OPTIONS] NAME[:TAG|@DIGEST]",
        "Download an image from a registry",
        PULL,
        Args::Exactly(1),
        pull::run,
    ),
    spec(
        &["image", "push"],
        "docker image push [OPTIONS] NAME[:TAG]",
        "Upload an image to a registry",
        PUSH,
        Args::Exactly(1),
        push::run,
    ),
    spec(
        &["image", "rm"],
        "docker image rm [OPTIONS] IMAGE [IMAGE...]",
        "Remove one or more images",
        RMI,
        Args::AtLeast(1),
        images::remove,
    ),
    spec(
        &["image", "tag"],
        "docker image tag SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
        "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
        &[],
        Args::Exactly(2),
        images::tag,
    ),
    spec(
        &["manifest", "annotate"],
        "docker manifest annotate [OPTIONS] MANIFEST_LIST MANIFEST",
        "Add additional information to a local image manifest",
        &[("arch", ' ', true), ("os", ' ', true), ("variant", ' ', true)],
        Args::Exactly(2),
        manifest::annotate,
    ),
    spec(
        &["manifest", "create"],
        "docker manifest create MANIFEST_LIST MANIFEST [MANIFEST...]",
        "Create a local manifest list for annotating and pushing to a registry",
        &[("amend", 'a', false), ("insecure", ' ', false)],
        Args::AtLeast(2),
        manifest::create,
    ),
    spec(
        &["manifest", "inspect"],
        "docker manifest inspect [OPTIONS] [MANIFEST_LIST] MANIFEST",
        "Display an image manifest, or manifest list",
        &[("insecure", ' ', false), ("verbose", 'v', false)],
        Args::AtLeast(1),
        manifest::inspect,
    ),
    spec(
        &["manifest", "push"],
        "docker manifest push [OPTIONS] MANIFEST_LIST",
        "Push a manifest list to a repository",
        &[("insecure", ' ', false), ("purge", 'p', false)],
        Args::Exactly(1),
        manifest::push,
    ),
    spec(
        &["manifest", "rm"],
        "docker manifest rm MANIFEST_LIST [MANIFEST_LIST...]",
        "Delete one or more manifest lists from local storage",
        &[],
        Args::AtLeast(1),
        manifest::rm,
    ),
    spec(&["system", "df"], "docker system df", "Show docker disk usage", &[], Args::None, info::disk_usage),
    spec(
        &["system", "info"],
        "docker system info [OPTIONS]",
        "Display system-wide information",
        &[],
        Args::None,
        info::info,
    ),
    spec(
        &["system", "prune"],
        "docker system prune [OPTIONS]",
        "Remove unused data",
        &[("all", 'a', false), ("filter", ' ', true), ("force", 'f', false), ("volumes", ' ', false)],
        Args::None,
        prune::system,
    ),
];
