//! `aws ec2`: a learner looks at the network and the instances, and sees what EC2 would say.

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
    let (said, code) = fails(&mut terminal, "aws ec2 run-instances --image-id ami-1");
    assert_eq!(
        (said.starts_with("aws: `aws ec2 run-instances` exists at AWS but is not simulated here"), code),
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
