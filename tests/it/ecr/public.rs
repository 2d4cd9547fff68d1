//! ECR Public: a registry for everyone.

use ecr_quest::cloud::ecr_public;
use ecr_quest::cloud::{AccountId, Caller, Duration, Service};
use serde_json::{Value, json};

use crate::registry::Lab;
use crate::support::Terminal;

fn ok(lab: &mut Lab, by: &Caller, operation: &str, input: Value) -> Value {
    lab.as_caller(by, Service::EcrPublic, operation, input).unwrap()
}

#[test]
fn the_first_repository_brings_an_alias_and_its_catalogue_data() {
    let mut lab = Lab::new();
    let by = lab.admin_of("111122223333", "us-east-1");
    let registries = ok(&mut lab, &by, "DescribeRegistries", json!({}));
    assert_eq!(registries["registries"][0]["aliases"], json!([]));
    let data = json!({ "description": "tools", "architectures": ["x86-64", "PDP-11"], "operatingSystems": ["Linux"] });
    let made = ok(&mut lab, &by, "CreateRepository", json!({ "repositoryName": "team/tools", "catalogData": data }));
    let alias = ok(&mut lab, &by, "DescribeRegistries", json!({}))["registries"][0]["aliases"][0]["name"].clone();
    let alias = alias.as_str().unwrap().to_owned();
    assert_eq!(made["repository"]["repositoryArn"], "arn:aws:ecr-public::111122223333:repository/team/tools");
    assert_eq!(made["repository"]["repositoryUri"], format!("public.ecr.aws/{alias}/team/tools"));
    assert_eq!(made["catalogData"]["architectures"], json!(["x86-64"]));
    let more = json!({ "repositoryName": "team/tools", "catalogData": { "usageText": "# How" } });
    let data = ok(&mut lab, &by, "PutRepositoryCatalogData", more);
    assert_eq!(
        (&data["catalogData"]["description"], &data["catalogData"]["usageText"]),
        (&json!("tools"), &json!("# How"))
    );
    ok(&mut lab, &by, "PutRegistryCatalogData", json!({ "displayName": "Tools" }));
    assert_eq!(ok(&mut lab, &by, "GetRegistryCatalogData", json!({}))["registryCatalogData"]["displayName"], "Tools");
    let twice = lab.as_caller(&by, Service::EcrPublic, "CreateRepository", json!({ "repositoryName": "team/tools" }));
    assert_eq!(twice.unwrap_err().code, "RepositoryAlreadyExistsException");
    for wrong in ["a", "a--b", "a__b", "A", "a/"] {
        let made = lab.as_caller(&by, Service::EcrPublic, "CreateRepository", json!({ "repositoryName": wrong }));
        assert_eq!(made.unwrap_err().code, "InvalidParameterException", "{wrong}");
    }
    // The private registry knows nothing of it.
    assert!(lab.refused("DescribeImages", json!({ "repositoryName": "team/tools" })).starts_with("RepositoryNotFound"));
}

#[test]
fn the_api_works_in_one_region_only() {
    let mut terminal = Terminal::new();
    let create = "aws ecr-public create-repository --repository-name tools --region";
    assert_eq!(
        terminal.run(&format!("{create} us-west-2")).stderr(),
        "\naws: [ERROR]: An error occurred (UnsupportedCommandException) when calling the CreateRepository operation: The \
         action isn't supported in this Region.\n"
    );
    let elsewhere = terminal.run(&format!("{create} eu-west-1"));
    assert_eq!(
        (elsewhere.stderr().as_str(), elsewhere.code),
        (
            "\naws: [ERROR]: Could not connect to the endpoint URL: \"https://api.ecr-public.eu-west-1.amazonaws.com/\"\n",
            255
        )
    );
    assert_eq!(terminal.run(&format!("{create} us-east-1")).code, 0);
}

const LOGIN: &str = "aws ecr-public get-login-password --region us-east-1 | docker login --username AWS --password-stdin \
                     public.ecr.aws";

/// A terminal with a public repository, and its image's name.
fn published() -> (Terminal, String) {
    let mut terminal = Terminal::new();
    let create = "aws ecr-public create-repository --repository-name tools --region us-east-1 \
                  --query repository.repositoryUri --output text";
    let uri = terminal.ok(create).trim().to_owned();
    let image = format!("{uri}:v1");
    terminal.ok(&format!("docker pull -q alpine:3.20; docker tag alpine:3.20 {image}"));
    assert_eq!(terminal.run(&format!("docker push {image}")).stderr(), "no basic auth credentials\n");
    assert!(terminal.ok(LOGIN).contains("Login Succeeded"));
    let pushed = terminal.ok(&format!("docker push {image}"));
    assert!(pushed.contains(": Pushed") && pushed.contains("v1: digest: sha256:"), "{pushed}");
    (terminal, image)
}

#[test]
fn a_public_image_is_pushed_with_a_login_and_pulled_without() {
    let (mut terminal, image) = published();
    terminal.ok("docker logout public.ecr.aws");
    terminal.ok("docker rmi -f $(docker images -q)");
    let pulled = terminal.ok(&format!("docker pull {image}"));
    assert!(pulled.contains("Status: Downloaded newer image for public.ecr.aws/"), "{pulled}");
    let described = terminal.ok("aws ecr-public describe-image-tags --repository-name tools --region us-east-1");
    assert!(described.contains("\"imageTag\": \"v1\""), "{described}");
    assert_eq!(
        terminal.run(&format!("docker pull {image}2")).stderr(),
        format!(
            "Error response from daemon: manifest for {image}2 not found: manifest unknown: Requested image not found\n"
        )
    );
}

