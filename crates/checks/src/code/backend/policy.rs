//! Permission policies.

use crate::Place;
use crate::code::ast::ExprKind;
use crate::code::{At, CallAt, ClassAt, Code, Def, FunctionAt};

/// A class (or an object) that decides about permissions.
#[derive(Debug)]
pub struct Policy<'a> {
    /// Its name.
    pub name: Option<String>,
    /// Where it is written.
    pub place: Place,
    /// What decides.
    pub handle: FunctionAt<'a>,
    /// Where it is really set; nowhere, as far as can be told, if it is empty.
    pub set: Vec<Set<'a>>,
}

/// Where a policy is set.
#[derive(Clone, Copy, Debug)]
pub struct Set<'a> {
    /// `policy.setPolicy(new X())`, or the `createRouter({ policy: new X() })` of the old system.
    pub call: CallAt<'a>,
}

impl Code {
    /// The classes that implement a permission policy: those that say so, or whose `handle` is set as one.
    pub fn policies(&self) -> Vec<Policy<'_>> {
        let sets = self.set_policies();
        let mut found = Vec::new();
        for module in self.mentioning("handle") {
            for class in module.classes().map(|class| ClassAt { code: self, module, class }) {
                let says = class.class.implements.iter().any(|name| &**name == "PermissionPolicy");
                let set: Vec<Set<'_>> = sets
                    .iter()
                    .filter(|(_, def)| matches!(def, Def::Class(other) if is_same(*other, class)))
                    .map(|(set, _)| *set)
                    .collect();
                if let Some(handle) = class.method("handle").filter(|_| says || !set.is_empty()) {
                    let name = class.class.name.as_deref().map(str::to_owned);
                    found.push(Policy { name, place: module.place(class.class.span), handle, set });
                }
            }
        }
        for (set, def) in &sets {
            if let Def::Value(at) = def
                && let Some(handle) = at.property_function("handle")
            {
                found.push(Policy { name: None, place: at.place(), handle, set: vec![*set] });
            }
        }
        found
    }

    /// Where policies are set, with what is set: a class, an object, or something of a package.
    pub fn set_policies(&self) -> Vec<(Set<'_>, Def<'_>)> {
        let mut found = Vec::new();
        for call in self.calls("setPolicy") {
            found.extend(call.arg(0).map(|policy| (Set { call }, what(policy))));
        }
        for call in self.calls("createRouter") {
            let of_permission = matches!(call.callee(), Def::External { source, .. } if source.starts_with("@backstage/plugin-permission-backend"));
            if of_permission
                && let Some((_, policy)) = call.arg(0).and_then(|options| {
                    options.properties().into_iter().rev().find(|(name, _)| &**name == "policy")
                })
            {
                found.push((Set { call }, what(policy)));
            }
        }
        found
    }
}

/// What a policy is made of: the class of `new X()`.
fn what(policy: At<'_>) -> Def<'_> {
    let at = policy.value();
    match &at.expr.kind {
        ExprKind::New(call) => CallAt { at, call }.callee(),
        _ => policy.resolve(),
    }
}

fn is_same(a: ClassAt<'_>, b: ClassAt<'_>) -> bool {
    a.module.path == b.module.path && a.class.span == b.class.span
}
