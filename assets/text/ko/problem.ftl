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
problem-syntax = { $what }
