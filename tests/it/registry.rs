//! A cloud with an administrator and a registry, for tests; and the registry's docker side.

use ecr_quest::cloud::ecr::registry::{
    ImageParts, LayerProgress, Pulled, PushFailure, PushReport, Registry, RegistryError, authenticate, pull, push,
};
use ecr_quest::cloud::ecr::{self, StoredRepository};
use ecr_quest::cloud::oci::{
    ContainerConfig, Descriptor, Entry, ImageConfig, Layer, Manifest, Platform, RootFs, Tree, media_type, pack,
};
use ecr_quest::cloud::{
    AccountId, ApiError, Caller, Cloud, Digest, Duration, EventKind, Origin, Principal, Region, Service, iam, s3,
};
use serde_json::{Value, json};

pub struct Lab {
    pub cloud: Cloud,
    pub admin: Caller,
}

impl Lab {
    pub fn new() -> Self {
        let mut cloud = Cloud::new(7);
        let account = AccountId::home();
        iam::create_administrator(&mut cloud, &account, "admin");
        let admin = user("admin");
        Self { cloud, admin }
    }

    pub fn with_repository(name: &str) -> Self {
        let mut lab = Self::new();
        lab.ok("CreateRepository", json!({ "repositoryName": name }));
        lab
    }

    pub fn call(&mut self, operation: &str, input: Value) -> Result<Value, ApiError> {
        let admin = self.admin.clone();
        self.as_caller(&admin, Service::Ecr, operation, input)
    }

    pub fn as_caller(
        &mut self,
        caller: &Caller,
        service: Service,
        operation: &str,
        input: Value,
    ) -> Result<Value, ApiError> {
        self.cloud.call_wire(caller, service, operation, input).unwrap()
    }

    /// An administrator of an account, which begins if it is not there yet, calling in a region.
    pub fn admin_of(&mut self, account: &str, region: &str) -> Caller {
        let account: AccountId = account.parse().unwrap();
        if self.cloud.account(&account).is_none() {
            iam::create_administrator(&mut self.cloud, &account, "admin");
        }
        let principal = Principal::User { account, name: "admin".to_owned() };
        Caller { principal, region: Region::new(region), origin: Origin::Laptop }
    }

    #[track_caller]
    pub fn ok(&mut self, operation: &str, input: Value) -> Value {
        self.call(operation, input).unwrap()
    }

    /// The error as `code: message`.
    #[track_caller]
    pub fn refused(&mut self, operation: &str, input: Value) -> String {
        self.call(operation, input).unwrap_err().to_string()
    }

    pub fn registry(&self) -> Registry {
        Registry { account: AccountId::home(), region: Region::home() }
    }

    pub fn try_push(
        &mut self,
        by: &Caller,
        repository: &str,
        tag: &str,
        image: &ImageParts,
    ) -> Result<PushReport, PushFailure> {
        let registry = self.registry();
        push(&mut self.cloud, by, &registry, repository, image, Some(tag))
    }

    #[track_caller]
    pub fn push_untagged(&mut self, by: &Caller, repository: &str, image: &ImageParts) -> Digest {
        let registry = self.registry();
        push(&mut self.cloud, by, &registry, repository, image, None).unwrap().digest
    }

    #[track_caller]
    pub fn push(&mut self, repository: &str, tag: &str, image: &ImageParts) -> Digest {
        let admin = self.admin.clone();
        self.try_push(&admin, repository, tag, image).unwrap().digest
    }

    pub fn try_pull(&mut self, by: &Caller, reference: &str, have: &[Digest]) -> Result<Pulled, RegistryError> {
        let registry = self.registry();
        let reference = format!("{}/{reference}", registry.host()).parse().unwrap();
        let have = |digest: &Digest| have.contains(digest);
        pull(&mut self.cloud, by, &registry, &reference, &have, &Platform::linux_amd64())
    }

    #[track_caller]
    pub fn repository(&self, name: &str) -> &StoredRepository {
        ecr::repository(&self.cloud, &AccountId::home(), &Region::home(), name).unwrap()
    }

