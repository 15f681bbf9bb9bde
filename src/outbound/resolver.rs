//! Lookup become addresses once, and the connection goes to exactly these: a name cannot be checked
//! as one address and connected to as another.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;

use super::address::is_public;

/// Who turns names into addresses.
#[async_trait]
pub trait Lookup: fmt::Debug + Send + Sync {
    /// The addresses of a host.
    ///
    /// # Errors
    /// [`io::Error`] where there is no answer.
    async fn look_up(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The resolver of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemLookup;

/// A host may not be asked, because all its addresses lead into a network that is not public.
#[derive(Debug, Error)]
#[error("{0} has no public address")]
pub(super) struct NotPublic(String);

/// What the HTTP client asks.
#[derive(Debug)]
pub(super) struct Resolver {
    names: Arc<dyn Lookup>,
    only_public: bool,
}

#[async_trait]
impl Lookup for SystemLookup {
    async fn look_up(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

impl Resolver {
    /// Gives public addresses only.
    pub(super) fn public(names: Arc<dyn Lookup>) -> Arc<Self> {
        Arc::new(Self { names, only_public: true })
    }

    /// Gives whatever addresses there are.
    pub(super) fn any(names: Arc<dyn Lookup>) -> Arc<Self> {
        Arc::new(Self { names, only_public: false })
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, only_public) = (Arc::clone(&self.names), self.only_public);
        Box::pin(async move {
            let mut found = names.look_up(name.as_str()).await?;
            if only_public {
                found.retain(|address| is_public(*address));
            }
            if found.is_empty() {
                return Err(NotPublic(name.as_str().to_owned()).into());
            }
            let found = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(found) as Addrs)
        })
    }
}
