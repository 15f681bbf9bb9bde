//! A large index in a file, so that a start need not read the whole store: the documents as they
//! were indexed. What can be expanded from them is expanded again.
//!
//! The file: [`MAGIC`]; a text that says of what it is a snapshot; the cursor; the words in the
//! order in which they were met; the values of the facets; the documents; and at the end a SHA-256
//! of all that. Numbers are packed (LEB128), texts have their length before them.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use thiserror::Error;
use uuid::Uuid;

use super::build::{Builder, Entering, base};
use super::config::IndexConfig;
use super::packed::{push_number, take_number};
use super::segment::Segment;
use crate::search::Cursor;

/// Begins the file; its last letter is the version of the format.
const MAGIC: &[u8] = b"fedcat search 3\n";
/// Bytes of the digest.
const DIGEST: usize = 32;

/// Why a snapshot cannot be written or read. A snapshot is never needed: whoever cannot read it
/// builds the index anew.
#[derive(Debug, Error)]
pub enum SnapshotError {
    #[error("the snapshot of the search index {path} cannot be used: {cause}")]
    File { path: String, cause: io::Error },
    #[error("the snapshot of the search index {path} is damaged or of another version")]
    Damaged { path: String },
    #[error("the snapshot of the search index {path} is of something else: {found:?}")]
    Other { path: String, found: String },
    #[error("the search index cannot be made of its snapshot: {0}")]
    Build(#[from] fst::Error),
    #[error("the snapshot of the search index was not dealt with: {0}")]
    Task(#[from] tokio::task::JoinError),
}

/// Writes a segment beside the file, then puts it in its place.
pub(super) fn write(
    segment: &Segment,
    about: &str,
    cursor: &Cursor,
    path: &Path,
) -> Result<(), SnapshotError> {
    let failed = |cause| SnapshotError::File { path: path.display().to_string(), cause };
    let beside = path.with_extension("new");
    let write = || -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = fs::File::create(&beside)?;
        let mut out = Digesting { out: BufWriter::new(file), digest: Sha256::new() };
        write_to(segment, about, cursor, &mut out)?;
        let digest = out.digest.finalize();
        out.out.write_all(&digest)?;
        out.out.into_inner().map_err(|error| error.into_error())?.sync_all()?;
        fs::rename(&beside, path)
    };
    write().map_err(failed)
}

/// Reads a snapshot of that something: the segment and its cursor. `None` where there is none.
pub(super) fn read(
    config: &IndexConfig,
    about: &str,
    path: &Path,
) -> Result<Option<(Segment, Cursor)>, SnapshotError> {
    let named = || path.display().to_string();
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(SnapshotError::File { path: named(), cause }),
    };
    let damaged = || SnapshotError::Damaged { path: named() };
    let (content, digest) = bytes.split_last_chunk::<DIGEST>().ok_or_else(damaged)?;
    let content = content.strip_prefix(MAGIC).filter(|_| Sha256::digest(content)[..] == digest[..]);
    let mut rest = Rest(content.ok_or_else(damaged)?);
    let found = rest.text().ok_or_else(damaged)?;
    if found != about {
        return Err(SnapshotError::Other { path: named(), found: found.to_owned() });
    }
    let (builder, cursor) = rest.documents(config).ok_or_else(damaged)?;
    Ok(Some((base(config, builder)?, cursor)))
}

fn write_to(
    segment: &Segment,
    about: &str,
    cursor: &Cursor,
    out: &mut impl Write,
) -> io::Result<()> {
    out.write_all(MAGIC)?;
    write_bytes(out, about.as_bytes())?;
    out.write_all(&cursor.seq.to_le_bytes())?;
    write_bytes(out, cursor.mark.as_bytes())?;
    let words = segment.dictionary.all();
    write_number(out, segment.forward.met())?;
    for met in (0..).take(segment.forward.met()) {
        let word = words.get(segment.forward.number(met) as usize);
        write_bytes(out, word.map_or("", String::as_str).as_bytes())?;
    }
    let values = segment.facets.values();
    write_number(out, values.len())?;
    for (facet, value) in values {
        write_number(out, *facet)?;
        write_bytes(out, value.as_bytes())?;
    }
    write_number(out, segment.documents.len())?;
    for (number, document) in (0..).zip(&segment.documents) {
        out.write_all(document.id.as_bytes())?;
        out.write_all(&document.fresh.to_le_bytes())?;
        out.write_all(&document.added.to_le_bytes())?;
        write_number(out, segment.popularity(number) as usize)?;
        write_number(out, usize::from(segment.is_secondary(number)))?;
        write_bytes(out, segment.names.get(number))?;
        write_bytes(out, segment.forward.packed(number))?;
        write_bytes(out, segment.facets.packed(number))?;
    }
    Ok(())
}

fn write_number(out: &mut impl Write, number: usize) -> io::Result<()> {
    let number = u32::try_from(number).map_err(io::Error::other)?;
    let mut bytes = Vec::new();
    push_number(&mut bytes, number);
    out.write_all(&bytes)
}

fn write_bytes(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    write_number(out, bytes.len())?;
    out.write_all(bytes)
}

/// Digests what is written.
struct Digesting<W> {
    out: W,
    digest: Sha256,
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.digest.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What is left to read. Every method takes from the front, and gives `None` where it does not find
/// what it looks for.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn documents(&mut self, config: &IndexConfig) -> Option<(Builder, Cursor)> {
        let cursor = Cursor { seq: self.integer()?, mark: self.text()?.to_owned() };
        let mut builder = Builder::new(&config.schema);
        for _ in 0..self.number()? {
            builder.words.meet(self.text()?);
        }
        let mut values = Vec::new();
        for _ in 0..self.number()? {
            values.push((self.number()? as usize, self.text()?));
        }
        for _ in 0..self.number()? {
            let id = Uuid::from_bytes(self.array()?);
            let (fresh, added) = (self.integer()?, self.integer()?);
            let (popularity, is_secondary) = (self.number()?, self.number()? == 1);
            let name = self.bytes()?;
            let texts = super::forward::texts(self.bytes()?);
            builder.enter(&Entering {
                id,
                name,
                popularity,
                is_secondary,
                fresh,
                added,
                texts: &texts,
            });
            for value in super::facets::row(self.bytes()?) {
                let (facet, value) = values.get(value as usize)?;
                builder.facets.value(*facet, value);
            }
            builder.facets.end_document();
        }
        Some((builder, cursor))
    }

    fn number(&mut self) -> Option<u32> {
        take_number(&mut self.0)
    }

    fn integer(&mut self) -> Option<i64> {
        self.array().map(i64::from_le_bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.number()? as usize;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }
}
