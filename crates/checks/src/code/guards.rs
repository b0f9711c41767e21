//! Under which conditions something is run.

use crate::code::ast::{Expr, ExprKind, Span, Stmt, StmtKind};
use crate::code::module::Module;

/// A condition under which something is run.
#[derive(Clone, Copy, Debug)]
pub struct Guard<'a> {
    /// The condition; for a case of a `switch` what is looked at; nothing for `catch`.
    pub test: Option<&'a Expr>,
    /// For a case of a `switch`, what it is compared with.
    pub case: Option<&'a Expr>,
    /// Whether it holds there.
    pub holds: bool,
    /// Where what it guards is written.
    pub over: Span,
}

impl<'a> Guard<'a> {
    pub(super) fn of(test: &'a Expr, holds: bool, over: Span) -> Self {
        Self { test: Some(test), case: None, holds, over }
    }
}

impl Module {
    /// The conditions around something, outermost first: `if`, `switch`, `catch`, `? :`, `&&`, `||` and `??`, also
    /// those around the function that it is in.
    pub fn guards(&self, span: Span) -> Vec<Guard<'_>> {
        let mut found = Vec::new();
        of_stmts(&self.body, span, &mut found);
        for function in self.functions() {
            if function.span.holds(span) {
                of_stmts(&function.body, span, &mut found);
            }
        }
        self.walk(&mut |expr| match &expr.kind {
            ExprKind::Conditional { test, then, otherwise } => {
                found.push(Guard::of(test, true, then.span));
                found.push(Guard::of(test, false, otherwise.span));
            }
            ExprKind::Binary { op: op @ ("&&" | "||" | "??"), sides } => {
                let [left, right] = &**sides;
                found.push(Guard::of(left, *op == "&&", right.span));
            }
            _ => {}
        });
        found.retain(|guard| guard.over.holds(span));
        found.sort_by_key(|guard| (guard.over.start, std::cmp::Reverse(guard.over.end)));
        // A function in a block of another is reached in two ways.
        found.dedup_by_key(|guard| guard.over);
        found
    }
}

fn of_stmts<'a>(stmts: &'a [Stmt], span: Span, found: &mut Vec<Guard<'a>>) {
    for stmt in stmts.iter().filter(|stmt| stmt.span.holds(span)) {
        match &stmt.kind {
            StmtKind::If { test, then, otherwise } => {
                found.push(Guard::of(test, true, then.span));
                found.extend(otherwise.as_ref().map(|other| Guard::of(test, false, other.span)));
            }
            StmtKind::Switch { on, cases } => found.extend(cases.iter().map(|case| Guard {
                test: Some(on),
                case: case.test.as_ref(),
                holds: true,
                over: case.span,
            })),
            StmtKind::Try(tried) => found.extend(tried.handler.iter().flatten().map(|stmt| Guard {
                test: None,
                case: None,
                holds: true,
                over: stmt.span,
            })),
            _ => {}
        }
        stmt.parts().into_iter().for_each(|part| of_stmts(part, span, found));
    }
}
