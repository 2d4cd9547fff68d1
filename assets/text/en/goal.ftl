# What an unmet objective says.
goal-gone = something that must not be so still is
goal-gone-repository = the repository `{ $name }` is still there
goal-gone-image = the image `{ $image }` is still in the registry
goal-gone-local-image = Docker on the laptop still has `{ $image }`
goal-gone-file = the file `{ $path }` is still there
goal-gone-request = `{ $operation }` was asked for, and should not have been
goal-nothing-listed = nothing is listed here that could hold
goal-either = { $this }; or { $that }
goal-none-requested = none of these has succeeded since the quest began: { $operations }
goal-not-shown = no answer has shown `{ $what }` since the quest began; what counts: { $operations }
goal-requested-by-other = `{ $operation }` was made by `{ $other }`, and not by `{ $who }`
goal-no-nodes = the cluster `{ $cluster }` has no nodes
goal-gone-endpoint = the endpoint for `{ $service }` still lets `{ $action }` on `{ $on }` through
goal-gone-road = from `{ $subnet }` these are still reached through a VPC endpoint: { $services }
goal-no-internet = nothing in `{ $subnet }` reaches the internet
goal-no-user = there is no user `{ $name }`
goal-no-role = there is no role `{ $name }`
goal-not-allowed = `{ $who }` cannot yet `{ $action }` on `{ $on }`: no policy allows it
goal-not-allowed-anywhere = `{ $who }` cannot yet `{ $action }`: no policy allows it on resource `*`
goal-denied = `{ $who }` cannot `{ $action }` on `{ $on }`: a statement of `{ $policy }` denies it
goal-denied-anywhere = `{ $who }` cannot `{ $action }`: a statement of `{ $policy }` denies it
goal-still-allowed = `{ $who }` can still `{ $action }` on `{ $on }`: `{ $policy }` allows it
goal-still-allowed-anywhere = `{ $who }` can still `{ $action }`: `{ $policy }` allows it
goal-not-requested = `{ $operation }` has not succeeded since the quest began
goal-not-requested-denied = `{ $operation }` has not been denied since the quest began
goal-not-requested-failed = `{ $operation }` has not failed since the quest began
goal-no-file = the laptop has no file `{ $path }`
goal-not-in-file = the file `{ $path }` does not say `{ $part }`
goal-missing-repository = there is no repository `{ $name }` yet
goal-missing-tag = the repository `{ $name }` has no image tagged `{ $tag }`
goal-missing-image = the repository `{ $name }` does not have that image
goal-different-images = `{ $a }` and `{ $b }` are not the same image
goal-same-image = `{ $a }` and `{ $b }` are still the same image
goal-few-untagged = `{ $name }` has { $found ->
    [0] no untagged image
    [one] one untagged image
   *[other] { $found } untagged images
}, { $wanted } are wanted
goal-many-untagged = `{ $name }` still has { $found ->
    [one] one untagged image
   *[other] { $found } untagged images
}, at most { $wanted } may stay
goal-few-images = `{ $name }` has { $found ->
    [0] no image
    [one] one image
   *[other] { $found } images
}, { $wanted } are wanted
goal-many-images = `{ $name }` still has { $found ->
    [one] one image
   *[other] { $found } images
}, at most { $wanted } may stay
goal-few-shared-layers = `{ $a }` and `{ $b }` share { $found ->
    [0] no layer
    [one] one layer
   *[other] { $found } layers
}, { $wanted } are wanted
goal-tags-mutable = tags of `{ $name }` can still be moved
goal-tags-immutable = tags of `{ $name }` cannot be moved
goal-no-scan-on-push = `{ $name }` does not scan what is pushed to it
goal-not-scanned = the scan of `{ $image }` is not complete
goal-no-cluster = there is no cluster `{ $name }`
goal-no-service = the cluster `{ $cluster }` has no service `{ $service }`
goal-no-stopped-task = no task of `{ $family }` has stopped in `{ $cluster }`
goal-few-tasks = { $found } of { $wanted } tasks of `{ $family }` run in `{ $cluster }`
goal-few-tasks-ec2 = { $found } of { $wanted } tasks of `{ $family }` run on EC2 instances of `{ $cluster }`
goal-few-tasks-fargate = { $found } of { $wanted } tasks of `{ $family }` run on Fargate in `{ $cluster }`
goal-no-deployment = there is no deployment `{ $name }` in `{ $cluster }`
goal-few-pods = { $found } of { $wanted } pods of `{ $deployment }` run in `{ $cluster }`
goal-pod-waits = the pod `{ $pod }` waits: `{ $reason }`
goal-pull-secret = `{ $deployment }` still names a pull secret
goal-kubernetes-not-shown = no answer of the cluster has shown these of `{ $name }` since the quest began: { $kinds }
goal-secret = the secret `{ $secret }` is still in `{ $cluster }`
goal-task-stopped = the newest one stopped: { $reason }
goal-desired-count = the desired count of `{ $service }` is { $found }, { $wanted } is wanted
goal-not-steady = { $found } of { $wanted } tasks of the service `{ $service }` run with its newest task definition
goal-no-lifecycle = the repository `{ $name }` has no lifecycle policy yet
goal-lifecycle-keeps = the lifecycle policy of `{ $name }` would not expire `{ $tag }`
goal-lifecycle-keeps-untagged = the lifecycle policy of `{ $name }` would not expire { $n ->
    [one] one untagged image
   *[other] { $n } untagged images
}
goal-lifecycle-takes = the lifecycle policy of `{ $name }` would expire `{ $tag }`, which must stay
goal-lifecycle-takes-untagged = the lifecycle policy of `{ $name }` would expire { $n ->
    [one] one untagged image that must stay
   *[other] { $n } untagged images that must stay
}
goal-nothing-untagged = the repository `{ $name }` has no untagged image
goal-no-preview = no preview of a lifecycle policy of `{ $name }` was started
goal-preview-unread = the preview for `{ $name }` was started, and its complete result was not read yet
goal-no-local-image = Docker on the laptop has no image `{ $image }` yet
goal-not-logged-in = Docker is not logged in to `{ $host }`
goal-bad-login = Docker's login to `{ $host }` is expired or wrong
goal-no-breaker = the service `{ $service }` has no circuit breaker: a deployment that fails goes on for ever
goal-no-rollback = the circuit breaker of `{ $service }` gives up, and does not roll back
goal-other-image = the running tasks of `{ $service }` are not all of the image `{ $image }`
goal-tasks-elsewhere = tasks of `{ $service }` run outside of `{ $subnet }`
goal-tasks-public = tasks of `{ $service }` have a public IP address
goal-tasks-nowhere = no task of `{ $service }` runs in `{ $subnet }`
goal-no-function = there is no Lambda function `{ $function }`
goal-function-state = the function `{ $function }` is `{ $state }`
goal-function-reason = Lambda says: { $reason }
goal-function-image = the function `{ $function }` does not run the image `{ $image }`
goal-function-not-invoked = the function `{ $function }` was not invoked yet
goal-function-failed = the function `{ $function }` answered with an error
goal-function-may-not = Lambda may not do `{ $action }` on `{ $repository }` for the function `{ $function }`
goal-gone-function-pull = Lambda may pull `{ $repository }` for any function, such as `{ $function }`
goal-internet = what is in `{ $subnet }` reaches the internet
goal-no-road = from `{ $subnet }` there is no road to `{ $service }`
goal-public-road = from `{ $subnet }`, `{ $service }` is reached over the internet, not through a VPC endpoint
goal-no-endpoint = there is no VPC endpoint for `{ $service }`
goal-endpoint-stops = the policy of the endpoint for `{ $service }` does not let `{ $action }` on `{ $on }` through
