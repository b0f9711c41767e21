//! The index of what is stored.

use std::sync::Arc;

use ::catalog::index::{Builder, Index};
use store::Store;

use super::StartError;

/// Everything stored, as readers need it. What the writer needs is read later, by its task.
pub(super) async fn load(store: &Store) -> Result<Arc<Index>, StartError> {
    let mut builder = Builder::default();
    let mut wrong = None;
    let sequence = store
        .scan_served(|one| {
            if wrong.is_none() {
                wrong = builder.add(one.entity_ref, &one.uid, one.body, one.parents).err();
            }
        })
        .await
        .map_err(StartError::Load)?;
    let index = match wrong {
        None => builder.finish(sequence),
        Some(error) => Err(error),
    };
    index.map(Arc::new).map_err(StartError::Index)
}
