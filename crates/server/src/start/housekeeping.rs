//! What is done now and then.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::dispatch::Door;

/// Forgets what is over: sessions, tombstones, quiet addresses.
pub(super) async fn housekeeping(app: Arc<App>, door: Arc<Door>, shutdown: CancellationToken) {
    const EVERY: Duration = Duration::from_mins(1);
    const TOMBSTONES: time::Duration = time::Duration::DAY;
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        door.sweep();
        app.accounts.sweep();
        if let Err(error) = app.ages.touch(&app.store, app.clock.now()).await {
            tracing::warn!(%error, "the ages of secrets could not be noted");
        }
        app.metrics.tell_ages(&app.ages.days());
        if let Err(error) = app.auth.load_full().turn(app.clock.now()).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the keys of tokens could not take turns"
            );
        }
        if let Err(error) = app.store.prune_sessions().await {
            tracing::warn!(%error, "ended sessions could not be removed");
        }
        if let Err(error) = app.store.prune_tombstones(app.clock.now() - TOMBSTONES).await {
            tracing::warn!(%error, "old deletions could not be removed");
        }
    }
}
