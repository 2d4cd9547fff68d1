# What the simulated `aws` says in its own words, and its help.
aws-mfa-not-simulated = MFA is not simulated: `{ $option }` would count for nothing
aws-operation-not-simulated = `aws { $service } { $operation }` exists at AWS but is not simulated here; `aws { $service } help` lists what is
aws-service-not-simulated = `aws { $service }` exists at AWS but is not simulated here; `aws help` lists what is
aws-configure-needs-input = `aws configure` asks questions that nobody answers here; set one value at a time: `aws configure set region us-east-1`
aws-logs-follow = `aws logs tail --follow` waits for new events, and time moves here only when you let it; run `aws logs tail { $group }` again after a `sleep`
aws-help-usage = aws [options] <command> <subcommand> [parameters]
aws-help-commands = commands that are simulated, with how many of their operations:
aws-help-configure = shows and sets keys, region and output format
aws-help-more = `aws <command> help` lists a command's operations, `aws <command> <subcommand> help` its parameters
aws-help-operations = operations of `{ $service }`; those marked with { $mark } exist at AWS but are not simulated here:
aws-help-parameters = parameters of `aws { $service } { $operation }`; required ones are marked with { $mark }:
aws-help-no-parameters = `aws { $service } { $operation }` takes no parameters of its own
aws-help-waiters = what `aws { $service } wait` waits for:
aws-help-waiter = asks { $asks } every { $delay } s, { $most } times at most
aws-help-options = options for every command:
