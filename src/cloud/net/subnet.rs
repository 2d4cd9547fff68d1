//! Subnets and their addresses.

use core::net::Ipv4Addr;
use std::collections::BTreeSet;

use super::Cidr;

/// A part of a VPC in one availability zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// `subnet-` and 17 hexadecimal digits.
    pub id: String,
    pub vpc: String,
    /// The zone's letter: `a` in `ap-northeast-2` is `ap-northeast-2a`.
    pub zone: char,
    pub cidr: Cidr,
    /// Whether instances in it get a public IP address unless told otherwise.
    pub maps_public_ip: bool,
    /// Its network ACL.
    pub acl: String,
    /// Keys and values, in the order given.
    pub tags: Vec<(String, String)>,
    /// The numbers of the addresses in use.
    taken: BTreeSet<u32>,
    /// The free ones below `next`, so that the lowest is found however many are in use.
    freed: BTreeSet<u32>,
    /// From here on only those in `taken` are in use.
    next: u32,
}

/// The first number that can be had: AWS keeps the first four addresses of a subnet, and the last one.
const FIRST: u32 = 4;

impl Subnet {
    pub(crate) fn new(id: &str, vpc: &str, zone: char, cidr: Cidr, acl: &str, tags: Vec<(String, String)>) -> Self {
        Self {
            id: id.to_owned(),
            vpc: vpc.to_owned(),
            zone,
            cidr,
            maps_public_ip: false,
            acl: acl.to_owned(),
            tags,
            taken: BTreeSet::new(),
            freed: BTreeSet::new(),
            next: FIRST,
        }
    }

    /// What its `Name` tag says.
    pub fn name(&self) -> &str {
        super::name_of(&self.tags)
    }

    /// How many addresses are left in it.
    pub fn free_addresses(&self) -> usize {
        let all = usize::try_from(self.cidr.size()).unwrap_or(usize::MAX);
        all.saturating_sub(5).saturating_sub(self.taken.len())
    }

    /// Whether any of its addresses is in use.
    pub fn is_in_use(&self) -> bool {
        !self.taken.is_empty()
    }

    /// Takes the lowest free address; none where it is full.
    pub(super) fn allocate(&mut self) -> Option<String> {
        let last = u32::try_from(self.cidr.size()).unwrap_or(u32::MAX).checked_sub(2)?;
        let number = match self.freed.pop_first() {
            Some(number) => number,
            None => {
                let number = (self.next..=last).find(|number| !self.taken.contains(number))?;
                self.next = number + 1;
                number
            }
        };
        self.taken.insert(number);
        Some(self.cidr.nth(number)?.to_string())
    }

    /// Takes an address of it; nothing happens with one that is not.
    pub(super) fn take(&mut self, address: &str) {
        if let Some(number) = self.number_of(address) {
            self.taken.insert(number);
            self.freed.remove(&number);
        }
    }

    pub(super) fn release(&mut self, address: &str) {
        if let Some(number) = self.number_of(address)
            && self.taken.remove(&number)
            && number < self.next
        {
            self.freed.insert(number);
        }
    }

    fn number_of(&self, address: &str) -> Option<u32> {
        self.cidr.number_of(address.parse::<Ipv4Addr>().ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_free_address_is_taken_until_none_is_left() {
        let mut subnet = Subnet::new("subnet-1", "vpc-1", 'a', "10.0.0.0/28".parse().unwrap(), "acl-1", Vec::new());
        assert_eq!(subnet.free_addresses(), 11);
        subnet.take("10.0.0.5");
        let mut all: Vec<String> = std::iter::from_fn(|| subnet.allocate()).collect();
        assert_eq!((all.len(), all.remove(0), all.remove(0)), (10, "10.0.0.4".to_owned(), "10.0.0.6".to_owned()));
        assert_eq!(all.last().map(String::as_str), Some("10.0.0.14"));
        subnet.release("10.0.0.7");
        assert_eq!(subnet.allocate().as_deref(), Some("10.0.0.7"));
        assert_eq!((subnet.allocate(), subnet.free_addresses()), (None, 0));
    }
}
