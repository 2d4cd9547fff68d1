//! How many invocations may run at once, and what an account may have.

use serde::{Deserialize, Serialize};

use super::read::Concurrency;
use super::{Nothing, ask};
use crate::cloud::lambda::errors;
use crate::cloud::lambda::home::{Home, Named};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// What an account may run at once, and what of it always stays for all functions.
/// Source: AWS Lambda Developer Guide, "Lambda quotas" and "Configuring reserved concurrency".
const CONCURRENT: u32 = 1000;
const UNRESERVED: u32 = 100;

/// What functions but one have reserved.
fn reserved(cloud: &Cloud, home: &Home, but: &str) -> u32 {
    let functions = home.state(cloud).into_iter().flat_map(|state| state.functions());
    functions.filter(|function| function.name != but).filter_map(|function| function.reserved_concurrency).sum()
}

/// A function without qualifier: versions have no reserved concurrency of their own.
fn named(caller: &Caller, name: &str) -> Result<Named, ApiError> {
    let named = Named::read(caller, name, None)?;
    match named.qualifier {
        // Inferred: the text.
        Some(_) => Err(errors::invalid(
            "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.",
        )),
        None => Ok(named),
    }
}

/// Reserves concurrency for a function; 0 stops it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PutFunctionConcurrency {
    pub function_name: String,
    pub reserved_concurrent_executions: i64,
}

impl Operation for PutFunctionConcurrency {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "PutFunctionConcurrency";
    type Output = Concurrency;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, "lambda:PutFunctionConcurrency", &self.function_name, None)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Concurrency, ApiError> {
        let named = named(caller, &self.function_name)?;
        named.function(cloud)?;
        let wanted = u32::try_from(self.reserved_concurrent_executions).map_err(|_| {
            let constraint = "Member must have value greater than or equal to 0";
            errors::validation(
                "reservedConcurrentExecutions",
                &self.reserved_concurrent_executions.to_string(),
                constraint,
            )
        })?;
        let left = CONCURRENT.saturating_sub(reserved(cloud, &named.home, &named.name)).saturating_sub(UNRESERVED);
        if wanted > left {
            return Err(errors::invalid(format!(
                "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution \
                 below its minimum value of [{UNRESERVED}]."
            )));
        }
        named.function_mut(cloud)?.reserved_concurrency = Some(wanted);
        Ok(Concurrency { reserved_concurrent_executions: wanted })
    }
}

/// Shows what a function has reserved.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetFunctionConcurrency {
    pub function_name: String,
}

/// Reserved concurrency, if there is any.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetFunctionConcurrencyOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    reserved_concurrent_executions: Option<u32>,
}

impl Operation for GetFunctionConcurrency {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "GetFunctionConcurrency";
    type Output = GetFunctionConcurrencyOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, "lambda:GetFunctionConcurrency", &self.function_name, None)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetFunctionConcurrencyOutput, ApiError> {
        let reserved_concurrent_executions = named(caller, &self.function_name)?.function(cloud)?.reserved_concurrency;
        Ok(GetFunctionConcurrencyOutput { reserved_concurrent_executions })
    }
}

/// Takes a function's reserved concurrency away.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteFunctionConcurrency {
    pub function_name: String,
}

impl Operation for DeleteFunctionConcurrency {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "DeleteFunctionConcurrency";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, "lambda:DeleteFunctionConcurrency", &self.function_name, None)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        named(caller, &self.function_name)?.function_mut(cloud)?.reserved_concurrency = None;
        Ok(Nothing {})
    }
}

/// Shows what the account may have and has.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GetAccountSettings {}

/// Limits and usage.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetAccountSettingsOutput {
    account_limit: AccountLimit,
    account_usage: AccountUsage,
}

/// Limits. Source: AWS Lambda Developer Guide, "Lambda quotas".
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AccountLimit {
    total_code_size: u64,
    code_size_unzipped: u64,
    code_size_zipped: u64,
    concurrent_executions: u32,
    unreserved_concurrent_executions: u32,
}

/// Usage: images don't count as code.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AccountUsage {
    total_code_size: u64,
    function_count: usize,
}

impl Operation for GetAccountSettings {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "GetAccountSettings";
    type Output = GetAccountSettingsOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("lambda:GetAccountSettings")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetAccountSettingsOutput, ApiError> {
        let home = Home::of(caller);
        Ok(GetAccountSettingsOutput {
            account_limit: AccountLimit {
                total_code_size: 80_530_636_800,
                code_size_unzipped: 262_144_000,
                code_size_zipped: 52_428_800,
                concurrent_executions: CONCURRENT,
                unreserved_concurrent_executions: CONCURRENT.saturating_sub(reserved(cloud, &home, "")),
            },
            account_usage: AccountUsage {
                total_code_size: 0,
                function_count: home.state(cloud).map_or(0, |state| state.functions().count()),
            },
        })
    }
}
