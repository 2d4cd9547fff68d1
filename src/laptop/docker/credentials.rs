//! `~/.docker/config.json`: what `docker login` writes and push and pull read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::cloud::Timestamp;
use crate::laptop::{Files, FsError, HOME};

/// Docker's config file. Members that are not about logins are kept as they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Credentials {
    root: Map<String, Value>,
}

/// A user name and a password for a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub username: String,
    pub password: String,
}

impl Credentials {
    /// Where the file is.
    pub fn path() -> String {
        format!("{HOME}/.docker/config.json")
    }

    /// Reads the file; empty if there is none.
    ///
    /// # Errors
    /// When it is no JSON object: what docker says about it.
    pub fn read(files: &Files) -> Result<Self, String> {
        let Ok(text) = files.read_text(&Self::path()) else { return Ok(Self::default()) };
        match serde_json::from_str(&text) {
            Ok(Value::Object(root)) => Ok(Self { root }),
            Ok(_) => Err("json: cannot unmarshal into Go value of type configfile.ConfigFile".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Writes the file, indented by tabs as docker does.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn write(&self, files: &mut Files, now: Timestamp) -> Result<(), FsError> {
        let mut text = Vec::new();
        let mut serializer =
            serde_json::Serializer::with_formatter(&mut text, serde_json::ser::PrettyFormatter::with_indent(b"\t"));
        // Into memory, from strings: cannot fail.
        let _ = serde::Serialize::serialize(&self.root, &mut serializer);
        files.create_directories(&format!("{HOME}/.docker"), now)?;
        files.write(&Self::path(), text, now)?;
        files.set_mode(&Self::path(), 0o600)
    }

    /// The login for a host.
    pub fn login(&self, host: &str) -> Option<Login> {
        let entry = self.root.get("auths")?.get(host)?;
        let decoded = STANDARD.decode(entry.get("auth")?.as_str()?).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        let (username, password) = text.split_once(':')?;
        Some(Login { username: username.to_owned(), password: password.trim_end_matches('\0').to_owned() })
    }

    /// The hosts with a login, sorted.
    pub fn hosts(&self) -> Vec<String> {
        let auths = self.root.get("auths").and_then(Value::as_object);
        let mut hosts: Vec<String> = auths.into_iter().flat_map(Map::keys).cloned().collect();
        hosts.sort();
        hosts
    }

    /// Keeps a login.
    pub fn store(&mut self, host: &str, login: &Login) {
        let auth = STANDARD.encode(format!("{}:{}", login.username, login.password));
        let auths = self.root.entry("auths").or_insert_with(|| Value::Object(Map::new()));
        if !auths.is_object() {
            *auths = Value::Object(Map::new());
        }
        if let Some(auths) = auths.as_object_mut() {
            auths.insert(host.to_owned(), serde_json::json!({ "auth": auth }));
        }
    }

    /// Forgets a login; whether there was one.
    pub fn forget(&mut self, host: &str) -> bool {
        let auths = self.root.get_mut("auths").and_then(Value::as_object_mut);
        auths.is_some_and(|auths| auths.shift_remove(host).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_read_back_and_other_members_stay() {
        let mut files = Files::default();
        let now = Timestamp::START;
        files.create_directories(&format!("{HOME}/.docker"), now).unwrap();
        files.write(&Credentials::path(), *br#"{"credsStore":"","auths":{}}"#, now).unwrap();
        let mut credentials = Credentials::read(&files).unwrap();
        let login = Login { username: "AWS".into(), password: "a:b".into() };
        credentials.store("example.com", &login);
        credentials.write(&mut files, now).unwrap();
        let mut read = Credentials::read(&files).unwrap();
        assert_eq!((read.login("example.com"), read.hosts()), (Some(login), vec!["example.com".to_owned()]));
        assert!(files.read_text(&Credentials::path()).unwrap().starts_with("{\n\t\"credsStore\": \"\",\n\t\"auths\""));
        assert!(read.forget("example.com") && !read.forget("example.com"));
    }

    #[test]
    fn a_broken_file_says_so() {
        let mut files = Files::default();
        files.create_directories(&format!("{HOME}/.docker"), Timestamp::START).unwrap();
        files.write(&Credentials::path(), *b"{", Timestamp::START).unwrap();
        assert!(Credentials::read(&files).is_err());
    }
}
