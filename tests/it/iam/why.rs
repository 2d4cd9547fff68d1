//! `why`, for the denials that are hardest to understand, in both languages.

use ecr_quest::quest::{StartStep, make_world};
use ecr_quest::shell;
use ecr_quest::text::{Lang, Words};
use ecr_quest::world::World;

const OTHER: &str = "444455556666";

/// A world made of these steps, in which a line is denied, and what `why` says then.
fn why(lang: Lang, before: &[&str], denied: &str) -> String {
    let words = Words::new(lang);
    let other = StartStep::Account { id: OTHER.parse().unwrap(), profile: "other".into() };
    let mut steps = vec![other];
    steps.extend(before.iter().map(|line| StartStep::Run((*line).to_owned())));
    let mut world: World = make_world(1, &steps, &words).unwrap_or_else(|error| panic!("{error:?}"));
    let output = shell::run(&mut world, &words, denied);
    assert_ne!(output.code, 0, "{denied}: {}", output.text());
    shell::run(&mut world, &words, "why").text()
}

fn check(name: &str, before: &[&str], denied: &str) {
    let both = [Lang::En, Lang::Ko].map(|lang| why(lang, before, denied)).join("\n----\n\n");
    insta::assert_snapshot!(name, both);
}

const CREATE: &str = "aws ecr create-repository --repository-name app";
const PULL: &str =
    "aws ecr batch-get-image --registry-id 111122223333 --repository-name app --image-ids imageTag=v1 --profile other";

#[test]
fn a_cross_account_denial_says_which_side_is_missing() {
    check("why_cross_account_owner", &[CREATE], PULL);
    let policy = r#"aws ecr set-repository-policy --repository-name app --policy-text '{"Version":"2012-10-17","Statement":[{"Sid":"Other","Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"ecr:BatchGetImage"}]}'"#;
    let detach = "aws iam detach-user-policy --user-name admin --policy-arn arn:aws:iam::aws:policy/AdministratorAccess --profile other";
    check("why_cross_account_caller", &[CREATE, policy, detach], PULL);
}

#[test]
fn a_boundary_denial_says_that_a_boundary_only_limits() {
    let boundary = "aws iam put-user-permissions-boundary --user-name learner --permissions-boundary arn:aws:iam::aws:policy/IAMFullAccess";
    check("why_boundary", &[CREATE, boundary], "aws ecr list-images --repository-name app");
}

#[test]
fn a_condition_that_does_not_hold_is_told_with_both_sides() {
    let policy = r#"aws iam put-user-policy --user-name learner --policy-name office --policy-document '{"Version":"2012-10-17","Statement":[{"Sid":"Office","Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}}}]}'"#;
    let detach =
        "aws iam detach-user-policy --user-name learner --policy-arn arn:aws:iam::aws:policy/AdministratorAccess";
    check("why_condition", &[CREATE, policy, detach], "aws ecr list-images --repository-name app");
}

#[test]
fn a_trust_policy_that_does_not_name_the_caller_is_told_as_such() {
    let role = r#"aws iam create-role --role-name task --assume-role-policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}'"#;
    check(
        "why_trust",
        &[role],
        "aws sts assume-role --role-arn arn:aws:iam::111122223333:role/task --role-session-name s1",
    );
}

#[test]
fn an_organization_is_part_of_a_world_and_of_the_explanation() {
    let step: StartStep = ron::from_str(
        r#"Organization((
            management: "999900001111",
            root: (
                policies: (service_control: {"NoEcrDelete": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"ecr:Delete*\",\"Resource\":\"*\"}]}"}),
                units: [(
                    name: "work",
                    policies: (full_access: false, service_control: {"OnlyEcr": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"ecr:*\",\"Resource\":\"*\"}]}"}),
                    accounts: {"111122223333": ()},
                )],
            ),
        ))"#,
    )
    .unwrap();
    let mut said = Vec::new();
    for lang in [Lang::En, Lang::Ko] {
        let words = Words::new(lang);
        let mut world = make_world(1, std::slice::from_ref(&step), &words).unwrap();
        assert_eq!(shell::run(&mut world, &words, CREATE).code, 0);
        for line in ["aws iam list-users", "aws ecr delete-repository --repository-name app"] {
            assert_ne!(shell::run(&mut world, &words, line).code, 0, "{line}");
            said.push(shell::run(&mut world, &words, "why").text());
        }
    }
    insta::assert_snapshot!("why_organization", said.join("\n----\n\n"));
}

#[test]
fn an_organization_that_cannot_be_is_refused_with_the_reason() {
    let step: StartStep = ron::from_str(
        r#"Organization((management: "999900001111", root: (policies: (service_control: {"Bad": "{}"}))))"#,
    )
    .unwrap();
    let words = Words::new(Lang::En);
    let error = make_world(1, &[step], &words).unwrap_err();
    assert!(error.what.say(&words).contains("Bad: Syntax errors in policy."), "{error:?}");
}
