//! The binary itself, with few files.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream as Stream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use fedcat::web::server::files::Files;
use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, prlimit};
use tempfile::TempDir;

/// Whoever behaves gets an answer by then.
const SOON: Duration = Duration::from_secs(3);

/// `fedcat serve` in a folder of its own.
struct Served {
    child: Child,
    address: String,
    folder: TempDir,
}

impl Served {
    /// With at most so many files, or as many as this process may open.
    fn start(files: Option<u32>, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new("sh");
        let limit = files.map(|files| format!("ulimit -n {files}; ")).unwrap_or_default();
        command.args(["-c", &format!("{limit}exec \"$0\" serve --listen 127.0.0.1:0")]);
        command.arg(env!("CARGO_BIN_EXE_fedcat"));
        command.current_dir(folder.path()).env("FEDCAT__HARVEST__ENABLED", "false");
        command.envs(settings.iter().copied());
        let log = std::fs::File::create(folder.path().join("log")).expect("a file");
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().expect("started");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let line = lines.next().expect("a line").expect("read");
        let address = line.split_once("http://").expect("an address").1;
        let address = address.split(' ').next().expect("an address").to_owned();
        Self { child, address, folder }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).expect("its log")
    }

    fn say(&self, words: &[u8]) -> Stream {
        let mut stream = Stream::connect(&self.address).expect("connected");
        stream.write_all(words).expect("sent");
        stream
    }

    fn status(&self, path: &str) -> u16 {
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let mut stream = self.say(request.as_bytes());
        stream.set_read_timeout(Some(SOON)).expect("set");
        let mut answer = String::new();
        // Of what breaks off there is no status.
        let _ = stream.read_to_string(&mut answer);
        answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0)
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Time of the processor so far, in hundredths of a second.
    fn worked(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.expect("its state");
        let fields = stat.rsplit_once(") ").expect("fields").1.split(' ');
        fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum()
    }

    fn open_files(&self) -> u64 {
        let open = std::fs::read_dir(format!("/proc/{}/fd", self.child.id()));
        open.expect("its files").count() as u64
    }

    /// Asks it to stop, and waits.
    fn stop(mut self) {
        kill_process(self.pid(), Signal::TERM).expect("asked");
        let asked = Instant::now();
        let status = self.child.wait().expect("its end");
        assert!(status.success() && asked.elapsed() < SOON, "{status} {:?}", asked.elapsed());
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_thousand_half_open_connections_block_neither_clients_nor_the_database() {
    assert!(Files::raise(2000).most >= 2000, "this test opens some 1,200 files");
    let server = Served::start(Some(1024), &[]);
    assert!(server.log().contains("768 clients can be connected at a time"), "{}", server.log());
    let mut half_open = Vec::new();
    for number in 0..1100 {
        half_open.push(server.say(b"GET / HTTP/1.1\r\nHost: x\r\nX-A"));
        if number % 100 == 99 {
            for path in ["/healthz", "/readyz", "/sources"] {
                let asked = Instant::now();
                assert_eq!(server.status(path), StatusCode::OK, "{path} beside {number}");
                assert!(asked.elapsed() < SOON, "{path} {:?}", asked.elapsed());
            }
        }
    }
    // A form asks the database to read, and is refused by it rather than by the system.
    let form = "token=fedcat_op_0000000000000000000000000000000000000000000000000000000000000000";
    let mut stream = server.say(
        format!(
            "POST /sign-in HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: \
             application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            server.address,
            form.len()
        )
        .as_bytes(),
    );
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("read");
    assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
    assert!(!server.log().contains("Too many open files"), "{}", server.log());
    server.stop();
}

#[test]
fn where_files_are_wanting_it_goes_on_without_spinning() {
    let server = Served::start(None, &[]);
    assert_eq!(server.status("/sources"), StatusCode::OK);
    let few = server.open_files() + 3;
    let limit = Rlimit { current: Some(few), maximum: Some(4096) };
    let before = prlimit(Some(server.pid()), Resource::Nofile, limit).expect("limited");
    assert!(before.current.is_some());
    let held: Vec<Stream> = (0..20).map(|_| server.say(b"GET / HT")).collect();
    std::thread::sleep(Duration::from_millis(500));
    assert!(server.log().contains("cannot be accepted"), "{}", server.log());
    assert_eq!(server.status("/healthz"), StatusCode::OK, "{}", server.log());
    let worked = server.worked();
    std::thread::sleep(Duration::from_secs(2));
    let worked = server.worked() - worked;
    assert!(worked < 100, "{worked} hundredths of a second in two");
    drop(held);
    assert_eq!(server.status("/healthz"), StatusCode::OK);
    server.stop();
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let server = Served::start(None, &[("FEDCAT__SERVER__BODY_SECONDS", "1")]);
    let head = "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\ntoken=";
    let asked = Instant::now();
    let mut slow: Vec<Stream> = (0..100).map(|_| server.say(head.as_bytes())).collect();
    assert_eq!(server.status("/sources"), StatusCode::OK, "more than there are places");
    let mut answer = [0; 12];
    slow.remove(0).read_exact(&mut answer).expect("read");
    assert_eq!(&answer, b"HTTP/1.1 408");
    assert!(asked.elapsed() < SOON, "{:?}", asked.elapsed());
    server.stop();
}
