//! Which addresses may be called: those of the public internet, and what the operator allows beyond them.
//!
//! A URL of the settings may name any host, and its name may resolve to anything, tomorrow to something else. So the
//! judgement falls on the address, inside the resolver that the connection itself uses: there is no second look-up that
//! could answer otherwise.

use std::{
    collections::BTreeSet,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use futures::future::BoxFuture;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use reqwest13::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(a: u16, b: u16, c: u16, length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), length)
}

/// What is not on the public internet, by IANA's registry of special-purpose addresses.
const SPECIAL_V4: [Ipv4Net; 16] = [
    v4(0, 0, 0, 0, 8),       // this network
    v4(10, 0, 0, 0, 8),      // private
    v4(100, 64, 0, 0, 10),   // shared, behind carriers' NAT
    v4(127, 0, 0, 0, 8),     // loopback
    v4(169, 254, 0, 0, 16),  // link-local, clouds' metadata
    v4(172, 16, 0, 0, 12),   // private
    v4(192, 0, 0, 0, 24),    // protocol assignments
    v4(192, 0, 2, 0, 24),    // documentation
    v4(192, 31, 196, 0, 24), // AS112
    v4(192, 88, 99, 0, 24),  // 6to4 relays
    v4(192, 168, 0, 0, 16),  // private
    v4(198, 18, 0, 0, 15),   // benchmarks
    v4(198, 51, 100, 0, 24), // documentation
    v4(203, 0, 113, 0, 24),  // documentation
    v4(224, 0, 0, 0, 4),     // multicast
    v4(240, 0, 0, 0, 4),     // reserved, broadcast
];

/// All of the public internet of version 6, and what within it is not.
const PUBLIC_V6: Ipv6Net = v6(0x2000, 0, 0, 3);
const SPECIAL_V6: [Ipv6Net; 3] = [
    v6(0x2001, 0, 0, 23),     // protocol assignments, Teredo among them
    v6(0x2001, 0xdb8, 0, 32), // documentation
    v6(0x3fff, 0, 0, 20),     // documentation
];
const SIX_TO_FOUR: Ipv6Net = v6(0x2002, 0, 0, 16);
const NAT64: Ipv6Net = v6(0x64, 0xff9b, 0, 96);

/// Whether an address is one of the public internet. Addresses that carry one of version 4 are what they carry.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => {
            if let Some(mapped) = address.to_ipv4_mapped() {
                is_public(mapped.into())
            } else if SIX_TO_FOUR.contains(&address) {
                is_public(carried(address, 80).into())
            } else if NAT64.contains(&address) {
                is_public(carried(address, 0).into())
            } else {
                PUBLIC_V6.contains(&address) && !SPECIAL_V6.iter().any(|net| net.contains(&address))
            }
        }
    }
}

/// The address of version 4 that stands so many bits before the end of one of version 6.
fn carried(address: Ipv6Addr, shift: u32) -> Ipv4Addr {
    let bits = (address.to_bits() >> shift) & u128::from(u32::MAX);
    Ipv4Addr::from_bits(u32::try_from(bits).unwrap_or_default())
}

/// What is allowed beyond the public internet.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    hosts: BTreeSet<String>,
    networks: Vec<IpNet>,
}

/// An address that may not be called. Said without the address: who sets the name may not be who may know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "its name leads to no address that may be called: list the host or its network in callbacks.allow if it is meant to"
)]
pub(crate) struct Forbidden;

impl Guard {
    /// Entries are addresses, networks (`10.1.0.0/16`) or names of hosts; a name allows whatever it resolves to.
    ///
    /// # Errors
    /// The first entry that is none of these.
    pub fn new(allow: &[String]) -> Result<Self, String> {
        let mut guard = Self::default();
        for entry in allow {
            let entry = entry.trim();
            if let Ok(network) = entry.parse() {
                guard.networks.push(network);
            } else if let Ok(address) = entry.parse::<IpAddr>() {
                guard.networks.push(address.into());
            } else if is_host(entry) {
                guard.hosts.insert(normal(entry));
            } else {
                return Err(entry.to_owned());
            }
        }
        Ok(guard)
    }

    /// Whether a host may be called at an address that it resolved to.
    pub fn permits(&self, host: &str, address: IpAddr) -> bool {
        is_public(address) || self.hosts.contains(&normal(host)) || self.allows(address)
    }

    fn allows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|net| net.contains(&address))
    }

    /// Whether a host is allowed by name or address: such a one may also be called without TLS.
    pub(crate) fn lists(&self, url: &Url) -> bool {
        match literal(url) {
            Some(address) => self.allows(address),
            None => self
                .hosts
                .contains(&normal(url.host_str().unwrap_or_default())),
        }
    }

    /// Judges a URL whose host is an address: no resolver is asked about those.
    pub(crate) fn pass(&self, url: &Url) -> Result<(), Forbidden> {
        match literal(url) {
            Some(address) if !self.permits("", address) => Err(Forbidden),
            _ => Ok(()),
        }
    }
}

/// The address that a URL has as its host. The URL's parser has read `0x7f.1` and the like as the addresses they are.
fn literal(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    host.trim_matches(['[', ']']).parse().ok()
}

