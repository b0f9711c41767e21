//! What a Location points to: its targets, checked, and the files its patterns name.

use model::LocationRef;

use super::{Visit, Walker, Wanted};
use crate::ingest::location::{normalized, resolve};
use crate::ingest::placeholder::within;
use crate::ingest::{Content, Purpose, ReadErrorKind, ReadRequest, Reader, SourceFile};

impl<R: Reader> Walker<'_, R> {
    /// The targets of a Location that may be read, resolved.
    pub(super) fn targets(&mut self, visit: &Visit) -> Vec<LocationRef> {
        let kind = visit.spec.kind.as_deref().unwrap_or(visit.base.kind());
        if kind != visit.base.kind() && !self.settings.location_types.iter().any(|allowed| allowed == kind) {
            let allowed = serde_json::json!(self.settings.location_types);
            self.problem(
                visit,
                "InputError",
                format!("Registered locations must be of an allowed type {allowed}"),
            );
            return Vec::new();
        }
        if self.chains.depth(visit.chain) >= self.settings.limits.depth {
            let most = self.settings.limits.depth;
            self.failed(visit).patterns = true;
            self.problem(
                visit,
                "InputError",
                format!("More than {most} Locations lead to this one; name its targets nearer to the root"),
            );
            return Vec::new();
        }
        if visit.chain.is_none() && self.walk.root.is_withheld() {
            self.failed(visit).patterns = true;
            let message = format!(
                "The target {} of this configured location holds a secret, so it is not read; put the credential under `integrations`, and the target without it into catalog.locations",
                visit.base.target()
            );
            self.problem(visit, "SecretRefusedError", message);
            return Vec::new();
        }
        let mut targets = Vec::new();
        for written in &visit.spec.targets {
            let resolved = resolve(&visit.base, kind, written, &self.settings.scm);
            match self.checked(kind, &resolved, visit) {
                Ok(target) => targets.push(target),
                Err((name, message)) => self.problem(visit, name, message),
            }
        }
        targets
    }

    fn checked(
        &self,
        kind: &str,
        target: &str,
        visit: &Visit,
    ) -> Result<LocationRef, (&'static str, String)> {
        if kind != "file" && kind != "url" {
            return Err((
                "InputError",
                format!("No processor was able to handle reading of {kind}:{target}"),
            ));
        }
        if kind == "file" {
            if target.ends_with('/') {
                let base = visit.base.target();
                return Err((
                    "InputError",
                    format!(
                        "LocationEntityProcessor cannot handle file type location with target {base} that ends with a path separator"
                    ),
                ));
            }
            let directory = &self.settings.working_directory;
            let absolute = normalized(&directory.join(target));
            // The root's own target is the operator's word.
            if visit.chain.is_some() && !within(&absolute, self.walk.root.location(), directory) {
                return Err((
                    "NotAllowedError",
                    format!(
                        "file {target} lies outside of the folder of {} and of the working directory; add it to catalog.locations to have it read",
                        self.walk.key
                    ),
                ));
            }
            return LocationRef::new(kind, &absolute).map_err(|error| ("InputError", error.to_string()));
        }
        LocationRef::new(kind, target).map_err(|error| ("InputError", error.to_string()))
    }

    /// Asks the reader what a pattern names.
    pub(super) async fn expand(&mut self, visit: &Visit, pattern: &LocationRef) -> Vec<Wanted> {
        let root = self.walk.root.clone();
        let request = ReadRequest {
            location: pattern,
            root: root.location(),
            purpose: Purpose::Descriptor,
            validator: None,
        };
        match self.reader.read(request).await {
            Ok(files) if files.is_empty() => self.not_found(visit, pattern, None),
            Ok(files) => {
                return files
                    .into_iter()
                    .map(|SourceFile { location, content }| Wanted {
                        location,
                        content: match content {
                            Content::Listed => None,
                            content => Some(content),
                        },
                        from_pattern: true,
                    })
                    .collect();
            }
            Err(error) if error.kind == ReadErrorKind::NotFound => {
                self.not_found(visit, pattern, Some(&error));
            }
            Err(error) => {
                self.failed(visit).patterns = true;
                self.read_problem(visit, pattern, &error);
            }
        }
        Vec::new()
    }
}
