//! Organizations in the world: service and resource control policies at every level, and the keys that name them.

use ecr_quest::cloud::iam::{StepKind, Verdict};
use ecr_quest::cloud::organizations::{ControlSpec, Organization, OrganizationSpec, UnitSpec};
use ecr_quest::cloud::{AccountId, Caller, Principal, Service};
use serde_json::{Value, json};

use super::{FOREIGN, Lab, admin, allow, app, caller, policy, policy_for, user};

/// The home account in the unit `work`; the foreign one at the root, beside the management account.
fn organize(lab: &mut Lab, at_root: ControlSpec, at_work: ControlSpec) {
    let home = [(AccountId::home(), ControlSpec::default())].into();
    let foreign = [(FOREIGN.parse().unwrap(), ControlSpec::default())].into();
    let work = UnitSpec { name: "work".into(), policies: at_work, accounts: home, units: Vec::new() };
    let root = UnitSpec { name: String::new(), policies: at_root, accounts: foreign, units: vec![work] };
    let spec = OrganizationSpec { id: "o-exampleorgid".into(), management: "999900001111".parse().unwrap(), root };
    lab.cloud.set_organization(Organization::new(&spec).unwrap());
}

fn service_control(policy: &Value) -> ControlSpec {
    ControlSpec { service_control: [("Limit".to_owned(), policy.to_string())].into(), ..ControlSpec::default() }
}

fn resource_control(policy: &Value) -> ControlSpec {
    ControlSpec { resource_control: [("Limit".to_owned(), policy.to_string())].into(), ..ControlSpec::default() }
}

fn deny(action: &str) -> Value {
    policy(json!({"Effect": "Deny", "Action": action, "Resource": "*"}))
}

#[test]
fn full_access_limits_nobody_until_it_is_detached() {
    let mut lab = Lab::new();
    organize(&mut lab, ControlSpec::default(), ControlSpec::default());
    lab.check(&admin(), "allowed");
    let only_s3 = ControlSpec { full_access: false, ..service_control(&allow("s3:*", "*")) };
    organize(&mut lab, ControlSpec::default(), only_s3);
    lab.check(&admin(), "because no service control policy allows the ecr:BatchGetImage action");
    let decision = lab.decide(&admin(), "ecr:BatchGetImage", Some(app()));
    let step = decision.step(StepKind::ServiceControl).unwrap();
    let levels: Vec<_> =
        step.policies.iter().map(|found| (found.policy.holder.as_ref(), found.policy.name.as_ref())).collect();
    assert_eq!(levels, [("Root", "FullAWSAccess"), ("work", "Limit"), ("111122223333", "FullAWSAccess")]);
    assert_eq!(step.verdict, Verdict::DoesNotAllow);
}

#[test]
fn a_deny_of_the_organization_wins_even_over_root() {
    let mut lab = Lab::new();
    organize(&mut lab, service_control(&deny("ecr:*")), ControlSpec::default());
    lab.check(&admin(), "with an explicit deny in a service control policy");
    let root = caller(Principal::Root { account: AccountId::home() });
    lab.check(&root, "with an explicit deny in a service control policy");
    let error = lab.call(Service::Ecr, "GetAuthorizationToken", json!({})).unwrap_err();
    assert!(error.message.ends_with("with an explicit deny in a service control policy"), "{error}");
}

#[test]
fn each_account_is_limited_by_its_own_levels() {
    let mut lab = Lab::new();
    organize(&mut lab, ControlSpec::default(), service_control(&deny("ecr:*")));
    lab.repository_policy_of_root(&policy_for(json!({"AWS": FOREIGN}), "ecr:BatchGetImage"));
    lab.check(&admin(), "with an explicit deny in a service control policy");
    // What limits the home account does not limit others, even on its resources.
    lab.check(&caller(user(FOREIGN, "admin")), "allowed");
}

#[test]
fn the_management_account_is_not_limited() {
    let mut lab = Lab::new();
    let management: AccountId = "999900001111".parse().unwrap();
    ecr_quest::cloud::iam::create_administrator(&mut lab.cloud, &management, "admin");
    organize(&mut lab, service_control(&deny("*")), ControlSpec::default());
    let boss = caller(user("999900001111", "admin"));
    lab.check_action(&boss, "ecr:GetAuthorizationToken", None, "allowed");
}

