//! What a hostile document makes of the memory of the process that reads it: the real binary, and
//! the most that the kernel saw it hold.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

/// What a process may grow by, in KiB, whatever it reads.
const MOST_GROWTH: u64 = 400 * 1024;
const MIB: usize = 1024 * 1024;

/// Starts a harvest of a file in place of what the source has.
fn harvest(folder: &Path, source: &str, from: Option<&str>) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fedcat"));
    command.args(["harvest", source]).args(from.map(|from| format!("--from={from}")));
    command
        .current_dir(folder)
        .env("FEDCAT__LOG__FILTER", "error")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs")
}

/// The most memory that the process held until it ended, in KiB.
fn peak(mut process: Child) -> u64 {
    let status = format!("/proc/{}/status", process.id());
    let mut peak = 0;
    while process.try_wait().expect("a status").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let held = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let held = held.and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak = peak.max(held.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(2));
    }
    peak
}

/// A document: what stands before and after, and what is repeated between, parted by commas, up to
/// so many bytes.
struct Document {
    source: &'static str,
    before: &'static str,
    part: String,
    after: &'static str,
    bytes: usize,
}

impl Document {
    fn new(
        source: &'static str,
        before: &'static str,
        part: impl Into<String>,
        after: &'static str,
    ) -> Self {
        Self { source, before, part: part.into(), after, bytes: 12 * MIB }
    }

    fn of(self, bytes: usize) -> Self {
        Self { bytes, ..self }
    }

    fn write(&self, out: impl Write) {
        let mut out = BufWriter::new(out);
        let mut written = self.before.len();
        out.write_all(self.before.as_bytes()).expect("written");
        let mut number = 0u32;
        while written < self.bytes {
            let part = self.part.replace('№', &number.to_string());
            let comma = if number == 0 { "" } else { "," };
            written += part.len() + comma.len();
            write!(out, "{comma}{part}").expect("written");
            number += 1;
        }
        out.write_all(self.after.as_bytes()).expect("written");
        out.flush().expect("written");
    }
}

/// Every way to be large that a format has, in every dialect.
fn documents() -> Vec<Document> {
    let heavy = format!("{{\"id\":№,\"a\":[{}]}}", vec!["{\"\":0}"; 20_000].join(","));
    let parts = ["{\"\":0}"; 10].join(",");
    // As many as a document that is read as a whole may just hold.
    let node = format!("{{\"@id\":\"№\",\"@type\":\"SoftwareSourceCode\",\"a\":[{parts}]}}");
    vec![
        // One item.
        Document::new("fr-sill", "[[", "[]", "]]"),
        Document::new("fr-sill", "[{\"id\":1,\"name\":[", "{\"\":0}", "]}]"),
        Document::new("fr-sill", "[{\"id\":1,\"name\":[", "[1]", "]}]").of(3 * MIB),
        Document::new("fr-sill", "[{", "\"№\":{\"\":[]}", "}]"),
        Document::new("fr-sill", "[{\"id\":1,\"name\":\"", "x", "\"}]").of(36 * MIB),
        // Items that are each as heavy as one may be.
        Document::new("fr-sill", "[", heavy, "]").of(5 * MIB),
        // Many that say nothing.
        Document::new("fr-sill", "[", "0", "]").of(MIB / 2),
        // Beside the items.
        Document::new("fr-sill", "{\"catalog\":[],\"other\":[", "{\"\":0}", "]}"),
        Document::new(
            "fr-comptoir-du-libre",
            "{\"number_of_software\":[",
            "{\"\":0}",
            "],\"softwares\":[]}",
        ),
        Document::new(
            "it-developers-italia",
            "{\"links\":{\"next\":[",
            "{\"\":0}",
            "]},\"data\":[]}",
        ),
        Document::new("us-epa", "{\"releases\":{\"a\":[", "{\"\":0}", "]}}"),
        // One object that is the item or the list.
        Document::new("dpga", "{\"id\":\"1\",\"name\":\"x\",\"a\":[", "{\"\":0}", "]}"),
        Document::new("ropensci", "{\"@context\":\"x\",\"@graph\":[", "{\"@id\":\"№\"}", "]}"),
        Document::new("ropensci", "{\"@context\":\"x\",\"@graph\":[", "{\"\":0}", "]}"),
        Document::new("ropensci", "{\"@context\":\"x\",\"@graph\":[", node, "]}").of(MIB),
        Document::new("ca-ore", "{\"a\":{\"b\":[", "{\"\":0}", "]}}").of(7 * MIB),
        Document::new("ca-ore", "{\"a\":{\"b\":[\"\\ud83d\",", "{\"\":0}", "]}}").of(7 * MIB),
        Document::new("wikidata", "{\"entities\":{\"Q1\":{\"labels\":[", "{\"\":0}", "]}}}"),
        // Lists and pages of forges.
        Document::new("fr-codegouv", "[[", "{\"\":0}", "]]"),
        Document::new("fr-codegouv", "[", "{\"url\":\"https://example.org/№\"}", "]"),
        Document::new("de-opencode", "[{\"id\":1,\"name\":[", "{\"\":0}", "]}]").of(8 * MIB),
        Document::new("nl-kiesraad", "[", "{\"id\":№,\"topics\":[[],[],[],[]]}", "]").of(8 * MIB),
        Document::new("nl-oss-register", "[", "{\"id\":\"№\"}", "]").of(8 * MIB),
        // RDF.
        Document::new("es-ctt", "{\"@context\":[", "[]", "]}"),
        Document::new("es-ctt", "[", "{\"\":0}", "]"),
        Document::new("es-ctt", "{\"@id\":\"a:b\",\"http://example.org/c\":[", "\"№\"", "]}"),
        Document::new("es-ctt", "<a:b> <a:c> ", "<a:№>", ". "),
        Document::new("es-ctt", "<a:b> <a:c> \"", "x", "\" ."),
        Document::new("es-ctt", "<a:b> <a:c> (", "<a:№>", ") ."),
        Document::new(
            "es-ctt",
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:a='a:'>",
            "<rdf:Description rdf:about='a:№'><a:b/></rdf:Description>",
            "</rdf:RDF>",
        ),
    ]
}

