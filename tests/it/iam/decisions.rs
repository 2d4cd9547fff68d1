//! Worked cases of the evaluation logic.
//! Source: IAM User Guide, "Policy evaluation logic" and "Cross-account policy evaluation logic".

use ecr_quest::cloud::iam::{self, Element, Outcome, StepKind, Verdict};
use ecr_quest::cloud::{AccountId, Arn, Principal, Service};
use serde_json::{Value, json};

use super::{FOREIGN, Lab, admin, allow, app, caller, policy, policy_for, user};

const NO_IDENTITY: &str = "because no identity-based policy allows the ecr:BatchGetImage action";
const NO_RESOURCE: &str = "because no resource-based policy allows the ecr:BatchGetImage action";
const NO_BOUNDARY: &str = "because no permissions boundary allows the ecr:BatchGetImage action";

fn dev_arn() -> Value {
    json!({"AWS": "arn:aws:iam::111122223333:user/dev"})
}

#[test]
fn without_any_policy_nothing_is_allowed() {
    let mut lab = Lab::new();
    let dev = lab.user("dev", None);
    lab.check(&dev, NO_IDENTITY);
}

#[test]
fn an_allow_in_an_identity_policy_is_enough() {
    let mut lab = Lab::new();
    let dev = lab.user("dev", Some(allow("ecr:*", "*")));
    lab.check(&dev, "allowed");
}

#[test]
fn a_deny_in_the_repository_policy_beats_an_identity_allow() {
    let mut lab = Lab::new();
    let dev = lab.user("dev", Some(allow("ecr:*", "*")));
    lab.repository_policy(&policy(json!([{"Effect": "Deny", "Principal": "*", "Action": "ecr:BatchGetImage"}])));
    lab.check(&dev, "with an explicit deny in a resource-based policy");
}

#[test]
fn a_repository_policy_that_names_the_user_is_enough_but_not_for_login() {
    let mut lab = Lab::new();
    let dev = lab.user("dev", None);
    lab.repository_policy(&policy_for(dev_arn(), "ecr:BatchGetImage"));
    lab.check(&dev, "allowed");
    let login = "because no identity-based policy allows the ecr:GetAuthorizationToken action";
    lab.check_action(&dev, "ecr:GetAuthorizationToken", None, login);
}

#[test]
fn a_repository_policy_that_names_the_own_account_only_delegates() {
    let mut lab = Lab::new();
    let dev = lab.user("dev", None);
    lab.repository_policy(&policy_for(json!({"AWS": "arn:aws:iam::111122223333:root"}), "ecr:*"));
    lab.check(&dev, NO_IDENTITY);
    let decision = lab.decide(&dev, "ecr:BatchGetImage", Some(app()));
    assert_eq!(decision.step(StepKind::Resource).unwrap().verdict, Verdict::Delegates);
}

#[test]
fn everyone_in_a_repository_policy_is_everyone() {
    let mut lab = Lab::new();
    let dev = lab.user("dev", None);
    lab.repository_policy(&policy_for(json!("*"), "ecr:BatchGetImage"));
    lab.check(&dev, "allowed");
}

#[test]
fn another_account_needs_both_its_own_policy_and_the_repositorys() {
    let mut lab = Lab::new();
    let foreign = caller(user(FOREIGN, "admin"));
    lab.check(&foreign, NO_RESOURCE);
    lab.repository_policy(&policy_for(json!({"AWS": FOREIGN}), "ecr:BatchGetImage"));
    lab.check(&foreign, "allowed");
    // A user without policies of its own account.
    lab.check(&caller(user(FOREIGN, "nobody")), NO_IDENTITY);
}

