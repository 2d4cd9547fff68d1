//! Situations as data: who makes a function of which image, what changes then, and what becomes of the function.
//!
//! Each case of `situations.json` starts from a registry with images of several kinds, makes a function with the settings
//! that it names, goes through its steps and says what it expects: how the function is refused, or its state with the
//! reason, and what an invocation answers.

use ecr_quest::cloud::lambda::{FunctionState, Reason};
use ecr_quest::cloud::{AccountId, Blob, Region, Service};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::scene::{RUNTIME, Scene, administrator, encoded, handler, other_account};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Situation {
    name: String,
    /// What whoever makes the function may do; everything unless said.
    by: Option<Vec<String>>,
    /// The policy of the repository, as its statements; none unless said.
    policy: Option<Value>,
    /// The image's tag in `app`, or a whole address.
    #[serde(default = "first")]
    image: String,
    /// Changes the request that makes the function.
    #[serde(default)]
    create: Map<String, Value>,
    /// What happens then, in order; see [`step`].
    #[serde(default)]
    then: Vec<Value>,
    expect: Expect,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Expect {
    /// How making the function is refused.
    refused: Option<String>,
    /// The state at the end.
    state: Option<String>,
    /// The code of the reason for the state, or for the failed change.
    code: Option<String>,
    /// A part of that reason's text.
    says: Option<String>,
    /// How the last change went.
    update: Option<String>,
    /// The tag whose image is pinned.
    pinned: Option<String>,
    /// What an invocation answers, as far as it is said here, or how it is refused.
    answers: Option<Value>,
    /// Whether the repository's policy has Lambda's statement.
    statement: Option<bool>,
    /// The action that IAM refused to Lambda, as the reason's cause has it.
    denied: Option<String>,
}

fn first() -> String {
    "1".to_owned()
}

/// The images that are there.
fn furnish(scene: &mut Scene) {
    let admin = administrator(AccountId::home(), Region::home());
    scene.push("1", &handler(1));
    scene.push("2", &handler(2));
    scene.push_as(&admin, "app", "arm", "arm64", RUNTIME, &handler(1));
    scene.push_as(&admin, "app", "server", "amd64", (&[], &["nginx", "-g", "daemon off;"]), "");
    scene.push_as(&admin, "app", "ends", "amd64", (&[], &["sh", "-c", "exit 3"]), "");
    scene.push_as(&admin, "app", "nothing", "amd64", (&[], &[]), "");
    scene.push_as(&admin, "app", "no-handler", "amd64", (RUNTIME.0, &[]), "");
    scene.push_as(
        &admin,
        "app",
        "raises",
        "amd64",
        RUNTIME,
        "def handler(event, context):\n    raise ValueError('no')\n",
    );
    scene.push_as(
        &admin,
        "app",
        "sleeps",
        "amd64",
        RUNTIME,
        "import time\ndef handler(event, _):\n    time.sleep(5)\n    return 1\n",
    );
    scene.push_layer(&admin, "app", "broken", "amd64", RUNTIME, Blob::from(b"no archive".to_vec()));
    let mut manifests = Vec::new();
    for (tag, architecture) in [("server", "amd64"), ("arm", "arm64")] {
        let ask = json!({"repositoryName": "app", "imageIds": [{"imageTag": tag}]});
        let image = &scene.ok(Service::Ecr, "BatchGetImage", ask)["images"][0];
        manifests.push(json!({
            "mediaType": image["imageManifestMediaType"], "digest": image["imageId"]["imageDigest"],
            "size": image["imageManifest"].as_str().unwrap().len(),
            "platform": {"architecture": architecture, "os": "linux"},
        }));
    }
    let kind = "application/vnd.oci.image.index.v1+json";
    let manifest = json!({"schemaVersion": 2, "mediaType": kind, "manifests": manifests}).to_string();
    let put = json!({"repositoryName": "app", "imageManifest": manifest, "imageTag": "index"});
    scene.ok(Service::Ecr, "PutImage", put);
    // The same name in another account and in another region.
    for caller in
        [administrator(other_account(), Region::home()), administrator(AccountId::home(), Region::new("us-east-1"))]
    {
        scene.call_as(&caller, Service::Ecr, "CreateRepository", json!({"repositoryName": "shared"})).unwrap();
        scene.push_as(&caller, "shared", "1", "amd64", RUNTIME, &handler(1));
    }
    scene.role("nobody", "ec2.amazonaws.com");
}

fn repository_policy(statements: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

/// One step: a request `["service", "Operation", {…}]`, or `{"wait": seconds}`, `{"policy": statements}` of `app`,
/// `{"shared_policy": statements}` of the other account, `{"push": [tag, version]}`, `{"refused": [request, text]}`.
fn step(scene: &mut Scene, what: &Value) -> Result<(), String> {
    let admin = administrator(AccountId::home(), Region::home());
    if let Some(request) = what.as_array() {
        return request_of(scene, request).map(drop);
    }
    let (verb, with) = what.as_object().unwrap().iter().next().unwrap();
    match verb.as_str() {
        "wait" => scene.wait(with.as_i64().unwrap()),
        "policy" => {
            let input = json!({"repositoryName": "app", "policyText": repository_policy(with), "force": true});
            scene.call_as(&admin, Service::Ecr, "SetRepositoryPolicy", input)?;
        }
        "push" => scene.push(with[0].as_str().unwrap(), &handler(with[1].as_u64().unwrap() as u32)),
        "refused" => {
            let expect = with[1].as_str().unwrap();
            match request_of(scene, with[0].as_array().unwrap()) {
                Err(error) if error.contains(expect) => {}
                other => return Err(format!("not refused with `{expect}`: {other:?}")),
            }
        }
        other => panic!("{other}"),
    }
    Ok(())
}

/// A request of the administrator; `DIGEST:1` stands for an image's digest, `IMAGE:1` for its address.
fn request_of(scene: &mut Scene, request: &[Value]) -> Result<Value, String> {
    let [service, operation, input] = request else { panic!("{request:?}") };
    let service = Service::ALL.into_iter().find(|known| known.name() == service.as_str().unwrap()).unwrap();
    let mut text = input.to_string();
    for tag in ["1", "2", "arm", "index"] {
        text = text.replace(&format!("\"IMAGE:{tag}\""), &json!(scene.image(tag)).to_string());
        if text.contains(&format!("\"DIGEST:{tag}\"")) {
            let digest = scene.digest(tag);
            text = text.replace(&format!("\"DIGEST:{tag}\""), &json!(digest.to_string()).to_string());
        }
    }
    let admin = administrator(AccountId::home(), Region::home());
    scene.call_as(&admin, service, operation.as_str().unwrap(), serde_json::from_str(&text).unwrap())
}

fn play(situation: &Situation) -> Result<(), String> {
    let mut scene = Scene::new(50);
    furnish(&mut scene);
    let pinned = situation.expect.pinned.as_deref().map(|tag| scene.digest(tag));
    if let Some(statements) = &situation.policy {
        step(&mut scene, &json!({"policy": statements}))?;
    }
    // What other accounts say of their repository comes before.
    let (before, then): (Vec<&Value>, Vec<&Value>) =
        situation.then.iter().partition(|what| what.get("shared_policy").is_some());
    for what in before {
        let owner = administrator(other_account(), Region::home());
        let text = repository_policy(&what["shared_policy"]);
        let input = json!({"repositoryName": "shared", "policyText": text, "force": true});
        scene.call_as(&owner, Service::Ecr, "SetRepositoryPolicy", input)?;
    }
    if let Some(actions) = &situation.by {
        scene.role("maker", "ec2.amazonaws.com");
        let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
        scene.allow("maker", &actions);
        scene.act_as("maker");
    }
    let image = match situation.image.as_str() {
        address if address.contains('/') => address.to_owned(),
        tag => scene.image(tag),
    };
    let mut request = scene.request(&image);
    request.as_object_mut().unwrap().extend(situation.create.clone());
    request.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    let made = scene.call(Service::Lambda, "CreateFunction", request);
    let expect = &situation.expect;
    match (made, &expect.refused) {
        (Err(error), Some(refused)) if error == *refused => {
            let region = scene.cloud.account(&AccountId::home()).and_then(|of| of.region(&Region::home())).unwrap();
            if region.lambda.function("report").is_some() {
                return Err("the function was made all the same".to_owned());
            }
            return statement(&mut scene, expect);
        }
        (Ok(_), None) => {}
        (other, _) => return Err(format!("made: {other:?}")),
    }
    for what in then {
        step(&mut scene, what)?;
    }
    if situation.then.is_empty() {
        scene.wait(20);
    }
    compare(&mut scene, expect, pinned.map(|digest| digest.to_string()))
}

/// Whether Lambda's own statement is in the policy of `app`.
fn statement(scene: &mut Scene, expect: &Expect) -> Result<(), String> {
    let admin = administrator(AccountId::home(), Region::home());
    let policy = scene.call_as(&admin, Service::Ecr, "GetRepositoryPolicy", json!({"repositoryName": "app"}));
    let found = policy.is_ok_and(|policy| policy.to_string().contains("LambdaECRImageRetrievalPolicy"));
    if expect.statement.is_none_or(|expected| expected == found) {
        return Ok(());
    }
    Err(format!("Lambda's statement: {found}"))
}

fn compare(scene: &mut Scene, expect: &Expect, pinned: Option<String>) -> Result<(), String> {
    let latest = scene.function().latest().clone();
    let reason: Option<Reason> = latest.reason.clone().or_else(|| latest.update_reason.clone());
    let said = |what: &str, expected: &Option<String>, found: Option<String>| match expected {
        Some(expected) if found.as_ref() != Some(expected) => {
            Err(format!("{what} {found:?}, not {expected}: {reason:?}"))
        }
        _ => Ok(()),
    };
    said("state", &expect.state, Some(latest.state.as_str().to_owned()))?;
    said("update", &expect.update, Some(latest.update.as_str().to_owned()))?;
    said("code", &expect.code, reason.as_ref().map(|reason| reason.code.to_owned()))?;
    if let Some(part) = &expect.says
        && !reason.as_ref().is_some_and(|reason| reason.text.contains(part))
    {
        return Err(format!("no `{part}` in {reason:?}"));
    }
    if latest.state != FunctionState::Active && latest.state != FunctionState::Pending && latest.trouble().is_none() {
        return Err("nothing says why".to_owned());
    }
    let cause = reason.as_ref().and_then(|reason| reason.cause.clone());
    let denied = cause.as_ref().and_then(|cause| cause.decision.as_ref()).map(|decision| decision.action.clone());
    if expect.denied != denied {
        return Err(format!("denied {denied:?}, not {:?}", expect.denied));
    }
    if let Some(cause) = cause
        && scene.cloud.trail().events().get(cause.event as usize - 1).is_none()
    {
        return Err("the cause is not on the trail".to_owned());
    }
    if pinned.is_some_and(|pinned| pinned != latest.code.digest.to_string()) {
        return Err(format!("pinned {}", latest.code.resolved_uri()));
    }
    statement(scene, expect)?;
    let Some(expected) = &expect.answers else { return Ok(()) };
    let request = json!({"FunctionName": "report", "Payload": encoded("{\"a\": 1}")});
    let admin = administrator(AccountId::home(), Region::home());
    let found = match scene.call_as(&admin, Service::Lambda, "Invoke", request) {
        Ok(answer) => serde_json::from_str(&super::scene::decoded(answer["Payload"].as_str().unwrap())).unwrap(),
        Err(error) => json!(error),
    };
    let fits = match (expected.as_object(), found.as_object()) {
        (Some(expected), Some(found)) => expected.iter().all(|(key, value)| match (value, found.get(key)) {
            (Value::String(part), Some(Value::String(text))) => text.contains(part.as_str()),
            (value, found) => found == Some(value),
        }),
        _ => *expected == found,
    };
    if fits { Ok(()) } else { Err(format!("answers {found}, not {expected}")) }
}

#[test]
fn every_situation_ends_as_it_says() {
    let situations: Vec<Situation> = serde_json::from_str(include_str!("situations.json")).unwrap();
    assert!(situations.len() >= 40, "{}", situations.len());
    let wrong: Vec<String> = situations
        .iter()
        .filter_map(|situation| play(situation).err().map(|error| format!("{}: {error}", situation.name)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // They tell apart every reason that a function can have for not working.
    let codes: std::collections::BTreeSet<&str> =
        situations.iter().filter_map(|one| one.expect.code.as_deref()).collect();
    for code in ["Creating", "Restoring", "Idle", "ImageAccessDenied", "ImageDeleted", "InvalidImage"] {
        assert!(codes.contains(code), "{code}");
    }
}
