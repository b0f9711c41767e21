//! When what is served was last read from its source.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use ::catalog::ingest::FilesRead;
use model::Timestamp;
use serde_json::Value;

const LOCATION: &str = "backstage.io/managed-by-location";
const ORIGIN: &str = "backstage.io/managed-by-origin-location";

/// When each configured location was last read; cheap to clone. Of this process: after a start nothing
/// is known until the first refresh, which is a moment later.
#[derive(Clone, Default)]
pub(crate) struct Freshness(Arc<RwLock<HashMap<String, Readings>>>);

/// Readings of a configured location and all that it leads to.
struct Readings {
    /// When everything was read at once.
    all: Option<Timestamp>,
    /// Files read since, while others could not be.
    since: HashMap<Arc<str>, Timestamp>,
}

impl Freshness {
    /// Notes what was read of the location `origin` at `at`.
    pub(crate) fn note(&self, origin: &str, at: Timestamp, read: &FilesRead) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let readings =
            known.entry(origin.to_owned()).or_insert_with(|| Readings { all: None, since: HashMap::new() });
        match read {
            FilesRead::All => *readings = Readings { all: Some(at), since: HashMap::new() },
            FilesRead::Only(files) => {
                readings.since.extend(files.iter().map(|file| (Arc::clone(file), at)));
            }
        }
    }

    /// Forgets locations that are no longer configured.
    pub(crate) fn keep(&self, is_configured: impl Fn(&str) -> bool) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.retain(|origin, _| is_configured(origin));
    }

    /// When an entity's source was last read; `None` if that is not known.
    pub(crate) fn of(&self, entity: &Value) -> Option<Timestamp> {
        let annotation = |key: &str| entity["metadata"]["annotations"][key].as_str();
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let readings = known.get(annotation(ORIGIN)?)?;
        readings.since.get(annotation(LOCATION)?).copied().or(readings.all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use time::macros::datetime;

    const FIRST: Timestamp = datetime!(2026-10-03 12:00 UTC);
    const SECOND: Timestamp = datetime!(2026-10-03 12:05 UTC);

    fn entity(location: &str, origin: &str) -> Value {
        json!({"metadata": {"annotations": {LOCATION: location, ORIGIN: origin}}})
    }

    #[test]
    fn a_file_that_cannot_be_read_keeps_the_time_it_last_could() {
        let freshness = Freshness::default();
        let (fine, broken) = (entity("file:/a/fine", "file:/a"), entity("file:/a/broken", "file:/a"));
        freshness.note("file:/a", FIRST, &FilesRead::Only(vec!["file:/a/fine".into()]));
        assert_eq!((freshness.of(&fine), freshness.of(&broken)), (Some(FIRST), None));
        freshness.note("file:/a", FIRST, &FilesRead::All);
        freshness.note("file:/a", SECOND, &FilesRead::Only(vec!["file:/a/fine".into()]));
        assert_eq!((freshness.of(&fine), freshness.of(&broken)), (Some(SECOND), Some(FIRST)));
        freshness.note("file:/a", SECOND, &FilesRead::All);
        assert_eq!(freshness.of(&broken), Some(SECOND));
    }

    #[test]
    fn what_is_not_configured_or_not_annotated_has_no_time() {
        let freshness = Freshness::default();
        freshness.note("file:/a", FIRST, &FilesRead::All);
        assert_eq!(freshness.of(&json!({})), None);
        assert_eq!(freshness.of(&entity("file:/b", "file:/b")), None);
        freshness.keep(|origin| origin != "file:/a");
        assert_eq!(freshness.of(&entity("file:/a", "file:/a")), None);
    }
}
