//! Redaction of a text that arrives in chunks: what is shown is what [`Scanner::redact_bytes`] would
//! show of the whole, wherever the chunks end.
//!
//! No rule's secret holds white space (but for blocks, and values that the configuration says are
//! secret), so the last word is held until it ends, an open block until its end, and everything before
//! is settled. What was shown stays in the buffer for a while as context, because a name may stand
//! lines before its value.

use crate::mask::NOTHING;
use crate::scanner::Scanner;

/// Bytes that are looked at once; longer chunks are cut.
const CHUNK: usize = 64 * 1024;
/// Bytes kept of what was shown: more than any name can stand before its value.
const CONTEXT: usize = 4 * 1024;
/// Bytes of a word that is held; of a longer one, only the last [`TOKEN`] bytes are.
const WORD: usize = 32 * 1024;
/// Bytes of the longest token, in base64. A multiple of four.
const TOKEN: usize = 16 * 1024;
/// Bytes that may stand between a keyword and the secret it announces.
const NEAR: usize = 2 * 1024;

/// Masks secrets in a stream. Holds at most one word, or one block of 64 KiB, and 4 KiB of context.
pub struct Redactor {
    scanner: Scanner,
    /// Context, then what is held.
    buffer: Vec<u8>,
    /// Where what is held starts.
    shown: usize,
    /// Bytes that came since the last look.
    grown: usize,
    /// The rest of a word whose start was masked is dropped.
    dropping: bool,
}

impl Scanner {
    /// Redaction of one stream.
    pub fn redactor(&self) -> Redactor {
        Redactor { scanner: self.clone(), buffer: Vec::new(), shown: 0, grown: 0, dropping: false }
    }
}

