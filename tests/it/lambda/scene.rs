//! A small cloud to try Lambda in: images of several kinds, a role for functions, two accounts.

use ecr_quest::cloud::ecr::registry::{self, ImageParts, Registry};
use ecr_quest::cloud::lambda::Function;
use ecr_quest::cloud::oci::{
    ContainerConfig, Descriptor, Entry, ImageConfig, Manifest, RootFs, Tree, media_type, pack,
};
use ecr_quest::cloud::{AccountId, Blob, Caller, Cloud, Digest, Duration, Origin, Principal, Region, Service, iam};
use serde_json::{Value, json};

/// The entry point of AWS's base images, and the handler.
pub const RUNTIME: (&[&str], &[&str]) = (&["/lambda-entrypoint.sh"], &["app.handler"]);

pub struct Scene {
    pub cloud: Cloud,
    /// Who asks: an administrator at first.
    pub caller: Caller,
}

pub fn other_account() -> AccountId {
    "444455556666".parse().unwrap()
}

/// A handler that tells its version and gives back what it got.
pub fn handler(version: u32) -> String {
    format!(
        "def handler(event, context):\n    print(\"version {version}\")\n    return {{\"version\": {version}, \"got\": event}}\n"
    )
}

impl Scene {
    /// Accounts with administrators, the repository `app`, and the role `function` that Lambda may assume.
    pub fn new(seed: u64) -> Self {
        let mut cloud = Cloud::new(seed);
        for account in [AccountId::home(), other_account()] {
            let _key = iam::create_administrator(&mut cloud, &account, "dev");
        }
        let mut scene = Self { cloud, caller: administrator(AccountId::home(), Region::home()) };
        scene.ok(Service::Ecr, "CreateRepository", json!({"repositoryName": "app"}));
        scene.role("function", "lambda.amazonaws.com");
        scene
    }

    pub fn call(&mut self, service: Service, operation: &str, input: Value) -> Result<Value, String> {
        let caller = self.caller.clone();
        self.call_as(&caller, service, operation, input)
    }

    pub fn call_as(
        &mut self,
        caller: &Caller,
        service: Service,
        operation: &str,
        input: Value,
    ) -> Result<Value, String> {
        let answer = self.cloud.call_wire(caller, service, operation, input);
        answer.unwrap().map_err(|error| format!("{}: {}", error.code, error.message))
    }

