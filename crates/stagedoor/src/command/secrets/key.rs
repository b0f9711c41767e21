//! The key of fingerprints: from a file, a variable, the configuration, or made for this run.

use std::path::Path;

use config::{Environment, SecretsSettings};
use secrets::FingerprintKey;

use super::arguments::Keys;
use super::read::{self, Content};
use crate::failure::Failure;

/// The variable that holds it.
const VARIABLE: &str = "STAGEDOOR_SECRETS_KEY";
/// Bytes of a file with a key.
const FILE_BYTES: u64 = 64 << 10;
/// How one is made.
pub(crate) const MAKE: &str = "make a key with `openssl rand -base64 32 > stagedoor-secrets.key`, keep it out of the repository, and \
                               give it with --key-file or STAGEDOOR_SECRETS_KEY";

/// The key, and the one before it.
pub(crate) fn keys(
    arguments: &Keys,
    settings: Option<&SecretsSettings>,
) -> Result<(FingerprintKey, Option<FingerprintKey>), Failure> {
    let previous = arguments.previous_key_file.as_deref().map(from_file).transpose()?;
    let environment = Environment::from_process();
    let variable = environment.value(VARIABLE).filter(|value| !value.is_empty());
    let configured = settings.and_then(|settings| settings.fingerprint_key.as_ref());
    let key = if let Some(file) = &arguments.key_file {
        from_file(file)?
    } else if let Some(value) = variable {
        kept(value.as_bytes(), VARIABLE)?
    } else if let Some(value) = configured {
        kept(value.expose().as_bytes(), "stagedoor.secrets.fingerprintKey")?
    } else {
        FingerprintKey::passing(&server::SystemEntropy::default())
    };
    Ok((key, previous))
}

fn from_file(path: &Path) -> Result<FingerprintKey, Failure> {
    let refused = |why: String| Failure::Refused {
        message: format!("cannot read the fingerprint key from `{}`: {why}", path.display()),
        hint: Some(MAKE.to_owned()),
    };
    match read::file(path, FILE_BYTES) {
        Ok(Content::Text(bytes)) => kept(&bytes, &path.display().to_string()),
        Ok(Content::Large) => Err(refused(format!("it has more than {FILE_BYTES} bytes"))),
        Ok(Content::Binary | Content::Special) => Err(refused("it is no text".to_owned())),
        Err(error) => Err(refused(error.to_string())),
    }
}

/// A key, without the line's end that editors add.
fn kept(bytes: &[u8], from: &str) -> Result<FingerprintKey, Failure> {
    FingerprintKey::kept(bytes.trim_ascii_end().to_vec()).map_err(|error| Failure::Refused {
        message: format!("{error} (`{from}`)"),
        hint: Some(MAKE.to_owned()),
    })
}
