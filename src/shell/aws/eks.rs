//! `aws eks update-kubeconfig` and `aws eks get-token`: how `kubectl` gets to a cluster, and who it is there.
//! Source: AWS CLI, its own commands for EKS; texts and forms are theirs.

use serde_json::{Value, json};

use super::args::{self, Opt, Takes};
use super::client::Client;
use super::command::configured_format;
use super::config::{Config, Keys, expand_home, variable};
use super::error::Failure;
use super::globals::Globals;
use super::model::{self, Model};
use super::output::{Format, json as json_format, table, text, yaml};
use crate::cloud::eks::Token;
use crate::cloud::{Region, eks};
use crate::laptop::{Laptop, parent};
use crate::world::World;

/// The commands of this file: they are not of the service's model.
pub(super) const COMMANDS: [&str; 2] = ["get-token", "update-kubeconfig"];
/// What a client is told the answer is.
const API_VERSION: &str = "client.authentication.k8s.io/v1beta1";

/// How long a client may keep a token. Source: AWS CLI, get-token: a minute less than it is good.
const KEPT: crate::cloud::Duration = crate::cloud::Duration::minutes(14);

fn client(world: &World, model: &'static Model, globals: &Globals) -> Result<Client, Failure> {
    let config = Config::load(&world.laptop, globals.profile.as_deref())?;
    let (region, endpoint_url) = (globals.region.as_deref(), globals.endpoint_url.as_deref());
    Client::new(&world.laptop, model, config, region, endpoint_url, globals.signs)
}

/// The options of a command.
fn parse(words: &[String], flags: &[(&str, Takes, bool)]) -> Result<args::Parsed, Failure> {
    let options: Vec<Opt> =
        flags.iter().map(|(flag, takes, required)| Opt::new(*flag, *takes).required(*required)).collect();
    let parsed = args::parse(words, &options, false)?;
    let missing = args::missing(&parsed, &options);
    if !missing.is_empty() {
        return Err(args::required(&missing.join(", ")));
    }
    if !parsed.rest.is_empty() {
        return Err(Failure::UnknownOptions(parsed.rest));
    }
    Ok(parsed)
}

/// The keys to sign a token with: of the profile, or of a role that it assumes.
fn keys(
    world: &mut World,
    globals: &Globals,
    role: Option<&str>,
    session: Option<&str>,
) -> Result<(Keys, Region), Failure> {
    // The model is there for every service that is simulated.
    let Some(sts) = model::model("sts") else { return Err(Failure::Other("Unknown service: 'sts'".to_owned())) };
    let client = client(world, sts, globals)?;
    let keys = match role {
        Some(role) => client.signer_as(world, role, session.unwrap_or("EKSGetTokenAuth"))?,
        None => client.signer(world)?,
    };
    Ok((keys, Region::new(client.region())))
}

/// `aws eks get-token`.
///
/// # Errors
/// Without credentials, and for words that mean nothing.
pub(super) fn get_token(world: &mut World, globals: &Globals, words: &[String]) -> Result<String, Failure> {
    let one = Takes::One;
    let flags = [
        ("--cluster-name", one, false),
        ("--role-arn", one, false),
        ("--session-name", one, false),
        ("--cluster-id", one, false),
    ];
    let parsed = parse(words, &flags)?;
    let Some(cluster) = parsed.value("--cluster-name").or_else(|| parsed.value("--cluster-id")) else {
        return Err(Failure::Other("Either parameter --cluster-name or --cluster-id must be specified.".to_owned()));
    };
    let answer = credential(world, globals, cluster, parsed.value("--role-arn"), parsed.value("--session-name"))?;
    let answer = match &globals.query {
        Some(query) => query.search(&answer).map_err(Failure::Other)?,
        None => answer,
    };
    let format = match globals.output {
        Some(format) => format,
        None => configured_format(world, globals)?,
    };
    Ok(match format {
        Format::Json => json_format::format(&answer),
        Format::Yaml | Format::YamlStream => yaml::format(&answer),
        Format::Table => table::format("get-token", &answer).map_err(Failure::Other)?,
        Format::Text => text::format(&answer),
        Format::Off => String::new(),
    })
}

