//! `aws ec2`: a learner looks at the network and the instances, and sees what EC2 would say.

use ecr_quest::quest::{Catalogue, Session};
use ecr_quest::text::{Lang, Words};

use crate::support::Terminal;

/// Runs a line that must fail, and answers what it printed and its exit code.
fn fails(terminal: &mut Terminal, line: &str) -> (String, i32) {
    let output = terminal.run(line);
    assert_ne!(output.code, 0, "`{line}` succeeded: {}", output.text());
    (output.text().trim().to_owned(), output.code)
}

#[test]
fn a_subnet_for_a_task_can_be_found() {
    let mut terminal = Terminal::new();
    let public = "--filters Name=map-public-ip-on-launch,Values=true";
    assert_eq!(
        terminal.ok(&format!(
            "aws ec2 describe-subnets {public} --query 'Subnets[].[SubnetId,AvailabilityZone,CidrBlock]' --output text"
        )),
        "subnet-0a1b2c3d4e5f60a01\tap-northeast-2a\t10.0.0.0/24\nsubnet-0a1b2c3d4e5f60c01\tap-northeast-2c\t10.0.1.0/24\n"
    );
    assert_eq!(
        terminal
            .ok("aws ec2 describe-subnets --filters 'Name=tag:Name,Values=private-*' --query 'Subnets[0].SubnetId'"),
        "\"subnet-0a1b2c3d4e5f60a02\"\n"
    );
    let group = terminal
        .ok("aws ec2 describe-security-groups --group-names default --query 'SecurityGroups[0].GroupId' --output text");
    assert_eq!(group, "sg-0a1b2c3d4e5f60d01\n");
    assert_eq!(terminal.ok("aws ec2 describe-vpcs --query 'length(Vpcs)'"), "1\n");
}

#[test]
fn a_subnet_is_described_in_the_models_order() {
    let mut terminal = Terminal::new();
    assert_eq!(
        terminal.ok("aws ec2 describe-subnets --subnet-ids subnet-0a1b2c3d4e5f60c01 --region us-east-1"),
        r#"{
    "Subnets": [
        {
            "AvailabilityZoneId": "use1-az3",
            "MapCustomerOwnedIpOnLaunch": false,
            "OwnerId": "111122223333",
            "AssignIpv6AddressOnCreation": false,
            "Ipv6CidrBlockAssociationSet": [],
            "Tags": [
                {
                    "Key": "Name",
                    "Value": "public-c"
                }
            ],
            "SubnetArn": "arn:aws:ec2:us-east-1:111122223333:subnet/subnet-0a1b2c3d4e5f60c01",
            "EnableDns64": false,
            "Ipv6Native": false,
            "PrivateDnsNameOptionsOnLaunch": {
                "HostnameType": "ip-name",
                "EnableResourceNameDnsARecord": false,
                "EnableResourceNameDnsAAAARecord": false
            },
            "SubnetId": "subnet-0a1b2c3d4e5f60c01",
            "State": "available",
            "VpcId": "vpc-0a1b2c3d4e5f60001",
            "CidrBlock": "10.0.1.0/24",
            "AvailableIpAddressCount": 251,
            "AvailabilityZone": "us-east-1c",
            "DefaultForAz": false,
            "MapPublicIpOnLaunch": true
        }
    ]
}
"#
    );
}

#[test]
fn routes_tell_a_public_subnet_from_a_private_one() {
    let mut terminal = Terminal::new();
    let routes = "--query 'RouteTables[0].Routes[-1].[GatewayId,NatGatewayId]' --output text";
    let of = |subnet: &str| {
        format!("aws ec2 describe-route-tables --filters Name=association.subnet-id,Values={subnet} {routes}")
    };
    assert_eq!(terminal.ok(&of("subnet-0a1b2c3d4e5f60a01")), "igw-0a1b2c3d4e5f60001\tNone\n");
    assert_eq!(terminal.ok(&of("subnet-0a1b2c3d4e5f60a02")), "None\tnat-0a1b2c3d4e5f60001\n");
}

