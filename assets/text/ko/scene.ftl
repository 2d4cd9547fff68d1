# 세계의 그림.
scene-name = 세계
scene-zoom-in = 확대 (+)
scene-zoom-out = 축소 (−)
scene-fit = 전체 보기 (0)
scene-more = 외 { $count }개

scene-laptop = 내 노트북
scene-laptop-sub = docker · aws cli
scene-laptop-empty = 아직 이미지 없음
scene-laptop-hover = 내 노트북: { $images ->
    [0] Docker에 아직 이미지가 없습니다
   *[other] Docker에 이미지가 { $images }개 있습니다
}
scene-image-hover = { $names }
    레이어 { $layers }개, { $size }
scene-layer-hover = 레이어 { $digest }, { $size }: 레지스트리의 이미지 { $uses }개가 사용합니다
scene-layer-local-hover = 레이어 { $digest }, { $size }: 아직 레지스트리에 없습니다

scene-gate-idle = IAM
scene-gate-allowed = IAM: 허용
scene-gate-denied = IAM: 거부
scene-gate-hover = 이곳을 지나는 모든 요청은 IAM이 검사합니다

scene-registry = ECR 레지스트리
scene-registry-empty = 아직 저장소 없음
scene-registry-hover = 프라이빗 레지스트리, 저장소 { $count }개
    { $host }.amazonaws.com
scene-repository-hover = 저장소 { $name }: { $images ->
    [0] 아직 이미지가 없습니다
   *[other] 이미지 { $images }개
}{ $untagged ->
    [0] {""}
   *[other] , 태그 없음 { $untagged }개
}
scene-repository-immutable = 태그를 옮길 수 없습니다
scene-repository-empty = 비어 있음
scene-repository-untagged = 태그 없음 { $count }개
scene-tag-hover = 태그 { $tag }: 이미지 { $digest }{ JOSA($digest, "을/를") } 가리킵니다

scene-store = S3 · 레이어 보관소
scene-store-sub = 레이어는 하나씩만 보관: { $count }개, { $size }
scene-store-empty = 아직 저장된 것 없음
scene-config = config
scene-config-hover = 이미지 설정 { $digest }, { $size }
scene-store-hover = ECR은 레이어를 자체 S3 버킷에 하나씩만 보관합니다
    크기는 실제 바이트 수이지만, 베이스 이미지가 본뜬 것이어서 작습니다

scene-gallery = ECR 퍼블릭 갤러리
scene-gallery-sub = public.ecr.aws · 로그인 없이 pull
scene-gallery-hover = 베이스 이미지를 받는 곳입니다. 누구나 받을 수 있습니다

scene-vpc = VPC { $cidr }
scene-vpc-hover = 인스턴스, 태스크, 파드가 실행되는 네트워크 { $name }입니다
scene-stop-route = { $to }: 경로 없음
scene-stop-group = { $to }: 보안 그룹에 막힘
scene-stop-address = { $to }: 퍼블릭 주소 없음
scene-stop-nat = { $to }: NAT가 나갈 길 없음
scene-stop-policy = { $to }: 엔드포인트 정책에 막힘
scene-stop-acl = { $to }: 네트워크 ACL에 막힘
scene-stop-blackhole = { $to }: 끊긴 경로
scene-acl-hover = 네트워크 ACL { $acl }: 서브넷 경계를 모두 지나게 하지는 않습니다
scene-subnet-public = 퍼블릭
scene-subnet-private = 프라이빗
scene-subnet-hover = 서브넷 { $name }, { $cidr }: 라우팅 테이블에 따라 { $kind }입니다
scene-routes-hover = 라우팅 테이블 { $table }
scene-routes-internet = 나머지는 모두 인터넷 게이트웨이 { $id }{ JOSA($id, "으로/로") } 갑니다
scene-routes-nat = 나머지는 모두 NAT 게이트웨이 { $id }{ JOSA($id, "으로/로") } 갑니다
scene-routes-none = VPC 밖으로 나가는 경로가 없습니다
scene-routes-endpoint = S3는 게이트웨이 엔드포인트 { $id }{ JOSA($id, "으로/로") } 갑니다
scene-nat = NAT 게이트웨이
scene-nat-hover = NAT 게이트웨이 { $name }, { $address }: 퍼블릭 주소가 없는 것이 인터넷으로 나가는 길입니다
scene-door-internet = 인터넷
scene-door-gateway = 게이트웨이
scene-internet-gateway-hover = 인터넷 게이트웨이 { $name }: 퍼블릭 주소가 있는 것이 인터넷으로 나가는 길입니다
scene-interface-endpoint-hover = { $service } VPC 엔드포인트: VPC 안의 주소로 서비스에 이어집니다
scene-interface-endpoint-pending = { $service } VPC 엔드포인트: 아직 준비 중(pending)입니다
scene-interface-endpoint-unused = { $service } VPC 엔드포인트: 서비스의 원래 이름이 여기로 이어지지 않습니다
scene-gateway-endpoint-hover = { $service } 게이트웨이 엔드포인트: 서비스로 가는 경로입니다
scene-instance = EC2 인스턴스
scene-instance-role = 역할 { $role }
scene-instance-hover = EC2 인스턴스 { $id }: 인스턴스의 역할로 이미지를 받습니다
scene-fargate = ECS · Fargate
scene-fargate-role = 실행 역할 { $role }
scene-fargate-hover = 클러스터 { $cluster }의 Fargate: 실행 역할로 이미지를 받습니다
scene-node = EKS 노드
scene-node-not-ready = EKS 노드 · NotReady
scene-node-joining = EKS 노드 · 참여 중
scene-node-role = 노드 역할 { $role }
scene-node-hover = EC2 인스턴스 { $id }, { $cluster }의 노드: kubelet이 노드 역할로 이미지를 받습니다
scene-pod-fargate = EKS · Fargate
scene-pod-fargate-role = 파드 실행 역할 { $role }
scene-pod-fargate-hover = { $cluster } 파드를 위한 Fargate: 파드 실행 역할로 이미지를 받습니다
scene-no-pod = 파드 없음
scene-pod-hover = { $namespace }의 파드 { $name }: { $status }
    이미지 { $image }
scene-eks = EKS · { $name }
scene-eks-sub = Kubernetes { $version } · { $status }
scene-eks-hover = 클러스터 { $name }: kubectl이 묻는 컨트롤 플레인은 AWS가 운영하고, 노드와 파드는 내 VPC에서 실행됩니다
scene-eks-empty = 아직 배포한 것 없음
scene-deployment-rolling = { $wanted }개 중 { $updated }개 갱신됨
scene-deployment-hover = { $namespace }의 디플로이먼트 { $name }: 파드 { $wanted }개 중 { $ready }개 준비됨
scene-no-role = 역할 없음
scene-no-task = ECS 태스크 없음
scene-task-hover = { $family }의 태스크 { $id }: { $status }
scene-lambda = Lambda
scene-lambda-sub = 이미지로 만든 함수
scene-lambda-hover = Lambda 함수 { $count }개: 배포할 때의 이미지에 고정되어 있습니다
scene-function-hover = 함수 { $name }: { $state }
scene-function-pinned = { $tag } · { $digest }에 고정
scene-function-moved = { $tag } 태그는 옮겨짐 · 아직 { $digest }
scene-function-digest = 다이제스트 지정 · { $digest }
