//! Questions to ECS: tasks and services.

use super::Scope;
use crate::cloud::ecs::{Cluster, LaunchType, Task, TaskStatus};
use crate::quest::{Launch, Predicate, Progress};
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
            _ => Progress::met(),
        }
    }

    fn cluster(self, name: &str) -> Option<&'a Cluster> {
        self.region()?.ecs.cluster(name).filter(|cluster| cluster.is_active())
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
            return Progress::unmet(Message::new("goal-no-service").with("service", service).with("cluster", name));
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

fn no_cluster(name: &str) -> Message {
    Message::new("goal-no-cluster").with("name", name)
}