#[test]
fn service_linked_roles_are_not_limited() {
    let mut lab = Lab::new();
    lab.iam("CreateServiceLinkedRole", json!({"AWSServiceName": "replication.ecr.amazonaws.com"}));
    organize(&mut lab, service_control(&deny("*")), resource_control(&policy_for(json!("*"), "ecr:*").clone_deny()));
    let role = "AWSServiceRoleForECRReplication".to_owned();
    let session = caller(Principal::Session { account: AccountId::home(), role, session: "s".into() });
    lab.check_action(&session, "ecr:ReplicateImage", Some(app()), "allowed");
    lab.check(&admin(), "with an explicit deny in a service control policy");
}

#[test]
fn resource_control_policies_limit_who_comes_from_outside() {
    let mut lab = Lab::new();
    lab.repository_policy(&policy_for(json!({"AWS": FOREIGN}), "ecr:*"));
    let perimeter = policy(json!({
        "Effect": "Deny", "Principal": "*", "Action": "ecr:*", "Resource": "*",
        "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalAccount": "111122223333"}},
    }));
    organize(&mut lab, ControlSpec::default(), resource_control(&perimeter));
    lab.check(&admin(), "allowed");
    let foreign = caller(user(FOREIGN, "admin"));
    lab.check(&foreign, "with an explicit deny in a resource control policy");
    // IAM's resources are not limited by such policies.
    let role = ecr_quest::cloud::Arn::new("iam", "", "111122223333", "role/x");
    lab.check_action(&admin(), "iam:GetRole", Some(role), "allowed");
}

#[test]
fn a_repository_can_be_opened_to_an_organization() {
    let mut lab = Lab::new();
    let foreign = caller(user(FOREIGN, "admin"));
    let for_all = |condition: Value| {
        policy(json!({"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage", "Condition": condition}))
    };
    let by_id = for_all(json!({"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}));
    lab.repository_policy(&by_id);
    lab.check(&foreign, "because no resource-based policy allows the ecr:BatchGetImage action");
    organize(&mut lab, ControlSpec::default(), ControlSpec::default());
    lab.check(&foreign, "allowed");
    let below_work =
        json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-exampleorgid/r-exam/ou-exam-00000001/*"}});
    lab.repository_policy(&for_all(below_work));
    lab.check(&foreign, "because no resource-based policy allows the ecr:BatchGetImage action");
    lab.check(&admin(), "allowed");
}

/// The same statements, denying.
trait CloneDeny {
    fn clone_deny(&self) -> Value;
}

impl CloneDeny for Value {
    fn clone_deny(&self) -> Value {
        let mut policy = self.clone();
        policy["Statement"][0]["Effect"] = json!("Deny");
        policy["Statement"][0]["Resource"] = json!("*");
        policy
    }
}

impl Lab {
    /// Sets the repository policy before any limit of the organization is asked.
    fn repository_policy_of_root(&mut self, policy: &Value) {
        let organization = self.cloud.organization().cloned();
        let mut free = self.cloud.clone();
        free.set_organization(
            Organization::new(&OrganizationSpec {
                id: "o-exampleorgid".into(),
                management: AccountId::home(),
                root: UnitSpec::default(),
            })
            .unwrap(),
        );
        self.cloud = free;
        self.repository_policy(policy);
        if let Some(organization) = organization {
            self.cloud.set_organization(organization);
        }
    }
}

#[test]
fn a_session_of_the_home_account_keeps_its_limits_abroad() {
    let mut lab = Lab::new();
    let session: Caller = lab.role("Puller", Some(allow("ecr:*", "*")));
    organize(&mut lab, ControlSpec::default(), service_control(&deny("ecr:BatchGetImage")));
    let foreign_repository = ecr_quest::cloud::Arn::new("ecr", "ap-northeast-2", FOREIGN, "repository/x");
    let expected = "with an explicit deny in a service control policy";
    lab.check_action(&session, "ecr:BatchGetImage", Some(foreign_repository), expected);
}
