//! The packages of npm and PyPI that can be installed: `assets/docker/languages.json`.
//!
//! A catalogue of real versions of a few packages. A package that it does not have is taken at the version that was asked
//! for, and one that nobody gave a version can't be installed as anything that a scan would know.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::Deserialize;

use crate::cloud::ecr::scan::{Language, compare_releases};

/// A package that somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    pub name: String,
    /// As it was written: `==2.2.2`, `^4.17.0`, empty.
    pub version: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Available {
    /// As the registry writes it.
    name: Option<String>,
    /// The oldest first.
    versions: Vec<String>,
    #[serde(default)]
    needs: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalog {
    npm: BTreeMap<String, Available>,
    pypi: BTreeMap<String, Available>,
}

fn available(language: Language) -> BTreeMap<String, Available> {
    let catalog = serde_json::from_str::<Catalog>(include_str!("../../../assets/docker/languages.json")).ok();
    let of = |catalog: Catalog| match language {
        Language::Npm => catalog.npm,
        Language::Pypi => catalog.pypi,
        Language::Go | Language::Maven => BTreeMap::new(),
    };
    catalog.map(of).unwrap_or_default()
}

/// Name and version of what is installed for these requirements, with what they need, in order.
pub fn resolve(language: Language, wanted: &[Requirement]) -> Vec<(String, String)> {
    let available = available(language);
    let mut chosen: Vec<(String, String)> = Vec::new();
    let mut waiting: Vec<Requirement> = wanted.iter().rev().cloned().collect();
    // What is asked for by name is not chosen anew because something else needs it.
    let named: Vec<String> = wanted.iter().map(|of| language.normal_name(&of.name)).collect();
    let mut seen: Vec<String> = Vec::new();
    while let Some(Requirement { name, version }) = waiting.pop() {
        let key = language.normal_name(&name);
        if seen.contains(&key) {
            continue;
        }
        seen.push(key.clone());
        let Some(package) = available.get(&key) else {
            let version =
                version.trim_start_matches(|c: char| !c.is_ascii_digit()).split(',').next().map(str::to_owned);
            chosen.extend(version.filter(|version| !version.is_empty()).map(|version| (name, version)));
            continue;
        };
        let newest = || package.versions.iter().rev().find(|known| fits(&version, known)).cloned();
        let exact = version.trim_start_matches(['=', 'v']).to_owned();
        let is_exact = exact.starts_with(|c: char| c.is_ascii_digit()) && !exact.contains([',', 'x', '*']);
        let chosen_version = if is_exact { Some(exact) } else { newest() };
        chosen.extend(chosen_version.map(|version| (package.name.clone().unwrap_or(name), version)));
        let needs = package.needs.iter().filter(|need| !named.contains(need));
        waiting.extend(needs.rev().map(|need| Requirement { name: need.clone(), version: String::new() }));
    }
    chosen
}

/// Whether a version is in a range: `^1.2`, `~1.2`, `~=1.2`, `>=1,<2`, `!=1`, anything.
fn fits(range: &str, version: &str) -> bool {
    range.split([',', ' ']).filter(|part| !part.is_empty()).all(|part| {
        let end = part.find(|c: char| c.is_ascii_digit()).unwrap_or(part.len());
        let (operator, bound) = part.split_at(end);
        let order = compare_releases(version, bound);
        let same = |parts: usize| {
            let head = |of: &str| of.split('.').take(parts).map(str::to_owned).collect::<Vec<_>>();
            order.is_ge() && head(version) == head(bound)
        };
        let dots = bound.matches('.').count();
        match operator {
            ">=" => order.is_ge(),
            ">" => order == Ordering::Greater,
            "<=" => order.is_le(),
            "<" => order == Ordering::Less,
            "!=" => order.is_ne(),
            // Below 1.0 the second number is the one that may break things. Source: npm documentation, semver ranges.
            "^" => same(if bound.starts_with("0.") { 2 } else { 1 }),
            "~" => same(2.min(dots + 1)),
            "~=" => same(dots.max(1)),
            _ => true,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(language: Language, wanted: &[(&str, &str)], expect: &[&str]) {
        let wanted: Vec<Requirement> = wanted
            .iter()
            .map(|(name, version)| Requirement { name: (*name).into(), version: (*version).into() })
            .collect();
        let found: Vec<String> =
            resolve(language, &wanted).into_iter().map(|(name, version)| format!("{name} {version}")).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn a_requirement_gets_the_newest_version_that_fits() {
        check(Language::Npm, &[("lodash", "^4.17.0"), ("axios", "~0.27.0")], &["lodash 4.17.21", "axios 0.27.2"]);
        check(Language::Npm, &[("lodash", "4.17.20"), ("left-pad", "^1.3.0")], &["lodash 4.17.20", "left-pad 1.3.0"]);
        check(Language::Npm, &[("nobody-knows", "")], &[]);
        check(Language::Pypi, &[("requests", "==2.28.2")], &["requests 2.28.2", "urllib3 2.2.3"]);
        check(
            Language::Pypi,
            &[("flask", "<3"), ("Werkzeug", "==2.2.2")],
            &["Flask 2.3.2", "Jinja2 3.1.4", "Werkzeug 2.2.2"],
        );
        check(Language::Pypi, &[("django", "~=4.0.1")], &["Django 4.0.4"]);
    }

    #[test]
    fn the_catalog_is_in_order_and_needs_only_what_it_has() {
        for language in [Language::Npm, Language::Pypi] {
            let all = available(language);
            assert!(!all.is_empty());
            for (name, package) in &all {
                assert_eq!(language.normal_name(name), *name);
                assert!(package.versions.windows(2).all(|pair| compare_releases(&pair[0], &pair[1]).is_lt()), "{name}");
                assert!(package.needs.iter().all(|need| all.contains_key(need)), "{name}");
            }
        }
    }
}
