//! A client that speaks as little HTTP as it needs.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection.
pub(crate) struct Client(TcpStream);

impl Client {
    pub(crate) async fn connect(address: &str) -> Self {
        Self(TcpStream::connect(address).await.expect("connected"))
    }

    /// Asks, reads the whole answer, and tells its status; 0 where the connection broke off.
    pub(crate) async fn ask(&mut self, path: &str) -> u16 {
        self.answer(path).await.unwrap_or(0)
    }

    async fn answer(&mut self, path: &str) -> Option<u16> {
        self.send(path).await?;
        let mut bytes = Vec::with_capacity(4096);
        loop {
            if self.0.read_buf(&mut bytes).await.ok()? == 0 {
                return None;
            }
            if let Some((status, rest)) = head(&bytes) {
                let left = rest.saturating_sub(bytes.len());
                let mut body = (&mut self.0).take(left as u64);
                tokio::io::copy(&mut body, &mut tokio::io::sink()).await.ok()?;
                return Some(status);
            }
        }
    }

    /// Asks and reads the first bytes of the answer only.
    pub(crate) async fn begin(&mut self, path: &str) -> u16 {
        let begun = async {
            self.send(path).await?;
            let mut first = [0; 12];
            self.0.read_exact(&mut first).await.ok()?;
            String::from_utf8_lossy(&first).split(' ').nth(1)?.parse().ok()
        };
        begun.await.unwrap_or(0)
    }

    async fn send(&mut self, path: &str) -> Option<()> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
        self.0.write_all(request.as_bytes()).await.ok()
    }
}

/// The status of an answer and its length with its head, when the head is there.
fn head(bytes: &[u8]) -> Option<(u16, usize)> {
    let text = String::from_utf8_lossy(bytes);
    let (head, _) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().ok())?
    });
    Some((status, head.len() + 4 + length.unwrap_or(0)))
}
