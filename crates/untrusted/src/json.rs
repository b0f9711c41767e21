//! Bounded JSON with JavaScript's meaning and V8's error messages.
//!
//! As in JavaScript, numbers are 64-bit floats, the last of several equal keys wins, and keys keep
//! their order. Unlike there, half of a surrogate pair is refused: it has no UTF-8.

mod message;
mod parse;

use serde_json::Value;

/// How much one text may cost its reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the text.
    pub bytes: usize,
    /// Lists and objects within one another; never more than 512.
    pub depth: usize,
    /// Values and keys.
    pub nodes: usize,
}

impl Default for Limits {
    /// 1 MiB, 64 levels, 100,000 values.
    fn default() -> Self {
        Self { bytes: 1 << 20, depth: 64, nodes: 100_000 }
    }
}

/// Why a text is no JSON. The message is V8's where V8 would refuse the text too.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct JsonError {
    /// What is wrong and where.
    pub message: String,
    /// Bytes before the mistake.
    pub offset: usize,
}

/// Reads one JSON value.
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Value, JsonError> {
    if bytes.len() > limits.bytes {
        let message = format!("JSON of {} bytes is over the limit of {}", bytes.len(), limits.bytes);
        return Err(JsonError { message, offset: limits.bytes });
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => parse::value(text, limits),
        // JavaScript replaces bad bytes; where that is no JSON either, its error says more.
        Err(error) => {
            parse::value(&String::from_utf8_lossy(bytes), limits)?;
            let offset = error.valid_up_to();
            Err(JsonError { message: format!("JSON is not UTF-8 text at byte {offset}"), offset })
        }
    }
}

#[cfg(test)]
mod tests;
