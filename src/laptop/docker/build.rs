//! Builds an image from a Dockerfile and a context, with a cache, telling it as BuildKit's plain progress does.
//!
//! A step is known by what it depends on: the step before it, its own text with variables replaced, and for `COPY` the
//! files. So an unchanged step is `CACHED`, and the same files make the same layer in any image.
//! Stages that the target does not need are not built.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::configure::configure;
use super::dockerfile::substitute;
use super::image::format_time;
use super::plan::{Plan, needed, plans, stage_index};
use super::{CommandForm, Copy, Dockerfile, Engine, Image, Instruction, Statement, copy};
use crate::cloud::oci::{
    ContainerConfig, Entry, EntryKind, History, ImageConfig, Layer, Reference, RootFs, Tree, apply, pack,
};
use crate::cloud::{Digest, Timestamp};
use crate::laptop::join;

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
    /// Names that the image gets, for the log.
    pub names: &'a [Reference],
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

/// A build that went through.
#[derive(Clone, Debug)]
pub struct Built {
    pub image: Arc<Image>,
    pub log: String,
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

/// Finds a base image, or says why not.
pub type Resolve<'a> = &'a mut dyn FnMut(&Reference) -> Result<Arc<Image>, String>;
/// Runs a command in an image's files.
pub type Run<'a> = &'a mut dyn FnMut(Exec<'_>) -> Executed;

/// Builds. The image is kept by the engine; its names are for the caller to give.
///
/// # Errors
/// When a statement cannot be carried out; the log tells which.
pub fn build(
    engine: &mut Engine,
    request: &BuildRequest<'_>,
    resolve: Resolve<'_>,
    run: Run<'_>,
) -> Result<Built, BuildFailure> {
    let mut build = Build { engine, request, log: String::new(), vertex: 0, stages: Vec::new() };
    match build.all(resolve, run) {
        Ok(image) => Ok(Built { image, log: build.log }),
        Err(stop) => {
            build.log += &format!("ERROR: failed to solve: {}\n", stop.0);
            Err(BuildFailure { log: build.log })
        }
    }
}

/// The message after `failed to solve: `.
struct Stop(String);

/// A stage that was built.
#[derive(Clone)]
struct Stage {
    tree: Tree,
    config: ImageConfig,
    layers: Vec<Layer>,
    key: Digest,
}

struct Build<'a> {
    engine: &'a mut Engine,
    request: &'a BuildRequest<'a>,
    log: String,
    vertex: usize,
    stages: Vec<Option<Stage>>,
}

impl Build<'_> {
    fn vertex(&mut self, title: &str) -> usize {
        self.vertex += 1;
        if self.vertex > 1 {
            self.log.push('\n');
        }
        self.log += &format!("#{} {title}\n", self.vertex);
        self.vertex
    }

    fn line(&mut self, vertex: usize, text: &str) {
        self.log += &format!("#{vertex} {text}\n");
    }

