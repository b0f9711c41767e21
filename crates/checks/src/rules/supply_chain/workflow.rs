//! Workflows of GitHub Actions.

use crate::{Context, Item, Place, Skip};

/// A workflow.
pub(super) struct Workflow<'a> {
    /// All of it.
    pub(super) root: &'a Item,
}

/// A step, or a job that is another workflow.
pub(super) struct Step<'a> {
    /// The step's or the job's map.
    pub(super) item: &'a Item,
    /// The job.
    pub(super) job: &'a Item,
}

/// What runs by name: `owner/name/path@reference`.
pub(super) struct Uses<'a> {
    /// `owner/name/path`.
    pub(super) name: &'a str,
    /// What is after `@`.
    pub(super) reference: &'a str,
    /// Where it is written.
    pub(super) place: &'a Place,
}

/// The workflows of a repository; at least one.
pub(super) fn all(cx: Context<'_>) -> Result<Vec<Workflow<'_>>, Skip> {
    let files = cx.repository().files.under(".github/workflows");
    let yaml = files.filter(|file| [".yml", ".yaml"].iter().any(|end| file.name().ends_with(end)));
    let found: Vec<Workflow<'_>> = yaml
        .filter_map(|file| file.tree())
        .filter(|root| root.get("jobs").is_some())
        .map(|root| Workflow { root })
        .collect();
    if found.is_empty() { Err(Skip::because("no GitHub workflow here that can be read")) } else { Ok(found) }
}

impl<'a> Workflow<'a> {
    /// Its jobs.
    pub(super) fn jobs(&self) -> impl Iterator<Item = &'a Item> + use<'a> {
        self.root.get("jobs").into_iter().flat_map(Item::entries).map(|(_, job)| job)
    }

    /// Its steps, and the jobs that call other workflows.
    pub(super) fn steps(&self) -> impl Iterator<Item = Step<'a>> + use<'a> {
        self.jobs().flat_map(|job| {
            let own = job.get("uses").map(|_| Step { item: job, job });
            let steps = job.get("steps").map(Item::items).unwrap_or_default();
            own.into_iter().chain(steps.iter().map(move |item| Step { item, job }))
        })
    }

    /// Whether something starts it.
    pub(super) fn is_on(&self, event: &str) -> bool {
        // YAML 1.1 readers take the key `on` for `true`.
        let Some(on) = self.root.get("on").or_else(|| self.root.get("true")) else { return false };
        on.get(event).is_some() || on.one_or_many().iter().any(|item| item.as_str() == Some(event))
    }

    /// The permissions that count for a job.
    pub(super) fn permissions(&self, job: &'a Item) -> Option<&'a Item> {
        job.get("permissions").or_else(|| self.root.get("permissions"))
    }
}

impl<'a> Step<'a> {
    /// The action or workflow of others that it runs.
    pub(super) fn uses(&self) -> Option<Uses<'a>> {
        let item = self.item.get("uses")?;
        let (name, reference) = item.as_str()?.trim().split_once('@')?;
        let elsewhere = !name.starts_with('.') && !name.starts_with("docker:") && name.contains('/');
        elsewhere.then_some(Uses { name, reference, place: &item.place })
    }
}

impl Uses<'_> {
    /// Whether it is a commit in full.
    pub(super) fn is_pinned(&self) -> bool {
        self.reference.len() == 40 && self.reference.bytes().all(|byte| byte.is_ascii_hexdigit())
    }

    /// Whether GitHub itself publishes it.
    pub(super) fn is_first_party(&self) -> bool {
        matches!(self.name.split('/').next(), Some("actions" | "github"))
    }

    /// Whether it is a branch, as far as the name tells.
    pub(super) fn is_branch(&self) -> bool {
        matches!(self.reference, "main" | "master" | "develop" | "trunk" | "HEAD" | "latest")
    }
}

/// Whether permissions give a right to change something.
pub(super) fn writes(permissions: &Item) -> Option<String> {
    if permissions.as_str() == Some("write-all") {
        return Some("write-all".to_owned());
    }
    let entry = permissions.entries().find(|(_, value)| value.as_str() == Some("write"));
    entry.map(|(name, _)| format!("{name}: write"))
}

/// Whether some text of a tree names a secret; its place.
pub(super) fn secret(item: &Item) -> Option<&Place> {
    let mut found = None;
    item.walk(&mut |_, item| {
        let names = |text: &str| {
            text.contains("${{")
                && ["secrets.", "secrets[", "github.token"].iter().any(|name| text.contains(name))
        };
        if found.is_none() && item.as_str().is_some_and(names) {
            found = Some(&item.place);
        }
    });
    found
}
