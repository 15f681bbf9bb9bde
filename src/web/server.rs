//! How connections are served: HTTP/1 only, and nobody may take a place, a file, memory or time
//! without bound. Whoever reads and writes at a usual pace notices nothing of it.
//!
//! There are so many places. Where none is left, the connection that has waited longest for a
//! request of its client makes room, so that clients who only hold connections, of whatever kind,
//! keep nobody out.

/// The bytes of one connection.
mod connection;
/// How many files this process may open.
pub mod files;
/// Connections on which nothing is being answered.
mod idle;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tower::Service;
use tracing::warn;

use connection::{ConnectionState, WatchedStream};
use idle::{IdleConnections, Turn};

/// Largest head of a request, and most bytes of an answer that wait in this process for one
/// client beside the piece that is being written.
const LARGEST_HEAD: usize = 64 * 1024;
/// After about this time without a request the buffers of a connection are given back.
const REST: Duration = Duration::from_secs(1);
/// Pause after an accept that failed for want of files or memory.
const PAUSE: Duration = Duration::from_millis(50);

/// What connections may take.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Connections at the same time.
    pub connections: usize,
    /// Longest time from the first byte of a request's head to its last.
    pub head: Duration,
    /// Longest time that a connection may wait for a request.
    pub idle: Duration,
    /// Longest time in which a client takes nothing of its answer.
    pub stall: Duration,
}

/// What all connections share.
#[derive(Debug)]
struct Shared {
    router: Router,
    bounds: Bounds,
    places: Arc<Semaphore>,
    idle: Arc<IdleConnections>,
    stop: CancellationToken,
}

/// Serves until it is asked to stop, and then until the last answer has been taken.
pub async fn serve(listener: TcpListener, router: Router, bounds: Bounds, stop: CancellationToken) {
    let shared = Arc::new(Shared {
        router,
        bounds,
        places: Arc::new(Semaphore::new(bounds.connections)),
        idle: Arc::default(),
        stop,
    });
    tokio::select! {
        () = shared.accept_all(&listener) => {}
        () = shared.stop.cancelled() => {}
    }
    drop(listener);
    shared.all_have_left().await;
}

impl Shared {
    /// Accepts connections for ever. A place is sought after accepting: idle connections are closed
    /// only where somebody really comes.
    async fn accept_all(self: &Arc<Self>, listener: &TcpListener) {
        loop {
            let (stream, peer) = self.accept(listener).await;
            let Some(place) = self.place().await else { return };
            tokio::spawn(Arc::clone(self).connection(stream, peer, place));
        }
    }

    /// A place for one connection, waited for where none is free. Never `None`: the semaphore is
    /// not closed.
    async fn place(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return Some(place);
        }
        self.idle.make_room();
        let place = Arc::clone(&self.places).acquire_owned().await.ok();
        self.idle.has_room();
        place
    }

    /// The next connection. What goes wrong with one ends nothing; where files or memory are
    /// wanting, the connection that has waited longest makes room.
    async fn accept(&self, listener: &TcpListener) -> (TcpStream, SocketAddr) {
        loop {
            match listener.accept().await {
                Ok(accepted) => return accepted,
                Err(error) if is_of_the_client(&error) => {}
                Err(error) => {
                    warn!(%error, "a connection cannot be accepted");
                    self.idle.make_room();
                    tokio::time::sleep(PAUSE).await;
                    self.idle.has_room();
                }
            }
        }
    }

    /// Carries one connection to its end. While it waits it holds nothing but its socket.
    async fn connection(
        self: Arc<Self>,
        stream: TcpStream,
        peer: SocketAddr,
        _place: OwnedSemaphorePermit,
    ) {
        let state = Arc::new(ConnectionState::default());
        let turn = Arc::new(Turn::begin(&self.idle, &state));
        let mut stream = WatchedStream::new(stream, Arc::clone(&state), self.bounds.stall);
        loop {
            let says_something = tokio::select! {
                heard = tokio::time::timeout(self.bounds.idle, stream.heard()) => heard.is_ok(),
                () = state.closed() => false,
                () = self.stop.cancelled() => false,
            };
            if !says_something {
                return;
            }
            // In a box, so that a connection that waits is small.
            match Box::pin(self.converse(stream, peer, &turn)).await {
                Some(silent) => stream = silent,
                None => return,
            }
        }
    }

    /// Answers requests until none is on its way any longer; `None` where the connection has ended.
    async fn converse(
        &self,
        stream: WatchedStream,
        peer: SocketAddr,
        turn: &Arc<Turn>,
    ) -> Option<WatchedStream> {
        let service = service_fn(|request: Request<Incoming>| {
            let (mut router, guard) = (self.router.clone(), Turn::busy(turn));
            async move {
                let mut request = request.map(Body::new);
                request.extensions_mut().insert(ConnectInfo(peer));
                let response = router.call(request).await?;
                Ok::<_, Infallible>(response.map(|body| GuardedBody { body, _guard: guard }))
            }
        });
        let mut builder = http1::Builder::new();
        // Without a timer there would be no bound on heads.
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(self.bounds.head)
            .max_buf_size(LARGEST_HEAD);
        let mut connection = builder.serve_connection(TokioIo::new(stream), service);
        let rest = REST.min(self.bounds.head / 2);
        let mut may_go_on = true;
        loop {
            tokio::select! {
                // Why it ended is of interest to nobody: clients leave as they like.
                _ = &mut connection => return None,
                () = turn.state().closed() => return None,
                () = self.stop.cancelled(), if may_go_on => {
                    if turn.is_waiting() {
                        return None;
                    }
                    may_go_on = false;
                    Pin::new(&mut connection).graceful_shutdown();
                }
                () = tokio::time::sleep(rest) => {
                    if turn.is_waiting() && turn.state().is_silent() {
                        let parts = connection.into_parts();
                        return parts.read_buf.is_empty().then(|| parts.io.into_inner());
                    }
                }
            }
        }
    }

    async fn all_have_left(&self) {
        let all = u32::try_from(self.bounds.connections).unwrap_or(u32::MAX);
        // The semaphore is never closed.
        let _ = self.places.acquire_many(all).await;
    }
}

/// Whether accepting failed because the client has gone.
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// The body of an answer. As long as it is there, its connection is not waiting.
struct GuardedBody {
    body: Body,
    _guard: idle::BusyGuard,
}

impl HttpBody for GuardedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
