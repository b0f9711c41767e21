//! Decides.

use std::fmt;
use std::sync::Arc;

use cedar_policy::{Authorizer, Decision, PolicySet};
use identity::Principal;
use model::entity::Attributes;
use model::{EntityRef, Predicate};

use crate::action::{ACTIONS, Action, ActionInfo, ListAction, ReadEntity};
use crate::cache::Cache;
use crate::cedar;
use crate::condition::World;
use crate::error::{PolicyError, PolicyErrors};
use crate::lint::lint;
use crate::load::{self, Source};
use crate::residual::{Compiled, Residual, compile_all};
use crate::resource::{Portal, Resource};
use crate::schema::schema;
use crate::verdict::{Judgement, Refused, ScopeVerdict, Verdict};

/// What holds when no policy is configured: signed-in users and authenticated services may read
/// entities, and what they are themselves, and nothing else.
pub const DEFAULT_POLICIES: &str = include_str!("default.cedar");

/// [`DEFAULT_POLICIES`] as a file for [`Engine::load`].
pub fn default_policies() -> Vec<(String, String)> {
    vec![("default.cedar".to_owned(), DEFAULT_POLICIES.to_owned())]
}

/// Reasons that are not policies.
pub(crate) mod reason {
    pub(crate) const NO_CREDENTIAL: &str = "noCredential";
    pub(crate) const ACCESS_RESTRICTIONS: &str = "accessRestrictions";
    pub(crate) const NOT_FOUND: &str = "notFound";
    pub(crate) const NO_POLICY: &str = "noPolicyAllows";
}

/// A validated set of policies that answers questions.
pub struct Engine {
    policies: PolicySet,
    authorizer: Authorizer,
    /// What the policies say of each action on entities, by place in [`ACTIONS`]. `None` where only
    /// Cedar can tell, which is never an action that lists.
    compiled: Vec<Option<Vec<Compiled>>>,
    cache: Cache,
}

impl Engine {
    /// Loads policy files, each a name and its text. Nothing is taken of files of which one is wrong.
    pub fn load(files: Vec<(String, String)>) -> Result<Self, PolicyErrors> {
        let sources: Vec<Source> = files.into_iter().map(|(name, text)| Source { name, text }).collect();
        let loaded = load::load(&sources, &schema())?;
        let mut errors: Vec<PolicyError> =
            loaded.iter().flat_map(|policy| lint(policy, &sources[policy.source])).collect();
        let mut compiled = Vec::with_capacity(ACTIONS.len());
        for info in ACTIONS {
            if info.cedar_resource != <EntityRef as Resource>::CEDAR_TYPE {
                compiled.push(None);
                continue;
            }
            match compile_all(&loaded, &sources, info) {
                Ok(policies) => compiled.push(Some(policies)),
                Err(problems) => {
                    if info.lists {
                        errors.extend(problems);
                    }
                    compiled.push(None);
                }
            }
        }
        PolicyErrors::check(errors)?;
        let mut policies = PolicySet::new();
        for policy in loaded {
            policies.add(policy.policy).expect("ids were compared when loading");
        }
        Ok(Self { policies, authorizer: Authorizer::new(), compiled, cache: Cache::default() })
    }

    /// Decides whether the principal may do `A` to the thing these facts are about.
    pub fn decide<A: Action>(
        &self,
        principal: &Principal,
        facts: &<A::Resource as Resource>::Facts,
    ) -> Verdict<A> {
        let judgement = self.judge(principal, A::INFO, A::Resource::entity(facts));
        Verdict::new(judgement, A::Resource::of(facts), principal)
    }

    /// The verdict on a thing that does not exist: the same refusal, recorded the same way, as for one
    /// the principal may not see.
    pub fn missing<A: Action>(&self, principal: &Principal, resource: A::Resource) -> Verdict<A> {
        let judgement = bounded(principal, A::INFO)
            .unwrap_or_else(|| Judgement::refused(Refused::Hidden, vec![reason::NOT_FOUND.into()]));
        Verdict::new(judgement, resource, principal)
    }

    /// Whether [`Engine::decide`] would allow `A` on the portal itself. It gives leave for nothing and leaves no
    /// record: it only tells whether a link to it is worth showing.
    pub fn offers<A: Action<Resource = Portal>>(&self, principal: &Principal) -> bool {
        bounded(principal, A::INFO).is_none() && self.ask_cedar(principal, A::INFO, None).0
    }

