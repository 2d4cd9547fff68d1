//! Entries of the trail as CloudTrail's records.
//! Source: CloudTrail User Guide, "CloudTrail record contents"; Amazon ECR User Guide, "Logging Amazon ECR actions with AWS
//! CloudTrail".

use serde_json::{Value, json};

use super::identity::{self, moment};
use super::kept;
use super::names;
use super::resources::{self, Named};
use crate::cloud::iam::PolicyKind;
use crate::cloud::{AccountId, Arn, Cloud, Digest, Event, EventKind, RequestEvent, Service};

/// Where requests to services without regions are told.
const GLOBAL: &str = "us-east-1";

/// Whether an operation is on data: what trails tell only when asked to, and the event history never does.
/// Source: CloudTrail User Guide, "Logging data events".
fn is_data(service: Service, operation: &str) -> bool {
    match service {
        Service::S3 => operation.contains("Object"),
        Service::Lambda => operation == "Invoke",
        Service::Logs => matches!(operation, "PutLogEvents" | "GetLogEvents" | "FilterLogEvents"),
        Service::Events => operation == "PutEvents",
        _ => false,
    }
}

/// An event that can be looked up.
#[derive(Clone, Debug)]
pub(super) struct Found<'a> {
    pub(super) event: &'a Event,
    pub(super) name: &'a str,
    pub(super) source: String,
    pub(super) read_only: bool,
    pub(super) user_name: Option<&'a str>,
    pub(super) access_key_id: Option<String>,
    pub(super) resources: Vec<Named>,
    what: What<'a>,
}

#[derive(Clone, Copy, Debug)]
enum What<'a> {
    Request(&'a RequestEvent),
    Lifecycle { repository: &'a Arn, expired: &'a [Digest] },
}

/// The event that an entry is to `viewer` in a region; none if it is none there.
pub(super) fn find<'a>(cloud: &'a Cloud, event: &'a Event, viewer: &AccountId, region: &str) -> Option<Found<'a>> {
    match &event.kind {
        EventKind::Request(request) => {
            let at = if request.service == Service::Iam { GLOBAL } else { request.caller.region.as_str() };
            let is_own = request.caller.principal.account() == viewer;
            // What is done to an account's resources it gets to see, whoever does it.
            let is_owner = request.resource.as_ref().is_some_and(|arn| arn.account() == viewer.as_str());
            if at != region || is_data(request.service, request.operation) || !(is_own || is_owner) {
                return None;
            }
            Some(Found {
                event,
                name: names::of_event(request.service, request.operation),
                source: source(request.service),
                read_only: kept::is_read_only(request.operation),
                user_name: is_own.then(|| identity::user_name(&request.caller.principal)),
                access_key_id: Some(())
                    .filter(|()| is_own)
                    .and_then(|()| identity::access_key(cloud, &request.caller.principal, event.time)),
                resources: request.resource.iter().filter_map(resources::named).collect(),
                what: What::Request(request),
            })
        }
        EventKind::Lifecycle { repository, expired, .. } => {
            let is_here = repository.account() == viewer.as_str() && repository.region() == region;
            (is_here && !expired.is_empty()).then(|| Found {
                event,
                name: "PolicyExecutionEvent",
                source: source(Service::Ecr),
                read_only: false,
                user_name: None,
                access_key_id: None,
                resources: resources::named(repository).into_iter().collect(),
                what: What::Lifecycle { repository, expired },
            })
        }
        _ => None,
    }
}

/// `ecr.amazonaws.com`.
fn source(service: Service) -> String {
    let name = match service {
        Service::EcrPublic => "ecr-public",
        other => other.name(),
    };
    format!("{name}.amazonaws.com")
}

/// A UUID that is always the same for an event and a purpose.
fn uuid(event: &Event, purpose: &str) -> String {
    let hex = Digest::of(format!("{purpose}#{}#{}", event.number, event.time.as_millis()).as_bytes()).hex();
    let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default();
    format!("{}-{}-4{}-a{}-{}", part(0..8), part(8..12), part(13..16), part(17..20), part(20..32))
}

