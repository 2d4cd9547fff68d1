# The screens.
view-nav-home = ECR Quest, to the map
view-nav-quests = Quests
view-nav-sandbox = Sandbox
view-nav-exam = Exam hall
view-nav-codex = Codex
view-nav-profile = Profile
view-nav-settings = Settings
view-back-map = To the map
view-back-sandboxes = To the sandboxes
view-language-switch = Change the language
view-account = account
view-region = region
view-chapter = Chapter { $n }
view-level = Lv { $n }
view-level-hint = { $n } XP to the next level
view-xp = { $n } XP
view-stars = { $n ->
    [one] one star of three
   *[other] { $n } stars of three
}
view-commands = { $n ->
    [one] one command
   *[other] { $n } commands
}
view-minutes = { $n ->
    [one] one minute
   *[other] { $n } minutes
}
view-clock-day = Day { $day } · { $time }
view-clock-hint = The time in this world. It moves when you let it.
view-clock-minute-later = One minute later
view-clock-hour-later = One hour later
view-clock-day-later = One day later
view-notice-close = Close this notice
view-save = Save
view-cancel = Cancel
view-yes = yes
view-no = no
view-untagged = untagged
view-more = and { $n } more
# Numbers of things.
view-count-repositories = { $n ->
    [one] one repository
   *[other] { $n } repositories
}
view-count-images = { $n ->
    [one] one image
   *[other] { $n } images
}
view-count-objects = { $n ->
    [one] one object
   *[other] { $n } objects
}
view-count-running = { $n } running
view-count-questions = { $n ->
    [one] one question
   *[other] { $n } questions
}
# The map.
view-map-none = Choose a quest
view-map-none-hint = What it is about and what it gives appears here.
view-map-empty = There are no quests
view-map-empty-hint = No quest file could be read; `ecr-quest check` says why.
view-map-kicker = Chapter { $chapter } · Quest { $quest }
view-map-won = complete
view-map-next = play this next
view-map-open = open
view-map-closed = locked
view-map-reward = Reward
view-map-par = Par
view-map-takes = Takes about
view-map-teaches = Teaches
view-map-exam = Exam
view-map-best = Your best
view-map-best-is = { $stars } of 3 stars, { $n ->
    [one] one command
   *[other] { $n } commands
}
view-map-not-played = not played yet
view-map-start = Start quest
view-map-continue = Continue
view-map-again = Play again
view-map-restart = Start from the beginning
view-map-watch = Watch the demo
view-map-watch-hint = Plays the solution step by step. Won after that, the quest gives half of its XP.
view-map-practise = Practise without hints
view-map-practise-hint = From the beginning, with neither hints nor the solution.
view-map-restart-hint = From the beginning, as if never played.
view-map-debrief = Read the debrief again
view-map-locked = Locked
view-map-needs = First complete: { $names }
# The quest panel.
view-play-kicker = Quest { $quest } · { $xp } XP
view-play-par = Par { $par ->
    [one] one command
   *[other] { $par } commands
} · used { $used }. Looking is free.
view-play-bonus = Bonus
view-play-progress = { $done } of { $of }
view-play-met = done
view-play-now = to do now
view-play-later = to do later
view-play-hint = Hint
view-play-hint-cost = Hint −{ $n }
view-play-show-me-cost = Plays the solution step by step; your own world waits. It takes { $n } of the quest's XP.
view-play-unaided = Without hints
view-play-show-me = Show me
view-play-show-me-hint = Plays the solution step by step. Your own world waits.
view-play-undo = Take the last command back
view-play-undo-short = Undo
view-play-reset = Start over
view-play-reset-sure = Take all commands back? Opened hints stay open.
view-play-reset-yes = Start over
view-play-won = Quest complete
view-play-debrief = Debrief
view-show-kicker = Show me
view-show-over = That was the solution. Now it is your turn.
view-show-play = Go on by itself
view-show-pause = Pause
view-show-next = Next step
view-show-end = Back to my world
# Looking at the past.
view-travel-back = Look one command back
view-travel-forward = Look one command ahead
view-travel-past = You see the world after { $n } of { $of } commands ·
view-travel-present = back to now
# The laptop.
view-tab-terminal = Terminal
view-tab-trail = CloudTrail
view-tab-policies = Policies
view-tab-files = Files
view-terminal-input = Command line
view-terminal-welcome = Type a command. `help` lists what there is; Tab completes, ↑ recalls.
view-trail-all = All
view-trail-denied = Denied
view-trail-empty = No requests yet
view-trail-empty-hint = Every request to AWS appears here: who asked, for what, and what IAM said.
view-trail-is-allowed = Allowed
view-trail-is-denied = Denied
view-trail-is-error = Error
view-origin-laptop = your laptop
view-origin-instance = an EC2 instance
view-origin-fargate = Fargate
view-origin-function = Lambda
view-origin-service = AWS itself
view-policies-empty = There is no account yet
view-policies-empty-hint = Policies appear with the first user, role or repository.
view-policies-none = Choose a policy
view-policies-none-hint = Its document opens here. Saving writes the command and runs it.
view-policies-role = role
view-policies-user = user
view-policies-repository = repository
view-policies-trust = trust policy
view-policies-own = repository policy
view-policies-editor = Policy document
view-policies-read-only = AWS manages this policy: it can be read, not changed.
view-policies-revert = Discard changes
view-policies-broken = no valid JSON: line { $line }, column { $column }
view-files-new = New file name
view-files-none = Choose a file
view-files-none-hint = Its content shows here. `edit` opens it in the editor.
view-files-edit = Edit
view-files-not-text = This is no text, or too long to show.
view-editor-hint = Saving writes the file with a command in the terminal. Ctrl+S saves, Esc cancels.
view-editor-text = The file's text
# The inspector.
view-inspect-title = What there is
view-inspect-hint = Click anything in the world, or here, to look into it.
view-inspect-close = Close
view-inspect-gone = It is not here
view-inspect-gone-hint = It was deleted, or did not exist yet at this time.
view-inspect-laptop = Your laptop
view-inspect-registry = ECR registry
view-inspect-store = S3 layer store
view-inspect-people = Users and roles
view-laptop-text = Docker, the AWS CLI and your files. What you type runs here.
view-laptop-no-files = There are no files yet.
view-laptop-images = Docker's images
view-laptop-no-images = Docker has no image yet.
view-gate-title = Every request passes here
view-gate-text = IAM looks at who asks, what they want to do and on what, and at every policy that has a say.
view-gate-count = { $n ->
    [one] one request so far
   *[other] { $n } requests so far
}, { $denied } denied
view-gate-last = The last denial
view-registry-text = Your account's private registry in this region. Images live in repositories.
view-registry-empty = There is no repository yet.
view-form-create = Create repository
view-form-name = Repository name
view-form-name-hint = for example web
view-form-immutable = Tags cannot be moved
view-form-scan = Scan on push
view-kind-repository = Repository
view-kind-image = Image
view-kind-local-image = Image on the laptop
view-kind-layer = Layer
view-kind-cluster = ECS cluster
view-kind-service = ECS service
view-kind-services = Services
view-kind-task = Task
view-kind-tasks = Tasks
view-kind-instance = EC2 instance
view-kind-instances = Instances
view-kind-definition = Task definition
view-field-repository = Repository
view-field-size = Size
view-size-small = Sizes are true, and small: base images are stand-ins here, tens of kilobytes where real ones have tens or hundreds of megabytes.
view-field-host = Host
view-field-time = Time
view-field-status = Status
view-field-mutability = Tag mutability
view-field-scan = Scan on push
view-field-policy = Repository policy
view-field-lifecycle = Lifecycle policy
view-field-tags = Tags
view-field-pushed = Pushed
view-field-pulled = Last pulled
view-field-scan-result = Scan
view-field-layers = Layers, the lowest first
view-field-objects = Objects
view-field-running = Running
view-field-pending = Starting
view-field-desired = Desired
view-field-launch = Launch type
view-field-puller = Pulls as
view-field-type = Type
view-field-address = Address
view-field-profile = Instance profile
view-field-execution-role = Execution role
view-field-task-role = Task role
view-field-cpu = CPU
view-field-memory = Memory
view-repository-empty = Nothing was pushed yet.
view-repository-edit-policy = Edit policy
view-repository-edit-lifecycle = Lifecycle
view-repository-policy = Repository policy
view-repository-lifecycle = Lifecycle policy
view-lifecycle-would = This would expire { $n } of { $of } images now.
view-lifecycle-preview = Preview
view-lifecycle-running = The preview is being made. Let a few seconds pass.
view-lifecycle-result = { $n ->
    [one] Preview: one image would go
   *[other] Preview: { $n } images would go
}
view-scan-running = running
view-scan-findings = { $n ->
    [0] no findings
    [one] one finding
   *[other] { $n } findings
}
view-layers-text = A layer has the same colour wherever it appears.
view-image-pull = Pull
view-image-delete = Delete
view-layer-not-stored = S3 does not hold this layer.
view-layer-used = Used by
view-layer-shared = { $n } images share it, and S3 holds it once.
view-store-text = Each layer is kept once, by its digest. The bucket belongs to AWS; you see it through ECR.
view-no-tasks = No tasks.
view-service-events = Events
view-service-deployments = Deployments
view-deployment-counts = desired { $desired }, failed { $failed }
view-deployment-limits = At least { $minimum }%, at most { $maximum }% of the desired tasks run while it is replaced.
view-breaker-off = The deployment circuit breaker is off: it keeps trying.
view-breaker-on = The deployment circuit breaker is on: it gives up after too many failed starts.
view-breaker-rollback = The deployment circuit breaker is on, with rollback to the last deployment that completed.
view-field-stop-code = Stop code
view-task-stopped = Why it stopped
view-task-why = The denied request
view-task-containers = Containers
view-instance-role-text = Images are pulled here as this role:
view-instance-no-role = It has no role: what runs here has no credentials.

