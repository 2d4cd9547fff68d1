//! Builds an image from a Dockerfile and a context, with a cache, telling it as BuildKit's plain progress does.
//!
//! A step is known by what it depends on: the step before it, its own text with variables replaced, and for `COPY` the
//! files. So an unchanged step is `CACHED`, and the same files make the same layer in any image.
//! Stages that the target does not need are not built.

mod stage;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::image::format_time;
use super::plan::{Plan, needed, plans, stage_index};
use super::progress::{Progress, bytes};
use super::{Builder, Copy, Dockerfile, Engine, Image, Instruction, Statement};
use crate::cloud::Timestamp;
use crate::cloud::oci::{Entry, EntryKind, Layer, Platform, Reference, RootFs, Tree};
use stage::Stage;

/// What a build needs.
#[derive(Clone, Debug)]
pub struct BuildRequest<'a> {
    pub dockerfile: &'a Dockerfile,
    /// The Dockerfile's name, for messages.
    pub dockerfile_name: &'a str,
    /// The context's files, without those that `.dockerignore` leaves out.
    pub context: &'a Tree,
    /// `--build-arg`.
    pub args: &'a [(String, String)],
    /// `--label`.
    pub labels: &'a [(String, String)],
    /// `--target`.
    pub target: Option<&'a str>,
    /// `--no-cache`.
    pub no_cache: bool,
    /// `--platform`: at least one.
    pub platforms: &'a [Platform],
    /// Which builder does it.
    pub builder: &'a Builder,
    pub now: Timestamp,
}

/// A command to run in an image's files.
#[derive(Clone, Debug)]
pub struct Exec<'a> {
    pub tree: &'a Tree,
    pub argv: &'a [String],
    /// `NAME=value`.
    pub env: &'a [String],
    pub working_dir: &'a str,
}

/// What it left.
#[derive(Clone, Debug)]
pub struct Executed {
    pub tree: Tree,
    /// What it printed, both streams together.
    pub output: String,
    pub code: i32,
}

/// A build that went through. What becomes of its images is not said yet.
#[derive(Clone, Debug)]
pub struct Built {
    /// For each platform that was asked for.
    pub images: Vec<Arc<Image>>,
    pub progress: Progress,
}

/// A build that did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildFailure {
    /// Up to the last line, which is `ERROR: failed to solve: …`.
    pub log: String,
}

/// What a step made.
#[derive(Clone, Debug)]
pub struct CachedStep {
    /// None for steps that only change the config.
    pub(super) layer: Option<Layer>,
    /// When it was made, as history says it.
    pub(super) created: String,
}

/// Finds a base image for a platform, or says why not.
pub type Resolve<'a> = &'a mut dyn FnMut(&Reference, &Platform) -> Result<Arc<Image>, String>;
/// Runs a command in an image's files.
pub type Run<'a> = &'a mut dyn FnMut(Exec<'_>) -> Executed;

/// Builds. The steps are kept by the engine; the images and their names are for the caller to keep.
///
/// # Errors
/// When a statement cannot be carried out; the log tells which.
pub fn build(
    engine: &mut Engine,
    request: &BuildRequest<'_>,
    resolve: Resolve<'_>,
    run: Run<'_>,
) -> Result<Built, BuildFailure> {
    let progress = Progress::new(&request.builder.name, request.builder.driver());
    let mut build = Build { engine, request, progress, stages: Vec::new() };
    match build.all(resolve, run) {
        Ok(images) => Ok(Built { images, progress: build.progress }),
        Err(stop) => Err(BuildFailure { log: build.progress.failed(&stop.0) }),
    }
}

/// The message after `failed to solve: `.
struct Stop(String);

/// The images that stages start from or copy from, by name.
type Bases = BTreeMap<String, Arc<Image>>;

struct Build<'a> {
    engine: &'a mut Engine,
    request: &'a BuildRequest<'a>,
    progress: Progress,
    stages: Vec<Option<Stage>>,
}

