//! What programming languages' package managers leave in an image: the files by which a scan knows their packages.
//!
//! Source of which files are read: Amazon Inspector User Guide, "Amazon Inspector SBOM Generator comprehensive dependency
//! collection". An archive that has to be unpacked first (a jar) is not looked into.

use serde::Deserialize;
use serde_json::Value;

/// Whose packages they are: a vulnerability is known by the language's name for the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    Go,
    Maven,
    Npm,
    Pypi,
}

/// The kind of file that a package was found in. Source of the names: Amazon Inspector service model, PackageManager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Manager {
    Gomod,
    Jar,
    Npm,
    Nodepkg,
    Pip,
    Pom,
    Pythonpkg,
}

impl Manager {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gomod => "GOMOD",
            Self::Jar => "JAR",
            Self::Npm => "NPM",
            Self::Nodepkg => "NODEPKG",
            Self::Pip => "PIP",
            Self::Pom => "POM",
            Self::Pythonpkg => "PYTHONPKG",
        }
    }

    /// Whose packages it manages.
    pub fn language(self) -> Language {
        match self {
            Self::Gomod => Language::Go,
            Self::Jar | Self::Pom => Language::Maven,
            Self::Npm | Self::Nodepkg => Language::Npm,
            Self::Pip | Self::Pythonpkg => Language::Pypi,
        }
    }

    /// The kind of file that a path names, if packages are read from it.
    pub(super) fn of(path: &str) -> Option<Self> {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let installed = |folder: &str| folder.split('/').any(|part| part == "node_modules");
        Some(match file {
            "go.mod" => Self::Gomod,
            "package-lock.json" => Self::Npm,
            "package.json" if installed(folder) => Self::Nodepkg,
            "requirements.txt" => Self::Pip,
            "pom.xml" => Self::Pom,
            "pom.properties" => Self::Jar,
            "METADATA" if folder.ends_with(".dist-info") => Self::Pythonpkg,
            "PKG-INFO" if folder.ends_with(".egg-info") => Self::Pythonpkg,
            _ => return None,
        })
    }

    /// Name and version of each package in a file of this kind. What can't be read holds none.
    pub fn read(self, text: &str) -> Vec<(String, String)> {
        match self {
            Self::Gomod => go_mod(text),
            Self::Jar => pom_properties(text).into_iter().collect(),
            Self::Npm => package_lock(text),
            Self::Nodepkg => package_json(text).into_iter().collect(),
            Self::Pip => text.lines().filter_map(requirement).collect(),
            Self::Pom => pom(text),
            Self::Pythonpkg => metadata(text).into_iter().collect(),
        }
    }
}

/// `module v1.2.3` after `require`, alone or in parentheses. Source: Go modules reference.
fn go_mod(text: &str) -> Vec<(String, String)> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        let required = match line.strip_prefix("require") {
            Some(rest) if rest.trim() == "(" => {
                inside = true;
                continue;
            }
            Some(rest) if rest.starts_with(' ') => rest,
            _ if line == ")" => {
                inside = false;
                continue;
            }
            _ if inside => line,
            _ => continue,
        };
        let mut words = required.split_whitespace();
        if let (Some(module), Some(version)) = (words.next(), words.next().filter(|word| word.starts_with('v'))) {
            found.push((module.to_owned(), version.to_owned()));
        }
    }
    found
}

fn pom_properties(text: &str) -> Option<(String, String)> {
    let of = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('=')).map(str::trim);
    Some((format!("{}:{}", of("groupId")?, of("artifactId")?), of("version")?.to_owned()))
}

/// The dependencies whose version is written down; one that a property or a parent gives is not known from the file alone.
fn pom(text: &str) -> Vec<(String, String)> {
    let dependencies = text.split("<dependency>").skip(1).filter_map(|rest| rest.split("</dependency>").next());
    let element = |block: &str, name: &str| {
        let (_, rest) = block.split_once(&format!("<{name}>"))?;
        rest.split_once(&format!("</{name}>")).map(|(value, _)| value.trim().to_owned())
    };
    dependencies
        .filter_map(|block| {
            let version = element(block, "version").filter(|version| !version.contains("${"))?;
            Some((format!("{}:{}", element(block, "groupId")?, element(block, "artifactId")?), version))
        })
        .collect()
}

fn package_json(text: &str) -> Option<(String, String)> {
    #[derive(Deserialize)]
    struct PackageJson {
        name: String,
        version: String,
    }
    serde_json::from_str::<PackageJson>(text).ok().map(|package| (package.name, package.version))
}

/// Lock files of version 2 and 3 know each package by its folder, those of version 1 by its name.
/// Source: npm documentation, package-lock.json.
fn package_lock(text: &str) -> Vec<(String, String)> {
    let lock: Value = serde_json::from_str(text).unwrap_or_default();
    let version = |package: &Value| package.get("version").and_then(Value::as_str).map(str::to_owned);
    if let Some(packages) = lock.get("packages").and_then(Value::as_object) {
        let of = |(folder, package): (&String, &Value)| {
            let (_, name) = folder.rsplit_once("node_modules/")?;
            Some((name.to_owned(), version(package)?))
        };
        return packages.iter().filter_map(of).collect();
    }
    let mut found = Vec::new();
    let mut waiting = vec![&lock];
    while let Some(of) = waiting.pop() {
        for (name, package) in of.get("dependencies").and_then(Value::as_object).into_iter().flatten() {
            found.extend(version(package).map(|version| (name.clone(), version)));
            waiting.push(package);
        }
    }
    found
}

