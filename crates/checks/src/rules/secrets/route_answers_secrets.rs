use super::tables::{self, Table};
use crate::code::ast::ExprKind;
use crate::code::flow::returns;
use crate::code::{At, CallAt, Def};
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Plugins, severity: Severity::High, serve: Serve::Inapplicable, check };

/// Keys of an object that are looked at for what stands in the place of something else.
const MAX_KEYS: usize = 128;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    let tables = tables::with_secrets(cx.repository());
    if tables.is_empty() {
        return Ok(());
    }
    for call in ["json", "send", "jsonp"].into_iter().flat_map(|name| code.calls(name)) {
        if !answers(call) {
            continue;
        }
        let folder = code.package_folder(call.at.module);
        let own: Vec<&Table> = tables.iter().filter(|table| table.folder == folder).collect();
        let Some((column, query)) = call.arg(0).and_then(|answer| sent(answer, &own, &[], 5)) else {
            continue;
        };
        findings
            .at(&call.place(), format!("a route answers with whole rows, `{column}` among them"))
            .why("whoever may call the route gets the credential itself, and the browser keeps it")
            .fix(Fix::manual(
                "select the columns that the caller needs, and answer whether there is a credential",
            ))
            .because(Some(&query.place()), "this reads every column");
    }
    Ok(())
}

/// Whether it is an answer that is sent: `res.json(..)`, `response.status(201).json(..)`.
fn answers(call: CallAt<'_>) -> bool {
    let mut of = call.receiver();
    while let Some(at) = of {
        match &at.expr.kind {
            ExprKind::Call(inner) => of = CallAt { at, call: inner }.receiver(),
            ExprKind::Ident(name) => return matches!(name.trim_start_matches('_'), "res" | "response"),
            _ => return false,
        }
    }
    false
}

/// The column with a secret that is among what is sent, and the query that reads it.
fn sent<'a, 't>(
    answer: At<'a>,
    tables: &[&'t Table],
    without: &[&str],
    depth: u8,
) -> Option<(&'t str, CallAt<'a>)> {
    let depth = depth.checked_sub(1)?;
    let at = match answer.resolve() {
        Def::Value(at) => at,
        // `const [row] = await db(..)`
        Def::Member { object, name } if name.bytes().all(|byte| byte.is_ascii_digit()) => match *object {
            Def::Value(at) => at,
            _ => return None,
        },
        _ => return None,
    };
    match &at.expr.kind {
        ExprKind::Object(properties) => properties.iter().enumerate().find_map(|(index, property)| {
            // `{ ...row, token: row.token ? '***' : '' }`: what comes later stands in its place.
            let later =
                properties.iter().take(MAX_KEYS).skip(index + 1).filter_map(|later| later.key.as_deref());
            let without: Vec<&str> = match property.value.kind {
                ExprKind::Spread(_) => later.chain(without.iter().copied()).collect(),
                _ => Vec::new(),
            };
            sent(at.with(&property.value), tables, &without, depth)
        }),
        ExprKind::Spread(inner) | ExprKind::Await(inner) => sent(at.with(inner), tables, without, depth),
        ExprKind::Binary { op: "??" | "||", sides } => sent(at.with(&sides[0]), tables, without, depth),
        ExprKind::Call(call) => {
            let call = CallAt { at, call };
            if let Some(column) = read(call, tables, without) {
                return Some((column, call));
            }
            let Def::Function(function) = call.callee() else { return None };
            returns(function).into_iter().find_map(|way| sent(way.value?, tables, without, depth))
        }
        _ => None,
    }
}

/// The column with a secret that a query of knex reads.
fn read<'t>(query: CallAt<'_>, tables: &[&'t Table], without: &[&str]) -> Option<&'t str> {
    let mut names: Vec<(&str, CallAt<'_>)> = Vec::new();
    let mut at = Some(query);
    let mut table = None;
    while let Some(call) = at {
        let name = call.name().unwrap_or_default();
        let text = || call.arg(0).and_then(At::text);
        match call.receiver() {
            Some(receiver) if matches!(receiver.expr.kind, ExprKind::Call(_)) => {
                if matches!(name, "from" | "into") {
                    table = text();
                }
                names.push((name, call));
                let ExprKind::Call(inner) = &receiver.expr.kind else { break };
                at = Some(CallAt { at: receiver, call: inner });
            }
            // `db('table')`, `this.db('table')`, `db.select(..)`
            _ => {
                match name {
                    "select" | "from" | "first" => {
                        names.push((name, call));
                        table = if name == "from" { text() } else { table };
                    }
                    _ => table = table.or_else(text),
                }
                at = None;
            }
        }
    }
    let table = table?;
    let known = tables.iter().find(|known| known.name == table)?;
    let chosen = |call: &CallAt<'_>| -> Option<Vec<String>> {
        let args: Vec<At<'_>> = call
            .args()
            .flat_map(|arg| match arg.items() {
                items if items.is_empty() => vec![arg],
                items => items,
            })
            .collect();
        (!args.is_empty())
            .then(|| args.into_iter().map(|arg| arg.text().unwrap_or_else(|| "?".to_owned())).collect())
    };
    let is = |wanted: &[&str]| names.iter().any(|(name, _)| wanted.contains(name));
    if is(&["count", "countDistinct", "sum", "min", "max", "avg", "del", "delete", "pluck"])
        && !is(&["returning"])
    {
        return None;
    }
    if is(&["insert", "update", "upsert", "merge"]) && !is(&["returning"]) {
        return None;
    }
    let columns = names
        .iter()
        .filter(|(name, _)| {
            matches!(*name, "select" | "columns" | "column" | "returning" | "first" | "distinct")
        })
        .find_map(|(_, call)| chosen(call));
    let reads = |column: &str| {
        columns.as_ref().is_none_or(|columns| {
            columns
                .iter()
                .any(|own| own == "*" || own.ends_with(".*") || own.rsplit('.').next() == Some(column))
        })
    };
    known
        .secrets
        .iter()
        .map(|(column, _)| &**column)
        .find(|column| reads(column) && !without.contains(column))
}
