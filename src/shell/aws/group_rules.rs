//! The simple form in which `aws ec2` takes a rule of a security group: `--protocol`, `--port`, `--cidr`, `--source-group`.
//! Source: the AWS CLI's own arguments for `authorize-security-group-…` and `revoke-security-group-…`.

use serde_json::{Map, Value, json};

use super::args::{Opt, Parsed, Takes};
use super::error::Failure;

/// The options that stand for one rule.
const FLAGS: [&str; 5] = ["--protocol", "--port", "--cidr", "--source-group", "--group-owner"];

fn has_simple_form(service: &str, operation: &str) -> bool {
    service == "ec2"
        && matches!(
            operation,
            "AuthorizeSecurityGroupEgress"
                | "AuthorizeSecurityGroupIngress"
                | "RevokeSecurityGroupEgress"
                | "RevokeSecurityGroupIngress"
        )
}

/// The options of an operation that has this form.
pub(super) fn options(service: &str, operation: &str) -> Vec<Opt> {
    let flags: &[&str] = if has_simple_form(service, operation) { &FLAGS } else { &[] };
    flags.iter().map(|flag| Opt::new(*flag, Takes::One)).collect()
}

/// Puts the rule into the request.
///
/// # Errors
/// For a protocol or a port that is none, and for both forms at once.
pub(super) fn add(
    service: &str,
    operation: &str,
    parsed: &Parsed,
    request: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let given: Vec<&str> = FLAGS.into_iter().filter(|flag| parsed.is_given(flag)).collect();
    let Some(first) = given.first().filter(|_| has_simple_form(service, operation)) else { return Ok(()) };
    if request.contains_key("IpPermissions") {
        let message = format!("The {first} option is not compatible with the --ip-permissions option ");
        return Err(Failure::Params(message));
    }
    let mut rule = Map::new();
    if let Some(protocol) = parsed.value("--protocol") {
        rule.insert("IpProtocol".to_owned(), read_protocol(protocol)?.into());
    }
    if let Some(port) = parsed.value("--port") {
        let (first, last) = read_ports(port)?;
        rule.insert("FromPort".to_owned(), first.into());
        rule.insert("ToPort".to_owned(), last.into());
    }
    if let Some(cidr) = parsed.value("--cidr") {
        rule.insert("IpRanges".to_owned(), json!([{"CidrIp": cidr}]));
    }
    let mut pair = Map::new();
    if let Some(group) = parsed.value("--source-group") {
        let member = if group.starts_with("sg-") { "GroupId" } else { "GroupName" };
        pair.insert(member.to_owned(), group.into());
    }
    if let Some(owner) = parsed.value("--group-owner") {
        pair.insert("UserId".to_owned(), owner.into());
    }
    if !pair.is_empty() {
        rule.insert("UserIdGroupPairs".to_owned(), json!([pair]));
    }
    request.insert("IpPermissions".to_owned(), json!([rule]));
    Ok(())
}

fn read_protocol(text: &str) -> Result<String, Failure> {
    match text {
        "all" => Ok("-1".to_owned()),
        "tcp" | "udp" | "icmp" => Ok(text.to_owned()),
        number if number.parse::<i64>().is_ok_and(|number| (-1..=255).contains(&number)) => Ok(number.to_owned()),
        _ => Err(Failure::Params(
            "protocol parameter should be one of: tcp|udp|icmp|all or any valid protocol number.\n".to_owned(),
        )),
    }
}

fn read_ports(text: &str) -> Result<(i64, i64), Failure> {
    let both = match text {
        "-1" | "all" => Some((-1, -1)),
        range => {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            first.parse().ok().zip(last.parse().ok())
        }
    };
    both.ok_or_else(|| {
        Failure::Params("port parameter should be of the form <from[-to]> (e.g. 22 or 22-25)".to_owned())
    })
}
