//! What the goals of the quests count, and what they say is still missing.

use ecr_quest::quest::{Catalogue, Session};
use ecr_quest::text::{Lang, Words};

/// A quest being played by a test.
struct Play {
    session: Session,
    words: Words,
}

impl Play {
    fn of(quest: &str) -> Self {
        let words = Words::new(Lang::En);
        let catalogue = Catalogue::embedded();
        Self { session: Session::start(catalogue.quest(quest).unwrap(), &words).unwrap(), words }
    }

    fn run(&mut self, line: &str) -> String {
        self.session.run(line, &self.words).output.text()
    }

    fn is_met(&self, goal: &str) -> bool {
        self.session.goals().iter().find(|known| known.id == goal).unwrap().progress.met
    }

    fn missing(&self, goal: &str) -> Vec<String> {
        let goal = self.session.goals().iter().find(|known| known.id == goal).unwrap();
        goal.progress.missing.iter().map(|message| message.say(&self.words)).collect()
    }
}

const CREATE_FUNCTION: &str = "aws lambda create-function --function-name report --package-type Image --code \
                               ImageUri=111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/report:prod --role \
                               arn:aws:iam::111122223333:role/report-execution";
const LET_LAMBDA_PULL: &str = "aws ecr set-repository-policy --repository-name report --policy-text \
                               '{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\
                               \"lambda.amazonaws.com\"},\"Action\":[\"ecr:BatchGetImage\",\"ecr:GetDownloadUrlForLayer\"]}]}'";

#[test]
fn a_look_counts_when_its_answer_shows_what_it_is_about() {
    for quest in ["denied-pull", "no-way-out"] {
        let mut play = Play::of(quest);
        let all =
            "no answer has shown `web` since the quest began; what counts: `ecs:DescribeTasks`, `ecs:DescribeServices`";
        assert_eq!(play.missing("see"), [all]);
        play.run("aws ecs describe-tasks --cluster prod --tasks nothing");
        play.run("aws ecs describe-services --cluster prod --services nope");
        play.run("aws ecs wait services-stable --cluster prod --services web");
        assert!(!play.is_met("see"), "{quest}");
        play.run("aws ecs describe-services --cluster prod --services nope web");
        assert!(play.is_met("see"), "{quest}");
    }
    let mut play = Play::of("wrong-platform");
    play.run(
        "aws ecs list-tasks --cluster prod --desired-status STOPPED --query 'taskArns[0]' --output text | xargs aws ecs \
         describe-tasks --cluster prod --tasks",
    );
    assert!(play.is_met("see"));
    // What was seen stays seen when the task is forgotten.
    play.run("clock advance 1d");
    assert!(play.is_met("see"));
}

#[test]
fn a_cluster_was_asked_when_it_showed_the_pods_in_question() {
    let mut play = Play::of("the-cluster-next-door");
    for line in ["kubectl get pods -n nowhere", "kubectl get pods -l app=nobody", "kubectl get events -n kube-system"] {
        play.run(line);
    }
    let missing = "no answer of the cluster has shown these of `web` since the quest began: ";
    assert_eq!(play.missing("see"), [format!("{missing}`pods`, `events`")]);
    play.run("kubectl get pods");
    assert_eq!(play.missing("see"), [format!("{missing}`events`")]);
    play.run("kubectl get events");
    assert!(play.is_met("see"));
}

#[test]
fn the_roles_that_count_are_those_of_the_nodes_that_there_are() {
    let mut play = Play::of("the-cluster-next-door");
    let missing = play.missing("role");
    assert!(missing[0].starts_with("`harbour-node` cannot yet `ecr:GetAuthorizationToken`"), "{missing:?}");
    play.run("aws eks delete-nodegroup --cluster-name harbour --nodegroup-name main");
    play.run("aws eks wait nodegroup-deleted --cluster-name harbour --nodegroup-name main");
    assert_eq!(play.missing("role")[0], "the cluster `harbour` has no nodes");
}