#[test]
fn an_expired_login_stands_in_the_way_of_a_pull_that_needs_none() {
    let (mut terminal, image) = published();
    terminal.world.cloud.advance(Duration::hours(12));
    let name = image.strip_suffix(":v1").unwrap();
    assert_eq!(
        terminal.run(&format!("docker pull {image}")).stderr(),
        format!(
            "Error response from daemon: pull access denied for {name}, repository does not exist or may require 'docker \
             login': denied: Your authorization token has expired. Reauthenticate and try again.\n"
        )
    );
    assert_eq!(
        terminal.run(&format!("docker push {image}")).stderr(),
        "denied: Your authorization token has expired. Reauthenticate and try again.\n"
    );
    terminal.ok("docker logout public.ecr.aws");
    terminal.ok(&format!("docker pull {image}"));
}

#[test]
fn who_has_not_signed_in_may_not_pull_too_often() {
    let (mut terminal, image) = published();
    let reference = image.parse().unwrap();
    let platform = ecr_quest::cloud::oci::Platform::linux_amd64();
    let cloud = &mut terminal.world.cloud;
    let mut refused = None;
    for _ in 0..20 {
        if let Some(Err(error)) = ecr_public::pull(cloud, None, &reference, &|_| false, &platform) {
            refused = Some(error.to_string());
        }
    }
    assert_eq!(refused.as_deref(), Some("toomanyrequests: Rate exceeded"));
    cloud.advance(Duration::seconds(1));
    assert!(ecr_public::pull(cloud, None, &reference, &|_| false, &platform).unwrap().is_ok());
}

#[test]
fn a_token_takes_two_permissions() {
    let mut lab = Lab::new();
    let one = lab.user_with("one", &["ecr-public:GetAuthorizationToken"]);
    let both = lab.user_with("both", &["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"]);
    let ask = |lab: &mut Lab, by: Caller| {
        let by = Caller { region: ecr_quest::cloud::Region::new("us-east-1"), ..by };
        lab.as_caller(&by, Service::EcrPublic, "GetAuthorizationToken", json!({}))
    };
    assert!(ask(&mut lab, one).unwrap_err().message.contains("sts:GetServiceBearerToken"));
    let token = ask(&mut lab, both).unwrap();
    assert!(token["authorizationData"]["authorizationToken"].is_string(), "one token, not a list");
    assert!(lab.cloud.account(&AccountId::home()).unwrap().public.alias().is_none());
}

#[test]
fn a_public_repository_is_an_upstream_of_a_private_registry() {
    let (mut terminal, image) = published();
    let path = image.strip_prefix("public.ecr.aws/").unwrap();
    terminal.ok(
        "aws ecr create-pull-through-cache-rule --ecr-repository-prefix pub --upstream-registry-url public.ecr.aws",
    );
    terminal.ok("aws ecr get-login-password | docker login --username AWS --password-stdin \
         111122223333.dkr.ecr.ap-northeast-2.amazonaws.com");
    let pulled = terminal.ok(&format!("docker pull 111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/pub/{path}"));
    assert!(pulled.contains("Status: Downloaded newer image"), "{pulled}");
    let repositories =
        terminal.ok("aws ecr describe-repositories --query 'repositories[].repositoryName' --output text");
    assert!(repositories.starts_with("pub/"), "{repositories}");
}

#[test]
fn a_custom_alias_is_asked_for_and_then_leads_to_the_same_repositories() {
    use ecr_quest::cloud::{AccountId, ecr_public};
    let mut terminal = Terminal::new();
    terminal.ok("aws ecr-public create-repository --repository-name tools --region us-east-1");
    let home = AccountId::home();
    let aliases = |terminal: &mut Terminal| {
        let line = "aws ecr-public describe-registries --region us-east-1 --query \
                    'registries[0].aliases[].[status,primaryRegistryAlias,defaultRegistryAlias]' --output text";
        terminal.ok(line)
    };
    assert!(ecr_public::request_alias(&mut terminal.world.cloud, &home, "Acme").is_err());
    ecr_public::request_alias(&mut terminal.world.cloud, &home, "acme").unwrap();
    assert_eq!(aliases(&mut terminal), "ACTIVE\tTrue\tTrue\nPENDING\tFalse\tFalse\n");
    ecr_public::answer_request(&mut terminal.world.cloud, &home, true);
    assert_eq!(aliases(&mut terminal), "ACTIVE\tFalse\tTrue\nACTIVE\tTrue\tFalse\n");
    let uri =
        "aws ecr-public describe-repositories --region us-east-1 --query 'repositories[0].repositoryUri' --output text";
    assert_eq!(terminal.ok(uri), "public.ecr.aws/acme/tools\n");
    terminal.ok("aws ecr-public get-login-password --region us-east-1 | docker login --username AWS --password-stdin \
         public.ecr.aws 2>/dev/null; docker pull -q alpine:3.20; docker tag alpine:3.20 public.ecr.aws/acme/tools:v1; \
         docker push -q public.ecr.aws/acme/tools:v1");
    // The default alias goes on working.
    let own = terminal.world.cloud.account(&home).unwrap().public.repository("tools").unwrap().uri.clone();
    assert_eq!(own, "public.ecr.aws/acme/tools");
    let query =
        "aws ecr-public describe-registries --region us-east-1 --query 'registries[0].aliases[0].name' --output text";
    let default = terminal.ok(query);
    terminal.ok(&format!("docker pull -q public.ecr.aws/{}/tools:v1", default.trim()));
}