#[test]
fn instances_are_seen_with_their_profile_and_address() {
    let mut terminal = Terminal::new();
    assert_eq!(terminal.ok("aws ec2 describe-instances --query Reservations"), "[]\n");
    terminal.ok("aws iam create-instance-profile --instance-profile-name ecsInstanceRole --output off");
    terminal.ok("aws ecs create-cluster --cluster-name prod --output off");
    let spec = ecr_quest::cloud::ecs::InstanceSpec {
        instance_profile: Some("ecsInstanceRole".to_owned()),
        cluster: "prod".to_owned(),
        ..ecr_quest::cloud::ecs::InstanceSpec::default()
    };
    let home = (ecr_quest::cloud::AccountId::home(), ecr_quest::cloud::Region::home());
    let id = ecr_quest::cloud::ecs::launch_instance(&mut terminal.world.cloud, &home.0, &home.1, &spec).unwrap();
    let query = "--query 'Reservations[].Instances[].[InstanceId,State.Name,IamInstanceProfile.Arn]' --output text";
    assert_eq!(
        terminal.ok(&format!("aws ec2 describe-instances --filters Name=instance-state-name,Values=running {query}")),
        format!("{id}\trunning\tarn:aws:iam::111122223333:instance-profile/ecsInstanceRole\n")
    );
    let filtered =
        terminal.ok(&format!("aws ec2 describe-instances --filters Name=instance-type,Values=x1.big {query}"));
    assert_eq!(filtered, "");
}

#[test]
fn errors_are_ec2s_own() {
    let mut terminal = Terminal::new();
    for (line, error) in [
        (
            "aws ec2 describe-subnets --subnet-ids subnet-00000000000000000",
            "An error occurred (InvalidSubnetID.NotFound) when calling the DescribeSubnets operation: The subnet ID 'subnet-00000000000000000' does not exist",
        ),
        (
            "aws ec2 describe-vpcs --vpc-ids main",
            "An error occurred (InvalidVpcID.Malformed) when calling the DescribeVpcs operation: Invalid id: \"main\" (expecting \"vpc-...\")",
        ),
        (
            "aws ec2 describe-security-groups --group-names web",
            "An error occurred (InvalidGroup.NotFound) when calling the DescribeSecurityGroups operation: The security group 'web' does not exist",
        ),
        (
            "aws ec2 describe-subnets --filters Name=colour,Values=red",
            "An error occurred (InvalidParameterValue) when calling the DescribeSubnets operation: The filter 'colour' is invalid",
        ),
        (
            "aws ec2 describe-subnets --max-results 5000",
            "An error occurred (InvalidParameterValue) when calling the DescribeSubnets operation: Value ( 5000 ) for parameter maxResults is invalid. Expecting a value less than 1000.",
        ),
        (
            "aws ec2 describe-instances --dry-run",
            "An error occurred (DryRunOperation) when calling the DescribeInstances operation: Request would have succeeded, but DryRun flag is set.",
        ),
        (
            "AWS_ACCESS_KEY_ID=AKIANOBODY AWS_SECRET_ACCESS_KEY=x aws ec2 describe-vpcs",
            "An error occurred (AuthFailure) when calling the DescribeVpcs operation: AWS was not able to validate the provided access credentials",
        ),
    ] {
        assert_eq!(fails(&mut terminal, line), (format!("aws: [ERROR]: {error}"), 254), "{line}");
    }
    let (said, code) = fails(&mut terminal, "aws ec2 describe-key-pairs");
    assert_eq!(
        (said.starts_with("aws: `aws ec2 describe-key-pairs` exists at AWS but is not simulated here"), code),
        (true, 255)
    );
}