#[test]
fn no_document_takes_much_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    std::fs::write(folder.join("none.json"), "[]").expect("written");
    let usual = peak(harvest(folder, "fr-sill", Some("none.json")));
    assert!(usual > 0, "nothing was measured");
    for document in documents() {
        document.write(File::create(folder.join("large")).expect("a file"));
        let growth = peak(harvest(folder, document.source, Some("large"))).saturating_sub(usual);
        let Document { source, before, part, .. } = document;
        let part: String = part.chars().take(60).collect();
        println!("{source}: {before}{part}… grows by {} MiB", growth / 1024);
        assert!(growth < MOST_GROWTH, "{source}: {before}{part}… grows by {growth} KiB");
    }
}

/// Files at forges and texts in items are YAML: small, and read many at a time.
#[test]
fn no_yaml_takes_much_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    std::fs::write(folder.join("none.json"), "{\"data\":[],\"links\":{\"next\":null}}")
        .expect("written");
    let usual = peak(harvest(folder, "it-developers-italia", Some("none.json")));
    let hostile = [
        format!("name: [{}]", "[],".repeat(30_000)),
        format!("name: x\ntags:\n{}", "  - a\n".repeat(90_000)),
        "- ".repeat(500_000),
        format!("name: {}", "x".repeat(900_000)),
    ];
    let items: Vec<String> = hostile
        .iter()
        .cycle()
        .take(24)
        .enumerate()
        .map(|(id, yaml)| {
            format!("{{\"id\":\"{id}\",\"publiccodeYml\":{}}}", serde_json::Value::from(&**yaml))
        })
        .collect();
    let document = format!("{{\"data\":[{}],\"links\":{{\"next\":null}}}}", items.join(","));
    std::fs::write(folder.join("large"), document).expect("written");
    let growth = peak(harvest(folder, "it-developers-italia", Some("large")));
    let growth = growth.saturating_sub(usual);
    assert!(growth < MOST_GROWTH, "grows by {growth} KiB");
}

/// A little gzip that becomes one item without end.
#[tokio::test]
async fn no_answer_takes_much_memory() {
    let document = Document::new("xx-bomb", "[[", "[]", "]]").of(48 * MIB);
    let mut body = GzEncoder::new(Vec::new(), Compression::best());
    document.write(&mut body);
    let body = body.finish().expect("compressed");
    assert!(body.len() < MIB / 4, "{}", body.len());
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream, &body);
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let row = format!(
        "[[source]]\nid = \"xx-bomb\"\nname = \"Bomb\"\nbody = \"none\"\nconnector = \"catalogi\"\n\
         url = \"http://{address}/list.json\"\nschedule = \"0 1 * * *\"\npriority = 1\n\
         enabled = true\noptions = {{ allow = [\"{address}\"] }}\n"
    );
    std::fs::write(folder.join("source.toml"), row).expect("written");
    std::fs::write(folder.join("none.json"), "[]").expect("written");
    let added = Command::new(env!("CARGO_BIN_EXE_fedcat"))
        .args(["sources", "add", "source.toml"])
        .current_dir(folder)
        .output()
        .expect("the binary runs");
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    let usual = peak(harvest(folder, "xx-bomb", Some("none.json")));
    let growth = peak(harvest(folder, "xx-bomb", None)).saturating_sub(usual);
    assert!(growth < MOST_GROWTH, "grows by {growth} KiB");
}

/// Answers one request with compressed JSON.
fn answer(mut stream: std::net::TcpStream, body: &[u8]) {
    use std::io::{BufRead, BufReader};
    let request = BufReader::new(stream.try_clone().expect("a socket"));
    // The head of a request ends with an empty line.
    let _ = request.lines().map_while(Result::ok).find(String::is_empty);
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}
