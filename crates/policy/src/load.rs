//! Policy files become a validated policy set, or a list of what is wrong with them.

use std::collections::{HashMap, HashSet};
use std::str::FromStr as _;
use std::sync::Arc;

use cedar_policy::{Policy, PolicyId, PolicySet, Schema, ValidationError, ValidationMode, Validator};
use miette::Diagnostic;

use crate::error::{PolicyError, PolicyErrors};
use crate::nesting::too_deep;

/// Most policy text loaded, in bytes, over all files.
pub(crate) const MAX_BYTES: usize = 1024 * 1024;

/// A policy file's name and text.
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Source {
    pub(crate) fn error(&self, offset: usize, message: String, help: Option<String>) -> PolicyError {
        PolicyError::at(&self.name, &self.text, offset, message, help)
    }

    /// What Cedar says, at the place it says it of; at `fallback` when it names none.
    fn diagnostic(&self, diagnostic: &dyn Diagnostic, fallback: usize) -> PolicyError {
        let label = diagnostic.labels().and_then(|mut labels| labels.next());
        let offset = label.as_ref().map_or(fallback, miette::LabeledSpan::offset);
        let mut message = diagnostic.to_string();
        if let Some(text) = label.as_ref().and_then(|label| label.label()).filter(|text| !text.is_empty()) {
            message = format!("{message}: {text}");
        }
        let help = if message.contains("on entity type `Service` not found") {
            Some("the policy speaks of services too: write `principal is User`".to_owned())
        } else if message.contains("on entity type `User` not found") {
            Some("the policy speaks of users too: write `principal is Service`".to_owned())
        } else if message.contains("on entity type `Portal` not found") {
            Some("the policy speaks of the portal too: write `resource is Entity`".to_owned())
        } else {
            diagnostic.help().map(|help| help.to_string())
        };
        self.error(offset, message, help)
    }
}

/// One policy and where it stands.
pub(crate) struct Loaded {
    pub(crate) id: Arc<str>,
    pub(crate) policy: Policy,
    /// Place of its file in the list of sources.
    pub(crate) source: usize,
    /// Byte offset of its first character.
    pub(crate) offset: usize,
}

/// Parses and validates. Every file is checked, so that one mistake does not hide another.
pub(crate) fn load(sources: &[Source], schema: &Schema) -> Result<Vec<Loaded>, PolicyErrors> {
    let mut errors = Vec::new();
    let mut loaded: Vec<Loaded> = Vec::new();
    let mut taken: HashMap<Arc<str>, usize> = HashMap::new();
    let mut budget = MAX_BYTES;
    for (at, source) in sources.iter().enumerate() {
        let Some(left) = budget.checked_sub(source.text.len()) else {
            let message = format!("policy files are longer than {MAX_BYTES} bytes together");
            errors.push(source.error(0, message, Some("split off what is not policy".into())));
            break;
        };
        budget = left;
        if let Some((offset, problem)) = too_deep(&source.text) {
            let help = "split the policy, or compare with a set: `[\"a\", \"b\"].contains(...)`";
            errors.push(source.error(offset, problem, Some(help.to_owned())));
            continue;
        }
        match PolicySet::from_str(&source.text) {
            Err(problems) => errors.extend(problems.iter().map(|problem| source.diagnostic(problem, 0))),
            Ok(set) => {
                let (found, wrong) = name(source, at, &set);
                errors.extend(wrong);
                errors.extend(validate(source, &found, schema));
                for policy in found {
                    if let Some(first) = taken.get(&policy.id) {
                        let first = &sources[*first].name;
                        let message =
                            format!("policy id `{}` is taken by another policy in {first}", policy.id);
                        let help = "give each policy an @id of its own".to_owned();
                        errors.push(source.error(policy.offset, message, Some(help)));
                    } else {
                        taken.insert(Arc::clone(&policy.id), at);
                        loaded.push(policy);
                    }
                }
            }
        }
    }
    PolicyErrors::check(errors)?;
    Ok(loaded)
}

/// Gives each policy its `@id`, or the name of its file and its place in it.
fn name(source: &Source, at: usize, set: &PolicySet) -> (Vec<Loaded>, Vec<PolicyError>) {
    let offset =
        |loc: Option<&cedar_policy_core::parser::Loc>| loc.map_or(0, cedar_policy_core::parser::Loc::start);
    let wrong = set.templates().map(|template| {
        let core: &cedar_policy_core::ast::Template = template.as_ref();
        let help = "name the principal or the resource, or leave the scope open and write a condition";
        source.error(offset(core.loc()), "templates are not supported".into(), Some(help.into()))
    });
    let mut policies: Vec<(usize, &Policy)> = set
        .policies()
        .map(|policy| {
            let core: &cedar_policy_core::ast::Policy = policy.as_ref();
            (offset(core.loc()), policy)
        })
        .collect();
    policies.sort_by_key(|(offset, _)| *offset);
    let found = policies.into_iter().enumerate().map(|(index, (offset, policy))| {
        let id: Arc<str> = match policy.annotation("id").filter(|id| !id.is_empty()) {
            Some(id) => id.into(),
            None => format!("{}:{}", source.name, index + 1).into(),
        };
        Loaded { policy: policy.new_id(PolicyId::new(&*id)), id, source: at, offset }
    });
    (found.collect(), wrong.collect())
}

/// Strict validation; a warning (a policy that can never apply, letters that look alike) is a mistake
/// too.
fn validate(source: &Source, policies: &[Loaded], schema: &Schema) -> Vec<PolicyError> {
    let mut errors = Vec::new();
    let mut set = PolicySet::new();
    let mut starts = HashMap::new();
    for policy in policies {
        starts.insert(policy.policy.id().clone(), policy.offset);
        // The same id twice in one file is reported where ids are compared.
        let _ = set.add(policy.policy.clone());
    }
    let start = |id: &PolicyId| starts.get(id).copied().unwrap_or_default();
    let result = Validator::new(schema.clone()).validate(&set, ValidationMode::Strict);
    // A misspelt name is reported as such; that the policy then applies to nothing follows from it.
    let (follows, first): (Vec<_>, Vec<_>) = result
        .validation_errors()
        .partition(|problem| matches!(problem, ValidationError::InvalidActionApplication(_)));
    let mut mistaken: HashSet<&PolicyId> = HashSet::new();
    for problem in first {
        mistaken.insert(problem.policy_id());
        errors.push(source.diagnostic(problem, start(problem.policy_id())));
    }
    for problem in follows {
        if mistaken.insert(problem.policy_id()) {
            errors.push(source.diagnostic(problem, start(problem.policy_id())));
        }
    }
    for problem in result.validation_warnings() {
        if mistaken.insert(problem.policy_id()) {
            errors.push(source.diagnostic(problem, start(problem.policy_id())));
        }
    }
    for error in &mut errors {
        // The place says which policy it is.
        if let Some((_, rest)) =
            error.message.split_once("`, ").filter(|_| error.message.starts_with("for policy `"))
        {
            error.message = rest.to_owned();
        }
    }
    errors
}
