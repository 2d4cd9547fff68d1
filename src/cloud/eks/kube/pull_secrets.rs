//! The pull secrets of a pod: what its kubelet signs in to registries with.

use base64::Engine as _;

use super::object::Key;
use super::plain::{DOCKER_CONFIG, DOCKER_CONFIG_KEY};
use super::pod::Pod;
use super::pull::Login;
use crate::cloud::Cloud;
use crate::cloud::eks::home::Home;

/// The names and passwords in a pod's pull secrets. A secret that is missing, or that says nothing, is passed over.
pub(super) fn logins(cloud: &Cloud, home: &Home, cluster: &str, pod: &Pod) -> Vec<Login> {
    let Some(store) = home.kube(cloud, cluster) else { return Vec::new() };
    let secrets = pod.spec.image_pull_secrets.iter().filter_map(|secret| {
        store
            .secrets
            .get(&Key::new(&pod.metadata.namespace, &secret.name))
            .filter(|secret| secret.kind == DOCKER_CONFIG)
    });
    let base64 = &base64::engine::general_purpose::STANDARD;
    let documents = secrets.filter_map(|secret| {
        let bytes = base64.decode(secret.data.get(DOCKER_CONFIG_KEY)?).ok()?;
        serde_json::from_slice::<serde_json::Value>(&bytes).ok()
    });
    let mut found = Vec::new();
    for document in documents {
        let entries = document.get("auths").and_then(serde_json::Value::as_object).into_iter().flatten();
        for (host, entry) in entries {
            let text = |name: &str| entry.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
            let both = text("auth").and_then(|auth| {
                let decoded = String::from_utf8(base64.decode(auth).ok()?).ok()?;
                let (username, password) = decoded.split_once(':')?;
                Some((username.to_owned(), password.to_owned()))
            });
            let Some((username, password)) = text("username").zip(text("password")).or(both) else { continue };
            let host = host.trim_start_matches("https://").split('/').next().unwrap_or_default().to_owned();
            found.push(Login { host, username, password });
        }
    }
    found
}