#[test]
fn a_request_that_somebody_else_made_is_said_so() {
    let mut play = Play::of("lambda-from-an-image");
    play.run(LET_LAMBDA_PULL);
    assert_eq!(play.missing("make")[0], "`lambda:CreateFunction` has not succeeded since the quest began");
    play.run(CREATE_FUNCTION);
    let other = "`lambda:CreateFunction` was made by `arn:aws:iam::111122223333:user/learner`, and not by `pipeline`";
    assert_eq!(play.missing("make")[0], other);
}

#[test]
fn a_function_is_active_while_it_is_updated() {
    let mut play = Play::of("lambda-from-an-image");
    play.run(LET_LAMBDA_PULL);
    play.run(&format!("{CREATE_FUNCTION} --profile pipeline"));
    assert_eq!(play.missing("make"), ["the function `report` is `Pending`"]);
    play.run("aws lambda wait function-active-v2 --function-name report");
    assert!(play.is_met("make") && play.session.is_first_met("make"));
    let said = play.run(
        "aws lambda update-function-code --function-name report --image-uri \
         111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/report:v2",
    );
    assert!(said.contains("\"LastUpdateStatus\": \"InProgress\""), "{said}");
    assert!(play.is_met("make") && !play.session.is_first_met("make"));
}

#[test]
fn why_tells_the_denial_that_stopped_lambda_and_not_what_was_only_tried() {
    let mut play = Play::of("lambda-from-an-image");
    play.run(&format!("{CREATE_FUNCTION} --profile pipeline"));
    let said = play.run("why");
    assert!(
        said.starts_with("arn:aws:iam::111122223333:service/lambda.amazonaws.com asked for `ecr:BatchGetImage`"),
        "{said}"
    );
    assert!(!said.contains("GetRepositoryPolicy"), "{said}");
}

#[test]
fn what_must_not_be_so_is_named() {
    let mut play = Play::of("no-way-out");
    play.run(
        "aws ec2 create-vpc-endpoint --vpc-id vpc-0a1b2c3d4e5f60001 --service-name com.amazonaws.ap-northeast-2.s3 \
         --route-table-ids rtb-0a1b2c3d4e5f60a02",
    );
    let open = "the endpoint for `s3` still lets `s3:GetObject` on `arn:aws:s3:::somebody-elses-bucket/file` through";
    assert_eq!(play.missing("layers"), [open]);
    // Nothing that a quest forbids is left without a name.
    for quest in Catalogue::embedded().quests() {
        let session = Session::start(quest, &play.words).unwrap();
        for goal in session.goals() {
            let missing: Vec<_> = goal.progress.missing.iter().map(|message| message.say(&play.words)).collect();
            assert!(!missing.iter().any(|said| said == "something that must not be so still is"), "{}", quest.id);
        }
    }
}

#[test]
fn tasks_that_go_public_are_not_private() {
    let mut play = Play::of("no-way-out");
    play.run(
        "aws ecs update-service --cluster prod --service web --network-configuration \
         'awsvpcConfiguration={subnets=[subnet-0a1b2c3d4e5f60a01],assignPublicIp=ENABLED}' --force-new-deployment",
    );
    play.run("aws ecs wait services-stable --cluster prod --services web");
    assert_eq!(play.missing("run"), ["tasks of `web` run outside of `private-a`"]);
}

/// The story of the service is what its events and its tasks tell.
#[test]
fn the_service_without_a_way_out_ran_until_the_morning() {
    let mut play = Play::of("no-way-out");
    let events =
        play.run("aws ecs describe-services --cluster prod --services web --query 'services[0].events[].message'");
    assert!(
        events.contains("has reached a steady state") && events.contains("unable to consistently start"),
        "{events}"
    );
    let running =
        play.run("aws ecs describe-services --cluster prod --services web --query 'services[0].runningCount'");
    assert_eq!(running, "0\n");
}
