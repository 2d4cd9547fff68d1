//! Questions to the laptop: its files, its images, its login.

use super::Scope;
use crate::cloud::Origin;
use crate::cloud::ecr::registry::{Registry, authenticate};
use crate::laptop::docker::Credentials;
use crate::quest::{Predicate, Progress};
use crate::text::Message;

impl Scope<'_> {
    pub(super) fn machine(self, predicate: &Predicate) -> Progress {
        match predicate {
            Predicate::File { path, contains } => self.file(path, contains.as_deref()),
            Predicate::LocalImage { name } => self.local_image(name),
            Predicate::LoggedIn => self.logged_in(),
            _ => Progress::met(),
        }
    }

    /// `web:v1.0` here or under any registry's name; without a tag, any.
    fn local_image(self, name: &str) -> Progress {
        let (wanted, tag) = name.split_once(':').map_or((name, None), |(name, tag)| (name, Some(tag)));
        let met = self.world.laptop.docker.tagged().any(|(repository, found, _)| {
            let path = repository.split_once('/').map_or(repository, |(_, path)| path);
            path.strip_prefix("library/").unwrap_or(path) == wanted && tag.is_none_or(|tag| tag == found)
        });
        Progress::of(met, || Message::new("goal-no-local-image").with("image", name))
    }

    /// The registry would still take what Docker keeps for it.
    fn logged_in(self) -> Progress {
        let host = Registry { account: self.account_id(), region: self.region_name() }.host();
        let login = Credentials::read(&self.world.laptop.files).ok().and_then(|kept| kept.login(&host));
        let Some(login) = login else { return Progress::unmet(Message::new("goal-not-logged-in").with("host", host)) };
        let answer = authenticate(&self.world.cloud, &host, &login.username, &login.password, Origin::Laptop);
        Progress::of(answer.is_ok(), || Message::new("goal-bad-login").with("host", host))
    }

    fn file(self, path: &str, contains: Option<&str>) -> Progress {
        // From the home folder, wherever the shell stands now.
        let absolute = crate::laptop::join(crate::laptop::HOME, path);
        match (self.world.laptop.files.read_text(&absolute), contains) {
            (Err(_), _) => Progress::unmet(Message::new("goal-no-file").with("path", path)),
            (Ok(text), Some(part)) if !text.contains(part) => {
                Progress::unmet(Message::new("goal-not-in-file").with("path", path).with("part", part))
            }
            (Ok(_), _) => Progress::met(),
        }
    }
}
