use proptest::prelude::*;

use super::*;

fn class(text: &str) -> AddressClass {
    AddressClass::of(text.parse().expect(text))
}

#[test]
fn every_block_starts_and_ends_where_the_registry_says() {
    use AddressClass::*;
    for (first, last, wanted) in [
        ("0.0.0.0", "0.255.255.255", Reserved),
        ("1.0.0.0", "9.255.255.255", Global),
        ("10.0.0.0", "10.255.255.255", Private),
        ("11.0.0.0", "100.63.255.255", Global),
        ("100.64.0.0", "100.100.100.199", CarrierNat),
        ("100.100.100.201", "100.127.255.255", CarrierNat),
        ("100.128.0.0", "126.255.255.255", Global),
        ("127.0.0.0", "127.255.255.255", Loopback),
        ("128.0.0.0", "168.63.129.15", Global),
        ("169.254.0.0", "169.254.169.253", LinkLocal),
        ("169.254.169.254", "169.254.169.254", Metadata),
        ("169.254.171.0", "169.254.255.255", LinkLocal),
        ("172.15.255.255", "172.15.255.255", Global),
        ("172.16.0.0", "172.31.255.255", Private),
        ("172.32.0.0", "172.32.0.0", Global),
        ("192.0.0.0", "192.0.0.191", Reserved),
        ("192.0.1.0", "192.0.1.255", Global),
        ("192.0.2.0", "192.0.2.255", Documentation),
        ("192.88.99.0", "192.88.99.255", Reserved),
        ("192.167.255.255", "192.167.255.255", Global),
        ("192.168.0.0", "192.168.255.255", Private),
        ("192.169.0.0", "192.169.0.0", Global),
        ("198.17.255.255", "198.17.255.255", Global),
        ("198.18.0.0", "198.19.255.255", Reserved),
        ("198.20.0.0", "198.51.99.255", Global),
        ("198.51.100.0", "198.51.100.255", Documentation),
        ("203.0.113.0", "203.0.113.255", Documentation),
        ("203.0.114.0", "223.255.255.255", Global),
        ("224.0.0.0", "239.255.255.255", Multicast),
        ("240.0.0.0", "255.255.255.254", Reserved),
        ("255.255.255.255", "255.255.255.255", Multicast),
        ("::", "::", Reserved),
        ("::1", "::1", Loopback),
        ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", Private),
        ("100::", "100::ffff:ffff:ffff:ffff", Reserved),
        ("2001:1::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", Reserved),
        ("2001:200::", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", Global),
        ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", Documentation),
        ("2001:db9::", "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Global),
        ("2003::", "3ffd:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Global),
        ("3ffe::", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Reserved),
        ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", Documentation),
        ("3fff:1000::", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Global),
        ("4000::", "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Reserved),
        ("fc00::", "fd00:ec2::22", Private),
        ("fd00:ec2::254", "fd00:ec2::254", Metadata),
        ("fd20:ce::254", "fd20:ce::254", Metadata),
        ("fd20:ce::255", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Private),
        ("fe00::", "fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Reserved),
        ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", LinkLocal),
        ("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Private),
        ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Multicast),
    ] {
        assert_eq!((class(first), class(last)), (wanted, wanted), "{first} to {last}");
    }
    for metadata in
        ["169.254.170.2", "169.254.170.23", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::23"]
    {
        assert_eq!(class(metadata), Metadata, "{metadata}");
    }
}

#[test]
fn addresses_in_disguise_are_unwrapped() {
    use AddressClass::*;
    for (address, wanted) in [
        ("::ffff:127.0.0.1", Loopback),
        ("::ffff:0:127.0.0.1", Loopback),
        ("::127.0.0.1", Loopback),
        ("::ffff:8.8.8.8", Global),
        ("::ffff:169.254.169.254", Metadata),
        ("64:ff9b::10.0.0.1", Private),
        ("64:ff9b::8.8.8.8", Global),
        ("2002:7f00:1::", Loopback),
        ("2002:a9fe:a9fe::1", Metadata),
        ("2002:808:808::1", Global),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", Loopback),
        ("2001:0:4136:e378:8000:63bf:f7f7:f7f7", Global),
    ] {
        assert_eq!(class(address), wanted, "{address}");
    }
}

#[test]
fn odd_spellings_are_addresses() {
    let loopback = Host::Address(IpAddr::V4(Ipv4Addr::LOCALHOST));
    for text in [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "0x7f.1",
        "0x7F.0x0.0x0.0x1",
        "0177.0.0.1",
        "017700000001",
        "2130706433",
        "0x7f000001",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "１２７.0.0.1",
        "127。0。0。1",
        "①②⑦.1",
    ] {
        assert_eq!(Host::parse(text).as_ref(), Ok(&loopback), "{text}");
    }
    assert_eq!(Host::parse("[::1]"), Ok(Host::Address(IpAddr::V6(Ipv6Addr::LOCALHOST))));
    assert_eq!(
        Host::parse("[::ffff:7f00:1]").map(|host| match host {
            Host::Address(address) => AddressClass::of(address),
            Host::Name(_) => AddressClass::Global,
        }),
        Ok(AddressClass::Loopback)
    );
    for text in [
        "",
        ".",
        "256.1.1.1.1",
        "1.2.3.256",
        "0x100000000",
        "a b",
        "a/b",
        "[::1",
        "::1",
        "a\0b",
        "h:80",
        "u@h",
    ] {
        assert!(Host::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn names_that_stay_at_home_are_known() {
    for text in
        ["localhost", "LOCALHOST.", "a.localhost", "printer.local", "metadata.google.internal", "ｌocalhost"]
    {
        assert!(Host::parse(text).expect(text).is_local_name(), "{text}");
    }
    for text in ["example.com", "localhost.example.com", "notlocalhost", "8.8.8.8"] {
        assert!(!Host::parse(text).expect(text).is_local_name(), "{text}");
    }
    assert_eq!(Host::parse("ÉXAMPLE.com."), Ok(Host::Name("xn--xample-9ua.com".to_owned())));
}

proptest! {
    #[test]
    fn wrapping_never_makes_an_address_public(bits in any::<u32>()) {
        let inner = Ipv4Addr::from_bits(bits);
        let wanted = AddressClass::of(inner.into());
        let [high, low] = [(bits >> 16) as u16, (bits & 0xffff) as u16];
        let wrapped = [
            inner.to_ipv6_mapped(),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
            Ipv6Addr::new(0x2001, 0, 1, 2, 3, 4, !high, !low),
        ];
        for address in wrapped {
            prop_assert_eq!(AddressClass::of(address.into()), wanted, "{}", address);
        }
    }

    #[test]
    fn every_spelling_of_an_address_is_that_address(bits in any::<u32>()) {
        let address = Ipv4Addr::from_bits(bits);
        let [a, b, c, d] = address.octets();
        let spellings = [
            address.to_string(),
            format!("{bits}"),
            format!("{bits:#x}"),
            format!("0{bits:o}"),
            format!("{a:#x}.{}", bits & 0x00ff_ffff),
            format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
            format!("{a}.{b}.{}", bits & 0xffff),
        ];
        for text in spellings {
            prop_assert_eq!(Host::parse(&text), Ok(Host::Address(address.into())), "{}", text);
        }
    }

    #[test]
    fn agrees_with_the_standard_library_where_it_has_an_opinion(bits in any::<u32>()) {
        let address = Ipv4Addr::from_bits(bits);
        let special = address.is_loopback() || address.is_private() || address.is_link_local()
            || address.is_multicast() || address.is_broadcast() || address.is_documentation() || address.is_unspecified();
        prop_assert!(!special || !is_global(address.into()));
    }
}
