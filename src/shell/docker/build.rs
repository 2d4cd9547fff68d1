//! `docker build`.

use super::flags::Parsed;
use super::{buildx, export, not_simulated, pull};
use crate::cloud::oci::{Entry, Platform, Reference, Tree};
use crate::laptop::docker::{self, BuildRequest, Built, Exec, Progress, ignored};
use crate::laptop::{Kind, join};
use crate::shell::{Io, container};

pub(super) fn run(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let builder = match parsed.value("builder") {
        None => io.world.laptop.docker.builder(),
        Some(name) => match io.world.laptop.docker.find_builder(name) {
            Some(builder) => builder,
            None => return buildx::no_builder(io, name),
        },
    };
    let wanted = parsed.values("platform").flat_map(|list| list.split(',')).map(str::trim).map(str::parse);
    let mut platforms = match wanted.collect::<Result<Vec<Platform>, String>>() {
        Ok(platforms) => platforms,
        Err(why) => {
            io.eprint(format!("ERROR: {why}\n"));
            return 1;
        }
    };
    if platforms.is_empty() {
        platforms.push(Platform::linux_amd64());
    }
    // Source: buildx, build/build.go.
    if platforms.len() > 1 && !builder.is_container() {
        io.eprint(
            "ERROR: Multi-platform build is not supported for the docker driver.\nSwitch to a different driver, or turn on \
             the containerd image store, and try again.\nLearn more at https://docs.docker.com/go/build-multi-platform/\n",
        );
        return 1;
    }
    let (push, load) = (parsed.has("push"), parsed.has("load"));
    if platforms.len() > 1 && load {
        io.eprint("ERROR: docker exporter does not currently support exporting manifest lists\n");
        return 1;
    }
    let path = parsed.arg(0);
    if path == "-" || path.contains("://") {
        return not_simulated(io, &format!("docker build {path}"));
    }
    let mut names = Vec::new();
    for tag in parsed.values("tag") {
        match tag.parse::<Reference>() {
            Ok(reference) if reference.digest.is_none() => names.push(reference.or_latest()),
            Ok(_) => {
                io.eprint(format!("ERROR: invalid tag \"{tag}\": invalid reference format\n"));
                return 1;
            }
            Err(error) => {
                io.eprint(format!("ERROR: invalid tag \"{tag}\": {error}\n"));
                return 1;
            }
        }
    }
    let folder = io.path(path);
    if !io.world.laptop.files.is_directory(&folder) {
        let why = match io.world.laptop.files.is_file(&folder) {
            true => format!("unable to prepare context: context must be a directory: {folder}"),
            false => format!("unable to prepare context: path \"{path}\" not found"),
        };
        io.eprint(format!("ERROR: {why}\n"));
        return 1;
    }
    let (file_name, text) = match dockerfile(io, parsed, &folder) {
        Ok(found) => found,
        Err(code) => return code,
    };
    let head = |name: &str| {
        let (builder, driver) = (&builder.name, builder.driver());
        format!(
            "#0 building with \"{builder}\" instance using {driver} driver\n\n#1 [internal] load build definition from {name}\n"
        )
    };
    let dockerfile = match docker::parse(&text) {
        Ok(dockerfile) => dockerfile,
        Err(error) => {
            let mut log =
                head(&file_name) + &format!("#1 transferring dockerfile: {}B done\n#1 DONE 0.0s\n", text.len());
            if let docker::ParseError::Line { line, .. } = &error {
                log += &format!("{file_name}:{line}\n--------------------\n");
                let around = line.saturating_sub(2)..=line + 2;
                for (number, shown) in text.lines().enumerate().map(|(at, shown)| (at + 1, shown)) {
                    if around.contains(&number) {
                        let mark = if number == *line { ">>>" } else { "   " };
                        log += format!("{number:4} | {mark} {shown}").trim_end();
                        log.push('\n');
                    }
                }
                log += "--------------------\n";
            }
            io.eprint(format!("{log}ERROR: failed to solve: {error}\n"));
            return 1;
        }
    };
    let context = context(io, &folder);
    let pairs = |flag: &str| -> Vec<(String, String)> {
        let split = |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        // Without a value it is taken from the environment.
        parsed
            .values(flag)
            .filter_map(|pair| split(pair).or_else(|| Some((pair.to_owned(), io.env(pair)?.to_owned()))))
            .collect()
    };
    let (args, labels) = (pairs("build-arg"), pairs("label"));
    let request = BuildRequest {
        dockerfile: &dockerfile,
        dockerfile_name: &file_name,
        context: &context,
        args: &args,
        labels: &labels,
        target: parsed.value("target"),
        no_cache: parsed.has("no-cache"),
        platforms: &platforms,
        builder: &builder,
        now: io.world.cloud.now(),
    };
    let mut engine = io.world.laptop.docker.clone();
    let (inside, words) = (io.world.clone(), io.words);
    let built = {
        let world = &mut *io.world;
        let mut resolve = |reference: &Reference, platform: &Platform| {
            pull::fetch(world, reference, Some(platform)).map(|fetched| fetched.image).map_err(|why| plain(&why))
        };
        let mut run = |exec: Exec<'_>| container::exec(&inside, words, &exec).0;
        docker::build(&mut engine, &request, &mut resolve, &mut run)
    };
    // Steps that were built are kept even if a later one failed.
    io.world.laptop.docker = engine;
    let Built { images, mut progress } = match built {
        Ok(built) => built,
        Err(failure) => {
            io.eprint(failure.log);
            return 1;
        }
    };
    let quiet = parsed.has("quiet");
    let provenance = parsed.value("provenance").is_none_or(|value| value != "false");
    let id = images.first().map(|image| image.id.to_string()).unwrap_or_default();
    if builder.is_container() && push {
        return match export::push_from_container(io, &mut progress, &images, &names, provenance) {
            Ok(digest) => told(io, progress, quiet.then_some(digest)),
            Err(why) => {
                io.eprint(progress.failed(&why));
                1
            }
        };
    }
    if builder.is_container() && !load {
        io.eprint(
            "WARNING: No output specified with docker-container driver. Build result will only remain in the build cache. To \
             push result image into registry use --push or to load image into docker use --load\n",
        );
        return told(io, progress, quiet.then_some(id));
    }
    for image in &images {
        export::load(io, &mut progress, &builder, image, &names);
    }
    let code = told(io, progress, quiet.then_some(id));
    if push { export::push_by_engine(io, &names, &images) } else { code }
}

