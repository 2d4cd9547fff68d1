//! `pip` and `npm` in containers: they write the files by which an installed package is known.

use crate::cloud::ecr::scan::{Language, Manager};
use crate::laptop::docker::{Requirement, resolve};
use crate::shell::Io;

/// Where the Python images keep what pip installs.
const SITE_PACKAGES: &str = "/usr/local/lib/python3.12/site-packages";

/// `pip install`.
pub(super) fn pip(io: &mut Io<'_>) -> i32 {
    if io.args.first().is_none_or(|verb| verb != "install") {
        return 0;
    }
    let mut wanted = Vec::new();
    let args = io.args.to_vec();
    let mut args = args.iter().skip(1);
    while let Some(argument) = args.next() {
        match argument.as_str() {
            "-r" | "--requirement" => {
                let file = args.next().cloned().unwrap_or_default();
                match io.world.laptop.files.read_text(&io.path(&file)) {
                    Ok(text) => wanted.extend(text.lines().filter_map(requirement)),
                    Err(error) => {
                        io.eprint(format!("ERROR: Could not open requirements file: [Errno 2] {error}: '{file}'\n"));
                        return 1;
                    }
                }
            }
            flag if flag.starts_with('-') => {}
            package => wanted.extend(requirement(package)),
        }
    }
    let mut installed = Vec::new();
    for (name, version) in resolve(Language::Pypi, &wanted) {
        let folder = format!("{SITE_PACKAGES}/{}-{version}.dist-info", name.replace('-', "_"));
        let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
        write(io, &folder, "METADATA", metadata);
        installed.push(format!("{name}-{version}"));
    }
    io.print(format!("Successfully installed {}\n", installed.join(" ")));
    0
}

/// A line of a requirements file or an argument: `flask`, `flask==2.2.2`, `flask[async]>=2,<3 ; python_version > "3"`.
fn requirement(line: &str) -> Option<Requirement> {
    let line = line.split([';', '#']).next().unwrap_or(line).trim();
    let end = line.find(['=', '<', '>', '~', '!', '[', ' ']).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    let version = rest.split_once(']').map_or(rest, |(_, version)| version);
    let known = !name.is_empty() && !name.starts_with('-');
    known.then(|| Requirement { name: name.to_owned(), version: version.replace(' ', "") })
}

/// `npm ci` and `npm install`.
pub(super) fn npm(io: &mut Io<'_>) -> i32 {
    let verb = io.args.first().cloned().unwrap_or_default();
    if !matches!(verb.as_str(), "ci" | "install" | "i" | "add") {
        return 0;
    }
    let named: Vec<Requirement> = io.args.iter().skip(1).filter_map(|argument| package(argument)).collect();
    let read = |file: &str| io.world.laptop.files.read_text(&io.path(file));
    let packages = if !named.is_empty() {
        resolve(Language::Npm, &named)
    } else if let Ok(lock) = read("package-lock.json") {
        Manager::Npm.read(&lock)
    } else if verb == "ci" {
        io.eprint(
            "npm error code EUSAGE\nnpm error\nnpm error The `npm ci` command can only install with an existing \
             package-lock.json or\nnpm error npm-shrinkwrap.json with lockfileVersion >= 1.\n",
        );
        return 1;
    } else {
        let Ok(text) = read("package.json") else {
            io.eprint("npm error code ENOENT\nnpm error enoent Could not read package.json\n");
            return 254;
        };
        let manifest: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let needed = manifest.get("dependencies").and_then(|of| of.as_object()).into_iter().flatten();
        let wanted: Vec<Requirement> = needed
            .map(|(name, version)| Requirement {
                name: name.clone(),
                version: version.as_str().unwrap_or_default().to_owned(),
            })
            .collect();
        resolve(Language::Npm, &wanted)
    };
    for (name, version) in &packages {
        let manifest = serde_json::json!({ "name": name, "version": version });
        write(io, &format!("node_modules/{name}"), "package.json", manifest.to_string());
    }
    io.print(format!("\nadded {} packages\n", packages.len()));
    0
}

/// An argument of `npm install`: `lodash`, `lodash@4.17.20`, `@scope/name@1`.
fn package(argument: &str) -> Option<Requirement> {
    let at = argument.char_indices().skip(1).find(|(_, c)| *c == '@').map_or(argument.len(), |(at, _)| at);
    let (name, version) = argument.split_at(at);
    let version = version.trim_start_matches('@').to_owned();
    (!argument.starts_with('-')).then(|| Requirement { name: name.to_owned(), version })
}

fn write(io: &mut Io<'_>, folder: &str, file: &str, content: String) {
    let now = io.world.cloud.now();
    let folder = io.path(folder);
    let files = &mut io.world.laptop.files;
    // A file in the way would be the user's own doing, and stays.
    let _ = files
        .create_directories(&folder, now)
        .and_then(|()| files.write(&format!("{folder}/{file}"), content.into_bytes(), now));
}
