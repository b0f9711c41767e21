//! What reaches where, and what is returned when.

use super::*;
use crate::Repository;
use crate::code::FunctionAt;
use crate::repo::Files;

fn repository(text: &str) -> Repository {
    Repository::of(Files::of_texts([
        ("packages/backend/package.json", r#"{"name": "backend", "backstage": {"role": "backend"}}"#),
        ("packages/backend/src/index.ts", text),
        (
            "packages/backend/src/lib.ts",
            "import fs from 'fs-extra';
             export const read = (name) => fs.readFile(name);
             export class Reader { load({ file }) { return fs.readFile(`/x/${file}`); } }
             export const same = (x) => x;",
        ),
    ]))
}

fn handler(repository: &Repository) -> FunctionAt<'_> {
    let call = *repository.code().calls("handle").first().expect("it is called");
    call.arg(0).and_then(crate::code::At::function).expect("it is given a function")
}

const SOURCES: &[Source] = &[Source { param: 0, path: "query" }, Source { param: 0, path: "body" }];
const SINKS: &[Sink] = &[
    Sink { package: "child_process", name: "exec", arg: Some(0) },
    Sink { package: "fs-extra", name: "readFile", arg: Some(0) },
    Sink { package: "", name: "fetch", arg: Some(0) },
    Sink { package: "*", name: "readUrl", arg: Some(0) },
    Sink { package: "axios", name: "get", arg: Some(0) },
];

fn reached(body: &str) -> Vec<(u32, usize, usize)> {
    let text = format!(
        "import {{ exec }} from 'child_process'; import {{ promisify }} from 'util'; import axios from 'axios'; import path from 'path'; import {{ read, Reader, same }} from './lib';\n{body}"
    );
    let repository = repository(&text);
    flows(handler(&repository), SOURCES, SINKS)
        .iter()
        .map(|flow| (flow.call.place().line, flow.chain.len(), flow.checks.len()))
        .collect()
}

#[test]
fn what_comes_from_outside_is_followed() {
    for body in [
        "const run = ({ host, cmd }) => exec(cmd); handle(req => { const cmd = req.query.cmd; run({ host: 'a', cmd }); });",
        "handle(async (req, res) => { exec(req.query.cmd); });",
        "handle(async (req, res) => { const { cmd } = req.body; exec(`ls ${cmd}`); });",
        "handle(async ({ body: { cmd = 'x' } }) => { exec('ls ' + cmd); });",
        "handle(req => { const a = [req.body.x]; for (const b of a) { exec(b.trim()); } });",
        "handle(req => { let a; if (req.headers.x) { a = req.query.x as string; } promisify(exec)(a!); });",
        "const run = promisify(exec); handle(async function (req) { await run(req.query.x ?? 'ls'); });",
        "handle(async req => { req.body.list.forEach(item => { exec(item); }); });",
        "handle(async req => { await fetch(new URL(req.query.url)); });",
        "handle(async req => { const o = {}; o.url = req.query.u; await fetch(o.url); });",
        "handle(async req => { await reader.readUrl(same(req.query.u)); });",
        "const client = axios.create({}); handle(async req => { client.get('/x/' + path.join('a', req.query.u)); });",
        "handle(async req => { try { x(); } catch (e) { exec(req.body.a); } });",
        "function inner(r) { exec(r.query.x); } handle(req => inner(req));",
    ] {
        assert_eq!(reached(body).len(), 1, "{body}");
    }
}

#[test]
fn it_is_followed_into_other_modules() {
    let text = "handle(async (req) => { await read(req.query.a); });";
    let repository = repository(&format!("import {{ read, Reader }} from './lib';\n{text}"));
    let found = flows(handler(&repository), SOURCES, SINKS);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].call.place().to_string(), "packages/backend/src/lib.ts:2:44");
    assert_eq!(found[0].chain[0].to_string(), "packages/backend/src/index.ts:2:36");
    assert_eq!(
        reached("const r = new Reader(); handle(async (req) => { r.load({ file: req.body.f }); });").len(),
        1
    );
}