/// Prints the log, or the one line that is asked for.
fn told(io: &mut Io<'_>, progress: Progress, quiet: Option<String>) -> i32 {
    match quiet {
        Some(line) => io.print(format!("{line}\n")),
        None => io.eprint(progress.into_text()),
    }
    0
}

/// BuildKit's words for what the engine says about a base image.
fn plain(why: &str) -> String {
    if why.contains("no basic auth credentials") {
        return "failed to authorize: failed to fetch anonymous token: no basic auth credentials".to_owned();
    }
    if why.starts_with("no matching manifest") || why.contains("does not match the specified platform") {
        return "no match for platform in manifest: not found".to_owned();
    }
    if why.starts_with("manifest for") {
        return "not found".to_owned();
    }
    match why.strip_prefix("pull access denied for ") {
        Some(_) => match why.split_once("'docker login': ") {
            Some((_, reason)) if !reason.contains("requested access") => {
                format!("pull access denied, repository does not exist or may require authorization: {reason}")
            }
            _ => "pull access denied, repository does not exist or may require authorization: server message: \
                  insufficient_scope: authorization failed"
                .to_owned(),
        },
        None => why.to_owned(),
    }
}

/// The Dockerfile's name as messages show it, and its text.
fn dockerfile(io: &mut Io<'_>, parsed: &Parsed, folder: &str) -> Result<(String, String), i32> {
    let given = parsed.value("file");
    if given == Some("-") {
        let text = io.stdin().map(|bytes| String::from_utf8_lossy(bytes.as_bytes()).into_owned()).unwrap_or_default();
        return Ok(("Dockerfile".to_owned(), text));
    }
    let path = given.map_or_else(|| join(folder, "Dockerfile"), |file| io.path(file));
    let name = crate::laptop::name(&path).to_owned();
    match io.world.laptop.files.read_text(&path) {
        Ok(text) => Ok((name, text)),
        Err(_) => {
            io.eprint(format!(
                "#0 building with \"default\" instance using docker driver\n\n\
                 #1 [internal] load build definition from {name}\n\
                 #1 transferring dockerfile: 2B done\n#1 DONE 0.0s\n\
                 ERROR: failed to solve: failed to read dockerfile: open {name}: no such file or directory\n"
            ));
            Err(1)
        }
    }
}

/// The files of the context, without what `.dockerignore` leaves out.
fn context(io: &Io<'_>, folder: &str) -> Tree {
    let files = &io.world.laptop.files;
    let ignore = files.read_text(&join(folder, ".dockerignore")).unwrap_or_default();
    let mut tree = Tree::new();
    for (path, entry) in files.below(folder) {
        let Some(relative) = path.strip_prefix(folder).map(|path| path.trim_start_matches('/').to_owned()) else {
            continue;
        };
        let kind = match &entry.kind {
            Kind::File(blob) => Entry::file(blob.clone()),
            Kind::Directory => Entry::directory(),
        };
        tree.insert(relative, Entry { mode: entry.mode, ..kind });
    }
    ignored(&ignore, tree)
}