    pub fn store(&self) -> &s3::LayerStore {
        &self.cloud.account(&AccountId::home()).unwrap().region(&Region::home()).unwrap().layers
    }

    /// A user with one inline policy that allows the actions everywhere.
    pub fn user_with(&mut self, name: &str, actions: &[&str]) -> Caller {
        let admin = self.admin.clone();
        let document = json!({
            "Version": "2012-10-17",
            "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": "*" }],
        });
        for (operation, input) in [
            ("CreateUser", json!({ "UserName": name })),
            ("PutUserPolicy", json!({ "UserName": name, "PolicyName": "p", "PolicyDocument": document.to_string() })),
        ] {
            self.cloud.call_wire(&admin, Service::Iam, operation, input).unwrap().unwrap();
        }
        user(name)
    }

    /// The requests since the event of that number, by operation.
    pub fn requests_since(&self, cursor: usize) -> Vec<&'static str> {
        let events = self.cloud.trail().since(cursor as u64).iter();
        events
            .filter_map(|event| match &event.kind {
                EventKind::Request(request) => Some(request.operation),
                _ => None,
            })
            .collect()
    }
}

pub fn user(name: &str) -> Caller {
    let principal = Principal::User { account: AccountId::home(), name: name.to_owned() };
    Caller { principal, region: Region::home(), origin: Origin::Laptop }
}

/// A layer with one file.
pub fn layer(path: &str, content: &str) -> Layer {
    pack(&Tree::from([(path.to_owned(), Entry::file(content.as_bytes()))])).unwrap()
}

/// An image of layers.
pub fn image(layers: &[Layer]) -> ImageParts {
    let config = ImageConfig {
        created: None,
        author: None,
        architecture: "amd64".to_owned(),
        os: "linux".to_owned(),
        config: ContainerConfig::default(),
        rootfs: RootFs::of(layers.iter().map(|layer| layer.diff_id.clone()).collect()),
        history: Vec::new(),
    }
    .to_blob();
    let manifest = Manifest::new(
        media_type::OCI_MANIFEST,
        Descriptor::of(media_type::OCI_CONFIG, &config),
        layers.iter().map(|layer| Descriptor::of(media_type::OCI_LAYER, &layer.blob)).collect(),
    );
    ImageParts {
        manifest: manifest.to_blob(),
        media_type: media_type::OCI_MANIFEST.to_owned(),
        config: (config.digest(), config),
        layers: layers.iter().map(|layer| (layer.digest.clone(), layer.blob.clone())).collect(),
    }
}

/// An image with a base layer that all have and one of its own.
pub fn app(version: &str) -> ImageParts {
    image(&[layer("etc/os-release", "ID=test\n"), layer("app/version", version)])
}

#[test]
fn a_push_checks_uploads_what_is_missing_and_puts_the_manifest() {
    let mut lab = Lab::with_repository("app");
    let before = lab.cloud.trail().len();
    lab.push("app", "v1", &app("1"));
    let upload = ["InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload"];
    let mut expect = vec!["BatchCheckLayerAvailability"];
    for _ in 0..3 {
        expect.extend(upload);
    }
    expect.push("PutImage");
    assert_eq!(lab.requests_since(before), expect);
    assert_eq!(lab.store().object_count(), 3);

    // The second version shares the base; its own layer and its config are new.
    let before = lab.cloud.trail().len();
    let admin = lab.admin.clone();
    let report = lab.try_push(&admin, "app", "v2", &app("2")).unwrap();
    let progress: Vec<_> = report.layers.iter().map(|layer| layer.progress).collect();
    assert_eq!(progress, [LayerProgress::Exists, LayerProgress::Pushed]);
    assert_eq!(lab.requests_since(before).len(), 1 + 2 * 3 + 1);
    assert_eq!(lab.store().object_count(), 5);
}

#[test]
fn pushing_an_unchanged_image_again_succeeds() {
    let mut lab = Lab::with_repository("app");
    let first = lab.push("app", "v1", &app("1"));
    let admin = lab.admin.clone();
    let report = lab.try_push(&admin, "app", "v1", &app("1")).unwrap();
    assert!(report.unchanged && report.digest == first);
    assert_eq!(lab.repository("app").images.len(), 1);
}