fn normal(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

fn is_host(entry: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    !entry.is_empty()
        && entry.bytes().all(letters)
        && entry.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// How names become addresses.
pub trait Lookup: Send + Sync {
    fn lookup(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// By the system.
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// A resolver that answers only addresses that may be called.
pub(crate) struct Vetted {
    pub(crate) guard: Arc<Guard>,
    pub(crate) lookup: Arc<dyn Lookup>,
}

impl Resolve for Vetted {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, lookup) = (Arc::clone(&self.guard), Arc::clone(&self.lookup));
        let host = name.as_str().to_owned();
        Box::pin(async move {
            let found = lookup.lookup(host.clone()).await?;
            let mut passed = found
                .into_iter()
                .filter(|address| guard.permits(&host, *address))
                // The port is the URL's.
                .map(|address| SocketAddr::new(address, 0))
                .collect::<Vec<_>>()
                .into_iter()
                .peekable();
            if passed.peek().is_none() {
                return Err(Forbidden.into());
            }
            Ok::<Addrs, _>(Box::new(passed))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_called() {
        for (address, public) in [
            ("8.8.8.8", true),
            ("1.1.1.1", true),
            ("9.255.255.255", true),
            ("10.0.0.0", false),
            ("10.255.255.255", false),
            ("11.0.0.0", true),
            ("100.63.255.255", true),
            ("100.64.0.0", false),
            ("100.127.255.255", false),
            ("100.128.0.0", true),
            ("127.0.0.1", false),
            ("127.255.255.255", false),
            ("0.0.0.0", false),
            ("0.1.2.3", false),
            ("169.254.169.254", false),
            ("169.253.255.255", true),
            ("172.15.255.255", true),
            ("172.16.0.0", false),
            ("172.31.255.255", false),
            ("172.32.0.0", true),
            ("192.0.0.170", false),
            ("192.0.2.1", false),
            ("192.88.99.1", false),
            ("192.167.255.255", true),
            ("192.168.0.1", false),
            ("198.17.255.255", true),
            ("198.18.0.0", false),
            ("198.19.255.255", false),
            ("203.0.113.9", false),
            ("223.255.255.255", true),
            ("224.0.0.1", false),
            ("240.0.0.1", false),
            ("255.255.255.255", false),
            ("2606:4700::1111", true),
            ("::", false),
            ("::1", false),
            ("::ffff:8.8.8.8", true),
            ("::ffff:127.0.0.1", false),
            ("::ffff:169.254.169.254", false),
            // Compatible addresses, which nobody uses.
            ("::8.8.8.8", false),
            ("fe80::1", false),
            ("fc00::1", false),
            ("fd12:3456::1", false),
            ("fec0::1", false),
            ("ff02::1", false),
            ("100::1", false),
            ("2001::1", false),
            ("2001:db8::1", false),
            ("2001:200::1", true),
            ("3fff::1", false),
            ("2002:0808:0808::1", true),
            ("2002:7f00:0001::1", false),
            ("2002:a9fe:a9fe::1", false),
            ("64:ff9b::8.8.8.8", true),
            ("64:ff9b::10.0.0.1", false),
            ("64:ff9b:1::8.8.8.8", false),
            ("5f00::1", false),
        ] {
            let parsed: IpAddr = address.parse().unwrap();
            assert_eq!(is_public(parsed), public, "{address}");
            assert_eq!(
                Guard::default().permits("any.example", parsed),
                public,
                "{address}"
            );
        }
    }

    #[test]
    fn what_is_allowed_is_allowed_and_nothing_else() {
        let allow = ["10.1.0.0/16", "192.168.7.9", "ERP.internal.", "fd00::/8"];
        let guard = Guard::new(&allow.map(str::to_owned)).unwrap();
        for (host, address, permitted) in [
            ("x", "10.1.255.255", true),
            ("x", "10.2.0.0", false),
            ("x", "::ffff:10.1.0.1", true),
            ("x", "192.168.7.9", true),
            ("x", "192.168.7.10", false),
            ("erp.internal", "172.16.0.1", true),
            ("Erp.Internal.", "127.0.0.1", true),
            ("evil.erp.internal", "172.16.0.1", false),
            ("x", "fd00::1", true),
            ("x", "fe80::1", false),
        ] {
            let parsed: IpAddr = address.parse().unwrap();
            assert_eq!(guard.permits(host, parsed), permitted, "{host} {address}");
        }
        for wrong in [
            "",
            "10.1.0.0/33",
            "http://x",
            "a b",
            "*",
            "10.1",
            "1.2.3.4.5",
        ] {
            assert_eq!(Guard::new(&[wrong.to_owned()]).unwrap_err(), wrong);
        }
    }

    #[test]
    fn addresses_in_disguise_are_read_as_what_they_are() {
        let guard = Guard::default();
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://[::1]/",
            "http://[::ffff:169.254.169.254]/",
            "http://①②⑦.0.0.1/",
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(guard.pass(&url), Err(Forbidden), "{url}");
            assert!(!guard.lists(&url));
        }
        assert_eq!(guard.pass(&Url::parse("https://8.8.8.8/").unwrap()), Ok(()));
        // A name is judged when it is resolved.
        assert_eq!(
            guard.pass(&Url::parse("https://localhost/").unwrap()),
            Ok(())
        );
    }
}
