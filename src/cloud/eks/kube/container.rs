//! A container on its node, step by step: its image is looked for and pulled, it starts, ends and starts again.
//!
//! Source: Kubernetes, "Pod Lifecycle" and "Images"; kubelet: `backOffPeriod` 10 s, `MaxContainerBackOff` 300 s, doubled
//! each time; a container that ran for ten minutes starts anew. Inferred: the moments within a back-off at which the
//! kubelet looks again.

use super::object::{Key, Kind, Time};
use super::plain::Machine;
use super::pod::{
    Container, ContainerState, ContainerStatus, Next, Pod, PullError, PullPolicy, Ready, RestartPolicy, Work,
};
use super::store::Said;
use super::{pull, pull_secrets, say};
use crate::cloud::ecs::program::{AT_ONCE, Fate, Program};
use crate::cloud::eks::home::Home;
use crate::cloud::net::Place;
use crate::cloud::oci::Reference;
use crate::cloud::{Arn, Caller, Cloud, Duration, Origin, Principal, iam};

/// The first back-off, of pulls and of starts.
const FIRST_DELAY: Duration = Duration::seconds(10);
/// The longest.
const LONGEST_DELAY: Duration = Duration::seconds(300);
/// How long a container has to run for its failures to be forgotten.
const FORGIVEN: Duration = Duration::minutes(10);
/// Between what went wrong and the kubelet's next look.
const NEXT_LOOK: Duration = Duration::seconds(5);
/// Between two looks at a pod that something is wrong with.
const SYNC: Duration = Duration::seconds(13);
/// Making a container and starting it.
const START: Duration = Duration::millis(500);
/// Until the kubelet takes up a pod.
pub(super) const TAKE_UP: Duration = Duration::seconds(1);

/// One container, one step.
pub(super) fn step(cloud: &mut Cloud, home: &Home, cluster: &str, key: &Key, index: usize) {
    let Some(pod) = home.kube(cloud, cluster).and_then(|store| store.pods.get(key)).cloned() else { return };
    let (Some(work), Some(container)) = (pod.work.get(index), pod.spec.containers.get(index)) else { return };
    let step = Step { home, cluster, key, index, pod: &pod, container };
    match work.next.clone() {
        Next::Look => step.look(cloud),
        Next::PullEnds(result) => step.end_pull(cloud, *result),
        Next::BackOff => step.back_off(cloud),
        Next::Start(ready) => step.start(cloud, &ready),
        Next::Exit(code) => step.exit(cloud, code),
        Next::CrashLoop => step.crash_loop(cloud),
        Next::Nothing => step.then(cloud, Next::Nothing, None),
    }
}

struct Step<'a> {
    home: &'a Home,
    cluster: &'a str,
    key: &'a Key,
    index: usize,
    pod: &'a Pod,
    container: &'a Container,
}

