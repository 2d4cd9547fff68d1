# Short notices.
toast-broken-files = { $n ->
    [one] one file cannot be used; `ecr-quest check` says why
   *[other] { $n } files cannot be used; `ecr-quest check` says why
}
toast-no-quest = there is no quest `{ $id }`
toast-no-sandbox = there is no sandbox `{ $id }`
toast-quest-closed = this quest needs what others teach first
toast-no-more-hints = there are no more hints here
toast-objective-met = Done: { $title }
toast-bonus-met = Bonus: { $title }
toast-won = Quest complete
toast-xp = +{ $n } XP
toast-level = Level { $n }
toast-item = You earned an item: { $name }
toast-no-questions = there are not enough questions
toast-time-over = Time is over; the exam was handed in
toast-reset = Everything starts anew