impl Build<'_> {
    fn all(&mut self, resolve: Resolve<'_>, run: Run<'_>) -> Result<Vec<Arc<Image>>, Stop> {
        let request = self.request;
        let definition =
            self.progress.vertex(&format!("[internal] load build definition from {}", request.dockerfile_name));
        let size: usize = request.dockerfile.lines.iter().map(|line| line.len() + 1).sum();
        self.progress.line(definition, &format!("transferring dockerfile: {} done", bytes(size)));
        self.progress.line(definition, "DONE 0.0s");

        let mut described = false;
        let mut images = Vec::new();
        for platform in request.platforms {
            let (globals, plans) = plans(request, platform).map_err(Stop)?;
            let target = match request.target {
                None => plans.len().saturating_sub(1),
                Some(name) => plans
                    .iter()
                    .position(|plan| plan.name == name.to_ascii_lowercase())
                    .ok_or_else(|| Stop(format!("target stage \"{name}\" could not be found")))?,
            };
            let needed = needed(&plans, target);
            let (bases, none) = (self.bases(&plans, &needed, resolve)?, Bases::new());
            if !std::mem::replace(&mut described, true) {
                self.context(&plans, &needed);
            }
            self.stages = vec![None; plans.len()];
            for at in needed {
                let Some(plan) = plans.get(at) else { continue };
                let bases = bases.get(&plan.platform).unwrap_or(&none);
                let built = self.stage(plan, &plans, plans.len() > 1, &globals, bases, run)?;
                if let Some(slot) = self.stages.get_mut(at) {
                    *slot = Some(built);
                }
            }
            let stage = self.stages.get(target).cloned().flatten();
            let stage = stage.ok_or_else(|| Stop("no build stage in current context".to_owned()))?;
            images.push(self.finish(stage));
        }
        Ok(images)
    }

    /// Tells what is sent to the builder: once, for however many platforms.
    fn context(&mut self, plans: &[Plan<'_>], needed: &BTreeSet<usize>) {
        let ignore = self.progress.vertex("[internal] load .dockerignore");
        self.progress.line(ignore, "transferring context: 2B done");
        self.progress.line(ignore, "DONE 0.0s");
        let uses_context = needed
            .iter()
            .filter_map(|at| plans.get(*at))
            .flat_map(|plan| &plan.steps)
            .any(|statement| matches!(&statement.instruction, Instruction::Copy(copy) if copy.from.is_none()));
        if uses_context {
            let context = self.progress.vertex("[internal] load build context");
            let size: usize = self.request.context.values().map(|entry| 64 + size_of(entry)).sum();
            self.progress.line(context, &format!("transferring context: {} done", bytes(size)));
            self.progress.line(context, "DONE 0.0s");
        }
    }

    /// Loads the images that stages start from or copy from.
    fn bases(
        &mut self,
        plans: &[Plan<'_>],
        needed: &BTreeSet<usize>,
        resolve: Resolve<'_>,
    ) -> Result<BTreeMap<Platform, Bases>, Stop> {
        let mut bases: BTreeMap<Platform, Bases> = BTreeMap::new();
        for at in needed {
            let Some(plan) = plans.get(*at) else { continue };
            let bases = bases.entry(plan.platform.clone()).or_default();
            let copied = plan.steps.iter().filter_map(|statement| match &statement.instruction {
                Instruction::Copy(Copy { from: Some(from), .. }) => Some((from.clone(), *statement)),
                _ => None,
            });
            for (image, statement) in std::iter::once((plan.image.clone(), plan.from)).chain(copied) {
                if image == "scratch" || stage_index(plans, &image).is_some() || bases.contains_key(&image) {
                    continue;
                }
                let reference = match image.parse::<Reference>() {
                    Ok(reference) => reference.or_latest(),
                    Err(_) if image.is_empty() => {
                        return Err(Stop(format!(
                            "base name ({}) should not be blank",
                            statement.text.split_whitespace().nth(1).unwrap_or_default()
                        )));
                    }
                    Err(error) => return Err(Stop(format!("failed to parse stage name \"{image}\": {error}"))),
                };
                let vertex = self.progress.vertex(&format!("[internal] load metadata for {reference}"));
                // A builder in a container does not see the engine's images.
                let local = self.engine.get(&reference).filter(|_| !self.request.builder.is_container());
                let found = match local.filter(|image| image.platform() == plan.platform) {
                    Some(image) => Ok(Arc::clone(image)),
                    None => resolve(&reference, &plan.platform),
                };
                match found {
                    Ok(found) => {
                        self.progress.line(vertex, "DONE 0.9s");
                        bases.insert(image, found);
                    }
                    Err(why) => {
                        self.progress.line(vertex, &format!("ERROR: {why}"));
                        self.excerpt(&format!("[internal] load metadata for {reference}"), "", statement);
                        return Err(Stop(format!("{image}: failed to resolve source metadata for {reference}: {why}")));
                    }
                }
            }
        }
        Ok(bases)
    }

    /// Makes the image of a stage.
    fn finish(&mut self, mut stage: Stage) -> Arc<Image> {
        for (name, value) in self.request.labels {
            stage.config.config.labels.insert(name.clone(), value.clone());
        }
        stage.config.rootfs = RootFs::of(stage.layers.iter().map(|layer| layer.diff_id.clone()).collect());
        let last = stage.config.history.last().and_then(|history| history.created.clone());
        stage.config.created = last.or_else(|| Some(format_time(self.request.now)));
        Arc::new(Image::new(stage.config, stage.layers))
    }

    fn excerpt(&mut self, title: &str, output: &str, statement: &Statement) {
        let request = self.request;
        self.progress.excerpt(title, output, request.dockerfile_name, &request.dockerfile.lines, statement);
    }
}

fn size_of(entry: &Entry) -> usize {
    match &entry.kind {
        EntryKind::File(blob) => blob.len(),
        _ => 0,
    }
}