impl Found<'_> {
    /// The event's id.
    pub(super) fn id(&self) -> String {
        uuid(self.event, "event")
    }

    /// The record, as `CloudTrailEvent` has it.
    pub(super) fn record(&self, cloud: &Cloud, viewer: &AccountId, region: &str) -> Value {
        match self.what {
            What::Request(request) => self.of_request(cloud, request, viewer, region),
            What::Lifecycle { repository, expired } => self.of_lifecycle(repository, expired, viewer, region),
        }
    }

    fn of_request(&self, cloud: &Cloud, request: &RequestEvent, viewer: &AccountId, region: &str) -> Value {
        let principal = &request.caller.principal;
        let mut record = json!({
            "eventVersion": "1.11",
            "userIdentity": identity::of_caller(cloud, &request.caller, self.event.time, viewer),
            "eventTime": moment(self.event.time),
            "eventSource": self.source,
            "eventName": self.name,
            "awsRegion": region,
            "sourceIPAddress": identity::source(request),
            "userAgent": identity::user_agent(request),
        });
        let Some(members) = record.as_object_mut() else { return record };
        let mut set = |name: &str, value: Value| {
            members.insert(name.to_owned(), value);
        };
        if let Some(error) = &request.error {
            set("errorCode", error_code(request.service, error).into());
            set("errorMessage", error.message.as_str().into());
        }
        let done = request.error.is_none();
        set("requestParameters", request.parameters.as_deref().cloned().unwrap_or_else(|| from_resource(request)));
        set("responseElements", request.response.as_deref().filter(|_| done).cloned().unwrap_or(Value::Null));
        set("requestID", uuid(self.event, "request").into());
        set("eventID", self.id().into());
        set("readOnly", self.read_only.into());
        let arns = request.resource.iter().filter(|arn| !arn.account().is_empty() || arn.service() == "s3");
        let arns: Vec<Value> = arns
            .map(|arn| {
                let account = if arn.account().is_empty() { viewer.as_str() } else { arn.account() };
                json!({"accountId": account, "ARN": arn})
            })
            .collect();
        if !arns.is_empty() {
            set("resources", arns.into());
        }
        set("eventType", "AwsApiCall".into());
        set("managementEvent", true.into());
        set("recipientAccountId", viewer.as_str().into());
        if principal.account() != viewer
            || request.resource.as_ref().is_some_and(|arn| is_foreign(arn, principal.account()))
        {
            set("sharedEventID", uuid(self.event, "shared").into());
        }
        if let Some(endpoint) = endpoint(request) {
            set("vpcEndpointId", endpoint.into());
        }
        set("eventCategory", "Management".into());
        set("tlsDetails", json!({"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"}));
        record
    }

    fn of_lifecycle(&self, repository: &Arn, expired: &[Digest], viewer: &AccountId, region: &str) -> Value {
        let name = repository.resource().strip_prefix("repository/").unwrap_or_default();
        let actions: Vec<Value> = expired
            .iter()
            .map(|digest| json!({"lifecycleEventImage": {"digest": digest, "tagStatus": null, "tagList": []}}))
            .collect();
        json!({
            "eventVersion": "1.11",
            "userIdentity": {"accountId": viewer, "invokedBy": "AWS Internal"},
            "eventTime": moment(self.event.time),
            "eventSource": self.source,
            "eventName": self.name,
            "awsRegion": region,
            "sourceIPAddress": "AWS Internal",
            "userAgent": "AWS Internal",
            "requestParameters": null,
            "responseElements": null,
            "eventID": self.id(),
            "readOnly": true,
            "resources": [{"ARN": repository, "accountId": viewer, "type": "AWS::ECR::Repository"}],
            "eventType": "AwsServiceEvent",
            "recipientAccountId": viewer,
            "serviceEventDetails": {
                "lifecycleEventPolicy": {},
                "lifecycleEventImageActions": actions,
                "lifecycleEventFailureDetails": [],
                "repositoryName": name,
            },
        })
    }
}

fn is_foreign(arn: &Arn, account: &AccountId) -> bool {
    !matches!(arn.account(), "" | "aws") && arn.account() != account.as_str()
}

/// What a denial is called in records. Source: observed records: no `Exception` behind it, and EC2's as its clients see it.
fn error_code(service: Service, error: &crate::cloud::ApiError) -> String {
    match (service, error.is_access_denied()) {
        (Service::Ec2, _) => format!("Client.{}", error.code),
        (_, true) => "AccessDenied".to_owned(),
        (_, false) => error.code.to_string(),
    }
}

/// Of requests that came in no JSON there is what they name.
fn from_resource(request: &RequestEvent) -> Value {
    let Some(arn) = &request.resource else { return Value::Null };
    match (arn.service(), arn.resource().strip_prefix("repository/")) {
        ("ecr", Some(repository)) => json!({"registryId": arn.account(), "repositoryName": repository}),
        _ => Value::Null,
    }
}

/// The VPC endpoint that a request came through.
fn endpoint(request: &RequestEvent) -> Option<String> {
    let steps = request.decisions.iter().flat_map(|decision| &decision.steps);
    let mut policies = steps.flat_map(|step| &step.policies);
    policies.find(|settled| settled.policy.kind == PolicyKind::Endpoint).map(|settled| settled.policy.name.to_string())
}