#[test]
fn whoever_may_not_look_is_told_so_as_ec2_tells_it() {
    let mut terminal = Terminal::new();
    terminal.ok("aws iam create-user --user-name dev --output off");
    let keys = terminal.ok(
        "aws iam create-access-key --user-name dev --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text",
    );
    let [id, secret] = keys.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{keys}") };
    let look = format!("AWS_ACCESS_KEY_ID={id} AWS_SECRET_ACCESS_KEY={secret} aws ec2 describe-subnets");
    assert_eq!(
        fails(&mut terminal, &look).0,
        "aws: [ERROR]: An error occurred (UnauthorizedOperation) when calling the DescribeSubnets operation: You are not authorized to perform this operation. User: arn:aws:iam::111122223333:user/dev is not authorized to perform: ec2:DescribeSubnets because no identity-based policy allows the ec2:DescribeSubnets action"
    );
    let allow = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:Describe*","Resource":"*"}]}"#;
    terminal.ok(&format!("aws iam put-user-policy --user-name dev --policy-name look --policy-document '{allow}'"));
    assert!(terminal.ok(&look).contains("subnet-0a1b2c3d4e5f60a01"));
}

#[test]
fn a_rule_of_a_security_group_can_be_written_simply_and_taken_away() {
    let mut terminal = Terminal::new();
    let vpc = "vpc-0a1b2c3d4e5f60001";
    let made = format!("aws ec2 create-security-group --group-name endpoints --description d --vpc-id {vpc}");
    let group = terminal.ok(&format!("{made} --query GroupId --output text")).trim().to_owned();
    let rule = format!("--group-id {group} --protocol tcp --port 443 --cidr 10.0.16.7/24");
    let query = "--query 'SecurityGroupRules[0].[IsEgress,IpProtocol,FromPort,ToPort,CidrIpv4]' --output text";
    assert_eq!(
        terminal.ok(&format!("aws ec2 authorize-security-group-ingress {rule} {query}")),
        "False\ttcp\t443\t443\t10.0.16.0/24\n"
    );
    let (said, _) = fails(&mut terminal, &format!("aws ec2 authorize-security-group-ingress {rule}"));
    assert!(
        said.ends_with(
            "(InvalidPermission.Duplicate) when calling the AuthorizeSecurityGroupIngress operation: the specified rule \
             \"peer: 10.0.16.0/24, TCP, from port: 443, to port: 443, ALLOW\" already exists"
        ),
        "{said}"
    );
    let from_default = format!("--group-id {group} --protocol all --source-group sg-0a1b2c3d4e5f60d01");
    terminal.ok(&format!("aws ec2 authorize-security-group-ingress {from_default} --output off"));
    let shown = format!(
        "aws ec2 describe-security-groups --group-ids {group} --query \
         'SecurityGroups[0].[IpPermissions[].IpProtocol,length(IpPermissionsEgress)]' --output json | tr -d ' \\n'"
    );
    assert_eq!(terminal.ok(&shown), "[[\"tcp\",\"-1\"],1]");
    terminal.ok(&format!("aws ec2 revoke-security-group-ingress {rule} --output off"));
    let (said, _) = fails(&mut terminal, &format!("aws ec2 revoke-security-group-ingress {rule}"));
    assert!(said.ends_with("The specified rule does not exist in this security group."), "{said}");
    for (line, error) in [
        (format!("--group-id {group} --protocol tcp --cidr 10.0.0.0/8"), "Must specify both from and to ports"),
        (format!("--group-id {group} --protocol tcp --port 443 --cidr 10.0.0.0"), "CIDR block 10.0.0.0 is malformed"),
        (
            format!("--group-id {group} --protocol tcp --port x --cidr 10.0.0.0/8"),
            "port parameter should be of the form",
        ),
        (
            format!("--group-id {group} --protocol xyz --port 1 --cidr 10.0.0.0/8"),
            "protocol parameter should be one of",
        ),
        (format!("--group-id {group}"), "must contain the parameter ipPermissions"),
        ("--group-id sg-00000000000000000 --protocol all --cidr 10.0.0.0/8".to_owned(), "InvalidGroup.NotFound"),
        (
            format!("--group-id {group} --protocol tcp --port 443 --ip-permissions IpProtocol=-1"),
            "not compatible with the --ip-permissions option",
        ),
    ] {
        let (said, _) = fails(&mut terminal, &format!("aws ec2 authorize-security-group-ingress {line}"));
        assert!(said.contains(error), "{line}: {said}");
    }
    terminal.ok(&format!("aws ec2 delete-security-group --group-id {group} --output off"));
    let (said, _) = fails(&mut terminal, "aws ec2 delete-security-group --group-id sg-0a1b2c3d4e5f60d01");
    assert!(said.contains("(CannotDelete)"), "{said}");
}

