//! Identity providers and whoever they vouch for: web identities, SAML, federated users, and encoded messages.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ecr_quest::cloud::sts::WebIdentity;
use ecr_quest::cloud::{ApiError, Arn, Caller, Duration, Principal, Service, sts};
use serde_json::{Map, Value, json};

use super::{Lab, admin, allow, app, caller, policy, policy_for};

const HOST: &str = "token.actions.githubusercontent.com";
const PROVIDER: &str = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
const SAML: &str = "arn:aws:iam::111122223333:saml-provider/Corp";
const ROLE: &str = "arn:aws:iam::111122223333:role/Deployer";

fn web_identity(subject: &str) -> WebIdentity {
    WebIdentity {
        issuer: format!("https://{HOST}"),
        subject: subject.into(),
        audience: "sts.amazonaws.com".into(),
        claims: Map::new(),
    }
}

fn token(lab: &Lab, subject: &str) -> String {
    web_identity(subject).token(lab.cloud.now(), Duration::minutes(5))
}

/// A lab whose role `Deployer` trusts tokens of one repository, and may pull.
fn lab() -> Lab {
    let mut lab = Lab::new();
    lab.iam(
        "CreateOpenIDConnectProvider",
        json!({"Url": format!("https://{HOST}"), "ClientIDList": ["sts.amazonaws.com"]}),
    );
    let condition =
        json!({"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:team/app:ref:refs/heads/main"}});
    let trust = policy(json!({
        "Effect": "Allow", "Principal": {"Federated": PROVIDER}, "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition
    }));
    deployer(&mut lab, &trust);
    lab
}

fn deployer(lab: &mut Lab, trust: &Value) {
    lab.iam("CreateRole", json!({"RoleName": "Deployer", "AssumeRolePolicyDocument": trust.to_string()}));
    let document = allow("ecr:BatchGetImage", "*").to_string();
    lab.iam("PutRolePolicy", json!({"RoleName": "Deployer", "PolicyName": "p", "PolicyDocument": document}));
}

/// Whoever signs nothing.
fn nobody() -> Caller {
    caller(Principal::Service { account: "111122223333".parse().unwrap(), name: "anonymous".into() })
}

fn assume(lab: &mut Lab, token: &str) -> Result<Value, ApiError> {
    let input = json!({"RoleArn": ROLE, "RoleSessionName": "ci", "WebIdentityToken": token});
    lab.call_as(&nobody(), Service::Sts, "AssumeRoleWithWebIdentity", input)
}

fn said(error: &ApiError) -> (&str, &str) {
    (error.code.as_ref(), error.message.as_str())
}

fn sign(lab: &Lab, service: Service, credentials: &Value) -> Result<Caller, ApiError> {
    let text = |name: &str| credentials[name].as_str().unwrap();
    let (id, secret) = (text("AccessKeyId"), text("SecretAccessKey"));
    sts::authenticate(&lab.cloud, service, id, secret, credentials["SessionToken"].as_str()).map(caller)
}

#[test]
fn a_web_identity_takes_on_a_role_that_trusts_its_provider() {
    let mut lab = lab();
    let token = token(&lab, "repo:team/app:ref:refs/heads/main");
    let answer = assume(&mut lab, &token).unwrap();
    assert_eq!(answer["SubjectFromWebIdentityToken"], "repo:team/app:ref:refs/heads/main");
    assert_eq!((&answer["Provider"], &answer["Audience"]), (&json!(PROVIDER), &json!("sts.amazonaws.com")));
    assert_eq!(answer["AssumedRoleUser"]["Arn"], "arn:aws:sts::111122223333:assumed-role/Deployer/ci");
    let session = sign(&lab, Service::Ecr, &answer["Credentials"]).unwrap();
    lab.check(&session, "allowed");

    // Who the token was about stays with the session.
    let condition = json!({"StringLike": {"token.actions.githubusercontent.com:sub": "repo:team/*"}});
    let deny =
        policy(json!({"Effect": "Deny", "Action": "ecr:*", "Resource": "*", "Condition": condition})).to_string();
    lab.iam("PutRolePolicy", json!({"RoleName": "Deployer", "PolicyName": "d", "PolicyDocument": deny}));
    lab.check(&session, "with an explicit deny in an identity-based policy");
}

