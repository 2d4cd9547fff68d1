//! Sending a request: who signs it, where it goes, and through the door.

use serde_json::{Value, json};

use super::config::{Config, Credentials, Keys};
use super::endpoint;
use super::error::Failure;
use super::globals::Globals;
use super::model::{Model, Operation};
use super::output::shape::{self, Times, Wire};
use super::time;
use super::validate::validate;
use crate::cloud::{AccountId, ApiError, Caller, Duration, Origin, Principal, Region, Service, Timestamp, sts};
use crate::laptop::Laptop;
use crate::shell::zone;
use crate::text::Message;
use crate::world::World;

/// Codes after which the real command tries again. Source: botocore, standard retry mode.
const THROTTLING: [&str; 14] = [
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "RequestThrottled",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
];

/// Operations whose requests are not signed, by command. Source: botocore, `authtype` in the service models.
const UNSIGNED: [(&str, &str); 2] = [("sts", "AssumeRoleWithSAML"), ("sts", "AssumeRoleWithWebIdentity")];

/// How often it tries again.
const RETRIES: u32 = 2;

/// What a command talks to a service with.
#[derive(Clone, Debug)]
pub(super) struct Client {
    /// The service's model.
    pub(super) model: &'static Model,
    config: Config,
    region: String,
    endpoint_url: Option<String>,
    signs: bool,
}

/// A client for a service, with what the command line says.
///
/// # Errors
/// As [`Client::new`].
pub(super) fn open(world: &World, model: &'static Model, globals: &Globals) -> Result<Client, Failure> {
    let config = Config::load(&world.laptop, globals.profile.as_deref())?;
    let (region, endpoint_url) = (globals.region.as_deref(), globals.endpoint_url.as_deref());
    Client::new(&world.laptop, model, config, region, endpoint_url, globals.signs)
}

impl Client {
    /// A client for a service. Nothing is sent yet.
    ///
    /// # Errors
    /// For a profile that is not there, and without a usable region.
    pub(super) fn new(
        laptop: &Laptop,
        model: &'static Model,
        config: Config,
        region: Option<&str>,
        endpoint_url: Option<&str>,
        signs: bool,
    ) -> Result<Self, Failure> {
        config.check_profile()?;
        // Source: awscli, customizations/scalarparse.py.
        if let Some(other) = config.get("cli_timestamp_format").filter(|name| !matches!(*name, "wire" | "iso8601")) {
            return Err(Failure::Other(format!(
                "Unknown cli_timestamp_format value: {other}, valid values are \"wire\" or \"iso8601\""
            )));
        }
        let region = endpoint::region(&model.name, region.map(str::to_owned).or_else(|| config.region(laptop)))?;
        let endpoint_url = endpoint_url.map(str::to_owned).or_else(|| config.endpoint_url(laptop, &model.name));
        Ok(Self { model, config, region, endpoint_url, signs })
    }

    /// Checks a request, sends it and brings the answer into the model's form.
    ///
    /// # Errors
    /// For a request that does not fit, without credentials, and whatever the service says.
    pub(super) fn call(
        &self,
        world: &mut World,
        name: &str,
        operation: &Operation,
        request: Value,
    ) -> Result<Value, Failure> {
        if self.model.name == "s3api"
            && let Some(wrong) = request.get("Bucket").and_then(Value::as_str).and_then(super::s3::check_bucket_name)
        {
            return Err(Failure::Params(format!("Parameter validation failed:\n{wrong}")));
        }
        if let Some(report) = self.model.input(operation).and_then(|to| validate(&request, to)) {
            return Err(Failure::Params(report));
        }
        // A code that nobody checks must not look as if it counted.
        let mfa = [("SerialNumber", "--serial-number"), ("TokenCode", "--token-code")];
        let mfa = mfa.iter().find(|(member, _)| self.model.name == "sts" && request.get(member).is_some());
        if let Some((_, option)) = mfa {
            return Err(Failure::Simulation(Message::new("aws-mfa-not-simulated").with("option", *option)));
        }
        if UNSIGNED.contains(&(self.model.name.as_str(), name)) {
            endpoint::connect(&self.model.name, &self.region, self.endpoint_url.as_deref())?;
            // The request itself tells who asks.
            let nobody = Principal::Service { account: AccountId::home(), name: "anonymous".to_owned() };
            return self
                .send_as(world, nobody, name, request)
                .map(|answer| self.shaped(world, name, operation, answer));
        }
        if !self.signs {
            let error = ApiError::new("MissingAuthenticationToken", "Missing Authentication Token");
            return Err(service_failure(name, error, None));
        }
        let keys = self.signer(world)?;
        endpoint::connect(&self.model.name, &self.region, self.endpoint_url.as_deref())?;
        let request = match self.model.input(operation) {
            Some(to) => time::serialize(request, to, &zone::local(&world.laptop)),
            None => request,
        };
        self.send(world, &keys, name, request).map(|answer| self.shaped(world, name, operation, answer))
    }

    /// An answer in the model's form.
    fn shaped(&self, world: &World, name: &str, operation: &Operation, answer: Value) -> Value {
        let Some(to) = self.model.output(operation) else { return json!({}) };
        let times = match self.config.get("cli_timestamp_format") {
            Some("wire") => Times::Wire(Wire::of(&self.model.name, name)),
            _ => Times::Iso8601(zone::local(&world.laptop)),
        };
        shape::shape(answer, to, &times)
    }

