//! Asks a server over loopback, one request after another on a connection that stays open, and
//! measures how long the answers take. Plain threads and sockets: they cost less than what they
//! measure.

use std::io::{self, BufRead, BufReader, Error, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Clients at the same time.
pub const CLIENTS: usize = 16;
/// Of so many rounds alone the best one counts: others may use the machine, too.
const ROUNDS: usize = 3;
/// Most requests of a round.
const REQUESTS: usize = 60;
/// Between one look at `/healthz` and the next.
const PAUSE: Duration = Duration::from_millis(20);

/// For how long a route is asked.
#[derive(Clone, Copy)]
pub struct Patience {
    /// Each round alone.
    pub alone: Duration,
    /// With all clients.
    pub together: Duration,
}

/// A route to be measured.
pub struct Route {
    pub target: String,
    /// The token of an operator, where one is needed.
    pub token: Option<String>,
}

/// What was measured.
pub struct Measured {
    /// Bytes of the answer.
    pub size: usize,
    pub alone: Times,
    pub together: Times,
    /// Answers a second with all clients.
    pub rate: f64,
    /// The longest that `/healthz` took meanwhile.
    pub health: Duration,
}

/// Half of the answers took no longer than the first, 99 of 100 no longer than the second.
#[derive(Clone, Copy)]
pub struct Times {
    pub half: Duration,
    pub most: Duration,
}

impl Times {
    fn of(mut all: Vec<Duration>) -> Self {
        all.sort_unstable();
        let at = |percent: usize| {
            let last = all.len().saturating_sub(1);
            all.get(last * percent / 100).copied().unwrap_or_default()
        };
        Self { half: at(50), most: at(99) }
    }
}

/// Measures a route.
///
/// # Panics
/// Where an answer is not 200.
pub fn measure(address: &str, route: &Route, patience: Patience) -> Measured {
    let mut client = Client::connect(address).expect("a connection");
    let size = client.get(route);
    let alone = (0..ROUNDS)
        .map(|_| {
            let end = Instant::now() + patience.alone;
            let mut all = vec![client.timed(route)];
            while Instant::now() < end && all.len() < REQUESTS {
                all.push(client.timed(route));
            }
            Times::of(all)
        })
        .min_by_key(|times| times.half)
        .expect("rounds");
    let is_over = AtomicBool::new(false);
    let begin = Instant::now();
    let end = begin + patience.together;
    let (all, health) = thread::scope(|scope| {
        let looking = scope.spawn(|| health(address, &is_over));
        let asking: Vec<_> =
            (0..CLIENTS).map(|_| scope.spawn(|| ask(address, route, end))).collect();
        let all: Vec<Duration> =
            asking.into_iter().flat_map(|client| client.join().expect("answers")).collect();
        is_over.store(true, Ordering::Relaxed);
        (all, looking.join().expect("answers"))
    });
    let answers = f64::from(u32::try_from(all.len()).expect("a number"));
    let rate = answers / begin.elapsed().as_secs_f64();
    Measured { size, alone, together: Times::of(all), rate, health }
}

/// The times of all answers until then.
fn ask(address: &str, route: &Route, end: Instant) -> Vec<Duration> {
    let mut client = Client::connect(address).expect("a connection");
    let mut all = Vec::new();
    while Instant::now() < end {
        all.push(client.timed(route));
    }
    all
}

/// The longest time of an answer of `/healthz`.
fn health(address: &str, is_over: &AtomicBool) -> Duration {
    let route = Route { target: "/healthz".to_owned(), token: None };
    let mut client = Client::connect(address).expect("a connection");
    let mut longest = Duration::ZERO;
    while !is_over.load(Ordering::Relaxed) {
        longest = longest.max(client.timed(&route));
        thread::sleep(PAUSE);
    }
    longest
}

struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    fn connect(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self { stream: BufReader::with_capacity(64 * 1024, stream) })
    }

    fn timed(&mut self, route: &Route) -> Duration {
        let begin = Instant::now();
        self.get(route);
        begin.elapsed()
    }

    fn get(&mut self, route: &Route) -> usize {
        let (status, size) =
            self.exchange(route).unwrap_or_else(|error| panic!("{}: {error}", route.target));
        assert_eq!(status, 200, "{}", route.target);
        size
    }

    /// Status and size of the answer.
    fn exchange(&mut self, route: &Route) -> io::Result<(u16, usize)> {
        let token = match &route.token {
            Some(token) => format!("Authorization: Bearer {token}\r\n"),
            None => String::new(),
        };
        let head = format!("GET {} HTTP/1.1\r\nHost: fedcat\r\n{token}\r\n", route.target);
        self.stream.get_mut().write_all(head.as_bytes())?;
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| Error::other("an answer without a status"))?;
        let (mut size, mut is_chunked) = (0, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                size = value.trim().parse().map_err(Error::other)?;
            }
            is_chunked |= line.starts_with("transfer-encoding:") && line.contains("chunked");
        }
        if is_chunked {
            size = self.chunks()?;
        } else {
            self.skip(size)?;
        }
        Ok((status, size))
    }

    fn chunks(&mut self) -> io::Result<usize> {
        let mut all = 0;
        loop {
            let size = usize::from_str_radix(&self.line()?, 16).map_err(Error::other)?;
            self.skip(size + 2)?;
            if size == 0 {
                return Ok(all);
            }
            all += size;
        }
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.stream.read_line(&mut line)? {
            0 => Err(Error::other("the connection was closed")),
            _ => Ok(line.trim_end().to_owned()),
        }
    }

    fn skip(&mut self, size: usize) -> io::Result<()> {
        let size = u64::try_from(size).map_err(Error::other)?;
        io::copy(&mut self.stream.by_ref().take(size), &mut io::sink())?;
        Ok(())
    }
}