/// A line that pins a version: `requests[socks]==2.31.0 ; python_version > "3"`. Source: pip documentation, requirements file.
fn requirement(line: &str) -> Option<(String, String)> {
    let line = line.split([';', '#']).next().unwrap_or(line);
    let (name, version) = line.split_once("==")?;
    let name = name.split('[').next().unwrap_or(name).trim();
    let version = version.split([',', ' ']).find(|word| !word.is_empty())?;
    (!name.is_empty() && !name.starts_with('-')).then(|| (name.to_owned(), version.to_owned()))
}

/// Source: Python packaging, core metadata.
fn metadata(text: &str) -> Option<(String, String)> {
    let head = || text.lines().take_while(|line| !line.is_empty());
    let field = |name: &str| head().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned());
    Some((field("Name:")?, field("Version:")?))
}

impl Language {
    /// The name by which the list knows a package: Python's names are the same in any case and with any separator.
    /// Source: PEP 503.
    pub fn normal_name(self, name: &str) -> String {
        match self {
            Self::Pypi => {
                let lower = name.to_ascii_lowercase();
                lower.split(['-', '_', '.']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
            }
            _ => name.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, text: &str, manager: Manager, expect: &[(&str, &str)]) {
        assert_eq!(Manager::of(path), Some(manager), "{path}");
        let mut found = manager.read(text);
        found.sort();
        let found: Vec<(&str, &str)> = found.iter().map(|(name, version)| (name.as_str(), version.as_str())).collect();
        assert_eq!(found, expect, "{path}");
    }

    #[test]
    fn what_npm_installs_and_what_it_locks() {
        let package = r#"{"name": "lodash", "version": "4.17.20", "main": "lodash.js"}"#;
        check("srv/node_modules/lodash/package.json", package, Manager::Nodepkg, &[("lodash", "4.17.20")]);
        assert_eq!(Manager::of("srv/package.json"), None, "what an application wants is not what is installed");
        let lock = r#"{"lockfileVersion": 3, "packages": {
            "": {"name": "app", "version": "1.0.0"},
            "node_modules/@babel/core": {"version": "7.1.0"},
            "node_modules/a/node_modules/minimist": {"version": "1.2.5"}}}"#;
        check("srv/package-lock.json", lock, Manager::Npm, &[("@babel/core", "7.1.0"), ("minimist", "1.2.5")]);
        let old = r#"{"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0", "dependencies": {"b": {"version": "2.0.0"}}}}}"#;
        check("package-lock.json", old, Manager::Npm, &[("a", "1.0.0"), ("b", "2.0.0")]);
        check("package-lock.json", "{", Manager::Npm, &[]);
    }

    #[test]
    fn what_pip_installs_and_what_is_pinned() {
        let metadata = "Metadata-Version: 2.1\nName: Jinja2\nVersion: 3.1.2\n\nName: not this\n";
        let path = "usr/local/lib/python3.12/site-packages/Jinja2-3.1.2.dist-info/METADATA";
        check(path, metadata, Manager::Pythonpkg, &[("Jinja2", "3.1.2")]);
        let pinned =
            "# web\nflask==2.2.2\nrequests[socks] == 2.28.0 ; python_version > '3'\nuvicorn>=0.20\n-r more.txt\n";
        check("app/requirements.txt", pinned, Manager::Pip, &[("flask", "2.2.2"), ("requests", "2.28.0")]);
        assert_eq!(Language::Pypi.normal_name("Zope.Interface__x"), "zope-interface-x");
    }

    #[test]
    fn what_maven_and_go_name() {
        let pom = "<dependencies><dependency>\n<groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId>\
                   <version>2.14.1</version></dependency><dependency><groupId>g</groupId><artifactId>a</artifactId>\
                   <version>${v}</version></dependency></dependencies>";
        check("pom.xml", pom, Manager::Pom, &[("org.apache.logging.log4j:log4j-core", "2.14.1")]);
        let properties = "#Generated\nversion=5.3.17\ngroupId=org.springframework\nartifactId=spring-beans\n";
        let path = "app/META-INF/maven/org.springframework/spring-beans/pom.properties";
        check(path, properties, Manager::Jar, &[("org.springframework:spring-beans", "5.3.17")]);
        let module = "module x\n\ngo 1.20\n\nrequire golang.org/x/text v0.3.7\n\nrequire (\n\tgolang.org/x/net v0.7.0 // indirect\n)\n";
        check("go.mod", module, Manager::Gomod, &[("golang.org/x/net", "v0.7.0"), ("golang.org/x/text", "v0.3.7")]);
    }
}
