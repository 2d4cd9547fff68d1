//! Users, groups, roles, policies, instance profiles and keys, and what IAM says when something is in the way.

use ecr_quest::cloud::Service;
use serde_json::{Value, json};

use super::{Lab, allow, policy_for};

fn trust() -> String {
    policy_for(json!({"Service": "ecs-tasks.amazonaws.com"}), "sts:AssumeRole").to_string()
}

fn with_role(name: &str) -> Lab {
    let mut lab = Lab::new();
    lab.iam("CreateRole", json!({"RoleName": name, "AssumeRolePolicyDocument": trust()}));
    lab
}

#[track_caller]
fn check(answer: (String, String), code: &str, message: &str) {
    assert_eq!((answer.0.as_str(), answer.1.as_str()), (code, message));
}

#[track_caller]
fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn what_is_missing_is_named() {
    let mut lab = with_role("r");
    let nope = "arn:aws:iam::aws:policy/NoSuchPolicy";
    let missing = "NoSuchEntity";
    let answer = lab.iam_error("GetUser", json!({"UserName": "nosuch"}));
    check(answer, missing, "The user with name nosuch cannot be found.");
    let answer = lab.iam_error("GetRole", json!({"RoleName": "nosuch"}));
    check(answer, missing, "The role with name nosuch cannot be found.");
    let answer = lab.iam_error("GetGroup", json!({"GroupName": "nosuch"}));
    check(answer, missing, "The group with name nosuch cannot be found.");
    let answer = lab.iam_error("AttachRolePolicy", json!({"RoleName": "r", "PolicyArn": nope}));
    check(answer, missing, &format!("Policy {nope} does not exist or is not attachable."));
    let answer = lab.iam_error("DetachRolePolicy", json!({"RoleName": "r", "PolicyArn": nope}));
    check(answer, missing, &format!("Policy {nope} was not found."));
    let answer = lab.iam_error("GetInstanceProfile", json!({"InstanceProfileName": "nosuch"}));
    check(answer, missing, "Instance Profile nosuch cannot be found.");
}

#[test]
fn names_are_unique_whatever_their_case() {
    let mut lab = with_role("r");
    let exists = "EntityAlreadyExists";
    lab.iam("CreateUser", json!({"UserName": "dev"}));
    let answer = lab.iam_error("CreateUser", json!({"UserName": "Dev"}));
    check(answer, exists, "User with name Dev already exists.");
    let answer = lab.iam_error("CreateRole", json!({"RoleName": "R", "AssumeRolePolicyDocument": trust()}));
    check(answer, exists, "Role with name R already exists.");
    let document = allow("ecr:*", "*").to_string();
    lab.iam("CreatePolicy", json!({"PolicyName": "AppPull", "PolicyDocument": document}));
    let answer = lab.iam_error("CreatePolicy", json!({"PolicyName": "AppPull", "PolicyDocument": document}));
    check(answer, exists, "A policy called AppPull already exists. Duplicate names are not allowed.");
}

#[test]
fn names_are_checked_with_the_common_message() {
    let answer = Lab::new().iam_error("CreateUser", json!({"UserName": "a b"}));
    check(
        answer,
        "ValidationError",
        r"1 validation error detected: Value 'a b' at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]+",
    );
    let long = "x".repeat(65);
    let (_, message) = Lab::new().iam_error("CreateUser", json!({"UserName": long}));
    assert!(message.ends_with("Member must have length less than or equal to 64"), "{message}");
}

#[test]
fn an_entity_is_deleted_only_when_it_holds_nothing() {
    let mut lab = with_role("r");
    let conflict = "DeleteConflict";
    let read_only = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly";
    let document = allow("ecr:*", "*").to_string();
    lab.iam("CreateInstanceProfile", json!({"InstanceProfileName": "ip"}));
    lab.iam("AddRoleToInstanceProfile", json!({"InstanceProfileName": "ip", "RoleName": "r"}));
    lab.iam("AttachRolePolicy", json!({"RoleName": "r", "PolicyArn": read_only}));
    lab.iam("PutRolePolicy", json!({"RoleName": "r", "PolicyName": "p", "PolicyDocument": document}));

    let answer = lab.iam_error("DeleteRole", json!({"RoleName": "r"}));
    check(answer, conflict, "Cannot delete entity, must remove roles from instance profile first.");
    lab.iam("RemoveRoleFromInstanceProfile", json!({"InstanceProfileName": "ip", "RoleName": "r"}));
    let answer = lab.iam_error("DeleteRole", json!({"RoleName": "r"}));
    check(answer, conflict, "Cannot delete entity, must detach all policies first.");
    lab.iam("DetachRolePolicy", json!({"RoleName": "r", "PolicyArn": read_only}));
    let answer = lab.iam_error("DeleteRole", json!({"RoleName": "r"}));
    check(answer, conflict, "Cannot delete entity, must delete policies first.");
    lab.iam("DeleteRolePolicy", json!({"RoleName": "r", "PolicyName": "p"}));
    lab.iam("DeleteRole", json!({"RoleName": "r"}));
    assert_eq!(lab.iam("ListRoles", json!({})), json!({"Roles": []}));
}