# Lambda in the inspector.
view-kind-functions = Functions
view-kind-function = Lambda function
view-lambda-text = A function runs the image that its tag named when it was deployed. Lambda pulls it by the repository's own policy, as a service.
view-field-last-update = Last update
view-field-timeout = Timeout
view-field-architecture = Architecture
view-field-log-group = Log group
view-function-image = Image
view-function-pinned-text = Pinned by its digest: a push to the tag changes nothing until the function is updated.
view-function-moved = `{ $tag }` names another image by now, or none. The function still runs the one above.
view-function-settings = Settings
view-function-versions = Versions
view-function-aliases = Aliases
view-function-history = What happened to it

# Kubernetes in the inspector.
view-kind-eks-clusters = Kubernetes clusters
view-kind-eks-cluster = EKS cluster
view-kind-nodegroup = Node group
view-kind-node = Node
view-kind-deployment = Deployment
view-kind-pod = Pod
view-eks-text = AWS runs the control plane. The nodes stand in your VPC, and the kubelet of each pulls images with the node role.
view-field-version = Version
view-field-authentication = Authentication
view-field-ready = Ready
view-field-updated = Of the newest template
view-field-namespace = Namespace
view-field-revision = Revision
view-field-pods = Pods
view-field-kubelet = Kubelet
view-field-restarts = Restarts
view-field-last-state = Before that
view-eks-deployments = Deployments
view-eks-conditions = Conditions
view-eks-pods = Pods
view-eks-no-pods = No pods.
view-eks-groups = Node groups
view-eks-nodes = Nodes
view-eks-no-nodes = No nodes.
view-eks-profiles = Fargate profiles
view-eks-control-plane = Control plane
view-eks-cluster-role-text = What the control plane does in your account it does as this role. It pulls no images:
view-eks-node-role = Node role
view-eks-node-role-text = The kubelet pulls images as the node role:
view-eks-pod-role-text = Images are pulled as the pod execution role:
view-eks-joining = has not joined
view-eks-not-joined = It has not joined the cluster.
view-eks-cause = What stopped them
view-eks-cached = Images on its disk
view-eks-cached-text = These are not pulled again while they are there.
view-pod-no-node = No node has taken it yet, so nobody pulls.
view-pod-request = The request it failed with
view-pod-secrets = Pull secrets
view-pod-secrets-text = The kubelet tries these first, then the node role.
view-pod-secret-there = there
view-pod-secret-missing = does not exist

