//! IAM and STS: decisions, their messages, documents that are refused, operations and sessions.

mod conditions;
mod corpus;
mod decisions;
mod documents;
mod entities;
mod federation;
mod organization;
mod properties;
mod questions;
mod sessions;
mod simulator;
mod why;

use ecr_quest::cloud::iam::{self, Decision};
use ecr_quest::cloud::{AccountId, ApiError, Arn, Authorization, Caller, Cloud, Origin, Principal, Region, Service};
use serde_json::{Value, json};

/// Two accounts with an administrator each: the home account, and a foreign one.
struct Lab {
    cloud: Cloud,
}

const FOREIGN: &str = "444455556666";

impl Lab {
    fn new() -> Self {
        let mut cloud = Cloud::new(7);
        iam::create_administrator(&mut cloud, &AccountId::home(), "admin");
        iam::create_administrator(&mut cloud, &FOREIGN.parse().unwrap(), "admin");
        let mut lab = Self { cloud };
        lab.ok(Service::Ecr, "CreateRepository", json!({"repositoryName": "app"}));
        lab
    }

    /// A request of the home account's administrator.
    fn call(&mut self, service: Service, operation: &str, input: Value) -> Result<Value, ApiError> {
        self.call_as(&admin(), service, operation, input)
    }

    fn call_as(&mut self, by: &Caller, service: Service, operation: &str, input: Value) -> Result<Value, ApiError> {
        self.cloud.call_wire(by, service, operation, input).unwrap()
    }

    #[track_caller]
    fn ok(&mut self, service: Service, operation: &str, input: Value) -> Value {
        self.call(service, operation, input).unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    #[track_caller]
    fn iam(&mut self, operation: &str, input: Value) -> Value {
        self.ok(Service::Iam, operation, input)
    }

    /// What IAM says to a request that must fail.
    #[track_caller]
    fn iam_error(&mut self, operation: &str, input: Value) -> (String, String) {
        let error = self.call(Service::Iam, operation, input).expect_err("the request must fail");
        (error.code.into_owned(), error.message)
    }

    /// A user of the home account with one inline policy.
    fn user(&mut self, name: &str, policy: Option<Value>) -> Caller {
        self.iam("CreateUser", json!({"UserName": name}));
        if let Some(policy) = policy {
            let document = policy.to_string();
            self.iam("PutUserPolicy", json!({"UserName": name, "PolicyName": "p", "PolicyDocument": document}));
        }
        caller(user(AccountId::home().as_str(), name))
    }

    /// A role of the home account that the account itself may assume, with one inline policy.
    fn role(&mut self, name: &str, policy: Option<Value>) -> Caller {
        let trust = policy_for(json!({"AWS": "111122223333"}), "sts:AssumeRole");
        self.iam("CreateRole", json!({"RoleName": name, "AssumeRolePolicyDocument": trust.to_string()}));
        if let Some(policy) = policy {
            let document = policy.to_string();
            self.iam("PutRolePolicy", json!({"RoleName": name, "PolicyName": "p", "PolicyDocument": document}));
        }
        caller(Principal::Session { account: AccountId::home(), role: name.into(), session: "s1".into() })
    }

    fn repository_policy(&mut self, policy: &Value) {
        let input = json!({"repositoryName": "app", "policyText": policy.to_string(), "force": true});
        self.ok(Service::Ecr, "SetRepositoryPolicy", input);
    }

    fn decide(&self, by: &Caller, action: &'static str, resource: Option<Arn>) -> Decision {
        iam::decide(&self.cloud, by, &Authorization { action, resource, context: Vec::new() })
    }

    /// Whether a pull of `app` is allowed, or the end of the message that says why not.
    #[track_caller]
    fn check(&self, by: &Caller, expected: &str) {
        self.check_action(by, "ecr:BatchGetImage", Some(app()), expected);
    }

    #[track_caller]
    fn check_action(&self, by: &Caller, action: &'static str, resource: Option<Arn>, expected: &str) {
        let decision = self.decide(by, action, resource);
        let answer = if decision.is_allowed() {
            "allowed".to_owned()
        } else {
            let message = decision.message();
            let at = message.find(" because ").or_else(|| message.find(" with an ")).unwrap();
            message[at + 1..].to_owned()
        };
        assert_eq!(answer, expected, "{decision:#?}");
    }
}

fn admin() -> Caller {
    caller(user(AccountId::home().as_str(), "admin"))
}

fn caller(principal: Principal) -> Caller {
    Caller { principal, region: Region::home(), origin: Origin::Laptop }
}

fn user(account: &str, name: &str) -> Principal {
    Principal::User { account: account.parse().unwrap(), name: name.to_owned() }
}

/// The repository `app` of the home account.
fn app() -> Arn {
    Arn::new("ecr", "ap-northeast-2", "111122223333", "repository/app")
}

/// A document of statements.
fn policy(statements: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn allow(action: &str, resource: &str) -> Value {
    policy(json!({"Effect": "Allow", "Action": action, "Resource": resource}))
}

/// A resource policy that allows a principal.
fn policy_for(principal: Value, action: &str) -> Value {
    policy(json!([{"Effect": "Allow", "Principal": principal, "Action": action}]))
}
