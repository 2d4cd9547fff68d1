//! ECR Public: an account's one public registry, and pulls that need no account at all.
//!
//! Repositories, images and layers are as in a private registry, and the same code keeps them ([`super::ecr`]); what is its
//! own are aliases, catalogue data, tokens, and who may pull how often. Its API lives in us-east-1.
//!
//! Not here: the gallery's pages.

mod alias;
mod catalog;
mod images;
mod operations;
mod pull;
mod repositories;
mod state;
mod tags;
mod tokens;

pub use alias::{AliasStatus, CustomAlias, answer_request, request_alias};
pub use catalog::{
    GetRegistryCatalogData, GetRepositoryCatalogData, PutRegistryCatalogData, PutRepositoryCatalogData,
    RepositoryCatalogData,
};
pub use images::{DescribeImageTags, DescribeImages, PutImage};
pub use operations::{
    BatchCheckLayerAvailability, BatchDeleteImage, CompleteLayerUpload, DeleteRepositoryPolicy, GetRepositoryPolicy,
    InitiateLayerUpload, Public, SetRepositoryPolicy, UploadLayerPart,
};
pub use pull::{authenticate, get_manifest, pull};
pub use repositories::{CreateRepository, DeleteRepository, DescribeRegistries, DescribeRepositories};
pub use state::{HOST, State, find_account, registry_uri, repository_arn};
pub use tags::{ListTagsForResource, TagResource, UntagResource};
pub use tokens::GetAuthorizationToken;

pub(super) use state::{find, resource_policy};

super::operations!(
    BatchCheckLayerAvailability,
    BatchDeleteImage,
    CompleteLayerUpload,
    CreateRepository,
    DeleteRepository,
    DeleteRepositoryPolicy,
    DescribeImageTags,
    DescribeImages,
    DescribeRegistries,
    DescribeRepositories,
    GetAuthorizationToken,
    GetRegistryCatalogData,
    GetRepositoryCatalogData,
    GetRepositoryPolicy,
    InitiateLayerUpload,
    ListTagsForResource,
    PutImage,
    PutRegistryCatalogData,
    PutRepositoryCatalogData,
    SetRepositoryPolicy,
    TagResource,
    UntagResource,
    UploadLayerPart,
);
