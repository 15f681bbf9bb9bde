//! A peer catalogue that misbehaves on command, on a loopback port. It writes HTTP/1.1 by hand: a
//! library would be too polite for most of what is asked of it here.
#![expect(clippy::indexing_slicing, reason = "half of a text is in the text")]

mod reply;
pub mod tls;

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use reply::Manner;
pub use reply::Reply;
use tls::Identity;

/// For longer than anybody waits.
const FOR_EVER: Duration = Duration::from_secs(3600);

/// One request as it came in.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The path with its query.
    pub path: String,
    headers: Vec<(String, String)>,
}

/// The running server.
#[derive(Clone)]
pub struct Fixture {
    /// `http://127.0.0.1:port`, or `https://localhost:port`.
    pub url: String,
    /// The host and port in it.
    pub host: String,
    shared: Arc<Shared>,
}

type Otherwise = Box<dyn Fn(&str) -> Reply + Send>;

#[derive(Default)]
struct Shared {
    replies: Mutex<HashMap<String, Vec<Reply>>>,
    otherwise: Mutex<Option<Otherwise>>,
    asked: Mutex<Vec<Asked>>,
    sent: AtomicU64,
}

/// What becomes of the connection after an answer.
#[derive(PartialEq)]
enum Farewell {
    Close,
    /// Reset, as by a machine that lost its state or a censor in between.
    Reset,
}

impl Asked {
    /// The value of a header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

impl Fixture {
    /// Starts a server that answers 404 to everything.
    pub async fn start() -> Self {
        Self::listening(None).await
    }

    /// The same with TLS.
    pub async fn start_tls(identity: &Identity) -> Self {
        Self::listening(Some(identity.acceptor())).await
    }

    async fn listening(tls: Option<tokio_rustls::TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (scheme, name) =
            if tls.is_some() { ("https", "localhost") } else { ("http", "127.0.0.1") };
        let host = format!("{name}:{port}");
        let shared = Arc::new(Shared::default());
        let fixture = Self { url: format!("{scheme}://{host}"), host, shared };
        let server = fixture.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let (shared, tls) = (Arc::clone(&server.shared), tls.clone());
                // Whatever happens to a connection is for the client to bear.
                tokio::spawn(async move { serve(connection, tls, &shared).await });
            }
        });
        fixture
    }

    /// Answers `reply` at a path with its query, from now on.
    pub fn set(&self, path_and_query: &str, reply: Reply) {
        self.set_each(path_and_query, [reply]);
    }

    /// Answers the requests at a path one after the other, the last one for ever.
    pub fn set_each(&self, path_and_query: &str, replies: impl IntoIterator<Item = Reply>) {
        let mut replies: Vec<Reply> = replies.into_iter().collect();
        replies.reverse();
        lock(&self.shared.replies).insert(path_and_query.to_owned(), replies);
    }

    /// Answers every path for which nothing else is set.
    pub fn set_otherwise(&self, reply: impl Fn(&str) -> Reply + Send + 'static) {
        *lock(&self.shared.otherwise) = Some(Box::new(reply));
    }

    /// The paths that have been asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.requests().into_iter().map(|asked| asked.path).collect()
    }

    /// The requests that have come in, in order.
    pub fn requests(&self) -> Vec<Asked> {
        lock(&self.shared.asked).clone()
    }

    /// Bytes that clients have taken.
    pub fn sent(&self) -> u64 {
        self.shared.sent.load(Ordering::Relaxed)
    }
}

async fn serve(
    mut connection: TcpStream,
    tls: Option<tokio_rustls::TlsAcceptor>,
    shared: &Shared,
) -> io::Result<()> {
    match tls {
        Some(acceptor) => {
            let mut encrypted = acceptor.accept(connection).await?;
            answer(&mut encrypted, shared).await?;
            encrypted.shutdown().await
        }
        None => {
            if answer(&mut connection, shared).await? == Farewell::Reset {
                connection.set_zero_linger()?;
                return Ok(());
            }
            connection.shutdown().await
        }
    }
}

async fn answer(
    connection: &mut (impl AsyncRead + AsyncWrite + Unpin),
    shared: &Shared,
) -> io::Result<Farewell> {
    let asked = request(connection).await?;
    let reply = {
        let mut replies = lock(&shared.replies);
        let left = replies.get_mut(&asked.path);
        left.and_then(|left| if left.len() > 1 { left.pop() } else { left.last().cloned() })
    };
    let reply = reply
        .or_else(|| lock(&shared.otherwise).as_ref().map(|otherwise| otherwise(&asked.path)))
        .unwrap_or_else(|| Reply::status(404));
    let held = asked.header("if-none-match").map(str::to_owned);
    lock(&shared.asked).push(asked);
    let is_unchanged = reply.etag.is_some() && held == reply.etag;
    write(connection, if is_unchanged { Reply::status(304) } else { reply }, shared).await
}

/// Reads the head of a request; none of ours has a body.
async fn request(connection: &mut (impl AsyncRead + Unpin)) -> io::Result<Asked> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(connection.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.lines();
    let path = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or_default().to_owned();
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    Ok(Asked { path, headers })
}

async fn write(
    connection: &mut (impl AsyncWrite + Unpin),
    reply: Reply,
    shared: &Shared,
) -> io::Result<Farewell> {
    let mut body = async |part: &[u8]| {
        connection.write_all(part).await?;
        connection.flush().await?;
        shared.sent.fetch_add(part.len() as u64, Ordering::Relaxed);
        io::Result::Ok(())
    };
    if reply.manner == Manner::Silent {
        tokio::time::sleep(FOR_EVER).await;
    }
    tokio::time::sleep(reply.pause).await;
    body(&reply.head()).await?;
    let (all, half) = (&reply.body, reply.body.len() / 2);
    match reply.manner {
        Manner::Whole => body(all).await?,
        Manner::BreaksOff => body(&all[..half]).await?,
        Manner::Resets => {
            body(&all[..half]).await?;
            // What was sent must have been read, or the reset would overtake it.
            tokio::time::sleep(Duration::from_millis(50)).await;
            return Ok(Farewell::Reset);
        }
        Manner::Falls => {
            body(&all[..half]).await?;
            tokio::time::sleep(FOR_EVER).await;
        }
        Manner::Drips { pause } => {
            for byte in all.chunks(1) {
                body(byte).await?;
                tokio::time::sleep(pause).await;
            }
        }
        Manner::Endless => loop {
            body(all).await?;
        },
        Manner::ChunkedWithoutEnd => {
            body(format!("{:x}\r\n", all.len()).as_bytes()).await?;
            body(all).await?;
            body(b"\r\n").await?;
        }
        Manner::HeadWithoutEnd => loop {
            body(b"x-more: and more\r\n").await?;
        },
        Manner::Silent => {}
    }
    Ok(Farewell::Close)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
