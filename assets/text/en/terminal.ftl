# The edition without a window.
terminal-no-display = no display: this is the edition without a window
terminal-no-game = built without the game: this is the edition without a window
terminal-no-editor = there is no editor here; write `{ $path }` with a here-document
terminal-editor = `{ $path }`: type its new text, then a line with `.` alone; only `.` leaves it as it is
terminal-play-help = shell lines run; also: goals, hint, undo, :reset, show, next, back, story, quit
terminal-sandbox-help = shell lines run; also: undo, :reset, quit
terminal-show-next = next: `{ $line }` (type `next`, or `back` to return to your own world)
terminal-show-none = no solution is being shown; type `show` first
terminal-nothing-to-undo = there is no command to undo
terminal-show-over = the solution is over; type `back` to return to your own world
terminal-hint = Hint, { $level }, −{ $cost } XP:
terminal-bonus = bonus
terminal-par = par { $par }, commands used { $n }
terminal-won = { $title } is complete. { $stars } · { $xp } XP · { $commands } commands, par { $par }
terminal-practice-over = { $right } of { $of } right
terminal-choose = { $n ->
    [one] Choose one.
   *[other] Choose { $n }.
}
terminal-mock-help = letters answer, Enter goes on, a number goes to a question, `f` flags, `done` hands in
terminal-time-left = { $minutes } min { $seconds } s left
terminal-mock-result = { $score } of 1000, { $mark } passes: { $passed }
terminal-menu-prompt = quest?
terminal-menu-head = level { $level } · { $xp } XP
terminal-menu-help = a number or an id plays a quest; also: sandbox, exam, codex, profile, name NAME, language, quit
terminal-closed = (closed)
terminal-exam-help = type `exam` and one of these, or `exam all`
terminal-profile = level { $level } · { $xp } XP, { $next } XP is the next level · { $won } of { $of } quests
hint-observe = where to look
hint-direct = what to do
hint-answer = nearly the answer
debrief-model = The model
debrief-exam = In the exam
debrief-prevent = At work
exam-passed = passed
exam-failed = not passed
exam-right = Right.
exam-wrong = Not right.
check-no-file = no `.ron` file is in this folder
check-no-such-path = there is no such file or folder; without a path, `ecr-quest check` proves what is part of the program
check-not-ron = the name of a quest or question file ends in `.ron`
check-not-utf-8 = the file is not UTF-8: save it in that encoding
check-unreadable = the file can't be read: { $why }
check-option-unproved = the proof of option `{ $option }` of `{ $id }` does not hold: { $missing }
check-question-unproved = the proof of `{ $id }` does not hold: { $missing }

# `ecr-quest evaluate`: why a line could not be answered.
evaluate-encoding = the line is not UTF-8
evaluate-json = not a question in JSON: { $reason }
evaluate-principal = `{ $principal }` is no principal: expected the ARN of a user, of a role session or of an account's root, or a service such as `lambda.amazonaws.com`
evaluate-action = `{ $action }` is no action: expected a service and a name, such as `ecr:PutImage`
evaluate-resource = `{ $resource }` is no resource: expected an ARN or `*`
evaluate-account = `{ $account }` is no account: expected twelve digits
evaluate-policy = `{ $policy }`: { $code }: { $message }
evaluate-image-twice = the image `{ $image }` is there twice
evaluate-image-age = `{ $field }` of the image `{ $image }` is below zero
terminal-codex-nothing = nothing in the codex fits `{ $search }`; `codex` lists all
terminal-codex-see = See also:
