//! Screening what is stored for secrets, when rules have changed since it was.

use ::catalog::ingest::{Ingest, Rescanned};
use model::{Change, EntityRef, Predicate};
use store::StoreError;

use super::Ingestion;

/// Entities, and bytes of their bodies, that are written at once.
const PIECE: usize = 500;
const PIECE_BYTES: usize = 4 << 20;
/// How often a start gives way to another replica that writes.
const TRIES: usize = 5;

impl Ingestion {
    /// Screens what is stored, before anything of it is served.
    pub(crate) async fn screen_before_serving(&mut self, ingest: &Ingest) -> Result<(), StoreError> {
        let mut tries = 1;
        loop {
            match self.screen_stored(ingest).await {
                Err(StoreError::Conflict { .. }) if tries < TRIES => tries += 1,
                done => return done,
            }
            self.follow().await?;
        }
    }

    /// Screens what is stored, if that was last done under other rules. Every piece is written as it is
    /// found, and the rules are noted at the end: if it is cut short, it is done again, and finds less.
    pub(super) async fn screen_stored(&mut self, ingest: &Ingest) -> Result<(), StoreError> {
        let version = ingest.screening_version();
        if self.screened.as_ref() == Some(&version) {
            return Ok(());
        }
        if self.store.screened_under().await? != version {
            let (masked, withdrawn) = self.rescan(ingest).await?;
            if masked + withdrawn > 0 {
                tracing::warn!(
                    masked,
                    withdrawn,
                    "secrets were found in stored entities: masked, or withdrawn where they stand in refs or locations"
                );
            }
            if !self.store.scrub().await? {
                tracing::warn!("the database's log may still hold old rows; it is cut at the next refresh");
                return Ok(());
            }
            self.store.note_screened(&version).await?;
        }
        self.screened = Some(version);
        Ok(())
    }

    /// How many entities were masked, and how many withdrawn.
    async fn rescan(&mut self, ingest: &Ingest) -> Result<(usize, usize), StoreError> {
        let (mut change, mut bytes, mut masked) = (Change::default(), 0, 0);
        let mut withdrawn = Vec::new();
        for entity in self.suspects(ingest) {
            let Some(stored) = self.store.entity(&entity).await? else { continue };
            match ingest.rescan(&stored) {
                Rescanned::Clean => {}
                Rescanned::Withdrawn => withdrawn.push(entity),
                Rescanned::Masked(clean) => {
                    bytes += clean.body.len();
                    masked += 1;
                    change.upserts.push(*clean);
                }
            }
            if change.upserts.len() >= PIECE || bytes >= PIECE_BYTES {
                self.write(&std::mem::take(&mut change)).await?;
                bytes = 0;
            }
        }
        self.write(&change).await?;
        if !withdrawn.is_empty() {
            self.load_state().await?;
            self.carry_out(&mut ingest.withdraw(&withdrawn, &self.state)).await?;
            // Their refs may hold what was found.
            self.store.forget_deleted(&withdrawn).await?;
        }
        Ok((masked, withdrawn.len()))
    }

    /// Entities to look at closely.
    fn suspects(&self, ingest: &Ingest) -> Vec<EntityRef> {
        let snapshot = self.index.snapshot();
        let all = snapshot.select(&Predicate::TRUE);
        all.iter()
            .filter(|slot| ingest.suspects(snapshot.body(*slot)))
            .filter_map(|slot| snapshot.ref_text(slot).parse().ok())
            .collect()
    }
}
