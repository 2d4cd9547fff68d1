# The picture of the world.
scene-name = The world
scene-zoom-in = Zoom in (+)
scene-zoom-out = Zoom out (−)
scene-fit = Show everything (0)
scene-more = +{ $count } more

scene-laptop = Your laptop
scene-laptop-sub = docker · aws cli
scene-laptop-empty = no image yet
scene-laptop-hover = Your laptop: { $images ->
    [0] Docker has no image yet
    [one] Docker has 1 image
   *[other] Docker has { $images } images
}
scene-image-hover = { $names }
    { $layers ->
        [one] 1 layer
       *[other] { $layers } layers
    }, { $size }
scene-layer-hover = Layer { $digest }, { $size }: used by { $uses ->
    [one] 1 image
   *[other] { $uses } images
} in the registry
scene-layer-local-hover = Layer { $digest }, { $size }: not in the registry yet

scene-gate-idle = IAM
scene-gate-allowed = IAM: allowed
scene-gate-denied = IAM: denied
scene-gate-hover = IAM checks every request that passes here

scene-registry = ECR registry
scene-registry-empty = no repository yet
scene-registry-hover = Your private registry, { $count ->
    [0] without a repository
    [one] 1 repository
   *[other] { $count } repositories
}
    { $host }.amazonaws.com
scene-repository-hover = Repository { $name }: { $images ->
    [0] no image yet
    [one] 1 image
   *[other] { $images } images
}{ $untagged ->
    [0] {""}
   *[other] , { $untagged } untagged
}
scene-repository-immutable = Its tags cannot be moved
scene-repository-empty = empty
scene-repository-untagged = { $count } untagged
scene-tag-hover = Tag { $tag } names image { $digest }

scene-store = S3 · layer store
scene-store-sub = each layer is kept once: { $count ->
    [one] 1 object
   *[other] { $count } objects
}, { $size }
scene-store-empty = nothing stored yet
scene-config = config
scene-config-hover = Configuration { $digest } of an image, { $size }
scene-store-hover = ECR keeps layers in an S3 bucket of its own, each only once
    Sizes are true but small here: base images are stand-ins

scene-gallery = ECR Public Gallery
scene-gallery-sub = public.ecr.aws · no sign-in needed
scene-gallery-hover = Base images are pulled from here; anyone may pull

scene-vpc = VPC { $cidr }
scene-vpc-hover = The network { $name }, which your instances, tasks and pods run in
scene-stop-route = { $to }: no route
scene-stop-group = { $to }: security group
scene-stop-address = { $to }: no public address
scene-stop-nat = { $to }: NAT has no way out
scene-stop-policy = { $to }: endpoint policy
scene-stop-acl = { $to }: network ACL
scene-stop-blackhole = { $to }: route into nothing
scene-acl-hover = Network ACL { $acl }: it does not let everything cross the subnet's border
scene-subnet-public = public
scene-subnet-private = private
scene-subnet-hover = Subnet { $name }, { $cidr }: { $kind }, as its route table says
scene-routes-hover = Route table { $table }
scene-routes-internet = everything else goes to the internet gateway { $id }
scene-routes-nat = everything else goes to the NAT gateway { $id }
scene-routes-none = nothing leads out of the VPC
scene-routes-endpoint = S3 goes to the gateway endpoint { $id }
scene-nat = NAT gateway
scene-nat-hover = NAT gateway { $name }, { $address }: the way to the internet for what has no public address
scene-door-internet = Internet
scene-door-gateway = gateway
scene-internet-gateway-hover = Internet gateway { $name }: the way to the internet for what has a public address
scene-interface-endpoint-hover = VPC endpoint for { $service }: an address in the VPC that leads to the service
scene-interface-endpoint-pending = VPC endpoint for { $service }: still pending
scene-interface-endpoint-unused = VPC endpoint for { $service }: the service's usual name does not lead to it
scene-gateway-endpoint-hover = Gateway endpoint for { $service }: a route that leads to the service
scene-instance = EC2 instance
scene-instance-role = role { $role }
scene-instance-hover = EC2 instance { $id }: images are pulled with the role of the instance
scene-fargate = ECS · Fargate
scene-fargate-role = execution role { $role }
scene-fargate-hover = Fargate in cluster { $cluster }: images are pulled with the execution role
scene-node = EKS node
scene-node-not-ready = EKS node · NotReady
scene-node-joining = EKS node · joining
scene-node-role = node role { $role }
scene-node-hover = EC2 instance { $id }, a node of { $cluster }: its kubelet pulls images with the node role
scene-pod-fargate = EKS · Fargate
scene-pod-fargate-role = pod execution role { $role }
scene-pod-fargate-hover = Fargate for pods of { $cluster }: images are pulled with the pod execution role
scene-no-pod = no pod
scene-pod-hover = Pod { $name } in { $namespace }: { $status }
    image { $image }
scene-eks = EKS · { $name }
scene-eks-sub = Kubernetes { $version } · { $status }
scene-eks-hover = Cluster { $name }: AWS runs its control plane, which kubectl asks; nodes and pods run in your VPC
scene-eks-empty = nothing deployed yet
scene-deployment-rolling = { $updated } of { $wanted } updated
scene-deployment-hover = Deployment { $name } in { $namespace }: { $ready } of { $wanted } pods ready
scene-no-role = no role
scene-no-task = no ECS task
scene-task-hover = Task { $id } of { $family }: { $status }
scene-lambda = Lambda
scene-lambda-sub = functions from images
scene-lambda-hover = Lambda: { $count ->
    [one] 1 function
   *[other] { $count } functions
}, each pinned to the image that it was deployed with
scene-function-hover = Function { $name }: { $state }
scene-function-pinned = { $tag } · pinned to { $digest }
scene-function-moved = { $tag } has moved · still { $digest }
scene-function-digest = by digest · { $digest }
