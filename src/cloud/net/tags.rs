//! Tags of the network's parts: keys and values in the order given.

use super::State;
use std::sync::Arc;

/// What the tag `Name` says; empty where there is none.
pub fn name_of(tags: &[(String, String)]) -> &str {
    tags.iter().find(|(key, _)| key == "Name").map_or("", |(_, value)| value)
}

impl State {
    /// The tags of what an id names, to be changed; none where nothing has it.
    pub(crate) fn tags_mut(&mut self, id: &str) -> Option<&mut Vec<(String, String)>> {
        match id.rsplit_once('-')?.0 {
            "vpc" => Some(&mut self.vpcs.get_mut(id)?.tags),
            "subnet" => Some(&mut self.subnets.get_mut(id)?.tags),
            "rtb" => Some(&mut Arc::make_mut(self.route_tables.get_mut(id)?).tags),
            "acl" => Some(&mut Arc::make_mut(self.acls.get_mut(id)?).tags),
            "igw" => Some(&mut self.internet_gateways.get_mut(id)?.tags),
            "nat" => Some(&mut self.nat_gateways.get_mut(id)?.tags),
            "eipalloc" => Some(&mut self.elastic_ips.get_mut(id)?.tags),
            "sg" => Some(&mut Arc::make_mut(self.security_groups.get_mut(id)?).tags),
            "vpce" => Some(&mut Arc::make_mut(self.endpoints.get_mut(id)?).tags),
            "i" => Some(&mut Arc::make_mut(self.instances.get_mut(id)?).tags),
            _ => None,
        }
    }
}
