//! What a server can do to a connection: break it, never end, promise too much, compress a bomb,
//! ask for patience. Each time: what the run says, what the finding says, and that the catalogue
//! serves what it served before.

mod support;

use std::time::{Duration, Instant};

use axum::http::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, HeaderName, RETRY_AFTER, TRANSFER_ENCODING,
};
use fedcat::harvest::client::Limits;
use support::fixture::Reply;
use support::listing::{PATH, catalogue};
use support::misbehaviour::{ENTRIES, Source, impatient, patient};
use support::stores::on_each;

fn whole() -> Reply {
    Reply::json(catalogue(ENTRIES))
}

#[tokio::test]
async fn an_answer_that_does_not_come_to_its_end_is_no_listing() {
    on_each(|store| async move {
        let mut source = Source::harvested(&store).await;
        source.harvester.limits = impatient();
        let mut told = Vec::new();
        let mut expected = Vec::new();
        for (reply, line) in [
            (
                Reply::silent(),
                "listing-unreachable: SOURCE cannot be reached: there is no answer in time",
            ),
            (
                Reply::json("").with_endless_headers(),
                "listing-unreachable: SOURCE cannot be reached: message head is too large",
            ),
            (
                whole().breaking_off(),
                "listing-unreachable: the answer of SOURCE broke off: end of file before message length reached",
            ),
            (
                whole().reset(),
                "listing-unreachable: the answer of SOURCE broke off: Connection reset by peer (os error 104)",
            ),
            (
                whole().falling_silent(),
                "listing-unreachable: the answer of SOURCE broke off: there is no answer in time",
            ),
            (
                whole().in_chunks_without_end(),
                "listing-unreachable: the answer of SOURCE broke off: unexpected EOF during chunk size line",
            ),
            (
                whole().with(TRANSFER_ENCODING, "chunked"),
                "listing-unreachable: the answer of SOURCE broke off: Invalid chunk size line: missing size digit",
            ),
            (
                whole().dripping(Duration::from_millis(100)),
                "listing-too-slow: SOURCE was not read to its end within 1.5s",
            ),
        ] {
            told.push(source.fails(reply).await);
            expected.push(format!("failed, 0 read; {line}"));
        }
        assert_eq!(told, expected);
    })
    .await;
}

#[tokio::test]
async fn a_body_ends_where_the_limit_is() {
    on_each(|store| async move {
        let source = Source::harvested(&store).await;
        let bomb = || Reply::json(vec![b' '; 64 * 1024 * 1024]);
        let too_large = "failed, 0 read; listing-too-large: SOURCE is larger than 8388608 bytes";
        let before = source.fixture.sent();
        for reply in [
            // Never ends.
            Reply::json(vec![b' '; 64 * 1024]).endless(),
            // 64 MB in 64 KB.
            bomb().gzipped(),
            // Says itself that it is too large: it need not be read.
            Reply::json("[").with(CONTENT_LENGTH, "10000000000").falling_silent(),
        ] {
            assert_eq!(source.fails(reply).await, too_large);
        }
        let read = source.fixture.sent() - before;
        assert!(read < 20 * 1024 * 1024, "{read} bytes");
    })
    .await;
}

#[tokio::test]
async fn only_gzip_is_asked_for_and_only_gzip_is_undone() {
    on_each(|store| async move {
        let source = Source::harvested(&store).await;
        let asked = source.fixture.requests();
        assert_eq!(asked[0].header("accept-encoding"), Some("gzip"));
        let zipped = source.answers(whole().gzipped()).await;
        assert_eq!((zipped.run.state.as_str(), zipped.run.unchanged), ("succeeded", 20));

        let mut told = Vec::new();
        let mut expected = Vec::new();
        for (reply, line) in [
            (
                Reply::json(zstd_bomb()).with(CONTENT_ENCODING, "zstd"),
                "listing-compression: SOURCE is compressed as zstd, expected gzip or no compression",
            ),
            (
                whole().with(CONTENT_ENCODING, "br"),
                "listing-compression: SOURCE is compressed as br, expected gzip or no compression",
            ),
            (
                whole().gzipped().with(CONTENT_ENCODING, "gzip, gzip"),
                "listing-compression: SOURCE is compressed as gzip, gzip, expected gzip or no compression",
            ),
            (
                whole().with(CONTENT_ENCODING, "gzip"),
                "listing-unreachable: the answer of SOURCE broke off: Invalid gzip header",
            ),
            (
                whole().gzipped().cut_in_half(),
                "listing-unreachable: the answer of SOURCE broke off: unexpected end of file",
            ),
        ] {
            told.push(source.fails(reply).await);
            expected.push(format!("failed, 0 read; {line}"));
        }
        assert_eq!(told, expected);
    })
    .await;
}

/// A frame of Zstandard that says in a few bytes that there are 1 GB of zeros: blocks of 128 KB
/// that repeat one byte.
fn zstd_bomb() -> Vec<u8> {
    let magic_and_window = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58];
    let block = |last: u32| {
        let header = (128 * 1024) << 3 | 1 << 1 | last;
        let [a, b, c, _] = header.to_le_bytes();
        [a, b, c, 0]
    };
    let blocks = (0..8 * 1024).map(|n| block(u32::from(n == 8 * 1024 - 1)));
    magic_and_window.into_iter().chain(blocks.flatten()).collect()
}

