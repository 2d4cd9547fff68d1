# The shell: its own words beside bash's.
shell-not-simulated = `{ $what }` is not simulated
shell-limit = stopped: one line may not run or print that much
shell-too-much = the line is too long or nested too deeply
shell-here-document = a here-document cannot be read there; put its `<<` at the end of its command, outside of other brackets
shell-not-found-hint = hint: `help` lists the commands
shell-did-you-mean = hint: did you mean `{ $name }`?
help-intro = The commands of this laptop. Lines are bash's: pipes, `&&`, `$(…)`, `$x`, `>`, here-documents, `if`, `for`, `while`, `case`. Not simulated are functions, arrays, `<(…)`, and jobs with `&`.
help-outro = `help COMMAND` shows one with examples. Tab completes, `history` remembers.
help-usage = usage
help-unknown = there is no command `{ $name }`
clock-bad-duration = `{ $text }` is not a duration
clock-too-long = `{ $text }` is too long: at most { $most } at a time
clock-hint = hint: a number and `d`, `h`, `m` or `s`: `clock advance 3d`

docker-prune-unanswered = (nothing was removed: `-f` says yes, or pipe the answer in: `echo y | docker …`)
docker-foreground = (a server: it would run until Ctrl-C; `docker run -d` leaves it running)

command-aws = calls AWS's services
command-base64 = encodes and decodes base64
command-basename = prints the last part of a path
command-cat = prints files
command-cd = changes the working directory
command-chmod = changes who may run a file
command-clear = clears the screen
command-clock = shows the simulated time and moves it
command-costs = estimates what a month costs, and what a lifecycle policy would save
command-cp = copies files
command-curl = is not simulated: there is no network behind the game
command-cut = prints parts of each line
command-date = shows the simulated time
command-dirname = prints a path without its last part
command-docker = builds, tags, pushes and pulls images
command-echo = prints its arguments
command-edit = opens a file in the editor
command-env = shows the environment, or runs a command with more of it
command-export = lets commands see a variable
command-find = lists files below directories
command-grep = prints the lines that match a pattern
command-head = prints the first lines
command-help = shows what there is
command-history = shows the lines typed so far
command-hostname = prints the laptop's name
command-jq = filters JSON
command-kubectl = talks to Kubernetes clusters
command-ls = lists files
command-mkdir = makes directories
command-mv = moves and renames files
command-nl = numbers lines
command-paste = joins lines
command-printenv = shows the environment
command-printf = prints by a format
command-pwd = prints the working directory
command-read = reads a line into variables
command-reclaim = takes Spot capacity back, as AWS may at any time
command-rev = turns each line around
command-rm = removes files
command-rmdir = removes empty directories
command-sed = edits lines
command-seq = counts
command-set = shows all shell variables
command-sha256sum = prints the SHA-256 of files
command-sleep = lets simulated time pass
command-sort = sorts lines
command-tac = prints lines from the last to the first
command-tail = prints the last lines
command-tee = copies standard input to files and prints it
command-test = asks about texts, numbers and files
command-token = makes, lists and revokes your access tokens at registries outside
command-touch = makes empty files
command-tr = replaces or deletes characters
command-type = says what a name is to the shell
command-uniq = leaves out repeated lines
command-unset = forgets variables
command-wc = counts lines, words and bytes
command-which = says where a command lives
command-whoami = prints the user's name on the laptop
command-why = explains the last request that was denied, did not arrive or had useless credentials, step by step
command-xargs = runs a command with arguments from standard input