fn credential(
    world: &mut World,
    globals: &Globals,
    cluster: &str,
    role: Option<&str>,
    session: Option<&str>,
) -> Result<Value, Failure> {
    let (keys, region) = keys(world, globals, role, session)?;
    let now = world.cloud.now();
    let token = Token {
        access_key_id: &keys.access_key_id,
        secret: &keys.secret_access_key,
        session_token: keys.session_token.as_deref(),
        cluster,
        region: &region,
        now,
    };
    Ok(json!({
        "kind": "ExecCredential",
        "apiVersion": API_VERSION,
        "spec": {},
        "status": {"expirationTimestamp": eks::Time(now + KEPT).to_string(), "token": token.sign()},
    }))
}

/// The token that `aws` with these words gives to `kubectl`, for a profile of its own or the learner's.
///
/// # Errors
/// With what `aws` prints.
pub(super) fn token(world: &mut World, words: &[String], profile: Option<&str>) -> Result<String, Failure> {
    let parsed = super::globals::parse(words)?;
    let mut globals = Globals::new(&parsed)?;
    globals.profile = globals.profile.or_else(|| profile.map(str::to_owned));
    globals.output = Some(Format::Json);
    if parsed.word.as_deref() != Some("eks") {
        return Err(Failure::Other("the command in the kubeconfig is not `aws eks get-token`".to_owned()));
    }
    let rest = match parsed.rest.split_first() {
        Some((word, rest)) if word == "get-token" => rest,
        _ => return Err(Failure::Other("the command in the kubeconfig is not `aws eks get-token`".to_owned())),
    };
    let printed = get_token(world, &globals, rest)?;
    let answer: Value = serde_json::from_str(&printed).unwrap_or_default();
    Ok(answer.pointer("/status/token").and_then(Value::as_str).unwrap_or_default().to_owned())
}

/// `aws eks update-kubeconfig`.
///
/// # Errors
/// For a cluster that is not there or not ready, and for a file that is none of `kubectl`'s.
pub(super) fn update_kubeconfig(
    world: &mut World,
    model: &'static Model,
    globals: &Globals,
    words: &[String],
) -> Result<String, Failure> {
    let (one, none) = (Takes::One, Takes::Nothing);
    let flags = [
        ("--name", one, true),
        ("--kubeconfig", one, false),
        ("--role-arn", one, false),
        ("--dry-run", none, false),
        ("--verbose", none, false),
        ("--alias", one, false),
        ("--user-alias", one, false),
    ];
    let parsed = parse(words, &flags)?;
    let name = parsed.value("--name").unwrap_or_default();
    let client = client(world, model, globals)?;
    let Some((operation, described)) = model.operation("DescribeCluster") else { return Ok(String::new()) };
    let answer = client.call(world, operation, described, json!({"name": name}))?;
    let field = |path: &str| answer.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
    let status = field("/cluster/status");
    if !matches!(status.as_str(), "ACTIVE" | "UPDATING") {
        return Err(Failure::Other(format!("Cluster status is {status}")));
    }
    let arn = field("/cluster/arn");
    let user = parsed.value("--user-alias").unwrap_or(&arn).to_owned();
    let alias = parsed.value("--alias").unwrap_or(&arn).to_owned();
    let region = arn.split(':').nth(3).unwrap_or_default().to_owned();
    let mut arguments = vec!["--region", &region, "eks", "get-token", "--cluster-name", name, "--output", "json"];
    if let Some(role) = parsed.value("--role-arn") {
        arguments.extend(["--role", role]);
    }
    let mut exec = json!({"apiVersion": API_VERSION, "args": arguments, "command": "aws"});
    let profile = globals.profile.clone().or_else(|| variable(&world.laptop, "AWS_PROFILE").map(str::to_owned));
    if let (Some(profile), Some(members)) = (&profile, exec.as_object_mut()) {
        members.insert("env".to_owned(), json!([{"name": "AWS_PROFILE", "value": profile}]));
    }
    let cluster_entry = json!({
        "cluster": {
            "certificate-authority-data": field("/cluster/certificateAuthority/data"),
            "server": field("/cluster/endpoint"),
        },
        "name": arn,
    });
    let user_entry = json!({"name": user, "user": {"exec": exec}});
    let context_entry = json!({"context": {"cluster": arn, "user": user}, "name": alias});

    let path = path(&world.laptop, parsed.value("--kubeconfig"));
    let mut config = read(&world.laptop, &path)?;
    let known = |config: &Value| {
        let entries = config.get("clusters").and_then(Value::as_array);
        entries.into_iter().flatten().any(|entry| entry.get("name") == Some(&json!(arn)))
    };
    let updating = known(&config);
    for (list, entry) in [("clusters", &cluster_entry), ("contexts", &context_entry), ("users", &user_entry)] {
        insert(&mut config, list, entry.clone());
    }
    if let Some(members) = config.as_object_mut() {
        members.insert("current-context".to_owned(), json!(alias));
    }
    let written = yaml::dump(&config);
    if parsed.is_given("--dry-run") {
        return Ok(written);
    }
    let now = world.cloud.now();
    let files = &mut world.laptop.files;
    let made = parent(&path).map_or(Ok(()), |folder| files.create_directories(folder, now));
    let done =
        made.and_then(|()| files.write(&path, written.into_bytes(), now)).and_then(|()| files.set_mode(&path, 0o600));
    done.map_err(|error| Failure::Other(format!("Can't write kubeconfig: {error}: {path}")))?;
    let mut said = if updating {
        format!("Updated context {alias} in {path}\n")
    } else {
        format!("Added new context {alias} to {path}\n")
    };
    if parsed.is_given("--verbose") {
        said += "Entries:\n\n";
        for entry in [&context_entry, &user_entry, &cluster_entry] {
            said += &format!("{}\n", yaml::dump(entry));
        }
    }
    Ok(said)
}

/// Which file is written: as said, the first of `KUBECONFIG`, or the usual one.
fn path(laptop: &Laptop, given: Option<&str>) -> String {
    let listed = variable(laptop, "KUBECONFIG").and_then(|list| list.split(':').find(|path| !path.is_empty()));
    let path = given.or(listed).unwrap_or("~/.kube/config");
    laptop.absolute(&expand_home(laptop, path))
}

fn read(laptop: &Laptop, path: &str) -> Result<Value, Failure> {
    let fresh = || {
        json!({
            "apiVersion": "v1", "clusters": [], "contexts": [], "current-context": "", "kind": "Config",
            "preferences": {}, "users": [],
        })
    };
    let Ok(text) = laptop.files.read_text(path) else { return Ok(fresh()) };
    if text.trim().is_empty() {
        return Ok(fresh());
    }
    let broken = |why: String| Failure::Other(format!("Failed to load kubeconfig: {path}: {why}"));
    match serde_yaml_ng::from_str::<Value>(&text) {
        Ok(config) if config.is_object() => Ok(config),
        Ok(_) => Err(broken("not a mapping".to_owned())),
        Err(error) => Err(broken(error.to_string())),
    }
}

/// Puts an entry into a list, in the place of one of the same name.
fn insert(config: &mut Value, list: &str, entry: Value) {
    let Some(members) = config.as_object_mut() else { return };
    let slot = members.entry(list).or_insert_with(|| json!([]));
    if !slot.is_array() {
        *slot = json!([]);
    }
    let Some(entries) = slot.as_array_mut() else { return };
    match entries.iter_mut().find(|known| known.get("name") == entry.get("name")) {
        Some(known) => *known = entry,
        None => entries.push(entry),
    }
}
