# What is wrong with a file of authored data.
problem-missing-language = `{ $lang }` is missing: every text is needed in both languages
problem-missing-field = the field `{ $field }` is missing
problem-double-field = the field `{ $field }` stands here twice
problem-unknown-field = unknown field `{ $field }`{ $hint ->
    [none] {";"}
   *[other] , did you mean `{ $hint }`?
} known here: { $expected }
problem-unknown-kind = unknown kind `{ $kind }`{ $hint ->
    [none] {";"}
   *[other] , did you mean `{ $hint }`?
} known here: { $expected }
problem-syntax = { $what }