# Buckets, log groups and rules in the inspector.
view-inspect-services = Other services
view-kind-buckets = Buckets
view-kind-bucket = S3 bucket
view-buckets-text = Buckets that this account owns. ECR's layers are not among them: those lie in a bucket of AWS's.
view-field-region = Region
view-field-created = Created
view-field-versioning = Versioning
view-field-encryption = Encryption
view-field-public-block = Public access blocked
view-bucket-policy = Bucket policy
view-kind-log-groups = Log groups
view-kind-log-group = Log group
view-log-groups-text = What tasks, functions and rules write is kept here, a stream for each source.
view-field-retention = Kept for
view-days = { $n ->
    [one] 1 day
   *[other] { $n } days
}
view-forever = ever
view-count-streams = { $n ->
    [one] 1 stream
   *[other] { $n } streams
}
view-count-events = { $n ->
    [one] 1 event
   *[other] { $n } events
}
view-log-newest = Newest events
view-kind-rules = Rules
view-kind-rule = EventBridge rule
view-rules-text = A rule listens for events that fit its pattern, such as a push to ECR, and sends them to its targets.
view-field-matched = Events matched
view-rule-pattern = Event pattern
view-rule-targets = Targets
view-rule-no-target = No target: what it matches goes nowhere.
view-rule-deliveries = Newest deliveries
view-delivery-delivered = delivered
view-delivery-failed = failed
view-delivery-elsewhere = sent to a service that is not simulated

