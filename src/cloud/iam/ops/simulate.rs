//! The policy simulator: the same evaluation, over policies that need not be in force.
//!
//! Source: IAM API Reference, SimulateCustomPolicy and SimulatePrincipalPolicy; IAM User Guide, "IAM policy testing with the
//! IAM policy simulator".

use std::sync::Arc;

use serde::Deserialize;

use super::simulated::{Part, SimulateOutput, result};
use super::{Page, Validation};
use crate::cloud::iam::asked::Asked;
use crate::cloud::iam::collect;
use crate::cloud::iam::decision::{PolicyKind, PolicyName};
use crate::cloud::iam::evaluate::{Layer, Policies, says};
use crate::cloud::iam::key::Keys as _;
use crate::cloud::iam::policy::Policy;
use crate::cloud::iam::{principal_of, trace};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Principal, Service};

/// A condition key with the values that it is to have.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ContextEntry {
    pub context_key_name: String,
    #[serde(default)]
    pub context_key_values: Vec<String>,
}

/// What is to be simulated.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Scenario {
    #[serde(default)]
    pub policy_input_list: Vec<String>,
    #[serde(default)]
    pub permissions_boundary_policy_input_list: Vec<String>,
    pub action_names: Vec<String>,
    #[serde(default)]
    pub resource_arns: Vec<String>,
    pub resource_policy: Option<String>,
    /// The account that owns resources whose ARNs name none, and the resource policy.
    pub resource_owner: Option<String>,
    pub caller_arn: Option<String>,
    #[serde(default)]
    pub context_entries: Vec<ContextEntry>,
    /// Which resources a request of EC2 brings along.
    pub resource_handling_option: Option<String>,
    #[serde(flatten)]
    pub page: Page,
}

/// Simulates policies given as text.
#[derive(Clone, Debug, Deserialize)]
pub struct SimulateCustomPolicy {
    #[serde(flatten)]
    pub scenario: Scenario,
}

/// Simulates the policies of a user (with those of its groups), a group or a role, with more given as text.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SimulatePrincipalPolicy {
    pub policy_source_arn: String,
    #[serde(flatten)]
    pub scenario: Scenario,
}

/// Whose policies a simulation begins with.
pub(super) enum Source {
    /// Nobody's: only those given.
    Given,
    /// Those of a user or a role.
    Principal(Principal),
    /// Those of a group alone, by its name.
    Group(String),
}

pub(super) fn invalid_input(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidInput", message)
}

/// Reads policies that are given as text.
pub(super) fn read(texts: &[String]) -> Result<Vec<Arc<Policy>>, ApiError> {
    let read = texts.iter().map(|text| Policy::identity(text).map(Arc::new));
    read.collect::<Result<_, _>>().map_err(|error| invalid_input(error.message))
}

impl Scenario {
    /// The resources that are named; none for all.
    fn resources(&self) -> Result<Vec<Arn>, ApiError> {
        if matches!(self.resource_arns.as_slice(), [all] if all == "*") {
            return Ok(Vec::new());
        }
        let read = |text: &String| {
            let invalid = || invalid_input(format!("ResourceNames are not in a valid ARN format: {text}."));
            text.parse::<Arn>().map_err(|_| invalid())
        };
        self.resource_arns.iter().map(read).collect()
    }

    fn check_actions(&self, names_resources: bool) -> Result<(), ApiError> {
        for action in &self.action_names {
            Validation::default().length("actionNames", Some(action), 3, 128).done()?;
            if !action.contains(':') {
                return Err(invalid_input("The action is invalid since it is missing names"));
            }
            // Inferred: the wording.
            if action.contains('*') {
                return Err(invalid_input(format!("Invalid Input Actions: {action}")));
            }
            // Limitation: for EC2's own scenarios nothing more than the resources given is asked about.
            if self.resource_handling_option.is_some() && names_resources && !action.starts_with("ec2:") {
                return Err(invalid_input(format!(
                    "Invalid input resource handling options. Action does not support resource handling options: {action}."
                )));
            }
        }
        Ok(())
    }

