//! The policies of users, groups and roles: inline ones, and managed ones attached. The operations are alike for the
//! three kinds, so each is written once.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Page, Validation, on_group, on_named_user, on_role, read, validate, wire};
use crate::cloud::iam::{Attachments, Group, Named, Policy, Role, State, User};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// A kind of entity that policies are attached to.
trait Holder: Clone + 'static {
    /// As messages about sizes name it.
    const KIND: &'static str;
    /// As the quota of attached policies names it.
    const QUOTA: &'static str;
    /// How large all inline policies may be together, without white space.
    /// Source: IAM User Guide, "IAM and AWS STS quotas".
    const INLINE_SIZE: usize;

    fn table(state: &State) -> &Named<Self>;
    fn get_mut<'a>(state: &'a mut State, name: &str) -> Result<&'a mut Self, ApiError>;
    fn attachments(&self) -> &Attachments;
    fn attachments_mut(&mut self) -> &mut Attachments;
    fn missing(name: &str) -> ApiError;
}

macro_rules! holder {
    ($kind:ident, $table:ident, $get_mut:path, $missing:ident, $text:literal, $quota:literal, $size:literal) => {
        impl Holder for $kind {
            const KIND: &'static str = $text;
            const QUOTA: &'static str = $quota;
            const INLINE_SIZE: usize = $size;

            fn table(state: &State) -> &Named<Self> {
                &state.$table
            }

            fn get_mut<'a>(state: &'a mut State, name: &str) -> Result<&'a mut Self, ApiError> {
                $get_mut(state, name)
            }

            fn attachments(&self) -> &Attachments {
                &self.policies
            }

            fn attachments_mut(&mut self) -> &mut Attachments {
                &mut self.policies
            }

            fn missing(name: &str) -> ApiError {
                super::$missing(name)
            }
        }
    };
}

holder!(User, users, super::user_mut, no_such_user, "user", "PoliciesPerUser", 2048);
holder!(Group, groups, super::group_mut, no_such_group, "group", "PoliciesPerGroup", 5120);
holder!(Role, roles, super::role_mut, no_such_role, "role", "PoliciesPerRole", 10240);

/// Source: IAM User Guide, "IAM and AWS STS quotas".
const ATTACHED_MAX: usize = 10;

/// The attachments of a holder.
fn of<'a, H: Holder>(state: &'a State, name: &str) -> Result<&'a Attachments, ApiError> {
    H::table(state).get(name).map(|holder| holder.attachments()).ok_or_else(|| H::missing(name))
}

/// The attachments of a holder, to be changed.
fn of_mut<'a, H: Holder>(state: &'a mut State, name: &str) -> Result<&'a mut Attachments, ApiError> {
    H::get_mut(state, name).map(H::attachments_mut)
}

fn attach<H: Holder>(state: &mut State, name: &str, arn: &str) -> Result<(), ApiError> {
    let exists = state.managed_document(arn).is_some();
    let attachments = of_mut::<H>(state, name)?;
    if !exists {
        return Err(super::no_such_entity(format!("Policy {arn} does not exist or is not attachable.")));
    }
    if !attachments.managed.contains(arn) && attachments.managed.len() >= ATTACHED_MAX {
        return Err(super::limit_exceeded(format!("Cannot exceed quota for {}: {ATTACHED_MAX}", H::QUOTA)));
    }
    attachments.managed.insert(arn.into());
    Ok(())
}

fn detach<H: Holder>(state: &mut State, name: &str, arn: &str) -> Result<(), ApiError> {
    if of_mut::<H>(state, name)?.managed.remove(arn) { Ok(()) } else { Err(super::no_such_policy(arn)) }
}

