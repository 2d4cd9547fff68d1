//! The kubeconfig: which cluster, as whom, in which namespace. Source: Kubernetes, "Organizing Cluster Access Using
//! kubeconfig Files".

use serde_json::{Value, json};

use crate::laptop::{HOME, Laptop};
use crate::world::World;

/// The kubeconfig's parts that count here.
#[derive(Clone, Debug, Default)]
pub(super) struct Config {
    /// The file that was read.
    pub(super) path: String,
    pub(super) document: Value,
}

/// Where requests go, and how one signs in there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) server: String,
    pub(super) namespace: String,
    pub(super) login: Login,
}

/// How one signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Login {
    /// A program gives the token.
    Exec {
        command: String,
        args: Vec<String>,
        profile: Option<String>,
    },
    Token(String),
    Nobody,
}

impl Config {
    /// Reads the file that is in force. One that is not there is empty.
    ///
    /// # Errors
    /// With what `kubectl` says of a file that it can't read.
    pub(super) fn load(laptop: &Laptop, given: Option<&str>) -> Result<Self, String> {
        let listed = laptop.session.env("KUBECONFIG").and_then(|list| list.split(':').find(|path| !path.is_empty()));
        let path = match given.or(listed) {
            Some(path) => laptop.absolute(path),
            None => format!("{HOME}/.kube/config"),
        };
        let text = match laptop.files.read_text(&path) {
            Ok(text) => text,
            Err(_) if given.is_some() => return Err(format!("error: stat {path}: no such file or directory")),
            Err(_) => return Ok(Self { path, document: json!({}) }),
        };
        if text.trim().is_empty() {
            return Ok(Self { path, document: json!({}) });
        }
        match serde_yaml_ng::from_str::<Value>(&text) {
            Ok(document) if document.is_object() => Ok(Self { path, document }),
            Ok(_) => Err(format!(
                "error: error loading config file \"{path}\": couldn't get version/kind; json parse error: json: cannot \
                 unmarshal string into Go value of type struct {{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; \
                 Kind string \"json:\\\"kind,omitempty\\\"\" }}"
            )),
            Err(error) => {
                Err(format!("error: error loading config file \"{path}\": {}", super::manifest::go_error(&error)))
            }
        }
    }

    /// The name of the current context; empty where there is none.
    pub(super) fn current(&self) -> &str {
        self.document.get("current-context").and_then(Value::as_str).unwrap_or_default()
    }

    /// The entries of a list, by name.
    fn entries(&self, list: &str) -> impl Iterator<Item = (&str, &Value)> {
        let entries = self.document.get(list).and_then(Value::as_array).into_iter().flatten();
        entries.filter_map(|entry| Some((entry.get("name")?.as_str()?, entry)))
    }

    fn entry(&self, list: &str, name: &str) -> Option<&Value> {
        self.entries(list).find(|(known, _)| *known == name).map(|(_, entry)| entry)
    }

    /// The contexts: name, cluster, user, namespace.
    pub(super) fn contexts(&self) -> Vec<(String, String, String, String)> {
        let text =
            |entry: &Value, path: &str| entry.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut all: Vec<_> = self
            .entries("contexts")
            .map(|(name, entry)| {
                let part = |part: &str| text(entry, &format!("/context/{part}"));
                (name.to_owned(), part("cluster"), part("user"), part("namespace"))
            })
            .collect();
        all.sort();
        all
    }

    /// Where a context leads; the current one when none is named.
    ///
    /// # Errors
    /// Where it is not there, as `kubectl` says it.
    pub(super) fn target(&self, context: Option<&str>) -> Result<Target, String> {
        let nowhere = || Target {
            server: "http://localhost:8080".to_owned(),
            namespace: "default".to_owned(),
            login: Login::Nobody,
        };
        let name = match context {
            Some(name) => name,
            None if self.current().is_empty() => return Ok(nowhere()),
            None => self.current(),
        };
        let Some(found) = self.entry("contexts", name) else {
            return Err(match context {
                Some(_) => format!("error: context \"{name}\" does not exist"),
                None => {
                    format!("error: current-context is not valid: context was not found for specified context: {name}")
                }
            });
        };
        let text = |value: &Value, path: &str| value.pointer(path).and_then(Value::as_str).map(str::to_owned);
        let cluster = text(found, "/context/cluster").unwrap_or_default();
        let user = text(found, "/context/user").unwrap_or_default();
        let server = self.entry("clusters", &cluster).and_then(|entry| text(entry, "/cluster/server"));
        let Some(server) = server else { return Ok(nowhere()) };
        let login = self.entry("users", &user).map_or(Login::Nobody, |entry| {
            let exec = entry.pointer("/user/exec");
            match (exec, text(entry, "/user/token")) {
                (Some(exec), _) => {
                    let args = exec.get("args").and_then(Value::as_array).into_iter().flatten();
                    let env = exec.get("env").and_then(Value::as_array).into_iter().flatten();
                    let mut profile = env.filter(|pair| pair.get("name") == Some(&json!("AWS_PROFILE")));
                    Login::Exec {
                        command: text(exec, "/command").unwrap_or_default(),
                        args: args.filter_map(Value::as_str).map(str::to_owned).collect(),
                        profile: profile.find_map(|pair| text(pair, "/value")),
                    }
                }
                (None, Some(token)) => Login::Token(token),
                (None, None) => Login::Nobody,
            }
        });
        let namespace = text(found, "/context/namespace").filter(|name| !name.is_empty());
        Ok(Target { server, namespace: namespace.unwrap_or_else(|| "default".to_owned()), login })
    }

    /// Writes the file back.
    ///
    /// # Errors
    /// Where it can't be written.
    pub(super) fn save(&self, world: &mut World) -> Result<(), String> {
        let text = serde_yaml_ng::to_string(&self.document).map_err(|error| format!("error: {error}"))?;
        let now = world.cloud.now();
        let files = &mut world.laptop.files;
        files.write(&self.path, text.into_bytes(), now).map_err(|error| format!("error: {error}"))
    }
}
