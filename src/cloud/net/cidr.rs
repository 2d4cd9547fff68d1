//! Ranges of IPv4 addresses.

use core::net::Ipv4Addr;
use std::fmt;
use std::str::FromStr;

/// A range such as `10.0.0.0/16`, kept with the bits behind its length at zero, as EC2 keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cidr {
    base: u32,
    bits: u8,
}

impl Cidr {
    /// Every address: `0.0.0.0/0`.
    pub const EVERYWHERE: Self = Self { base: 0, bits: 0 };

    /// The range of these leading bits of an address.
    pub fn new(address: Ipv4Addr, bits: u8) -> Self {
        let bits = bits.min(32);
        Self { base: u32::from(address) & mask(bits), bits }
    }

    /// How many leading bits all its addresses share.
    pub fn bits(self) -> u8 {
        self.bits
    }

    /// How many addresses it has.
    pub fn size(self) -> u64 {
        1 << (32 - u32::from(self.bits))
    }

    /// Its address of this number, from 0; none beyond its end.
    pub fn nth(self, number: u32) -> Option<Ipv4Addr> {
        (u64::from(number) < self.size()).then(|| Ipv4Addr::from(self.base.wrapping_add(number)))
    }

    /// Which of its addresses this is, from 0.
    pub fn number_of(self, address: Ipv4Addr) -> Option<u32> {
        self.contains(address).then(|| u32::from(address) - self.base)
    }

    /// Whether an address is in both.
    pub fn overlaps(self, other: Self) -> bool {
        self.covers(other) || other.covers(self)
    }

    /// Whether an address is in it.
    pub fn contains(self, address: Ipv4Addr) -> bool {
        u32::from(address) & mask(self.bits) == self.base
    }

    /// Whether all of another range is in it.
    pub fn covers(self, other: Self) -> bool {
        self.bits <= other.bits && other.base & mask(self.bits) == self.base
    }
}

fn mask(bits: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0)
}

impl FromStr for Cidr {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{s}` is not an address range");
        let (address, bits) = s.split_once('/').ok_or_else(wrong)?;
        let bits = bits.parse().ok().filter(|bits| *bits <= 32).ok_or_else(wrong)?;
        Ok(Self::new(address.parse().map_err(|_| wrong())?, bits))
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.base), self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_the_addresses_that_share_its_bits() {
        let vpc: Cidr = "10.0.3.7/16".parse().unwrap();
        assert_eq!(vpc.to_string(), "10.0.0.0/16");
        assert!(vpc.contains(Ipv4Addr::new(10, 0, 255, 1)) && !vpc.contains(Ipv4Addr::new(10, 1, 0, 1)));
        assert!(Cidr::EVERYWHERE.contains(Ipv4Addr::new(52, 1, 2, 3)));
        assert!("10.0.0.1/32".parse::<Cidr>().unwrap().contains(Ipv4Addr::new(10, 0, 0, 1)));
        assert!(vpc.covers("10.0.1.0/24".parse().unwrap()) && !vpc.covers(Cidr::EVERYWHERE));
    }

    #[test]
    fn the_addresses_of_a_range_have_numbers() {
        let subnet: Cidr = "10.0.16.0/28".parse().unwrap();
        assert_eq!((subnet.size(), Cidr::EVERYWHERE.size()), (16, 1 << 32));
        assert_eq!(subnet.nth(15), Some(Ipv4Addr::new(10, 0, 16, 15)));
        assert_eq!((subnet.nth(16), subnet.number_of(Ipv4Addr::new(10, 0, 16, 9))), (None, Some(9)));
        assert!(subnet.overlaps("10.0.0.0/16".parse().unwrap()) && !subnet.overlaps("10.0.17.0/24".parse().unwrap()));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for wrong in ["", "10.0.0.0", "10.0.0/16", "10.0.0.0/33", "10.0.0.256/8", "10.0.0.0/-1", "a/8"] {
            assert!(wrong.parse::<Cidr>().is_err(), "{wrong}");
        }
    }
}