impl Step<'_> {
    fn say(&self, cloud: &mut Cloud, warning: bool, reason: &'static str, message: String) {
        let node = self.pod.spec.node_name.clone().unwrap_or_default();
        say(cloud, self.home, self.cluster, said(self.pod, &self.container.name, &node, warning, reason, message));
    }

    fn change(&self, cloud: &mut Cloud, change: impl FnOnce(&mut ContainerStatus, &mut Work)) {
        let Some(pod) = self.home.pod_mut(cloud, self.cluster, self.key) else { return };
        let status = pod.status.container_statuses.get_mut(self.index);
        if let (Some(status), Some(work)) = (status, pod.work.get_mut(self.index)) {
            change(status, work);
        }
    }

    fn then(&self, cloud: &mut Cloud, next: Next, after: Option<Duration>) {
        let at = after.map(|after| cloud.now() + after.max(Duration::millis(1)));
        self.change(cloud, |_, work| {
            work.next = next;
            work.at = at;
        });
    }

    fn wait(&self, cloud: &mut Cloud, reason: &str, message: Option<String>) {
        self.change(cloud, |status, _| {
            // What ended stays to be seen as the last state.
            if let ContainerState::Terminated { .. } = status.state {
                status.last_state = Some(status.state.clone());
            }
            status.state = ContainerState::Waiting { message, reason: reason.to_owned() };
            status.ready = false;
            status.started = false;
        });
    }

    fn policy(&self) -> PullPolicy {
        self.container.image_pull_policy.unwrap_or(PullPolicy::IfNotPresent)
    }

    fn work(&self) -> Work {
        self.pod.work.get(self.index).cloned().unwrap_or_default()
    }

    /// Says which of the pod's pull secrets are not there, once for all of its containers.
    /// Source: kubelet, `getPullSecretsForPod`: before each look, and about the pod as a whole.
    fn miss_secrets(&self, cloud: &mut Cloud) {
        let Some(store) = self.home.kube(cloud, self.cluster).filter(|_| self.index == 0) else { return };
        let is_missing = |name: &&str| !store.secrets.contains_key(&Key::new(&self.key.namespace, name));
        let names = self.pod.spec.image_pull_secrets.iter().map(|secret| secret.name.as_str());
        let missing: Vec<&str> = names.filter(is_missing).collect();
        if missing.is_empty() {
            return;
        }
        let message = format!(
            "Unable to retrieve some image pull secrets ({}); attempting to pull the image may not succeed.",
            missing.join(", ")
        );
        let node = self.pod.spec.node_name.clone().unwrap_or_default();
        let said = said(self.pod, "", &node, true, "FailedToRetrieveImagePullSecret", message);
        say(cloud, self.home, self.cluster, Said { field: String::new(), ..said });
    }

    /// Whether the image is there; if not, pulls it.
    fn look(&self, cloud: &mut Cloud) {
        self.miss_secrets(cloud);
        let image = &self.container.image;
        let reference = match image.parse::<Reference>() {
            Ok(reference) => reference,
            Err(_) => {
                // Source: kubelet, `applyDefaultImageTag`; containerd's reference errors.
                let message = format!(
                    "Failed to apply default image tag \"{image}\": couldn't parse image name \"{image}\": invalid \
                     reference format"
                );
                self.say(cloud, true, "InspectFailed", message.clone());
                self.say(cloud, true, "Failed", "Error: InvalidImageName".to_owned());
                self.wait(cloud, "InvalidImageName", Some(message));
                self.then(cloud, Next::Look, Some(SYNC));
                return;
            }
        };
        let store = self.home.kube(cloud, self.cluster);
        let node = store.zip(self.pod.spec.node_name.as_deref()).and_then(|(store, name)| store.node(name)).cloned();
        let Some(node) = node else { return self.then(cloud, Next::Nothing, None) };
        let held = pull::cached(&node, &reference);
        if let (Some(ready), true) = (&held, self.policy() != PullPolicy::Always) {
            let message = format!("Container image \"{image}\" already present on machine");
            self.say(cloud, false, "Pulled", message);
            return self.then(cloud, Next::Start(ready.clone()), Some(START));
        }
        if self.policy() == PullPolicy::Never {
            let message = format!("Container image \"{image}\" is not present with pull policy of Never");
            self.say(cloud, true, "ErrImageNeverPull", message.clone());
            self.say(cloud, true, "Failed", "Error: ErrImageNeverPull".to_owned());
            self.wait(cloud, "ErrImageNeverPull", Some(message));
            return self.then(cloud, Next::Look, Some(SYNC));
        }
        self.say(cloud, false, "Pulling", format!("Pulling image \"{image}\""));
        let logins = pull_secrets::logins(cloud, self.home, self.cluster, self.pod);
        let (result, after) = pull::pull(cloud, self.home, self.cluster, &node, &logins, image);
        self.then(cloud, Next::PullEnds(Box::new(result)), Some(after));
    }

    fn end_pull(&self, cloud: &mut Cloud, result: Result<Ready, PullError>) {
        let image = &self.container.image;
        let now = cloud.now();
        match result {
            Ok(ready) => {
                let took = ready.took.unwrap_or_default().as_millis();
                let took = if took < 1000 { format!("{took}ms") } else { format!("{:.3}s", took as f64 / 1000.0) };
                let message = format!(
                    "Successfully pulled image \"{image}\" in {took} ({took} including waiting). Image size: {} bytes.",
                    ready.size
                );
                self.say(cloud, false, "Pulled", message);
                self.change(cloud, |_, work| {
                    work.pull_delay = None;
                    work.pull_failed = None;
                    work.pull_error = None;
                });
                if let Some(pod) = self.home.pod_mut(cloud, self.cluster, self.key) {
                    pod.cause = None;
                }
                self.then(cloud, Next::Start(ready), Some(START));
            }
            Err(error) => {
                self.say(cloud, true, "Failed", format!("Failed to pull image \"{image}\": {}", error.message));
                self.say(cloud, true, "Failed", "Error: ErrImagePull".to_owned());
                self.wait(cloud, "ErrImagePull", Some(error.message.clone()));
                let delay = doubled(self.work().pull_delay);
                self.change(cloud, |_, work| {
                    work.pull_delay = Some(delay);
                    work.pull_failed = Some(now);
                    work.pull_error = Some(error.message);
                });
                if let Some(pod) = self.home.pod_mut(cloud, self.cluster, self.key) {
                    pod.cause = error.cause;
                }
                self.then(cloud, Next::BackOff, Some(NEXT_LOOK));
            }
        }
    }

    /// The kubelet looks again too early.
    fn back_off(&self, cloud: &mut Cloud) {
        let image = &self.container.image;
        let work = self.work();
        let message = format!("Back-off pulling image \"{image}\"");
        // It says so at each look until the time is over: noted here once for all of them.
        let delay = work.pull_delay.unwrap_or(FIRST_DELAY);
        let looks = 1 + (delay - NEXT_LOOK).as_millis() / SYNC.as_millis();
        for _ in 0..looks {
            self.miss_secrets(cloud);
            self.say(cloud, false, "BackOff", message.clone());
            self.say(cloud, true, "Failed", "Error: ImagePullBackOff".to_owned());
        }
        let error = work.pull_error.unwrap_or_default();
        self.wait(cloud, "ImagePullBackOff", Some(format!("{message}: ErrImagePull: {error}")));
        self.then(cloud, Next::Look, Some(delay - NEXT_LOOK));
    }

    fn start(&self, cloud: &mut Cloud, ready: &Ready) {
        let now = cloud.now();
        let node = self.pod.spec.node_name.as_deref();
        let machine = self.home.kube(cloud, self.cluster).and_then(|store| store.node(node?)).map(|node| &node.machine);
        let Some(machine) = machine.cloned() else { return self.then(cloud, Next::Nothing, None) };
        let Some(program) = self.program(&machine, ready) else {
            let message = "failed to generate container spec: no command specified".to_owned();
            self.say(cloud, true, "Failed", format!("Error: {message}"));
            self.wait(cloud, "CreateContainerError", Some(message));
            return self.then(cloud, Next::Look, Some(SYNC));
        };
        let id = cloud.random_hex(64);
        self.say(cloud, false, "Created", format!("Created container: {}", self.container.name));
        self.say(cloud, false, "Started", format!("Started container {}", self.container.name));
        let image_id = format!("{}@{}", ready.name, ready.digest);
        let image = self.container.image.clone();
        self.change(cloud, |status, _| {
            let again = matches!(status.state, ContainerState::Terminated { .. }) || status.last_state.is_some();
            if let ContainerState::Terminated { .. } = status.state {
                status.last_state = Some(status.state.clone());
            }
            status.restart_count += u32::from(again);
            status.container_id = Some(format!("containerd://{id}"));
            status.image_id = image_id;
            status.image = image.parse::<Reference>().map_or(image, |reference| reference.or_latest().to_string());
            status.ready = true;
            status.started = true;
            status.state = ContainerState::Running { started_at: Time(now) };
        });
        let mut prints = program.prints;
        match program.fate {
            Fate::Forever => self.then(cloud, Next::Nothing, None),
            Fate::Ends { after, exit_code } => self.then(cloud, Next::Exit(exit_code), Some(after)),
            Fate::Calls(call) => {
                let task = self.home.cluster_arn(self.cluster);
                let (caller, place) = identity(cloud, self.home, self.cluster, self.pod, &machine);
                let made = call.make_as(cloud, &self.home.account, caller, place, task);
                prints.extend(made.said.lines().map(|line| (AT_ONCE, line.to_owned())));
                self.then(cloud, Next::Exit(made.exit_code), Some(AT_ONCE));
            }
        }
        self.change(cloud, |_, work| {
            let prints = prints.into_iter().map(|(after, line)| (now + after, line)).collect();
            work.printed_before = std::mem::replace(&mut work.prints, prints);
        });
    }

    /// What the container does; none where there is nothing to run.
    fn program(&self, machine: &Machine, ready: &Ready) -> Option<Program> {
        let Container { command, args, .. } = self.container;
        // Source: Kubernetes, "Define a Command and Arguments for a Container".
        let argv = match (command.as_slice(), args.as_slice()) {
            ([], []) => [ready.entrypoint.as_slice(), ready.cmd.as_slice()].concat(),
            ([], args) => [ready.entrypoint.as_slice(), args].concat(),
            (command, args) => [command, args].concat(),
        };
        let made_for = ready.architecture.as_str();
        if !made_for.is_empty() && made_for != machine.architecture().as_str() {
            return Some(Program::wrong_processor(&argv));
        }
        Program::of(&argv)
    }

    fn exit(&self, cloud: &mut Cloud, code: i32) {
        let now = cloud.now();
        let mut ran = Duration::default();
        self.change(cloud, |status, _| {
            let started_at = match &status.state {
                ContainerState::Running { started_at } => *started_at,
                _ => Time(now),
            };
            ran = now - started_at.0;
            let reason = if code == 0 { "Completed" } else { "Error" };
            status.ready = false;
            status.started = false;
            status.state = ContainerState::Terminated {
                exit_code: code,
                finished_at: Time(now),
                reason: reason.to_owned(),
                started_at,
            };
        });
        let policy = self.pod.spec.restart_policy.unwrap_or_default();
        let again = policy == RestartPolicy::Always || (policy == RestartPolicy::OnFailure && code != 0);
        if !again {
            return self.then(cloud, Next::Nothing, None);
        }
        let delay = self.work().crash_delay.filter(|_| ran < FORGIVEN);
        match delay {
            // The first time it is started again at once.
            None => {
                self.change(cloud, |_, work| work.crash_delay = Some(Duration::default()));
                self.then(cloud, Next::Look, Some(TAKE_UP));
            }
            Some(delay) => {
                let delay = if delay == Duration::default() { FIRST_DELAY } else { doubled(Some(delay)) };
                self.change(cloud, |_, work| work.crash_delay = Some(delay));
                self.then(cloud, Next::CrashLoop, Some(TAKE_UP));
            }
        }
    }

    fn crash_loop(&self, cloud: &mut Cloud) {
        let name = &self.container.name;
        let delay = self.work().crash_delay.unwrap_or(FIRST_DELAY);
        let Key { namespace, name: pod } = self.key;
        let uid = &self.pod.metadata.uid;
        let said = format!("Back-off restarting failed container {name} in pod {pod}_{namespace}({uid})");
        let looks = 1 + (delay - TAKE_UP).as_millis() / SYNC.as_millis();
        for _ in 0..looks {
            self.say(cloud, true, "BackOff", said.clone());
        }
        let seconds = delay.as_millis() / 1000;
        let span = match (seconds / 60, seconds % 60) {
            (0, seconds) => format!("{seconds}s"),
            (minutes, seconds) => format!("{minutes}m{seconds}s"),
        };
        let message = format!("back-off {span} restarting failed container={name} pod={pod}_{namespace}({uid})");
        self.wait(cloud, "CrashLoopBackOff", Some(message));
        self.then(cloud, Next::Look, Some(delay - TAKE_UP));
    }
}

fn doubled(delay: Option<Duration>) -> Duration {
    match delay {
        None => FIRST_DELAY,
        Some(delay) => Duration::millis(delay.as_millis().saturating_mul(2)).min(LONGEST_DELAY),
    }
}

/// Something that a kubelet says of a container.
pub(super) fn said<'a>(
    pod: &'a Pod,
    container: &str,
    node: &'a str,
    warning: bool,
    reason: &'static str,
    message: String,
) -> Said<'a> {
    Said {
        about: Kind::Pod,
        metadata: &pod.metadata,
        field: format!("spec.containers{{{container}}}"),
        warning,
        reason,
        message,
        component: "kubelet",
        host: node,
    }
}

/// Who a pod's own code is: the role of its pod identity association, else the node's, and from where it asks.
/// Source: Amazon EKS User Guide, "Learn how EKS Pod Identity grants pods access to AWS services".
fn identity(
    cloud: &Cloud,
    home: &Home,
    cluster: &str,
    pod: &Pod,
    machine: &Machine,
) -> (Option<Caller>, Option<Place>) {
    let account = pod.spec.service_account_name.as_deref().unwrap_or("default");
    let associations = home.state(cloud).and_then(|state| state.cluster(cluster)).into_iter();
    let association = associations
        .flat_map(|cluster| cluster.pod_identity_associations())
        .find(|known| known.namespace == pod.metadata.namespace && known.service_account == account);
    let (origin, service, place, session) = match machine {
        Machine::Instance { id, .. } => {
            let place = home.net(cloud).and_then(|net| net.instance(id)).map(|instance| instance.place());
            (Origin::Instance(id.clone()), "ec2.amazonaws.com", place, id.clone())
        }
        // Source: the same guide: pod identity is not for Fargate, and a Fargate pod has no other credentials.
        Machine::Fargate { place, .. } => return (None, Some(place.clone())),
    };
    let (role, service): (&Arn, &str) = match association {
        Some(association) => (&association.role, "pods.eks.amazonaws.com"),
        None => (machine.role(), service),
    };
    if !iam::can_assume(cloud, service, role).is_allowed() {
        return (None, place);
    }
    let name = role.resource().rsplit('/').next().unwrap_or_default().to_owned();
    let account = role.account().parse().unwrap_or_else(|_| home.account.clone());
    let principal = Principal::Session { account, role: name, session };
    (Some(Caller { principal, region: home.region.clone(), origin }), place)
}
