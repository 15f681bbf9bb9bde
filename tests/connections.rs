//! What clients do with connections: hold them, say half of a request, read nothing of the answer,
//! come in thousands. Whoever behaves notices nothing.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

#[path = "connections/process.rs"]
mod process;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, post};
use fedcat::web::server::{Bounds, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
/// More than the system keeps for a connection on both of its sides.
const LARGE: usize = 64 * 1024 * 1024;
/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(20);

/// A server with small bounds.
struct Small {
    address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

fn bounds() -> Bounds {
    Bounds { connections: 100, head: LONG, idle: LONG, stall: LONG }
}

async fn start(bounds: Bounds) -> Small {
    let large = Bytes::from(vec![b'x'; LARGE]);
    let slow = || async {
        tokio::time::sleep(Duration::from_millis(600)).await;
        "slow"
    };
    let router = Router::new()
        .route("/", get(|| async { "ok" }))
        .route("/echo", post(|body: String| async { body }))
        .route("/large", get(|| async { large }))
        .route("/slow", get(slow));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let stop = CancellationToken::new();
    let serving = tokio::spawn(serve(listener, router, bounds, stop.clone()));
    Small { address, stop, serving }
}

impl Small {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("connected")
    }

    /// A connection on which something was said.
    async fn say(&self, words: &[u8]) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(words).await.expect("sent");
        stream
    }

    /// A connection that has had an answer and is kept.
    async fn kept(&self) -> TcpStream {
        let mut stream = self.say(REQUEST).await;
        assert!(part(&mut stream).await.ends_with("ok"));
        stream
    }
}

/// What comes next.
async fn part(stream: &mut TcpStream) -> String {
    let mut buffer = [0; 4096];
    let read = timeout(LONG, stream.read(&mut buffer)).await.expect("in time").expect("read");
    String::from_utf8_lossy(buffer.get(..read).unwrap_or_default()).into_owned()
}

/// How long it takes until the other side closes, and how many bytes come before.
async fn end(stream: &mut TcpStream) -> (Duration, usize) {
    let begun = Instant::now();
    let mut bytes = 0;
    let mut buffer = vec![0; 1024 * 1024];
    let reading = async {
        while let Ok(read @ 1..) = stream.read(&mut buffer).await {
            bytes += read;
        }
    };
    timeout(LONG, reading).await.expect("it ends");
    (begun.elapsed(), bytes)
}

#[tokio::test]
async fn a_head_that_does_not_end_is_not_waited_for() {
    let server = start(Bounds { head: Duration::from_millis(300), ..bounds() }).await;
    let mut silent = server.connect().await;
    let mut kept = server.kept().await;
    let mut half = server.say(b"GET / HTTP/1.1\r\nHost: x\r\nX-A").await;
    let (mut reader, mut writer) = server.say(b"GET / HTTP/1.1\r\nX-A: ").await.into_split();
    // A byte now and then begins nothing anew.
    let dripping = tokio::spawn(async move {
        while writer.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    let (took, _) = end(&mut half).await;
    assert!(took < Duration::from_secs(3), "{took:?}");
    let mut rest = Vec::new();
    let _ = timeout(Duration::from_secs(3), reader.read_to_end(&mut rest)).await.expect("closed");
    dripping.await.expect("it notices");
    for stream in [&mut silent, &mut kept] {
        stream.write_all(REQUEST).await.expect("sent");
        assert!(part(stream).await.ends_with("ok"), "who has said nothing yet may speak");
    }
}

#[tokio::test]
async fn a_connection_that_is_kept_for_nothing_ends() {
    let server = start(Bounds { idle: Duration::from_millis(400), ..bounds() }).await;
    let (mut kept, mut silent) = (server.kept().await, server.connect().await);
    for stream in [&mut kept, &mut silent] {
        let (took, bytes) = end(stream).await;
        assert!(took < Duration::from_secs(3) && bytes == 0, "{took:?} {bytes}");
    }
}

#[tokio::test]
async fn a_reader_who_stands_still_is_cut_and_a_slow_one_is_not() {
    let server = start(Bounds { stall: Duration::from_millis(700), ..bounds() }).await;
    let mut still = server.say(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let last = b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let mut slow = server.say(last).await;
    let begun = Instant::now();
    let mut read = 0;
    let mut buffer = vec![0; 1024 * 1024];
    while begun.elapsed() < Duration::from_secs(3) {
        read += slow.read(&mut buffer).await.expect("it goes on");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (_, rest) = end(&mut slow).await;
    assert!(read + rest > LARGE, "all of it and a head: {read} {rest}");
    let (_, bytes) = end(&mut still).await;
    assert!(bytes < LARGE, "it was cut: {bytes}");
}

#[tokio::test]
async fn clients_who_only_hold_connections_keep_nobody_out() {
    let server = start(Bounds { connections: 4, ..bounds() }).await;
    let mut held = Vec::new();
    for words in [REQUEST, b"", b"GET / HT", REQUEST, b"GET /", REQUEST, b"", REQUEST] {
        held.push(server.say(words).await);
        let asked = Instant::now();
        drop(server.kept().await);
        assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    }
    let (mut oldest, mut newest) = (held.remove(0), held.pop().expect("one"));
    end(&mut oldest).await;
    assert!(part(&mut newest).await.ends_with("ok"), "who came last is still there");
}

#[tokio::test]
async fn who_is_being_answered_is_not_disturbed_by_who_wants_in() {
    let server = start(Bounds { connections: 2, ..bounds() }).await;
    let slow = b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut answered = [server.say(slow).await, server.say(slow).await];
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut others = Vec::new();
    for _ in 0..4 {
        others.push(server.say(REQUEST).await);
    }
    for stream in &mut answered {
        assert!(part(stream).await.ends_with("slow"));
    }
    for stream in &mut others {
        assert!(part(stream).await.ends_with("ok"), "they get the places afterwards");
    }
}

#[tokio::test]
async fn only_the_first_version_of_http_is_spoken_and_heads_are_bounded() {
    let server = start(bounds()).await;
    let mut preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    preface.extend([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    let mut second = server.say(&preface).await;
    let answer = part(&mut second).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer:?}");
    let mut long = b"GET / HTTP/1.1\r\nX-A: ".to_vec();
    long.extend([b'x'; 128 * 1024]);
    let mut long = server.say(&long).await;
    assert!(part(&mut long).await.starts_with("HTTP/1.1 431"));
}

#[tokio::test]
async fn a_stop_waits_for_answers_and_for_nothing_else() {
    let server = start(bounds()).await;
    let mut held = [server.kept().await, server.connect().await];
    let mut slow = server.say(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.stop.cancel();
    assert!(part(&mut slow).await.ends_with("slow"));
    for stream in &mut held {
        end(stream).await;
    }
    timeout(Duration::from_secs(2), server.serving).await.expect("it stops").expect("well");
    assert!(TcpStream::connect(server.address).await.is_err());
}
