//! `kubectl create …` and `kubectl run`.

use base64::Engine as _;
use serde_json::{Map, Value, json};

use super::flags::{Flag, Parsed};
use super::{Command, Done, Trouble, apply, fail, get, manifest, print, set, with_session};
use crate::cloud::eks::{DOCKER_CONFIG, DOCKER_CONFIG_KEY, Kind, Request};
use crate::shell::Io;

const OUTPUT: Flag = ("output", 'o', true);
const DRY_RUN: Flag = ("dry-run", ' ', true);

pub(super) const CREATE: Command = Command {
    path: "create",
    usage: "kubectl create -f FILENAME [options]",
    flags: &[("filename", 'f', true), OUTPUT, DRY_RUN],
    run: from_files,
};

pub(super) const NAMESPACE: Command = Command {
    path: "create namespace",
    usage: "kubectl create namespace NAME [--dry-run=server|client|none] [options]",
    flags: &[OUTPUT, DRY_RUN],
    run: |io, parsed| {
        let Some(name) = name(io, parsed, "kubectl create namespace") else { return 1 };
        make(io, parsed, Kind::Namespace, json!({"metadata": {"name": name}}))
    },
};

pub(super) const SERVICE_ACCOUNT: Command = Command {
    path: "create serviceaccount",
    usage: "kubectl create serviceaccount NAME [--dry-run=server|client|none] [options]",
    flags: &[OUTPUT, DRY_RUN],
    run: |io, parsed| {
        let Some(name) = name(io, parsed, "kubectl create serviceaccount") else { return 1 };
        make(io, parsed, Kind::ServiceAccount, json!({"metadata": {"name": name}}))
    },
};

pub(super) const DEPLOYMENT: Command = Command {
    path: "create deployment",
    usage: "kubectl create deployment NAME --image=image -- [COMMAND] [args...] [options]",
    flags: &[("image", ' ', true), ("replicas", 'r', true), ("port", ' ', true), OUTPUT, DRY_RUN],
    run: deployment,
};

pub(super) const DOCKER_REGISTRY: Command = Command {
    path: "create secret docker-registry",
    usage: "kubectl create secret docker-registry NAME --docker-username=user --docker-password=password \
            --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none] \
            [options]",
    flags: &[
        ("docker-server", ' ', true),
        ("docker-username", ' ', true),
        ("docker-password", ' ', true),
        ("docker-email", ' ', true),
        OUTPUT,
        DRY_RUN,
    ],
    run: docker_registry,
};

pub(super) const GENERIC: Command = Command {
    path: "create secret generic",
    usage: "kubectl create secret generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] \
            [--dry-run=server|client|none] [options]",
    flags: &[
        ("from-literal", ' ', true),
        ("from-file", ' ', true),
        ("from-env-file", ' ', true),
        ("type", ' ', true),
        OUTPUT,
        DRY_RUN,
    ],
    run: generic,
};

pub(super) const RUN: Command = Command {
    path: "run",
    usage: "kubectl run NAME --image=image [--env=\"key=value\"] [--port=port] [--dry-run=server|client] [--overrides=\
            inline-json] [--command] -- [COMMAND] [args...] [options]",
    flags: &[
        ("image", ' ', true),
        ("port", ' ', true),
        ("restart", ' ', true),
        ("image-pull-policy", ' ', true),
        ("labels", 'l', true),
        ("command", ' ', false),
        OUTPUT,
        DRY_RUN,
    ],
    run: pod,
};

/// The one name that a command takes.
fn name<'p>(io: &mut Io<'_>, parsed: &'p Parsed, path: &str) -> Option<&'p str> {
    let found = parsed.arg(0).filter(|_| parsed.rest.len() == 1);
    if found.is_none() {
        let count = parsed.rest.len();
        let told = format!("error: exactly one NAME is required, got {count}\nSee '{path} -h' for help and examples");
        io.eprint(format!("{told}\n"));
    }
    found
}

/// Makes an object, or shows what would be made.
fn make(io: &mut Io<'_>, parsed: &Parsed, kind: Kind, own: Value) -> Done {
    let mut document = json!({"apiVersion": kind.api_version(), "kind": kind.name()});
    if let (Some(members), Value::Object(own)) = (document.as_object_mut(), own) {
        members.extend(own);
    }
    let name = document.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let dry = match super::dry_run(parsed) {
        Ok(dry) => dry,
        Err(message) => return fail(io, message),
    };
    if let Some(dry) = dry {
        if let (true, Some(namespace)) = (kind.is_namespaced(), parsed.value("namespace")) {
            place(&mut document, namespace);
        }
        return show(io, parsed, &document, &format!("{} created{dry}", print::with_kind(kind, &name)));
    }
    with_session(io, parsed, |io, session| {
        if kind.is_namespaced() {
            place(&mut document, &session.namespace);
        }
        // Source: kubectl create: what can't be made is told with what it was to be; kubectl run says only what it was told.
        session.ask(io, Request::Create { manifest: document.clone() }).map_err(|trouble| match trouble {
            trouble if kind == Kind::Pod => trouble,
            Trouble::Said(text) if text.starts_with("Error from server (AlreadyExists): ") => {
                Trouble::Said(text.replace(
                    "Error from server (AlreadyExists): ",
                    &format!("error: failed to create {}: ", kind.singular()),
                ))
            }
            Trouble::NotFound(text) => {
                Trouble::Said(text.replace(
                    "Error from server (NotFound): ",
                    &format!("error: failed to create {}: ", kind.singular()),
                ))
            }
            other => other,
        })?;
        Ok(show(io, parsed, &document, &format!("{} created", print::with_kind(kind, &name))))
    })
}

