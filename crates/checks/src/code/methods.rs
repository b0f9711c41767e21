//! Methods by their name, for what is called of something that a function was handed: `options.store.getRule(id)`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::code::Code;
use crate::code::ast::ExprKind;
use crate::code::at::{At, CallAt, FunctionAt};
use crate::code::resolve::Def;

/// Classes that may be meant; with more of them it is anybody's guess.
const MAX_MEANT: usize = 3;
/// The shortest name that says whose it is.
const MIN_NAME: usize = 5;

/// The methods of the classes of backends: for a name the module, the class and the member of each.
pub(super) type Methods = HashMap<Arc<str>, Vec<(Arc<str>, usize, usize)>>;

pub(super) fn find(code: &Code) -> Methods {
    let mut found = Methods::new();
    for module in code.modules().filter(|module| is_of_server(&module.path)) {
        for (at, class) in module.classes().enumerate() {
            for (member, own) in class.members.iter().enumerate() {
                let is_function =
                    own.value.as_ref().is_some_and(|value| matches!(value.kind, ExprKind::Function(_)));
                if let Some(name) = own.name.as_ref().filter(|name| is_function && name.len() >= MIN_NAME) {
                    found.entry(Arc::clone(name)).or_default().push((Arc::clone(&module.path), at, member));
                }
            }
        }
    }
    found.retain(|_, all| all.len() <= MAX_MEANT);
    found
}

/// Whether code runs on a server, by where it is.
fn is_of_server(path: &str) -> bool {
    path.split('/').any(|part| part.contains("backend") || part.ends_with("-node"))
}

/// The methods that a call may mean, where what it is called of was handed in, or kept by a constructor.
pub(super) fn meant<'a>(call: CallAt<'a>, callee: &Def<'a>) -> Vec<FunctionAt<'a>> {
    let Def::Member { object, name } = callee else { return Vec::new() };
    if !is_handed(object) {
        return Vec::new();
    }
    let code = call.at.code;
    let Some(all) = code.methods().get(&**name) else { return Vec::new() };
    let found = all.iter().filter_map(|(path, class, member)| {
        let module = code.module(path)?;
        let class = module.classes().nth(*class)?;
        // What a class calls of another one by the same name as its own, it hands on.
        if module.path == call.at.module.path && class.span.holds(call.at.span()) {
            return None;
        }
        let expr = class.members.get(*member)?.value.as_ref()?;
        At { code, module, expr }.function()
    });
    found.collect()
}

fn is_handed(object: &Def<'_>) -> bool {
    match object {
        Def::Param { .. } => true,
        Def::Member { object, .. } => is_handed(object) || is_this(object),
        _ => false,
    }
}

fn is_this(object: &Def<'_>) -> bool {
    matches!(object, Def::Value(At { expr, .. }) if matches!(expr.kind, ExprKind::This))
}
