//! Questions to Lambda: is a function ready, what does it run, may Lambda pull for it?

use super::Scope;
use crate::cloud::Digest;
use crate::cloud::ecr;
use crate::cloud::lambda::{self, Function, FunctionState};
use crate::quest::{ImageRef, Predicate, Progress};
use crate::text::Message;

impl<'a> Scope<'a> {
    pub(super) fn functions(self, predicate: &Predicate) -> Progress {
        match predicate {
            Predicate::FunctionActive { function, image } => self.active(function, image.as_ref()),
            Predicate::FunctionAnswered { function, image } => self.answered(function, image.as_ref()),
            Predicate::FunctionMayPull { function, repository } => self.may_pull(function, repository),
            _ => Progress::met(),
        }
    }

    fn function(self, name: &str) -> Option<&'a Function> {
        self.region()?.lambda.function(name)
    }

    /// Whether `digest` is the image's that is wanted; any is where none is given.
    fn is_wanted(self, digest: &Digest, image: Option<&ImageRef>) -> bool {
        image.is_none_or(|image| self.image(image).is_ok_and(|found| found.digest == *digest))
    }

    fn active(self, name: &str, image: Option<&ImageRef>) -> Progress {
        let Some(function) = self.function(name) else { return Progress::unmet(no_function(name)) };
        let latest = function.latest();
        if latest.state != FunctionState::Active {
            let state = Message::new("goal-function-state").with("function", name).with("state", latest.state.as_str());
            let mut missing = vec![state];
            let reason = latest.trouble();
            missing
                .extend(reason.map(|reason| Message::new("goal-function-reason").with("reason", reason.text.as_str())));
            return Progress { missing, ..Progress::unmet(no_function(name)) };
        }
        Progress::of(self.is_wanted(&latest.code.digest, image), || other_image(name, image))
    }

    fn answered(self, name: &str, image: Option<&ImageRef>) -> Progress {
        let Some(function) = self.function(name) else { return Progress::unmet(no_function(name)) };
        let Some(last) = function.last_invocation() else {
            return Progress::unmet(Message::new("goal-function-not-invoked").with("function", name));
        };
        if last.failed {
            return Progress::unmet(Message::new("goal-function-failed").with("function", name));
        }
        Progress::of(self.is_wanted(&last.digest, image), || other_image(name, image))
    }

    fn may_pull(self, function: &str, repository: &str) -> Progress {
        let (account, region) = (self.account_id(), self.region_name());
        let arn = ecr::repository_arn(account.as_str(), &region, repository);
        let decisions = lambda::may_pull(&self.world.cloud, &account, &region, function, &arn);
        let refused: Vec<_> = decisions.iter().filter(|decision| !decision.is_allowed()).collect();
        let missing = refused.iter().map(|decision| {
            let message = Message::new("goal-function-may-not").with("action", decision.action.as_str());
            message.with("function", function).with("repository", repository)
        });
        let of = u32::try_from(decisions.len()).unwrap_or(u32::MAX);
        let left = u32::try_from(refused.len()).unwrap_or(u32::MAX);
        Progress { met: refused.is_empty(), done: of.saturating_sub(left), of, missing: missing.collect() }
    }
}

fn no_function(name: &str) -> Message {
    Message::new("goal-no-function").with("function", name)
}

fn other_image(function: &str, image: Option<&ImageRef>) -> Message {
    let image = image.map(ToString::to_string).unwrap_or_default();
    Message::new("goal-function-image").with("function", function).with("image", image)
}
