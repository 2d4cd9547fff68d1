//! What is installed in an image: the package databases of Alpine and Debian, and what languages' package managers leave.

use std::collections::BTreeMap;

use super::languages::Manager;
use crate::cloud::Digest;
use crate::cloud::oci::{self, Entry, EntryKind, Tree};

/// A Linux distribution whose package database can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Distribution {
    Alpine,
    Debian,
    Ubuntu,
}

impl Distribution {
    /// What Amazon Inspector calls its list of vulnerabilities. Inferred from Inspector's findings.
    pub fn vulnerability_source(self) -> &'static str {
        match self {
            Self::Alpine => "ALPINE_SECDB",
            Self::Debian => "DEBIAN_CVE",
            Self::Ubuntu => "UBUNTU_CVE",
        }
    }

    /// As Amazon Inspector names a release of it: `DEBIAN_12`.
    pub fn platform(self, release: &str) -> String {
        let (name, parts) = match self {
            Self::Alpine => ("ALPINE_LINUX", 2),
            Self::Debian => ("DEBIAN", 1),
            Self::Ubuntu => ("UBUNTU", 2),
        };
        let release: Vec<&str> = release.split('.').take(parts).collect();
        format!("{name}_{}", release.join("_"))
    }
}

/// The distribution that an image is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct System {
    pub distribution: Distribution,
    /// `VERSION_ID` of `os-release`, such as `3.18.4` or `12`; empty if it is not said.
    pub release: String,
}

/// What is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inventory {
    /// None where there is no package database that is known.
    pub system: Option<System>,
    /// Those of the system in the database's order, then those of languages by path.
    pub packages: Vec<Package>,
}

/// An installed package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Such as `libcrypto3`.
    pub name: String,
    /// The source package that it is built from, such as `openssl`: vulnerabilities are known by it.
    pub source: String,
    pub version: String,
    pub origin: Origin,
    /// The layer that brought it.
    pub layer: Digest,
}

/// What says that a package is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The distribution's database.
    System(Distribution),
    /// A file of a language's package manager.
    Language {
        manager: Manager,
        /// Without leading slash.
        path: String,
    },
}

/// Where the distributions keep their databases.
const DATABASES: [(&str, Distribution); 3] = [
    ("lib/apk/db/installed", Distribution::Alpine),
    ("usr/lib/apk/db/installed", Distribution::Alpine),
    ("var/lib/dpkg/status", Distribution::Debian),
];

impl Inventory {
    /// Reads an image layer by layer, the lowest first; none if no file of it says what is installed.
    pub fn read<'a>(layers: impl IntoIterator<Item = (&'a Digest, Tree)>) -> Option<Self> {
        let mut all = Tree::new();
        // Which layer a version of a package was first in, and which one a file last came with.
        let mut brought: BTreeMap<(String, String), &Digest> = BTreeMap::new();
        let mut written: BTreeMap<String, &Digest> = BTreeMap::new();
        for (layer, tree) in layers {
            for (path, database) in DATABASES.into_iter().filter_map(|(path, _)| Some((path, text(tree.get(path)?)?))) {
                for (name, _, version) in read_database(path, &database) {
                    brought.entry((name, version)).or_insert(layer);
                }
            }
            written.extend(tree.keys().filter(|path| Manager::of(path).is_some()).map(|path| (path.clone(), layer)));
            oci::apply(&mut all, &tree);
        }
        let release = ["etc/os-release", "usr/lib/os-release"].into_iter().find_map(|path| text(all.get(path)?));
        let field = |key: &str| release.as_deref().map(|text| os_release(text, key)).unwrap_or_default();
        let found = DATABASES.into_iter().find_map(|(path, of)| Some((path, of, text(all.get(path)?)?)));
        let mut packages = Vec::new();
        let system = found.map(|(path, of, database)| {
            let distribution = if field("ID=") == "ubuntu" { Distribution::Ubuntu } else { of };
            packages.extend(read_database(path, &database).into_iter().filter_map(|(name, source, version)| {
                let layer = (*brought.get(&(name.clone(), version.clone()))?).clone();
                Some(Package { name, source, version, origin: Origin::System(distribution), layer })
            }));
            System { distribution, release: field("VERSION_ID=") }
        });
        for (path, layer) in written {
            let Some((manager, content)) = Manager::of(&path).zip(all.get(&path).and_then(text)) else { continue };
            packages.extend(manager.read(&content).into_iter().map(|(name, version)| Package {
                source: manager.language().normal_name(&name),
                name,
                version,
                origin: Origin::Language { manager, path: path.clone() },
                layer: layer.clone(),
            }));
        }
        (system.is_some() || !packages.is_empty()).then_some(Self { system, packages })
    }
}

fn text(entry: &Entry) -> Option<String> {
    match &entry.kind {
        EntryKind::File(content) => Some(String::from_utf8_lossy(content.as_bytes()).into_owned()),
        _ => None,
    }
}

fn os_release(text: &str, key: &str) -> String {
    let value = text.lines().find_map(|line| line.strip_prefix(key));
    value.unwrap_or_default().trim().trim_matches('"').to_owned()
}

