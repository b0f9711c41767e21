//! What the policies say of entities, for one principal.

use std::sync::Arc;

use cedar_policy::{Context, Effect, Entities, Request};
use cedar_policy_core::parser::Loc;
use model::Predicate;
use model::entity::Attributes;

use crate::action::ActionInfo;
use crate::cedar;
use crate::condition::logic::{and, not, or};
use crate::condition::{Cond, World, compile, fold};
use crate::engine::reason;
use crate::error::PolicyError;
use crate::load::{Loaded, Source};

/// A policy that can speak of an action on entities.
#[derive(Debug)]
pub(crate) struct Compiled {
    id: Arc<str>,
    effect: Effect,
    condition: Cond,
}

/// Reads what the policies say of an action on entities. The errors name what no list can be asked.
pub(crate) fn compile_all(
    policies: &[Loaded],
    sources: &[Source],
    info: &ActionInfo,
) -> Result<Vec<Compiled>, Vec<PolicyError>> {
    let (mut compiled, mut errors) = (Vec::new(), Vec::new());
    let world = any_principal(info);
    for loaded in policies {
        let core: &cedar_policy_core::ast::Policy = loaded.policy.as_ref();
        match compile(&core.condition(), &world) {
            Ok(Cond::Const(false)) => {}
            Ok(condition) => {
                compiled.push(Compiled {
                    id: Arc::clone(&loaded.id),
                    effect: loaded.policy.effect(),
                    condition,
                });
            }
            Err(problem) => {
                let offset = problem.offset.or_else(|| core.loc().map(Loc::start)).unwrap_or(loaded.offset);
                let message = format!("{} cannot be asked of a list (`{}`)", problem.construct, info.name());
                errors.push(sources[loaded.source].error(offset, message, Some(problem.help.to_owned())));
            }
        }
    }
    if errors.is_empty() { Ok(compiled) } else { Err(errors) }
}

/// A world for what does not depend on who asks.
fn any_principal(info: &ActionInfo) -> World {
    let action = cedar::uid("Action", info.name());
    let request = Request::new(
        cedar::uid("User", "user:default/any"),
        action,
        cedar::uid(info.cedar_resource, cedar::PORTAL),
        Context::empty(),
        None,
    )
    .expect("a request that is not validated can always be made");
    World { request, entities: Entities::empty() }
}

/// For which entities the policies allow an action to one principal.
#[derive(Debug)]
pub(crate) struct Residual {
    parts: Vec<Part>,
    /// Where all of them together allow it.
    pub(crate) allowed: Arc<Predicate>,
    /// The policies that decide somewhere.
    pub(crate) reason: Vec<Arc<str>>,
}

#[derive(Debug)]
struct Part {
    id: Arc<str>,
    effect: Effect,
    yes: Predicate,
    error: Predicate,
}

impl Residual {
    pub(crate) fn new(policies: &[Compiled], world: &World) -> Self {
        let parts: Vec<Part> = policies
            .iter()
            .map(|policy| {
                let folded = fold(&policy.condition, world);
                Part {
                    id: Arc::clone(&policy.id),
                    effect: policy.effect,
                    yes: folded.yes,
                    error: folded.error,
                }
            })
            .filter(|part| part.yes.constant() != Some(false) || part.error.constant() != Some(false))
            .collect();
        let any = |effect| {
            let parts = parts.iter().filter(|part| part.effect == effect);
            parts.map(|part| part.yes.clone()).fold(Predicate::FALSE, or)
        };
        let errors = parts.iter().map(|part| part.error.clone()).fold(Predicate::FALSE, or);
        let allowed = and(any(Effect::Permit), not(or(any(Effect::Forbid), errors)));
        let mut reason: Vec<Arc<str>> = match allowed.constant() {
            Some(false) => denying(&parts),
            _ => parts.iter().map(|part| Arc::clone(&part.id)).collect(),
        };
        reason.sort_unstable();
        Self { parts, allowed: Arc::new(allowed), reason: or_default(reason) }
    }

    /// Decides about one entity, and says which policies did.
    pub(crate) fn decide(&self, facts: &Attributes) -> (bool, Vec<Arc<str>>) {
        let holds = |predicate: &Predicate| predicate.matches(&[], facts);
        let ids = |of: &dyn Fn(&Part) -> bool| -> Vec<Arc<str>> {
            self.parts.iter().filter(|part| of(part)).map(|part| Arc::clone(&part.id)).collect()
        };
        let mut deciding = ids(&|part| holds(&part.error));
        let mut allowed = false;
        if deciding.is_empty() {
            deciding = ids(&|part| part.effect == Effect::Forbid && holds(&part.yes));
        }
        if deciding.is_empty() {
            deciding = ids(&|part| part.effect == Effect::Permit && holds(&part.yes));
            allowed = !deciding.is_empty();
        }
        deciding.sort_unstable();
        (allowed, or_default(deciding))
    }
}

/// Why nothing is allowed: what forbids or fails, if anything does.
fn denying(parts: &[Part]) -> Vec<Arc<str>> {
    let denies = |part: &&Part| part.effect == Effect::Forbid || part.error.constant() != Some(false);
    parts.iter().filter(denies).map(|part| Arc::clone(&part.id)).collect()
}

fn or_default(mut reason: Vec<Arc<str>>) -> Vec<Arc<str>> {
    if reason.is_empty() {
        reason.push(reason::NO_POLICY.into());
    }
    reason
}
