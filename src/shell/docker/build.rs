//! `docker build`.

use super::flags::Parsed;
use super::{not_simulated, pull};
use crate::cloud::oci::{Entry, Reference, Tree};
use crate::laptop::docker::{self, BuildRequest, Exec, ignored};
use crate::laptop::{Kind, join};
use crate::shell::{Io, container};

pub(super) fn run(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    if let Some(platform) = parsed.value("platform").filter(|platform| *platform != "linux/amd64") {
        return not_simulated(io, &format!("--platform {platform}"));
    }
    if parsed.has("push") {
        return not_simulated(io, "--push");
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
        format!(
            "#0 building with \"default\" instance using docker driver\n\n#1 [internal] load build definition from {name}\n"
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
        names: &names,
        now: io.world.cloud.now(),
    };
    let mut engine = io.world.laptop.docker.clone();
    let (inside, words) = (io.world.clone(), io.words);
    let built = {
        let world = &mut *io.world;
        let mut resolve = |reference: &Reference| {
            pull::fetch(world, reference).map(|fetched| fetched.image).map_err(|why| plain(&why))
        };
        let mut run = |exec: Exec<'_>| container::exec(&inside, words, &exec).0;
        docker::build(&mut engine, &request, &mut resolve, &mut run)
    };
    // Steps that were built are kept even if a later one failed.
    io.world.laptop.docker = engine;
    let quiet = parsed.has("quiet");
    match built {
        Ok(built) => {
            for name in &names {
                io.world.laptop.docker.tag(name, &built.image.id);
            }
            if quiet {
                io.print(format!("{}\n", built.image.id));
            } else {
                io.eprint(built.log);
            }
            0
        }
        Err(failure) => {
            io.eprint(failure.log);
            1
        }
    }
}

/// BuildKit's words for what the engine says about a base image.
fn plain(why: &str) -> String {
    if why.contains("no basic auth credentials") {
        return "failed to authorize: failed to fetch anonymous token: no basic auth credentials".to_owned();
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
