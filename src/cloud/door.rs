//! The one door: authorize by IAM, carry out, write to the trail.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::iam::Decision;
use super::trail::{EventKind, RequestEvent};
use super::{
    ApiError, Arn, Caller, Cloud, Principal, autoscaling, cloudtrail, ec2, ecr, ecr_public, ecs, eks, events, iam, kms,
    lambda, logs, net, s3, secretsmanager, sts, wire,
};

/// A simulated AWS service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    AutoScaling,
    CloudTrail,
    Ec2,
    Ecr,
    EcrPublic,
    Ecs,
    Eks,
    Events,
    Iam,
    Kms,
    Lambda,
    Logs,
    S3,
    SecretsManager,
    Ssm,
    Sts,
}

impl Service {
    /// All, by name.
    pub const ALL: [Self; 16] = [
        Self::AutoScaling,
        Self::CloudTrail,
        Self::Ec2,
        Self::Ecr,
        Self::EcrPublic,
        Self::Ecs,
        Self::Eks,
        Self::Events,
        Self::Iam,
        Self::Kms,
        Self::Lambda,
        Self::Logs,
        Self::S3,
        Self::SecretsManager,
        Self::Ssm,
        Self::Sts,
    ];

    /// The IAM prefix: `ecr`.
    pub fn name(self) -> &'static str {
        match self {
            Self::AutoScaling => "autoscaling",
            Self::CloudTrail => "cloudtrail",
            Self::Ec2 => "ec2",
            Self::Ecr => "ecr",
            Self::EcrPublic => "ecr-public",
            Self::Ecs => "ecs",
            Self::Eks => "eks",
            Self::Events => "events",
            Self::Iam => "iam",
            Self::Kms => "kms",
            Self::Lambda => "lambda",
            Self::Logs => "logs",
            Self::S3 => "s3",
            Self::SecretsManager => "secretsmanager",
            Self::Ssm => "ssm",
            Self::Sts => "sts",
        }
    }

    /// The `aws` command whose operations are this service's: its name, but `s3api` for S3.
    pub fn command(self) -> &'static str {
        match self {
            Self::S3 => "s3api",
            _ => self.name(),
        }
    }

    /// The code that this service gives a request that IAM denied. Source: IAM, EC2 and ECR/ECS error references.
    pub fn access_denied_code(self) -> &'static str {
        match self {
            Self::Ec2 => "UnauthorizedOperation",
            Self::CloudTrail
            | Self::Ecr
            | Self::EcrPublic
            | Self::Ecs
            | Self::Eks
            | Self::Events
            | Self::Kms
            | Self::Lambda
            | Self::Logs
            | Self::SecretsManager
            | Self::Ssm => "AccessDeniedException",
            Self::AutoScaling | Self::Iam | Self::S3 | Self::Sts => "AccessDenied",
        }
    }

    /// The error for a request that IAM denied.
    fn access_denied(self, cloud: &Cloud, caller: &Caller, question: &Authorization, denied: &Decision) -> ApiError {
        const EC2: &str = "You are not authorized to perform this operation.";
        let message = denied.message();
        let message = match (self, &denied.resource) {
            // EC2 says what happened before why, and names no resource where it takes none. About those that take one it
            // says more than the caller may read. Source: observed; STS API Reference, DecodeAuthorizationMessage.
            (Self::Ec2, None) => format!("{EC2} {}", message.replace(" on resource: *", "")),
            (Self::Ec2, Some(_)) => {
                let encoded = sts::encode_authorization_message(cloud, caller, question, denied);
                format!("{EC2} {message}. Encoded authorization failure message: {encoded}")
            }
            _ => message,
        };
        ApiError::new(self.access_denied_code(), message)
    }
}

/// One question to IAM: may the caller do `action` on `resource`?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// Such as `ecr:PutImage`.
    pub action: &'static str,
    /// The resource, or none where the action only takes `*`.
    pub resource: Option<Arn>,
    /// Condition keys and values that this request carries beside the global ones, by key.
    pub context: Vec<(String, Vec<String>)>,
}

impl Authorization {
    /// An action on one resource.
    pub fn on(action: &'static str, resource: Arn) -> Self {
        Self { action, resource: Some(resource), context: Vec::new() }
    }

    /// An action that takes no resource: a policy must say `"Resource": "*"`.
    pub fn anywhere(action: &'static str) -> Self {
        Self { action, resource: None, context: Vec::new() }
    }
}

/// An API operation that the simulation carries out. The type is its input, in AWS's shape.
pub trait Operation: DeserializeOwned {
    /// Whose operation it is.
    const SERVICE: Service;
    /// Its name in the service model, such as `CreateRepository`.
    const NAME: &'static str;
    /// Its output, in AWS's shape; members without value are left out.
    type Output: Serialize;