# `why`: IAM's evaluation, step by step.
why-nothing = nothing was denied so far
why-no-pod = there is no pod `{ $name }`
why-pod = The pod `{ $name }` is `{ $reason }`.
why-pod-asked = The last thing it was answered: { $operation } (request { $number }). It was allowed, but what it asked for is not there.
why-pod-no-request = No request stands behind it: `kubectl describe pod { $name }` tells what the kubelet said.
why-asked = { $principal } asked for `{ $action }` on `{ $resource }`
why-request = request { $number }, { $operation }, { $time }
why-step-explicit-deny = an explicit deny in any policy
why-step-endpoint = the policy of the VPC endpoint
why-step-resource-control = resource control policies
why-step-service-control = service control policies
why-step-root-user = the root user
why-step-resource = the resource's own policy
why-step-identity = the policies of the user or role
why-step-boundary = the permissions boundary
why-step-session = the session policy
why-verdict-not-set = there is none
why-verdict-allows = yes, allowed
why-verdict-delegates = leaves it to the account's own policies
why-verdict-does-not-allow = no statement allows it
why-verdict-denies = yes, denied
why-verdict-nothing-denies = no
why-verdict-not-reached = not asked any more
why-policy-inline = inline policy
why-policy-managed = managed policy
why-policy-group-inline = the group's inline policy
why-policy-group-managed = the group's managed policy
why-policy-resource = policy of
why-policy-trust = trust policy of
why-policy-boundary = boundary
why-policy-session = session policy
why-policy-service-control = service control policy
why-policy-resource-control = resource control policy
why-policy-endpoint = policy of the endpoint
why-no-statement = { $policy }: no statement matches
why-near-principal = { $policy }: no statement matches; statement { $statement } names the action, but another principal
why-near-resource = { $policy }: no statement matches; statement { $statement } names the action, but another resource
why-near-condition = { $policy }: no statement matches; statement { $statement } names the action, but its condition does not hold
why-statement-allows = { $policy }: statement { $statement }{ $sid } allows it
why-statement-denies = { $policy }: statement { $statement }{ $sid } denies it
why-statement-delegates = { $policy }: statement { $statement }{ $sid } allows the whole account, and that account decides who of it may
why-near-condition-absent = { $policy }: no statement matches; statement { $statement } names the action, but needs `{ $operator }` on `{ $key }` ({ $values }), and the request does not carry this key
why-near-condition-differs = { $policy }: no statement matches; statement { $statement } names the action, but needs `{ $operator }` on `{ $key }` ({ $values }), and the request carries { $found }
why-cross-account = the caller belongs to account { $own }, the resource to account { $owner }: both have to allow it, each in its own policies
why-step-unconditional = an action that needs no permission
why-so-identity-across = So: account { $owner } may well allow `{ $action }`, but the caller's own account { $own } does not. Across accounts both are needed: a policy of `{ $principal }` must allow it on `{ $resource }` too.
why-so-resource = So: the caller's own policies can't give what belongs to account { $owner }. The policy of `{ $resource }` must allow `{ $action }` to `{ $principal }` or to account { $own }; only account { $owner } can write it there.
why-so-trust = So: who may assume a role is what its trust policy says, and that of `{ $resource }` does not name `{ $principal }` with conditions that hold. No other policy can stand in for it.
why-so-boundary = So: a permissions boundary gives nothing, it only limits: what counts is what the other policies and the boundary both allow. `{ $policy }` does not allow `{ $action }` on `{ $resource }`. Widen the boundary, or have another one set; one more allow elsewhere won't help.
why-so-session = So: a session policy gives nothing, it only limits what the role may, for as long as this session lasts. It does not allow `{ $action }` on `{ $resource }`. Assume the role again, without that policy or with a wider one.
why-so-service-control = So: the organization limits what accounts may do, and at one of its levels no service control policy allows `{ $action }`. Every level from the root to account { $own } has to. Nothing inside of the account can change that.
why-so-resource-control = So: the organization limits what may be done with its accounts' resources, and at one of its levels no resource control policy allows `{ $action }`. Every level from the root to account { $owner } has to. Nothing inside of the account can change that.
why-so-endpoint = So: the request came through the VPC endpoint `{ $policy }`, and its policy does not allow `{ $action }` on `{ $resource }`. An endpoint policy gives nothing, it only says what may pass: the other policies and it must both allow.
why-implicit = So: nothing allows `{ $action }` on `{ $resource }`, and what is not allowed is denied. One statement that allows it, in any policy of the caller, is enough.
why-explicit = So: a statement denies `{ $action }` on `{ $resource }`, and a deny wins over every allow. Change that statement or its condition; one more allow won't help.
why-so-service = So: a service asks in its own name and has no policies of its own. Only the policy of `{ $resource }` can allow it `{ $action }`, with `{ $principal }`'s service as its principal and with conditions that hold.
why-function-failed = { $function } could not be made ({ $time }): `{ $code }`, { $reason }
why-function-inactive = { $function } could not be woken ({ $time }): `{ $code }`, { $reason }
why-function-update = the last change of { $function } did not go through ({ $time }): `{ $code }`, { $reason }
why-function-request = Lambda had asked: request { $number }, { $operation } on { $resource }
why-function-access = The policy of the repository has to let `lambda.amazonaws.com` do both `ecr:BatchGetImage` and `ecr:GetDownloadUrlForLayer`.
why-function-deleted = The image was pinned by its digest, and that image is not in the repository any more: another one under the same tag does not stand in for it.
why-function-invalid = Lambda can't unpack the image: a layer of it is no gzip-compressed tar archive.
why-so-function-failed = Mend this, then delete the function and make it again: one that has failed can't be changed.
why-so-function-inactive = Mend this and invoke the function again, or give it another image with `update-function-code`.
why-so-function-update = What ran before goes on running. Mend this, then update the function once more.

