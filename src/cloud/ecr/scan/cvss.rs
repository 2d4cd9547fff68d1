//! The base score of a CVSS vector, computed.
//!
//! Source: FIRST, Common Vulnerability Scoring System version 3.1, section 7.

use super::Severity;

/// A CVSS 3.1 vector that was read.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Base {
    exploitability: f64,
    /// What confidentiality, integrity and availability lose together, from 0 to 1.
    loss: f64,
    scope_changes: bool,
}

impl Base {
    /// Reads `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H`; what follows the base metrics doesn't matter.
    fn parse(vector: &str) -> Option<Self> {
        let metrics = vector.strip_prefix("CVSS:3.1/")?;
        let metric = |name: &str| metrics.split('/').find_map(|part| part.strip_prefix(name)?.strip_prefix(':'));
        let scope_changes = match metric("S")? {
            "U" => false,
            "C" => true,
            _ => return None,
        };
        let vector = match metric("AV")? {
            "N" => 0.85,
            "A" => 0.62,
            "L" => 0.55,
            "P" => 0.2,
            _ => return None,
        };
        let complexity = match metric("AC")? {
            "L" => 0.77,
            "H" => 0.44,
            _ => return None,
        };
        let privileges = match (metric("PR")?, scope_changes) {
            ("N", _) => 0.85,
            ("L", false) => 0.62,
            ("L", true) => 0.68,
            ("H", false) => 0.27,
            ("H", true) => 0.5,
            _ => return None,
        };
        let interaction = match metric("UI")? {
            "N" => 0.85,
            "R" => 0.62,
            _ => return None,
        };
        let kept = |name: &str| match metric(name)? {
            "H" => Some(1.0 - 0.56),
            "L" => Some(1.0 - 0.22),
            "N" => Some(1.0),
            _ => None,
        };
        let loss = 1.0 - kept("C")? * kept("I")? * kept("A")?;
        Some(Self { exploitability: 8.22 * vector * complexity * privileges * interaction, loss, scope_changes })
    }

    fn score(self) -> f64 {
        let impact = match self.scope_changes {
            false => 6.42 * self.loss,
            true => 7.52 * (self.loss - 0.029) - 3.25 * (self.loss - 0.02).powi(15),
        };
        let factor = if self.scope_changes { 1.08 } else { 1.0 };
        match impact > 0.0 {
            true => round_up((factor * (impact + self.exploitability)).min(10.0)),
            false => 0.0,
        }
    }
}

/// The smallest number with one decimal that is not below, as the specification's appendix A does it.
fn round_up(number: f64) -> f64 {
    let scaled = (number * 100_000.0).round();
    let tenths = if scaled % 10_000.0 == 0.0 { scaled / 10_000.0 } else { (scaled / 10_000.0).floor() + 1.0 };
    tenths / 10.0
}

/// The base score of a vector, from 0.0 to 10.0; none if it is no vector of version 3.1.
pub(super) fn base_score(vector: &str) -> Option<f64> {
    Base::parse(vector).map(Base::score)
}

/// What a base score is called. Source: the specification, section 5.
pub(super) fn severity(score: f64) -> Severity {
    match score {
        9.0.. => Severity::Critical,
        7.0.. => Severity::High,
        4.0.. => Severity::Medium,
        0.1.. => Severity::Low,
        _ => Severity::Informational,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_have_the_scores_that_the_national_vulnerability_database_gives_them() {
        for (metrics, score) in [
            ("AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0),
            ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
            ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:H", 9.1),
            ("AV:N/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:H", 9.0),
            ("AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 8.8),
            ("AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8),
            ("AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", 7.5),
            ("AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:H", 7.4),
            ("AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H", 7.2),
            ("AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1),
            ("AV:N/AC:H/PR:N/UI:R/S:C/C:H/I:N/A:N", 6.1),
            ("AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H", 5.9),
            ("AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:L/A:N", 3.7),
            ("AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0),
        ] {
            assert_eq!(base_score(&format!("CVSS:3.1/{metrics}")), Some(score), "{metrics}");
        }
        for no_vector in ["", "CVSS:3.1/", "CVSS:3.1/AV:N", "AV:N/AC:L/Au:N/C:P/I:P/A:P"] {
            assert_eq!(base_score(no_vector), None, "{no_vector}");
        }
    }

    #[test]
    fn a_score_has_a_severity() {
        let of = |score| severity(score).as_str();
        assert_eq!(
            [of(0.0), of(3.9), of(4.0), of(6.9), of(7.0), of(9.0)],
            ["INFORMATIONAL", "LOW", "MEDIUM", "MEDIUM", "HIGH", "CRITICAL"]
        );
    }
}
