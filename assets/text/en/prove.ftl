# What the proof of a quest found wrong.
prove-starts-solved = the objective `{ $id }` is already met at the start
prove-solution-fails = the solution `{ $name }` leaves the objective `{ $id }` unmet: { $missing }
prove-line-fails = a line of the solution `{ $name }` fails with code { $code }: `{ $line }`: { $said }
prove-line-fails-silently = a line of the solution `{ $name }` fails with code { $code } and says nothing: `{ $line }`
prove-above-par = par is { $par }, and the shortest solution takes { $fewest } commands
prove-bonus-unreached = no solution reaches the bonus `{ $id }`
prove-wrong-turn-wins = after the wrong turn `{ $name }`, `{ $id }` is met