# `reclaim`: Spot capacity.
reclaim-nothing = `{ $id }` is neither a task on Fargate Spot nor a Spot Instance that runs

# `token`: access tokens at registries outside.
token-none = you have no access tokens; `token create docker.io` makes one
token-none-to-revoke = there is no token `{ $token }` that could be revoked
token-no-registry = `{ $host }` is no registry with accounts
token-registries = hint: docker.io, ghcr.io, registry.gitlab.com, cgr.dev, quay.io or NAME.azurecr.io
token-good = good until it is revoked
token-good-until = good until { $at }
token-expired = expired { $at }
token-revoked = revoked { $at }

# `why`: credentials for a registry outside that were of no use.
outside-refused = `{ $host }` did not let `{ $user }` in ({ $time }). To whoever asks it says the same each time; this is what was wrong:
outside-unread = Nothing could be asked of `{ $host }` ({ $time }), because there were no credentials to show:
outside-unknown = it never gave out such an access token.
outside-other-user = the access token is good, but it belongs to another user name.
outside-expired = the access token expired { $at }.
outside-revoked = the access token was revoked { $at }.
outside-no-secret = the secret `{ $secret }` is not there, is marked for deletion or has no value.
outside-not-decryptable = the secret `{ $secret }` is encrypted with a key of your own. ECR can use only secrets under the key `aws/secretsmanager`.
outside-malformed = the value of the secret `{ $secret }` has to be a JSON object with the members `{ $username }` and `{ $password }`, neither of them empty.
outside-rule = The pull-through cache rule `{ $rule }` signs in with it. What the cache holds already is still served; what is new can't be fetched.
outside-so-cache = So: make an access token (`token create { $host }`), write it with `aws secretsmanager put-secret-value --secret-id { $secret } --secret-string` as `username` and `accessToken`, ask `aws ecr validate-pull-through-cache-rule`, and pull again. No permission in IAM is missing.
outside-so-task = So: make an access token (`token create { $host }`), write it with `aws secretsmanager put-secret-value --secret-id { $secret } --secret-string` as `username` and `password`, and run the task again: the secret is read at each start.
outside-so-login = So: make an access token (`token create { $host }`) and log in with it again: `docker login`, or for pods a new pull secret. Without any login, what is public can be pulled.
outside-so-create = So: make the secret again, or restore it with `aws secretsmanager restore-secret`, and see that whoever needs it names its ARN.
outside-so-key = So: give the secret back to the default key: make a new secret without `--kms-key-id`, and name it with `aws ecr update-pull-through-cache-rule --credential-arn`.

