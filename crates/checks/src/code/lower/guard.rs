//! What would exhaust the parser's stack is refused before it sees it.

/// Bytes of stack that a thread needs to read whatever is not refused.
pub(in crate::code) const STACK: usize = 256 << 20;
/// Brackets in brackets.
const MAX_BRACKETS: usize = 200;
/// What can nest without a bracket (`!!!x`, `a => b => c`, `else if`), between two ends of a statement or item.
const MAX_CHAIN: u32 = 8_000;

/// Refuses hostile nesting. Strings and comments are not told apart from code, so it counts closing brackets as
/// well and only looks at what remains open; text rarely holds hundreds of open brackets.
pub(super) fn check(text: &str) -> Result<(), String> {
    let mut open: Vec<u32> = Vec::new();
    let mut chain: u32 = 0;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => {
                open.push(chain);
                if open.len() > MAX_BRACKETS {
                    return Err(format!("more than {MAX_BRACKETS} brackets inside each other"));
                }
            }
            b')' | b']' | b'}' => chain = open.pop().unwrap_or(chain),
            b';' | b',' => chain = open.last().copied().unwrap_or(0),
            b'!' | b'~' | b'+' | b'-' | b'=' | b'?' | b':' | b'*' | b'&' | b'|' | b'@' | b'<' => chain += 1,
            // The words that nest have a letter before a space: `await `, `else `, `typeof `, `new `.
            b' ' | b'\n' | b'\t'
                if at > 0 && bytes[at - 1].is_ascii_lowercase() && is_nesting(&bytes[..at]) =>
            {
                chain += 1;
            }
            _ => {}
        }
        if chain > MAX_CHAIN {
            return Err("too many operators in one statement".to_owned());
        }
    }
    Ok(())
}

fn is_nesting(before: &[u8]) -> bool {
    const WORDS: [&[u8]; 12] = [
        b"await",
        b"new",
        b"typeof",
        b"void",
        b"delete",
        b"else",
        b"if",
        b"do",
        b"yield",
        b"keyof",
        b"infer",
        b"readonly",
    ];
    WORDS.iter().any(|word| before.ends_with(word))
}
