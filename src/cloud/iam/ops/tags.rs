//! Tags of users, roles, managed policies and instance profiles. The operations are alike, so each is written once.

use serde::{Deserialize, Serialize};

use super::{
    Page, on_instance_profile, on_named_user, on_oidc_provider, on_policy, on_role, on_saml_provider, validate, wire,
    with_request_tags,
};
use crate::cloud::iam::{State, Tag};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// The output of the operations that list tags.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListTagsOutput {
    pub tags: Vec<Tag>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

fn set(tags: &mut Vec<Tag>, new: Vec<Tag>) -> Result<(), ApiError> {
    let mut changed = tags.clone();
    for tag in new {
        match changed.iter_mut().find(|known| known.key.eq_ignore_ascii_case(&tag.key)) {
            Some(known) => *known = tag,
            None => changed.push(tag),
        }
    }
    validate::tags(&changed)?;
    *tags = changed;
    Ok(())
}

fn remove(tags: &mut Vec<Tag>, keys: &[String]) {
    tags.retain(|tag| !keys.iter().any(|key| key.eq_ignore_ascii_case(&tag.key)));
}

fn by_key(tags: &[Tag]) -> Vec<Tag> {
    let mut tags = tags.to_vec();
    tags.sort_by(|a, b| a.key.cmp(&b.key));
    tags
}

/// Makes the three operations on the tags of one kind of entity.
macro_rules! tag_operations {
    ($tag:ident, $untag:ident, $list:ident, $name:literal, $on:ident, $tags:ident, $tags_mut:ident) => {
        /// Sets tags.
        #[derive(Clone, Debug, Deserialize)]
        pub struct $tag {
            #[serde(rename = $name)]
            pub name: String,
            #[serde(rename = "Tags")]
            pub tags: Vec<Tag>,
        }

        impl Operation for $tag {
            const SERVICE: Service = Service::Iam;
            const NAME: &'static str = stringify!($tag);
            type Output = wire::Empty;

            fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
                with_request_tags($on(concat!("iam:", stringify!($tag)), cloud, caller, &self.name), &self.tags)
            }

            fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
                validate::tags(&self.tags)?;
                set($tags_mut(super::state_mut(cloud, caller), &self.name)?, self.tags)?;
                Ok(wire::Empty {})
            }
        }

        /// Removes tags.
        #[derive(Clone, Debug, Deserialize)]
        pub struct $untag {
            #[serde(rename = $name)]
            pub name: String,
            #[serde(rename = "TagKeys")]
            pub tag_keys: Vec<String>,
        }

        impl Operation for $untag {
            const SERVICE: Service = Service::Iam;
            const NAME: &'static str = stringify!($untag);
            type Output = wire::Empty;

            fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
                let mut questions = $on(concat!("iam:", stringify!($untag)), cloud, caller, &self.name);
                for question in &mut questions {
                    question.context.push(("aws:TagKeys".to_owned(), self.tag_keys.clone()));
                }
                questions
            }

            fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
                remove($tags_mut(super::state_mut(cloud, caller), &self.name)?, &self.tag_keys);
                Ok(wire::Empty {})
            }
        }

        /// Lists tags, by key.
        #[derive(Clone, Debug, Deserialize)]
        pub struct $list {
            #[serde(rename = $name)]
            pub name: String,
            #[serde(flatten)]
            pub page: Page,
        }

        impl Operation for $list {
            const SERVICE: Service = Service::Iam;
            const NAME: &'static str = stringify!($list);
            type Output = ListTagsOutput;

            fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
                $on(concat!("iam:", stringify!($list)), cloud, caller, &self.name)
            }

            fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListTagsOutput, ApiError> {
                let page = self.page.cut(by_key($tags(super::read(cloud, caller)?, &self.name)?))?;
                Ok(ListTagsOutput { tags: page.items, marker: page.marker })
            }
        }
    };
}