#[test]
fn a_layer_is_in_the_store_once_however_many_repositories_hold_it() {
    let mut lab = Lab::with_repository("api");
    lab.ok("CreateRepository", json!({ "repositoryName": "web" }));
    lab.push("api", "v1", &app("1"));
    let bytes = lab.store().bytes();
    lab.push("web", "v1", &app("1"));
    assert_eq!((lab.store().object_count(), lab.store().bytes()), (3, bytes));
    assert!(lab.store().objects().all(|(_, object)| object.repositories.len() == 2));
    lab.ok("DeleteRepository", json!({ "repositoryName": "api", "force": true }));
    assert_eq!((lab.store().object_count(), lab.store().bytes()), (3, bytes));
    lab.ok("DeleteRepository", json!({ "repositoryName": "web", "force": true }));
    assert_eq!((lab.store().object_count(), lab.store().bytes()), (0, 0));
}

#[test]
fn a_pull_asks_for_the_manifest_and_for_the_layers_that_are_missing() {
    let mut lab = Lab::with_repository("app");
    let parts = app("1");
    let digest = lab.push("app", "v1", &parts);
    let admin = lab.admin.clone();
    let before = lab.cloud.trail().len();
    let pulled = lab.try_pull(&admin, "app:v1", &[parts.layers[0].0.clone()]).unwrap();
    assert_eq!(lab.requests_since(before), ["BatchGetImage", "GetDownloadUrlForLayer", "GetDownloadUrlForLayer"]);
    assert_eq!(
        (pulled.digest.clone(), pulled.image.clone(), pulled.manifest_blob.clone()),
        (digest.clone(), digest.clone(), parts.manifest.clone())
    );
    assert_eq!(pulled.config.as_ref(), Some(&parts.config.1));
    let blobs: Vec<_> = pulled.layers.iter().map(|layer| layer.blob.clone()).collect();
    assert_eq!(blobs, [None, Some(parts.layers[1].1.clone())]);
    assert_eq!(lab.repository("app").image(&digest).unwrap().last_pulled_at, Some(lab.cloud.now()));
    assert!(lab.try_pull(&admin, &format!("app@{digest}"), &[]).is_ok());
}

#[test]
fn the_bytes_of_each_layer_are_on_the_trail_in_both_directions() {
    let mut lab = Lab::with_repository("app");
    let parts = app("1");
    let moved = |lab: &Lab, from: usize| {
        let events = lab.cloud.trail().since(from as u64).iter();
        let moved = events.filter_map(|event| match &event.kind {
            EventKind::Layer { digest, bytes, upload, .. } => Some((digest.clone(), *bytes, *upload)),
            _ => None,
        });
        moved.collect::<Vec<_>>()
    };
    lab.push("app", "v1", &parts);
    let all = parts.layers.iter().chain([&parts.config]);
    let up: Vec<_> = all.clone().map(|(digest, blob)| (digest.clone(), blob.len() as u64, true)).collect();
    assert_eq!(moved(&lab, 0), up);
    let before = lab.cloud.trail().len();
    let admin = lab.admin.clone();
    lab.try_pull(&admin, "app:v1", &[]).unwrap();
    let down: std::collections::BTreeSet<_> = moved(&lab, before).into_iter().collect();
    assert_eq!(down, all.map(|(digest, blob)| (digest.clone(), blob.len() as u64, false)).collect());
}

#[track_caller]
fn check_denied_push(actions: &[&str], denied: &str) {
    let mut lab = Lab::with_repository("app");
    let dev = lab.user_with("dev", actions);
    let failure = lab.try_push(&dev, "app", "v1", &app("1")).unwrap_err();
    assert_eq!(
        failure.error.to_string(),
        format!(
            "denied: User: arn:aws:iam::111122223333:user/dev is not authorized to perform: {denied} on resource: \
             arn:aws:ecr:ap-northeast-2:111122223333:repository/app because no identity-based policy allows the {denied} \
             action"
        )
    );
    assert!(lab.repository("app").is_empty());
}

