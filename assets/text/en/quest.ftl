# What an unmet objective says.
quest-missing-repository = there is no repository `{ $name }` yet