# `why`: the way of a connection that did not arrive.
road-from-instance = the agent of the instance `{ $id }`
road-from-fargate = the Fargate task `{ $id }`
road-asked = { $who } in the subnet `{ $subnet }` tried to reach `{ $host }` over HTTPS ({ $time })
road-name-endpoint = name: `{ $host }` leads to the VPC endpoint `{ $endpoint }`, { $address }
road-name-public = name: `{ $host }` leads to the public address { $address }
road-unused-pending = the VPC endpoint `{ $endpoint }` is not used yet: it is still pending
road-unused-no-private-dns = the VPC endpoint `{ $endpoint }` is not used: it was made without private DNS, so the usual name does not lead to it
road-unused-no-subnet = the VPC endpoint `{ $endpoint }` is not used: it is in no subnet, so it has no address
road-egress-passes = out: the security group `{ $group }` allows it
road-egress-stops = out: no, none of the security groups { $groups } allows port 443 to { $address }
road-route-stops = route: no, the route table `{ $table }` has no route to { $address }
road-route-local = route: `{ $table }` keeps it inside of the VPC
road-route-internet-gateway = route: `{ $table }` leads to the internet gateway `{ $id }`
road-route-nat = route: `{ $table }` leads to the NAT gateway `{ $id }`
road-route-endpoint = route: `{ $table }` leads to the gateway endpoint `{ $id }`
road-blackhole = route: no, `{ $table }` leads to `{ $id }`, which carries nothing: it is deleted, detached or not ready (a black hole)
road-acl-out-passes = network ACL: rule { $rule } of `{ $acl }` lets port 443 out of `{ $subnet }`
road-acl-out-stops = network ACL: no, rule { $rule } of `{ $acl }` does not let port 443 out of `{ $subnet }`
road-acl-in-passes = network ACL: rule { $rule } of `{ $acl }` lets port 443 into `{ $subnet }`
road-acl-in-stops = network ACL: no, rule { $rule } of `{ $acl }` does not let port 443 into `{ $subnet }`
road-acl-answer-in-passes = network ACL: rule { $rule } of `{ $acl }` lets the answer into `{ $subnet }`
road-acl-answer-in-stops = network ACL: no, rule { $rule } of `{ $acl }` does not let the answer into `{ $subnet }`
road-acl-answer-out-passes = network ACL: rule { $rule } of `{ $acl }` lets the answer out of `{ $subnet }`
road-acl-answer-out-stops = network ACL: no, rule { $rule } of `{ $acl }` does not let the answer out of `{ $subnet }`
road-public-address-passes = internet gateway: `{ $gateway }` carries it, since there is a public IP address
road-public-address-stops = internet gateway: no, `{ $gateway }` carries nothing that has no public IP address
road-nat-passes = NAT gateway: `{ $gateway }` carries it to the internet
road-nat-stops = NAT gateway: no, `{ $gateway }` stands in `{ $subnet }`, whose route does not lead to an internet gateway
road-ingress-passes = in: the endpoint's security group `{ $group }` allows it
road-ingress-stops = in: no, none of the endpoint's security groups { $groups } allows port 443 from { $from } or from { $own }
road-policy-passes = endpoint policy: `{ $endpoint }` lets `{ $action }` through
road-policy-stops = endpoint policy: no, `{ $endpoint }` does not let `{ $action }` through
road-so-arrives = So: it arrives.
road-so-egress = So: the connection never leaves. One of { $groups } needs an outbound rule for port 443.
road-so-ingress = So: the endpoint is found, and does not answer. One of its security groups { $groups } needs an inbound rule for TCP 443 from { $from }, from the VPC's range, or from the caller's group.
road-so-blackhole = So: `{ $table }` still has the route, but `{ $id }` does not carry it. Give the route a target that works.
road-so-acl = So: the network ACL `{ $acl }` stops the request. Its rule for TCP 443 must allow it and have the lowest number that fits.
road-so-acl-answer = So: the request gets there, and the network ACL `{ $acl }` stops the answer. ACLs keep no state: the answer needs a rule of its own for the ephemeral ports 1024-65535.
road-so-public-address = So: an internet gateway is a road only for what has a public IP address. Assign one, or go from a private subnet by a NAT gateway or VPC endpoints.
road-so-nat = So: a NAT gateway has to stand in a public subnet itself.
road-so-policy = So: the road is there, but the policy of `{ $endpoint }` does not allow `{ $action }` on `{ $resource }`. ECR keeps layers in that bucket, which is AWS's.
road-so-route-unused = So: from `{ $subnet }` nothing leads to public addresses, and the endpoint `{ $endpoint }` that could stand in is not used for this name.
road-so-route-internet = So: nothing leads from `{ $subnet }` to the internet, and there are no VPC endpoints for hosts that are not AWS's services. It takes a NAT gateway, or a copy of the image in ECR.
road-so-route-s3 = So: the registry is reached, but the layers come from S3, and nothing leads there from `{ $subnet }`. A gateway endpoint for `{ $service }` in its route table, or a NAT gateway, would be a road.
road-so-route = So: nothing leads from `{ $subnet }` to `{ $host }`. An interface endpoint for `{ $service }`, or a NAT gateway, would be a road.