#[test]
fn a_web_identity_is_refused_as_observed() {
    let mut lab = lab();
    let main = "repo:team/app:ref:refs/heads/main";
    // Another subject, and a role that is not there, say the same.
    let other = token(&lab, "repo:team/app:ref:refs/heads/dev");
    let denied = ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    assert_eq!(said(&assume(&mut lab, &other).unwrap_err()), denied);
    let good = token(&lab, main);
    let input = json!({"RoleArn": format!("{ROLE}2"), "RoleSessionName": "ci", "WebIdentityToken": good});
    let error = lab.call_as(&nobody(), Service::Sts, "AssumeRoleWithWebIdentity", input).unwrap_err();
    assert_eq!(said(&error), denied);

    let not_a_token = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
    assert_eq!(said(&assume(&mut lab, "ya29.secret").unwrap_err()), ("InvalidIdentityToken", not_a_token));
    let elsewhere = WebIdentity { issuer: "https://gitlab.com".into(), ..web_identity(main) };
    let elsewhere = elsewhere.token(lab.cloud.now(), Duration::minutes(5));
    assert_eq!(
        said(&assume(&mut lab, &elsewhere).unwrap_err()),
        ("InvalidIdentityToken", "No OpenIDConnect provider found in your account for https://gitlab.com")
    );
    let for_another = WebIdentity { audience: "vault".into(), ..web_identity(main) };
    let for_another = for_another.token(lab.cloud.now(), Duration::minutes(5));
    assert_eq!(
        said(&assume(&mut lab, &for_another).unwrap_err()),
        ("InvalidIdentityToken", "Incorrect token audience")
    );
    lab.cloud.advance(Duration::minutes(5));
    let error = assume(&mut lab, &good).unwrap_err();
    assert_eq!(error.code, "ExpiredTokenException");
    assert!(error.message.starts_with("Token expired: current date/time 17"), "{error}");
}

#[test]
fn tags_of_a_token_need_a_word_of_the_trust_policy() {
    let mut lab = lab();
    let tags = json!({"principal_tags": {"team": ["web"]}, "transitive_tag_keys": ["team"]});
    let claims = Map::from_iter([("https://aws.amazon.com/tags".to_owned(), tags)]);
    let tagged = WebIdentity { claims, ..web_identity("repo:team/app:ref:refs/heads/main") };
    let tagged = tagged.token(lab.cloud.now(), Duration::minutes(5));
    assert_eq!(assume(&mut lab, &tagged).unwrap_err().message, "Not authorized to perform sts:TagSession");
    let trust = policy(json!({
        "Effect": "Allow", "Principal": {"Federated": PROVIDER},
        "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]
    }));
    lab.iam("UpdateAssumeRolePolicy", json!({"RoleName": "Deployer", "PolicyDocument": trust.to_string()}));
    let answer = assume(&mut lab, &tagged).unwrap();
    let session = sign(&lab, Service::Ecr, &answer["Credentials"]).unwrap();
    let condition = json!({"StringEquals": {"aws:PrincipalTag/team": "web"}});
    let deny =
        policy(json!({"Effect": "Deny", "Action": "ecr:*", "Resource": "*", "Condition": condition})).to_string();
    lab.iam("PutRolePolicy", json!({"RoleName": "Deployer", "PolicyName": "d", "PolicyDocument": deny}));
    lab.check(&session, "with an explicit deny in an identity-based policy");
}

