//! Residuals of principals that ask again.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use identity::{Principal, User};
use model::EntityRef;

use crate::action::ACTIONS;
use crate::residual::Residual;

/// Principals remembered in each of two generations.
const GENERATION: usize = 1024;
/// Most groups of a user who is remembered; a residual holds them several times over.
const MAX_GROUPS: usize = 256;

/// One principal's residuals, one place for each action.
#[derive(Debug, Default)]
pub(crate) struct Residuals([OnceLock<Arc<Residual>>; ACTIONS.len()]);

impl Residuals {
    /// The residual of the action at this place in [`ACTIONS`].
    pub(crate) fn at(&self, action: usize, make: impl FnOnce() -> Residual) -> Arc<Residual> {
        match self.0.get(action) {
            Some(place) => Arc::clone(place.get_or_init(|| Arc::new(make()))),
            None => Arc::new(make()),
        }
    }
}

/// Remembers the residuals of principals for as long as the policies stay. When the young generation
/// is full it becomes the old one, and the old one is forgotten: the size is bounded, and whoever asks
/// often stays.
#[derive(Debug, Default)]
pub(crate) struct Cache(RwLock<Generations>);

#[derive(Debug, Default)]
struct Generations {
    young: Generation,
    old: Generation,
}

#[derive(Debug, Default)]
struct Generation {
    users: HashMap<EntityRef, (User, Arc<Residuals>)>,
    services: HashMap<String, Arc<Residuals>>,
}

impl Cache {
    /// The residuals of a principal: those remembered, if nothing that policy can see of her has
    /// changed. Restrictions of a service are no part of them.
    pub(crate) fn of(&self, principal: &Principal) -> Arc<Residuals> {
        if !is_remembered(principal) {
            return Arc::default();
        }
        let generations = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = generations.young.find(principal) {
            return found;
        }
        let found = generations.old.find(principal).unwrap_or_default();
        drop(generations);
        self.0.write().unwrap_or_else(PoisonError::into_inner).keep(principal, &found);
        found
    }
}

fn is_remembered(principal: &Principal) -> bool {
    match principal {
        Principal::Nobody(_) => false,
        Principal::User(user) => user.groups().len() <= MAX_GROUPS,
        Principal::Service(_) => true,
    }
}

impl Generation {
    fn find(&self, principal: &Principal) -> Option<Arc<Residuals>> {
        match principal {
            Principal::Nobody(_) => None,
            Principal::User(user) => {
                let (known, residuals) = self.users.get(user.entity_ref())?;
                let same = known.ownership() == user.ownership() && known.groups() == user.groups();
                same.then(|| Arc::clone(residuals))
            }
            Principal::Service(service) => self.services.get(service.subject()).cloned(),
        }
    }
}

impl Generations {
    fn keep(&mut self, principal: &Principal, residuals: &Arc<Residuals>) {
        if self.young.users.len() + self.young.services.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        match principal {
            Principal::Nobody(_) => {}
            Principal::User(user) => {
                let entry = (user.clone(), Arc::clone(residuals));
                self.young.users.insert(user.entity_ref().clone(), entry);
            }
            Principal::Service(service) => {
                self.young.services.insert(service.subject().to_owned(), Arc::clone(residuals));
            }
        }
    }
}
