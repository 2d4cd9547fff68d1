//! The inspector's pages: each can be read from its top to its end, in both languages, and says what is true.

use ecr_quest::app::{App, Intent, Selection};
use ecr_quest::cloud::{AccountId, Region};
use ecr_quest::learner::Theme;
use ecr_quest::text::Lang;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::desk::{self, Desk, Sight};
use super::screens;

/// A quest at its beginning.
fn quest(sight: Sight, id: &str) -> App {
    let mut app = desk::app(sight);
    app.let_in(id);
    app.apply(Intent::StartQuest(id.to_owned()));
    app
}

/// A world with buckets, logs, rules, and a cluster whose pod has no node.
fn services(sight: Sight) -> App {
    let mut app = desk::app(sight);
    let sandbox = app.catalogue().sandboxes().first().expect("there is a sandbox").id.clone();
    app.apply(Intent::StartSandbox(sandbox));
    for line in [
        "aws s3 mb s3://harbour-reports-with-a-rather-long-name",
        "echo monthly > report.txt; aws s3 cp report.txt s3://harbour-reports-with-a-rather-long-name/2026/03/the-report.txt",
        "aws s3api put-bucket-versioning --bucket harbour-reports-with-a-rather-long-name \
         --versioning-configuration Status=Enabled",
        "aws s3api put-bucket-policy --bucket harbour-reports-with-a-rather-long-name --policy '{\"Version\":\
         \"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:DeleteObject\",\
         \"Resource\":\"arn:aws:s3:::harbour-reports-with-a-rather-long-name/*\"}]}'",
        "aws logs create-log-group --log-group-name /aws/events/pushes",
        "aws logs put-retention-policy --log-group-name /aws/events/pushes --retention-in-days 7",
        "aws events put-rule --name pushes --description 'every push' --event-pattern '{\"source\":[\"harbour.test\"]}'",
        "aws events put-targets --rule pushes --targets \
         Id=log,Arn=arn:aws:logs:ap-northeast-2:111122223333:log-group:/aws/events/pushes \
         Id=gone,Arn=arn:aws:lambda:ap-northeast-2:111122223333:function:gone \
         Id=queue,Arn=arn:aws:sqs:ap-northeast-2:111122223333:pushes",
        "aws events put-events --entries '[{\"Source\":\"harbour.test\",\"DetailType\":\"hello\",\"Detail\":\"{}\"}]'",
        "aws iam create-role --role-name harbour-cluster --assume-role-policy-document '{\"Version\":\"2012-10-17\",\
         \"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"eks.amazonaws.com\"},\
         \"Action\":\"sts:AssumeRole\"}]}'",
    ] {
        app.apply(Intent::Run(line.to_owned()));
        let session = app.session().expect("a session");
        let step = session.steps().last().expect("a step");
        assert_eq!(step.output.code, 0, "{line}: {}", step.output.text());
    }
    app
}