fn put<H: Holder>(state: &mut State, name: &str, policy: &str, text: &str) -> Result<(), ApiError> {
    Validation::default().name("policyName", policy, 128).length("policyDocument", Some(text), 1, 131_072).done()?;
    let attachments = of_mut::<H>(state, name)?;
    validate::document(text)?;
    let document = Policy::identity(text)?;
    let others = attachments.inline.iter().filter(|(name, _)| name.as_ref() != policy);
    let size = others.map(|(_, policy)| policy.size()).sum::<usize>() + document.size();
    if size > H::INLINE_SIZE {
        let (max, kind) = (H::INLINE_SIZE, H::KIND);
        return Err(super::limit_exceeded(format!("Maximum policy size of {max} bytes exceeded for {kind} {name}")));
    }
    attachments.inline.insert(policy.into(), Arc::new(document));
    Ok(())
}

fn no_such_inline<H: Holder>(name: &str) -> ApiError {
    // The same text for users, groups and roles but for the word.
    super::no_such_entity(format!("The {} policy with name {name} cannot be found.", H::KIND))
}

/// A policy attached to an entity, as lists show it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AttachedPolicy {
    pub policy_name: String,
    pub policy_arn: Arc<str>,
}

/// The output of `ListAttached…Policies`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListAttachedOutput {
    pub attached_policies: Vec<AttachedPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

/// The output of `List…Policies`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListInlineOutput {
    pub policy_names: Vec<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

fn list_attached<H: Holder>(
    state: &State,
    name: &str,
    prefix: Option<&str>,
    page: &Page,
) -> Result<ListAttachedOutput, ApiError> {
    let attached = of::<H>(state, name)?.managed.iter().filter(|arn| {
        let path = arn.split_once(":policy").map_or("/", |(_, path)| path);
        path.starts_with(prefix.unwrap_or("/"))
    });
    let named = attached.map(|arn| AttachedPolicy {
        policy_name: arn.rsplit('/').next().unwrap_or_default().to_owned(),
        policy_arn: arn.clone(),
    });
    let page = page.cut(named.collect())?;
    Ok(ListAttachedOutput { attached_policies: page.items, marker: page.marker })
}

fn list_inline<H: Holder>(state: &State, name: &str, page: &Page) -> Result<ListInlineOutput, ApiError> {
    let page = page.cut(of::<H>(state, name)?.inline.keys().cloned().collect())?;
    Ok(ListInlineOutput { policy_names: page.items, marker: page.marker })
}

fn get_inline<H: Holder>(state: &State, name: &str, policy: &str) -> Result<Value, ApiError> {
    let found = of::<H>(state, name)?.inline.get(policy).ok_or_else(|| no_such_inline::<H>(policy))?;
    Ok(found.document())
}

fn delete_inline<H: Holder>(state: &mut State, name: &str, policy: &str) -> Result<(), ApiError> {
    match of_mut::<H>(state, name)?.inline.remove(policy) {
        Some(_) => Ok(()),
        None => Err(no_such_inline::<H>(policy)),
    }
}

fn write<'a>(cloud: &'a mut Cloud, caller: &Caller) -> Result<&'a mut State, ApiError> {
    Ok(super::state_mut(cloud, caller))
}