# `why lifecycle`: a lifecycle policy over a repository's images, rule by rule.
lifecycle-no-repository = there is no repository `{ $name }`; there are: { $list }
lifecycle-no-repository-at-all = there is no repository `{ $name }`; there is none at all
lifecycle-no-policy = `{ $name }` has no lifecycle policy and no preview of one
lifecycle-in-force = The policy of `{ $name }`, if it ran now:
lifecycle-previewed = The policy that was previewed for `{ $name }`, as it was then:
lifecycle-rule-expire = Rule { $priority }: of { $selection }, delete { $criterion }
lifecycle-rule-archive = Rule { $priority }: of { $selection }, archive { $criterion }
lifecycle-any = all images
lifecycle-untagged = images without a tag
lifecycle-prefixes = images with tags that begin with { $list }
lifecycle-patterns = images with tags that fit { $list }
lifecycle-in-archive = { $selection } in the archive
lifecycle-count = all but the youngest { $n }
lifecycle-pushed = those pushed more than { $n ->
    [one] a day
   *[other] { $n } days
} ago
lifecycle-pulled = those last pulled more than { $n ->
    [one] a day
   *[other] { $n } days
} ago
lifecycle-archived = those archived more than { $n ->
    [one] a day
   *[other] { $n } days
} ago
lifecycle-image = { $name } ({ $days } d)
lifecycle-more = {" "}and { $n } more
lifecycle-none = no image is of this kind
lifecycle-expires = deletes: { $images }
lifecycle-archives = archives: { $images }
lifecycle-keeps = keeps: { $images }
lifecycle-in-index = keeps, because an index needs it: { $images }
lifecycle-belongs = already belongs to rule { $rule } and only counts here: { $images }
lifecycle-unseen = No rule looks at: { $images }
lifecycle-so = So: of { $of ->
    [one] one image
   *[other] { $of } images
}, { $expire } would be deleted and { $archive } archived.

costs-title = A month of account { $account } in { $region }, as things are now:
costs-nothing = nothing here costs anything yet
costs-total = in all
costs-estimate = estimate: AWS's price here is not confirmed
costs-prices = Prices are AWS's list prices of { $date }. What is there counts as if it stayed as it is, transfer as in the last 30 days.
costs-not-counted = Not counted: volumes of instances, Fargate pods of EKS, Lambda, S3 buckets, logs, KMS keys, secrets and requests.
costs-stand-in = The prices of this region are not known here; those of { $region } stand in for them.
costs-storage-standard = ECR storage
costs-storage-archive = ECR archive storage
costs-transfer-internet = transfer out to the internet
costs-transfer-region = transfer out to other regions
costs-nat-hours = NAT gateways with their public addresses
costs-nat-data = data through NAT gateways
costs-endpoint-hours = interface endpoints
costs-endpoint-data = data through interface endpoints
costs-fargate-cpu = Fargate processors
costs-fargate-memory = Fargate memory
costs-instance-hours = EC2 instances
costs-eks-hours = EKS clusters
costs-public-addresses = public addresses beside those of NAT gateways
costs-saving = The policy of `{ $name }` deletes { $expired } and archives { $archived } of its images: of { $before } bytes { $after } stay. A month costs { $left } instead of { $cost }, so it saves { $saved } a month.

## kubectl

kubectl-help = kubectl talks to the API server of a Kubernetes cluster. `aws eks update-kubeconfig --name CLUSTER` tells it where that is.
kubectl-help-commands = Commands:
kubectl-help-others = Not simulated:
kubectl-help-more = More about a command: kubectl COMMAND --help
kubectl-no-edit = `kubectl edit` is not simulated: change the manifest with `edit web.yaml` and apply it with `kubectl apply -f web.yaml`, or change the object with `kubectl patch`
kubectl-help-flags = Flags:
