//! The resources that an event names: their types and names.

use crate::cloud::Arn;

/// A resource as lookups find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) kind: &'static str,
    pub(super) name: String,
}

/// What an ARN names; none for services whose resources CloudTrail does not tell. Source: AWS Config Developer Guide,
/// "Supported resource types"; inferred: where the name is the ARN and where it is a part of it.
pub(super) fn named(arn: &Arn) -> Option<Named> {
    let resource = arn.resource();
    let after = |separator: char| resource.split_once(separator).map_or("", |(_, rest)| rest);
    let last = || resource.rsplit('/').next().unwrap_or_default().to_owned();
    let whole = || arn.to_string();
    let (kind, name) = match (arn.service(), resource.split(['/', ':']).next().unwrap_or_default()) {
        ("ecr", _) => ("AWS::ECR::Repository", whole()),
        ("ecr-public", _) => ("AWS::ECR::PublicRepository", whole()),
        ("ecs", "cluster") => ("AWS::ECS::Cluster", last()),
        ("ecs", "service") => ("AWS::ECS::Service", last()),
        ("ecs", "task-definition") => ("AWS::ECS::TaskDefinition", whole()),
        ("eks", "cluster") => ("AWS::EKS::Cluster", last()),
        ("events", "rule") => ("AWS::Events::Rule", last()),
        ("iam", "user") => ("AWS::IAM::User", last()),
        ("iam", "role") => ("AWS::IAM::Role", last()),
        ("iam", "group") => ("AWS::IAM::Group", last()),
        ("iam", "policy") => ("AWS::IAM::Policy", whole()),
        ("iam", "instance-profile") => ("AWS::IAM::InstanceProfile", last()),
        ("kms", "key") => ("AWS::KMS::Key", whole()),
        ("lambda", "function") => ("AWS::Lambda::Function", whole()),
        ("logs", "log-group") => {
            let name = after(':');
            ("AWS::Logs::LogGroup", name.split(":log-stream").next().unwrap_or_default().to_owned())
        }
        ("s3", _) => ("AWS::S3::Bucket", resource.split('/').next().unwrap_or_default().to_owned()),
        ("secretsmanager", "secret") => ("AWS::SecretsManager::Secret", whole()),
        _ => return None,
    };
    (!name.is_empty()).then_some(Named { kind, name })
}