fn of_user<'a>(state: &'a State, name: &str) -> Result<&'a [Tag], ApiError> {
    state.user(name).map(|user| user.tags.as_slice()).ok_or_else(|| super::no_such_user(name))
}

fn of_user_mut<'a>(state: &'a mut State, name: &str) -> Result<&'a mut Vec<Tag>, ApiError> {
    super::user_mut(state, name).map(|user| &mut user.tags)
}

fn of_role<'a>(state: &'a State, name: &str) -> Result<&'a [Tag], ApiError> {
    state.role(name).map(|role| role.tags.as_slice()).ok_or_else(|| super::no_such_role(name))
}

fn of_role_mut<'a>(state: &'a mut State, name: &str) -> Result<&'a mut Vec<Tag>, ApiError> {
    super::role_mut(state, name).map(|role| &mut role.tags)
}

fn of_policy<'a>(state: &'a State, arn: &str) -> Result<&'a [Tag], ApiError> {
    if crate::cloud::iam::aws_managed(arn).is_some() {
        return Ok(&[]);
    }
    state.policy_by_arn(arn).map(|policy| policy.tags.as_slice()).ok_or_else(|| super::no_such_policy(arn))
}

fn of_policy_mut<'a>(state: &'a mut State, arn: &str) -> Result<&'a mut Vec<Tag>, ApiError> {
    super::policies::own(state, arn).map(|policy| &mut policy.tags)
}

fn of_profile<'a>(state: &'a State, name: &str) -> Result<&'a [Tag], ApiError> {
    let profile = state.instance_profile(name).ok_or_else(|| super::no_such_instance_profile(name))?;
    Ok(&profile.tags)
}

fn of_profile_mut<'a>(state: &'a mut State, name: &str) -> Result<&'a mut Vec<Tag>, ApiError> {
    let profile = state.instance_profiles.get_mut(name).ok_or_else(|| super::no_such_instance_profile(name))?;
    Ok(&mut profile.tags)
}

fn of_oidc_provider<'a>(state: &'a State, arn: &str) -> Result<&'a [Tag], ApiError> {
    super::oidc_providers::known(state, arn).map(|provider| provider.tags.as_slice())
}

fn of_oidc_provider_mut<'a>(state: &'a mut State, arn: &str) -> Result<&'a mut Vec<Tag>, ApiError> {
    super::oidc_providers::known_mut(state, arn).map(|provider| &mut provider.tags)
}

fn of_saml_provider<'a>(state: &'a State, arn: &str) -> Result<&'a [Tag], ApiError> {
    super::saml_providers::known(state, arn).map(|provider| provider.tags.as_slice())
}

fn of_saml_provider_mut<'a>(state: &'a mut State, arn: &str) -> Result<&'a mut Vec<Tag>, ApiError> {
    super::saml_providers::known_mut(state, arn).map(|provider| &mut provider.tags)
}

tag_operations!(TagUser, UntagUser, ListUserTags, "UserName", on_named_user, of_user, of_user_mut);
tag_operations!(TagRole, UntagRole, ListRoleTags, "RoleName", on_role, of_role, of_role_mut);
tag_operations!(TagPolicy, UntagPolicy, ListPolicyTags, "PolicyArn", on_policy, of_policy, of_policy_mut);
tag_operations!(
    TagOpenIDConnectProvider,
    UntagOpenIDConnectProvider,
    ListOpenIDConnectProviderTags,
    "OpenIDConnectProviderArn",
    on_oidc_provider,
    of_oidc_provider,
    of_oidc_provider_mut
);
tag_operations!(
    TagSAMLProvider,
    UntagSAMLProvider,
    ListSAMLProviderTags,
    "SAMLProviderArn",
    on_saml_provider,
    of_saml_provider,
    of_saml_provider_mut
);
tag_operations!(
    TagInstanceProfile,
    UntagInstanceProfile,
    ListInstanceProfileTags,
    "InstanceProfileName",
    on_instance_profile,
    of_profile,
    of_profile_mut
);