#[test]
fn quotas_are_kept() {
    let mut lab = with_role("r");
    let limit = "LimitExceeded";
    lab.iam("CreateInstanceProfile", json!({"InstanceProfileName": "ip"}));
    lab.iam("AddRoleToInstanceProfile", json!({"InstanceProfileName": "ip", "RoleName": "r"}));
    let answer = lab.iam_error("AddRoleToInstanceProfile", json!({"InstanceProfileName": "ip", "RoleName": "r"}));
    check(answer, limit, "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");

    lab.iam("CreateUser", json!({"UserName": "dev"}));
    lab.iam("CreateAccessKey", json!({"UserName": "dev"}));
    lab.iam("CreateAccessKey", json!({"UserName": "dev"}));
    let answer = lab.iam_error("CreateAccessKey", json!({"UserName": "dev"}));
    check(answer, limit, "Cannot exceed quota for AccessKeysPerUser: 2");

    let document = allow("ecr:*", "*").to_string();
    for number in 1..=11 {
        let name = format!("P{number}");
        lab.iam("CreatePolicy", json!({"PolicyName": name, "PolicyDocument": document}));
        let arn = format!("arn:aws:iam::111122223333:policy/{name}");
        let input = json!({"RoleName": "r", "PolicyArn": arn});
        if number <= 10 {
            lab.iam("AttachRolePolicy", input);
        } else {
            let answer = lab.iam_error("AttachRolePolicy", input);
            check(answer, limit, "Cannot exceed quota for PoliciesPerRole: 10");
        }
    }
    let large = allow("ecr:*", &format!("arn:aws:ecr:*:*:repository/{}", "x".repeat(2048))).to_string();
    let answer = lab.iam_error("PutUserPolicy", json!({"UserName": "dev", "PolicyName": "p", "PolicyDocument": large}));
    check(answer, limit, "Maximum policy size of 2048 bytes exceeded for user dev");
}

#[test]
fn a_managed_policy_has_up_to_five_versions_and_one_in_force() {
    let mut lab = Lab::new();
    let dev = lab.user("dev", None);
    let document = |action: &str| allow(action, "*").to_string();
    let created = lab.iam("CreatePolicy", json!({"PolicyName": "P", "PolicyDocument": document("s3:*")}));
    let arn = created["Policy"]["Arn"].as_str().unwrap().to_owned();
    assert_eq!(arn, "arn:aws:iam::111122223333:policy/P");
    lab.iam("AttachUserPolicy", json!({"UserName": "dev", "PolicyArn": arn}));
    let denied = "because no identity-based policy allows the ecr:BatchGetImage action";
    let version = json!({"PolicyArn": arn, "PolicyDocument": document("ecr:*")});
    lab.iam("CreatePolicyVersion", version.clone());
    lab.check(&dev, denied);
    lab.iam("SetDefaultPolicyVersion", json!({"PolicyArn": arn, "VersionId": "v2"}));
    lab.check(&dev, "allowed");

    let answer = lab.iam_error("DeletePolicyVersion", json!({"PolicyArn": arn, "VersionId": "v2"}));
    check(answer, "DeleteConflict", "Cannot delete the default version of a policy.");
    for _ in 3..=5 {
        lab.iam("CreatePolicyVersion", version.clone());
    }
    let (code, message) = lab.iam_error("CreatePolicyVersion", version.clone());
    assert_eq!(code, "LimitExceeded");
    assert!(message.starts_with("A managed policy can have up to 5 versions."), "{message}");
    lab.iam("DeletePolicyVersion", json!({"PolicyArn": arn, "VersionId": "v1"}));
    let sixth = lab.iam("CreatePolicyVersion", version);
    assert_eq!(sixth["PolicyVersion"]["VersionId"], "v6");

    let entities = lab.iam("ListEntitiesForPolicy", json!({"PolicyArn": arn}));
    assert_eq!(entities["PolicyUsers"][0]["UserName"], "dev");
    let answer = lab.iam_error("DeletePolicy", json!({"PolicyArn": arn}));
    check(answer, "DeleteConflict", "Cannot delete a policy attached to entities.");
}

#[test]
fn documents_come_back_as_objects_in_the_order_they_were_given() {
    let mut lab = with_role("r");
    let role = lab.iam("GetRole", json!({"RoleName": "r"}));
    let role = &role["Role"];
    assert_eq!(
        keys(role),
        [
            "Path",
            "RoleName",
            "RoleId",
            "Arn",
            "CreateDate",
            "AssumeRolePolicyDocument",
            "MaxSessionDuration",
            "RoleLastUsed"
        ]
    );
    assert_eq!(role["AssumeRolePolicyDocument"].to_string(), trust());
    assert!(role["RoleId"].as_str().unwrap().starts_with("AROA"));
    let document = r#"{"Version":"2012-10-17","Statement":{"Resource":"*","Effect":"Allow","Action":"ecr:*"}}"#;
    lab.iam("PutRolePolicy", json!({"RoleName": "r", "PolicyName": "p", "PolicyDocument": document}));
    let got = lab.iam("GetRolePolicy", json!({"RoleName": "r", "PolicyName": "p"}));
    assert_eq!(keys(&got), ["RoleName", "PolicyName", "PolicyDocument"]);
    assert_eq!(got["PolicyDocument"].to_string(), document);
}

#[test]
fn a_trust_policy_shows_the_id_of_a_principal_that_is_gone() {
    let mut lab = Lab::new();
    let user = lab.iam("CreateUser", json!({"UserName": "dev"}));
    let id = user["User"]["UserId"].as_str().unwrap().to_owned();
    let trust = policy_for(json!({"AWS": ["arn:aws:iam::111122223333:user/dev"]}), "sts:AssumeRole").to_string();
    lab.iam("CreateRole", json!({"RoleName": "r", "AssumeRolePolicyDocument": trust}));
    let principal = |lab: &mut Lab| {
        let role = lab.iam("GetRole", json!({"RoleName": "r"}));
        role["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"][0].as_str().unwrap().to_owned()
    };
    assert_eq!(principal(&mut lab), "arn:aws:iam::111122223333:user/dev");
    lab.iam("DeleteUser", json!({"UserName": "dev"}));
    assert_eq!(principal(&mut lab), id);
}

#[test]
fn policies_of_aws_can_be_read_and_not_changed() {
    let mut lab = Lab::new();
    let arn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly";
    let policy = lab.iam("GetPolicy", json!({"PolicyArn": arn}));
    assert_eq!(policy["Policy"]["DefaultVersionId"], "v1");
    assert_eq!(policy["Policy"]["Tags"], json!([]));
    let version = lab.iam("GetPolicyVersion", json!({"PolicyArn": arn, "VersionId": "v1"}));
    let actions = &version["PolicyVersion"]["Document"]["Statement"][0]["Action"];
    assert_eq!(actions.as_array().unwrap().len(), 4);
    assert_eq!(lab.iam_error("DeletePolicy", json!({"PolicyArn": arn})).0, "AccessDenied");
    let local = lab.iam("ListPolicies", json!({"Scope": "Local"}));
    assert_eq!(local, json!({"Policies": []}));
}

#[test]
fn lists_come_in_pages() {
    let mut lab = Lab::new();
    for name in ["a", "b", "c"] {
        lab.iam("CreateUser", json!({"UserName": name}));
    }
    let first = lab.iam("ListUsers", json!({"MaxItems": 3}));
    assert_eq!(first["Users"].as_array().unwrap().len(), 3);
    let rest = lab.iam("ListUsers", json!({"MaxItems": 3, "Marker": first["Marker"]}));
    assert_eq!(rest["Users"][0]["UserName"], "c");
    assert!(rest.get("Marker").is_none());
}

#[test]
fn the_same_seed_gives_the_same_ids() {
    let make = || with_role("r").iam("GetRole", json!({"RoleName": "r"}));
    assert_eq!(make(), make());
}

#[test]
fn a_failed_request_changes_nothing() {
    let mut lab = Lab::new();
    lab.iam("CreateUser", json!({"UserName": "dev"}));
    let before = lab.iam("GetUser", json!({"UserName": "dev"}));
    let bad = json!({"UserName": "dev", "PolicyName": "p", "PolicyDocument": "{"});
    assert!(lab.call(Service::Iam, "PutUserPolicy", bad).is_err());
    assert_eq!(lab.iam("ListUserPolicies", json!({"UserName": "dev"})), json!({"PolicyNames": []}));
    assert_eq!(lab.iam("GetUser", json!({"UserName": "dev"})), before);
}