#[tokio::test]
async fn only_an_answer_that_is_the_document_is_one() {
    on_each(|store| async move {
        let source = Source::harvested(&store).await;
        let whole_with = |status| whole().with_status(status);
        let mut told = Vec::new();
        let mut expected = Vec::new();
        for (reply, line) in [
            (Reply::status(500), "answered 500 Internal Server Error"),
            (Reply::status(410), "answered 410 Gone"),
            (whole_with(403), "answered 403 Forbidden"),
            (whole_with(202), "answered 202 Accepted"),
            (Reply::status(204), "answered 204 No Content"),
            (whole_with(206), "answered 206 Partial Content"),
            (whole_with(301), "answered 301 Moved Permanently"),
            (Reply::status(304), "answered 304 Not Modified"),
        ] {
            told.push(source.fails(reply).await);
            expected.push(format!("failed, 0 read; listing-http-status: SOURCE {line}"));
        }
        assert_eq!(told, expected);
    })
    .await;
}

#[tokio::test]
async fn a_passing_fault_is_tried_again_and_heals() {
    on_each(|store| async move {
        let mut source = Source::harvested(&store).await;
        source.harvester.limits = Limits { retries: 2, ..impatient() };
        for fault in [
            Reply::status(500),
            Reply::status(503),
            Reply::status(429),
            Reply::status(429).with(RETRY_AFTER, "0"),
            whole().breaking_off(),
            whole().reset(),
            Reply::silent(),
        ] {
            source.fixture.set_each(PATH, [fault.clone(), fault, whole()]);
            let told = source.harvested_again().await;
            assert_eq!((told.run.state.as_str(), told.run.unchanged), ("succeeded", 20));
        }
        // A fault that does not pass is not asked for again and again.
        for fault in
            [Reply::status(410), Reply::html("<html>"), Reply::redirect("http://10.0.0.1/")]
        {
            let before = source.fixture.asked().len();
            source.answers(fault).await;
            assert_eq!(source.fixture.asked().len(), before + 1);
        }
    })
    .await;
}

#[tokio::test]
async fn who_asks_for_patience_gets_as_much_as_there_is() {
    on_each(|store| async move {
        let mut source = Source::harvested(&store).await;
        source.harvester.limits = Limits { retries: 1, ..patient() };
        let busy = |status| Reply::status(status).with(RETRY_AFTER, "1");
        for status in [429, 503] {
            let begun = Instant::now();
            source.fixture.set_each(PATH, [busy(status), whole()]);
            let told = source.harvested_again().await;
            assert_eq!(told.run.state.as_str(), "succeeded");
            assert!(begun.elapsed() >= Duration::from_secs(1), "it waited as it was asked");
        }
        source.harvester.limits = patient();
        let mut told = Vec::new();
        let mut expected = Vec::new();
        for (reply, line) in [
            (Reply::status(429), "SOURCE answered 429 Too Many Requests"),
            (Reply::status(429).with(RETRY_AFTER, "soon"), "SOURCE answered 429 Too Many Requests"),
            (Reply::status(429).with(RETRY_AFTER, "7200"), "SOURCE asks to come back in 7200 s"),
            (
                Reply::status(429).with(RETRY_AFTER, "99999999999999999999999"),
                "SOURCE asks to come back in 31622400 s",
            ),
            (
                Reply::status(403)
                    .with(HeaderName::from_static("x-ratelimit-remaining"), "0")
                    .with(HeaderName::from_static("x-ratelimit-reset"), "3599"),
                "SOURCE asks to come back in 3600 s",
            ),
        ] {
            told.push(source.fails(reply).await);
            expected.push(format!("failed, 0 read; listing-busy: {line}"));
        }
        assert_eq!(told, expected);
        let date = Reply::status(503).with(RETRY_AFTER, "Fri, 31 Dec 2100 23:59:59 GMT");
        let line = source.fails(date).await;
        assert!(
            line.starts_with("failed, 0 read; listing-busy: SOURCE asks to come back in "),
            "{line}"
        );
    })
    .await;
}

#[tokio::test]
async fn redirects_and_the_body_count_to_the_time_of_one_request() {
    on_each(|store| async move {
        let mut source = Source::harvested(&store).await;
        source.harvester.limits = impatient();
        // No hop takes longer than a request may, but all together do.
        for hop in 1..=4 {
            let reply = Reply::redirect(&format!("/hop{}", hop + 1));
            source.fixture.set(&format!("/hop{hop}"), reply.after(Duration::from_millis(300)));
        }
        source.fixture.set("/hop5", whole().after(Duration::from_millis(300)));
        let told = source.answers(Reply::redirect("/hop1").after(Duration::from_millis(300))).await;
        assert_eq!(
            told.of_failure(),
            "failed, 0 read; listing-too-slow: SOURCE was not read to its end within 1.5s"
        );
    })
    .await;
}
