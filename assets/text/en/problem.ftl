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
problem-byte-order-mark = the file starts with a byte-order mark: save it as UTF-8 without one
problem-syntax = { $what }
problem-number-range = `{ $field }` takes a whole number from 0 to { $most }
problem-too-deep = this is nested too deeply: at most 128 levels stand in each other
problem-id = `{ $id }` cannot be an id: expected at most 64 small letters, digits and dashes, such as `first-push`
problem-id-file = the id is `{ $id }`, and the file is `{ $file }.ron`: expected the same name
problem-number = `number` begins at 1
problem-xp = { $found } XP are too much: expected at most { $most }
problem-double-id = the id `{ $id }` is used twice
problem-unknown-concept = there is no concept `{ $id }` in the codex
problem-unknown-quest = there is no quest `{ $id }`
problem-unknown-item = there is no item `{ $id }`
problem-unknown-chapter = there is no chapter { $n }
problem-unknown-objective = no objective or bonus has the id `{ $id }`
problem-unknown-task = no exam has the task statement `{ $task }`
problem-empty = `{ $field }` must not be empty
problem-blank-text = a text is blank
problem-no-hint = the objective `{ $id }` has no hint that is always given
problem-untaught = `{ $id }` is required, and no quest teaches it
problem-loop = `{ $id }` is required, and only { $quests } teaches it, which cannot be reached before
problem-key = the key has { $found } correct options, expected { $expected }
problem-options = { $found } options, expected at least four and one that is wrong
problem-start = step { $step } of the start, `{ $text }`: { $what }
problem-start-failed = it failed with code { $code }: { $said }
problem-start-failed-silently = it failed with code { $code }, and said nothing
problem-start-succeeded = it was to fail, and succeeded
problem-start-file = the file cannot be written: { $what }
problem-start-clock = no span of time, expected such as `30m`, `12h` or `3d`
problem-start-alias = the public registry cannot have this alias: { $what }
problem-start-organization = the organization cannot be made: { $what }
problem-start-instance = the instance cannot be launched: { $what }
