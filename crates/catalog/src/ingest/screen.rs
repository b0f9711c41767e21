//! Screening: secrets in an entity are found, and masked, before anything of it is kept.

mod notice;
mod protected;

use std::fmt;

use model::{EntityRef, LocationRef, SafeUrl, Timestamp};
use secrets::{Scanner, TreeFinding};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub(super) use notice::Notice;

/// Counts up when what is protected, or how findings are told, changes what may be kept.
const EDITION: u8 = 1;

/// What is looked for in entities, and what becomes of those that hold it.
#[derive(Clone)]
pub struct Screening {
    /// Finds secrets.
    pub scanner: Scanner,
    /// What becomes of an entity that holds one.
    pub on_find: OnFind,
    /// Findings that are no secrets.
    pub allow: Vec<AllowedFinding>,
}

/// What becomes of an entity that holds a secret. It is kept in no case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnFind {
    /// A mask takes the secret's place, and the entity says so.
    #[default]
    Mask,
    /// The last clean version stays. The new one is told of, masked.
    Quarantine,
    /// The new version is refused.
    Reject,
}

/// A finding that is no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedFinding {
    /// The rule's id.
    pub rule: String,
    /// The entity it is found in; `None` for any.
    pub entity: Option<EntityRef>,
    /// From when on it is one after all.
    pub until: Timestamp,
}

/// A secret that was found in an entity. Nothing of it is in here but its masked form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spotted {
    /// JSON pointer of the value; of the map, where one of its keys holds the secret.
    pub pointer: String,
    pub in_key: bool,
    pub rule: String,
    pub masked: String,
    /// Line of a text of several, from 1.
    pub line: Option<usize>,
}

impl Screening {
    /// Masks all that the scanner finds.
    pub fn new(scanner: Scanner) -> Self {
        Self { scanner, on_find: OnFind::default(), allow: Vec::new() }
    }

    /// Names what is looked for. What was clean under another version has to be looked at again.
    pub fn version(&self) -> String {
        let mut hash = Sha256::new();
        hash.update([EDITION]);
        hash.update(self.scanner.rules().version());
        let mut allowed: Vec<(&str, &str)> = self
            .allow
            .iter()
            .map(|allowed| (&*allowed.rule, allowed.entity.as_ref().map_or("", EntityRef::as_str)))
            .collect();
        allowed.sort_unstable();
        for (rule, entity) in allowed {
            hash.update(format!("{rule:?} {entity:?}\n"));
        }
        super::hex(&hash.finalize())
    }

    /// The same without what is allowed no more; `None` if that makes no difference.
    pub(super) fn as_of(&self, now: Timestamp) -> Option<Self> {
        let allow: Vec<_> = self.allow.iter().filter(|allowed| now < allowed.until).cloned().collect();
        (allow.len() < self.allow.len()).then(|| Self { allow, ..self.clone() })
    }

    /// Whether an entity may hold a secret, by its compact JSON. Cheap, and never wrong when it says no.
    pub(super) fn suspects(&self, text: &str) -> bool {
        self.scanner.suspects(text.as_bytes())
    }

    /// Masks the secrets of an entity; what was there. What is allowed stays as it is.
    pub(super) fn mask(&self, entity: Option<&EntityRef>, document: &mut Value) -> Vec<Spotted> {
        let before = document.clone();
        let mut found = self.scanner.redact_tree(document);
        if found.is_empty() {
            return Vec::new();
        }
        self.restore(entity, &before, document, &mut found);
        let keys: Vec<String> =
            found.iter().filter(|finding| finding.in_key).map(|finding| finding.pointer.clone()).collect();
        found.iter().map(|finding| spotted(finding, &keys, &before, document)).collect()
    }

