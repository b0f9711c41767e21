//! Signing in and the ages of secrets, judged and ready before anything is served.

use std::sync::Arc;

use model::{Clock, SystemClock};
use store::Store;

use super::StartError;
use crate::auth::{Auth, World};
use crate::database;
use crate::secret_age::{self, Aged};
use crate::setup::Setup;

/// Signing in, and how old the secrets of the configuration are. INVARIANT: with one that is too old, production does not
/// start.
pub(super) async fn ready(
    setup: &Setup,
    url: &url::Url,
    world: World<'_>,
    now: model::Timestamp,
) -> Result<(Auth, Vec<Aged>), StartError> {
    let (settings, limits) = (&setup.settings, setup.settings.secrets.age);
    // Judged before anything is made or noted: a start that is refused leaves nothing behind.
    if let Some(sealer) = crate::auth::sealer(&settings.auth).map_err(StartError::Auth)? {
        let ages = secret_age::ages(&setup.config, limits, (world.store, &sealer), now).await;
        let ages = ages.map_err(StartError::Load)?;
        for problem in secret_age::judged(&ages, limits, settings.mode).map_err(StartError::Ages)? {
            tracing::warn!(key = problem.key, "{}", problem.message);
        }
    }
    let auth = Auth::new(settings, url, world, None, now).await.map_err(StartError::Auth)?;
    // Without a key that is kept, nothing is known again.
    if settings.auth.sealing_key.is_none() {
        return Ok((auth, Vec::new()));
    }
    let known = (&**world.store, &*auth.sealer);
    let ages = secret_age::look(&setup.config, limits, known, world.ledger, now).await;
    Ok((auth, ages.map_err(StartError::AgesUnknown)?))
}

/// How old the secrets of the configuration are, as its database knows, and what a start would make of it.
pub async fn secret_ages(setup: &Setup) -> Result<Vec<Aged>, StartError> {
    let settings = &setup.settings;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let options = database::options(settings).map_err(StartError::DatabaseAuthority)?;
    let store = Store::open(options, Arc::clone(&clock)).await.map_err(StartError::Store)?;
    let sealer = crate::auth::sealer(&settings.auth).map_err(StartError::Auth)?;
    let Some(sealer) = sealer else { return Ok(Vec::new()) };
    let ages = secret_age::ages(&setup.config, settings.secrets.age, (&store, &sealer), clock.now()).await;
    store.close().await;
    ages.map_err(StartError::Load)
}
