//! From a JSON pointer to the characters that an author should look at.

use model::entity::Part;
use untrusted::yaml::{Node, Span, Value};

/// The place that `pointer` leads to, or the last one on its way that exists.
///
/// A map or list is shown by its key, because it may go on for pages; so is an empty value, because
/// there is nothing else to show.
pub(super) fn find(root: &Node, pointer: &str, part: Part) -> Span {
    let (mut node, mut key) = (root, None);
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        let next = match &node.value {
            Value::Map(entries) => entries
                .iter()
                .find(|entry| entry.key == step)
                .map(|entry| (&entry.value, Some(entry.key_span))),
            Value::Seq(items) => {
                step.parse::<usize>().ok().and_then(|index| items.get(index)).map(|item| (item, None))
            }
            _ => None,
        };
        match next {
            Some(found) => (node, key) = found,
            None => break,
        }
    }
    let is_empty = node.span.start.offset >= node.span.end.offset;
    match (&node.value, key) {
        (_, Some(key)) if part == Part::Key || is_empty => key,
        (Value::Map(_) | Value::Seq(_), Some(key)) => key,
        (Value::Map(entries), None) => entries.first().map_or(node.span, |entry| entry.key_span),
        _ => node.span,
    }
}
