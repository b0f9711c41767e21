//! IPv6, by the IANA IPv6 Special-Purpose Address Registry, and the IPv4 that hides in it.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{AddressClass, v4, within_v6};

/// Metadata services of Amazon and Google.
const METADATA: [Ipv6Addr; 3] = [
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23),
    Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),
];

/// Blocks in order; the first that holds an address names its class.
const BLOCKS: [([u16; 8], u8, AddressClass); 16] = [
    ([0, 0, 0, 0, 0, 0, 0, 1], 128, AddressClass::Loopback),
    ([0, 0, 0, 0, 0, 0, 0, 0], 128, AddressClass::Reserved),
    // Translation that a network defines for itself.
    ([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48, AddressClass::Private),
    // Discard.
    ([0x100, 0, 0, 0, 0, 0, 0, 0], 64, AddressClass::Reserved),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, AddressClass::Documentation),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, AddressClass::Documentation),
    // Protocol assignments: benchmarking, ORCHID and the rest. Teredo was unwrapped before.
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, AddressClass::Reserved),
    // Segment routing.
    ([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16, AddressClass::Reserved),
    ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, AddressClass::Private),
    ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, AddressClass::LinkLocal),
    // Site local, withdrawn.
    ([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, AddressClass::Private),
    ([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, AddressClass::Multicast),
    // The old 6bone.
    ([0x3ffe, 0, 0, 0, 0, 0, 0, 0], 16, AddressClass::Reserved),
    // The only block that is handed out.
    ([0x2000, 0, 0, 0, 0, 0, 0, 0], 3, AddressClass::Global),
    ([0x4000, 0, 0, 0, 0, 0, 0, 0], 2, AddressClass::Reserved),
    ([0, 0, 0, 0, 0, 0, 0, 0], 0, AddressClass::Reserved),
];

pub(super) fn classify(address: Ipv6Addr) -> AddressClass {
    if METADATA.contains(&address) {
        return AddressClass::Metadata;
    }
    if let Some(carried) = carried(address) {
        return v4::classify(carried);
    }
    let block = BLOCKS.iter().find(|(base, prefix, _)| within_v6(address, *base, *prefix));
    block.map_or(AddressClass::Reserved, |(_, _, class)| *class)
}

/// The IPv4 address that packets to this one end up at.
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [_, second, third, .., seventh, eighth] = address.segments();
    let join = |high: u16, low: u16| Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low));
    let last = join(seventh, eighth);
    let mapped = [0, 0, 0, 0, 0, 0xffff, 0, 0];
    let translated = [0, 0, 0, 0, 0xffff, 0, 0, 0];
    let nat64 = [0x64, 0xff9b, 0, 0, 0, 0, 0, 0];
    let teredo = [0x2001, 0, 0, 0, 0, 0, 0, 0];
    let six_to_four = [0x2002, 0, 0, 0, 0, 0, 0, 0];
    if within_v6(address, mapped, 96) || within_v6(address, translated, 96) || within_v6(address, nat64, 96) {
        return Some(last);
    }
    if within_v6(address, [0; 8], 96) && !matches!((seventh, eighth), (0, 0 | 1)) {
        return Some(last);
    }
    if within_v6(address, six_to_four, 16) {
        return Some(join(second, third));
    }
    if within_v6(address, teredo, 32) {
        // The client's address, stored inverted.
        return Some(Ipv4Addr::from_bits(!last.to_bits()));
    }
    None
}