# The network in the inspector.
view-kind-subnet = Subnet
view-kind-route-table = Route table
view-kind-internet-gateway = Internet gateway
view-kind-nat-gateway = NAT gateway
view-kind-endpoint = VPC endpoint
view-kind-security-group = Security group
view-field-cidr = Address range
view-field-kind = Kind
view-field-zone = Availability Zone
view-field-free = Free addresses
view-field-public-address = Public address
view-field-private-dns = Private DNS
view-net-subnets = Subnets
view-net-ways-out = Ways out
view-net-groups = Security groups
view-net-inside = What is in it
view-net-nothing = Nothing.
view-net-routes = Routes
view-net-led-here = Route tables that lead here
view-net-no-table = No route table leads here.
view-net-place = In the network
view-net-stops = A connection was stopped here
view-net-road = The road it tried
view-subnet-public = public
view-subnet-private = private
view-subnet-text = Whether a subnet is public is told by its route table alone: a route to an internet gateway makes it so.
view-routes-text = Of the routes that fit an address, the one with the longest prefix is taken. `local` stays inside of the VPC.
view-internet-gateway-text = It carries what has a public IP address of its own, both ways.
view-nat-gateway-text = What has no public address goes out through it, under its own. Nobody can come in.
view-endpoint-named = In this VPC `{ $name }` leads to its addresses.
view-endpoint-unnamed = Without private DNS `{ $name }` still leads to the public address, and the endpoint is passed over.
view-endpoint-gateway-text = It has no address: it is a route in the tables that name it, and has no security group.
view-endpoint-policy-text = What may pass through it. It gives nothing by itself: the caller's own policies must allow it too.
view-kind-acl = Network ACL
view-acl-allow = allow
view-acl-deny = deny
view-acl-text = The rule with the lowest number that fits decides. Answers need rules of their own: an ACL remembers nothing.
view-field-dns-support = DNS resolution
view-field-dns-hostnames = DNS hostnames
view-group-inbound = Inbound rules
view-group-outbound = Outbound rules
view-group-none = None: nothing passes.
view-group-all = all traffic
view-group-text = Rules only ever allow. Answers to what was let through always pass.
view-group-members = Who has it