#[test]
fn tags_are_set_listed_and_removed_and_are_condition_keys() {
    let mut lab = with_role("r");
    lab.iam(
        "TagRole",
        json!({"RoleName": "r", "Tags": [{"Key": "team", "Value": "core"}, {"Key": "env", "Value": "dev"}]}),
    );
    lab.iam("TagRole", json!({"RoleName": "r", "Tags": [{"Key": "Env", "Value": "prod"}]}));
    let tags = lab.iam("ListRoleTags", json!({"RoleName": "r"}));
    assert_eq!(tags, json!({"Tags": [{"Key": "Env", "Value": "prod"}, {"Key": "team", "Value": "core"}]}));
    let condition = json!({"StringEquals": {"aws:ResourceTag/team": "core"}});
    let statement = json!({"Effect": "Allow", "Action": "iam:GetRole", "Resource": "*", "Condition": condition});
    let dev = lab.user("dev", Some(super::policy(statement)));
    assert!(lab.call_as(&dev, Service::Iam, "GetRole", json!({"RoleName": "r"})).is_ok());
    lab.iam("UntagRole", json!({"RoleName": "r", "TagKeys": ["TEAM"]}));
    assert!(lab.call_as(&dev, Service::Iam, "GetRole", json!({"RoleName": "r"})).is_err());
    let twice = json!({"UserName": "dev", "Tags": [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]});
    let answer = lab.iam_error("TagUser", twice);
    check(answer, "InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.");

    let arn = lab.iam("CreatePolicy", json!({"PolicyName": "P", "PolicyDocument": allow("ecr:*", "*").to_string()}))["Policy"]["Arn"]
        .clone();
    lab.iam("TagPolicy", json!({"PolicyArn": arn, "Tags": [{"Key": "k", "Value": "v"}]}));
    assert_eq!(lab.iam("ListPolicyTags", json!({"PolicyArn": arn}))["Tags"][0]["Value"], "v");
    let aws = "arn:aws:iam::aws:policy/AdministratorAccess";
    let (code, _) = lab.iam_error("TagPolicy", json!({"PolicyArn": aws, "Tags": [{"Key": "k", "Value": "v"}]}));
    assert_eq!(code, "AccessDenied");
    lab.iam("CreateInstanceProfile", json!({"InstanceProfileName": "i"}));
    lab.iam("TagInstanceProfile", json!({"InstanceProfileName": "i", "Tags": [{"Key": "k", "Value": "v"}]}));
    lab.iam("UntagInstanceProfile", json!({"InstanceProfileName": "i", "TagKeys": ["k"]}));
    assert_eq!(lab.iam("ListInstanceProfileTags", json!({"InstanceProfileName": "i"})), json!({"Tags": []}));
}

#[test]
fn a_user_or_group_that_is_renamed_keeps_what_it_has() {
    let mut lab = Lab::new();
    lab.user("dev", Some(allow("ecr:*", "*")));
    lab.iam("CreateAccessKey", json!({"UserName": "dev"}));
    lab.iam("CreateGroup", json!({"GroupName": "g"}));
    lab.iam("AddUserToGroup", json!({"GroupName": "g", "UserName": "dev"}));
    lab.iam("UpdateUser", json!({"UserName": "dev", "NewUserName": "ops", "NewPath": "/team/"}));
    lab.iam("UpdateGroup", json!({"GroupName": "g", "NewGroupName": "G2"}));
    let user = lab.iam("GetUser", json!({"UserName": "ops"}));
    assert_eq!(user["User"]["Arn"], "arn:aws:iam::111122223333:user/team/ops");
    assert_eq!(lab.iam("ListGroupsForUser", json!({"UserName": "ops"}))["Groups"][0]["GroupName"], "G2");
    assert_eq!(lab.iam("ListAccessKeys", json!({"UserName": "ops"}))["AccessKeyMetadata"][0]["UserName"], "ops");
    assert_eq!(lab.iam("ListUserPolicies", json!({"UserName": "ops"}))["PolicyNames"], json!(["p"]));
    check(
        lab.iam_error("GetUser", json!({"UserName": "dev"})),
        "NoSuchEntity",
        "The user with name dev cannot be found.",
    );
    let answer = lab.iam_error("UpdateUser", json!({"UserName": "ops", "NewUserName": "admin"}));
    check(answer, "EntityAlreadyExists", "User with name admin already exists.");
}

