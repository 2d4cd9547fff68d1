//! What is installed in an image: the package databases of Alpine and Debian.

use crate::cloud::oci::{EntryKind, Tree};

/// A Linux distribution whose package database can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Distribution {
    Alpine,
    Debian,
}

impl Distribution {
    /// What Amazon Inspector calls its list of vulnerabilities. Inferred from Inspector's findings.
    pub fn vulnerability_source(self) -> &'static str {
        match self {
            Self::Alpine => "ALPINE_SECDB",
            Self::Debian => "DEBIAN_CVE",
        }
    }

    /// As Amazon Inspector names a release of it: `DEBIAN_12`.
    pub fn platform(self, release: &str) -> String {
        let (name, parts) = match self {
            Self::Alpine => ("ALPINE_LINUX", 2),
            Self::Debian => ("DEBIAN", 1),
        };
        let release: Vec<&str> = release.split('.').take(parts).collect();
        format!("{name}_{}", release.join("_"))
    }
}

/// What is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inventory {
    pub distribution: Distribution,
    /// `VERSION_ID` of `os-release`, such as `3.18.4` or `12`; empty if it is not said.
    pub release: String,
    /// In the database's order.
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
}

impl Inventory {
    /// Reads the package database in a file tree; none if there is none.
    pub fn read(tree: &Tree) -> Option<Self> {
        let release = ["etc/os-release", "usr/lib/os-release"].into_iter().find_map(|path| text(tree, path));
        let release = release.as_deref().map(version_id).unwrap_or_default();
        let apk = ["lib/apk/db/installed", "usr/lib/apk/db/installed"].into_iter().find_map(|path| text(tree, path));
        if let Some(apk) = apk {
            return Some(Self { distribution: Distribution::Alpine, release, packages: read_apk(&apk) });
        }
        let dpkg = text(tree, "var/lib/dpkg/status")?;
        Some(Self { distribution: Distribution::Debian, release, packages: read_dpkg(&dpkg) })
    }
}

fn text(tree: &Tree, path: &str) -> Option<String> {
    match &tree.get(path)?.kind {
        EntryKind::File(content) => Some(String::from_utf8_lossy(content.as_bytes()).into_owned()),
        _ => None,
    }
}

fn version_id(os_release: &str) -> String {
    let value = os_release.lines().find_map(|line| line.strip_prefix("VERSION_ID="));
    value.unwrap_or_default().trim().trim_matches('"').to_owned()
}

/// Paragraphs of `P:name`, `V:version`, `o:origin` lines. Source: Alpine wiki, "Apk spec".
fn read_apk(database: &str) -> Vec<Package> {
    paragraphs(database, |field| field("P:"), |field| field("o:"), |field| field("V:"))
}

/// Paragraphs of `Package:`, `Version:`, `Source:` lines. Source: deb-control(5), dpkg status file.
fn read_dpkg(database: &str) -> Vec<Package> {
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
    for package in &mut packages {
        // `Source: glibc (2.36-9)` names a version of its own where the binary's differs.
        if let Some((name, _)) = package.source.split_once(' ') {
            package.source = name.to_owned();
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
) -> Vec<Package> {
    let mut packages = Vec::new();
    for paragraph in database.replace("\r\n", "\n").split("\n\n") {
        let field: Field<'_> =
            &|key| paragraph.lines().find_map(|line| line.strip_prefix(key)).map(|value| value.trim().to_owned());
        if let (Some(name), Some(version)) = (name(field), version(field)) {
            packages.push(Package { source: source(field).unwrap_or_else(|| name.clone()), name, version });
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
        let inventory = Inventory::read(&tree).unwrap();
        assert_eq!(inventory.release, "3.18.4");
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
}
