//! STS: who signs, taking on a role, and what credentials are worth.

use ecr_quest::cloud::{Caller, Duration, Principal, Service, sts};
use serde_json::{Value, json};

use super::{FOREIGN, Lab, admin, allow, app, caller, policy, policy_for, user};

fn assume(lab: &mut Lab, by: &Caller, input: Value) -> Result<Value, ecr_quest::cloud::ApiError> {
    lab.call_as(by, Service::Sts, "AssumeRole", input)
}

fn puller() -> Value {
    json!({"RoleArn": "arn:aws:iam::111122223333:role/Puller", "RoleSessionName": "s1"})
}

fn sign(lab: &Lab, credentials: &Value) -> Result<Principal, ecr_quest::cloud::ApiError> {
    let text = |name: &str| credentials[name].as_str().unwrap();
    let (id, secret) = (text("AccessKeyId"), text("SecretAccessKey"));
    sts::authenticate(&lab.cloud, Service::Ecr, id, secret, credentials["SessionToken"].as_str())
}

#[test]
fn everyone_may_ask_who_they_are() {
    let mut lab = Lab::new();
    let deny = policy(json!({"Effect": "Deny", "Action": "*", "Resource": "*"}));
    let dev = lab.user("dev", Some(deny));
    let me = lab.call_as(&dev, Service::Sts, "GetCallerIdentity", json!({})).unwrap();
    assert_eq!(me.as_object().unwrap().keys().collect::<Vec<_>>(), ["UserId", "Account", "Arn"]);
    assert_eq!(me["Arn"], "arn:aws:iam::111122223333:user/dev");
    assert!(me["UserId"].as_str().unwrap().starts_with("AIDA"));
}

#[test]
fn a_session_signs_as_its_role_until_it_expires() {
    let mut lab = Lab::new();
    lab.role("Puller", Some(allow("ecr:BatchGetImage", "*")));
    let answer = assume(&mut lab, &admin(), puller()).unwrap();
    assert_eq!(answer["AssumedRoleUser"]["Arn"], "arn:aws:sts::111122223333:assumed-role/Puller/s1");
    let credentials = &answer["Credentials"];
    assert!(credentials["AccessKeyId"].as_str().unwrap().starts_with("ASIA"));
    let session = caller(sign(&lab, credentials).unwrap());
    lab.check(&session, "allowed");
    let me = lab.call_as(&session, Service::Sts, "GetCallerIdentity", json!({})).unwrap();
    assert!(me["UserId"].as_str().unwrap().ends_with(":s1"), "{me}");

    lab.cloud.advance(Duration::minutes(60));
    let error = sign(&lab, credentials).unwrap_err();
    assert_eq!(
        (error.code.as_ref(), error.message.as_str()),
        ("ExpiredTokenException", "The security token included in the request is expired")
    );
}

#[test]
fn the_caller_needs_the_trust_policy_and_a_policy_of_its_own() {
    let mut lab = Lab::new();
    lab.role("Puller", None);
    let dev = lab.user("dev", None);
    let error = assume(&mut lab, &dev, puller()).unwrap_err();
    assert_eq!(
        error.message,
        "User: arn:aws:iam::111122223333:user/dev is not authorized to perform: sts:AssumeRole on resource: \
         arn:aws:iam::111122223333:role/Puller because no identity-based policy allows the sts:AssumeRole action"
    );
    // A trust policy that names the user itself needs nothing else.
    let trust = policy_for(json!({"AWS": "arn:aws:iam::111122223333:user/dev"}), "sts:AssumeRole").to_string();
    lab.iam("UpdateAssumeRolePolicy", json!({"RoleName": "Puller", "PolicyDocument": trust}));
    assume(&mut lab, &dev, puller()).unwrap();
    // And one that names another leaves even the administrator out.
    let error = assume(&mut lab, &admin(), puller()).unwrap_err();
    assert!(error.message.ends_with("because no role trust policy allows the sts:AssumeRole action"), "{error}");
}

#[test]
fn a_role_that_does_not_exist_answers_like_one_that_does_not_trust() {
    let mut lab = Lab::new();
    let error = assume(&mut lab, &admin(), puller()).unwrap_err();
    assert_eq!(error.code, "AccessDenied");
    assert!(error.message.ends_with("because no role trust policy allows the sts:AssumeRole action"), "{error}");
}

#[test]
fn another_account_assumes_a_role_with_both_policies() {
    let mut lab = Lab::new();
    lab.role("Puller", None);
    let foreign = caller(user(FOREIGN, "admin"));
    assert!(assume(&mut lab, &foreign, puller()).is_err());
    let condition = json!({"StringEquals": {"sts:ExternalId": "secret"}});
    let trust = policy(json!({
        "Effect": "Allow", "Principal": {"AWS": FOREIGN}, "Action": "sts:AssumeRole", "Condition": condition
    }));
    lab.iam("UpdateAssumeRolePolicy", json!({"RoleName": "Puller", "PolicyDocument": trust.to_string()}));
    assert!(assume(&mut lab, &foreign, puller()).is_err());
    let mut input = puller();
    input["ExternalId"] = json!("secret");
    assume(&mut lab, &foreign, input).unwrap();
}