#[test]
fn another_accounts_user_named_in_person_still_needs_its_own_policy() {
    let mut lab = Lab::new();
    lab.repository_policy(&policy_for(json!({"AWS": format!("arn:aws:iam::{FOREIGN}:user/admin")}), "ecr:*"));
    lab.check(&caller(user(FOREIGN, "admin")), "allowed");
    let detach = json!({"UserName": "admin", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"});
    let foreign_root = caller(Principal::Root { account: FOREIGN.parse().unwrap() });
    lab.call_as(&foreign_root, Service::Iam, "DetachUserPolicy", detach).unwrap();
    lab.check(&caller(user(FOREIGN, "admin")), NO_IDENTITY);
}

fn with_boundary(lab: &mut Lab, kind: &str, name: &str) {
    let arn = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";
    let input = json!({format!("{kind}Name"): name, "PermissionsBoundary": arn});
    lab.iam(&format!("Put{kind}PermissionsBoundary"), input);
}

#[test]
fn a_permissions_boundary_limits_identity_policies() {
    let mut lab = Lab::new();
    let dev = lab.user("dev", Some(allow("ecr:*", "*")));
    with_boundary(&mut lab, "User", "dev");
    lab.check(&dev, NO_BOUNDARY);
}

#[test]
fn a_permissions_boundary_does_not_limit_what_a_repository_gives_the_user_itself() {
    let mut lab = Lab::new();
    let dev = lab.user("dev", None);
    with_boundary(&mut lab, "User", "dev");
    lab.repository_policy(&policy_for(dev_arn(), "ecr:BatchGetImage"));
    lab.check(&dev, "allowed");
}

#[test]
fn a_permissions_boundary_limits_what_a_repository_gives_a_role_but_not_a_session() {
    let mut lab = Lab::new();
    let session = lab.role("Puller", None);
    lab.repository_policy(&policy_for(json!({"AWS": "arn:aws:iam::111122223333:role/Puller"}), "ecr:BatchGetImage"));
    lab.check(&session, "allowed");
    with_boundary(&mut lab, "Role", "Puller");
    lab.check(&session, NO_BOUNDARY);
    let session_arn = json!({"AWS": "arn:aws:sts::111122223333:assumed-role/Puller/s1"});
    lab.repository_policy(&policy_for(session_arn, "ecr:BatchGetImage"));
    lab.check(&session, "allowed");
}

#[test]
fn the_root_user_may_do_everything_that_nothing_denies() {
    let mut lab = Lab::new();
    let root = caller(Principal::Root { account: AccountId::home() });
    lab.check(&root, "allowed");
    lab.repository_policy(&policy(json!({"Effect": "Deny", "Principal": "*", "Action": "ecr:*"})));
    lab.check(&root, "with an explicit deny in a resource-based policy");
}

#[test]
fn an_action_without_resource_is_not_allowed_by_a_statement_that_names_one() {
    let mut lab = Lab::new();
    let dev = lab.user("dev", Some(allow("ecr:*", app().as_str())));
    lab.check(&dev, "allowed");
    let login = "because no identity-based policy allows the ecr:GetAuthorizationToken action";
    lab.check_action(&dev, "ecr:GetAuthorizationToken", None, login);
    let decision = lab.decide(&dev, "ecr:GetAuthorizationToken", None);
    let near = decision.step(StepKind::Identity).unwrap().policies[0].near.clone().unwrap();
    assert_eq!((near.statement, near.element), (0, Element::Resource));
}

#[test]
fn not_action_allows_all_but_the_list() {
    let mut lab = Lab::new();
    let statement = json!({"Effect": "Allow", "NotAction": "ecr:DeleteRepository", "Resource": "*"});
    let dev = lab.user("dev", Some(policy(statement)));
    lab.check_action(&dev, "ecr:BatchDeleteImage", Some(app()), "allowed");
    lab.check_action(&dev, "iam:CreateUser", None, "allowed");
    let denied = "because no identity-based policy allows the ecr:DeleteRepository action";
    lab.check_action(&dev, "ecr:DeleteRepository", Some(app()), denied);
}

#[test]
fn a_star_in_a_resource_spans_slashes_and_is_kept_to_its_part() {
    let mut lab = Lab::new();
    let arn = |name: &str| Some(Arn::new("ecr", "ap-northeast-2", "111122223333", &format!("repository/{name}")));
    let dev = lab.user("dev", Some(allow("ECR:batchgetimage", "arn:aws:ecr:*:111122223333:repository/app*")));
    lab.check_action(&dev, "ecr:BatchGetImage", arn("app"), "allowed");
    lab.check_action(&dev, "ecr:BatchGetImage", arn("app/web"), "allowed");
    lab.check_action(&dev, "ecr:BatchGetImage", arn("ap"), NO_IDENTITY);
    let wide = lab.user("wide", Some(allow("ecr:BatchGetImage", "arn:aws:*:repository/app")));
    lab.check_action(&wide, "ecr:BatchGetImage", arn("app"), NO_IDENTITY);
}

#[test]
fn groups_give_their_policies_to_their_members() {
    let mut lab = Lab::new();
    let dev = lab.user("dev", None);
    lab.iam("CreateGroup", json!({"GroupName": "pullers"}));
    let arn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly";
    lab.iam("AttachGroupPolicy", json!({"GroupName": "pullers", "PolicyArn": arn}));
    lab.check(&dev, NO_IDENTITY);
    lab.iam("AddUserToGroup", json!({"GroupName": "pullers", "UserName": "dev"}));
    lab.check(&dev, "allowed");
    lab.iam("RemoveUserFromGroup", json!({"GroupName": "pullers", "UserName": "dev"}));
    lab.check(&dev, NO_IDENTITY);
}

#[test]
fn a_denied_request_gets_the_whole_message_of_aws_through_the_door() {
    let mut lab = Lab::new();
    let dev = lab.user("dev", None);
    let error = lab.call_as(&dev, Service::Ecr, "GetAuthorizationToken", json!({})).unwrap_err();
    assert_eq!(error.code, "AccessDeniedException");
    assert_eq!(
        error.message,
        "User: arn:aws:iam::111122223333:user/dev is not authorized to perform: ecr:GetAuthorizationToken on resource: * \
         because no identity-based policy allows the ecr:GetAuthorizationToken action"
    );
    let error = lab.call_as(&dev, Service::Iam, "CreateUser", json!({"UserName": "x"})).unwrap_err();
    assert_eq!(error.code, "AccessDenied");
    assert!(error.message.contains("on resource: arn:aws:iam::111122223333:user/x because"), "{error}");
}

#[test]
fn the_trace_names_the_statement_that_settled_it_and_stops_there() {
    let mut lab = Lab::new();
    let document = policy(json!([
        {"Sid": "Login", "Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
        {"Sid": "Pull", "Effect": "Allow", "Action": "ecr:Batch*", "Resource": "*"},
        {"Sid": "NotHere", "Effect": "Deny", "Action": "ecr:BatchDeleteImage", "Resource": "*"},
    ]));
    let dev = lab.user("dev", Some(document));
    let allowed = lab.decide(&dev, "ecr:BatchGetImage", Some(app()));
    assert_eq!((allowed.outcome, allowed.settled_by), (Outcome::Allow, StepKind::Identity));
    let settled = allowed.settling().next().unwrap();
    assert_eq!((settled.statement, settled.sid.as_deref()), (Some(1), Some("Pull")));

    let denied = lab.decide(&dev, "ecr:BatchDeleteImage", Some(app()));
    assert_eq!((denied.outcome, denied.settled_by), (Outcome::ExplicitDeny, StepKind::ExplicitDeny));
    assert_eq!(denied.settling().next().unwrap().sid.as_deref(), Some("NotHere"));
    assert!(denied.steps.iter().skip(1).all(|step| step.verdict == Verdict::NotReached));

    let kinds: Vec<_> = allowed.steps.iter().map(|step| (step.kind, step.verdict)).collect();
    assert_eq!(
        kinds,
        [
            (StepKind::ExplicitDeny, Verdict::NothingDenies),
            (StepKind::ResourceControl, Verdict::NotSet),
            (StepKind::ServiceControl, Verdict::NotSet),
            (StepKind::Resource, Verdict::NotSet),
            (StepKind::Identity, Verdict::Allows),
            (StepKind::Boundary, Verdict::NotSet),
            (StepKind::Session, Verdict::NotSet),
        ]
    );
}

#[test]
fn what_a_role_can_do_is_asked_without_a_session() {
    let mut lab = Lab::new();
    lab.role("Puller", Some(allow("ecr:BatchGetImage", "*")));
    let role: Arn = "arn:aws:iam::111122223333:role/Puller".parse().unwrap();
    let can = |lab: &Lab, who: &Arn, action| iam::decide_as(&lab.cloud, who, action, Some(&app())).is_allowed();
    assert!(can(&lab, &role, "ecr:BatchGetImage"));
    assert!(!can(&lab, &role, "ecr:BatchDeleteImage"));
    let session: Arn = "arn:aws:sts::111122223333:assumed-role/Puller/i-1".parse().unwrap();
    assert!(can(&lab, &session, "ecr:BatchGetImage"));
    let nobody: Arn = "arn:aws:iam::111122223333:role/Nobody".parse().unwrap();
    assert!(!can(&lab, &nobody, "ecr:BatchGetImage"));
    let nonsense: Arn = "arn:aws:s3:::bucket".parse().unwrap();
    assert!(!can(&lab, &nonsense, "ecr:BatchGetImage"));
}

#[test]
fn a_service_assumes_a_role_only_if_the_trust_policy_names_it() {
    let mut lab = Lab::new();
    let trust = policy_for(json!({"Service": "ecs-tasks.amazonaws.com"}), "sts:AssumeRole").to_string();
    lab.iam("CreateRole", json!({"RoleName": "Execution", "Path": "/svc/", "AssumeRolePolicyDocument": trust}));
    let role: Arn = "arn:aws:iam::111122223333:role/svc/Execution".parse().unwrap();
    assert!(iam::can_assume(&lab.cloud, "ecs-tasks.amazonaws.com", &role).is_allowed());
    assert!(!iam::can_assume(&lab.cloud, "ec2.amazonaws.com", &role).is_allowed());
    let pathless: Arn = "arn:aws:iam::111122223333:role/Execution".parse().unwrap();
    assert!(!iam::can_assume(&lab.cloud, "ecs-tasks.amazonaws.com", &pathless).is_allowed());
}

#[test]
fn passing_a_role_is_a_permission_that_may_be_bound_to_a_service() {
    let mut lab = Lab::new();
    let role: Arn = "arn:aws:iam::111122223333:role/Execution".parse().unwrap();
    let condition = json!({"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}});
    let statement =
        json!({"Effect": "Allow", "Action": "iam:PassRole", "Resource": role.as_str(), "Condition": condition});
    let dev = lab.user("dev", Some(policy(statement)));
    let ask = |service| iam::decide(&lab.cloud, &dev, &iam::pass_role(role.clone(), service));
    assert!(ask("ecs-tasks.amazonaws.com").is_allowed());
    let denied = ask("ec2.amazonaws.com");
    assert!(denied.message().ends_with("because no identity-based policy allows the iam:PassRole action"));
    let near = denied.step(StepKind::Identity).unwrap().policies[0].near.clone().unwrap();
    assert_eq!(near.element, Element::Condition);
}

#[test]
fn a_principal_made_again_under_the_same_name_is_another_one() {
    let mut lab = Lab::new();
    let dev = lab.user("dev", None);
    lab.repository_policy(&policy_for(dev_arn(), "ecr:BatchGetImage"));
    lab.check(&dev, "allowed");
    lab.iam("DeleteUser", json!({"UserName": "dev"}));
    lab.user("dev", None);
    lab.check(&dev, NO_IDENTITY);
}

#[test]
fn an_administrator_may_do_everything() {
    let lab = Lab::new();
    lab.check(&admin(), "allowed");
    lab.check_action(&admin(), "iam:CreateUser", None, "allowed");
}