    /// The account that owns what is asked about.
    fn owner<'a>(&'a self, resource: Option<&'a Arn>, asker: &'a Principal) -> &'a str {
        let named = resource.map(Arn::account).filter(|account| !account.is_empty());
        let given = || {
            let mut parts = self.resource_owner.as_deref()?.split(':');
            parts.nth(4)
        };
        named.or_else(given).unwrap_or(asker.account().as_str())
    }

    fn run(
        &self,
        cloud: &Cloud,
        caller: &Caller,
        who: &Principal,
        source: &Source,
    ) -> Result<SimulateOutput, ApiError> {
        let resources = self.resources()?;
        self.check_actions(!resources.is_empty())?;
        let given = Given::read(self)?;
        let entry = |entry: &ContextEntry| (entry.context_key_name.clone(), entry.context_key_values.clone());
        let context: Vec<_> = self.context_entries.iter().map(entry).collect();
        let part = |action: &str, resource: Option<&Arn>| {
            let mut asked = Asked::new(cloud, who, action, resource, &caller.region);
            asked.context = &context;
            let mut policies = source.policies(cloud, caller, &asked);
            given.add(&asked, &mut policies);
            let mut request = asked.request();
            // Only the policies given speak for the resource. Observed: trust policies are not looked at.
            request.leaves_resource_out = given.resource.is_none() || request.is_assuming();
            if request.leaves_resource_out {
                policies.remove(Layer::Resource);
            }
            request.is_cross_account =
                !request.leaves_resource_out && self.owner(resource, who) != who.account().as_str();
            Part {
                decision: trace::decide(&request, &policies),
                missing: missing(&asked, &policies),
                kind: source.kind(),
                organization: says(&request, &policies, Layer::ServiceControl),
                boundary: says(&request, &policies, Layer::Boundary),
                both: request.is_cross_account.then(|| {
                    [Layer::Identity, Layer::Resource].map(|layer| says(&request, &policies, layer).unwrap_or_default())
                }),
            }
        };
        let results = self.action_names.iter().map(|action| {
            if resources.is_empty() {
                return result(action, vec![(None, part(action, None))]);
            }
            result(action, resources.iter().map(|arn| (Some(arn), part(action, Some(arn)))).collect())
        });
        let page = self.page.cut(results.collect())?;
        Ok(SimulateOutput { evaluation_results: page.items, marker: page.marker })
    }
}

/// The policies that are given as text.
struct Given {
    inputs: Vec<Arc<Policy>>,
    boundaries: Vec<Arc<Policy>>,
    resource: Option<Arc<Policy>>,
}

impl Given {
    fn read(scenario: &Scenario) -> Result<Self, ApiError> {
        let resource = scenario.resource_policy.as_deref().map(Policy::parse_resource_policy).transpose();
        Ok(Self {
            inputs: read(&scenario.policy_input_list)?,
            boundaries: read(&scenario.permissions_boundary_policy_input_list)?,
            resource: resource.map_err(|error| invalid_input(error.message))?.map(Arc::new),
        })
    }

    fn add(&self, asked: &Asked<'_>, policies: &mut Policies) {
        collect::resource(asked, self.resource.clone(), policies);
        give(policies, Layer::Identity, PolicyKind::Inline, "PolicyInputList", &self.inputs);
        if !self.boundaries.is_empty() {
            policies.remove(Layer::Boundary);
            let name = "PermissionsBoundaryPolicyInputList";
            give(policies, Layer::Boundary, PolicyKind::Boundary, name, &self.boundaries);
        }
    }
}

fn give(policies: &mut Policies, layer: Layer, kind: PolicyKind, list: &str, given: &[Arc<Policy>]) {
    for (policy, number) in given.iter().zip(1..) {
        let name = PolicyName { kind, name: format!("{list}.{number}").into(), holder: Arc::default() };
        policies.add(layer, Arc::new(name), Arc::clone(policy));
    }
}

impl Source {
    /// The policies that it has, with those of its account's organization.
    pub fn policies(&self, cloud: &Cloud, caller: &Caller, asked: &Asked<'_>) -> Policies {
        let mut policies = Policies::default();
        match self {
            Self::Given => {}
            Self::Principal(own) => {
                policies = collect::collect(&Asked::new(cloud, own, asked.action, asked.resource, &caller.region));
                for layer in [Layer::Resource, Layer::ResourceControl, Layer::Endpoint, Layer::Session] {
                    policies.remove(layer);
                }
            }
            Self::Group(name) => {
                if let Some(state) = super::state(cloud, caller)
                    && let Some(group) = state.group(name)
                {
                    let kinds = (PolicyKind::GroupManaged, PolicyKind::GroupInline);
                    collect::attached(state, &group.policies, &group.name, kinds, &mut policies);
                }
            }
        }
        policies
    }