/// A page of every kind that there is something for in the world.
fn pages(app: &App) -> Vec<Selection> {
    let world = app.session().expect("a session").world();
    let account = world.cloud.account(&AccountId::home()).expect("an account");
    let region = account.region(&Region::home()).expect("a region");
    let net = &region.net;
    let mut pages =
        vec![Selection::EksClusters, Selection::Functions, Selection::Buckets, Selection::LogGroups, Selection::Rules];
    pages.extend(account.s3.buckets().map(|bucket| Selection::Bucket(bucket.name.clone())));
    pages.extend(region.logs.groups().map(|group| Selection::LogGroup(group.name.clone())));
    pages.extend(region.events.rules().map(|rule| Selection::Rule(rule.name.clone())));
    pages.extend(region.lambda.functions().map(|function| Selection::Function(function.name.clone())));
    pages.extend(net.vpcs().map(|vpc| Selection::Vpc(vpc.id.clone())).take(1));
    pages.extend(net.subnets().map(|subnet| Selection::Subnet(subnet.id.clone())).take(2));
    pages.extend(net.route_tables().map(|table| Selection::RouteTable(table.id.clone())).take(2));
    pages.extend(net.internet_gateways().map(|gateway| Selection::InternetGateway(gateway.id.clone())).take(1));
    pages.extend(net.nat_gateways().map(|nat| Selection::NatGateway(nat.id.clone())).take(1));
    pages.extend(net.endpoints().map(|endpoint| Selection::Endpoint(endpoint.id.clone())).take(3));
    pages.extend(net.security_groups().map(|group| Selection::SecurityGroup(group.id.clone())).take(2));
    pages.extend(net.subnets().map(|subnet| Selection::NetworkAcl(subnet.acl.clone())).take(1));
    pages.extend(net.instances().map(|instance| Selection::Instance(instance.id.clone())).take(2));
    for cluster in region.ecs.clusters() {
        pages.push(Selection::Cluster(cluster.name.clone()));
        pages.extend(cluster.services().map(|service| Selection::Service(service.arn.clone())).take(1));
        pages.extend(cluster.tasks().map(|task| Selection::Task(task.arn.clone())).take(2));
    }
    for cluster in region.eks.clusters() {
        let name = || cluster.name.clone();
        pages.push(Selection::EksCluster(name()));
        let groups = cluster.nodegroups();
        pages.extend(groups.map(|group| Selection::Nodegroup { cluster: name(), name: group.name.clone() }));
        let nodes = cluster.kube.nodes();
        pages.extend(nodes.map(|node| Selection::Node { cluster: name(), name: node.metadata.name.clone() }));
        let deployments = cluster.kube.deployments().map(|found| found.metadata.key());
        pages.extend(deployments.map(|deployment| Selection::Deployment { cluster: name(), deployment }));
        let pods = cluster.kube.pods().map(|pod| pod.metadata.key());
        pages.extend(pods.map(|pod| Selection::Pod { cluster: name(), pod }));
    }
    pages
}

/// High enough for a page to be seen whole.
fn tall(width: f32, sight: Sight) -> Sight {
    Sight { size: [width, 3600.0], ..sight }
}

