//! Simulated time: a value that moves when told.

use std::fmt;
use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize, Serializer};

/// A span of simulated time, to the millisecond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    millis: i64,
}

impl Duration {
    /// So many milliseconds.
    pub const fn millis(millis: i64) -> Self {
        Self { millis }
    }

    /// So many seconds.
    pub const fn seconds(seconds: i64) -> Self {
        Self { millis: seconds * 1000 }
    }

    /// So many minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self::seconds(minutes * 60)
    }

    /// So many hours.
    pub const fn hours(hours: i64) -> Self {
        Self::minutes(hours * 60)
    }

    /// So many days of 24 hours.
    pub const fn days(days: i64) -> Self {
        Self::hours(days * 24)
    }

    /// In milliseconds.
    pub const fn as_millis(self) -> i64 {
        self.millis
    }

    /// In seconds, with the fraction.
    pub fn as_secs_f64(self) -> f64 {
        self.millis as f64 / 1000.0
    }
}

impl Sub for Duration {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { millis: self.millis.saturating_sub(other.millis) }
    }
}

/// A moment of simulated time, UTC, to the millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Since 1970-01-01T00:00:00Z.
    millis: i64,
}

impl Timestamp {
    /// When every world begins: 2026-03-02T09:00:00Z, a Monday.
    pub const START: Self = Self { millis: 1_772_442_000_000 };

    /// From milliseconds since 1970.
    pub const fn from_millis(millis: i64) -> Self {
        Self { millis }
    }

    /// Milliseconds since 1970.
    pub const fn as_millis(self) -> i64 {
        self.millis
    }

    /// Seconds since 1970 with the fraction, as AWS's JSON protocols write a timestamp.
    pub fn as_epoch_secs(self) -> f64 {
        self.millis as f64 / 1000.0
    }

    /// The day of the game, 1 on the day of [`Timestamp::START`].
    pub fn game_day(self) -> i64 {
        const DAY: i64 = 86_400_000;
        self.millis.div_euclid(DAY) - Self::START.millis.div_euclid(DAY) + 1
    }

    /// Hours and minutes of the day, UTC.
    pub fn hour_minute(self) -> (i64, i64) {
        let minutes = self.millis.div_euclid(60_000).rem_euclid(24 * 60);
        (minutes / 60, minutes % 60)
    }

    /// The civil time, for printing.
    pub fn civil(self) -> jiff::civil::DateTime {
        jiff::Timestamp::from_millisecond(self.millis).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC).datetime()
    }
}

/// ISO 8601 as the AWS CLI prints it: `2026-03-02T09:00:00+00:00`, with six decimals when there are any milliseconds.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil();
        write!(f, "{}", civil.strftime("%Y-%m-%dT%H:%M:%S"))?;
        let millis = self.millis.rem_euclid(1000);
        if millis != 0 {
            write!(f, ".{millis:03}000")?;
        }
        f.write_str("+00:00")
    }
}

/// On the wire a timestamp is seconds since 1970 with a fraction.
impl Timestamp {
    /// The second that it is in, as services tell it that know no fractions.
    #[must_use]
    pub fn whole_second(self) -> Self {
        Self { millis: self.millis.div_euclid(1000) * 1000 }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_epoch_secs())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        Ok(Self { millis: (seconds * 1000.0).round() as i64 })
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;
    fn add(self, by: Duration) -> Self {
        Self { millis: self.millis.saturating_add(by.millis) }
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;
    fn sub(self, by: Duration) -> Self {
        Self { millis: self.millis.saturating_sub(by.millis) }
    }
}

impl Sub for Timestamp {
    type Output = Duration;
    fn sub(self, earlier: Self) -> Duration {
        Duration { millis: self.millis.saturating_sub(earlier.millis) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_prints_as_the_cli_does() {
        assert_eq!(Timestamp::START.to_string(), "2026-03-02T09:00:00+00:00");
        assert_eq!((Timestamp::START + Duration::millis(325)).to_string(), "2026-03-02T09:00:00.325000+00:00");
        assert_eq!((Timestamp::START + Duration::days(11) + Duration::minutes(32)).game_day(), 12);
        assert_eq!((Timestamp::START + Duration::minutes(32)).hour_minute(), (9, 32));
    }
}