#[test]
fn a_provider_is_made_changed_and_deleted() {
    let mut lab = lab();
    let known = lab.iam("GetOpenIDConnectProvider", json!({"OpenIDConnectProviderArn": PROVIDER}));
    assert_eq!((&known["Url"], &known["ClientIDList"]), (&json!(HOST), &json!(["sts.amazonaws.com"])));
    assert_eq!(known["ThumbprintList"][0].as_str().unwrap().len(), 40);
    let list = lab.iam("ListOpenIDConnectProviders", json!({}));
    assert_eq!(list["OpenIDConnectProviderList"], json!([{"Arn": PROVIDER}]));
    assert_eq!(lab.iam("GetAccountSummary", json!({}))["SummaryMap"]["Providers"], 1);

    let again = json!({"Url": format!("https://{HOST}"), "ClientIDList": ["x"]});
    let exists = format!("Provider with url https://{HOST} already exists.");
    assert_eq!(lab.iam_error("CreateOpenIDConnectProvider", again), ("EntityAlreadyExists".into(), exists));
    let insecure = json!({"Url": "http://example.com"});
    assert_eq!(lab.iam_error("CreateOpenIDConnectProvider", insecure).1, "Invalid Open ID Connect Provider URL");
    let short = json!({"OpenIDConnectProviderArn": PROVIDER, "ThumbprintList": ["abc"]});
    assert_eq!(lab.iam_error("UpdateOpenIDConnectProviderThumbprint", short).0, "ValidationError");

    let id = json!({"OpenIDConnectProviderArn": PROVIDER, "ClientID": "vault"});
    // Twice is once.
    for (operation, ids) in [
        ("AddClientIDToOpenIDConnectProvider", json!(["sts.amazonaws.com", "vault"])),
        ("RemoveClientIDFromOpenIDConnectProvider", json!(["sts.amazonaws.com"])),
    ] {
        for _ in 0..2 {
            lab.iam(operation, id.clone());
            let known = lab.iam("GetOpenIDConnectProvider", json!({"OpenIDConnectProviderArn": PROVIDER}));
            assert_eq!(known["ClientIDList"], ids);
        }
    }
    lab.iam(
        "TagOpenIDConnectProvider",
        json!({"OpenIDConnectProviderArn": PROVIDER, "Tags": [{"Key": "team", "Value": "web"}]}),
    );
    let tags = lab.iam("ListOpenIDConnectProviderTags", json!({"OpenIDConnectProviderArn": PROVIDER}));
    assert_eq!(tags["Tags"], json!([{"Key": "team", "Value": "web"}]));
    for _ in 0..2 {
        lab.iam("DeleteOpenIDConnectProvider", json!({"OpenIDConnectProviderArn": PROVIDER}));
    }
    let missing = format!("OpenIDConnect Provider not found for arn {PROVIDER}");
    let get = lab.iam_error("GetOpenIDConnectProvider", json!({"OpenIDConnectProviderArn": PROVIDER}));
    assert_eq!(get, ("NoSuchEntity".into(), missing));
    // Its tokens are worth nothing any more.
    let token = token(&lab, "repo:team/app:ref:refs/heads/main");
    assert_eq!(assume(&mut lab, &token).unwrap_err().code, "InvalidIdentityToken");
}

/// Metadata of an identity provider, as long as IAM wants it.
fn metadata(entity: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><!--{}--><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}">
        <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/></md:EntityDescriptor>"#,
        "x".repeat(1000)
    )
}

fn assertion(lab: &Lab, issuer: &str, roles: &[&str]) -> String {
    let at = |minutes: i64| {
        let time = lab.cloud.now() + Duration::minutes(minutes);
        jiff::Timestamp::from_millisecond(time.as_millis()).unwrap().to_string()
    };
    let roles: String = roles.iter().map(|role| format!("<AttributeValue>{role}</AttributeValue>")).collect();
    let text = format!(
        r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
        xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><saml:Assertion IssueInstant="{}">
        <saml:Issuer>{issuer}</saml:Issuer>
        <saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">ana@example.com</saml:NameID>
        <saml:SubjectConfirmation><saml:SubjectConfirmationData NotOnOrAfter="{}" Recipient="https://signin.aws.amazon.com/saml"/>
        </saml:SubjectConfirmation></saml:Subject>
        <saml:AttributeStatement>
        <saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName"><AttributeValue>ana</AttributeValue></saml:Attribute>
        <saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/Role">{roles}</saml:Attribute>
        </saml:AttributeStatement></saml:Assertion></samlp:Response>"#,
        at(0),
        at(5)
    );
    STANDARD.encode(text)
}

