//! Making a function.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::checks::{self, Settings};
use super::shapes::FunctionConfiguration;
use crate::cloud::lambda::home::{Home, LATEST, Named};
use crate::cloud::lambda::{
    Configuration, Function, FunctionState, ImageSettings, PRINCIPAL, Reason, UpdateStatus, errors, image, lifecycle,
};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service, iam};

/// Makes a function.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateFunction {
    pub function_name: String,
    pub role: String,
    pub code: FunctionCode,
    /// `Zip` when left out.
    pub package_type: Option<String>,
    pub publish: bool,
    pub tags: BTreeMap<String, String>,
    pub architectures: Vec<String>,
    #[serde(flatten)]
    pub settings: Settings,
}

/// Where a function's code is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct FunctionCode {
    pub image_uri: Option<String>,
    pub zip_file: Option<String>,
    pub s3_bucket: Option<String>,
}

/// The permission to hand Lambda a role; none for what names no role of the account, which is refused otherwise.
pub(super) fn pass(caller: &Caller, role: &str) -> Option<Authorization> {
    let arn: Arn = role.parse().ok()?;
    (arn.account() == caller.principal.account().as_str()).then(|| iam::pass_role(arn, PRINCIPAL))
}

impl CreateFunction {
    /// The address of the image.
    ///
    /// # Errors
    /// For every other form of code.
    fn image_uri(&self) -> Result<&str, ApiError> {
        let uri = self.code.image_uri.as_deref();
        match (self.package_type.as_deref(), uri) {
            (Some("Image"), Some(uri)) => {
                self.settings.check_package()?;
                Ok(uri)
            }
            // Inferred: the texts of the next two, after those of an update.
            (Some("Image"), None) => {
                Err(errors::invalid("Please provide ImageUri when creating a function with packageType Image."))
            }
            (None | Some("Zip"), Some(_)) => {
                Err(errors::invalid("Please don't provide ImageUri when creating a function with packageType Zip."))
            }
            (None | Some("Zip"), None) => Err(errors::not_simulated("the package type `Zip`")),
            (Some(other), _) => {
                Err(errors::validation("packageType", other, "Member must satisfy enum value set: [Zip, Image]"))
            }
        }
    }
}

impl Operation for CreateFunction {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "CreateFunction";
    type Output = FunctionConfiguration;

    /// Source: Service Authorization Reference, AWS Lambda.
    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let arn = Named::arn_of(caller, &self.function_name, None);
        let mut create = Authorization::on("lambda:CreateFunction", arn.clone());
        super::tags::add_request_tags(&mut create, &self.tags);
        let tag = (!self.tags.is_empty()).then(|| {
            let mut tag = Authorization::on("lambda:TagResource", arn);
            super::tags::add_request_tags(&mut tag, &self.tags);
            tag
        });
        [Some(create), pass(caller, &self.role), tag].into_iter().flatten().collect()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<FunctionConfiguration, ApiError> {
        let named = Named::read(caller, &self.function_name, None)?;
        if named.qualifier.is_some() || named.home != Home::of(caller) {
            return Err(errors::function_name(&self.function_name));
        }
        let uri = self.image_uri()?.to_owned();
        self.settings.check()?;
        super::tags::check(&self.tags)?;
        let architecture = checks::architecture(&self.architectures)?.unwrap_or_else(|| "x86_64".to_owned());
        let role = checks::role(cloud, caller, &self.role)?;
        let Named { home, name, .. } = named;
        if home.function(cloud, &name).is_some() {
            return Err(errors::conflict(format!("Function already exist: {name}")));
        }
        let code = image::resolve(cloud, &home, caller, &name, &uri)?;
        // Source: AWS Lambda API reference, CreateFunction, the defaults.
        let latest = self.settings.apply(Configuration {
            version: LATEST.to_owned(),
            role,
            description: String::new(),
            timeout: 3,
            memory: 128,
            environment: BTreeMap::new(),
            architecture,
            image: ImageSettings::default(),
            storage: 512,
            log_group: format!("/aws/lambda/{name}"),
            code,
            revision: cloud.random_uuid(),
            modified_at: cloud.now(),
            state: FunctionState::Pending,
            reason: Some(Reason::creating()),
            update: UpdateStatus::InProgress,
            update_reason: Some(Reason::creating()),
            sandbox: None,
        });
        let function = Function {
            arn: home.function_arn(&name, None),
            name: name.clone(),
            latest: Arc::new(latest),
            before: None,
            versions: BTreeMap::new(),
            published: 0,
            aliases: BTreeMap::new(),
            tags: self.tags,
            reserved_concurrency: None,
            last_invocation: None,
            policies: BTreeMap::new(),
        };
        home.state_mut(cloud).functions.insert(name.clone(), Arc::new(function));
        lifecycle::prepare(cloud, &home, &name, LATEST, lifecycle::PREPARATION);
        lifecycle::note(cloud, &home, &name, LATEST);
        let version = if self.publish {
            super::versions::publish(cloud, &home, &name, None).unwrap_or_else(|| LATEST.to_owned())
        } else {
            LATEST.to_owned()
        };
        let named = Named { home, name, qualifier: Some(version) };
        let function = named.function(cloud)?;
        Ok(FunctionConfiguration::new(&named.home, function, named.version(cloud)?, None))
    }
}