#[test]
fn the_account_is_counted_and_has_one_alias() {
    let mut lab = with_role("r");
    let before = lab.iam("GetAccountSummary", json!({}))["SummaryMap"].clone();
    assert_eq!((&before["Users"], &before["Roles"], &before["UsersQuota"]), (&json!(1), &json!(1), &json!(5000)));
    lab.iam("CreateUser", json!({"UserName": "dev"}));
    assert_eq!(lab.iam("GetAccountSummary", json!({}))["SummaryMap"]["Users"], 2);
    lab.iam("CreateAccountAlias", json!({"AccountAlias": "first"}));
    lab.iam("CreateAccountAlias", json!({"AccountAlias": "team-registry"}));
    assert_eq!(lab.iam("ListAccountAliases", json!({})), json!({"AccountAliases": ["team-registry"]}));
    for wrong in ["-x-", "Team", "a--b"] {
        assert_eq!(lab.iam_error("CreateAccountAlias", json!({"AccountAlias": wrong})).0, "ValidationError", "{wrong}");
    }
    lab.iam("DeleteAccountAlias", json!({"AccountAlias": "team-registry"}));
    assert_eq!(lab.iam("ListAccountAliases", json!({}))["AccountAliases"], json!([]));
}

#[test]
fn a_service_linked_role_is_its_services_own() {
    let mut lab = Lab::new();
    let made = lab.iam("CreateServiceLinkedRole", json!({"AWSServiceName": "pullthroughcache.ecr.amazonaws.com"}));
    let role = "AWSServiceRoleForECRPullThroughCache";
    assert_eq!(
        made["Role"]["Arn"],
        format!("arn:aws:iam::111122223333:role/aws-service-role/pullthroughcache.ecr.amazonaws.com/{role}")
    );
    let attached = lab.iam("ListAttachedRolePolicies", json!({"RoleName": role}));
    assert_eq!(attached["AttachedPolicies"][0]["PolicyName"], "AWSECRPullThroughCache_ServiceRolePolicy");
    let protected =
        format!("Cannot perform the operation on the protected role '{role}' - this role is only modifiable by AWS");
    let admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    for (operation, input) in [
        ("DeleteRole", json!({"RoleName": role})),
        ("AttachRolePolicy", json!({"RoleName": role, "PolicyArn": admin})),
        ("PutRolePolicy", json!({"RoleName": role, "PolicyName": "p", "PolicyDocument": allow("*", "*").to_string()})),
        ("PutRolePermissionsBoundary", json!({"RoleName": role, "PermissionsBoundary": admin})),
        ("UpdateAssumeRolePolicy", json!({"RoleName": role, "PolicyDocument": trust()})),
        ("UpdateRole", json!({"RoleName": role})),
    ] {
        check(lab.iam_error(operation, input), "UnmodifiableEntity", &protected);
    }
    let (code, _) = lab.iam_error("CreateServiceLinkedRole", json!({"AWSServiceName": "nosuch.amazonaws.com"}));
    assert_eq!(code, "InvalidInput");
    let task = lab.iam("DeleteServiceLinkedRole", json!({"RoleName": role}))["DeletionTaskId"].clone();
    let status = lab.iam("GetServiceLinkedRoleDeletionStatus", json!({"DeletionTaskId": task}));
    assert_eq!(status, json!({"Status": "SUCCEEDED"}));
    assert_eq!(lab.iam_error("GetRole", json!({"RoleName": role})).0, "NoSuchEntity");
    // Full access to ECR includes making the role for replication, and no other.
    let dev = lab.user("dev", None);
    let full = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryFullAccess";
    lab.iam("AttachUserPolicy", json!({"UserName": "dev", "PolicyArn": full}));
    for (service, allowed) in [("replication.ecr.amazonaws.com", true), ("ecs.amazonaws.com", false)] {
        let answer = lab.call_as(&dev, Service::Iam, "CreateServiceLinkedRole", json!({"AWSServiceName": service}));
        assert_eq!(answer.is_ok(), allowed, "{service}");
    }
}

#[test]
fn a_key_tells_when_its_user_last_signed() {
    let mut lab = Lab::new();
    let dev = lab.user("dev", None);
    let id = lab.iam("CreateAccessKey", json!({"UserName": "dev"}))["AccessKey"]["AccessKeyId"].clone();
    let used = lab.iam("GetAccessKeyLastUsed", json!({"AccessKeyId": id}));
    assert_eq!(used, json!({"UserName": "dev", "AccessKeyLastUsed": {"ServiceName": "N/A", "Region": "N/A"}}));
    let _ = lab.call_as(&dev, Service::Ecr, "DescribeRepositories", json!({}));
    let used = lab.iam("GetAccessKeyLastUsed", json!({"AccessKeyId": id}))["AccessKeyLastUsed"].clone();
    assert_eq!((&used["ServiceName"], &used["Region"]), (&json!("ecr"), &json!("ap-northeast-2")));
}
