//! The server as everybody starts it, in a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A server that is stopped at the end, whatever happens.
pub struct Server {
    process: Child,
    /// Host and port.
    pub address: String,
}

impl Server {
    /// Starts a server over a database and waits until it answers.
    pub fn start(database: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_fedcat"))
            .args(["--database", database, "serve", "--listen", "127.0.0.1:0"])
            .env("FEDCAT__LOG__FILTER", "error")
            .env("FEDCAT__HARVEST__ENABLED", "false")
            .env("FEDCAT__SERVER__CLIENT_RATE", "0")
            .env("FEDCAT__SEARCH__SNAPSHOT", "")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let address = line.split_whitespace().find_map(|word| word.strip_prefix("http://"));
        let address = address.expect("the line names the address").to_owned();
        Self { process, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
