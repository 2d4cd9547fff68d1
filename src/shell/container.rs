//! Commands inside containers: `RUN` steps and `docker run`.
//!
//! The same shell runs over the image's files. The laptop's own programs are not there; package managers are, and write the
//! image's package database. A server (`nginx`, `httpd`, `node FILE`) counts as running until it is stopped.

mod languages;

use super::{Io, interpret, parse};
use crate::cloud::oci::{Entry as TreeEntry, EntryKind, Tree};
use crate::laptop::docker::{self, Distribution, Engine, Exec, Executed};
use crate::laptop::{Files, Inside, Kind, Laptop, Session, name};
use crate::text::Words;
use crate::world::World;

/// What the laptop has and a container does not.
const LAPTOP_ONLY: [&str; 12] =
    ["aws", "clear", "clock", "curl", "docker", "edit", "help", "history", "jq", "reclaim", "token", "why"];

/// Runs a command in an image's files. The second answer says whether a server was left running.
pub(super) fn exec(world: &World, words: &Words, exec: &Exec<'_>) -> (Executed, bool) {
    let cwd = if exec.working_dir.is_empty() { "/".to_owned() } else { exec.working_dir.to_owned() };
    let laptop =
        Laptop { files: to_files(exec.tree), docker: Engine::default(), session: Session::in_container(cwd, exec.env) };
    let mut inside = World { cloud: world.cloud.clone(), laptop };
    let script = script(&inside.laptop, exec.argv);
    let (output, code) = match parse::parse(&script) {
        Ok(program) => {
            let output = interpret::Shell::new(&mut inside, words).run(&program);
            (output.text(), output.code)
        }
        Err(failure) => (format!("bash: {}\n", failure.message(words)), 2),
    };
    let output: String = output.split_inclusive('\n').map(as_sh).collect();
    let tree = to_tree(&inside.laptop.files, exec.tree);
    let serving = inside.laptop.session.container.is_some_and(|inside| inside.serving);
    (Executed { tree, output, code }, serving)
}

/// A message of the shell in the words of the `sh` that images have.
fn as_sh(line: &str) -> String {
    match line.strip_prefix("bash: ") {
        Some(rest) => format!("/bin/sh: {}", rest.replace(": command not found", ": not found")),
        None => line.to_owned(),
    }
}

/// The lines that a command comes down to: a shell's own, a script's, or itself.
fn script(laptop: &Laptop, argv: &[String]) -> String {
    let quoted = |argv: &[String]| {
        let words: Vec<String> = argv.iter().map(|word| format!("'{}'", word.replace('\'', r"'\''"))).collect();
        words.join(" ")
    };
    let Some((program, rest)) = argv.split_first() else { return String::new() };
    if let (Some(("-c", line)), "sh" | "bash" | "ash") = (pair(rest), name(&format!("/{program}"))) {
        return line.to_owned();
    }
    let path = if program.contains('/') {
        Some(laptop.absolute(program))
    } else {
        let path = laptop.session.env("PATH").unwrap_or("/usr/local/bin:/usr/bin:/bin");
        path.split(':').map(|folder| format!("{folder}/{program}")).find(|path| laptop.files.is_file(path))
    };
    let text = path.and_then(|path| laptop.files.read_text(&path).ok()).filter(|text| text.starts_with("#!"));
    match text {
        // There are no positional parameters; scripts that hand over to their arguments are what images have.
        Some(text) => text.replace("\"$@\"", &quoted(rest)),
        None => quoted(argv),
    }
}

fn pair(args: &[String]) -> Option<(&str, &str)> {
    match args {
        [first, second, ..] => Some((first, second)),
        _ => None,
    }
}

fn to_files(tree: &Tree) -> Files {
    let mut files = Files::bare();
    let now = crate::cloud::Timestamp::START;
    for (path, entry) in tree {
        let path = format!("/{path}");
        // Trees name folders before what is in them; where one does not, it is made.
        let parent = crate::laptop::parent(&path).unwrap_or("/").to_owned();
        let written = files.create_directories(&parent, now).and_then(|()| match &entry.kind {
            EntryKind::File(blob) => files.write(&path, blob.clone(), now),
            EntryKind::Directory => files.create_directories(&path, now),
            _ => Ok(()),
        });
        if written.is_ok() {
            // Links are not there to have a mode.
            let _ = files.set_mode(&path, entry.mode);
        }
    }
    files
}

