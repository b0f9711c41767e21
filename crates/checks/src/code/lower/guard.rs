//! What would exhaust the parser's stack is refused before it sees it. The parser recurses, and a stack that runs
//! out ends the program, so the bound must hold for whatever was written: no construct nests deeper than the file
//! has tokens, and a thread gets [`STACK_PER_TOKEN`] for each.

/// Bytes of stack for a token. The tests nest what takes most.
const STACK_PER_TOKEN: usize = 6 << 10;
/// Tokens of a file that is read: about a megabyte of code.
const MAX_TOKENS: usize = 200_000;
/// Brackets in brackets, which the parser may have to read more than once to tell what they are.
const MAX_BRACKETS: usize = 200;

/// Bytes of stack that a thread needs to read a file, or why it is not to be read.
pub(in crate::code) fn stack(text: &str) -> Result<usize, String> {
    let (mut tokens, mut open) = (0_usize, 0_usize);
    let mut inside = false;
    for byte in text.bytes() {
        let belongs = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii();
        let goes_on = byte.is_ascii_whitespace() || (belongs && inside);
        if !goes_on {
            tokens += 1;
        }
        inside = belongs;
        match byte {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > MAX_BRACKETS {
            return Err(format!("more than {MAX_BRACKETS} brackets inside each other"));
        }
        if tokens > MAX_TOKENS {
            return Err(format!("more than {MAX_TOKENS} tokens"));
        }
    }
    // What is not of the parser: the tree's own levels, which are bounded.
    Ok((16 << 20) + tokens * STACK_PER_TOKEN)
}
