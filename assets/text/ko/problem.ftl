# 데이터 파일에서 잘못된 점.
problem-missing-language = `{ $lang }`{ JOSA($lang, "이/가") } 빠졌습니다. 모든 글은 두 언어로 있어야 합니다
problem-missing-field = `{ $field }` 필드가 빠졌습니다
problem-double-field = `{ $field }` 필드가 두 번 나옵니다
problem-unknown-field = 알 수 없는 필드 `{ $field }`입니다{ $hint ->
    [none] {"."}
   *[other] . `{ $hint }`{ JOSA($hint, "을/를") } 쓰려고 했습니까?
} 여기에 쓸 수 있는 것: { $expected }
problem-unknown-kind = 알 수 없는 종류 `{ $kind }`입니다{ $hint ->
    [none] {"."}
   *[other] . `{ $hint }`{ JOSA($hint, "을/를") } 쓰려고 했습니까?
} 여기에 쓸 수 있는 것: { $expected }
problem-byte-order-mark = 파일이 바이트 순서 표시(BOM)로 시작합니다. BOM 없는 UTF-8로 저장하십시오
problem-syntax = { $what }
problem-number-range = `{ $field }`에는 0부터 { $most }까지의 정수를 적습니다
problem-too-deep = 너무 깊이 겹쳐 있습니다. 128단계까지만 겹칠 수 있습니다
problem-id = `{ $id }`{ JOSA($id, "은/는") } id가 될 수 없습니다. `first-push`처럼 소문자, 숫자, 붙임표만으로 64자까지 적습니다
problem-id-file = id는 `{ $id }`인데 파일은 `{ $file }.ron`입니다. 이름이 같아야 합니다
problem-number = `number`는 1부터 시작합니다
problem-xp = { $found } XP는 너무 많습니다. { $most }까지 줄 수 있습니다
problem-double-id = id `{ $id }`{ JOSA($id, "이/가") } 두 번 쓰였습니다
problem-unknown-concept = 백과에 `{ $id }`{ JOSA($id, "이라는/라는") } 개념이 없습니다
problem-unknown-quest = `{ $id }`{ JOSA($id, "이라는/라는") } 퀘스트가 없습니다
problem-unknown-item = `{ $id }`{ JOSA($id, "이라는/라는") } 아이템이 없습니다
problem-unknown-chapter = { $n }장이 없습니다
problem-unknown-objective = `{ $id }`{ JOSA($id, "이라는/라는") } id의 목표나 보너스가 없습니다
problem-unknown-task = `{ $task }`{ JOSA($task, "이라는/라는") } 과제가 있는 시험이 없습니다
problem-empty = `{ $field }`{ JOSA($field, "은/는") } 비어 있을 수 없습니다
problem-blank-text = 빈 글이 있습니다
problem-no-hint = 목표 `{ $id }`에 언제나 볼 수 있는 힌트가 없습니다
problem-untaught = `{ $id }`{ JOSA($id, "이/가") } 필요하지만 가르치는 퀘스트가 없습니다
problem-loop = `{ $id }`{ JOSA($id, "이/가") } 필요하지만, 그것을 가르치는 { $quests }에 먼저 갈 수 없습니다
problem-key = 정답이 { $found }개입니다. { $expected }개여야 합니다
problem-options = 선택지가 { $found }개입니다. 네 개 이상이고 오답이 하나는 있어야 합니다
problem-start = 시작의 { $step }번째 단계 `{ $text }`: { $what }
problem-start-failed = 코드 { $code }{ JOSA($code, "으로/로") } 실패했습니다: { $said }
problem-start-failed-silently = 코드 { $code }{ JOSA($code, "으로/로") } 실패했고, 아무 말도 없었습니다
problem-start-succeeded = 실패해야 하는데 성공했습니다
problem-start-file = 파일을 쓸 수 없습니다: { $what }
problem-start-clock = 시간이 아닙니다. `30m`, `12h`, `3d`처럼 씁니다
problem-start-alias = 퍼블릭 레지스트리에 이 별칭을 줄 수 없습니다: { $what }
problem-start-organization = 조직을 만들 수 없습니다: { $what }
problem-start-instance = 인스턴스를 시작할 수 없습니다: { $what }