fn place(document: &mut Value, namespace: &str) {
    if let Some(metadata) = document.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.insert("namespace".to_owned(), namespace.into());
    }
}

fn show(io: &mut Io<'_>, parsed: &Parsed, document: &Value, told: &str) -> Done {
    match parsed.value("output") {
        None => io.print(format!("{told}\n")),
        Some("name") => {
            let line = told.split(' ').next().unwrap_or_default();
            io.print(format!("{line}\n"));
        }
        Some(output) => match get::render(output, &get::sorted(document.clone())) {
            Ok(text) => io.print(text),
            Err(trouble) => return trouble.report(io),
        },
    }
    0
}

fn from_files(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    if let Some(word) = parsed.arg(0) {
        let mut words = vec!["create".to_owned()];
        words.extend(parsed.rest.iter().cloned());
        return super::unknown::in_group(io, "create", word, &words);
    }
    if parsed.value("filename").is_none() {
        return fail(io, "error: must specify one of -f and -k");
    }
    let files: Vec<String> = parsed.values("filename").map(str::to_owned).collect();
    let manifests = match manifest::load(io, files.iter().map(String::as_str)) {
        Ok(manifests) => manifests,
        Err(trouble) => return trouble.report(io),
    };
    let explicit = parsed.value("namespace").is_some();
    with_session(io, parsed, |io, session| {
        let mut code = 0;
        for manifest in &manifests {
            let made = manifest.kind().and_then(|(kind, name)| {
                let document = manifest.placed(kind, &session.namespace, explicit)?;
                let doing = format!("error when creating \"{}\"", manifest.file);
                session
                    .ask(io, Request::Create { manifest: document })
                    .map_err(|trouble| apply::when(trouble, &doing))?;
                Ok(print::with_kind(kind, &name))
            });
            match made {
                Ok(what) => io.print(format!("{what} created\n")),
                Err(trouble) => code = trouble.report(io),
            }
        }
        Ok(code)
    })
}

fn container(name: &str, image: &str, parsed: &Parsed) -> Result<Value, String> {
    let mut container = json!({"image": image, "name": name, "resources": {}});
    if let (Some(port), Some(members)) = (parsed.value("port"), container.as_object_mut()) {
        let port: u16 = port.parse().map_err(|_| {
            format!("error: invalid argument \"{port}\" for \"--port\" flag: strconv.ParseInt: parsing \"{port}\": invalid syntax")
        })?;
        members.insert("ports".to_owned(), json!([{"containerPort": port}]));
    }
    Ok(container)
}

fn deployment(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    let Some(name) = name(io, parsed, "kubectl create deployment") else { return 1 };
    let images: Vec<&str> = parsed.values("image").collect();
    if images.is_empty() {
        return fail(io, "error: required flag(s) \"image\" not set");
    }
    let given = parsed.value("replicas").map(|text| set::count(text, "-r, --replicas", "kubectl create deployment"));
    let replicas = match given.unwrap_or(Ok(1)) {
        Ok(replicas) => replicas,
        Err(message) => return fail(io, message),
    };
    let mut containers = Vec::new();
    for image in images {
        // Source: kubectl, `buildPodSpec`: a container is named as its image.
        let own = image.rsplit('/').next().unwrap_or_default().split([':', '@']).next().unwrap_or_default();
        match container(&own.replace('_', "-"), image, parsed) {
            Ok(mut container) => {
                if let (false, Some(members)) = (parsed.behind.is_empty(), container.as_object_mut()) {
                    members.insert("command".to_owned(), json!(parsed.behind));
                }
                containers.push(container);
            }
            Err(message) => return fail(io, message),
        }
    }
    let labels = json!({"app": name});
    let own = json!({
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "strategy": {},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
        },
    });
    make(io, parsed, Kind::Deployment, own)
}