#[track_caller]
fn check(sight: Sight) {
    let worlds: [(&str, App); 4] = [
        ("eks", quest(sight, "the-cluster-next-door")),
        ("lambda", quest(sight, "lambda-from-an-image")),
        ("network", quest(sight, "no-way-out")),
        ("services", services(sight)),
    ];
    let mut faults = Vec::new();
    for (world, app) in worlds {
        let pages = pages(&app);
        let mut harness = desk::sit(app, sight);
        for page in pages {
            harness.state_mut().app.apply(Intent::Inspect(Some(page.clone())));
            harness.run_steps(3);
            let found = screens::faults(&harness);
            faults.extend(found.into_iter().map(|fault| format!("{world}, {page:?}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{sight:?}\n{}", faults.join("\n"));
}

#[test]
fn every_page_of_the_inspector_can_be_read_in_english() {
    check(tall(1280.0, Sight::default()));
}

#[test]
fn every_page_of_the_inspector_can_be_read_in_korean() {
    check(tall(1280.0, Sight { lang: Lang::Ko, ..Sight::default() }));
}

#[test]
fn every_page_of_the_inspector_can_be_read_with_the_largest_text_in_the_light_theme() {
    check(tall(1600.0, Sight { text_scale: 150, theme: Theme::Light, ..Sight::default() }));
}

fn shows(harness: &Harness<'_, Desk>, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

fn open(app: App, page: Selection) -> Harness<'static, Desk> {
    let sight = tall(1600.0, Sight::default());
    let mut harness = desk::sit(app, sight);
    harness.state_mut().app.apply(Intent::Inspect(Some(page)));
    harness.run_steps(3);
    harness
}

#[test]
fn the_page_of_a_waiting_pod_tells_why_and_leads_to_the_request_and_the_role() {
    let app = quest(Sight::default(), "the-cluster-next-door");
    let is_waiting = |app: &App, page: &Selection| {
        let Selection::Pod { cluster, pod } = page else { return false };
        let world = app.session().expect("a session").world();
        let region = world.cloud.account(&AccountId::home()).and_then(|account| account.region(&Region::home()));
        let cluster = region.and_then(|region| region.eks.cluster(cluster)).expect("a cluster");
        cluster.kube.pod(pod).is_some_and(|pod| pod.reason() == "ImagePullBackOff")
    };
    let page = pages(&app).into_iter().find(|page| is_waiting(&app, page)).expect("a pod that waits");
    let mut harness = open(app, page);
    for text in ["ImagePullBackOff", "Back-off pulling image", "regcred", "harbour-node", "Failed to pull image"] {
        assert!(shows(&harness, text), "`{text}` is not told");
    }
    harness.query_all_by_label_contains("The denied request").next().expect("a way to the request").click();
    harness.run_steps(3);
    assert!(matches!(harness.state().app.selection(), Some(Selection::Event(_))));
    assert!(shows(&harness, "Why was it denied?") && shows(&harness, "ecr:GetAuthorizationToken"));
}

#[test]
fn a_node_group_that_gets_no_nodes_leads_to_the_request_that_its_nodes_were_denied() {
    let mut app = quest(Sight::default(), "the-cluster-next-door");
    for line in [
        "aws iam detach-role-policy --role-name harbour-node --policy-arn arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
        "aws iam detach-role-policy --role-name harbour-node --policy-arn arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
        "aws eks create-nodegroup --cluster-name harbour --nodegroup-name late --subnets subnet-0a1b2c3d4e5f60a01 \
         --node-role arn:aws:iam::111122223333:role/harbour-node",
        "clock advance 30m",
    ] {
        app.apply(Intent::Run(line.to_owned()));
    }
    let late = Selection::Nodegroup { cluster: "harbour".to_owned(), name: "late".to_owned() };
    let mut harness = open(app, late);
    for text in ["CREATE_FAILED", "NodeCreationFailure", "What stopped them"] {
        assert!(shows(&harness, text), "`{text}` is not told");
    }
    harness.query_all_by_label_contains("The denied request").next().expect("a way to the request").click();
    harness.run_steps(3);
    assert!(shows(&harness, "ec2:DescribeInstances"));
}

#[test]
fn a_rule_leads_to_its_log_group_where_what_it_delivered_is_read() {
    let app = services(Sight::default());
    let mut harness = open(app, Selection::Rule("pushes".to_owned()));
    for text in ["harbour.test", "delivered", "failed", "sent to a service that is not simulated"] {
        assert!(shows(&harness, text), "`{text}` is not told");
    }
    harness.query_all_by_label_contains("/aws/events/pushes").next().expect("a way to the log group").click();
    harness.run_steps(3);
    assert_eq!(harness.state().app.selection(), Some(&Selection::LogGroup("/aws/events/pushes".to_owned())));
    assert!(shows(&harness, "detail-type") && shows(&harness, "7 days"));
}

#[test]
fn with_nothing_chosen_there_is_a_list_for_each_service_in_which_there_is_something() {
    let mut harness = desk::sit(services(Sight::default()), tall(1600.0, Sight::default()));
    for (name, page) in
        [("S3, ", Selection::Buckets), ("CloudWatch, ", Selection::LogGroups), ("EventBridge, ", Selection::Rules)]
    {
        harness.query_all_by_label_contains(name).next().unwrap_or_else(|| panic!("no list of {name}")).click();
        harness.run_steps(2);
        assert_eq!(harness.state().app.selection(), Some(&page));
        harness.state_mut().app.apply(Intent::Inspect(None));
        harness.run_steps(2);
    }
    assert!(!shows(&harness, "Lambda, "), "a service with nothing in it is not told of");
}
