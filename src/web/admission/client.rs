//! Who asks: the address at the other end of the connection or, where that is a proxy that the
//! operator has named, the one that the proxy saw.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use ipnet::IpNet;

use crate::config::ProxyHeader;

/// The address of whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client(pub IpAddr);

/// Whose word is taken about the client's address, and where it stands.
#[derive(Debug, Clone)]
pub struct Proxies {
    networks: Vec<IpNet>,
    header: ProxyHeader,
}

impl Proxies {
    /// Proxies with addresses in these networks, each of which writes this header.
    pub fn new(networks: Vec<IpNet>, header: ProxyHeader) -> Self {
        Self { networks, header }
    }

    fn has(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// The client behind `peer`. From the right, since only what a named proxy has written is
    /// known to be true: what stands further left may come from anybody.
    fn behind(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut address = peer.to_canonical();
        if !self.has(address) {
            return address;
        }
        for hop in self.hops(headers).into_iter().rev() {
            let Some(said) = hop else { break };
            address = said.to_canonical();
            if !self.has(address) {
                break;
            }
        }
        address
    }

    /// The addresses of the header, from left to right; `None` for one that cannot be read, such as
    /// a hidden one.
    fn hops(&self, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
        let (name, read): (_, fn(&str) -> Option<IpAddr>) = match self.header {
            ProxyHeader::XForwardedFor => {
                (header::HeaderName::from_static("x-forwarded-for"), address)
            }
            ProxyHeader::Forwarded => (header::FORWARDED, forwarded),
        };
        let values = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default());
        values.flat_map(|value| value.split(',')).map(|hop| read(hop.trim())).collect()
    }
}

/// The address in `for="[2001:db8::1]:4711";proto=https`.
fn forwarded(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("for"))?;
    address(value.trim_matches('"'))
}

/// An address with or without brackets and port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let with_port = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    bare.unwrap_or(text).parse().ok().or_else(with_port)
}

impl Client {
    /// Of a request that came by no connection, as in tests.
    const UNKNOWN: Self = Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED));

    /// Who sent a request.
    pub fn of(request: &Request, proxies: &Proxies) -> Self {
        match request.extensions().get::<ConnectInfo<SocketAddr>>() {
            Some(ConnectInfo(peer)) => Self(proxies.behind(peer.ip(), request.headers())),
            None => Self::UNKNOWN,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or(Self::UNKNOWN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, header: ProxyHeader, lines: &[(&'static str, &str)]) -> String {
        let networks = ["10.0.0.0/8", "2001:db8:ff::/48"].map(|one| one.parse().expect("one"));
        let proxies = Proxies::new(networks.to_vec(), header);
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().expect("a value"));
        }
        proxies.behind(peer.parse().expect("an address"), &headers).to_string()
    }

    #[test]
    fn only_a_named_proxy_is_believed_and_only_from_the_right() {
        let said = "x-forwarded-for";
        for (peer, lines, expected) in [
            ("192.0.2.9", vec![(said, "198.51.100.1")], "192.0.2.9"),
            ("10.0.0.1", vec![(said, "198.51.100.1")], "198.51.100.1"),
            ("::ffff:10.0.0.1", vec![(said, "198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1", vec![(said, "203.0.113.5, 198.51.100.1, 10.0.0.2")], "198.51.100.1"),
            ("10.0.0.1", vec![(said, "203.0.113.5"), (said, "198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1", vec![(said, "10.9.9.9, 10.0.0.2")], "10.9.9.9"),
            ("10.0.0.1", vec![(said, "198.51.100.1, nonsense, 10.0.0.2")], "10.0.0.2"),
            ("10.0.0.1", vec![(said, "198.51.100.1:4711")], "198.51.100.1"),
            ("2001:db8:ff::1", vec![(said, "2001:db8:1::7")], "2001:db8:1::7"),
            ("10.0.0.1", vec![("forwarded", "for=198.51.100.1")], "10.0.0.1"),
            ("10.0.0.1", vec![], "10.0.0.1"),
        ] {
            assert_eq!(client(peer, ProxyHeader::XForwardedFor, &lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn the_other_header_is_read_as_its_standard_says() {
        for (value, expected) in [
            ("for=198.51.100.1", "198.51.100.1"),
            ("For=\"[2001:db8:1::7]:4711\";proto=https;by=10.0.0.1", "2001:db8:1::7"),
            ("for=203.0.113.5, proto=https; for=198.51.100.1", "198.51.100.1"),
            ("for=198.51.100.1, for=_hidden", "10.0.0.1"),
            ("proto=https", "10.0.0.1"),
        ] {
            let lines = [("forwarded", value), ("x-forwarded-for", "203.0.113.9")];
            assert_eq!(client("10.0.0.1", ProxyHeader::Forwarded, &lines), expected, "{value}");
        }
    }
}
