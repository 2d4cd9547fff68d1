//! Where functions are: an account's Lambda in a region, how a request names a function, and the way to the state.

use std::sync::Arc;

use super::{Configuration, Function, State, errors};
use crate::cloud::home::{self, InRegion};
use crate::cloud::{ApiError, Arn, Caller, Cloud, Region, Regional};

/// The version that can be changed.
pub(super) const LATEST: &str = "$LATEST";

/// Lambda as a name for types.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lambda {}

impl InRegion for Lambda {
    type State = State;

    const NAME: &'static str = "lambda";

    fn of(regional: &Regional) -> &State {
        &regional.lambda
    }

    fn of_mut(regional: &mut Regional) -> &mut State {
        &mut regional.lambda
    }
}

/// An account and a region in it.
pub(super) type Home = home::Home<Lambda>;

impl Home {
    /// The ARN of a function; with a qualifier, of its version or alias.
    pub(super) fn function_arn(&self, name: &str, qualifier: Option<&str>) -> Arn {
        let resource = match qualifier {
            Some(qualifier) => format!("function:{name}:{qualifier}"),
            None => format!("function:{name}"),
        };
        self.arn(&resource)
    }

    /// A function by name.
    pub(super) fn function<'a>(&self, cloud: &'a Cloud, name: &str) -> Option<&'a Function> {
        self.state(cloud)?.function(name)
    }

    pub(super) fn function_mut<'a>(&self, cloud: &'a mut Cloud, name: &str) -> Option<&'a mut Function> {
        self.state_mut(cloud).functions.get_mut(name).map(Arc::make_mut)
    }

    /// A version of a function, to be changed.
    pub(super) fn version_mut<'a>(
        &self,
        cloud: &'a mut Cloud,
        name: &str,
        version: &str,
    ) -> Option<&'a mut Configuration> {
        self.function_mut(cloud, name)?.version_mut(version)
    }
}

/// A function as a request names it: by its name, by `123456789012:function:NAME` or by its ARN, each with a qualifier or
/// without. Source: AWS Lambda API reference, `FunctionName`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) home: Home,
    pub(super) name: String,
    /// A version, an alias or `$LATEST`.
    pub(super) qualifier: Option<String>,
}

impl Named {
    /// Reads a name, and the qualifier that may stand beside it.
    ///
    /// # Errors
    /// For what names no function, and for two qualifiers that differ.
    pub(super) fn read(caller: &Caller, text: &str, qualifier: Option<&str>) -> Result<Self, ApiError> {
        let named = Self::parse(caller, text).ok_or_else(|| errors::function_name(text))?;
        if named.home.region != caller.region {
            let text = format!(
                "Functions from '{}' are not reachable in this region ('{}')",
                named.home.region, caller.region
            );
            return Err(ApiError::new("ResourceNotFoundException", text));
        }
        match (&named.qualifier, qualifier) {
            (Some(own), Some(beside)) if own != beside => Err(errors::invalid(
                "The derived qualifier from the function name does not match the specified qualifier.",
            )),
            (None, Some(beside)) if is_qualifier(beside) => Ok(Self { qualifier: Some(beside.to_owned()), ..named }),
            (None, Some(beside)) => Err(errors::validation(
                "qualifier",
                beside,
                r"Member must satisfy regular expression pattern: (|[a-zA-Z0-9$_-]+)",
            )),
            _ => Ok(named),
        }
    }

    /// As [`Named::read`], for the questions to IAM: what names no function is asked about as it stands.
    pub(super) fn arn_of(caller: &Caller, text: &str, qualifier: Option<&str>) -> Arn {
        match Self::parse(caller, text) {
            Some(named) => named.home.function_arn(&named.name, named.qualifier.as_deref().or(qualifier)),
            None => Home::of(caller).function_arn(text, qualifier),
        }
    }

    fn parse(caller: &Caller, text: &str) -> Option<Self> {
        let own = Home::of(caller);
        let parts: Vec<&str> = text.split(':').collect();
        let (home, name, qualifier) = match parts.as_slice() {
            ["arn", _, "lambda", region, account, "function", name, rest @ ..] => {
                (Home::new(account.parse().ok()?, Region::new(region)), name, rest)
            }
            [account, "function", name, rest @ ..] => (Home::new(account.parse().ok()?, own.region), name, rest),
            ["function", name, rest @ ..] | [name, rest @ ..] => (own, name, rest),
            [] => return None,
        };
        let qualifier = match qualifier {
            [] => None,
            [one] if is_qualifier(one) => Some((*one).to_owned()),
            _ => return None,
        };
        is_name(name).then(|| Self { home, name: (*name).to_owned(), qualifier })
    }

    /// The ARN of what is named.
    pub(super) fn arn(&self) -> Arn {
        self.home.function_arn(&self.name, self.qualifier.as_deref())
    }

    /// The function.
    ///
    /// # Errors
    /// `ResourceNotFoundException` where there is none.
    pub(super) fn function<'a>(&self, cloud: &'a Cloud) -> Result<&'a Function, ApiError> {
        self.home.function(cloud, &self.name).ok_or_else(|| errors::not_found(&self.arn()))
    }

    /// The function, to be changed.
    ///
    /// # Errors
    /// As [`Named::function`].
    pub(super) fn function_mut<'a>(&self, cloud: &'a mut Cloud) -> Result<&'a mut Function, ApiError> {
        self.home.function_mut(cloud, &self.name).ok_or_else(|| errors::not_found(&self.arn()))
    }

    /// The version that the qualifier leads to, `$LATEST` without one.
    ///
    /// # Errors
    /// `ResourceNotFoundException` where there is none.
    pub(super) fn version<'a>(&self, cloud: &'a Cloud) -> Result<&'a Configuration, ApiError> {
        let function = self.function(cloud)?;
        function.resolve(self.qualifier.as_deref()).ok_or_else(|| errors::not_found(&self.arn()))
    }
}

/// Source: AWS Lambda API reference, `FunctionName`: at most 64 characters of the name itself.
fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

fn is_qualifier(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'$'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::{AccountId, Origin, Principal};

    #[test]
    fn a_function_is_named_in_several_ways() {
        let caller = Caller {
            principal: Principal::Root { account: AccountId::home() },
            region: Region::home(),
            origin: Origin::Laptop,
        };
        let arn = "arn:aws:lambda:ap-northeast-2:111122223333:function:report";
        for (text, qualifier) in [
            ("report", None),
            ("function:report", None),
            ("111122223333:function:report", None),
            (arn, None),
            ("report:live", Some("live")),
            ("arn:aws:lambda:ap-northeast-2:111122223333:function:report:7", Some("7")),
            ("report:$LATEST", Some("$LATEST")),
        ] {
            let named = Named::read(&caller, text, None).unwrap();
            assert_eq!((named.name.as_str(), named.qualifier.as_deref()), ("report", qualifier), "{text}");
            assert_eq!(named.home, Home::of(&caller));
        }
        for wrong in ["", "a b", "report:", "report:a:b", "arn:aws:s3:::report", "x:function:report"] {
            assert_eq!(Named::read(&caller, wrong, None).unwrap_err().code, "ValidationException", "{wrong}");
        }
        let elsewhere = "arn:aws:lambda:us-east-1:111122223333:function:report";
        let error = Named::read(&caller, elsewhere, None).unwrap_err();
        assert!(error.message.contains("not reachable in this region ('ap-northeast-2')"), "{error}");
        let error = Named::read(&caller, "report:live", Some("7")).unwrap_err();
        assert!(error.message.starts_with("The derived qualifier"), "{error}");
    }
}