#[test]
fn a_denied_push_names_the_action_that_was_missing() {
    const CHECK: &str = "ecr:BatchCheckLayerAvailability";
    const START: &str = "ecr:InitiateLayerUpload";
    const PART: &str = "ecr:UploadLayerPart";
    const END: &str = "ecr:CompleteLayerUpload";
    const PUT: &str = "ecr:PutImage";
    check_denied_push(&["ecr:GetAuthorizationToken"], START);
    check_denied_push(&[START, PART, END, PUT], CHECK);
    check_denied_push(&[CHECK], START);
    check_denied_push(&[CHECK, START], PART);
    check_denied_push(&[CHECK, START, PART], END);
    check_denied_push(&[CHECK, START, PART, END], PUT);
}

#[test]
fn a_refused_push_says_how_far_each_layer_came() {
    let mut lab = Lab::with_repository("app");
    lab.push("app", "v1", &app("1"));
    let dev = lab.user_with("dev", &["ecr:BatchCheckLayerAvailability"]);
    let parts = image(&[layer("etc/os-release", "ID=test\n"), layer("a", "new"), layer("b", "new")]);
    let failure = lab.try_push(&dev, "app", "v2", &parts).unwrap_err();
    let progress: Vec<_> = failure.layers.iter().map(|layer| layer.progress).collect();
    assert_eq!(progress, [LayerProgress::Exists, LayerProgress::Refused, LayerProgress::Waiting]);
}