fn pod(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    let Some(name) = parsed.arg(0) else {
        return fail(io, "error: NAME is required for run\nSee 'kubectl run -h' for help and examples");
    };
    let Some(image) = parsed.value("image") else { return fail(io, "error: required flag(s) \"image\" not set") };
    let mut container = match container(name, image, parsed) {
        Ok(container) => container,
        Err(message) => return fail(io, message),
    };
    if let Some(members) = container.as_object_mut() {
        if !parsed.behind.is_empty() {
            let field = if parsed.has("command") { "command" } else { "args" };
            members.insert(field.to_owned(), json!(parsed.behind));
        }
        members.extend(parsed.value("image-pull-policy").map(|policy| ("imagePullPolicy".to_owned(), policy.into())));
    }
    let mut labels: Map<String, Value> = Map::new();
    for pair in parsed.value("labels").into_iter().flat_map(|list| list.split(',')) {
        if let Some((key, value)) = pair.split_once('=') {
            labels.insert(key.to_owned(), value.into());
        }
    }
    if labels.is_empty() {
        labels.insert("run".to_owned(), name.into());
    }
    let restart = parsed.value("restart").unwrap_or("Always");
    if !matches!(restart, "Always" | "OnFailure" | "Never") {
        return fail(io, format!("error: invalid restart policy: {restart}"));
    }
    let own = json!({
        "metadata": {"name": name, "labels": labels},
        "spec": {"containers": [container], "dnsPolicy": "ClusterFirst", "restartPolicy": restart},
    });
    make(io, parsed, Kind::Pod, own)
}

fn docker_registry(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    let Some(name) = name(io, parsed, "kubectl create secret docker-registry") else { return 1 };
    let (Some(username), Some(password)) = (parsed.value("docker-username"), parsed.value("docker-password")) else {
        return fail(
            io,
            "error: either --from-file or the combination of --docker-username, --docker-password and --docker-server is \
             required",
        );
    };
    let server = parsed.value("docker-server").unwrap_or("https://index.docker.io/v1/");
    let base64 = &base64::engine::general_purpose::STANDARD;
    let mut entry = json!({"username": username, "password": password});
    if let Some(members) = entry.as_object_mut() {
        members.extend(parsed.value("docker-email").map(|email| ("email".to_owned(), email.into())));
        members.insert("auth".to_owned(), base64.encode(format!("{username}:{password}")).into());
    }
    let mut auths = Map::new();
    auths.insert(server.to_owned(), entry);
    let text = json!({"auths": auths}).to_string();
    let own = json!({
        "metadata": {"name": name},
        "data": {DOCKER_CONFIG_KEY: base64.encode(text)},
        "type": DOCKER_CONFIG,
    });
    make(io, parsed, Kind::Secret, own)
}

/// The files of `[key=]source`, a folder's by their names. Source: kubectl, `handleSecretFromFileSources`.
fn contents(io: &Io<'_>, source: &str) -> Result<Vec<(String, Value)>, String> {
    let (key, path) = source.split_once('=').map_or((None, source), |(key, path)| (Some(key), path));
    if path.is_empty() || key == Some("") {
        return Err(format!("error: file path for key {} missing", key.unwrap_or_default()));
    }
    let encoded = |path: &str| {
        let bytes = io.read(&io.path(path)).map_err(|_| format!("error: open {path}: no such file or directory"))?;
        Ok::<Value, String>(base64::engine::general_purpose::STANDARD.encode(bytes.as_bytes()).into())
    };
    let absolute = io.path(path);
    if !io.world.laptop.files.is_directory(&absolute) {
        let name = key.unwrap_or_else(|| path.rsplit('/').next().unwrap_or(path));
        return Ok(vec![(name.to_owned(), encoded(path)?)]);
    }
    if key.is_some() {
        return Err("error: cannot give a key name for a directory path".to_owned());
    }
    let entries = io.world.laptop.files.list(&absolute).unwrap_or_default();
    let files = entries.into_iter().map(|(name, _)| name.to_owned());
    let files = files.filter(|name| io.world.laptop.files.is_file(&format!("{absolute}/{name}")));
    files.map(|name| Ok((name.clone(), encoded(&format!("{path}/{name}"))?))).collect()
}

fn generic(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    let Some(name) = name(io, parsed, "kubectl create secret generic") else { return 1 };
    if parsed.value("from-env-file").is_some() {
        return super::not_simulated(io, "kubectl create secret generic --from-env-file");
    }
    let mut data = Map::new();
    for source in parsed.values("from-file") {
        match contents(io, source) {
            Ok(files) => data.extend(files),
            Err(message) => return fail(io, message),
        }
    }
    for pair in parsed.values("from-literal") {
        let Some((key, value)) = pair.split_once('=') else {
            return fail(io, format!("error: invalid literal source {pair}, expected key=value"));
        };
        let encoded = base64::engine::general_purpose::STANDARD.encode(value);
        data.insert(key.to_owned(), encoded.into());
    }
    let kind = parsed.value("type").unwrap_or("Opaque");
    make(io, parsed, Kind::Secret, json!({"metadata": {"name": name}, "data": data, "type": kind}))
}