    /// Who asks, where a request is not signed: whoever an identity provider vouches for in it.
    fn unsigned(&self) -> Option<Principal> {
        None
    }

    /// What IAM is asked before it runs, in this order. Empty for operations that need no permission.
    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization>;

    /// What it asks for, for the trail, where it is not read from JSON: as AWS names it, without secrets and bytes.
    fn parameters(&self) -> Option<Value> {
        None
    }

    /// Which resources an answer describes, for who wants to know what was looked at.
    fn shown(_output: &Self::Output) -> Vec<Arn> {
        Vec::new()
    }

    /// Carries it out. On an error nothing may have changed.
    ///
    /// # Errors
    /// With the code and the wording that AWS gives.
    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Self::Output, ApiError>;
}

/// AWS has this operation; the simulation does not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{service} {operation}` exists at AWS but is not simulated")]
pub struct NotSimulated {
    pub service: String,
    pub operation: String,
}

impl Cloud {
    /// The one door. Asks IAM, runs the operation, writes the trail.
    ///
    /// # Errors
    /// The service's error; where IAM says no, `AccessDenied…` with AWS's reason at the end of the message.
    pub fn call<O: Operation>(&mut self, caller: &Caller, input: O) -> Result<O::Output, ApiError> {
        let parameters = input.parameters().and_then(|given| cloudtrail::request(O::SERVICE, &given));
        self.enter(caller, input, parameters, false)
    }

    /// The same for a request whose failure does no harm: who sends it has another way.
    ///
    /// # Errors
    /// As [`Cloud::call`].
    pub(crate) fn attempt<O: Operation>(&mut self, caller: &Caller, input: O) -> Result<O::Output, ApiError> {
        let cursor = self.trail.len() as u64;
        let answer = self.call(caller, input);
        if answer.is_err() {
            self.trail.call_tries(cursor);
        }
        answer
    }

    /// Notes that the requests since `cursor` were only tries: what they were sent for came about in another way.
    pub(crate) fn call_tries(&mut self, cursor: u64) {
        self.trail.call_tries(cursor);
    }

    /// Notes that nobody reads what the requests since `cursor` were answered, such as a waiter's.
    pub(crate) fn hide_answers(&mut self, cursor: u64) {
        self.trail.hide_answers(cursor);
    }

    fn enter<O: Operation>(
        &mut self,
        caller: &Caller,
        input: O,
        parameters: Option<Arc<Value>>,
        is_wire: bool,
    ) -> Result<O::Output, ApiError> {
        let unsigned = input.unsigned().map(|principal| Caller { principal, ..caller.clone() });
        let caller = unsigned.as_ref().unwrap_or(caller);
        let questions = input.authorizations(self, caller);
        let resource = questions.iter().find_map(|question| question.resource.clone());
        let mut decisions = Vec::with_capacity(questions.len());
        let mut denied = None;
        for question in &questions {
            let decision = Arc::new(iam::decide(self, caller, question));
            let allowed = decision.is_allowed();
            decisions.push(Arc::clone(&decision));
            if !allowed {
                denied = Some(match O::SERVICE {
                    Service::S3 => s3::denied(self, caller, O::NAME, question, &decision.message()),
                    service => service.access_denied(self, caller, question, &decision),
                });
                break;
            }
        }
        // The request is written before what it causes, so that the trail reads in the order of causes.
        let to = net::Destination::of_action(O::SERVICE.name(), &O::NAME.to_ascii_lowercase());
        let sender = ecs::sender(self, &caller.origin, to, &caller.region);
        let slot = self.trail.len();
        self.record(EventKind::Request(Box::new(RequestEvent {
            caller: caller.clone(),
            service: O::SERVICE,
            operation: O::NAME,
            resource,
            decisions,
            error: denied.clone(),
            is_wire,
            sender,
            parameters,
            response: None,
            shown: Arc::default(),
            is_try: false,
        })));
        if let Some(denied) = denied {
            return Err(denied);
        }
        let result = input.run(self, caller);
        if let Err(error) = &result {
            self.trail.set_error(slot, error.clone());
        }
        result
    }