#[test]
fn a_pull_needs_two_actions_and_not_the_layer_check() {
    let mut lab = Lab::with_repository("app");
    lab.push("app", "v1", &app("1"));
    let all = lab.user_with("enough", &["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]);
    assert!(lab.try_pull(&all, "app:v1", &[]).is_ok());
    for (name, has, lacks) in [
        ("one", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
        ("other", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"),
    ] {
        let dev = lab.user_with(name, &[has]);
        let error = lab.try_pull(&dev, "app:v1", &[]).unwrap_err();
        assert!(error.to_string().starts_with("denied: User: "), "{error}");
        assert!(error.message.contains(&format!("not authorized to perform: {lacks} on")), "{error}");
        assert!(error.cause.is_some_and(|cause| cause.is_access_denied()));
    }
}

#[test]
fn the_registry_gives_docker_its_own_error_codes() {
    let mut lab = Lab::with_repository("app");
    lab.ok("CreateRepository", json!({ "repositoryName": "fixed", "imageTagMutability": "IMMUTABLE" }));
    lab.push("fixed", "v1", &app("1"));
    let admin = lab.admin.clone();
    let push = |lab: &mut Lab, to: &str| lab.try_push(&admin, to, "v1", &app("1")).unwrap_err().error.to_string();
    assert_eq!(
        push(&mut lab, "none"),
        "name unknown: The repository with name 'none' does not exist in the registry with id '111122223333'"
    );
    assert_eq!(
        push(&mut lab, "fixed"),
        "tag invalid: The image tag 'v1' already exists in the 'fixed' repository and cannot be overwritten because the \
         tag is immutable."
    );
    let missing = lab.try_pull(&admin, "app:v9", &[]).unwrap_err();
    assert_eq!(missing.to_string(), "manifest unknown: Requested image not found");
    assert_eq!((missing.code.as_str(), missing.code.status()), ("MANIFEST_UNKNOWN", 404));
}

fn password(lab: &mut Lab) -> String {
    let admin = lab.admin.clone();
    let answer = lab.cloud.call(&admin, ecr::GetAuthorizationToken::default()).unwrap();
    answer.authorization_data[0].password().unwrap()
}

#[test]
fn a_token_stands_for_its_caller_for_twelve_hours() {
    let mut lab = Lab::with_repository("app");
    let answer = lab.ok("GetAuthorizationToken", json!({}));
    let data = &answer["authorizationData"][0];
    assert_eq!(data["proxyEndpoint"], "https://111122223333.dkr.ecr.ap-northeast-2.amazonaws.com");
    assert_eq!(data["expiresAt"], json!((lab.cloud.now() + Duration::hours(12)).as_epoch_secs()));
    let token = data["authorizationToken"].as_str().unwrap();
    assert!((1500..4000).contains(&token.len()), "{}", token.len());

    let host = lab.registry().host();
    let password = password(&mut lab);
    let login = |lab: &Lab, user: &str, password: &str| authenticate(&lab.cloud, &host, user, password, Origin::Laptop);
    assert_eq!(login(&lab, "AWS", &password).unwrap(), lab.admin);
    lab.cloud.advance(Duration::millis(Duration::hours(12).as_millis() - 1000));
    assert!(login(&lab, "AWS", &password).is_ok());
    lab.cloud.advance(Duration::seconds(1));
    let expired = login(&lab, "AWS", &password).unwrap_err();
    assert_eq!(expired.to_string(), "denied: Your authorization token has expired. Reauthenticate and try again.");
}

#[test]
fn a_password_that_is_no_token_is_refused() {
    let mut lab = Lab::with_repository("app");
    let password = password(&mut lab);
    let host = lab.registry().host();
    let elsewhere = host.replace("ap-northeast-2", "us-east-1");
    for (host, user, password) in [
        (&host, "aws", password.as_str()),
        (&host, "AWS", "hunter2"),
        (&host, "AWS", ""),
        (&elsewhere, "AWS", &password),
    ] {
        let error = authenticate(&lab.cloud, host, user, password, Origin::Laptop).unwrap_err();
        assert_eq!((error.to_string().as_str(), error.code.status()), ("400 Bad Request", 400));
    }
}

#[test]
fn two_clouds_of_the_same_seed_give_the_same_tokens() {
    assert_eq!(password(&mut Lab::new()), password(&mut Lab::new()));
}

#[test]
fn an_index_leads_to_the_image_of_the_platform() {
    use ecr_quest::cloud::ecr::registry::put_manifest;
    use ecr_quest::cloud::oci::Index;
    let mut lab = Lab::with_repository("app");
    let (amd, arm) = (app("amd"), app("arm"));
    let child = |parts: &ImageParts, architecture: &str| Descriptor {
        platform: Some(Platform { architecture: architecture.to_owned(), os: "linux".to_owned(), variant: None }),
        ..Descriptor::of(media_type::OCI_MANIFEST, &parts.manifest)
    };
    let index = Index::new(media_type::OCI_INDEX, vec![child(&arm, "arm64"), child(&amd, "amd64")]).to_blob();
    let (admin, registry) = (lab.admin.clone(), lab.registry());
    let put = |lab: &mut Lab| {
        put_manifest(&mut lab.cloud, &admin, &registry, "app", &index, media_type::OCI_INDEX, Some("multi"))
    };
    assert!(put(&mut lab).unwrap_err().message.starts_with("Images with digests '[sha256:"));
    for parts in [&amd, &arm] {
        ecr_quest::cloud::ecr::registry::push(&mut lab.cloud, &admin, &registry, "app", parts, None).unwrap();
    }
    let digest = put(&mut lab).unwrap();
    let pulled = lab.try_pull(&admin, "app:multi", &[]).unwrap();
    assert_eq!((pulled.digest, pulled.image), (digest.clone(), amd.manifest.digest()));

    // A child can't go while its index stands.
    let one = json!({ "repositoryName": "app", "imageIds": [{ "imageDigest": amd.manifest.digest().to_string() }] });
    let answer = lab.ok("BatchDeleteImage", one.clone());
    assert_eq!(answer["failures"][0]["failureCode"], "ImageReferencedByManifestList");
    assert_eq!(
        answer["failures"][0]["failureReason"],
        format!("Requested image referenced by manifest list: [{digest}]")
    );
    lab.ok("BatchDeleteImage", json!({ "repositoryName": "app", "imageIds": [{ "imageTag": "multi" }] }));
    assert_eq!(lab.ok("BatchDeleteImage", one)["failures"], json!([]));
}
