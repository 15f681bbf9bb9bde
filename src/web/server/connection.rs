//! The bytes of one connection: whether its client has begun to say something, and whether it
//! takes what it is given.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::Sleep;

/// What a client must take in the time in which it may not stand still: less is as good as
/// nothing, and would hold up a long answer for days.
const LEAST: usize = 16 * 1024;
/// Most bytes that the system keeps for a client beyond those that are on their way: the measure
/// of how exactly it is known how far a client has read.
#[cfg(target_os = "linux")]
const UNSENT: u32 = 128 * 1024;

/// What is known of one connection, for whoever decides about its end.
#[derive(Debug, Default)]
pub(super) struct ConnectionState {
    close: Notify,
    /// Whether something came since the last answer was made.
    was_heard: AtomicBool,
    /// Whether some of an answer may not have been written yet.
    is_writing: AtomicBool,
}

impl ConnectionState {
    /// Ends the connection, whatever it does.
    pub(super) fn close(&self) {
        self.close.notify_one();
    }

    /// Waits for [`Self::close`].
    pub(super) async fn closed(&self) {
        self.close.notified().await;
    }

    /// Forgets what came: it was a request, which has its answer.
    pub(super) fn is_answered(&self) {
        self.was_heard.store(false, Ordering::Relaxed);
    }

    /// Whether nothing is on its way in either direction.
    pub(super) fn is_silent(&self) -> bool {
        !self.was_heard.load(Ordering::Relaxed) && !self.is_writing.load(Ordering::Relaxed)
    }
}

/// A stream that breaks off where its reader stands still.
pub(super) struct WatchedStream {
    stream: TcpStream,
    state: Arc<ConnectionState>,
    stall: Duration,
    /// Runs while the client takes less than is there for it.
    patience: Option<Pin<Box<Sleep>>>,
    /// Bytes taken since then.
    taken: usize,
}

impl WatchedStream {
    pub(super) fn new(stream: TcpStream, state: Arc<ConnectionState>, stall: Duration) -> Self {
        prepare(&stream, stall);
        Self { stream, state, stall, patience: None, taken: 0 }
    }

    /// Comes when the client says something, or leaves.
    pub(super) async fn heard(&self) {
        // Whoever reads then is told about every error.
        let _ = self.stream.readable().await;
    }

    /// Hands on what became of a write, unless the client has stood still for too long.
    fn paced(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        self.state.is_writing.store(true, Ordering::Relaxed);
        match written {
            Poll::Ready(Ok(bytes)) => {
                self.taken = self.taken.saturating_add(bytes);
                if self.taken >= LEAST {
                    self.patience = None;
                }
            }
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                let patience = match &mut self.patience {
                    Some(patience) => patience,
                    none => {
                        self.taken = 0;
                        none.insert(Box::pin(tokio::time::sleep(self.stall)))
                    }
                };
                if patience.as_mut().poll(cx).is_ready() {
                    // What the system still holds for the client is thrown away too.
                    let _ = self.stream.set_zero_linger();
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
            }
        }
        written
    }
}

/// Sets what the system itself does about clients that do not answer. Where it cannot, the rest
/// holds all the same.
fn prepare(stream: &TcpStream, stall: Duration) {
    let _ = stream.set_nodelay(true);
    let socket = SockRef::from(stream);
    #[cfg(target_os = "linux")]
    {
        let _ = socket.set_tcp_notsent_lowat(UNSENT);
        let _ = socket.set_tcp_user_timeout(Some(stall));
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (socket, stall);
}

impl AsyncRead for WatchedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, into);
        if into.filled().len() > before {
            self.state.was_heard.store(true, Ordering::Relaxed);
        }
        read
    }
}

impl AsyncWrite for WatchedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.paced(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.paced(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Comes when all that there was has been written: nobody stands still any longer.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.patience = None;
        self.state.is_writing.store(false, Ordering::Relaxed);
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
