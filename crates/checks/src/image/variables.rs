//! Variables of a Dockerfile.

use std::collections::BTreeMap;

/// Variables by name. One without a value is declared, but only the build says what it is.
pub(super) type Variables = BTreeMap<String, Option<String>>;

/// Text with its variables filled in; what is not known stays as it is written.
pub(crate) fn expand(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let (name, operator, length) = if let Some(inside) = after.strip_prefix('{') {
            inside.find('}').map_or(("", "", 0), |close| {
                let stop = inside[..close].find(|c: char| !is_name(c)).unwrap_or(close);
                (&inside[..stop], &inside[stop..close], close + 2)
            })
        } else {
            let stop = after.find(|c: char| !is_name(c)).unwrap_or(after.len());
            (&after[..stop], "", stop)
        };
        let known = if name.is_empty() { None } else { value(name) };
        let default = |sign: &str| operator.strip_prefix(':').unwrap_or(operator).strip_prefix(sign);
        let filled = match (known, default("-"), default("+")) {
            (Some(_), _, Some(instead)) => Some(instead.to_owned()),
            (Some(known), Some(default), _) if known.is_empty() => Some(default.to_owned()),
            (Some(known), _, _) => Some(known),
            (None, Some(default), _) if !name.is_empty() => Some(default.to_owned()),
            _ => None,
        };
        if let Some(filled) = filled {
            out.push_str(&filled);
        } else {
            out.push('$');
            out.push_str(&after[..length]);
        }
        rest = &after[length..];
        if out.len() > 64 << 10 {
            break;
        }
    }
    out.push_str(rest);
    out
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn what_is_known_is_filled_in() {
        let value = |name: &str| (name == "A").then(|| "x".to_owned());
        assert_eq!(expand("$A-${A}-${B}-$B-${B:-d}${A:+e}${A-z}$", value), "x-x-${B}-$B-dex$");
        assert_eq!(expand("${A", value), "${A");
    }
}
