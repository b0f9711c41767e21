//! Plugins, modules and services that the repository defines.

use std::sync::Arc;

use crate::Place;
use crate::code::ast::ExprKind;
use crate::code::binding::names;
use crate::code::flow::returns;
use crate::code::{At, CallAt, Code, Def, FunctionAt, Walk as _};

/// A plugin, module, service or loader.
#[derive(Debug)]
pub struct Definition<'a> {
    /// What it is.
    pub kind: DefinitionKind,
    /// Its plugin's id.
    pub plugin: Option<String>,
    /// Its own id, for a module.
    pub module_id: Option<String>,
    /// What it replaces, for a service: `coreServices.httpAuth`.
    pub service: Option<Def<'a>>,
    /// The call that defines it.
    pub call: CallAt<'a>,
    /// What it depends on.
    pub deps: Vec<Dep<'a>>,
    /// What it runs: `init`, or `factory` and `createRootContext` of a service, or `loader`.
    pub runs: Vec<FunctionAt<'a>>,
}

/// What a definition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefinitionKind {
    /// `createBackendPlugin`
    Plugin,
    /// `createBackendModule`
    Module,
    /// `createServiceFactory`
    Service,
    /// `createBackendFeatureLoader`
    Loader,
}

/// Something that a definition depends on.
#[derive(Clone, Debug)]
pub struct Dep<'a> {
    /// The name that it has in the definition.
    pub name: Arc<str>,
    /// What it is: `coreServices.httpRouter`, `policyExtensionPoint`.
    pub service: Def<'a>,
    /// Where it is written.
    pub place: Place,
}

impl Dep<'_> {
    /// The last name of what it is: `httpRouter`, `policyExtensionPoint`.
    pub fn service_name(&self) -> Option<&str> {
        let (Def::External { name, .. } | Def::Member { name, .. }) = &self.service else { return None };
        Some(name.rsplit('.').next().unwrap_or(name))
    }
}

/// A call of something that a definition depends on.
#[derive(Clone, Debug)]
pub struct ServiceCall<'a> {
    /// What it depends on.
    pub dep: Dep<'a>,
    /// What is called: `use` of `httpRouter.use(router)`.
    pub method: &'a str,
    /// The call.
    pub call: CallAt<'a>,
}

impl<'a> Definition<'a> {
    /// The calls of what it depends on, in order.
    pub fn service_calls(&self) -> Vec<ServiceCall<'a>> {
        let mut found = Vec::new();
        for function in &self.runs {
            for call in function.calls() {
                let (Some(method), Some(receiver)) = (call.name(), call.receiver()) else { continue };
                let Some(key) = key_of(*function, receiver) else { continue };
                if let Some(dep) = self.deps.iter().find(|dep| dep.name == key) {
                    found.push(ServiceCall { dep: dep.clone(), method, call });
                }
            }
        }
        found
    }

    /// The calls of one method of one thing that it depends on: `("httpRouter", "addAuthPolicy")`.
    pub fn calls_of(&self, service: &str, method: &str) -> Vec<CallAt<'a>> {
        let is =
            |found: &ServiceCall<'a>| found.method == method && found.dep.service_name() == Some(service);
        self.service_calls().into_iter().filter(is).map(|found| found.call).collect()
    }

    /// What a loader loads: what it yields, and what is in the lists that it returns.
    pub(super) fn loaded(&self) -> Vec<At<'a>> {
        let mut found = Vec::new();
        for function in &self.runs {
            for value in returns(*function).into_iter().filter_map(|way| way.value) {
                match value.items() {
                    items if items.is_empty() => found.push(value),
                    items => found.extend(items),
                }
            }
            function.function.body.walk(&mut |expr| {
                // The only operator that is lowered to itself with one operand is `yield`.
                if let ExprKind::Other(yielded) = &expr.kind {
                    found.extend(yielded.iter().map(|one| function.at(one)));
                }
            });
        }
        found
    }
}

impl Code {
    /// All of them, in the order of files and places.
    pub fn definitions(&self) -> Vec<Definition<'_>> {
        let names = [
            "createBackendPlugin",
            "createBackendModule",
            "createServiceFactory",
            "createBackendFeatureLoader",
        ];
        names.into_iter().flat_map(|name| self.calls(name)).filter_map(of).collect()
    }
}

/// What a call defines.
pub(super) fn of(call: CallAt<'_>) -> Option<Definition<'_>> {
    let kind = match call.callee() {
        Def::External { source, name } if source.starts_with("@backstage/") => match &*name {
            "createBackendPlugin" => DefinitionKind::Plugin,
            "createBackendModule" => DefinitionKind::Module,
            "createServiceFactory" => DefinitionKind::Service,
            "createBackendFeatureLoader" => DefinitionKind::Loader,
            _ => return None,
        },
        _ => return None,
    };
    let given = call.arg(0)?;
    // Once a function could be given, which returns the rest.
    let options = match given.function() {
        Some(function) => returns(function).pop()?.value?,
        None => given,
    };
    let text = |key: &str| options.get(key).and_then(At::text);
    let plugin = text("pluginId").or_else(|| text("id"));
    let module_id = text("moduleId");
    let mut found =
        Definition { kind, plugin, module_id, service: None, call, deps: Vec::new(), runs: Vec::new() };
    match kind {
        DefinitionKind::Service | DefinitionKind::Loader => {
            found.service = options.property_def("service");
            found.runs_of(options, &["factory", "createRootContext", "loader"]);
        }
        DefinitionKind::Plugin | DefinitionKind::Module => {
            let register = options.property_function("register");
            for inner in register.into_iter().flat_map(FunctionAt::calls) {
                if inner.name() == Some("registerInit")
                    && let Some(init) = inner.arg(0)
                {
                    found.runs_of(init, &["init"]);
                }
            }
        }
    }
    Some(found)
}

/// Under which name the function was given something.
fn key_of<'a>(function: FunctionAt<'a>, at: At<'a>) -> Option<Arc<str>> {
    let given = function.function.params.first()?;
    let of_param = |declared| {
        let found = names(given).into_iter().find(|(_, span, _)| *span == declared)?;
        Some(found.2)
    };
    match at.resolve() {
        Def::Param { declared, .. } => match &of_param(declared)?[..] {
            [key] => Some(Arc::clone(key)),
            _ => None,
        },
        Def::Member { object, name } => match *object {
            Def::Param { declared, .. } if of_param(declared)?.is_empty() => Some(name),
            _ => None,
        },
        _ => None,
    }
}

impl<'a> Definition<'a> {
    fn runs_of(&mut self, options: At<'a>, functions: &[&str]) {
        self.runs.extend(functions.iter().filter_map(|name| options.property_function(name)));
        for (name, at) in options.get("deps").into_iter().flat_map(At::properties) {
            self.deps.push(Dep { name, service: at.resolve(), place: at.place() });
        }
    }
}

impl<'a> At<'a> {
    /// What a property of the object that it stands for is.
    fn property_def(self, key: &str) -> Option<Def<'a>> {
        self.properties().into_iter().rev().find(|(name, _)| &**name == key).map(|(_, at)| at.resolve())
    }

    /// The function in a property of the object that it stands for.
    pub(super) fn property_function(self, key: &str) -> Option<FunctionAt<'a>> {
        match self.property_def(key)? {
            Def::Function(function) => Some(function),
            _ => None,
        }
    }
}