    #[track_caller]
    pub fn ok(&mut self, service: Service, operation: &str, input: Value) -> Value {
        self.call(service, operation, input).unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    #[track_caller]
    pub fn lambda(&mut self, operation: &str, input: Value) -> Value {
        self.ok(Service::Lambda, operation, input)
    }

    #[track_caller]
    pub fn refused(&mut self, operation: &str, input: Value, expect: &str) {
        assert_eq!(self.call(Service::Lambda, operation, input).unwrap_err(), expect);
    }

    /// A role that `service` may assume.
    #[track_caller]
    pub fn role(&mut self, name: &str, service: &str) {
        let trust = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]});
        let input = json!({"RoleName": name, "AssumeRolePolicyDocument": trust.to_string()});
        self.ok(Service::Iam, "CreateRole", input);
    }

    #[track_caller]
    pub fn allow(&mut self, role: &str, actions: &[&str]) {
        let document = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": actions, "Resource": "*"}]});
        let input = json!({"RoleName": role, "PolicyName": "own", "PolicyDocument": document.to_string()});
        self.ok(Service::Iam, "PutRolePolicy", input);
    }

    /// From now on a role of the account asks.
    pub fn act_as(&mut self, role: &str) {
        let account = AccountId::home();
        let principal = Principal::Session { account, role: role.to_owned(), session: "s".to_owned() };
        self.caller = Caller { principal, region: Region::home(), origin: Origin::Laptop };
    }

    /// Pushes an image of a runtime with this `app.py`.
    pub fn push(&mut self, tag: &str, source: &str) {
        self.push_as(&administrator(AccountId::home(), Region::home()), "app", tag, "amd64", RUNTIME, source);
    }

    /// Pushes an image into a caller's registry.
    pub fn push_as(
        &mut self,
        caller: &Caller,
        repository: &str,
        tag: &str,
        architecture: &str,
        (entry_point, command): (&[&str], &[&str]),
        source: &str,
    ) {
        let tree: Tree = [("var/task/app.py".to_owned(), Entry::file(source.as_bytes()))].into();
        let layer = pack(&tree).unwrap();
        self.push_layer(caller, repository, tag, architecture, (entry_point, command), layer.blob);
    }

    /// Pushes an image whose one layer is these bytes.
    pub fn push_layer(
        &mut self,
        caller: &Caller,
        repository: &str,
        tag: &str,
        architecture: &str,
        (entry_point, command): (&[&str], &[&str]),
        layer: Blob,
    ) {
        let words = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect());
        let config = ImageConfig {
            created: None,
            author: None,
            architecture: architecture.to_owned(),
            os: "linux".to_owned(),
            config: ContainerConfig {
                entrypoint: words(entry_point),
                cmd: words(command),
                working_dir: "/var/task".to_owned(),
                ..ContainerConfig::default()
            },
            rootfs: RootFs::of(vec![layer.digest()]),
            history: Vec::new(),
        }
        .to_blob();
        let layers = vec![Descriptor::of(media_type::OCI_LAYER, &layer)];
        let manifest =
            Manifest::new(media_type::OCI_MANIFEST, Descriptor::of(media_type::OCI_CONFIG, &config), layers).to_blob();
        let image = ImageParts {
            manifest,
            media_type: media_type::OCI_MANIFEST.to_owned(),
            config: (config.digest(), config),
            layers: vec![(layer.digest(), layer)],
        };
        let registry = Registry { account: caller.principal.account().clone(), region: caller.region.clone() };
        registry::push(&mut self.cloud, caller, &registry, repository, &image, Some(tag)).unwrap();
    }

    /// The digest of an image in `app`.
    pub fn digest(&mut self, tag: &str) -> Digest {
        let ask = json!({"repositoryName": "app", "imageIds": [{"imageTag": tag}]});
        let admin = administrator(AccountId::home(), Region::home());
        let answer = self.call_as(&admin, Service::Ecr, "DescribeImages", ask).unwrap();
        answer["imageDetails"][0]["imageDigest"].as_str().unwrap().parse().unwrap()
    }

    pub fn image(&self, tag: &str) -> String {
        format!("{}.dkr.ecr.{}.amazonaws.com/app:{tag}", AccountId::home(), Region::home())
    }

    /// What makes the function `report` of an image.
    pub fn request(&self, image: &str) -> Value {
        json!({
            "FunctionName": "report", "PackageType": "Image", "Code": {"ImageUri": image},
            "Role": format!("arn:aws:iam::{}:role/function", AccountId::home()),
        })
    }

    /// Makes the function `report` of a tag of `app`, and waits until it is ready.
    #[track_caller]
    pub fn create(&mut self, tag: &str) {
        let request = self.request(&self.image(tag));
        self.lambda("CreateFunction", request);
        self.wait(20);
    }

    pub fn wait(&mut self, seconds: i64) {
        self.cloud.advance(Duration::seconds(seconds));
    }

    #[track_caller]
    pub fn function(&self) -> &Function {
        let region = self.cloud.account(&AccountId::home()).unwrap().region(&Region::home()).unwrap();
        region.lambda.function("report").unwrap()
    }

    /// Invokes `report` and reads what it answers.
    #[track_caller]
    pub fn invoke(&mut self, more: Value) -> (Value, Value) {
        let mut input = json!({"FunctionName": "report"});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = self.lambda("Invoke", input);
        let payload = answer["Payload"].as_str().map(decoded).unwrap_or_default();
        let payload = serde_json::from_str(&payload).unwrap_or_default();
        (answer, payload)
    }

    /// What functions have written to a log group.
    pub fn log(&self, group: &str) -> Vec<String> {
        let region = self.cloud.account(&AccountId::home()).unwrap().region(&Region::home()).unwrap();
        let Some(group) = region.logs.group(group) else { return Vec::new() };
        let events = group.streams().flat_map(|stream| group.events(stream, self.cloud.now()));
        events.map(|event| event.message.to_string()).collect()
    }
}

/// The administrator of an account.
pub fn administrator(account: AccountId, region: Region) -> Caller {
    let principal = Principal::User { account, name: "dev".to_owned() };
    Caller { principal, region, origin: Origin::Laptop }
}

pub fn encoded(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

pub fn decoded(text: &str) -> String {
    use base64::Engine as _;
    String::from_utf8(base64::engine::general_purpose::STANDARD.decode(text).unwrap()).unwrap()
}