    /// The same door for a request in AWS's JSON shape, such as the `aws` command sends.
    ///
    /// # Errors
    /// Outer: the operation is not simulated. Inner: the service's error.
    pub fn call_wire(
        &mut self,
        caller: &Caller,
        service: Service,
        operation: &str,
        input: Value,
    ) -> Result<Result<Value, ApiError>, NotSimulated> {
        let answer = match service {
            Service::AutoScaling => autoscaling::call_wire(self, caller, operation, input),
            Service::CloudTrail => cloudtrail::call_wire(self, caller, operation, input),
            Service::Ec2 => ec2::call_wire(self, caller, operation, input),
            Service::Ecr => ecr::call_wire(self, caller, operation, input),
            Service::EcrPublic => ecr_public::call_wire(self, caller, operation, input),
            Service::Ecs => ecs::call_wire(self, caller, operation, input),
            Service::Eks => eks::call_wire(self, caller, operation, input),
            Service::Events => events::call_wire(self, caller, operation, input),
            Service::Iam => iam::call_wire(self, caller, operation, input),
            Service::Kms => kms::call_wire(self, caller, operation, input),
            Service::Lambda => lambda::call_wire(self, caller, operation, input),
            Service::Logs => logs::call_wire(self, caller, operation, input),
            Service::S3 => s3::call_wire(self, caller, operation, input),
            // Only agents ask it, and not over the wire.
            Service::Ssm => None,
            Service::SecretsManager => secretsmanager::call_wire(self, caller, operation, input),
            Service::Sts => sts::call_wire(self, caller, operation, input),
        };
        answer.ok_or_else(|| NotSimulated { service: service.name().to_owned(), operation: operation.to_owned() })
    }

    /// Reads the input, calls, writes the output. Used by [`operations!`].
    pub(crate) fn call_json<O: Operation>(&mut self, caller: &Caller, input: Value) -> Result<Value, ApiError> {
        let parameters = cloudtrail::request(O::SERVICE, &input);
        let input: O = wire::read(input)?;
        let slot = self.trail.len();
        let output = self.enter(caller, input, parameters, true)?;
        self.trail.set_shown(slot, O::shown(&output));
        let output =
            serde_json::to_value(output).map_err(|error| ApiError::new("ServerException", error.to_string()))?;
        if let Some(response) = cloudtrail::answer(O::SERVICE, O::NAME, &output) {
            self.trail.set_response(slot, response);
        }
        Ok(output)
    }
}

impl super::Trail {
    /// Notes on the request in `slot` how it ended.
    fn set_error(&mut self, slot: usize, error: ApiError) {
        if let Some(event) = self.event_mut(slot)
            && let EventKind::Request(request) = &mut event.kind
        {
            request.error = Some(error);
        }
    }

    /// Notes on the request in `slot` what its answer shows.
    fn set_shown(&mut self, slot: usize, shown: Vec<Arn>) {
        if !shown.is_empty()
            && let Some(event) = self.event_mut(slot)
            && let EventKind::Request(request) = &mut event.kind
        {
            request.shown = shown.into();
        }
    }

    /// Notes on the request in `slot` what it was answered.
    fn set_response(&mut self, slot: usize, response: Arc<Value>) {
        if let Some(event) = self.event_mut(slot)
            && let EventKind::Request(request) = &mut event.kind
        {
            request.response = Some(response);
        }
    }
}

impl Cloud {
    /// Notes on the request to a Kubernetes cluster in `slot` how it ended.
    pub(super) fn note_kubernetes_error(&mut self, slot: usize, text: String) {
        if let Some(event) = self.trail.event_mut(slot)
            && let EventKind::Kubernetes { error, .. } = &mut event.kind
        {
            *error = Some(text);
        }
    }

    /// Notes on the request to a Kubernetes cluster in `slot` which objects its answer showed.
    pub(super) fn note_kubernetes_shown(&mut self, slot: usize, keys: Vec<eks::Key>) {
        if !keys.is_empty()
            && let Some(event) = self.trail.event_mut(slot)
            && let EventKind::Kubernetes { shown, .. } = &mut event.kind
        {
            *shown = keys.into();
        }
    }
}

/// Lists a service's simulated operations: makes `SIMULATED` (their names) and `call_wire`.
macro_rules! operations {
    ($($operation:ident),* $(,)?) => {
        /// The operations that are simulated, by name.
        pub const SIMULATED: &[&str] = &[$(<$operation as $crate::cloud::Operation>::NAME),*];

        /// Carries out an operation by name; none if it is not simulated.
        pub(crate) fn call_wire(
            cloud: &mut $crate::cloud::Cloud,
            caller: &$crate::cloud::Caller,
            operation: &str,
            input: serde_json::Value,
        ) -> Option<Result<serde_json::Value, $crate::cloud::ApiError>> {
            let _ = (&cloud, &caller, operation, &input);
            $(if operation == <$operation as $crate::cloud::Operation>::NAME {
                return Some(cloud.call_json::<$operation>(caller, input));
            })*
            None
        }
    };
}
pub(crate) use operations;
