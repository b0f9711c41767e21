//! `${NAME}`, `${NAME:-default}` and `$${escaped}` in a string.

use crate::Environment;

/// What became of a string that holds at least one token.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Substituted {
    /// The new text; `None` drops the whole value.
    pub(crate) text: Option<String>,
    /// Variables whose values are in the text.
    pub(crate) used: Vec<String>,
    /// Variables that are not set and have no default.
    pub(crate) unset: Vec<String>,
}

/// Replaces every token. `None` when there is none.
pub(crate) fn substitute(text: &str, environment: &Environment) -> Option<Substituted> {
    let mut found = Substituted { text: None, used: Vec::new(), unset: Vec::new() };
    let (mut out, mut rest, mut tokens, mut dropped) = (String::new(), text, 0_usize, false);
    while let Some((before, token, after)) = next_token(rest) {
        tokens += 1;
        out.push_str(before);
        rest = after;
        if let Some(escaped) = token.strip_prefix("$$") {
            out.push('$');
            out.push_str(escaped);
            continue;
        }
        let inner = token.trim_start_matches("${").trim_end_matches('}');
        let (name, default) = match inner.split_once(":-") {
            Some((name, default)) => (name.trim(), Some(default.trim())),
            None => (inner.trim(), None),
        };
        let value = environment.value(name).map(str::trim);
        match (value, default) {
            (Some(value), None) => {
                out.push_str(value);
                found.used.push(name.to_owned());
            }
            (Some(value), Some(_)) if !value.is_empty() => {
                out.push_str(value);
                found.used.push(name.to_owned());
            }
            (_, Some("")) => dropped = true,
            (_, Some(default)) => out.push_str(default),
            (None, None) => found.unset.push(name.to_owned()),
        }
    }
    if tokens == 0 {
        return None;
    }
    out.push_str(rest);
    if !dropped && found.unset.is_empty() {
        found.text = Some(out);
    }
    Some(found)
}

/// The leftmost `${…}` or `$${…}` without braces inside: text before, token, text after.
fn next_token(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find("${") {
        let open = from + at;
        let body = text.get(open + 2..)?;
        let close = body.find(['{', '}'])?;
        if body.as_bytes().get(close) == Some(&b'{') {
            // Whatever begins before this brace cannot be a token.
            from = open + 2;
            continue;
        }
        let end = open + 2 + close + 1;
        let start = if text.get(..open)?.ends_with('$') && open > from { open - 1 } else { open };
        return Some((text.get(..start)?, text.get(start..end)?, text.get(end..)?));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> Environment {
        [("A", " value \n"), ("EMPTY", ""), ("BLANK", "  "), ("SEVEN", "7")].into_iter().collect()
    }

    fn text(input: &str) -> Option<String> {
        substitute(input, &environment()).expect("a token").text
    }

    #[test]
    fn the_contract_table() {
        for (input, wanted) in [
            ("${A}", Some("value")),
            ("pre-${A}-post", Some("pre-value-post")),
            ("pre-${UNSET}-post", None),
            ("${UNSET:-def}", Some("def")),
            ("${EMPTY:-def}", Some("def")),
            ("${BLANK:-def}", Some("def")),
            ("${A:-def}", Some("value")),
            ("${UNSET:-}", None),
            ("${EMPTY}", Some("")),
            ("$${A}", Some("${A}")),
            ("${SEVEN}", Some("7")),
            ("${ A }/${A}", Some("value/value")),
            ("${UNSET:- spaced }", Some("spaced")),
            ("${UNSET:-a:-b}", Some("a:-b")),
            ("$$${A}", Some("$${A}")),
            ("${A}$${A}${UNSET:-x}", Some("value${A}x")),
            ("${a{${A}", Some("${a{value")),
        ] {
            assert_eq!(text(input).as_deref(), wanted, "{input}");
        }
    }

    #[test]
    fn names_what_is_used_and_what_is_missing() {
        let found = substitute("${A}${NOPE}${GONE:-}${SEVEN:-8}", &environment()).expect("tokens");
        assert_eq!(found.used, ["A", "SEVEN"]);
        assert_eq!(found.unset, ["NOPE"]);
    }

    #[test]
    fn strings_without_tokens_are_left_alone() {
        for plain in ["", "$", "${", "$A", "{A}", "${A", "$$", "a } b { ${x{"] {
            assert_eq!(substitute(plain, &environment()), None, "{plain}");
        }
    }
}
