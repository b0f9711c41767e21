//! Steps through JSON text without reading it: bodies were parsed once when they were indexed, so
//! here it is enough to find where values begin and end.

/// The members of an object, as slices of its text.
pub(super) struct Members<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Members<'a> {
    /// Of this value; none if it is no object.
    pub(super) fn of(text: &'a [u8]) -> Self {
        let start = skip_space(text, 0);
        let at = if text.get(start) == Some(&b'{') { start + 1 } else { text.len() };
        Self { text, at }
    }
}

impl<'a> Iterator for Members<'a> {
    /// The key with its quotes, and the value.
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.text;
        let mut at = skip_space(text, self.at);
        if text.get(at) == Some(&b',') {
            at = skip_space(text, at + 1);
        }
        if text.get(at) != Some(&b'"') {
            self.at = text.len();
            return None;
        }
        let key_end = skip_string(text, at);
        let colon = skip_space(text, key_end);
        let start = skip_space(text, colon + 1);
        let end = skip_value(text, start);
        self.at = end;
        Some((text.get(at..key_end)?, text.get(start..end)?))
    }
}

fn skip_space(text: &[u8], mut at: usize) -> usize {
    while matches!(text.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

/// From an opening quote to behind the closing one.
fn skip_string(text: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}

/// From the first byte of a value to behind its last.
fn skip_value(text: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => {
                at = skip_string(text, at);
                if depth == 0 {
                    return at;
                }
            }
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                if depth <= 1 {
                    // A closing bracket that is not ours ends a number or a word.
                    return if depth == 0 { at } else { at + 1 };
                }
                depth -= 1;
                at += 1;
            }
            b',' if depth == 0 => return at,
            _ => at += 1,
        }
    }
    text.len()
}
