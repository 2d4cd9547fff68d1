# 시뮬레이션한 `aws`가 스스로 하는 말과 도움말.
aws-mfa-not-simulated = MFA는 시뮬레이션하지 않습니다. `{ $option }` 옵션은 아무 효과가 없습니다
aws-operation-not-simulated = `aws { $service } { $operation }`{ JOSA($operation, "은/는") } AWS에는 있지만 여기서는 시뮬레이션하지 않습니다. 되는 것은 `aws { $service } help`로 볼 수 있습니다
aws-service-not-simulated = `aws { $service }`{ JOSA($service, "은/는") } AWS에는 있지만 여기서는 시뮬레이션하지 않습니다. 되는 것은 `aws help`로 볼 수 있습니다
aws-configure-needs-input = `aws configure`는 질문에 답을 입력받아야 하는데 여기서는 받을 수 없습니다. 값을 하나씩 설정하십시오. 예: `aws configure set region us-east-1`
aws-logs-follow = `aws logs tail --follow`는 새 이벤트를 기다리는데, 여기서는 시간을 직접 보내야 흐릅니다. `sleep` 다음에 `aws logs tail { $group }`{ JOSA($group, "을/를") } 다시 실행하십시오
aws-help-usage = aws [옵션] <명령> <하위 명령> [매개변수]
aws-help-commands = 시뮬레이션하는 명령과 그 작업 수:
aws-help-configure = 키, 리전, 출력 형식을 보여 주고 설정합니다
aws-help-more = 명령의 작업 목록은 `aws <명령> help`로, 작업의 매개변수는 `aws <명령> <하위 명령> help`로 볼 수 있습니다
aws-help-operations = `{ $service }`의 작업입니다. { $mark } 표시는 AWS에는 있지만 여기서는 시뮬레이션하지 않는 작업입니다:
aws-help-parameters = `aws { $service } { $operation }`의 매개변수입니다. { $mark } 표시는 필수입니다:
aws-help-no-parameters = `aws { $service } { $operation }`에는 따로 받는 매개변수가 없습니다
aws-help-waiters = `aws { $service } wait`로 기다릴 수 있는 것:
aws-help-waiter = { $asks }{ JOSA($asks, "을/를") } { $delay }초마다 최대 { $most }번 묻습니다
aws-help-options = 모든 명령에 쓸 수 있는 옵션:
