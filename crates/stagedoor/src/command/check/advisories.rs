//! `--advisories FILE`: advisories that came out after this program was made.

use std::path::Path;

use checks::advisories::{Advisories, parse_osv};

use crate::failure::Failure;

/// Bytes of a file. An export of everything about npm is larger; its records about Backstage are not.
const BYTES: u64 = 256 << 20;

pub(crate) fn read(path: &Path) -> Result<Advisories, Failure> {
    let refused = |why: &str| Failure::Refused {
        message: format!("cannot use the advisories `{}`: {why}", path.display()),
        hint: Some("name an export in OSV's JSON: a record, a list of them, or one a line".to_owned()),
    };
    let metadata = std::fs::metadata(path).map_err(|error| refused(&error.to_string()))?;
    if !metadata.is_file() || metadata.len() > BYTES {
        return Err(refused(&format!("it is no file of at most {BYTES} bytes")));
    }
    let bytes = std::fs::read(path).map_err(|error| refused(&error.to_string()))?;
    parse_osv(&bytes).map_err(|error| refused(&error.to_string()))
}