impl Redactor {
    /// Takes the next chunk; gives what can be shown by now.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for piece in chunk.chunks(CHUNK) {
            self.piece(piece, &mut out);
        }
        out
    }

    /// Gives the rest. The stream has ended.
    pub fn finish(mut self) -> Vec<u8> {
        let mut out = Vec::new();
        self.show(self.buffer.len(), true, &mut out);
        out
    }

    /// Gives what is held although more may come, for a stream that must not wait (a server-sent event
    /// whose end is late). A word that may be the start of a secret is shown as `***`, and the rest of it
    /// is dropped; a block goes on being held, for nothing of it will be shown.
    pub fn relent(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let word = self.last_word().max(self.shown);
        self.show(word, false, &mut out);
        if self.shown < word || self.shown == self.buffer.len() {
            return out;
        }
        let near = self.shown.saturating_sub(NEAR);
        if self.scanner.engine().announces(&self.buffer[near..], self.shown - near) {
            out.extend_from_slice(NOTHING.as_bytes());
            self.dropping = true;
        } else {
            out.extend_from_slice(&self.buffer[self.shown..]);
        }
        self.shown = self.buffer.len();
        out
    }

    /// Bytes that are held now.
    pub fn held(&self) -> usize {
        self.buffer.len() - self.shown
    }

    fn piece(&mut self, mut piece: &[u8], out: &mut Vec<u8>) {
        if self.dropping {
            let end = piece.iter().position(u8::is_ascii_whitespace);
            self.dropping = end.is_none();
            piece = &piece[end.unwrap_or(piece.len())..];
            // A gap is no place where words meet.
            if !self.dropping {
                self.buffer.clear();
                self.shown = 0;
            }
        }
        self.buffer.extend_from_slice(piece);
        self.grown += piece.len();
        let word = self.last_word();
        let long = self.buffer.len() - word > WORD;
        let upto = if long { self.buffer.len() - TOKEN } else { word };
        // Within a word nothing is settled. Within a block little is until it ends, and looking at all of
        // it for each of its lines would cost the square of its length.
        let patient = self.grown < self.held() / 16 && memchr::memmem::find(piece, b"END").is_none();
        if upto > self.shown && !patient {
            self.show(upto, false, out);
            self.grown = 0;
            self.forget();
        }
    }

    /// Where the last word starts; the end, if the last byte is white space.
    fn last_word(&self) -> usize {
        self.buffer.iter().rposition(u8::is_ascii_whitespace).map_or(0, |at| at + 1)
    }

    /// Shows up to `upto`, or less where a secret or a block goes on beyond it.
    fn show(&mut self, upto: usize, ended: bool, out: &mut Vec<u8>) {
        let (hits, open) = self.scanner.hits_and_open(&self.buffer);
        let mut upto = upto;
        if !ended {
            if let Some(start) = open.at {
                upto = upto.min(start);
            }
            if let Some(start) = self.scanner.known().begun(&self.buffer) {
                upto = upto.min(start);
            }
            // Backwards, because a cut before one secret may be a cut through the one before.
            for hit in hits.iter().rev() {
                if hit.cover.end > upto && hit.cover.start < upto {
                    upto = hit.cover.start;
                }
            }
        }
        let mut from = self.shown;
        for hit in &hits {
            if hit.cover.end <= from || hit.cover.start >= upto {
                continue;
            }
            let start = hit.cover.start.max(self.shown);
            out.extend_from_slice(&self.buffer[from.min(start)..start]);
            out.extend_from_slice(self.scanner.masked(&self.buffer, hit).as_str().as_bytes());
            from = hit.cover.end;
        }
        if upto > from {
            out.extend_from_slice(&self.buffer[from..upto]);
        }
        self.shown = from.max(upto);
    }

    /// Drops context that is no longer needed, at the start of a word if there is one.
    fn forget(&mut self) {
        let Some(most) = self.shown.checked_sub(CONTEXT).filter(|most| *most > CONTEXT) else { return };
        let floor = most.saturating_sub(CONTEXT);
        let start = self.buffer[floor..most].iter().rposition(u8::is_ascii_whitespace).map_or_else(
            // In a word without end: base64 stays in step.
            || most / 4 * 4,
            |at| floor + at + 1,
        );
        self.buffer.drain(..start);
        self.shown -= start;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::tests::scanner;

    /// What a stream shows, cut at these places.
    fn streamed(text: &[u8], cuts: &[usize]) -> Vec<u8> {
        let mut redactor = scanner().redactor();
        let mut out = Vec::new();
        let mut from = 0;
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (text.len() + 1)).collect();
        cuts.sort_unstable();
        for cut in cuts.into_iter().chain([text.len()]) {
            out.extend(redactor.push(&text[from..cut]));
            from = cut;
        }
        out.extend(redactor.finish());
        out
    }

    /// Pieces that texts are made of: what begins and ends secrets, and what stands between.
    fn text() -> impl Strategy<Value = Vec<u8>> {
        let key = format!("-----BEGIN {}-----\n", "PRIVATE KEY");
        let pieces = vec![
            key,
            "-----END PRIVATE KEY-----".to_owned(),
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj".to_owned(),
            "-----BEGIN ".to_owned(),
            format!("{}_{}", "ghp", "R7uT2mQx9LzKcV4bN8sWpYd3FhJ6gA1eBk0o"),
            "password".to_owned(),
            "=".to_owned(),
            ": ".to_owned(),
            "\"".to_owned(),
            " ".to_owned(),
            "\n".to_owned(),
            "a few words of prose, and then some more of them".to_owned(),
            "x".to_owned(),
            "%3D".to_owned(),
        ];
        proptest::collection::vec(proptest::sample::select(pieces), 0..40)
            .prop_map(|pieces| pieces.concat().into())
    }

    proptest! {
        #[test]
        fn chunks_show_what_the_whole_shows(text in text(), cuts in proptest::collection::vec(any::<usize>(), 0..20)) {
            let whole = scanner().redact_bytes(&text).into_owned();
            prop_assert_eq!(
                String::from_utf8_lossy(&streamed(&text, &cuts)).into_owned(),
                String::from_utf8_lossy(&whole).into_owned()
            );
        }
    }

    #[test]
    fn an_endless_word_and_an_endless_block_are_held_within_bounds() {
        let mut redactor = scanner().redactor();
        let mut most = 0;
        redactor.push(format!("-----BEGIN {}-----\n", "PRIVATE KEY").as_bytes());
        for _ in 0..4000 {
            redactor.push(b"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n");
            most = most.max(redactor.held());
        }
        for _ in 0..4000 {
            redactor.push(&[b'x'; 100]);
            most = most.max(redactor.held());
        }
        assert!(most < 96 * 1024, "{most}");
    }

    #[test]
    fn lines_are_shown_as_they_end() {
        let mut redactor = scanner().redactor();
        assert_eq!(redactor.push(b"data: a line\n\n"), b"data: a line\n\n");
        assert_eq!(redactor.push(b"data: half"), b"data: ");
        assert_eq!(redactor.relent(), b"half");
        assert_eq!(redactor.push(b" a line\n"), b" a line\n");
    }
}
