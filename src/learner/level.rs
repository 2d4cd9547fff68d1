//! Levels, by XP.

/// Where a learner stands: a level and how far the next one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// From 1.
    pub number: u32,
    /// XP at which this level began.
    pub from: u32,
    /// XP at which the next one begins.
    pub next: u32,
}

impl Level {
    /// The level that `xp` gives: level n begins at 75·n·(n−1), so each takes 150 XP more than the one before.
    pub fn of(xp: u32) -> Self {
        let begins = |number: u32| 75_u32.saturating_mul(number).saturating_mul(number.saturating_sub(1));
        let mut number = 1;
        while begins(number + 1) <= xp && begins(number + 1) < u32::MAX {
            number += 1;
        }
        Self { number, from: begins(number), next: begins(number + 1) }
    }

    /// How much of the way to the next level is done at `xp`, from 0 to 1.
    pub fn progress(self, xp: u32) -> f32 {
        let span = self.next.saturating_sub(self.from).max(1);
        (xp.saturating_sub(self.from) as f32 / span as f32).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_get_longer() {
        for (xp, number) in [(0, 1), (149, 1), (150, 2), (449, 2), (450, 3), (900, 4), (1240, 4), (1500, 5)] {
            assert_eq!(Level::of(xp).number, number, "at {xp} XP");
        }
        assert_eq!(Level::of(1200).progress(1200), 0.5);
        assert!(Level::of(u32::MAX).number > 1000);
    }
}
