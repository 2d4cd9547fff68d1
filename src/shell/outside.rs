//! Why credentials for a registry outside were of no use, in the learner's language, and what mends it.

use crate::cloud::upstream::{Flaw, Refusal, Useless};
use crate::text::Words;

/// A line for what happened, one for whose credentials they are, an empty one, and what it comes to.
pub(crate) fn explain(words: &Words, useless: &Useless, time: &str) -> Vec<String> {
    let mut args = vec![("host", useless.host.as_str().into()), ("time", time.into())];
    let secret = useless.secret_name();
    if let Some(secret) = &secret {
        args.push(("secret", secret.as_str().into()));
    }
    let (asked, flaw) = match &useless.flaw {
        Flaw::NoSecret => ("outside-unread", "outside-no-secret"),
        Flaw::NotDecryptable => ("outside-unread", "outside-not-decryptable"),
        Flaw::Malformed([username, password]) => {
            args.extend([("username", (*username).into()), ("password", (*password).into())]);
            ("outside-unread", "outside-malformed")
        }
        Flaw::Refused { username, refusal } => {
            args.push(("user", username.as_str().into()));
            let flaw = match refusal {
                Refusal::Unknown => "outside-unknown",
                Refusal::OtherUser => "outside-other-user",
                Refusal::Expired(at) => {
                    args.push(("at", at.to_string().into()));
                    "outside-expired"
                }
                Refusal::Revoked(at) => {
                    args.push(("at", at.to_string().into()));
                    "outside-revoked"
                }
            };
            ("outside-refused", flaw)
        }
    };
    let mut lines = vec![words.with(asked, &args), words.with(flaw, &args)];
    if let Some(rule) = &useless.rule {
        lines.push(words.with("outside-rule", &[("rule", rule.as_str().into())]));
    }
    let so = match (&useless.flaw, &secret) {
        (Flaw::NotDecryptable, _) => "outside-so-key",
        (Flaw::NoSecret, _) => "outside-so-create",
        (_, Some(_)) if useless.rule.is_some() => "outside-so-cache",
        (_, Some(_)) => "outside-so-task",
        (_, None) => "outside-so-login",
    };
    lines.extend([String::new(), words.with(so, &args)]);
    lines
}