/// The files again, with the links that were there before.
fn to_tree(files: &Files, before: &Tree) -> Tree {
    let mut tree: Tree = before
        .iter()
        .filter(|(_, entry)| !matches!(entry.kind, EntryKind::File(_) | EntryKind::Directory))
        .map(|(path, entry)| (path.clone(), entry.clone()))
        .collect();
    for (path, entry) in files.below("/") {
        let path = path.trim_start_matches('/').to_owned();
        let kind = match &entry.kind {
            Kind::File(blob) => EntryKind::File(blob.clone()),
            Kind::Directory => EntryKind::Directory,
        };
        // A folder that only the tree's paths implied is no change.
        if kind == EntryKind::Directory && !before.contains_key(&path) && implied(before, &path) {
            continue;
        }
        tree.insert(path, TreeEntry { mode: entry.mode, kind });
    }
    tree
}

fn implied(tree: &Tree, folder: &str) -> bool {
    let prefix = format!("{folder}/");
    tree.range(prefix.clone()..).next().is_some_and(|(path, _)| path.starts_with(&prefix))
}

/// Calls what only containers have; none if the name is for the ordinary commands.
pub(super) fn call(name: &str, io: &mut Io<'_>) -> Option<i32> {
    let has_program = |io: &Io<'_>| {
        ["/usr/local/bin/", "/usr/sbin/", "/usr/bin/"]
            .iter()
            .any(|folder| io.world.laptop.files.is_file(&format!("{folder}{name}")))
    };
    Some(match name {
        "apk" => apk(io),
        "apt-get" | "apt" => apt(io),
        "pip" | "pip3" if has_program(io) => languages::pip(io),
        "npm" | "yarn" if has_program(io) => languages::npm(io),
        "adduser" | "useradd" | "addgroup" | "groupadd" => add_account(io, name),
        "set" | "chown" | "ldconfig" | "update-ca-certificates" | "sync" | "trap" | "umask" => 0,
        "httpd" | "nginx" | "node" | "python" | "python3" | "uvicorn" | "gunicorn"
            if name == "httpd" || has_program(io) =>
        {
            serve(io)
        }
        "sleep" if io.args.first().is_some_and(|argument| argument == "infinity") => serve(io),
        "tail" if io.args.iter().any(|argument| argument == "-f") => serve(io),
        "sh" | "bash" | "ash" => 0,
        _ if LAPTOP_ONLY.contains(&name) || !is_ordinary(name) => {
            if name.contains('/') {
                return None;
            }
            io.eprint(format!("bash: {name}: command not found\n"));
            127
        }
        _ => return None,
    })
}

fn is_ordinary(name: &str) -> bool {
    super::commands::names().contains(&name) || name.contains('/')
}

fn serve(io: &mut Io<'_>) -> i32 {
    let version = io.args.first().is_some_and(|argument| matches!(argument.as_str(), "-v" | "-V" | "--version"));
    if !version {
        io.world.laptop.session.container = Some(Inside { serving: true });
    }
    0
}

/// Which package database the image has.
fn distribution(io: &Io<'_>) -> Option<(Distribution, String, String)> {
    let files = &io.world.laptop.files;
    let os_release = files.read_text("/etc/os-release").unwrap_or_default();
    let release = os_release.lines().find_map(|line| line.strip_prefix("VERSION_ID=")).unwrap_or_default();
    [Distribution::Alpine, Distribution::Debian].into_iter().find_map(|distribution| {
        let database = files.read_text(&format!("/{}", distribution.database())).ok()?;
        Some((distribution, release.trim_matches('"').to_owned(), database))
    })
}

fn save(io: &mut Io<'_>, distribution: Distribution, database: String) {
    let now = io.world.cloud.now();
    // The database was read from there.
    let _ = io.world.laptop.files.write(&format!("/{}", distribution.database()), database.into_bytes(), now);
}

fn operands(io: &Io<'_>) -> Vec<String> {
    let mut operands = Vec::new();
    let mut skip = false;
    for argument in io.args.iter().skip(1) {
        if std::mem::take(&mut skip) {
            continue;
        }
        if matches!(argument.as_str(), "--virtual" | "-t" | "--repository" | "-X") {
            skip = true;
        } else if !argument.starts_with(['-', '.']) {
            operands.push(argument.clone());
        }
    }
    operands
}