#[test]
fn a_saml_assertion_takes_on_the_role_that_it_offers() {
    let mut lab = Lab::new();
    lab.iam("CreateSAMLProvider", json!({"Name": "Corp", "SAMLMetadataDocument": metadata("https://idp.example.com")}));
    let condition = json!({"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}});
    let trust = policy(json!({
        "Effect": "Allow", "Principal": {"Federated": SAML}, "Action": "sts:AssumeRoleWithSAML", "Condition": condition
    }));
    deployer(&mut lab, &trust);
    let offer = format!("{ROLE},{SAML}");
    let assume = |lab: &mut Lab, issuer: &str, offer: &str| {
        let assertion = assertion(lab, issuer, &[offer]);
        let input = json!({"RoleArn": ROLE, "PrincipalArn": SAML, "SAMLAssertion": assertion});
        lab.call_as(&nobody(), Service::Sts, "AssumeRoleWithSAML", input)
    };
    let answer = assume(&mut lab, "https://idp.example.com", &offer).unwrap();
    assert_eq!(answer["AssumedRoleUser"]["Arn"], "arn:aws:sts::111122223333:assumed-role/Deployer/ana");
    assert_eq!(
        (&answer["Subject"], &answer["SubjectType"], &answer["Issuer"]),
        (&json!("ana@example.com"), &json!("persistent"), &json!("https://idp.example.com"))
    );
    let session = sign(&lab, Service::Ecr, &answer["Credentials"]).unwrap();
    lab.check(&session, "allowed");

    let wrong_issuer = assume(&mut lab, "https://evil.example.com", &offer).unwrap_err();
    assert_eq!(said(&wrong_issuer), ("InvalidIdentityToken", "Issuer not present in specified provider"));
    let not_offered = assume(&mut lab, "https://idp.example.com", &format!("{ROLE}2,{SAML}")).unwrap_err();
    assert_eq!(said(&not_offered), ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML"));

    let late = assertion(&lab, "https://idp.example.com", &[&offer]);
    lab.cloud.advance(Duration::minutes(6));
    let input = json!({"RoleArn": ROLE, "PrincipalArn": SAML, "SAMLAssertion": late});
    let error = lab.call_as(&nobody(), Service::Sts, "AssumeRoleWithSAML", input).unwrap_err();
    assert_eq!(said(&error), ("ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance"));
}

#[test]
fn a_saml_provider_is_made_changed_and_deleted() {
    let mut lab = Lab::new();
    let one = metadata("https://one.example.com");
    let made = lab.iam("CreateSAMLProvider", json!({"Name": "Corp", "SAMLMetadataDocument": one}));
    assert_eq!(made["SAMLProviderArn"], SAML);
    let bad = json!({"Name": "Bad", "SAMLMetadataDocument": format!("<html>{}</html>", "x".repeat(1000))});
    assert_eq!(lab.iam_error("CreateSAMLProvider", bad), ("InvalidInput".into(), "Could not parse metadata.".into()));
    let again = json!({"Name": "corp", "SAMLMetadataDocument": one});
    assert_eq!(lab.iam_error("CreateSAMLProvider", again).0, "EntityAlreadyExists");
    let two = metadata("https://two.example.com");
    lab.iam("UpdateSAMLProvider", json!({"SAMLProviderArn": SAML, "SAMLMetadataDocument": two}));
    let known = lab.iam("GetSAMLProvider", json!({"SAMLProviderArn": SAML}));
    assert_eq!(known["SAMLMetadataDocument"], two.as_str());
    let list = lab.iam("ListSAMLProviders", json!({}));
    assert_eq!(list["SAMLProviderList"][0]["Arn"], SAML);
    assert_eq!(list["SAMLProviderList"][0]["ValidUntil"], known["ValidUntil"]);
    lab.iam("DeleteSAMLProvider", json!({"SAMLProviderArn": SAML}));
    let missing = ("NoSuchEntity".to_owned(), format!("Manifest not found for arn {SAML}"));
    assert_eq!(lab.iam_error("DeleteSAMLProvider", json!({"SAMLProviderArn": SAML})), missing);
}

fn federate(lab: &mut Lab, by: &Caller, policy: Option<Value>) -> Result<Value, ApiError> {
    let mut input = json!({"Name": "guest"});
    if let Some(policy) = policy {
        input["Policy"] = json!(policy.to_string());
    }
    lab.call_as(by, Service::Sts, "GetFederationToken", input)
}

#[test]
fn a_federated_user_may_what_its_user_and_its_session_policy_allow() {
    let mut lab = Lab::new();
    let broker = lab.user(
        "broker",
        Some(policy(json!([
            {"Effect": "Allow", "Action": "sts:GetFederationToken", "Resource": "*"},
            {"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}
        ]))),
    );
    let answer = federate(&mut lab, &broker, Some(allow("ecr:BatchGetImage", "*"))).unwrap();
    assert_eq!(answer["FederatedUser"]["Arn"], "arn:aws:sts::111122223333:federated-user/guest");
    assert_eq!(answer["FederatedUser"]["FederatedUserId"], "111122223333:guest");
    assert!(answer["PackedPolicySize"].as_u64().is_some());
    let guest = sign(&lab, Service::Ecr, &answer["Credentials"]).unwrap();
    lab.check(&guest, "allowed");
    lab.check_action(
        &guest,
        "ecr:ListImages",
        Some(app()),
        "because no session policy allows the ecr:ListImages action",
    );
    let me = lab.call_as(&guest, Service::Sts, "GetCallerIdentity", json!({})).unwrap();
    assert_eq!(
        me,
        json!({
            "UserId": "111122223333:guest", "Account": "111122223333",
            "Arn": "arn:aws:sts::111122223333:federated-user/guest"
        })
    );

    // A repository can name it, or the user that lends it its permissions.
    let arn = json!({"AWS": "arn:aws:sts::111122223333:federated-user/guest"});
    lab.repository_policy(&policy_for(arn, "ecr:ListImages"));
    lab.check_action(&guest, "ecr:ListImages", Some(app()), "allowed");
    lab.repository_policy(&policy_for(json!({"AWS": "arn:aws:iam::111122223333:user/broker"}), "ecr:ListImages"));
    lab.check_action(
        &guest,
        "ecr:ListImages",
        Some(app()),
        "because no session policy allows the ecr:ListImages action",
    );

    // It ends with its user.
    lab.iam("DeleteUserPolicy", json!({"UserName": "broker", "PolicyName": "p"}));
    lab.iam("DeleteUser", json!({"UserName": "broker"}));
    assert!(sign(&lab, Service::Ecr, &answer["Credentials"]).is_err());
}

#[test]
fn a_federated_user_without_a_session_policy_may_nothing_and_never_calls_iam() {
    let mut lab = Lab::new();
    let answer = federate(&mut lab, &admin(), None).unwrap();
    assert_eq!(answer.get("PackedPolicySize"), None);
    let guest = sign(&lab, Service::Ecr, &answer["Credentials"]).unwrap();
    lab.check(&guest, "because no session policy allows the ecr:BatchGetImage action");
    assert_eq!(sign(&lab, Service::Iam, &answer["Credentials"]).unwrap_err().code, "InvalidClientTokenId");
    let error = federate(&mut lab, &guest, None).unwrap_err();
    assert_eq!(said(&error), ("AccessDenied", "Cannot call GetFederationToken with session credentials"));
    let dev = lab.user("dev", None);
    assert_eq!(
        federate(&mut lab, &dev, None).unwrap_err().message,
        "User: arn:aws:iam::111122223333:user/dev is not authorized to perform: sts:GetFederationToken on resource: \
         arn:aws:sts::111122223333:federated-user/guest because no identity-based policy allows the \
         sts:GetFederationToken action"
    );
}

#[test]
fn a_denial_of_ec2_carries_a_message_that_sts_decodes() {
    let mut lab = Lab::new();
    let deny = policy(json!([
        {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
        {"Sid": "Keep", "Effect": "Deny", "Action": "ec2:DeleteVpcEndpoints", "Resource": "*"}
    ]));
    let dev = lab.user("dev", Some(deny));
    let endpoint = json!({"VpcEndpointIds": ["vpce-1"]});
    let error = lab.call_as(&dev, Service::Ec2, "DeleteVpcEndpoints", endpoint).unwrap_err();
    let (before, message) = error.message.split_once(" Encoded authorization failure message: ").unwrap();
    assert!(
        before
            .starts_with("You are not authorized to perform this operation. User: arn:aws:iam::111122223333:user/dev ")
    );
    assert!(before.ends_with('.'), "{before}");

    let decode = json!({"EncodedMessage": message});
    let denied = lab.call_as(&dev, Service::Sts, "DecodeAuthorizationMessage", decode.clone()).unwrap_err();
    assert!(denied.message.contains("is not authorized to perform: sts:DecodeAuthorizationMessage"), "{denied}");
    let decoded = lab.ok(Service::Sts, "DecodeAuthorizationMessage", decode);
    let decoded: Value = serde_json::from_str(decoded["DecodedMessage"].as_str().unwrap()).unwrap();
    assert_eq!((&decoded["allowed"], &decoded["explicitDeny"]), (&json!(false), &json!(true)));
    assert_eq!(decoded["matchedStatements"]["items"][0]["statementId"], "Keep");
    assert_eq!(decoded["context"]["principal"]["name"], "dev");
    assert_eq!(decoded["context"]["action"], "ec2:DeleteVpcEndpoints");
    let resource: Arn = decoded["context"]["resource"].as_str().unwrap().parse().unwrap();
    assert_eq!(resource.resource(), "vpc-endpoint/vpce-1");
    let wrong = lab.call(Service::Sts, "DecodeAuthorizationMessage", json!({"EncodedMessage": "AAAA"})).unwrap_err();
    assert_eq!(wrong.code, "InvalidAuthorizationMessageException");
}

#[test]
fn whoever_makes_entities_with_tags_or_boundaries_needs_a_word_for_each() {
    let mut lab = Lab::new();
    let boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let boundary = if lab.call(Service::Iam, "GetPolicy", json!({"PolicyArn": boundary})).is_ok() {
        boundary.to_owned()
    } else {
        "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly".to_owned()
    };
    let condition = json!({"StringEquals": {"iam:PermissionsBoundary": boundary}});
    let delegated = policy(json!([
        {"Effect": "Allow", "Action": ["iam:CreateRole", "iam:AttachRolePolicy"], "Resource": "*", "Condition": condition}
    ]));
    let lead = lab.user("lead", Some(delegated));
    let trust = policy_for(json!({"AWS": "111122223333"}), "sts:AssumeRole").to_string();
    let mut role = json!({"RoleName": "App", "AssumeRolePolicyDocument": trust});
    let error = lab.call_as(&lead, Service::Iam, "CreateRole", role.clone()).unwrap_err();
    assert!(error.message.contains("perform: iam:CreateRole"), "{error}");
    role["PermissionsBoundary"] = json!(boundary);
    role["Tags"] = json!([{"Key": "team", "Value": "web"}]);
    let error = lab.call_as(&lead, Service::Iam, "CreateRole", role.clone()).unwrap_err();
    assert!(error.message.contains("perform: iam:TagRole"), "{error}");
    role.as_object_mut().unwrap().remove("Tags");
    lab.call_as(&lead, Service::Iam, "CreateRole", role).unwrap();
    // The role's boundary goes with whatever is done about its permissions.
    let attach = |role: &str| json!({"RoleName": role, "PolicyArn": "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"});
    lab.call_as(&lead, Service::Iam, "AttachRolePolicy", attach("App")).unwrap();
    lab.role("Free", None);
    assert!(lab.call_as(&lead, Service::Iam, "AttachRolePolicy", attach("Free")).is_err());
}

#[test]
fn the_account_tells_all_that_decides_who_may_do_what() {
    let mut lab = lab();
    let read = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly";
    lab.user("dev", Some(allow("ecr:*", "*")));
    lab.iam("CreateGroup", json!({"GroupName": "devs"}));
    lab.iam("AddUserToGroup", json!({"GroupName": "devs", "UserName": "dev"}));
    lab.iam("AttachGroupPolicy", json!({"GroupName": "devs", "PolicyArn": read}));
    let own = allow("ecr:PutImage", "*").to_string();
    lab.iam("CreatePolicy", json!({"PolicyName": "Push", "PolicyDocument": own}));
    let all = lab.iam("GetAccountAuthorizationDetails", json!({}));
    let names = |list: &str, name: &str| -> Vec<String> {
        all[list].as_array().unwrap().iter().map(|entity| entity[name].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("UserDetailList", "UserName"), ["admin", "dev"]);
    assert_eq!(names("GroupDetailList", "GroupName"), ["devs"]);
    assert!(names("RoleDetailList", "RoleName").contains(&"Deployer".to_owned()));
    // Of AWS's policies those in use.
    assert_eq!(names("Policies", "PolicyName"), ["Push", "AdministratorAccess", "AmazonEC2ContainerRegistryReadOnly"]);
    let dev = &all["UserDetailList"][1];
    assert_eq!((&dev["GroupList"], &dev["UserPolicyList"][0]["PolicyName"]), (&json!(["devs"]), &json!("p")));
    assert_eq!(all["Policies"][0]["PolicyVersionList"][0]["Document"]["Statement"]["Action"], "ecr:PutImage");

    let users = lab.iam("GetAccountAuthorizationDetails", json!({"Filter": ["User"], "MaxItems": 1}));
    assert_eq!(users["UserDetailList"].as_array().unwrap().len(), 1);
    assert_eq!((&users["RoleDetailList"], &users["Policies"]), (&json!([]), &json!([])));
    let next = json!({"Filter": ["User"], "MaxItems": 1, "Marker": users["Marker"]});
    let rest = lab.iam("GetAccountAuthorizationDetails", next);
    assert_eq!(rest["UserDetailList"][0]["UserName"], "dev");
    assert_eq!(rest.get("Marker"), None);
}
