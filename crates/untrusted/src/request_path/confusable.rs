//! Dots and slashes in other clothes.
//!
//! Filesystems and proxies fold Unicode, drop what cannot be seen, cut path parameters and trim
//! spaces, each in its own way. A segment is refused when any of these would leave only dots.

/// Whether some reading of `segment` is, or holds, a segment of nothing but dots.
pub(super) fn has_dot_segment(segment: &str) -> bool {
    // The common case: no dot, nothing to fold.
    if segment.is_ascii() && !segment.contains('.') {
        return false;
    }
    let folded: String = segment.chars().filter(|c| !is_invisible(*c)).map(fold).collect();
    let pieces = folded.split(['/', '\\', ';', ':']);
    pieces.map(str::trim).any(|piece| !piece.is_empty() && piece.chars().all(|c| c == '.' || c == ' '))
}

/// Whether a segment shows nothing, so that a reader that trims would see two slashes in a row.
pub(super) fn is_blank(segment: &str) -> bool {
    segment.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

/// The ASCII character that a careless reader sees.
fn fold(character: char) -> char {
    match character {
        // Full stops: fullwidth, small, one-dot leader, Arabic, Syriac, Lisu, ideographic, and the
        // two-dot leader and ellipsis, which are all dots too.
        '\u{ff0e}' | '\u{fe52}' | '\u{2024}' | '\u{06d4}' | '\u{0701}' | '\u{0702}' | '\u{a4f8}'
        | '\u{a60e}' | '\u{10a50}' | '\u{3002}' | '\u{ff61}' | '\u{2025}' | '\u{2026}' | '\u{fe19}'
        | '\u{fe30}' | '\u{fe12}' | '\u{ff65}' | '\u{30fb}' | '\u{00b7}' | '\u{2027}' | '\u{22c5}' => '.',
        // Slashes: fullwidth, division, fraction, big, diagonal, and combining overlays.
        '\u{ff0f}' | '\u{2215}' | '\u{2044}' | '\u{29f8}' | '\u{2571}' | '\u{27cb}' | '\u{0337}'
        | '\u{0338}' | '\u{1735}' | '\u{2041}' | '\u{1f67c}' => '/',
        // Backslashes: fullwidth, small, set minus, big, diagonal, and the signs that stand at
        // its place in Japanese and Korean code pages.
        '\u{ff3c}' | '\u{fe68}' | '\u{2216}' | '\u{29f5}' | '\u{29f9}' | '\u{2572}' | '\u{27cd}'
        | '\u{00a5}' | '\u{20a9}' | '\u{ffe5}' | '\u{ffe6}' => '\\',
        '\u{ff1b}' | '\u{037e}' => ';',
        other if other.is_whitespace() => ' ',
        other => other,
    }
}

/// Characters that show nothing and that some readers drop.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{00ad}'
            | '\u{034f}'
            | '\u{061c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}
