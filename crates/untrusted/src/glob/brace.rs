//! Writing out braces: `{a,b}` and `{1..3}`.

/// Alternatives that one pattern may have.
const MOST: usize = 100;

/// Braces that one pattern may have; each costs a look at the whole pattern.
const MOST_BRACES: usize = 32;

/// The alternatives of a pattern; `None` when there are too many.
pub(super) fn expand(pattern: &str) -> Option<Vec<String>> {
    if pattern.matches('{').count() > MOST_BRACES {
        return None;
    }
    let mut done = Vec::new();
    let mut open = vec![(String::new(), pattern.to_owned())];
    // Each round writes out one pair of braces of one alternative; the text before it is final.
    while let Some((before, rest)) = open.pop() {
        let Some(found) = first_braces(&rest) else {
            done.push(before + &rest);
            if done.len() > MOST {
                return None;
            }
            continue;
        };
        let (head, tail) = (rest.get(..found.start)?, rest.get(found.end..)?);
        if done.len().saturating_add(open.len()).saturating_add(found.choices.len()) > MOST {
            return None;
        }
        for choice in found.choices.into_iter().rev() {
            open.push((format!("{before}{head}"), format!("{choice}{tail}")));
        }
    }
    Some(done)
}

struct Braces {
    start: usize,
    end: usize,
    choices: Vec<String>,
}

/// The first braces that hold alternatives; others are plain text.
fn first_braces(text: &str) -> Option<Braces> {
    let mut from = 0;
    loop {
        let start = find_open(text, from)?;
        if let Some((end, parts)) = parts(text, start) {
            let inner = text.get(start.saturating_add(1)..end.saturating_sub(1)).unwrap_or_default();
            let choices = if parts.len() > 1 { Some(parts) } else { sequence(inner) };
            if let Some(choices) = choices {
                return Some(Braces { start, end, choices });
            }
        }
        from = start.saturating_add(1);
    }
}

/// The next `{` that is neither escaped nor part of `${`.
fn find_open(text: &str, from: usize) -> Option<usize> {
    let mut previous = None;
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if is_escaped {
            is_escaped = false;
        } else if byte == b'\\' {
            is_escaped = true;
        } else if byte == b'{' && at >= from && previous != Some(b'$') {
            return Some(at);
        }
        previous = Some(byte);
    }
    None
}

/// The end of the braces that open at `start`, and what their commas separate.
fn parts(text: &str, start: usize) -> Option<(usize, Vec<String>)> {
    let mut depth = 0_usize;
    let mut part_start = start.saturating_add(1);
    let mut parts = Vec::new();
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(start) {
        if is_escaped {
            is_escaped = false;
            continue;
        }
        match byte {
            b'\\' => is_escaped = true,
            b'{' => depth = depth.saturating_add(1),
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    parts.push(text.get(part_start..at)?.to_owned());
                    return Some((at.saturating_add(1), parts));
                }
            }
            b',' if depth == 1 => {
                parts.push(text.get(part_start..at)?.to_owned());
                part_start = at.saturating_add(1);
            }
            _ => {}
        }
    }
    None
}

/// `1..3` and `a..c`, with an optional step.
fn sequence(inner: &str) -> Option<Vec<String>> {
    let mut ends = inner.split("..");
    let (first, last, step) = (ends.next()?, ends.next()?, ends.next());
    if ends.next().is_some() {
        return None;
    }
    let step: i64 = step.map_or(Some(1), |step| step.parse().ok())?;
    let step = usize::try_from(step.unsigned_abs().max(1)).ok()?;
    if let (Ok(low), Ok(high)) = (first.parse::<i64>(), last.parse::<i64>()) {
        let is_padded = |text: &str| {
            let digits = text.trim_start_matches('-');
            digits.len() > 1 && digits.starts_with('0')
        };
        let padded = is_padded(first) || is_padded(last);
        let width = if padded { first.len().max(last.len()) } else { 0 };
        return Some(numbers(low, high, step).map(|number| format!("{number:0width$}")).collect());
    }
    let one = |text: &str| text.chars().next().filter(|c| c.is_ascii_alphabetic() && text.len() == 1);
    let (low, high) = (one(first)?, one(last)?);
    let codes = numbers(i64::from(u32::from(low)), i64::from(u32::from(high)), step);
    Some(codes.filter_map(|code| u8::try_from(code).ok().map(|code| char::from(code).to_string())).collect())
}

/// The numbers from `low` to `high`, up or down, cut just over the limit.
fn numbers(low: i64, high: i64, step: usize) -> Box<dyn Iterator<Item = i64>> {
    let cut = MOST.saturating_add(1);
    if low <= high {
        Box::new((low..=high).step_by(step).take(cut))
    } else {
        Box::new((high..=low).rev().step_by(step).take(cut))
    }
}