#[test]
fn routes_can_be_taken_away_and_given_back() {
    let mut terminal = Terminal::new();
    let table = "--route-table-id rtb-0a1b2c3d4e5f60a02";
    let everywhere = format!("{table} --destination-cidr-block 0.0.0.0/0");
    let routes =
        "aws ec2 describe-route-tables --route-table-ids rtb-0a1b2c3d4e5f60a02 --query 'length(RouteTables[0].Routes)'";
    assert_eq!(terminal.ok(routes), "2\n");
    assert_eq!(terminal.ok(&format!("aws ec2 delete-route {everywhere}")), "");
    assert_eq!(terminal.ok(routes), "1\n");
    for (line, error) in [
        (
            format!("aws ec2 delete-route {everywhere}"),
            "(InvalidRoute.NotFound) when calling the DeleteRoute operation: no route with destination-cidr-block 0.0.0.0/0 in route table rtb-0a1b2c3d4e5f60a02",
        ),
        (format!("aws ec2 delete-route {table} --destination-cidr-block 10.0.0.0/16"), "cannot remove local route"),
        (format!("aws ec2 create-route {everywhere}"), "exactly one of"),
        (format!("aws ec2 create-route {everywhere} --gateway-id igw-00000000"), "(InvalidGatewayID.NotFound)"),
        (format!("aws ec2 create-route {everywhere} --nat-gateway-id nat-00000000"), "(InvalidNatGatewayID.NotFound)"),
        (
            format!(
                "aws ec2 create-route {table} --destination-cidr-block anywhere --gateway-id igw-0a1b2c3d4e5f60001"
            ),
            "This is not a valid CIDR block.",
        ),
    ] {
        let (said, _) = fails(&mut terminal, &line);
        assert!(said.contains(error), "{line}: {said}");
    }
    let nat = terminal.ok("aws ec2 describe-nat-gateways --query 'NatGateways[0].NatGatewayId' --output text");
    let back = format!("aws ec2 create-route {everywhere} --nat-gateway-id {} --query Return", nat.trim());
    assert_eq!(terminal.ok(&back), "true\n");
    assert_eq!(terminal.ok(&back), "true\n");
    let internet =
        terminal.ok("aws ec2 describe-internet-gateways --query 'InternetGateways[0].InternetGatewayId' --output text");
    let other = format!("{everywhere} --gateway-id {}", internet.trim());
    assert!(fails(&mut terminal, &format!("aws ec2 create-route {other}")).0.contains("(RouteAlreadyExists)"));
    terminal.ok(&format!("aws ec2 replace-route {other}"));
    let target = "aws ec2 describe-route-tables --route-table-ids rtb-0a1b2c3d4e5f60a02 --query 'RouteTables[0].Routes[1].GatewayId'";
    assert_eq!(terminal.ok(target), format!("\"{}\"\n", internet.trim()));
}