    fn all(&mut self, resolve: Resolve<'_>, run: Run<'_>) -> Result<Arc<Image>, Stop> {
        let request = self.request;
        self.log += "#0 building with \"default\" instance using docker driver\n\n";
        let definition = self.vertex(&format!("[internal] load build definition from {}", request.dockerfile_name));
        let size: usize = request.dockerfile.lines.iter().map(|line| line.len() + 1).sum();
        self.line(definition, &format!("transferring dockerfile: {} done", bytes(size)));
        self.line(definition, "DONE 0.0s");

        let (globals, plans) = plans(request);
        let target = match request.target {
            None => plans.len().saturating_sub(1),
            Some(name) => plans
                .iter()
                .position(|plan| plan.name == name.to_ascii_lowercase())
                .ok_or_else(|| Stop(format!("target stage \"{name}\" could not be found")))?,
        };
        let needed = needed(&plans, target);
        let bases = self.bases(&plans, &needed, resolve)?;
        let ignore = self.vertex("[internal] load .dockerignore");
        self.line(ignore, "transferring context: 2B done");
        self.line(ignore, "DONE 0.0s");
        let uses_context = needed
            .iter()
            .filter_map(|at| plans.get(*at))
            .flat_map(|plan| &plan.steps)
            .any(|statement| matches!(&statement.instruction, Instruction::Copy(copy) if copy.from.is_none()));
        if uses_context {
            let context = self.vertex("[internal] load build context");
            let size: usize = request.context.values().map(|entry| 64 + size_of(entry)).sum();
            self.line(context, &format!("transferring context: {} done", bytes(size)));
            self.line(context, "DONE 0.0s");
        }
        self.stages = vec![None; plans.len()];
        for at in needed {
            let Some(plan) = plans.get(at) else { continue };
            let built = self.stage(plan, &plans, plans.len() > 1, &globals, &bases, run)?;
            if let Some(slot) = self.stages.get_mut(at) {
                *slot = Some(built);
            }
        }
        let stage = self.stages.get(target).cloned().flatten();
        let stage = stage.ok_or_else(|| Stop("no build stage in current context".to_owned()))?;
        Ok(self.export(stage))
    }

    /// Loads the images that stages start from or copy from.
    fn bases(
        &mut self,
        plans: &[Plan<'_>],
        needed: &BTreeSet<usize>,
        resolve: Resolve<'_>,
    ) -> Result<BTreeMap<String, Arc<Image>>, Stop> {
        let mut bases = BTreeMap::new();
        for at in needed {
            let Some(plan) = plans.get(*at) else { continue };
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
                let vertex = self.vertex(&format!("[internal] load metadata for {reference}"));
                let found = match self.engine.get(&reference) {
                    Some(image) => Ok(Arc::clone(image)),
                    None => resolve(&reference),
                };
                match found {
                    Ok(found) => {
                        self.line(vertex, "DONE 0.9s");
                        bases.insert(image, found);
                    }
                    Err(why) => {
                        self.line(vertex, &format!("ERROR: {why}"));
                        self.excerpt(&format!("[internal] load metadata for {reference}"), "", statement);
                        return Err(Stop(format!("{image}: failed to resolve source metadata for {reference}: {why}")));
                    }
                }
            }
        }
        Ok(bases)
    }