#[test]
fn a_session_policy_only_limits() {
    let mut lab = Lab::new();
    lab.role("Puller", Some(allow("ecr:BatchGetImage", "*")));
    let mut input = puller();
    input["Policy"] = json!(allow("ecr:ListImages", "*").to_string());
    let answer = assume(&mut lab, &admin(), input).unwrap();
    let session = caller(sign(&lab, &answer["Credentials"]).unwrap());
    lab.check(&session, "because no session policy allows the ecr:BatchGetImage action");
    let listing = "because no identity-based policy allows the ecr:ListImages action";
    lab.check_action(&session, "ecr:ListImages", Some(app()), listing);
}

#[test]
fn durations_are_bounded() {
    let mut lab = Lab::new();
    let chained = lab.role("Puller", Some(allow("sts:AssumeRole", "*")));
    let mut long = puller();
    long["DurationSeconds"] = json!(7200);
    let error = assume(&mut lab, &admin(), long.clone()).unwrap_err();
    assert_eq!(error.message, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    let error = assume(&mut lab, &chained, long.clone()).unwrap_err();
    assert_eq!(
        error.message,
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
    );
    lab.iam("UpdateRole", json!({"RoleName": "Puller", "MaxSessionDuration": 7200}));
    assume(&mut lab, &admin(), long.clone()).unwrap();
    long["DurationSeconds"] = json!(60);
    let error = assume(&mut lab, &admin(), long).unwrap_err();
    assert!(error.message.ends_with("Member must have value greater than or equal to 900"), "{error}");
}

#[test]
fn root_assumes_no_role() {
    let mut lab = Lab::new();
    lab.role("Puller", None);
    let root = caller(Principal::Root { account: "111122223333".parse().unwrap() });
    let error = assume(&mut lab, &root, puller()).unwrap_err();
    assert_eq!(error.message, "Roles may not be assumed by root accounts.");
}

#[test]
fn credentials_are_checked_with_the_codes_of_each_service() {
    let mut lab = Lab::new();
    lab.iam("CreateUser", json!({"UserName": "dev"}));
    let key = lab.iam("CreateAccessKey", json!({"UserName": "dev"}))["AccessKey"].clone();
    let (id, secret) = (key["AccessKeyId"].as_str().unwrap(), key["SecretAccessKey"].as_str().unwrap());
    assert!(id.starts_with("AKIA") && id.len() == 20 && secret.len() == 40);
    let code =
        |lab: &Lab, service, id: &str, secret: &str| match sts::authenticate(&lab.cloud, service, id, secret, None) {
            Ok(principal) => format!("{}", principal.arn()),
            Err(error) => error.code.into_owned(),
        };
    assert_eq!(code(&lab, Service::Ecr, id, secret), "arn:aws:iam::111122223333:user/dev");
    assert_eq!(code(&lab, Service::Ecr, "AKIANOBODY", secret), "UnrecognizedClientException");
    assert_eq!(code(&lab, Service::Iam, "AKIANOBODY", secret), "InvalidClientTokenId");
    assert_eq!(code(&lab, Service::Sts, id, "wrong"), "SignatureDoesNotMatch");
    lab.iam("UpdateAccessKey", json!({"UserName": "dev", "AccessKeyId": id, "Status": "Inactive"}));
    assert_eq!(code(&lab, Service::Sts, id, secret), "InvalidClientTokenId");
}

#[test]
fn a_session_ends_with_its_role() {
    let mut lab = Lab::new();
    lab.role("Puller", None);
    let answer = assume(&mut lab, &admin(), puller()).unwrap();
    assert!(sign(&lab, &answer["Credentials"]).is_ok());
    lab.iam("DeleteRole", json!({"RoleName": "Puller"}));
    lab.role("Puller", None);
    assert_eq!(sign(&lab, &answer["Credentials"]).unwrap_err().code, "UnrecognizedClientException");
}

#[test]
fn session_tags_need_their_own_permission_and_are_the_principals_tags() {
    let mut lab = Lab::new();
    let condition = json!({"StringEquals": {"aws:PrincipalTag/team": "core"}});
    let statement = json!({"Effect": "Allow", "Action": "ecr:*", "Resource": "*", "Condition": condition});
    lab.role("Puller", Some(policy(statement)));
    let mut tagged = puller();
    tagged["Tags"] = json!([{"Key": "team", "Value": "core"}]);
    tagged["TransitiveTagKeys"] = json!(["team"]);
    let error = assume(&mut lab, &admin(), tagged.clone()).unwrap_err();
    assert!(error.message.contains("is not authorized to perform: sts:TagSession on resource:"), "{error}");
    let trust = json!([{
        "Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": ["sts:AssumeRole", "sts:TagSession"],
    }]);
    lab.iam("UpdateAssumeRolePolicy", json!({"RoleName": "Puller", "PolicyDocument": policy(trust).to_string()}));
    let plain = assume(&mut lab, &admin(), puller()).unwrap();
    lab.check(
        &caller(sign(&lab, &plain["Credentials"]).unwrap()),
        "because no identity-based policy allows the ecr:BatchGetImage action",
    );
    lab.cloud.advance(Duration::seconds(1));
    let answer = assume(&mut lab, &admin(), tagged).unwrap();
    let session = caller(sign(&lab, &answer["Credentials"]).unwrap());
    lab.check(&session, "allowed");

    // A transitive tag goes on to the next session of the chain, and can't be set anew there.
    lab.role("Next", Some(policy(json!({
        "Effect": "Allow", "Action": "ecr:*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "core"}},
    }))));
    let trust = json!([{
        "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/Puller"}, "Action": ["sts:AssumeRole", "sts:TagSession"],
    }]);
    lab.iam("UpdateAssumeRolePolicy", json!({"RoleName": "Next", "PolicyDocument": policy(trust).to_string()}));
    let mut next = json!({"RoleArn": "arn:aws:iam::111122223333:role/Next", "RoleSessionName": "next"});
    let answer = assume(&mut lab, &session, next.clone()).unwrap();
    lab.check(&caller(sign(&lab, &answer["Credentials"]).unwrap()), "allowed");
    next["Tags"] = json!([{"Key": "Team", "Value": "web"}]);
    assert_eq!(assume(&mut lab, &session, next).unwrap_err().code, "InvalidParameterValue");
}

