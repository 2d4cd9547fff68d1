//! The stages of a build, statement by statement.

use std::collections::BTreeMap;

use super::super::configure::configure;
use super::super::dockerfile::substitute;
use super::super::image::format_time;
use super::super::plan::{Plan, stage_index};
use super::super::{CommandForm, Instruction, Statement, copy};
use super::{Bases, Build, CachedStep, Exec, Run, Stop};
use crate::cloud::Digest;
use crate::cloud::oci::{
    ContainerConfig, History, ImageConfig, Layer, Platform, Reference, RootFs, Tree, apply, pack, unpack,
};
use crate::laptop::join;

/// A stage that was built.
#[derive(Clone)]
pub(super) struct Stage {
    pub(super) tree: Tree,
    pub(super) config: ImageConfig,
    pub(super) layers: Vec<Layer>,
    key: Digest,
}

impl Build<'_> {
    pub(super) fn stage(
        &mut self,
        plan: &Plan<'_>,
        plans: &[Plan<'_>],
        many: bool,
        globals: &BTreeMap<String, String>,
        bases: &Bases,
        run: Run<'_>,
    ) -> Result<Stage, Stop> {
        let counted = |statement: &&&Statement| {
            matches!(statement.instruction, Instruction::Run(_) | Instruction::Copy(_) | Instruction::Workdir(_))
        };
        let is_scratch = plan.image == "scratch";
        let total = plan.steps.iter().filter(counted).count() + usize::from(!is_scratch);
        let label = |number: usize| {
            let platform = if self.request.platforms.len() > 1 { format!("{} ", plan.platform) } else { String::new() };
            if many {
                format!("[{platform}{} {number}/{total}]", plan.name)
            } else {
                format!("[{platform}{number}/{total}]")
            }
        };
        let mut number = 0;
        let mut stage = if is_scratch {
            scratch(&plan.platform)
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
            let vertex = self.progress.vertex(&format!("{} FROM {shown}@{digest}", label(number)));
            let known = self.engine.cached(&image.id).is_some();
            self.progress.line(vertex, if known { "CACHED" } else { "DONE 0.3s" });
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
        bases: &Bases,
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
                let vertex = self.progress.vertex(title);
                let created_by = match form {
                    CommandForm::Shell(line) => format!("RUN /bin/sh -c {line} # buildkit"),
                    CommandForm::Exec(argv) => format!("RUN {} # buildkit", argv.join(" ")),
                };
                let key = step_key(&stage.key, &text);
                let cached = self.cached(&key);
                if let Some(step) = cached {
                    self.progress.line(vertex, "CACHED");
                    return lay(stage, key, &step, created_by);
                }
                let environment: Vec<String> = arguments.into_iter().chain(stage.config.config.env.clone()).collect();
                let working_dir = stage.config.config.working_dir.clone();
                let exec = Exec { tree: &stage.tree, argv: &argv, env: &environment, working_dir: &working_dir };
                let done = run(exec);
                let output: String = done.output.lines().map(|line| format!("0.100 {line}\n")).collect();
                for line in output.lines() {
                    self.progress.line(vertex, line);
                }
                if done.code != 0 {
                    let why = format!(
                        "process \"{}\" did not complete successfully: exit code: {}",
                        argv.join(" "),
                        done.code
                    );
                    self.progress.line(vertex, &format!("ERROR: {why}"));
                    self.excerpt(title, &output, statement);
                    return Err(Stop(why));
                }
                self.progress.line(vertex, "DONE 1.2s");
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
                        let vertex = self.progress.vertex(title);
                        let id: String = stage.key.hex().chars().take(25).collect();
                        let why = match missing {
                            copy::CopyError::NotFound(path) => format!(
                                "failed to compute cache key: failed to calculate checksum of ref {id}::{id}: \"{path}\": not found"
                            ),
                            copy::CopyError::Other(why) => why,
                        };
                        self.progress.line(vertex, &format!("ERROR: {why}"));
                        self.excerpt(title, "", statement);
                        return Err(Stop(why));
                    }
                };
                let packed = pack(&layer).map_err(|error| Stop(error.to_string()))?;
                let key = step_key(&stage.key, &format!("COPY {target}\0{}", packed.diff_id));
                let created_by = format!("{} # buildkit", statement.text);
                let vertex = self.progress.vertex(title);
                if let Some(step) = self.cached(&key) {
                    self.progress.line(vertex, "CACHED");
                    return lay(stage, key, &step, created_by);
                }
                self.progress.line(vertex, "DONE 0.1s");
                self.keep(stage, key, packed, created_by)
            }
            Instruction::Workdir(path) => {
                let path = join(&working_dir(&stage.config.config), &replaced(path));
                let created_by = format!("WORKDIR {path}");
                let key = step_key(&stage.key, &created_by);
                let vertex = self.progress.vertex(title);
                stage.config.config.working_dir = path.clone();
                if let Some(step) = self.cached(&key) {
                    self.progress.line(vertex, "CACHED");
                    return lay(stage, key, &step, created_by);
                }
                self.progress.line(vertex, "DONE 0.0s");
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
}

/// Adds what a step made to a stage.
fn lay(stage: &mut Stage, key: Digest, step: &CachedStep, created_by: String) -> Result<(), Stop> {
    if let Some(layer) = &step.layer {
        let changed = unpack(layer.blob.as_bytes()).map_err(|error| Stop(error.to_string()))?;
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

fn scratch(platform: &Platform) -> Stage {
    let config = ImageConfig {
        created: None,
        author: None,
        architecture: platform.architecture.clone(),
        os: platform.os.clone(),
        config: ContainerConfig {
            env: vec!["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned()],
            ..ContainerConfig::default()
        },
        rootfs: RootFs::of(Vec::new()),
        history: Vec::new(),
    };
    Stage { tree: Tree::new(), config, layers: Vec::new(), key: Digest::of(format!("scratch {platform}").as_bytes()) }
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
