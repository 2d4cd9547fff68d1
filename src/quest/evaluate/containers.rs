//! Questions to ECS: tasks and services.

use super::Scope;
use crate::cloud::ecs::{Cluster, Interface, LaunchType, Task, TaskStatus};
use crate::quest::{ImageRef, Launch, Predicate, Progress};
use crate::text::Message;

impl<'a> Scope<'a> {
    pub(super) fn containers(self, predicate: &Predicate) -> Progress {
        match predicate {
            Predicate::TasksRunning { cluster, family, at_least, launch } => {
                self.running(cluster, family, *at_least, *launch)
            }
            Predicate::TaskStopped { cluster, family } => {
                let stopped =
                    |cluster: &Cluster| cluster.tasks().any(|task| of(task, family, None) && task.is_stopped());
                let met = self.cluster(cluster).is_some_and(stopped);
                Progress::of(met, || {
                    Message::new("goal-no-stopped-task").with("family", family).with("cluster", cluster)
                })
            }
            Predicate::ServiceSteady { cluster, service, count } => self.steady(cluster, service, *count),
            Predicate::RollsBack { cluster, service } => self.rolls_back(cluster, service),
            Predicate::ServiceRuns { cluster, service, image } => self.runs(cluster, service, image),
            Predicate::ServicePrivate { cluster, service, subnet } => self.is_private(cluster, service, subnet),
            _ => Progress::met(),
        }
    }

    fn is_private(self, name: &str, service: &str, subnet: &str) -> Progress {
        let Some(cluster) = self.cluster(name) else { return Progress::unmet(no_cluster(name)) };
        let network = self.region().map(|region| &region.net);
        let wanted = network
            .and_then(|network| network.subnets().find(|known| known.id == subnet || known.name() == subnet))
            .map(|subnet| subnet.id.as_str());
        let interfaces: Vec<_> = cluster
            .tasks_of(service)
            .filter(|task| task.status == TaskStatus::Running)
            .map(|task| task.interface.as_ref())
            .collect();
        let is_there =
            |interface: &Option<&Interface>| interface.is_some_and(|own| Some(own.subnet.as_str()) == wanted);
        let is_public = |interface: &Option<&Interface>| interface.is_some_and(|own| own.public_ip);
        let key = if !interfaces.iter().all(is_there) {
            "goal-tasks-elsewhere"
        } else if interfaces.iter().any(is_public) {
            "goal-tasks-public"
        } else if interfaces.is_empty() {
            "goal-tasks-nowhere"
        } else {
            return Progress::met();
        };
        Progress::unmet(Message::new(key).with("service", service).with("subnet", subnet))
    }

    fn cluster(self, name: &str) -> Option<&'a Cluster> {
        self.region()?.ecs.cluster(name).filter(|cluster| cluster.is_active())
    }

    fn rolls_back(self, name: &str, service: &str) -> Progress {
        let Some(cluster) = self.cluster(name) else { return Progress::unmet(no_cluster(name)) };
        let Some(found) = cluster.service(service) else { return Progress::unmet(no_service(service, name)) };
        let breaker = found.configuration.deployment_circuit_breaker;
        Progress::of(breaker.enable && breaker.rollback, || {
            let key = if breaker.enable { "goal-no-rollback" } else { "goal-no-breaker" };
            Message::new(key).with("service", service)
        })
    }

    fn runs(self, name: &str, service: &str, image: &ImageRef) -> Progress {
        let Some(cluster) = self.cluster(name) else { return Progress::unmet(no_cluster(name)) };
        let wanted = self.image(image).ok().map(|found| found.digest.clone());
        let mut tasks = cluster.tasks_of(service).filter(|task| task.status == TaskStatus::Running).peekable();
        let any = tasks.peek().is_some();
        let own = |task: &Task| task.containers.iter().all(|container| container.image_digest == wanted);
        let met = wanted.is_some() && any && tasks.all(own);
        Progress::of(met, || Message::new("goal-other-image").with("service", service).with("image", image.to_string()))
    }

    fn running(self, name: &str, family: &str, at_least: u32, launch: Option<Launch>) -> Progress {
        let Some(cluster) = self.cluster(name) else { return Progress::unmet(no_cluster(name)) };
        let running =
            cluster.tasks().filter(|task| of(task, family, launch) && task.status == TaskStatus::Running).count();
        let running = u32::try_from(running).unwrap_or(u32::MAX);
        if running >= at_least {
            return Progress::met();
        }
        let key = match launch {
            Some(Launch::Fargate) => "goal-few-tasks-fargate",
            Some(Launch::Ec2) => "goal-few-tasks-ec2",
            None => "goal-few-tasks",
        };
        let mut missing = vec![
            Message::new(key)
                .with("family", family)
                .with("cluster", name)
                .with("found", running)
                .with("wanted", at_least),
        ];
        let mine: Vec<_> = cluster.tasks_by_age().into_iter().filter(|task| of(task, family, launch)).collect();
        missing.extend(mine.last().and_then(|task| stopped(task)));
        Progress { met: false, done: running, of: at_least, missing }
    }

    fn steady(self, name: &str, service: &str, count: u32) -> Progress {
        let Some(cluster) = self.cluster(name) else { return Progress::unmet(no_cluster(name)) };
        let Some(found) = cluster.service(service) else {
            return Progress::unmet(no_service(service, name));
        };
        if found.desired_count != count {
            let missing =
                Message::new("goal-desired-count").with("service", service).with("found", found.desired_count);
            return Progress::unmet(missing.with("wanted", count));
        }
        let newest = found.definition().map(|definition| &definition.task_definition_arn);
        let current = |task: &&Task| Some(&task.definition.task_definition_arn) == newest;
        let running =
            cluster.tasks_of(service).filter(|task| task.status == TaskStatus::Running).filter(current).count();
        let running = u32::try_from(running).unwrap_or(u32::MAX);
        if running >= count && found.deployments.len() == 1 {
            return Progress::met();
        }
        let mut missing =
            vec![Message::new("goal-not-steady").with("service", service).with("found", running).with("wanted", count)];
        let group = |task: &&Task| task.service.as_deref() == Some(service);
        missing.extend(cluster.tasks_by_age().into_iter().rfind(group).and_then(stopped));
        Progress { met: false, done: running.min(count), of: count.max(1) + u32::from(running >= count), missing }
    }
}

fn of(task: &Task, family: &str, launch: Option<Launch>) -> bool {
    task.definition.family == family
        && launch.is_none_or(|launch| {
            task.launch_type
                == match launch {
                    Launch::Ec2 => LaunchType::Ec2,
                    Launch::Fargate => LaunchType::Fargate,
                }
        })
}

/// Why the newest task is not there, in AWS's words.
fn stopped(task: &Task) -> Option<Message> {
    let reason = task.stopped_reason.as_deref().filter(|_| task.is_stopped())?;
    Some(Message::new("goal-task-stopped").with("reason", reason))
}

fn no_service(service: &str, cluster: &str) -> Message {
    Message::new("goal-no-service").with("service", service).with("cluster", cluster)
}

fn no_cluster(name: &str) -> Message {
    Message::new("goal-no-cluster").with("name", name)
}