    /// What its inline policies are called after.
    fn kind(&self) -> &'static str {
        match self {
            Self::Principal(Principal::User { .. }) => "user",
            _ => "role",
        }
    }

    /// The user, group or role of this ARN, which has to be there, and the principal that stands for it.
    pub fn of(cloud: &Cloud, caller: &Caller, arn: &str) -> Result<(Principal, Self), ApiError> {
        let missing = || super::no_such_entity(format!("The entity {arn} cannot be found."));
        let parsed = arn.parse::<Arn>().map_err(|_| invalid_entity(arn))?;
        let state = super::state(cloud, caller).filter(|state| parsed.account() == state.account().as_str());
        let state = state.ok_or_else(missing)?;
        if let Some(name) = parsed.resource().strip_prefix("group/") {
            let group = state.group(name.rsplit('/').next().unwrap_or_default()).ok_or_else(missing)?;
            // Nobody in particular, who is in this group only.
            let nobody = Principal::User { account: state.account().clone(), name: String::new() };
            return Ok((nobody, Self::Group(group.name.to_string())));
        }
        let principal = principal_of(&parsed);
        let exists = match &principal {
            Principal::User { name, .. } => state.user(name).is_some(),
            Principal::Session { role, .. } => state.role(role).is_some(),
            Principal::Service { .. } => return Err(invalid_entity(arn)),
            Principal::Root { .. } | Principal::FederatedUser { .. } | Principal::Federated { .. } => false,
        };
        if exists { Ok((principal.clone(), Self::Principal(principal))) } else { Err(missing()) }
    }
}

fn invalid_entity(arn: &str) -> ApiError {
    invalid_input(format!("Invalid Entity Arn: {arn}"))
}

/// The condition keys that policies name and that have no value, in the order of the policies.
fn missing(asked: &Asked<'_>, policies: &Policies) -> Vec<String> {
    let keys = policies.iter().flat_map(|applied| applied.policy.condition_keys());
    let mut missing: Vec<String> = Vec::new();
    for key in keys.filter(|key| asked.values(key).is_empty()) {
        if !missing.iter().any(|known| key.is(known)) {
            missing.push(key.as_str().to_owned());
        }
    }
    missing
}

/// Who is to ask: a user.
fn user(arn: &str) -> Result<Principal, ApiError> {
    let parsed = arn.parse::<Arn>().map_err(|_| invalid_entity(arn))?;
    match principal_of(&parsed) {
        user @ Principal::User { .. } => Ok(user),
        _ => Err(invalid_entity(arn)),
    }
}

/// Inferred: the wording.
fn caller_required() -> ApiError {
    invalid_input("CallerArn is required when ResourcePolicy is included and the policies are not those of a user.")
}

impl Operation for SimulateCustomPolicy {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "SimulateCustomPolicy";
    type Output = SimulateOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("iam:SimulateCustomPolicy")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<SimulateOutput, ApiError> {
        let who = match &self.scenario.caller_arn {
            Some(arn) => user(arn)?,
            None if self.scenario.resource_policy.is_some() => return Err(caller_required()),
            None => Principal::User { account: caller.principal.account().clone(), name: String::new() },
        };
        self.scenario.run(cloud, caller, &who, &Source::Given)
    }
}

impl Operation for SimulatePrincipalPolicy {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "SimulatePrincipalPolicy";
    type Output = SimulateOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        super::on_arn("iam:SimulatePrincipalPolicy", &self.policy_source_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<SimulateOutput, ApiError> {
        let (own, source) = Source::of(cloud, caller, &self.policy_source_arn)?;
        let is_user = matches!(&source, Source::Principal(Principal::User { .. }));
        let who = match &self.scenario.caller_arn {
            Some(arn) => user(arn)?,
            None if self.scenario.resource_policy.is_some() && !is_user => return Err(caller_required()),
            None => own,
        };
        self.scenario.run(cloud, caller, &who, &source)
    }
}
