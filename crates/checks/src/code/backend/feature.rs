//! What a backend adds.

use std::sync::Arc;

use crate::Place;
use crate::code::ast::ExprKind;
use crate::code::backend::definition::{self, Definition, DefinitionKind};
use crate::code::flow::returns;
use crate::code::{At, CallAt, Code, Def, Guard, Module};

/// Something that is added to a backend.
#[derive(Debug)]
pub struct Added<'a> {
    /// What is added.
    pub feature: Feature<'a>,
    /// What is written between the parentheses; in a loader, what it loads.
    pub at: At<'a>,
    /// Where that is.
    pub place: Place,
    /// The call of `add`.
    pub call: CallAt<'a>,
    /// The conditions under which it is added; with none, it always is.
    pub guards: Vec<Guard<'a>>,
}

impl Added<'_> {
    /// Whether a condition keeps it out of production: `if (process.env.NODE_ENV !== 'production')`.
    pub fn is_for_development(&self) -> bool {
        let module = self.call.at.module;
        self.guards.iter().any(|guard| {
            let text = guard.test.map(|test| module.source(test.span)).unwrap_or_default();
            // The words stand for themselves, or for their opposite.
            let says = guard.holds != (text.contains("!=") || text.starts_with('!'));
            let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
            has(&["development", "isDev", "isLocal"]) && says || has(&["production", "isProd"]) && !says
        })
    }

    /// The module of a package that it comes from, as imported.
    pub fn source(&self) -> Option<&str> {
        match &self.feature {
            Feature::Package { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// What is added.
#[derive(Debug)]
pub enum Feature<'a> {
    /// A feature of a package.
    Package {
        /// The module as imported: `@backstage/plugin-catalog-backend/alpha`.
        source: Arc<str>,
        /// Its export; `default` for `import('..')`.
        name: Arc<str>,
    },
    /// A feature that the repository defines.
    Definition(Box<Definition<'a>>),
    /// A plugin of the old system: `legacyPlugin('todo', import('./plugins/todo'))`.
    Legacy {
        /// Its id.
        id: Option<String>,
        /// Its module.
        module: Def<'a>,
    },
    /// Not known.
    Unknown,
}

/// Features in features: functions that return them, loaders in loaders.
const MAX_DEPTH: u8 = 6;

/// What the backend that a module creates adds, and where it is started.
pub(super) fn added<'a>(code: &'a Code, module: &'a Module) -> (Vec<Added<'a>>, Option<Place>) {
    let mut found = Vec::new();
    let mut start = None;
    for call in code.calls_in(module) {
        let Some(receiver) = call.receiver().filter(|receiver| is_backend(*receiver)) else { continue };
        match (call.name(), call.arg(0)) {
            (Some("add"), Some(arg)) => add(&mut found, call, arg, module.guards(receiver.span()), 0),
            (Some("start"), _) => start = start.or_else(|| Some(call.place())),
            _ => {}
        }
    }
    (found, start)
}

/// Whether something is a backend: what `createBackend()` gives, or a parameter that is called so.
fn is_backend(at: At<'_>) -> bool {
    match at.resolve() {
        Def::Value(at) => at
            .call()
            .is_some_and(|call| matches!(call.name(), Some("createBackend" | "createSpecializedBackend"))),
        Def::Param { .. } => {
            matches!(&at.expr.kind, ExprKind::Ident(name) if name.to_ascii_lowercase().ends_with("backend"))
        }
        _ => false,
    }
}

fn add<'a>(found: &mut Vec<Added<'a>>, call: CallAt<'a>, at: At<'a>, guards: Vec<Guard<'a>>, depth: u8) {
    let feature = feature(at, depth);
    if let Feature::Definition(definition) = &feature
        && definition.kind == DefinitionKind::Loader
        && depth < MAX_DEPTH
    {
        for loaded in definition.loaded() {
            let mut all = guards.clone();
            all.extend(loaded.module.guards(loaded.span()));
            add(found, call, loaded, all, depth + 1);
        }
        return;
    }
    found.push(Added { feature, at, place: at.place(), call, guards });
}

fn feature(at: At<'_>, depth: u8) -> Feature<'_> {
    if depth > MAX_DEPTH {
        return Feature::Unknown;
    }
    of_def(at.code, at.resolve(), depth)
}

fn of_def<'a>(code: &'a Code, def: Def<'a>, depth: u8) -> Feature<'a> {
    match def {
        Def::External { source, name } => {
            let name = if &*name == "*" { Arc::from("default") } else { name };
            Feature::Package { source, name }
        }
        Def::Module(module) if depth <= MAX_DEPTH => of_def(code, code.export(module, "default"), depth + 1),
        Def::Function(function) if depth <= MAX_DEPTH => match &returns(function)[..] {
            [only] => only.value.map_or(Feature::Unknown, |value| feature(value, depth + 1)),
            _ => Feature::Unknown,
        },
        Def::Value(at) => of_value(at, depth),
        _ => Feature::Unknown,
    }
}

fn of_value(at: At<'_>, depth: u8) -> Feature<'_> {
    let (ExprKind::Call(call) | ExprKind::New(call)) = &at.expr.kind else { return Feature::Unknown };
    let call = CallAt { at, call };
    if let Some(definition) = definition::of(call) {
        return Feature::Definition(Box::new(definition));
    }
    match (call.name(), call.receiver()) {
        // `import('x').then(m => m.plugin)` and `import('x').then(({ plugin }) => plugin)`
        (Some("then"), Some(receiver)) => return taken(receiver, call.arg(0)),
        (Some("legacyPlugin"), _) => {
            let id = call.arg(0).and_then(At::text);
            return Feature::Legacy { id, module: call.arg(1).map_or(Def::Unknown, At::resolve) };
        }
        _ => {}
    }
    match call.callee() {
        // `catalogPlugin()`, as features were once made.
        Def::External { source, name } if call.call.args.is_empty() => Feature::Package { source, name },
        Def::Value(made) if depth < MAX_DEPTH => of_value(made, depth + 1),
        def @ Def::Function(_) => of_def(at.code, def, depth + 1),
        _ => Feature::Unknown,
    }
}

/// What a function takes of a module.
fn taken<'a>(module: At<'a>, how: Option<At<'a>>) -> Feature<'a> {
    let export = how.and_then(At::function).and_then(|function| {
        let [only] = &returns(function)[..] else { return None };
        match only.value?.expr {
            // `m => m.plugin`, and `m => ({ default: m.plugin })`
            expr if matches!(expr.kind, ExprKind::Object(_)) => {
                let (_, value) = function.at(expr).property("default")?;
                last_name(value)
            }
            expr => last_name(function.at(expr)),
        }
    });
    match (module.resolve(), export) {
        (Def::External { source, .. }, Some(name)) => Feature::Package { source, name },
        (Def::Module(found), Some(name)) => of_def(module.code, module.code.export(found, &name), 1),
        _ => Feature::Unknown,
    }
}

fn last_name(at: At<'_>) -> Option<Arc<str>> {
    match &at.expr.kind {
        ExprKind::Ident(name) | ExprKind::Member { name, .. } => Some(Arc::clone(name)),
        _ => None,
    }
}
