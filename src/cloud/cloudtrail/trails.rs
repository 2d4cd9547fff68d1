//! Trails of one's own: there are none, and asking for them says so.

use serde::{Deserialize, Serialize};

use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// Lists the trails of a region.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeTrails {}

/// No trails.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeTrailsOutput {
    pub trail_list: [(); 0],
}

impl Operation for DescribeTrails {
    const SERVICE: Service = Service::CloudTrail;
    const NAME: &'static str = "DescribeTrails";
    type Output = DescribeTrailsOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("cloudtrail:DescribeTrails")]
    }

    fn run(self, _: &mut Cloud, _: &Caller) -> Result<DescribeTrailsOutput, ApiError> {
        Ok(DescribeTrailsOutput { trail_list: [] })
    }
}

/// Lists all trails.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListTrails {}

/// No trails.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListTrailsOutput {
    pub trails: [(); 0],
}

impl Operation for ListTrails {
    const SERVICE: Service = Service::CloudTrail;
    const NAME: &'static str = "ListTrails";
    type Output = ListTrailsOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("cloudtrail:ListTrails")]
    }

    fn run(self, _: &mut Cloud, _: &Caller) -> Result<ListTrailsOutput, ApiError> {
        Ok(ListTrailsOutput { trails: [] })
    }
}

/// The answer about a trail; it never comes.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct NoTrail {}

/// Source: observed.
fn unknown(name: &str, caller: &Caller) -> ApiError {
    let account = caller.principal.account();
    ApiError::new("TrailNotFoundException", format!("Unknown trail: {name} for the user: {account}"))
}

/// Asks for a trail.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetTrail {
    pub name: String,
}

impl Operation for GetTrail {
    const SERVICE: Service = Service::CloudTrail;
    const NAME: &'static str = "GetTrail";
    type Output = NoTrail;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::on("cloudtrail:GetTrail", trail_arn(caller, &self.name))]
    }

    fn run(self, _: &mut Cloud, caller: &Caller) -> Result<NoTrail, ApiError> {
        Err(unknown(&self.name, caller))
    }
}

fn trail_arn(caller: &Caller, name: &str) -> crate::cloud::Arn {
    let account = caller.principal.account().as_str();
    let own = || crate::cloud::Arn::new("cloudtrail", caller.region.as_str(), account, &format!("trail/{name}"));
    name.parse().unwrap_or_else(|_| own())
}

/// Asks whether a trail is on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetTrailStatus {
    pub name: String,
}

impl Operation for GetTrailStatus {
    const SERVICE: Service = Service::CloudTrail;
    const NAME: &'static str = "GetTrailStatus";
    type Output = NoTrail;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::on("cloudtrail:GetTrailStatus", trail_arn(caller, &self.name))]
    }

    fn run(self, _: &mut Cloud, caller: &Caller) -> Result<NoTrail, ApiError> {
        Err(unknown(&self.name, caller))
    }
}