#[test]
fn endpoints_are_made_changed_and_deleted() {
    let mut terminal = Terminal::new();
    let create =
        "aws ec2 create-vpc-endpoint --vpc-id vpc-0a1b2c3d4e5f60001 --service-name com.amazonaws.ap-northeast-2";
    let s3 =
        format!("{create}.s3 --route-table-ids rtb-0a1b2c3d4e5f60a02 --query VpcEndpoint.VpcEndpointId --output text");
    let s3 = terminal.ok(&s3).trim().to_owned();
    let route = "aws ec2 describe-route-tables --route-table-ids rtb-0a1b2c3d4e5f60a02 --query \
                 'RouteTables[0].Routes[-1].[DestinationPrefixListId,GatewayId]' --output text";
    assert_eq!(terminal.ok(route), format!("pl-78a54011\t{s3}\n"));
    let api = format!(
        "{create}.ecr.api --vpc-endpoint-type Interface --subnet-ids subnet-0a1b2c3d4e5f60a02 --query \
         'VpcEndpoint.[VpcEndpointId,State,PrivateDnsEnabled,Groups[0].GroupName]' --output text"
    );
    let made = terminal.ok(&api);
    let [api_id, "pending", "True", "default"] = made.split_whitespace().collect::<Vec<_>>()[..] else {
        panic!("{made}");
    };
    terminal.ok("clock advance 1m");
    let state = format!("aws ec2 describe-vpc-endpoints --vpc-endpoint-ids {api_id} --query 'VpcEndpoints[0].State'");
    assert_eq!(terminal.ok(&state), "\"available\"\n");
    for (line, error) in [
        (
            format!("{create}.ecr.api"),
            "(InvalidParameter) when calling the CreateVpcEndpoint operation: Endpoint type (Gateway) does not match available service types ([Interface]).",
        ),
        (format!("{create}.ecr.nothing"), "(InvalidServiceName)"),
        (
            format!("{create}.s3 --route-table-ids rtb-0a1b2c3d4e5f60a02"),
            "(RouteAlreadyExists) when calling the CreateVpcEndpoint operation: route table rtb-0a1b2c3d4e5f60a02 already has a route with destination-prefix-list-id pl-78a54011",
        ),
        (format!("{create}.s3 --policy-document nonsense"), "(InvalidPolicyDocument)"),
        (
            format!("{create}.ecr.api --vpc-endpoint-type Interface --subnet-ids subnet-0a1b2c3d4e5f60c01"),
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain for api.ecr.ap-northeast-2.amazonaws.com in the VPC vpc-0a1b2c3d4e5f60001",
        ),
        (
            format!(
                "{create}.ecr.dkr --vpc-endpoint-type Interface --subnet-ids subnet-0a1b2c3d4e5f60a01 subnet-0a1b2c3d4e5f60a02"
            ),
            "(DuplicateSubnetsInSameZone)",
        ),
        (
            format!("aws ec2 modify-vpc-endpoint --vpc-endpoint-id {s3} --add-subnet-ids subnet-0a1b2c3d4e5f60a02"),
            "(InvalidParameter)",
        ),
        (
            "aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-00000000 --reset-policy".to_owned(),
            "(InvalidVpcEndpointId.NotFound)",
        ),
    ] {
        let (said, _) = fails(&mut terminal, &line);
        assert!(said.contains(error), "{line}: {said}");
    }
    let policy = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]}"#;
    terminal
        .ok(&format!("aws ec2 modify-vpc-endpoint --vpc-endpoint-id {s3} --policy-document '{policy}' --output off"));
    let shown = format!(
        "aws ec2 describe-vpc-endpoints --vpc-endpoint-ids {s3} --query 'VpcEndpoints[0].PolicyDocument' --output text"
    );
    assert_eq!(terminal.ok(&shown), format!("{policy}\n"));
    let delete = format!("aws ec2 delete-vpc-endpoints --vpc-endpoint-ids {s3} {api_id} vpce-00000000");
    assert_eq!(
        terminal.ok(&format!("{delete} --query 'Unsuccessful[].[Error.Code,ResourceId]' --output text")),
        "InvalidVpcEndpointId.NotFound\tvpce-00000000\n"
    );
    assert_eq!(terminal.ok("aws ec2 describe-vpc-endpoints --query 'length(VpcEndpoints)'"), "0\n");
}

/// What `why` prints at the start of a quest, after some lines.
fn why(quest: &str, lang: Lang, lines: &[&str]) -> String {
    let words = Words::new(lang);
    let catalogue = Catalogue::embedded();
    let mut session = Session::start(catalogue.quest(quest).unwrap(), &words).unwrap();
    lines.iter().for_each(|line| drop(session.run(line, &words)));
    session.run("why", &words).output.text()
}

