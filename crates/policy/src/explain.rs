//! What policy answers one caller about every action, for that caller to read.

use std::sync::Arc;

use model::{EntityRef, Predicate};

use crate::action::{ACTIONS, ActionInfo, ReadSelf};
use crate::engine::{Engine, bounded, reason};
use crate::permit::Permit;
use crate::resource::Resource;

/// What policy answers about one action.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The action.
    pub action: &'static ActionInfo,
    /// On what it is allowed.
    pub allowed: Allowed,
    /// The policies that decide; empty when there is none.
    pub policies: Vec<Arc<str>>,
}

/// On what an action is allowed.
#[derive(Clone, Debug)]
pub enum Allowed {
    /// On everything.
    Everything,
    /// On the entities this holds for.
    Where(Arc<Predicate>),
    /// On nothing.
    Nothing,
    /// Only looking at the one thing tells.
    Depends,
}

impl Engine {
    /// Explains every action to the caller whom the permit was issued to, and to nobody else. It is
    /// what [`Engine::decide`] would answer now; it gives leave for nothing.
    pub fn explain(&self, permit: &Permit<ReadSelf>) -> Vec<Explained> {
        ACTIONS.iter().map(|info| self.explain_one(permit, info)).collect()
    }

    fn explain_one(&self, permit: &Permit<ReadSelf>, action: &'static ActionInfo) -> Explained {
        let principal = permit.principal();
        if bounded(principal, action).is_some() {
            let policies = vec![reason::ACCESS_RESTRICTIONS.into()];
            return Explained { action, allowed: Allowed::Nothing, policies };
        }
        let (allowed, policies) = if action.cedar_resource != <EntityRef as Resource>::CEDAR_TYPE {
            let (allowed, policies) = self.ask_cedar(principal, action, None);
            (if allowed { Allowed::Everything } else { Allowed::Nothing }, policies)
        } else if let Some(residual) = self.residual(principal, action) {
            let allowed = match residual.allowed.constant() {
                Some(true) => Allowed::Everything,
                Some(false) => Allowed::Nothing,
                None => Allowed::Where(Arc::clone(&residual.allowed)),
            };
            (allowed, residual.reason.clone())
        } else {
            (Allowed::Depends, Vec::new())
        };
        let policies = policies.into_iter().filter(|id| **id != *reason::NO_POLICY).collect();
        Explained { action, allowed, policies }
    }
}
