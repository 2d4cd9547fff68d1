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

/// An entry of the database.
pub fn entry(distribution: Distribution, name: &str, source: &str, version: &str) -> String {
    match distribution {
        Distribution::Alpine => format!("P:{name}\nV:{version}\nA:x86_64\no:{source}\n\n"),
        Distribution::Debian => format!(
            "Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nSource: {source}\nVersion: {version}\n\n"
        ),
    }
}