#[test]
fn why_tells_how_far_a_connection_got() {
    let said = why("no-way-out", Lang::En, &[]);
    for part in [
        " in the subnet `subnet-0a1b2c3d4e5f60a02` tried to reach `api.ecr.ap-northeast-2.amazonaws.com` over HTTPS (",
        "1. name: `api.ecr.ap-northeast-2.amazonaws.com` leads to the public address 52.94.26.14\n",
        "2. out: the security group `sg-0a1b2c3d4e5f60d01` allows it\n",
        "3. route: no, the route table `rtb-0a1b2c3d4e5f60a02` has no route to 52.94.26.14\n",
        "An interface endpoint for `com.amazonaws.ap-northeast-2.ecr.api`, or a NAT gateway, would be a road.\n",
    ] {
        assert!(said.contains(part), "no `{part}` in:\n{said}");
    }
    let said = why("no-way-out", Lang::Ko, &[]);
    assert!(said.contains("3. 라우팅: 막혔습니다. 라우팅 테이블 `rtb-0a1b2c3d4e5f60a02`에"), "{said}");
    assert!(said.contains("결론: `subnet-0a1b2c3d4e5f60a02`에서"), "{said}");
}

#[test]
fn why_tells_what_an_endpoints_policy_keeps_back() {
    let create =
        "aws ec2 create-vpc-endpoint --vpc-id vpc-0a1b2c3d4e5f60001 --service-name com.amazonaws.ap-northeast-2";
    let interface = "--vpc-endpoint-type Interface --subnet-ids subnet-0a1b2c3d4e5f60a02";
    let policy =
        r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::own/*"}]}"#;
    let api = format!("{create}.ecr.api {interface}");
    let dkr = format!("{create}.ecr.dkr {interface}");
    let s3 = format!("{create}.s3 --route-table-ids rtb-0a1b2c3d4e5f60a02 --policy-document '{policy}'");
    let again = "aws ecs update-service --cluster prod --service web --force-new-deployment";
    let said = why("no-way-out", Lang::En, &[&api, &dkr, &s3, again, "clock advance 1m"]);
    for part in [
        "endpoint policy: no, `vpce-",
        "does not let `s3:GetObject` through",
        "`arn:aws:s3:::prod-ap-northeast-2-starport-layer-bucket/*`",
        "names the action, but another resource",
    ] {
        assert!(said.contains(part), "no `{part}` in:\n{said}");
    }
}

/// Runs lines whose output becomes the value of a variable: `NAME=$(aws …)`.
fn lines(terminal: &mut Terminal, lines: &[&str]) {
    lines.iter().for_each(|line| drop(terminal.ok(line)));
}

#[test]
fn a_network_of_ones_own_is_laid_out_by_hand() {
    let mut terminal = Terminal::new();
    lines(
        &mut terminal,
        &[
            "VPC=$(aws ec2 create-vpc --cidr-block 10.1.0.0/16 --query Vpc.VpcId --output text)",
            "PUBLIC=$(aws ec2 create-subnet --vpc-id $VPC --cidr-block 10.1.0.0/24 --availability-zone ap-northeast-2c --query Subnet.SubnetId --output text)",
            "PRIVATE=$(aws ec2 create-subnet --vpc-id $VPC --cidr-block 10.1.1.0/26 --tag-specifications 'ResourceType=subnet,Tags=[{Key=Name,Value=tasks}]' --query Subnet.SubnetId --output text)",
            "IGW=$(aws ec2 create-internet-gateway --query InternetGateway.InternetGatewayId --output text)",
            "aws ec2 attach-internet-gateway --internet-gateway-id $IGW --vpc-id $VPC",
            "TABLE=$(aws ec2 create-route-table --vpc-id $VPC --query RouteTable.RouteTableId --output text)",
            "aws ec2 create-route --route-table-id $TABLE --destination-cidr-block 0.0.0.0/0 --gateway-id $IGW",
            "aws ec2 associate-route-table --route-table-id $TABLE --subnet-id $PUBLIC",
            "aws ec2 modify-subnet-attribute --subnet-id $PUBLIC --map-public-ip-on-launch",
            "EIP=$(aws ec2 allocate-address --query AllocationId --output text)",
            "NAT=$(aws ec2 create-nat-gateway --subnet-id $PUBLIC --allocation-id $EIP --query NatGateway.NatGatewayId --output text)",
        ],
    );
    let state = "aws ec2 describe-nat-gateways --nat-gateway-ids $NAT --query 'NatGateways[].State' --output text";
    assert_eq!(terminal.ok(state), "pending\n");
    terminal.ok("clock advance 10s");
    assert_eq!(terminal.ok(state), "available\n");
    assert_eq!(
        terminal.ok("aws ec2 describe-subnets --subnet-ids $PUBLIC --query 'Subnets[].[AvailabilityZone,MapPublicIpOnLaunch,AvailableIpAddressCount]' --output text"),
        "ap-northeast-2c\tTrue\t250\n"
    );
    assert_eq!(
        terminal.ok("aws ec2 describe-subnets --filters Name=tag:Name,Values=tasks --query 'Subnets[].AvailableIpAddressCount' --output text"),
        "59\n"
    );
    for (line, error) in [
        ("aws ec2 create-subnet --vpc-id $VPC --cidr-block 10.1.1.0/24", "(InvalidSubnet.Conflict)"),
        ("aws ec2 create-subnet --vpc-id $VPC --cidr-block 10.2.1.0/24", "(InvalidSubnet.Range)"),
        ("aws ec2 create-vpc --cidr-block 10.0.0.0/8", "(InvalidVpc.Range)"),
        ("aws ec2 release-address --allocation-id $EIP", "(InvalidIPAddress.InUse)"),
        ("aws ec2 delete-subnet --subnet-id $PUBLIC", "(DependencyViolation)"),
        ("aws ec2 delete-vpc --vpc-id $VPC", "(DependencyViolation)"),
        ("aws ec2 delete-internet-gateway --internet-gateway-id $IGW", "(DependencyViolation)"),
        ("aws ec2 delete-route-table --route-table-id $TABLE", "(DependencyViolation)"),
        ("aws ec2 attach-internet-gateway --internet-gateway-id $IGW --vpc-id $VPC", "(Resource.AlreadyAssociated)"),
        ("aws ec2 delete-nat-gateway --nat-gateway-id nat-00000000000000000", "(NatGatewayNotFound)"),
    ] {
        let (said, code) = fails(&mut terminal, line);
        assert!(said.contains(error) && code == 254, "{line}: {said}");
    }
    lines(
        &mut terminal,
        &[
            "aws ec2 delete-nat-gateway --nat-gateway-id $NAT",
            "clock advance 10s",
            "aws ec2 release-address --allocation-id $EIP",
            "aws ec2 detach-internet-gateway --internet-gateway-id $IGW --vpc-id $VPC",
            "aws ec2 delete-internet-gateway --internet-gateway-id $IGW",
            "aws ec2 delete-subnet --subnet-id $PUBLIC",
            "aws ec2 delete-subnet --subnet-id $PRIVATE",
            "aws ec2 delete-route-table --route-table-id $TABLE",
            "aws ec2 delete-vpc --vpc-id $VPC",
        ],
    );
    assert_eq!(terminal.ok("aws ec2 describe-vpcs --query 'length(Vpcs)'"), "1\n");
}

#[test]
fn a_network_acl_is_written_rule_by_rule() {
    let mut terminal = Terminal::new();
    let rule = "--network-acl-id $ACL --protocol tcp --rule-action allow --cidr-block 0.0.0.0/0";
    lines(
        &mut terminal,
        &[
            "ACL=$(aws ec2 create-network-acl --vpc-id vpc-0a1b2c3d4e5f60001 --query NetworkAcl.NetworkAclId --output text)",
            &format!("aws ec2 create-network-acl-entry {rule} --egress --rule-number 100 --port-range From=443,To=443"),
            &format!(
                "aws ec2 create-network-acl-entry {rule} --ingress --rule-number 100 --port-range From=1024,To=65535"
            ),
            "GUARD=$(aws ec2 describe-network-acls --filters Name=default,Values=true --query \"NetworkAcls[0].Associations[?SubnetId=='subnet-0a1b2c3d4e5f60a02'].NetworkAclAssociationId\" --output text)",
            "aws ec2 replace-network-acl-association --association-id $GUARD --network-acl-id $ACL",
        ],
    );
    assert_eq!(
        terminal.ok("aws ec2 describe-network-acls --network-acl-ids $ACL --query 'NetworkAcls[0].Entries[].[Egress,RuleNumber,Protocol,RuleAction,CidrBlock]' --output text"),
        "True\t100\t6\tallow\t0.0.0.0/0\nTrue\t32767\t-1\tdeny\t0.0.0.0/0\nFalse\t100\t6\tallow\t0.0.0.0/0\nFalse\t32767\t-1\tdeny\t0.0.0.0/0\n"
    );
    for (line, error) in [
        (
            format!("aws ec2 create-network-acl-entry {rule} --egress --rule-number 100 --port-range From=80,To=80"),
            "(NetworkAclEntryAlreadyExists)",
        ),
        (
            "aws ec2 delete-network-acl-entry --network-acl-id $ACL --ingress --rule-number 7".to_owned(),
            "(InvalidNetworkAclEntry.NotFound)",
        ),
        ("aws ec2 delete-network-acl --network-acl-id $ACL".to_owned(), "(DependencyViolation)"),
        (
            "aws ec2 delete-network-acl --network-acl-id acl-0a1b2c3d4e5f60001".to_owned(),
            "cannot delete default network ACL",
        ),
        (
            format!("aws ec2 create-network-acl-entry {rule} --egress --rule-number 40000"),
            "Must be between 1 and 32766.",
        ),
    ] {
        let (said, code) = fails(&mut terminal, &line);
        assert!(said.contains(error) && code == 254, "{line}: {said}");
    }
}

#[test]
fn an_instance_joins_the_cluster_that_its_user_data_names() {
    let mut terminal = Terminal::new();
    lines(
        &mut terminal,
        &[
            "aws ecs create-cluster --cluster-name prod",
            r#"aws iam create-role --role-name node --assume-role-policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}'"#,
            "aws iam attach-role-policy --role-name node --policy-arn arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role",
            "aws iam create-instance-profile --instance-profile-name node",
            "aws iam add-role-to-instance-profile --instance-profile-name node --role-name node",
            "I=$(aws ec2 run-instances --image-id resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id --instance-type t3.medium --iam-instance-profile Name=node --subnet-id subnet-0a1b2c3d4e5f60a02 --user-data 'echo ECS_CLUSTER=prod > /etc/ecs/ecs.config' --query 'Instances[].InstanceId' --output text)",
        ],
    );
    let members = "aws ecs list-container-instances --cluster prod --filter 'attribute:ecs.instance-type == t3.medium' --query 'length(containerInstanceArns)'";
    assert_eq!(terminal.ok(members), "1\n");
    terminal.ok("aws ec2 terminate-instances --instance-ids $I");
    assert_eq!(terminal.ok(members), "0\n");
    for (line, error) in [
        (
            "aws ec2 run-instances --image-id ami-12345678 --subnet-id subnet-0a1b2c3d4e5f60a02 --count many",
            "count parameter",
        ),
        (
            "aws ec2 run-instances --image-id ami-12345678 --instance-type x9.huge --subnet-id subnet-0a1b2c3d4e5f60a02",
            "(InvalidParameterValue)",
        ),
        ("aws ec2 run-instances --image-id ami-12345678", "(MissingInput)"),
        ("aws ec2 terminate-instances --instance-ids $I", "(InvalidInstanceID.NotFound)"),
    ] {
        let (said, _) = fails(&mut terminal, line);
        assert!(said.contains(error), "{line}: {said}");
    }
}
