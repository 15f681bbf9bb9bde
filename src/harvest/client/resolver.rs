//! Names become public addresses only.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::harvest::address::is_public;

/// A resolver that gives public addresses only. The connection goes to what it gives, so a name
/// cannot be checked as one address and connected as another.
#[derive(Debug)]
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(format!("{name} has no public address").into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}
