//! The commands that the real `aws` knows, simulated or not.

use super::model::MODELED;

/// All commands, by name: the services of the AWS CLI and its own commands.
pub(super) fn commands() -> impl Iterator<Item = &'static str> {
    include_str!("../../../assets/api/commands.txt").lines()
}

/// Whether the real `aws` has this command and the simulation does not.
pub(super) fn is_not_simulated(command: &str) -> bool {
    !MODELED.contains(&command) && !matches!(command, "configure" | "s3") && commands().any(|known| known == command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_commands_is_sorted_and_holds_the_simulated_ones() {
        let all: Vec<&str> = commands().collect();
        assert!(all.is_sorted() && all.len() > 300);
        for name in MODELED {
            assert!(all.contains(&name) && !is_not_simulated(name));
        }
        assert!(is_not_simulated("ssm") && !is_not_simulated("s3") && !is_not_simulated("ecrr"));
    }
}