    /// Puts back what is allowed. A text with a secret beside it stays masked whole.
    fn restore(
        &self,
        entity: Option<&EntityRef>,
        before: &Value,
        document: &mut Value,
        found: &mut Vec<TreeFinding>,
    ) {
        let allows = |finding: &TreeFinding| {
            self.allow.iter().any(|allowed| {
                allowed.rule == finding.rule
                    && allowed.entity.as_ref().is_none_or(|wanted| Some(wanted) == entity)
            })
        };
        if self.allow.is_empty() || !found.iter().any(&allows) {
            return;
        }
        if found.iter().all(&allows) {
            before.clone_into(document);
            found.clear();
            return;
        }
        // A masked key has another path than before.
        if found.iter().any(|finding| finding.in_key) {
            return;
        }
        let held: Vec<String> =
            found.iter().filter(|finding| !allows(finding)).map(|finding| finding.pointer.clone()).collect();
        found.retain(|finding| {
            if held.contains(&finding.pointer) {
                return true;
            }
            if let (Some(place), Some(value)) =
                (document.pointer_mut(&finding.pointer), before.pointer(&finding.pointer))
            {
                value.clone_into(place);
            }
            false
        });
    }

    /// The text of a message with secrets masked.
    pub(super) fn message(&self, text: &str) -> String {
        self.scanner.redact(text).into_owned()
    }

    /// A location as it may be shown, if its target holds a secret.
    pub(super) fn masked_location(&self, location: &LocationRef) -> Option<LocationRef> {
        let target = location.target();
        let masked = match SafeUrl::parse(target) {
            Ok(url) if url.expose().password().is_some() => self.message(&url.to_string()),
            _ => self.message(target),
        };
        if masked == target { None } else { LocationRef::new(location.kind(), &masked).ok() }
    }
}

impl Spotted {
    /// Whether it stands where nothing may be rewritten.
    pub(super) fn is_protected(&self, document: &Value) -> bool {
        self.in_key || protected::is_protected(&self.pointer, document)
    }

    /// Whether it stands in what a ref is made of, so that the ref holds it too.
    pub(super) fn is_in_ref(&self) -> bool {
        protected::is_in_ref(&self.pointer)
    }
}

/// Places that hold a password in a URL although no rule knows it: targets of Locations are read, so
/// that what stands there is used.
pub(super) fn password_in_target(document: &Value) -> Option<Spotted> {
    protected::targets(document).into_iter().find_map(|(pointer, target)| {
        let url = SafeUrl::parse(target).ok().filter(|url| url.expose().password().is_some())?;
        Some(Spotted {
            pointer,
            in_key: false,
            rule: "url-userinfo".to_owned(),
            masked: url.to_string(),
            line: None,
        })
    })
}

fn spotted(finding: &TreeFinding, keys: &[String], before: &Value, after: &Value) -> Spotted {
    // A key with a secret is in the pointers of all below it.
    let through = keys.iter().filter(|key| {
        finding
            .pointer
            .strip_prefix(key.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    let pointer = match through.min_by_key(|key| key.len()) {
        Some(key) => key.rsplit_once('/').map_or("", |(map, _)| map).to_owned(),
        None => finding.pointer.clone(),
    };
    let texts = (before.pointer(&finding.pointer), after.pointer(&finding.pointer));
    let line = match texts {
        (Some(Value::String(before)), Some(Value::String(after))) if !finding.in_key => {
            line_of_difference(before, after)
        }
        _ => None,
    };
    Spotted {
        pointer,
        in_key: finding.in_key,
        rule: finding.rule.clone(),
        masked: finding.masked.as_str().to_owned(),
        line,
    }
}

/// The line where two texts begin to differ, if the first has several.
fn line_of_difference(before: &str, after: &str) -> Option<usize> {
    let same = before.bytes().zip(after.bytes()).take_while(|(one, other)| one == other).count();
    let lines = |text: &[u8]| text.split(|byte| *byte == b'\n').count() - 1;
    let several = lines(before.trim_end_matches('\n').as_bytes()) > 0;
    several.then(|| lines(&before.as_bytes()[..same]) + 1)
}

/// What is looked for, for the fingerprint of the settings; neither secrets nor keys.
impl fmt::Debug for Screening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Screening")
            .field("version", &self.version())
            .field("on_find", &self.on_find)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_texts_are_told_only_where_there_are_several() {
        assert_eq!(line_of_difference("a b", "a *"), None);
        assert_eq!(line_of_difference("a b\n", "a *\n"), None);
        assert_eq!(line_of_difference("a\nb\nc", "a\nb\n*"), Some(3));
    }
}
