//! What a plan changes, as a unified diff.

use similar::TextDiff;

use super::Plan;

impl Plan {
    /// A unified diff over all files, as `patch -p1` takes it. Empty when nothing changes.
    pub fn diff(&self) -> String {
        let mut text = String::new();
        for (path, (before, after)) in &self.changes {
            let diff = TextDiff::from_lines(&**before, after.as_str());
            text.push_str(
                &diff
                    .unified_diff()
                    .context_radius(3)
                    .header(&format!("a/{path}"), &format!("b/{path}"))
                    .to_string(),
            );
        }
        text
    }
}
