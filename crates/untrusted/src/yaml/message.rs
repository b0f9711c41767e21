//! Parser errors in npm `yaml`'s words, which catalog authors know from Backstage.

use granit_parser::ErrorKind;

/// What is wrong, for an error noticed at `rest`, the text from the error on.
pub(super) fn of(kind: &ErrorKind, rest: &str) -> String {
    match kind {
        ErrorKind::UnexpectedCharacter { character: '%' } => {
            "Plain value cannot start with directive indicator character %".to_owned()
        }
        ErrorKind::UnexpectedCharacter { character } => {
            format!("Plain value cannot start with reserved character {character}")
        }
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar => "Tabs are not allowed as indentation".to_owned(),
        ErrorKind::UnclosedFlowCollection { open: '{' } => flow_indent(true),
        ErrorKind::UnclosedFlowCollection { .. } => flow_indent(false),
        ErrorKind::UnclosedQuotedScalar
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::DocumentIndicatorInQuotedScalar => quote(rest.starts_with('\'')),
        ErrorKind::MappingValueNotAllowed => "Nested mappings are not allowed in compact mappings".to_owned(),
        ErrorKind::InvalidIndentation => "All mapping items must start at the same column".to_owned(),
        ErrorKind::ExpectedDocumentStart => "Missing directives-end/doc-start indicator line".to_owned(),
        ErrorKind::UndeclaredTagHandle => {
            format!("Could not resolve tag: {}", rest.split_whitespace().next().unwrap_or_default())
        }
        ErrorKind::MissingAnchorOrAliasName if rest.starts_with('*') => {
            "Alias cannot be an empty string".to_owned()
        }
        ErrorKind::MissingAnchorOrAliasName => "Anchor cannot be an empty string".to_owned(),
        other => other.to_string(),
    }
}

/// An unclosed or badly indented flow collection.
pub(super) fn flow_indent(is_map: bool) -> String {
    let (name, end) = if is_map { ("map", '}') } else { ("sequence", ']') };
    format!("Flow {name} in block collection must be sufficiently indented and end with a {end}")
}

/// An unclosed quote.
pub(super) fn quote(is_single: bool) -> String {
    format!("Missing closing {}quote", if is_single { '\'' } else { '"' })
}
