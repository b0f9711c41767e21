//! Values as YAML writes them.

use super::sheet::Written;

/// A value: plain where that cannot be misread, else quoted; of several lines as a block, indented by so much.
pub(super) fn value(value: &str, secret: &str, indent: usize) -> Written {
    if value.contains('\n') {
        let margin = format!("\n{}", " ".repeat(indent));
        return Written::new(value, secret, |text| text.replace('\n', &margin))
            .wrap(&format!("|{margin}"), "");
    }
    let clear = value.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-/+=~".contains(&byte));
    if clear {
        return Written::plain(value, secret);
    }
    if value.contains('\'') {
        return double(value, secret);
    }
    Written::plain(value, secret).wrap("'", "'")
}

/// A value in double quotes.
pub(super) fn double(value: &str, secret: &str) -> Written {
    Written::new(value, secret, super::json::escape).wrap("\"", "\"")
}

/// A value as a folded block, for prose.
pub(super) fn prose(before: &str, value: &str, secret: &str, indent: usize) -> Written {
    let margin = format!("\n{}", " ".repeat(indent));
    Written::new(value, secret, |text| text.replace('\n', &margin)).wrap(&format!("|{margin}{before}"), "")
}