/// Name, source and version of every package.
type Installed = Vec<(String, String, String)>;

fn read_database(path: &str, database: &str) -> Installed {
    if path.ends_with("status") { read_dpkg(database) } else { read_apk(database) }
}

/// Paragraphs of `P:name`, `V:version`, `o:origin` lines. Source: Alpine wiki, "Apk spec".
fn read_apk(database: &str) -> Installed {
    paragraphs(database, |field| field("P:"), |field| field("o:"), |field| field("V:"))
}

/// Paragraphs of `Package:`, `Version:`, `Source:` lines. Source: deb-control(5), dpkg status file.
fn read_dpkg(database: &str) -> Installed {
    let installed: String = database
        .split("\n\n")
        .filter(|paragraph| {
            let status = paragraph.lines().find_map(|line| line.strip_prefix("Status:"));
            status.is_none_or(|status| status.split_whitespace().last() == Some("installed"))
        })
        .flat_map(|paragraph| [paragraph, "\n\n"])
        .collect();
    let mut packages =
        paragraphs(&installed, |field| field("Package:"), |field| field("Source:"), |field| field("Version:"));
    for (_, source, _) in &mut packages {
        // `Source: glibc (2.36-9)` names a version of its own where the binary's differs.
        if let Some((name, _)) = source.split_once(' ') {
            *source = name.to_owned();
        }
    }
    packages
}

type Field<'a> = &'a dyn Fn(&str) -> Option<String>;

fn paragraphs(
    database: &str,
    name: impl Fn(Field<'_>) -> Option<String>,
    source: impl Fn(Field<'_>) -> Option<String>,
    version: impl Fn(Field<'_>) -> Option<String>,
) -> Installed {
    let mut packages = Vec::new();
    for paragraph in database.replace("\r\n", "\n").split("\n\n") {
        let field: Field<'_> =
            &|key| paragraph.lines().find_map(|line| line.strip_prefix(key)).map(|value| value.trim().to_owned());
        if let (Some(name), Some(version)) = (name(field), version(field)) {
            let source = source(field).unwrap_or_else(|| name.clone());
            packages.push((name, source, version));
        }
    }
    packages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::oci::Entry;

    #[track_caller]
    fn check(path: &str, database: &str, expect: &[(&str, &str, &str)]) {
        let tree = Tree::from([
            (path.to_owned(), Entry::file(database.as_bytes())),
            ("etc/os-release".to_owned(), Entry::file(*b"ID=x\nVERSION_ID=\"3.18.4\"\n")),
        ]);
        let layer = Digest::of(b"layer");
        let inventory = Inventory::read([(&layer, tree)]).unwrap();
        assert_eq!(inventory.system.unwrap().release, "3.18.4");
        let found: Vec<_> =
            inventory.packages.iter().map(|p| (p.name.as_str(), p.source.as_str(), p.version.as_str())).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn alpine_packages_are_read_with_their_origin() {
        let database = "C:Q1abc=\nP:libcrypto3\nV:3.1.3-r0\no:openssl\n\nP:musl\nV:1.2.4-r1\n\n";
        check("lib/apk/db/installed", database, &[("libcrypto3", "openssl", "3.1.3-r0"), ("musl", "musl", "1.2.4-r1")]);
    }

    #[test]
    fn debian_packages_are_read_unless_removed() {
        let database = "Package: libc6\nStatus: install ok installed\nSource: glibc (2.36-9)\nVersion: 2.36-9+deb12u1\n\n\
                        Package: curl\nStatus: deinstall ok config-files\nVersion: 7.88.1-10\n";
        check("var/lib/dpkg/status", database, &[("libc6", "glibc", "2.36-9+deb12u1")]);
    }

    #[test]
    fn each_package_is_known_with_the_layer_that_brought_it() {
        let file = |path: &str, text: &str| Tree::from([(path.to_owned(), Entry::file(text.as_bytes()))]);
        let (database, lock) = ("lib/apk/db/installed", "srv/requirements.txt");
        let digests = [b"a", b"b", b"c", b"d"].map(|name| Digest::of(name));
        let layers = [
            file(database, "P:musl\nV:1\n\n"),
            file(database, "P:curl\nV:8\n\nP:musl\nV:1\n\n"),
            file(lock, "flask==2.2.2\n"),
            file("srv/package-lock.json", "{}"),
        ];
        let inventory = Inventory::read(digests.iter().zip(layers)).unwrap();
        let found: Vec<_> = inventory.packages.iter().map(|package| (package.name.as_str(), &package.layer)).collect();
        assert_eq!(found, [("curl", &digests[1]), ("musl", &digests[0]), ("flask", &digests[2])]);
        // What a later layer removes is not there.
        let removed = Tree::from([(lock.to_owned(), Entry::whiteout())]);
        let gone = Inventory::read([(&digests[0], file(lock, "flask==2.2.2\n")), (&digests[1], removed)]);
        assert_eq!(gone, None);
    }
}
