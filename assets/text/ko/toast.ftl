# 짧은 알림.
toast-broken-files = 파일 { $n }개를 사용할 수 없습니다. `ecr-quest check`로 이유를 볼 수 있습니다
toast-no-quest = `{ $id }`{ JOSA($id, "이라는/라는") } 퀘스트가 없습니다
toast-no-sandbox = `{ $id }`{ JOSA($id, "이라는/라는") } 샌드박스가 없습니다
toast-quest-closed = 먼저 배워야 할 퀘스트가 있습니다
toast-no-more-hints = 더 볼 수 있는 힌트가 없습니다
toast-objective-met = 목표 달성: { $title }
toast-bonus-met = 보너스: { $title }
toast-won = 퀘스트 완료
toast-xp = +{ $n } XP
toast-level = 레벨 { $n }
toast-item = 아이템을 얻었습니다: { $name }
toast-no-questions = 문제가 충분하지 않습니다
toast-time-over = 시간이 다 되어 시험을 제출했습니다
toast-reset = 처음부터 다시 시작합니다