    /// Decides to which entities the principal may do `A`.
    pub fn scope<A: ListAction>(&self, principal: &Principal) -> ScopeVerdict<A> {
        let nothing = || Arc::new(Predicate::FALSE);
        if let Some(refused) = bounded(principal, A::INFO) {
            return ScopeVerdict::new(refused, nothing(), principal);
        }
        // Every action that lists is compiled; if one were not, nobody would see anything.
        let Some(residual) = self.residual(principal, A::INFO) else {
            let judgement = Judgement::refused(Refused::Hidden, vec![reason::NO_POLICY.into()]);
            return ScopeVerdict::new(judgement, nothing(), principal);
        };
        let judgement = if residual.allowed.constant() == Some(false) {
            Judgement::refused(Refused::Hidden, residual.reason.clone())
        } else {
            Judgement::allowed(residual.reason.clone())
        };
        ScopeVerdict::new(judgement, Arc::clone(&residual.allowed), principal)
    }

    /// What the policies leave open about entities for this principal; `None` where only Cedar can tell.
    pub(crate) fn residual(&self, principal: &Principal, info: &ActionInfo) -> Option<Arc<Residual>> {
        let place = ACTIONS.iter().position(|known| known.name() == info.name())?;
        let policies = self.compiled.get(place)?.as_ref()?;
        if !principal.is_authenticated() {
            return None;
        }
        let make = || {
            let (request, entities) =
                cedar::question(principal, info, None).expect("a stranger was turned away above");
            Residual::new(policies, &World { request, entities })
        };
        Some(self.cache.of(principal).at(place, make))
    }

    fn judge(
        &self,
        principal: &Principal,
        info: &'static ActionInfo,
        facts: Option<&Attributes>,
    ) -> Judgement {
        if let Some(refused) = bounded(principal, info) {
            return refused;
        }
        let (allowed, reason) = self.ask(principal, info, facts);
        if allowed {
            return Judgement::allowed(reason);
        }
        let read = ReadEntity::INFO;
        let visible = match facts {
            None => true,
            Some(_) if info.name() == read.name() => false,
            Some(_) => bounded(principal, read).is_none() && self.ask(principal, read, facts).0,
        };
        Judgement::refused(if visible { Refused::Forbidden } else { Refused::Hidden }, reason)
    }

    /// Decides by the residual where there is one: it is Cedar's answer, found in a fraction of the time.
    fn ask(
        &self,
        principal: &Principal,
        info: &ActionInfo,
        facts: Option<&Attributes>,
    ) -> (bool, Vec<Arc<str>>) {
        match facts.and_then(|facts| Some((facts, self.residual(principal, info)?))) {
            Some((facts, residual)) => residual.decide(facts),
            None => self.ask_cedar(principal, info, facts),
        }
    }

    /// Cedar's own decision, with any evaluation error counted as a denial.
    pub(crate) fn ask_cedar(
        &self,
        principal: &Principal,
        info: &ActionInfo,
        facts: Option<&Attributes>,
    ) -> (bool, Vec<Arc<str>>) {
        let Some((request, entities)) = cedar::question(principal, info, facts) else {
            return (false, vec![reason::NO_CREDENTIAL.into()]);
        };
        let response = self.authorizer.is_authorized(&request, &self.policies, &entities);
        let id = |id: &cedar_policy::PolicyId| Arc::from(id.to_string());
        let mut errors = response.diagnostics().errors().map(|error| {
            let cedar_policy::AuthorizationError::PolicyEvaluationError(error) = error;
            id(error.policy_id())
        });
        let mut reason: Vec<Arc<str>> = errors.by_ref().collect();
        let failed = !reason.is_empty();
        if !failed {
            reason = response.diagnostics().reason().map(id).collect();
        }
        reason.sort_unstable();
        if reason.is_empty() {
            reason.push(reason::NO_POLICY.into());
        }
        (!failed && response.decision() == Decision::Allow, reason)
    }
}

/// What holds before any policy is asked: a stranger may do nothing, and a service no more than its
/// token's `accessRestrictions`.
pub(crate) fn bounded(principal: &Principal, info: &ActionInfo) -> Option<Judgement> {
    let service = match principal {
        Principal::Nobody(_) => {
            return Some(Judgement::refused(Refused::Stranger, vec![reason::NO_CREDENTIAL.into()]));
        }
        Principal::User(_) => return None,
        Principal::Service(service) => service,
    };
    let restrictions = service.restrictions()?;
    let plugin = info.event.plugin;
    let refused = if !restrictions.allows_plugin(plugin) {
        Refused::OutOfBounds
    } else if restrictions.allows(plugin, info.name(), info.attribute) {
        return None;
    } else if info.lists {
        Refused::Hidden
    } else {
        Refused::Forbidden
    };
    Some(Judgement::refused(refused, vec![reason::ACCESS_RESTRICTIONS.into()]))
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("policies", &self.policies.num_of_policies()).finish_non_exhaustive()
    }
}
