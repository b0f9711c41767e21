//! Secrets behind one level of base64 or percent-encoding.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::wrapped;

/// Shortest run of base64 that is decoded, in characters: shorter ones hold no secret that names itself.
const SHORTEST: usize = 28;
/// How far apart a run is looked for: one of [`SHORTEST`] has two of these places in it.
const STRIDE: usize = SHORTEST / 2;
/// Characters decoded at once. A multiple of four.
const PIECE: usize = 64 * 1024;
/// Characters decoded again with the next piece, so that a secret across two is found. A multiple of four.
const OVERLAP: usize = 8 * 1024;
/// Characters of a run in which its encoding may start, and how many starts are tried.
const WORDY: usize = 128;
const STARTS: usize = 8;
/// Bytes of the first decoded ones that must be text.
const TASTE: usize = 12;
/// Bytes on each side of a percent sign that are decoded with it.
const WORD: usize = 8 * 1024;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// A piece of text that was an encoding.
pub(crate) struct Decoded {
    /// Where the encoding stands.
    pub(crate) span: Range<usize>,
    /// What it says.
    pub(crate) bytes: Vec<u8>,
}

/// Calls `found` with every decoded piece that is text, in the order they stand.
pub(crate) fn base64(text: &[u8], mut found: impl FnMut(Decoded)) {
    let mut at = STRIDE;
    while at < text.len() {
        // Most places are in words far too short: both ends of a stride must be in the alphabet first.
        if !(is_base64(text[at]) && is_base64(text[at - STRIDE])) {
            at += STRIDE;
            continue;
        }
        if !text[at - STRIDE..at].iter().rev().all(|byte| is_base64(*byte)) {
            at += STRIDE;
            continue;
        }
        let before =
            text[..at - STRIDE].iter().rev().take(STRIDE).take_while(|byte| is_base64(**byte)).count();
        let start = at - STRIDE - before;
        let end = at + text[at..].iter().take_while(|byte| is_base64(**byte)).count();
        // What stands before the encoding may be in its alphabet too, as the path of a URL is.
        let starts = text[start..end].iter().take(WORDY).enumerate();
        let after =
            starts.filter(|(_, byte)| matches!(byte, b'/' | b'-' | b'_')).map(|(at, _)| start + at + 1);
        let mut reached = end;
        for start in std::iter::once(start).chain(after.take(STARTS)) {
            if end - start >= SHORTEST && decode(&text[start..end.min(start + SHORTEST)]).is_some() {
                match wrapped::lines(text, &(start..end), is_base64) {
                    Some((last, joined)) => {
                        reached = last;
                        if let Some(bytes) = decode(&joined) {
                            let padding = padding(text, last);
                            found(Decoded { span: start..last + padding, bytes });
                        }
                    }
                    None => run(text, start..end, &mut found),
                }
                break;
            }
        }
        at = reached + STRIDE;
    }
}

fn run(text: &[u8], span: Range<usize>, found: &mut impl FnMut(Decoded)) {
    let mut start = span.start;
    loop {
        let end = span.end.min(start + PIECE);
        if let Some(bytes) = decode(&text[start..end]) {
            found(Decoded { span: start..end + padding(text, end), bytes });
        }
        if end == span.end {
            return;
        }
        start = end - OVERLAP;
    }
}

fn padding(text: &[u8], end: usize) -> usize {
    text[end..].iter().take(2).take_while(|byte| **byte == b'=').count()
}

/// The text behind base64 of either alphabet; none if it is no text.
fn decode(run: &[u8]) -> Option<Vec<u8>> {
    let engine = if run.iter().any(|byte| matches!(byte, b'-' | b'_')) { &URL_SAFE } else { &STANDARD };
    let mut taste = [0; TASTE];
    let tasted = engine.decode_slice(&run[..TASTE / 3 * 4], &mut taste).ok()?;
    if !taste[..tasted].iter().all(|byte| is_text(*byte)) {
        return None;
    }
    // One character more than a whole number of bytes is none of it.
    let whole = if run.len() % 4 == 1 { run.len() - 1 } else { run.len() };
    engine.decode(&run[..whole]).ok()
}

/// Whether a byte is in either alphabet, by byte: a table is quicker than five comparisons.
static BASE64: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
        byte += 1;
    }
    table
};

#[inline]
fn is_base64(byte: u8) -> bool {
    BASE64[usize::from(byte)]
}

fn is_text(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t')
}

/// Calls `found` with every word that holds a percent-encoded byte, decoded, and with the place that
/// each of its bytes had.
pub(crate) fn percent(text: &[u8], mut found: impl FnMut(Decoded, &[usize])) {
    let mut from = 0;
    while let Some(sign) = memchr::memchr(b'%', &text[from..]).map(|at| from + at) {
        from = sign + 1;
        if escaped(text, sign).is_none() {
            continue;
        }
        let outside =
            |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>');
        let floor = sign.saturating_sub(WORD);
        let start = text[floor..sign].iter().rposition(outside).map_or(floor, |at| floor + at + 1);
        let ceiling = text.len().min(sign + WORD);
        let end = text[sign..ceiling].iter().position(outside).map_or(ceiling, |at| sign + at);
        let mut bytes = Vec::with_capacity(end - start);
        let mut places = Vec::with_capacity(end - start + 1);
        let mut at = start;
        while at < end {
            places.push(at);
            let escape = escaped(text, at).filter(|_| at + 3 <= end);
            bytes.push(escape.unwrap_or(text[at]));
            at += if escape.is_some() { 3 } else { 1 };
        }
        places.push(end);
        found(Decoded { span: start..end, bytes }, &places);
        from = end;
    }
}

fn escaped(text: &[u8], at: usize) -> Option<u8> {
    let [b'%', high, low] = *text.get(at..at + 3)? else { return None };
    let digit = |byte| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_base64_are_decoded_where_they_are_text() {
        let secret = "a token of some length: ghp_0123456789";
        for (engine, before, after) in
            [(STANDARD, "x = \"", "\""), (URL_SAFE, "", ""), (STANDARD, "data:text/plain,", ".")]
        {
            let text = format!("{before}{}{after}", engine.encode(secret));
            let mut seen = Vec::new();
            base64(text.as_bytes(), |decoded| seen.push((decoded.span, decoded.bytes)));
            assert_eq!(seen.len(), 1, "{text}");
            assert_eq!(seen[0].1, secret.as_bytes());
            assert_eq!(seen[0].0.start, before.len());
        }
        let text = format!("https://host/some/path/{}", STANDARD.encode(secret));
        base64(text.as_bytes(), |decoded| assert_eq!(decoded.bytes, secret.as_bytes()));
        let digest = "9f86d081884c7d659a2feaa0c55ad0159f86d081884c7d659a2feaa0c55ad015";
        base64(digest.as_bytes(), |_| panic!("a digest is no text"));
    }

    #[test]
    fn percent_encoded_words_are_decoded_with_the_places_of_their_bytes() {
        let text = b"see https://x/?a=b%2Fc%3D and %d";
        let mut seen = Vec::new();
        percent(text, |decoded, places| seen.push((decoded.bytes, decoded.span, places.to_vec())));
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].0, b"https://x/?a=b/c=");
        assert_eq!(seen[0].2.last(), Some(&seen[0].1.end));
        assert_eq!(seen[0].2[14], 18);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(text in proptest::collection::vec(0_u8.., 0..400)) {
            base64(&text, |_| {});
            percent(&text, |_, _| {});
        }
    }
}
