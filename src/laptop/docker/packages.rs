//! Package databases inside images: what `apk add` and `apt-get install` write, so that a scan finds what is true.
//!
//! What can be installed, per distribution and release, is `assets/docker/packages.json`.

use std::collections::BTreeMap;

use serde::Deserialize;

pub use crate::cloud::upstream::Distribution;
use crate::cloud::upstream::{entry, is_arm};

/// Why nothing was installed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InstallError {
    /// There is no package of that name.
    #[error("no such package: {0}")]
    NoSuchPackage(String),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Available {
    source: String,
    version: String,
    needs: Vec<String>,
}

type Catalog = BTreeMap<String, BTreeMap<String, BTreeMap<String, Available>>>;

/// The packages of a release: `3.20.3` is `3.20` for Alpine.
fn available(distribution: Distribution, release: &str) -> BTreeMap<String, Available> {
    let mut catalog: Catalog =
        serde_json::from_str(include_str!("../../../assets/docker/packages.json")).unwrap_or_default();
    let mut releases = catalog.remove(distribution.name()).unwrap_or_default();
    let short = release.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
    releases.remove(release).or_else(|| releases.remove(&short)).unwrap_or_default()
}

/// Name and version of every entry, in order.
fn entries(distribution: Distribution, database: &str) -> Vec<(String, String, String)> {
    let (name, version) = match distribution {
        Distribution::Alpine => ("P:", "V:"),
        Distribution::Debian => ("Package: ", "Version: "),
    };
    let field = |paragraph: &str, key: &str| {
        paragraph.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default().trim().to_owned()
    };
    let paragraphs = database.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty());
    paragraphs
        .map(|text| (field(text, name), field(text, version), format!("{}\n\n", text.trim_matches('\n'))))
        .collect()
}

/// A package that was installed, upgraded or removed: name and version.
pub type Changed = (String, String);

/// Adds packages and what they need. Answers the new database and what was installed, in order.
///
/// # Errors
/// A package is not available.
pub fn install(
    distribution: Distribution,
    release: &str,
    database: &str,
    names: &[String],
) -> Result<(String, Vec<Changed>), InstallError> {
    let available = available(distribution, release);
    let mut present = entries(distribution, database);
    let mut changed = Vec::new();
    let mut waiting: Vec<String> = names.iter().rev().cloned().collect();
    let mut seen = Vec::new();
    while let Some(wanted) = waiting.pop() {
        // `curl=8.9.1-r1`, `curl~8` and `curl>8`: the version is what the release has.
        let name = wanted.split(['=', '~', '<', '>']).next().unwrap_or(&wanted).to_owned();
        if seen.contains(&name) {
            continue;
        }
        seen.push(name.clone());
        let is_present = present.iter().any(|(of, _, _)| *of == name);
        match available.get(&name) {
            Some(package) if !is_present => {
                waiting.extend(package.needs.iter().rev().cloned());
                let text = entry(distribution, is_arm(database), &name, &package.source, &package.version);
                changed.push((name.clone(), package.version.clone()));
                present.push((name, package.version.clone(), text));
            }
            None if !is_present => return Err(InstallError::NoSuchPackage(name)),
            _ => {}
        }
    }
    Ok((join(present), changed))
}

/// Brings every package to the release's version. Answers the new database and what changed.
pub fn upgrade(distribution: Distribution, release: &str, database: &str) -> (String, Vec<Changed>) {
    let available = available(distribution, release);
    let mut changed = Vec::new();
    let upgraded =
        entries(distribution, database).into_iter().map(|(name, version, text)| match available.get(&name) {
            Some(package) if package.version != version => {
                changed.push((name.clone(), package.version.clone()));
                let text = entry(distribution, is_arm(database), &name, &package.source, &package.version);
                (name, package.version.clone(), text)
            }
            _ => (name, version, text),
        });
    let database = join(upgraded.collect());
    (database, changed)
}

/// Removes packages. Answers the new database and what was removed.
pub fn remove(distribution: Distribution, database: &str, names: &[String]) -> (String, Vec<Changed>) {
    let (gone, kept): (Vec<_>, Vec<_>) =
        entries(distribution, database).into_iter().partition(|(name, _, _)| names.contains(name));
    (join(kept), gone.into_iter().map(|(name, version, _)| (name, version)).collect())
}

fn join(mut entries: Vec<(String, String, String)>) -> String {
    entries.sort();
    entries.into_iter().map(|(_, _, text)| text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalog_can_be_read_and_needs_only_what_it_has() {
        let catalog: Catalog = serde_json::from_str(include_str!("../../../assets/docker/packages.json")).unwrap();
        for releases in catalog.values() {
            for packages in releases.values() {
                for (name, package) in packages {
                    for needed in &package.needs {
                        assert!(packages.contains_key(needed), "{name} needs {needed}");
                    }
                }
            }
        }
    }

    #[test]
    fn packages_are_installed_with_what_they_need() {
        let database = entry(Distribution::Alpine, false, "musl", "musl", "1.2.5-r0");
        let (database, changed) = install(Distribution::Alpine, "3.20.3", &database, &["curl".into()]).unwrap();
        let names: Vec<&str> = changed.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["curl", "libcurl", "ca-certificates"]);
        assert!(database.starts_with("P:ca-certificates\n") && database.contains("P:musl\n"));
        let missing = install(Distribution::Alpine, "3.20.3", "", &["nope".into()]);
        assert_eq!(missing, Err(InstallError::NoSuchPackage("nope".into())));
        let (less, removed) = remove(Distribution::Alpine, &database, &["curl".into()]);
        assert!(!less.contains("P:curl\n") && removed.len() == 1);
    }

    #[test]
    fn an_upgrade_brings_the_fixed_versions() {
        let old = entry(Distribution::Alpine, false, "zlib", "zlib", "1.2.11-r3");
        let (database, changed) = upgrade(Distribution::Alpine, "3.14.0", &old);
        assert_eq!(changed, [("zlib".to_owned(), "1.2.12-r2".to_owned())]);
        assert!(database.contains("V:1.2.12-r2\n"));
    }
}