    /// The region that it calls.
    pub(super) fn region(&self) -> &str {
        &self.region
    }

    /// Who signs.
    ///
    /// # Errors
    /// Where there are no credentials, or a role is not to be assumed.
    pub(super) fn signer(&self, world: &mut World) -> Result<Keys, Failure> {
        let credentials = self.credentials(world)?;
        self.keys(world, credentials)
    }

    /// The keys of a role, assumed now for a session of this name.
    ///
    /// # Errors
    /// Without credentials, and where the role may not be assumed.
    pub(super) fn signer_as(&self, world: &mut World, role: &str, session: &str) -> Result<Keys, Failure> {
        let credentials = Credentials::Role {
            arn: role.to_owned(),
            session: Some(session.to_owned()),
            external_id: None,
            source: Box::new(self.credentials(world)?),
        };
        self.keys(world, credentials)
    }

    fn credentials(&self, world: &World) -> Result<Credentials, Failure> {
        self.config.credentials(&world.laptop)?.ok_or(Failure::Configuration {
            code: "NoCredentials",
            message: "Unable to locate credentials. You can configure credentials by running \"aws login\".".into(),
        })
    }

    /// The keys to sign with: a role's profile assumes the role now.
    fn keys(&self, world: &mut World, credentials: Credentials) -> Result<Keys, Failure> {
        let (arn, session, external_id, source) = match credentials {
            Credentials::Keys(keys) => return Ok(keys),
            Credentials::Role { arn, session, external_id, source } => (arn, session, external_id, source),
        };
        let mut keys = self.keys(world, *source)?;
        let session = session.unwrap_or_else(|| format!("botocore-session-{}", world.cloud.now().as_millis() / 1000));
        let mut request = json!({"RoleArn": arn, "RoleSessionName": session});
        if let (Some(external_id), Some(members)) = (external_id, request.as_object_mut()) {
            members.insert("ExternalId".to_owned(), external_id.into());
        }
        let Some(model) = super::model::model("sts") else { return Ok(keys) };
        let sts = Self { model, endpoint_url: None, ..self.clone() };
        let answer = sts.send(world, &keys, "AssumeRole", request)?;
        let field = |name: &str| {
            answer.pointer(&format!("/Credentials/{name}")).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        keys.access_key_id = field("AccessKeyId");
        keys.secret_access_key = field("SecretAccessKey");
        keys.session_token = Some(field("SessionToken"));
        let expires = answer.pointer("/Credentials/Expiration").cloned();
        keys.expires = expires.and_then(|expires| serde_json::from_value(expires).ok());
        Ok(keys)
    }

    fn send(&self, world: &mut World, keys: &Keys, name: &str, request: Value) -> Result<Value, Failure> {
        let service = self.service(name)?;
        let signed = self.principal(world, service, keys).and_then(|principal| {
            sts::check_reach(&world.cloud, service, name, &keys.access_key_id)?;
            Ok(principal)
        });
        let principal = signed.map_err(|error| service_failure(name, error, None))?;
        self.send_as(world, principal, name, request)
    }

    /// The service that the simulation has for the command.
    fn service(&self, name: &str) -> Result<Service, Failure> {
        let service = Service::ALL.into_iter().find(|service| service.command() == self.model.name);
        service.ok_or_else(|| not_simulated(&self.model.name, name))
    }

    fn send_as(&self, world: &mut World, principal: Principal, name: &str, request: Value) -> Result<Value, Failure> {
        let service = self.service(name)?;
        let caller = Caller { principal, region: Region::new(&self.region), origin: Origin::Laptop };
        let mut tries = 0;
        loop {
            world.cloud.advance(on_its_way(world.cloud.now(), name));
            let answer = world.cloud.call_wire(&caller, service, name, request.clone());
            match answer {
                Err(_) => return Err(not_simulated(&self.model.name, name)),
                Ok(Ok(value)) => return Ok(value),
                Ok(Err(error)) if THROTTLING.contains(&error.code.as_ref()) => {
                    if tries == RETRIES {
                        return Err(service_failure(name, error, Some(RETRIES)));
                    }
                    tries += 1;
                }
                Ok(Err(error)) => return Err(service_failure(name, error, None)),
            }
        }
    }

    fn principal(&self, world: &World, service: Service, keys: &Keys) -> Result<Principal, ApiError> {
        let token = keys.session_token.as_deref();
        sts::authenticate(&world.cloud, service, &keys.access_key_id, &keys.secret_access_key, token)
    }
}

/// How long a request is on its way: some tens of milliseconds, so that times have fractions as AWS's have and two
/// requests of one line never share a moment. It follows from the time and the operation, as everything here does.
fn on_its_way(now: Timestamp, operation: &str) -> Duration {
    let mixed = operation.bytes().fold(now.as_millis(), |mixed, byte| {
        mixed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(i64::from(byte)).rotate_left(17)
    });
    Duration::millis(40 + mixed.rem_euclid(160))
}

fn service_failure(operation: &str, error: ApiError, retries: Option<u32>) -> Failure {
    Failure::Service { operation: operation.to_owned(), error, retries }
}

/// AWS has it, the simulation does not: said by name, in the learner's language.
pub(super) fn not_simulated(service: &str, operation: &str) -> Failure {
    let message = Message::new("aws-operation-not-simulated").with("service", service);
    Failure::Simulation(message.with("operation", super::model::xform_name(operation)))
}
