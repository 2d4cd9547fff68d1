//! How a distribution writes down what is installed: the database inside its images.

use serde::Deserialize;

/// A distribution whose packages can be installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Distribution {
    Alpine,
    Debian,
}

impl Distribution {
    /// Where its database is, without leading slash.
    pub fn database(self) -> &'static str {
        match self {
            Self::Alpine => "lib/apk/db/installed",
            Self::Debian => "var/lib/dpkg/status",
        }
    }

    /// As the catalogues of packages write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alpine => "alpine",
            Self::Debian => "debian",
        }
    }
}

/// An entry of the database. `arm` is for images of `arm64`.
pub fn entry(distribution: Distribution, arm: bool, name: &str, source: &str, version: &str) -> String {
    match distribution {
        Distribution::Alpine => {
            let architecture = if arm { "aarch64" } else { "x86_64" };
            format!("P:{name}\nV:{version}\nA:{architecture}\no:{source}\n\n")
        }
        Distribution::Debian => {
            let architecture = if arm { "arm64" } else { "amd64" };
            format!(
                "Package: {name}\nStatus: install ok installed\nArchitecture: {architecture}\nSource: {source}\n\
                 Version: {version}\n\n"
            )
        }
    }
}

/// Whether a database is that of an image of `arm64`.
pub fn is_arm(database: &str) -> bool {
    database.lines().any(|line| matches!(line, "A:aarch64" | "Architecture: arm64"))
}
