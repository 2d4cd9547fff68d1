//! What operations are called in records, where that is not their name.

use crate::cloud::Service;

/// Lambda's event names carry the version of the API that an operation came with. Operations that came later have none.
///
/// Source: AWS Lambda Developer Guide, "Logging AWS Lambda API calls using AWS CloudTrail", and observed records.
const LAMBDA: [(&str, &str); 23] = [
    ("AddPermission", "AddPermission20150331v2"),
    ("CreateAlias", "CreateAlias20150331"),
    ("CreateFunction", "CreateFunction20150331"),
    ("DeleteAlias", "DeleteAlias20150331"),
    ("DeleteFunction", "DeleteFunction20150331"),
    ("DeleteFunctionConcurrency", "DeleteFunctionConcurrency20171031"),
    ("GetAccountSettings", "GetAccountSettings20160819"),
    ("GetAlias", "GetAlias20150331"),
    ("GetFunction", "GetFunction20150331v2"),
    ("GetFunctionConfiguration", "GetFunctionConfiguration20150331v2"),
    ("GetPolicy", "GetPolicy20150331v2"),
    ("ListAliases", "ListAliases20150331"),
    ("ListFunctions", "ListFunctions20150331"),
    ("ListTags", "ListTags20170331"),
    ("ListVersionsByFunction", "ListVersionsByFunction20150331"),
    ("PublishVersion", "PublishVersion20150331"),
    ("PutFunctionConcurrency", "PutFunctionConcurrency20171031"),
    ("RemovePermission", "RemovePermission20150331v2"),
    ("TagResource", "TagResource20170331v2"),
    ("UntagResource", "UntagResource20170331v2"),
    ("UpdateAlias", "UpdateAlias20150331"),
    ("UpdateFunctionCode", "UpdateFunctionCode20150331v2"),
    ("UpdateFunctionConfiguration", "UpdateFunctionConfiguration20150331v2"),
];

/// An operation's `eventName`.
pub(super) fn of_event(service: Service, operation: &'static str) -> &'static str {
    let dated = LAMBDA.iter().find(|(name, _)| service == Service::Lambda && *name == operation);
    dated.map_or(operation, |(_, name)| name)
}