#[test]
fn a_source_identity_stays_with_the_whole_chain() {
    let mut lab = Lab::new();
    let named = json!({"StringEquals": {"aws:SourceIdentity": "alice"}});
    let statement = |action: &str, condition: Value| json!({"Effect": "Allow", "Action": action, "Resource": "*", "Condition": condition});
    for role in ["First", "Second"] {
        lab.role(role, Some(policy(json!([statement("ecr:*", named.clone()), statement("sts:*", json!({}))]))));
        let trust = json!([{
            "Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": ["sts:AssumeRole", "sts:SetSourceIdentity"],
        }]);
        lab.iam("UpdateAssumeRolePolicy", json!({"RoleName": role, "PolicyDocument": policy(trust).to_string()}));
    }
    let role =
        |name: &str| json!({"RoleArn": format!("arn:aws:iam::111122223333:role/{name}"), "RoleSessionName": "s1"});
    let mut first = role("First");
    first["SourceIdentity"] = json!("alice");
    let answer = assume(&mut lab, &admin(), first).unwrap();
    assert_eq!(answer["SourceIdentity"], "alice");
    let session = caller(sign(&lab, &answer["Credentials"]).unwrap());
    let answer = assume(&mut lab, &session, role("Second")).unwrap();
    lab.check(&caller(sign(&lab, &answer["Credentials"]).unwrap()), "allowed");
}

#[test]
fn an_access_key_tells_its_account() {
    let mut lab = Lab::new();
    let id = lab.iam("CreateAccessKey", json!({"UserName": "admin"}))["AccessKey"]["AccessKeyId"].clone();
    let answer = lab.ok(Service::Sts, "GetAccessKeyInfo", json!({"AccessKeyId": id}));
    assert_eq!(answer, json!({"Account": "111122223333"}));
    let error = lab.call(Service::Sts, "GetAccessKeyInfo", json!({"AccessKeyId": "AKIANOSUCHKEYATALL"})).unwrap_err();
    assert_eq!(error.code, "ValidationError");
}

#[test]
fn credentials_of_get_session_token_reach_neither_iam_nor_most_of_sts() {
    let mut terminal = crate::support::Terminal::new();
    terminal.ok(
        "aws sts get-session-token --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text > keys; \
         aws configure set aws_access_key_id $(cut -f1 keys) --profile own; \
         aws configure set aws_secret_access_key $(cut -f2 keys) --profile own; \
         aws configure set aws_session_token $(cut -f3 keys) --profile own",
    );
    terminal.ok("aws sts get-caller-identity --profile own; aws ecr describe-repositories --region ap-northeast-2 --profile own");
    let refused = terminal.run("aws sts get-session-token --profile own").text();
    assert!(
        refused.contains("(AccessDenied)") && refused.contains("Cannot call GetSessionToken with session credentials"),
        "{refused}"
    );
    let refused = terminal.run("aws iam list-users --profile own").text();
    assert!(refused.contains("(InvalidClientTokenId)"), "{refused}");
}

#[test]
fn a_code_of_an_mfa_device_is_refused_not_ignored() {
    for line in [
        "aws sts get-session-token --serial-number arn:aws:iam::111122223333:mfa/phone --token-code 123456",
        "aws sts assume-role --role-arn arn:aws:iam::111122223333:role/x --role-session-name s1 --token-code 123456",
    ] {
        let run = crate::support::Terminal::new().run(line);
        assert!(run.code != 0 && run.text().contains("MFA is not simulated"), "{}", run.text());
    }
}
