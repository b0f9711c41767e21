//! The contents of files, from one git that is asked again and again.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::process::{ChildStdin, ChildStdout, Stdio};

use super::program::{Git, Running, refused};
use crate::failure::Failure;

/// Bytes of the line before a content.
const HEADER: u64 = 1024;

/// One content.
#[derive(Debug)]
pub(super) enum Blob {
    Bytes(Vec<u8>),
    /// More bytes than are read.
    Large,
    /// Not in this repository.
    Missing,
}

/// `git cat-file --batch`.
pub(super) struct Blobs {
    // Dropped first, which ends the program.
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
    _git: Running,
    most: u64,
}

impl Blobs {
    pub(super) fn start(git: &Git, most: u64) -> Result<Self, Failure> {
        let mut running = git.start(&["cat-file", "--batch"], Stdio::piped())?;
        let ask = running.stdin().ok_or_else(|| refused("it does not listen"))?;
        let answers = BufReader::new(running.stdout());
        Ok(Self { ask, answers, _git: running, most })
    }

    /// The content of a blob.
    pub(super) fn get(&mut self, id: &str) -> Result<Blob, Failure> {
        self.exchange(id).map_err(|error| refused(&format!("reading object {id}: {error}")))
    }

    fn exchange(&mut self, id: &str) -> io::Result<Blob> {
        writeln!(self.ask, "{id}")?;
        self.ask.flush()?;
        let mut header = String::new();
        (&mut self.answers).take(HEADER).read_line(&mut header)?;
        let strange = || io::Error::new(io::ErrorKind::InvalidData, "the answer is none");
        let fields: Vec<&str> = header.split_whitespace().collect();
        let (kind, size) = match fields[..] {
            [_, "missing"] => return Ok(Blob::Missing),
            [answered, kind, size] if answered == id => (kind, size.parse::<u64>().map_err(|_| strange())?),
            _ => return Err(strange()),
        };
        let mut content = (&mut self.answers).take(size);
        let blob = if kind != "blob" || size > self.most {
            io::copy(&mut content, &mut io::sink())?;
            if kind == "blob" { Blob::Large } else { Blob::Missing }
        } else {
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes)?;
            if bytes.len() as u64 != size {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            Blob::Bytes(bytes)
        };
        let mut end = [0];
        self.answers.read_exact(&mut end)?;
        if end != *b"\n" {
            return Err(strange());
        }
        Ok(blob)
    }
}