fn apk(io: &mut Io<'_>) -> i32 {
    let Some((Distribution::Alpine, release, database)) = distribution(io) else {
        io.eprint("bash: apk: command not found\n");
        return 127;
    };
    let verb = io.args.iter().find(|argument| !argument.starts_with('-')).cloned().unwrap_or_default();
    let packages = operands(io);
    let (database, lines) = match verb.as_str() {
        "add" => match docker::install(Distribution::Alpine, &release, &database, &packages) {
            Ok((database, installed)) => {
                let count = installed.len();
                let lines = installed.iter().enumerate();
                let lines: Vec<String> = lines
                    .map(|(at, (name, version))| format!("({}/{count}) Installing {name} ({version})", at + 1))
                    .collect();
                (database, lines)
            }
            Err(docker::InstallError::NoSuchPackage(name)) => {
                io.eprint(format!(
                    "ERROR: unable to select packages:\n  {name} (no such package):\n    required by: world[{name}]\n"
                ));
                return 1;
            }
        },
        "upgrade" => {
            let (database, changed) = docker::upgrade(Distribution::Alpine, &release, &database);
            let count = changed.len();
            let lines = changed.iter().enumerate();
            let lines = lines
                .map(|(at, (name, version))| format!("({}/{count}) Upgrading {name} ({version})", at + 1))
                .collect();
            (database, lines)
        }
        "del" => {
            let (database, gone) = docker::remove(Distribution::Alpine, &database, &packages);
            let count = gone.len();
            let lines = gone.iter().enumerate();
            let lines =
                lines.map(|(at, (name, version))| format!("({}/{count}) Purging {name} ({version})", at + 1)).collect();
            (database, lines)
        }
        "update" => (database, Vec::new()),
        _ => {
            io.eprint(format!("ERROR: '{verb}' is not an apk command. See 'apk --help'.\n"));
            return 1;
        }
    };
    let count = database.matches("P:").count();
    save(io, Distribution::Alpine, database);
    for line in lines {
        io.print(format!("{line}\n"));
    }
    io.print(format!("OK: {count} packages\n"));
    0
}

fn apt(io: &mut Io<'_>) -> i32 {
    let Some((Distribution::Debian, release, database)) = distribution(io) else {
        io.eprint("bash: apt-get: command not found\n");
        return 127;
    };
    let verb = io.args.iter().find(|argument| !argument.starts_with('-')).cloned().unwrap_or_default();
    let packages: Vec<String> = operands(io).into_iter().filter(|operand| *operand != verb).collect();
    let (database, changed, word) = match verb.as_str() {
        "install" => match docker::install(Distribution::Debian, &release, &database, &packages) {
            Ok((database, installed)) => (database, installed, "Setting up"),
            Err(docker::InstallError::NoSuchPackage(name)) => {
                io.eprint(format!("E: Unable to locate package {name}\n"));
                return 100;
            }
        },
        "upgrade" | "dist-upgrade" | "full-upgrade" => {
            let (database, changed) = docker::upgrade(Distribution::Debian, &release, &database);
            (database, changed, "Setting up")
        }
        "remove" | "purge" => {
            let (database, gone) = docker::remove(Distribution::Debian, &database, &packages);
            (database, gone, "Removing")
        }
        "update" | "clean" | "autoremove" | "autoclean" => {
            if verb == "update" {
                io.print("Reading package lists...\n");
            }
            return 0;
        }
        _ => {
            io.eprint(format!("E: Invalid operation {verb}\n"));
            return 100;
        }
    };
    save(io, Distribution::Debian, database);
    for (name, version) in changed {
        io.print(format!("{word} {name} ({version}) ...\n"));
    }
    0
}

fn add_account(io: &mut Io<'_>, command: &str) -> i32 {
    let Some(account) = io.args.iter().rev().find(|argument| !argument.starts_with('-')).cloned() else {
        io.eprint(format!("{command}: missing name\n"));
        return 1;
    };
    let file = if command.contains("group") { "/etc/group" } else { "/etc/passwd" };
    let now = io.world.cloud.now();
    let files = &mut io.world.laptop.files;
    let _ = files
        .create_directories("/etc", now)
        .and_then(|()| files.append(file, format!("{account}:x:1000:1000\n").as_bytes(), now));
    0
}
