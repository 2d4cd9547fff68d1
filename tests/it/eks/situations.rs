//! Situations as data: what is changed in a cluster where everything works, and what becomes of a pod then.

use ecr_quest::cloud::EventKind;
use serde::Deserialize;

use super::scene::{HOST, Scene};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Situation {
    name: String,
    /// What is typed before; `HOST` stands for the registry.
    #[serde(default)]
    lines: Vec<String>,
    image: Option<String>,
    #[serde(default)]
    command: Vec<String>,
    policy: Option<String>,
    /// A pull secret that the pods name.
    secret: Option<String>,
    /// Seconds until one looks.
    #[serde(default = "moment")]
    wait: i64,
    expect: Expect,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    /// As `kubectl get pods` says it.
    reason: String,
    /// Parts of what stands behind it.
    #[serde(default)]
    says: Vec<String>,
    /// The action that IAM denied: the cause that the pod names.
    denied: Option<String>,
}

fn moment() -> i64 {
    9
}

fn check(situation: &Situation) -> Result<(), String> {
    let mut scene = Scene::new();
    for line in &situation.lines {
        scene.ok(&line.replace("HOST", HOST));
    }
    let image = situation.image.clone().unwrap_or_else(|| "HOST/app:1.0".to_owned()).replace("HOST", HOST);
    let container = serde_json::json!({
        "name": "web", "image": image, "command": situation.command, "imagePullPolicy": situation.policy,
    });
    let secrets: Vec<_> = situation.secret.iter().map(|name| serde_json::json!({"name": name})).collect();
    let manifest = serde_json::json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
        "spec": {"containers": [container], "imagePullSecrets": secrets},
    });
    scene.ok(&format!("kubectl apply -f - <<'EOF'\n{manifest}\nEOF"));
    scene.wait(situation.wait);
    let pods = scene.pods();
    let pod = pods[0];
    let mut wrong = Vec::new();
    if pod.reason() != situation.expect.reason {
        wrong.push(format!("is {}, not {}: {:?}", pod.reason(), situation.expect.reason, pod.message()));
    }
    let message = pod.message().unwrap_or_default();
    wrong.extend(
        situation
            .expect
            .says
            .iter()
            .filter(|part| !message.contains(*part))
            .map(|part| format!("no `{part}` in: {message}")),
    );
    if let Some(action) = &situation.expect.denied {
        let events = scene.world.cloud.trail().events();
        let cause = pod.cause.and_then(|number| events.get(number as usize - 1));
        let denied = cause.and_then(|event| match &event.kind {
            EventKind::Request(request) => request.denial().map(|decision| decision.action.clone()),
            _ => None,
        });
        if denied.as_ref() != Some(action) {
            wrong.push(format!("its cause is {denied:?}, not {action}"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("{}: {}", situation.name, wrong.join("; "))) }
}

#[test]
fn every_situation_ends_as_it_says() {
    let situations: Vec<Situation> = serde_json::from_str(include_str!("situations.json")).unwrap();
    assert!(situations.len() >= 20);
    let wrong: Vec<String> = situations.iter().filter_map(|situation| check(situation).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
