//! Sizes for people: `1.5 KiB`.

/// As the real command rounds them.
pub(super) fn human(bytes: u64) -> String {
    const BASE: f64 = 1024.0;
    let amount = bytes as f64;
    if bytes == 1 {
        return "1 Byte".to_owned();
    }
    if amount < BASE {
        return format!("{bytes} Bytes");
    }
    let mut unit = BASE * BASE;
    for suffix in ["KiB", "MiB", "GiB", "TiB", "PiB"] {
        if (amount / unit * BASE).round() < BASE {
            return format!("{:.1} {suffix}", BASE * amount / unit);
        }
        unit *= BASE;
    }
    format!("{:.1} EiB", BASE * amount / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_as_the_real_command_rounds_them() {
        for (bytes, text) in [
            (0, "0 Bytes"),
            (1, "1 Byte"),
            (1000, "1000 Bytes"),
            (1024, "1.0 KiB"),
            (1536, "1.5 KiB"),
            (1_048_575, "1.0 MiB"),
            (u64::MAX, "16.0 EiB"),
        ] {
            assert_eq!(human(bytes), text);
        }
    }
}