/// One operation on an entity's policies: its input, what it asks IAM, what it does.
macro_rules! operation {
    (
        $operation:ident on $name:literal by $on:ident $({ $($member:ident $wire:literal: $type:ty),* })?
        $(paged $page:ident)? -> $output:ty,
        |$state:ident = $get:ident, $input:ident| $run:expr
    ) => {
        #[doc = concat!("`", stringify!($operation), "`, see the IAM API Reference.")]
        #[derive(Clone, Debug, Deserialize)]
        pub struct $operation {
            #[serde(rename = $name)]
            pub name: String,
            $($(#[serde(rename = $wire)] pub $member: $type,)*)?
            $(#[serde(flatten)] pub $page: Page,)?
        }

        impl Operation for $operation {
            const SERVICE: Service = Service::Iam;
            const NAME: &'static str = stringify!($operation);
            type Output = $output;

            fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
                let mut questions = $on(concat!("iam:", stringify!($operation)), cloud, caller, &self.name);
                for question in &mut questions {
                    question.context.extend(self.policy_arn_key());
                }
                questions
            }

            fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<$output, ApiError> {
                let $input = self;
                let $state = $get(cloud, caller)?;
                $run
            }
        }
    };
}

/// What a request names as a condition key: the policy that is attached or detached.
/// Source: Service Authorization Reference, `iam:PolicyARN`.
trait PolicyArnKey {
    fn policy_arn_key(&self) -> Option<(String, Vec<String>)> {
        None
    }
}

macro_rules! holder_operations {
    (
        $holder:ident, $name:literal, $on:ident:
        $attach:ident $detach:ident $list_attached:ident $put:ident $get:ident $delete:ident $list:ident $get_output:ident
    ) => {
        operation!($attach on $name by $on { policy_arn "PolicyArn": String } -> wire::Empty,
            |state = write, input| attach::<$holder>(state, &input.name, &input.policy_arn).map(|()| wire::Empty {}));
        operation!($detach on $name by $on { policy_arn "PolicyArn": String } -> wire::Empty,
            |state = write, input| detach::<$holder>(state, &input.name, &input.policy_arn).map(|()| wire::Empty {}));
        operation!($list_attached on $name by $on { path_prefix "PathPrefix": Option<String> } paged page
            -> ListAttachedOutput,
            |state = read, input| list_attached::<$holder>(state, &input.name, input.path_prefix.as_deref(), &input.page));
        operation!($put on $name by $on { policy_name "PolicyName": String, policy_document "PolicyDocument": String }
            -> wire::Empty,
            |state = write, input| put::<$holder>(state, &input.name, &input.policy_name, &input.policy_document)
                .map(|()| wire::Empty {}));
        operation!($get on $name by $on { policy_name "PolicyName": String } -> $get_output,
            |state = read, input| {
                let policy_document = get_inline::<$holder>(state, &input.name, &input.policy_name)?;
                Ok($get_output { name: input.name, policy_name: input.policy_name, policy_document })
            });
        operation!($delete on $name by $on { policy_name "PolicyName": String } -> wire::Empty,
            |state = write, input| delete_inline::<$holder>(state, &input.name, &input.policy_name).map(|()| wire::Empty {}));
        operation!($list on $name by $on paged page -> ListInlineOutput,
            |state = read, input| list_inline::<$holder>(state, &input.name, &input.page));

        #[doc = concat!("The output of `", stringify!($get), "`.")]
        #[derive(Clone, Debug, Serialize)]
        pub struct $get_output {
            #[serde(rename = $name)]
            pub name: String,
            #[serde(rename = "PolicyName")]
            pub policy_name: String,
            #[serde(rename = "PolicyDocument")]
            pub policy_document: Value,
        }

        impl PolicyArnKey for $attach {
            fn policy_arn_key(&self) -> Option<(String, Vec<String>)> {
                Some(("iam:PolicyARN".to_owned(), vec![self.policy_arn.clone()]))
            }
        }
        impl PolicyArnKey for $detach {
            fn policy_arn_key(&self) -> Option<(String, Vec<String>)> {
                Some(("iam:PolicyARN".to_owned(), vec![self.policy_arn.clone()]))
            }
        }
        impl PolicyArnKey for $list_attached {}
        impl PolicyArnKey for $put {}
        impl PolicyArnKey for $get {}
        impl PolicyArnKey for $delete {}
        impl PolicyArnKey for $list {}
    };
}

holder_operations!(User, "UserName", on_named_user:
    AttachUserPolicy DetachUserPolicy ListAttachedUserPolicies
    PutUserPolicy GetUserPolicy DeleteUserPolicy ListUserPolicies GetUserPolicyOutput);
holder_operations!(Group, "GroupName", on_group:
    AttachGroupPolicy DetachGroupPolicy ListAttachedGroupPolicies
    PutGroupPolicy GetGroupPolicy DeleteGroupPolicy ListGroupPolicies GetGroupPolicyOutput);
holder_operations!(Role, "RoleName", on_role:
    AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies
    PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies GetRolePolicyOutput);
