//! `docker login` and `docker logout`.

use super::daemon_error;
use super::flags::Parsed;
use crate::cloud::ecr::registry::{self, Registry, RegistryError};
use crate::cloud::{Caller, Cloud, Origin, ecr_public, upstream};
use crate::laptop::docker::{Credentials, Login};
use crate::shell::Io;

/// Docker Hub's name in the config file.
const HUB: &str = "https://index.docker.io/v1/";

/// A registry's name in the config file.
pub(super) fn key(host: &str) -> &str {
    if host == "docker.io" { HUB } else { host }
}

pub(super) fn login(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let host = host(parsed.arg(0));
    let from_stdin = parsed.has("password-stdin");
    if parsed.value("password").is_some() && from_stdin {
        io.eprint("conflicting options: cannot specify both --password and --password-stdin\n");
        return 1;
    }
    let username = parsed.value("username").unwrap_or_default().to_owned();
    if from_stdin && username.is_empty() {
        io.eprint("the --password-stdin option requires --username to be set\n");
        return 1;
    }
    let password = if from_stdin {
        let bytes = io.stdin().unwrap_or_else(|| Vec::new().into());
        let text = String::from_utf8_lossy(bytes.as_bytes()).into_owned();
        text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text)).to_owned()
    } else {
        if parsed.value("password").is_some() {
            io.eprint("WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n");
        }
        parsed.value("password").unwrap_or_default().to_owned()
    };
    if username.is_empty() || password.is_empty() {
        io.eprint("Error: Cannot perform an interactive login from a non TTY device\n");
        return 1;
    }
    let login = Login { username, password };
    if Registry::from_host(&host).is_none() && host != ecr_public::HOST {
        let registry = if host == HUB { "docker.io" } else { host.as_str() };
        if !upstream::has_accounts(registry) {
            return daemon_error(io, format!("Get \"https://{host}/v2/\": dial tcp: lookup {host}: no such host"));
        }
        let with = upstream::Credentials { username: login.username.clone(), password: login.password.clone() };
        if upstream::enter(&mut io.world.cloud, registry, &with, None, None).is_err() {
            let (api, said) = (upstream::refusal::api_host(registry), upstream::refusal::said(registry));
            return daemon_error(io, format!("Get \"https://{api}/v2/\": {said}"));
        }
        return keep(io, &host, &login);
    }
    // Docker takes the host's word: 200 or not.
    if authenticate(&io.world.cloud, &host, &login).is_err() {
        return daemon_error(io, format!("login attempt to https://{host}/v2/ failed with status: 400 Bad Request"));
    }
    keep(io, &host, &login)
}

/// Keeps a login that the registry has taken.
fn keep(io: &mut Io<'_>, host: &str, login: &Login) -> i32 {
    let mut credentials = read(io);
    credentials.store(host, login);
    if let Err(error) = save(io, &credentials) {
        io.eprint(format!("error saving credentials: open {}: {error}\n", Credentials::path()));
        return 1;
    }
    io.eprint(format!(
        "\nWARNING! Your credentials are stored unencrypted in '{}'.\n\
         Configure a credential helper to remove this warning. See\n\
         https://docs.docker.com/go/credential-store/\n\n",
        Credentials::path()
    ));
    io.print("Login Succeeded\n");
    0
}

pub(super) fn logout(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let host = host(parsed.arg(0));
    let mut credentials = read(io);
    io.print(format!("Removing login credentials for {host}\n"));
    if credentials.forget(&host)
        && let Err(error) = save(io, &credentials)
    {
        io.eprint(format!("WARNING: could not erase credentials:\n{host}: {error}\n"));
    }
    0
}

/// Who a login stands for at a private or the public registry.
///
/// # Errors
/// The registry's refusal.
pub(super) fn authenticate(cloud: &Cloud, host: &str, login: &Login) -> Result<Caller, RegistryError> {
    let (username, password) = (&login.username, &login.password);
    if host == ecr_public::HOST {
        return ecr_public::authenticate(cloud, username, password, Origin::Laptop);
    }
    registry::authenticate(cloud, host, username, password, Origin::Laptop)
}

/// The host that a person meant: without scheme and path.
fn host(text: &str) -> String {
    let text = text.trim_start_matches("https://").trim_start_matches("http://");
    match text.split('/').next().unwrap_or_default() {
        "" | "docker.io" | "index.docker.io" => HUB.to_owned(),
        host => host.to_owned(),
    }
}

/// The config file; a broken one is told about and counts as empty.
pub(super) fn read(io: &mut Io<'_>) -> Credentials {
    match Credentials::read(&io.world.laptop.files) {
        Ok(credentials) => credentials,
        Err(error) => {
            io.eprint(format!("WARNING: Error loading config file: {}: {error}\n", Credentials::path()));
            Credentials::default()
        }
    }
}

fn save(io: &mut Io<'_>, credentials: &Credentials) -> Result<(), crate::laptop::FsError> {
    let now = io.world.cloud.now();
    credentials.write(&mut io.world.laptop.files, now)
}
