//! `config print`: the effective configuration as YAML.

use serde_json::Value as Json;

use crate::Config;

impl Config {
    /// The effective configuration as YAML, secrets replaced by `<secret>`; keys in the order they
    /// were first written. Reading the text gives [`Config::masked_json`] again.
    pub fn print_masked(&self) -> String {
        as_yaml(&self.masked_json())
    }
}

/// A JSON value as YAML, in block style.
pub fn as_yaml(json: &Json) -> String {
    let mut out = String::new();
    block(json, 0, &mut out);
    out
}

/// Writes `json` as YAML at the start of a line.
fn block(json: &Json, indent: usize, out: &mut String) {
    match json {
        Json::Object(map) if !map.is_empty() => {
            for (index, (key, value)) in map.iter().enumerate() {
                if index > 0 {
                    pad(indent, out);
                }
                scalar(key, out);
                out.push(':');
                if is_flat(value) {
                    out.push(' ');
                    flat(value, out);
                    out.push('\n');
                } else {
                    out.push('\n');
                    pad(indent + 2, out);
                    block(value, indent + 2, out);
                }
            }
        }
        Json::Array(items) if !items.is_empty() => {
            for (index, value) in items.iter().enumerate() {
                if index > 0 {
                    pad(indent, out);
                }
                out.push_str("- ");
                block(value, indent + 2, out);
            }
        }
        _ => {
            flat(json, out);
            out.push('\n');
        }
    }
}

fn pad(width: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', width));
}

fn is_flat(json: &Json) -> bool {
    match json {
        Json::Object(map) => map.is_empty(),
        Json::Array(items) => items.is_empty(),
        _ => true,
    }
}

fn flat(json: &Json, out: &mut String) {
    match json {
        Json::String(text) => scalar(text, out),
        Json::Object(_) => out.push_str("{}"),
        Json::Array(_) => out.push_str("[]"),
        other => out.push_str(&other.to_string()),
    }
}

/// Plain where no YAML reader could take it for anything else, quoted as JSON otherwise.
fn scalar(text: &str, out: &mut String) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        out.push_str(&Json::from(text).to_string());
    }
}

fn is_plain(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || "_-./:<>@=+$ ".contains(c);
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphabetic() || "/<_$".contains(c));
    starts_well
        && text.chars().all(word)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .iter()
            .any(|reserved| text.eq_ignore_ascii_case(reserved))
}

#[cfg(test)]
mod tests;