    fn stage(
        &mut self,
        plan: &Plan<'_>,
        plans: &[Plan<'_>],
        many: bool,
        globals: &BTreeMap<String, String>,
        bases: &BTreeMap<String, Arc<Image>>,
        run: Run<'_>,
    ) -> Result<Stage, Stop> {
        let counted = |statement: &&&Statement| {
            matches!(statement.instruction, Instruction::Run(_) | Instruction::Copy(_) | Instruction::Workdir(_))
        };
        let is_scratch = plan.image == "scratch";
        let total = plan.steps.iter().filter(counted).count() + usize::from(!is_scratch);
        let label = |number: usize| {
            if many { format!("[{} {number}/{total}]", plan.name) } else { format!("[{number}/{total}]") }
        };
        let mut number = 0;
        let mut stage = if is_scratch {
            scratch()
        } else if let Some(at) = stage_index(plans, &plan.image) {
            number += 1;
            self.stages
                .get(at)
                .cloned()
                .flatten()
                .ok_or_else(|| Stop(format!("cannot build from stage {}", plan.image)))?
        } else {
            number += 1;
            let image = bases.get(&plan.image).ok_or_else(|| Stop(format!("{}: not found", plan.image)))?;
            let reference = plan.image.parse::<Reference>().map(Reference::or_latest);
            let shown = reference.map_or_else(|_| plan.image.clone(), |reference| reference.to_string());
            let digest = image.manifest().to_blob().digest();
            let vertex = self.vertex(&format!("{} FROM {shown}@{digest}", label(number)));
            let known = self.engine.cached(&image.id).is_some();
            self.line(vertex, if known { "CACHED" } else { "DONE 0.3s" });
            let step = CachedStep { layer: None, created: format_time(self.request.now) };
            self.engine.remember(image.id.clone(), step);
            let tree = image.tree().map_err(|error| Stop(format!("failed to extract layer: {error}")))?;
            Stage { tree, config: image.config.clone(), layers: image.layers.clone(), key: image.id.clone() }
        };
        let mut args: BTreeMap<String, String> = BTreeMap::new();
        for statement in &plan.steps {
            let env = environment(&stage.config.config.env);
            let lookup = |name: &str| env.get(name).or_else(|| args.get(name)).cloned();
            if let Instruction::Arg(names) = &statement.instruction {
                let mut declared = Vec::new();
                for (name, default) in names {
                    let given = self.request.args.iter().rev().find(|(given, _)| given == name).map(|(_, value)| value);
                    if let Some(value) = given.or_else(|| default.as_ref().or_else(|| globals.get(name))) {
                        declared.push((name.clone(), substitute(value, &lookup)));
                    }
                }
                args.extend(declared);
                continue;
            }
            if counted(&statement) {
                number += 1;
            }
            let title = format!("{} {}", label(number), statement.text);
            self.step(&mut stage, statement, &title, &args, plans, bases, run)?;
        }
        Ok(stage)
    }

    #[expect(clippy::too_many_arguments, reason = "one statement sees all that the stages before it made")]
    fn step(
        &mut self,
        stage: &mut Stage,
        statement: &Statement,
        title: &str,
        args: &BTreeMap<String, String>,
        plans: &[Plan<'_>],
        bases: &BTreeMap<String, Arc<Image>>,
        run: Run<'_>,
    ) -> Result<(), Stop> {
        let env = environment(&stage.config.config.env);
        let replaced = |text: &str| substitute(text, &|name| env.get(name).or_else(|| args.get(name)).cloned());
        match &statement.instruction {
            Instruction::Run(form) => {
                let argv = form.argv();
                let arguments: Vec<String> = args.iter().map(|(name, value)| format!("{name}={value}")).collect();
                let text = format!(
                    "RUN {}\0{}\0{}",
                    argv.join("\0"),
                    arguments.join("\0"),
                    stage.config.config.env.join("\0")
                );
                let vertex = self.vertex(title);
                let created_by = match form {
                    CommandForm::Shell(line) => format!("RUN /bin/sh -c {line} # buildkit"),
                    CommandForm::Exec(argv) => format!("RUN {} # buildkit", argv.join(" ")),
                };
                let key = step_key(&stage.key, &text);
                let cached = self.cached(&key);
                if let Some(step) = cached {
                    self.line(vertex, "CACHED");
                    return lay(stage, key, &step, created_by);
                }
                let environment: Vec<String> = arguments.into_iter().chain(stage.config.config.env.clone()).collect();
                let working_dir = stage.config.config.working_dir.clone();
                let exec = Exec { tree: &stage.tree, argv: &argv, env: &environment, working_dir: &working_dir };
                let done = run(exec);
                let output: String = done.output.lines().map(|line| format!("0.100 {line}\n")).collect();
                for line in output.lines() {
                    self.line(vertex, line);
                }
                if done.code != 0 {
                    let why = format!(
                        "process \"{}\" did not complete successfully: exit code: {}",
                        argv.join(" "),
                        done.code
                    );
                    self.line(vertex, &format!("ERROR: {why}"));
                    self.excerpt(title, &output, statement);
                    return Err(Stop(why));
                }
                self.line(vertex, "DONE 1.2s");
                self.make(stage, key, copy::difference(&stage.tree, &done.tree), created_by)
            }
            Instruction::Copy(copy) => {
                let sources: Vec<String> = copy.sources.iter().map(|source| replaced(source)).collect();
                let target = replaced(&copy.target);
                let from = match &copy.from {
                    None => self.request.context.clone(),
                    Some(from) => match stage_index(plans, from) {
                        Some(at) => self
                            .stages
                            .get(at)
                            .cloned()
                            .flatten()
                            .map(|stage| stage.tree)
                            .ok_or_else(|| Stop(format!("invalid from flag value {from}: not built yet")))?,
                        None => match bases.get(from).map(|image| image.tree()) {
                            Some(Ok(tree)) => tree,
                            _ => return Err(Stop(format!("{from}: not found"))),
                        },
                    },
                };
                let target =
                    join(&working_dir(&stage.config.config), &target) + if target.ends_with('/') { "/" } else { "" };
                let layer = match copy::select(copy, &sources, &target, &from, &stage.tree) {
                    Ok(layer) => layer,
                    Err(missing) => {
                        let vertex = self.vertex(title);
                        let id: String = stage.key.hex().chars().take(25).collect();
                        let why = match missing {
                            copy::CopyError::NotFound(path) => format!(
                                "failed to compute cache key: failed to calculate checksum of ref {id}::{id}: \"{path}\": not found"
                            ),
                            copy::CopyError::Other(why) => why,
                        };
                        self.line(vertex, &format!("ERROR: {why}"));
                        self.excerpt(title, "", statement);
                        return Err(Stop(why));
                    }
                };
                let packed = pack(&layer).map_err(|error| Stop(error.to_string()))?;
                let key = step_key(&stage.key, &format!("COPY {target}\0{}", packed.diff_id));
                let created_by = format!("{} # buildkit", statement.text);
                let vertex = self.vertex(title);
                if let Some(step) = self.cached(&key) {
                    self.line(vertex, "CACHED");
                    return lay(stage, key, &step, created_by);
                }
                self.line(vertex, "DONE 0.1s");
                self.keep(stage, key, packed, created_by)
            }
            Instruction::Workdir(path) => {
                let path = join(&working_dir(&stage.config.config), &replaced(path));
                let created_by = format!("WORKDIR {path}");
                let key = step_key(&stage.key, &created_by);
                let vertex = self.vertex(title);
                stage.config.config.working_dir = path.clone();
                if let Some(step) = self.cached(&key) {
                    self.line(vertex, "CACHED");
                    return lay(stage, key, &step, created_by);
                }
                self.line(vertex, "DONE 0.0s");
                let mut layer = Tree::new();
                copy::folders(&format!("{path}/x"), &stage.tree, &mut layer);
                // Where the folder exists the layer is empty, and still there; only the root makes none.
                // Source: BuildKit, dockerfile2llb.
                if path == "/" {
                    self.note(stage, key, created_by);
                    return Ok(());
                }
                self.make(stage, key, layer, created_by)
            }
            other => {
                let created_by = configure(&mut stage.config.config, other, &statement.text, &replaced);
                let key = step_key(&stage.key, &created_by);
                if !matches!(other, Instruction::Ignored) {
                    self.note(stage, key, created_by);
                }
                Ok(())
            }
        }
    }

    fn cached(&self, key: &Digest) -> Option<CachedStep> {
        if self.request.no_cache { None } else { self.engine.cached(key).cloned() }
    }

    /// Packs what a step changed into a layer and keeps it.
    fn make(&mut self, stage: &mut Stage, key: Digest, changed: Tree, created_by: String) -> Result<(), Stop> {
        let layer = pack(&changed).map_err(|error| Stop(error.to_string()))?;
        self.keep(stage, key, layer, created_by)
    }

    fn keep(&mut self, stage: &mut Stage, key: Digest, layer: Layer, created_by: String) -> Result<(), Stop> {
        let step = CachedStep { layer: Some(layer), created: format_time(self.request.now) };
        self.engine.remember(key.clone(), step.clone());
        lay(stage, key, &step, created_by)
    }

    /// A step that changes the config alone.
    fn note(&mut self, stage: &mut Stage, key: Digest, created_by: String) {
        let step = match self.cached(&key) {
            Some(step) => step,
            None => CachedStep { layer: None, created: format_time(self.request.now) },
        };
        self.engine.remember(key.clone(), step.clone());
        // Without a layer nothing can fail.
        let _ = lay(stage, key, &step, created_by);
    }

    /// Makes the image of a stage.
    fn export(&mut self, mut stage: Stage) -> Arc<Image> {
        for (name, value) in self.request.labels {
            stage.config.config.labels.insert(name.clone(), value.clone());
        }
        stage.config.rootfs = RootFs::of(stage.layers.iter().map(|layer| layer.diff_id.clone()).collect());
        let last = stage.config.history.last().and_then(|history| history.created.clone());
        stage.config.created = last.or_else(|| Some(format_time(self.request.now)));
        let image = Arc::new(Image::new(stage.config, stage.layers));
        self.engine.add(Arc::clone(&image));
        let vertex = self.vertex("exporting to image");
        self.line(vertex, "exporting layers done");
        self.line(vertex, &format!("writing image {} done", image.id));
        for name in self.request.names {
            self.line(vertex, &format!("naming to {name} done"));
        }
        self.line(vertex, "DONE 0.1s");
        image
    }

    /// The part of the Dockerfile that an error is about.
    fn excerpt(&mut self, title: &str, output: &str, statement: &Statement) {
        let request = self.request;
        self.log += &format!("------\n > {title}:\n{output}------\n");
        let (first, last) = statement.lines;
        self.log += &format!("{}:{first}\n--------------------\n", request.dockerfile_name);
        let around = first.saturating_sub(2).max(1)..=last + 2;
        for (at, line) in request.dockerfile.lines.iter().enumerate() {
            let number = at + 1;
            if around.contains(&number) {
                let mark = if (first..=last).contains(&number) { ">>>" } else { "   " };
                self.log += format!("{number:4} | {mark} {line}").trim_end();
                self.log.push('\n');
            }
        }
        self.log += "--------------------\n";
    }
}

/// Adds what a step made to a stage.
fn lay(stage: &mut Stage, key: Digest, step: &CachedStep, created_by: String) -> Result<(), Stop> {
    if let Some(layer) = &step.layer {
        let changed = crate::cloud::oci::unpack(layer.blob.as_bytes()).map_err(|error| Stop(error.to_string()))?;
        apply(&mut stage.tree, &changed);
        stage.layers.push(layer.clone());
    }
    stage.config.history.push(History {
        created: Some(step.created.clone()),
        created_by: Some(created_by),
        comment: Some("buildkit.dockerfile.v0".to_owned()),
        empty_layer: step.layer.is_none(),
    });
    stage.key = key;
    Ok(())
}

fn scratch() -> Stage {
    let config = ImageConfig {
        created: None,
        author: None,
        architecture: "amd64".to_owned(),
        os: "linux".to_owned(),
        config: ContainerConfig {
            env: vec!["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned()],
            ..ContainerConfig::default()
        },
        rootfs: RootFs::of(Vec::new()),
        history: Vec::new(),
    };
    Stage { tree: Tree::new(), config, layers: Vec::new(), key: Digest::of(b"scratch") }
}

fn environment(env: &[String]) -> BTreeMap<String, String> {
    env.iter()
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn working_dir(config: &ContainerConfig) -> String {
    if config.working_dir.is_empty() { "/".to_owned() } else { config.working_dir.clone() }
}

fn step_key(parent: &Digest, text: &str) -> Digest {
    Digest::of(format!("{parent}\n{text}").as_bytes())
}

fn size_of(entry: &Entry) -> usize {
    match &entry.kind {
        EntryKind::File(blob) => blob.len(),
        _ => 0,
    }
}

/// `150B`, `1.32kB`, `24.50MB`.
fn bytes(count: usize) -> String {
    match count {
        0..1000 => format!("{count}B"),
        1000..1_000_000 => format!("{:.2}kB", count as f64 / 1e3),
        _ => format!("{:.2}MB", count as f64 / 1e6),
    }
}
