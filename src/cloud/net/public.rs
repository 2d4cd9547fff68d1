//! Public addresses: the one that comes with a network interface, and the one that a connection is seen to come from.

use core::net::Ipv4Addr;

use super::{Journey, Place, Road, State, VPC_ID};

impl State {
    /// The public address of a network interface, where it has one: no other interface has the same.
    ///
    /// Of the range that is kept for benchmarks (RFC 2544), so that it is nobody's. A VPC has at most 65,536 addresses, so
    /// the last two numbers of the private address tell them apart.
    pub fn public_address(&self, place: &Place) -> Option<Ipv4Addr> {
        let vpc = self.vpc_of(&place.subnet).filter(|_| place.public_ip)?;
        let [.., third, fourth] = place.address.parse::<Ipv4Addr>().ok()?.octets();
        let mixed = |id: &str| {
            id.bytes().fold(0x811c_9dc5_u32, |mixed, byte| (mixed ^ u32::from(byte)).wrapping_mul(0x0100_0193))
        };
        let (second, offset) = if vpc.id == VPC_ID { (18, 0) } else { (19, (mixed(&vpc.id) >> 16) as u16) };
        let [third, fourth] = (u16::from_be_bytes([third, fourth]) ^ offset).to_be_bytes();
        Some(Ipv4Addr::new(198, second, third, fourth))
    }

    /// The address that a connection is seen to come from where it arrives: behind a NAT gateway the gateway's, through an
    /// endpoint the private one. None where it does not arrive.
    pub fn seen_address(&self, journey: &Journey) -> Option<String> {
        match journey.road()? {
            Road::InternetGateway(_) => self.public_address(&journey.from).map(|address| address.to_string()),
            Road::NatGateway(id) => Some(self.nat_gateway(id)?.elastic_ip.as_ref()?.address.clone()),
            Road::InterfaceEndpoint(_) | Road::GatewayEndpoint(_) => Some(journey.from.address.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::cloud::net::{PUBLIC_SUBNET_A, PUBLIC_SUBNET_C};

    #[test]
    fn each_interface_has_a_public_address_of_its_own() {
        let net = State::default();
        let place = |subnet: &str, address: &str, public_ip| {
            let (subnet, address) = (subnet.to_owned(), address.to_owned());
            net.public_address(&Place { subnet, address, public_ip, groups: Vec::new() })
        };
        // The same last number in two subnets.
        let places = [(PUBLIC_SUBNET_A, "10.0.0.4"), (PUBLIC_SUBNET_C, "10.0.1.4"), (PUBLIC_SUBNET_C, "10.0.1.25")];
        let addresses: BTreeSet<_> = places.map(|(subnet, address)| place(subnet, address, true).unwrap()).into();
        assert_eq!(addresses.len(), places.len());
        assert_eq!(place(PUBLIC_SUBNET_A, "10.0.0.4", false), None);
    }
}