#[test]
fn what_is_harmless_is_left_alone() {
    for body in [
        "const run = ({ host, cmd }) => fetch(host); handle(req => { const cmd = req.query.cmd; const host = 'a'; run({ host, cmd }); });",
        "handle(async (req, res) => { exec('ls'); });",
        "handle(async (req, res) => { exec(req.user.name); });",
        "handle(async (req, res) => { res.json(req.body); });",
        "handle(async req => { const n = Number(req.query.n); exec(`head -n ${n}`); });",
        "handle(async req => { await fetch(`https://x/${encodeURIComponent(req.query.u)}`); });",
        "handle(async req => { await fetch('https://x', { body: req.body }); });",
        "handle(async req => { let a = req.query.a; a = 'fixed'; exec(a); });",
        "function exec2(a) {} handle(async req => { exec2(req.body); });",
        "handle(async req => { exec(req.body.length + ''); });",
    ] {
        assert_eq!(reached(body), [], "{body}");
    }
}

#[test]
fn conditions_that_ask_about_the_value_are_told() {
    let found = reached(
        "handle(async req => { const a = req.query.a; if (!OK.includes(a)) { throw new Error(); } exec(a); });",
    );
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].2, 1);
    let found = reached(
        "handle(async req => { const a = req.query.a; if (typeof a !== 'string') return; exec(a); });",
    );
    assert_eq!(found[0].2, 0);
}

#[test]
fn recursion_ends() {
    assert_eq!(
        reached("function f(a) { f(a); g(a); exec(a); } function g(a) { f(a); } handle(r => f(r.body));")
            .len(),
        1
    );
}

/// Each way as `value [conditions]`.
fn ways(body: &str) -> Vec<String> {
    let repository = repository(&format!("handle({body});"));
    let function = handler(&repository);
    returns(function)
        .iter()
        .map(|way| {
            let value = way.value.map_or("-", crate::code::At::source);
            let guards: Vec<String> = way
                .guards
                .iter()
                .map(|guard| {
                    let text = |expr: Option<&crate::code::ast::Expr>| {
                        expr.map_or("*", |expr| function.module.source(expr.span)).to_owned()
                    };
                    let case = guard.case.map(|case| format!("={}", text(Some(case)))).unwrap_or_default();
                    format!("{}{}{case}", if guard.holds { "" } else { "!" }, text(guard.test))
                })
                .collect();
            format!("{value} [{}]", guards.join(" "))
        })
        .collect()
}

#[test]
fn returns_come_with_their_conditions() {
    assert_eq!(ways("() => 1"), ["1 []"]);
    assert_eq!(ways("() => {}"), ["- []"]);
    assert_eq!(ways("() => { if (a) { return 1; } return 2; }"), ["1 [a]", "2 [!a]"]);
    assert_eq!(
        ways("() => { if (a) { return 1; } else if (b) return 2; }"),
        ["1 [a]", "2 [!a b]", "- [!a !b]"]
    );
    assert_eq!(ways("() => { if (a) { f(); } return 2; }"), ["2 []"]);
    assert_eq!(ways("() => a ? 1 : b ? 2 : 3"), ["1 [a]", "2 [!a b]", "3 [!a !b]"]);
    assert_eq!(
        ways(
            "() => { switch (a) { case 1: return 'x'; case 2: f(); break; default: return 'z'; } return 'end'; }"
        ),
        ["'x' [a=1]", "'z' [a]", "'end' []"]
    );
    assert_eq!(ways("() => { switch (a) { case 1: return 'x'; default: throw e; } }"), ["'x' [a=1]"]);
    assert_eq!(ways("() => { try { return 1; } catch { return 2; } }"), ["1 []", "2 [*]"]);
    assert_eq!(ways("() => { for (const x of y) { if (x) return 1; } throw e; }"), ["1 [x]"]);
    assert_eq!(ways("() => { for (const x of y) { if (x) break; } return 2; }"), ["2 []"]);
}