view-role-trust-text = Who may take this role on.
view-people-no-policy = No policy: nothing is allowed.
view-people-edit = Edit { $name }
view-people-add = Add inline policy
view-people-policy-name = Policy name
# A decision.
view-why-title = Why was it denied?
view-why-subtitle = request { $n } · { $time } · from { $from }
view-why-implicit = Implicit deny.
view-why-implicit-text = No statement allows this action, so the answer is no.
view-why-explicit = Explicit deny.
view-why-explicit-text = A statement denies this action. No allow can outweigh it.
view-why-allowed = Allowed and done.
view-why-unasked = This request needs no permission.
view-why-sentence = `{ $who }`
    wants `{ $action }`
    on `{ $resource }`
view-why-pull = What a pull asks for, in order
view-step-unconditional = Needs no permission
view-step-explicit-deny = Explicit deny?
view-step-endpoint = VPC endpoint policy
view-step-resource-control = Organization: resources (RCP)
view-step-service-control = Organization: accounts (SCP)
view-step-root = Root user
view-step-resource = Resource's own policy
view-step-identity = Identity policies
view-step-boundary = Permissions boundary
view-step-session = Session policy
view-verdict-not-set = not set
view-verdict-allows = allows it
view-verdict-delegates = leaves it to the caller's own policies
view-verdict-none = there is none, so nothing allows it
view-verdict-does-not-allow = { $n ->
    [one] one policy, and it does not allow it
   *[other] { $n } policies, and none allows it
}
view-verdict-denies = denies it
view-verdict-nothing-denies = { $n ->
    [0] no policy denies it
    [one] one policy, and it does not deny it
   *[other] { $n } policies, and none denies it
}
view-verdict-not-reached = settled before
view-policy-inline = inline policy
view-policy-managed = managed policy
view-policy-resource = repository policy
view-policy-trust = trust policy
view-policy-boundary = boundary
view-policy-session = session policy
view-policy-scp = service control policy
view-policy-rcp = resource control policy
view-policy-endpoint = endpoint policy
view-settled-statement = { $kind } `{ $policy }`, statement { $statement }
view-near-principal = { $kind } `{ $policy }`: statement { $statement } names the action, but not this principal
view-near-resource = { $kind } `{ $policy }`: statement { $statement } names the action, but not this resource
view-near-condition = { $kind } `{ $policy }`: statement { $statement } names the action, but its condition does not hold
view-event-upload = A layer went up
view-event-download = A layer came down
view-event-task = A task changed
view-event-function = A function changed
view-event-unreached = A connection did not arrive
view-event-credentials = Credentials were of no use
view-event-service = A service said
view-event-lifecycle = A lifecycle policy ran
view-event-expired = { $n ->
    [0] no image expired
    [one] one image expired
   *[other] { $n } images expired
}
view-event-archived = { $n ->
    [one] one image was archived
   *[other] { $n } images were archived
}
view-event-scan = An image was scanned
# The debrief.
view-debrief-none = No quest was won yet
view-debrief-none-hint = Complete a quest, and what it taught is told here.
view-debrief-kicker = Quest complete
view-debrief-model = The picture to keep
view-debrief-exam = What an exam asks
view-debrief-prevent = At work
view-debrief-questions = Three questions to close
view-debrief-commands = Commands
view-debrief-commands-of = { $n }, par { $par }
view-debrief-hints = Hints opened
view-debrief-bonus = Bonus
view-debrief-bonus-of = { $n } of { $of }
view-debrief-item = Item
view-debrief-learned = Learned
view-debrief-next = Next quest
view-debrief-back = Back into the world
view-gained-xp = +{ $n } XP
view-gained-level = You reached level { $n }
# Sandbox.
view-sandbox-intro = A world without a quest: try things, break things, undo. It is saved as you go.
view-sandbox-free = Nothing to reach here. Try anything; every command can be taken back.
view-sandbox-open = Open now
view-sandbox-enter = Enter
view-sandbox-empty = There are no sandboxes
view-sandbox-empty-hint = Their file could not be read; `ecr-quest check` says why.
# The exam hall.
view-exam-intro = Practise one question at a time, each explained at once, or sit a timed mock. Where it can, the simulation itself proves the answers.
view-exam-empty = There are no questions
view-exam-empty-hint = No question file could be read; `ecr-quest check` says why.
view-exam-mixed = Mixed practice
view-exam-by-topic = By topic
view-exam-known = { $right } of { $of } right
view-exam-number = Question { $n } of { $of }
view-exam-check = Check
view-exam-next = Next
view-exam-before = Back
view-exam-leave = Leave
view-practice-kicker = Practice
view-practice-over = Practice is over
view-practice-result = { $right } of { $of } right.
view-practice-again = Once more
view-practice-more = To read and to do
view-practice-quest = Quest: { $title }
view-question-choose = Choose { $n }.
view-question-right = Right answer
view-question-right-chosen = Your answer, and right
view-question-wrong = Your answer
view-mock-kicker = Mock exam
view-mock-title = Against the clock
view-mock-text = { $n } questions in { $minutes } minutes, chosen by the exam's domains. The result is kept in your profile.
view-mock-none = There are not enough questions for a mock yet.
view-mock-start = Sit { $exam }
view-mock-last = Last result
view-mock-exam = Exam
view-mock-score = Score
view-mock-passed = passed
view-mock-failed = not passed
view-mock-left = left
view-mock-answered = { $n } of { $of } answered
view-mock-flag = Flag
view-mock-unflag = Take the flag back
view-mock-finish = Hand in
view-mock-abandon = Give up
view-mock-result = Your result
view-mock-mark = The pass mark is { $mark } of 1000.
view-mock-domains = By domain
view-mock-note = The scale runs in a straight line from 100 to 1000. The true exams weigh their questions and do not say how.
view-mock-review = The questions
view-mock-review-text = Choose a number to see the question with every option explained.
view-mock-again = Another mock
view-number-right = right
view-number-wrong = wrong
view-number-flagged = flagged
view-number-answered = answered
view-number-open = not answered
# The codex.
view-codex-search = Search
view-codex-nothing = Nothing fits
view-codex-nothing-hint = Try another word, in Korean or English.
view-codex-met = met
view-codex-ahead = not met yet
view-codex-sealed = You have not met this yet. It is taught in: { $quests }
view-codex-read = Read it anyway
view-codex-see = See also
view-codex-practise = { $n ->
    [one] Practise one question
   *[other] Practise { $n } questions
}
# The profile.
view-profile-you = Learner
view-profile-quests = Quests
view-profile-won = { $n } of { $of } complete
view-profile-none = No quest is complete yet
view-profile-none-hint = Your best score of each quest is kept here.
view-profile-items = Items
view-profile-no-items = Quests give items to keep. You have none yet.
view-profile-exams = Mock exams
view-profile-no-exams = No mock was taken yet.
view-profile-practice = Practice
view-profile-answers = { $right } of { $of } answers right
# Settings.
view-settings-language = Language
view-settings-language-hint = What AWS and docker print stays English, as it is.
view-settings-theme = Theme
view-settings-theme-hint = Light suits projectors and bright rooms.
view-settings-dark = Dark
view-settings-light = Light
view-settings-size = Text size
view-settings-size-hint = Everything grows with it.
view-settings-motion = Motion
view-settings-motion-hint = Reduced: things appear in place instead of moving.
view-settings-motion-full = Full
view-settings-motion-less = Reduced
view-settings-name = Name
view-settings-name-hint = As you want to be called. It stays on this machine.
view-settings-reset = Start everything anew
view-settings-reset-hint = XP, items, results and saved games are deleted. Settings stay.
view-settings-reset-sure = Delete all progress? This cannot be undone.
view-settings-reset-yes = Delete it
view-settings-about = ECR Quest is not affiliated with Amazon Web Services. Everything runs on this machine; nothing is sent to AWS.
