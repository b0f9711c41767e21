//! Actions of the scaffolder.

use crate::code::{At, CallAt, Code, Def, FunctionAt};

/// An action: `createTemplateAction({ id, schema, handler })`.
#[derive(Clone, Debug)]
pub struct Action<'a> {
    /// Its id, if that is written.
    pub id: Option<String>,
    /// What it does; its first parameter has `input`.
    pub handler: Option<FunctionAt<'a>>,
    /// What it asks for.
    pub schema: Option<At<'a>>,
    /// The call that defines it.
    pub call: CallAt<'a>,
}

impl Code {
    /// All of them.
    pub fn actions(&self) -> Vec<Action<'_>> {
        let calls = self.calls("createTemplateAction").into_iter();
        let ours = |call: &CallAt<'_>| matches!(call.callee(), Def::External { source, .. } if source.starts_with("@backstage/"));
        calls.filter(ours).filter_map(of).collect()
    }
}

fn of(call: CallAt<'_>) -> Option<Action<'_>> {
    let options = call.arg(0)?;
    Some(Action {
        id: options.get("id").and_then(At::text),
        handler: options.property_function("handler"),
        schema: options.get("schema"),
        call,
    })
}
