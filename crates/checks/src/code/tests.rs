//! What names stand for, over small made-up repositories.

use super::*;
use crate::Repository;

fn repository(files: &[(&str, &str)]) -> Repository {
    let package = r#"{"name": "backend", "backstage": {"role": "backend"}}"#;
    let all = files.iter().copied().chain([("packages/backend/package.json", package)]);
    Repository::of(Files::of_texts(all))
}

fn one(text: &str) -> Repository {
    repository(&[("packages/backend/src/index.ts", text)])
}

/// What the argument of `show(..)` stands for.
fn shown(repository: &Repository) -> Def<'_> {
    let call = *repository.code().calls("show").first().expect("it is called");
    call.arg(0).expect("it has an argument").resolve()
}

fn text(repository: &Repository) -> Constant {
    let call = *repository.code().calls("show").first().expect("it is called");
    call.arg(0).expect("it has an argument").constant()
}

#[test]
fn imports_of_packages_are_known_in_every_spelling() {
    for code in [
        "import { Router } from 'express'; show(Router);",
        "import { Router as R } from 'express'; const Q = R; show(Q);",
        "import express from 'express'; show(express.Router);",
        "import * as express from 'express'; show(express['Router']);",
        "const { Router } = require('express'); show(Router);",
        "const express = require('express'); show(express.Router);",
        "async function f() { const { Router } = await import('express'); show(Router); }",
        "import e = require('express'); show((e as any)!.Router);",
    ] {
        let repository = one(code);
        assert!(shown(&repository).is("express", "Router"), "{code}: {:?}", shown(&repository));
    }
}

#[test]
fn names_are_followed_through_modules_and_exports() {
    let repository = repository(&[
        ("packages/backend/src/index.ts", "import { a as b } from './lib'; show(b.c);"),
        ("packages/backend/src/lib/index.ts", "export * from './one.js'; export { x as a } from './two';"),
        ("packages/backend/src/lib/one.ts", "export const other = 1;"),
        (
            "packages/backend/src/lib/two.tsx",
            "import c from '@internal/three'; const x = { ...{ c } }; export { x };",
        ),
        (
            "plugins/three/package.json",
            r#"{"name": "@internal/three", "main": "src/index.ts", "backstage": {"role": "node-library"}}"#,
        ),
        ("plugins/three/src/index.ts", "export default 'found';"),
    ]);
    assert_eq!(text(&repository), Constant::Text("found".to_owned()));
}

#[test]
fn shorthands_of_the_compiler_are_followed() {
    let repository = repository(&[
        ("tsconfig.json", r#"{"compilerOptions": {"paths": {"@lib/*": ["packages/backend/src/lib/*"]}}}"#),
        ("packages/backend/src/index.ts", "import { a } from '@lib/deep/a'; show(a);"),
        ("packages/backend/src/lib/deep/a.ts", "export enum E { A = 'yes' }\nexport const a = E.A;"),
    ]);
    assert_eq!(text(&repository), Constant::Text("yes".to_owned()));
}

#[test]
fn cycles_end() {
    let repository = repository(&[
        ("packages/backend/src/index.ts", "import { a } from './a'; show(a); const q = q; const { z } = z;"),
        ("packages/backend/src/a.ts", "export * from './b'; export { a } from './b';"),
        ("packages/backend/src/b.ts", "export * from './a'; export { a } from './a';"),
    ]);
    assert!(matches!(shown(&repository), Def::Unknown));
    let star = "export * from './a'; export * from './b'; export * from './c';";
    let repository = self::repository(&[
        ("packages/backend/src/index.ts", "import { a } from './a'; show(a);"),
        ("packages/backend/src/a.ts", star),
        ("packages/backend/src/b.ts", star),
        ("packages/backend/src/c.ts", star),
    ]);
    assert!(matches!(shown(&repository), Def::Unknown));
}

#[test]
fn the_innermost_declaration_counts() {
    let repository = one("const a = 'outer'; function f(a) { { const b = a; } show(a); }");
    assert!(matches!(shown(&repository), Def::Param { .. }));
    let repository = one("const a = 'outer'; { const a = 'inner'; } show(a);");
    assert_eq!(text(&repository), Constant::Text("outer".to_owned()));
}

#[test]
fn texts_are_put_together() {
    for (code, means) in [
        ("'a' + `b${1}` + C", Constant::Text("ab1c".to_owned())),
        ("process.env.X ?? 'd'", Constant::Outside { default: Some("d".to_owned()) }),
        ("`https://${process.env.X}`", Constant::Outside { default: None }),
        ("LIST[1].name", Constant::Text("two".to_owned())),
        ("f()", Constant::Unknown),
        ("'a' + f()", Constant::Unknown),
    ] {
        let repository = one(&format!(
            "const C = 'c'; const LIST = [{{ name: 'one' }}, {{ name: 'two' }}] as const; show({code});"
        ));
        assert_eq!(text(&repository), means, "{code}");
    }
}

#[test]
fn what_a_broken_file_still_says_is_kept_or_the_reason_is() {
    let repository = one("show('a'); const x: = ;");
    let code = repository.code();
    let kept = code.module("packages/backend/src/index.ts").and_then(|module| module.problem.as_deref());
    let reason = code.unread().first().map(|unread| unread.reason.as_str());
    assert!(kept.or(reason).is_some_and(|reason| !reason.is_empty()));
}

#[test]
fn hostile_nesting_is_refused_or_cut() {
    let times = |text: &str, n: usize| text.repeat(n);
    for code in [
        times("(", 100_000),
        times("[", 300) + &times("]", 300),
        times("(/*)*/", 150) + &times("!/*;*/", 9_000),
        "x = ".to_owned() + &times("!", 190_000) + "1;",
        "x = ".to_owned() + &times("!", 500_000) + "1;",
        "x = ".to_owned() + &times("a => ", 60_000) + "1;",
        "x = ".to_owned() + &times("async a => ", 40_000) + "1;",
        "x = ".to_owned() + &times("a ? b : ", 45_000) + "1;",
        "x = ".to_owned() + &times("a = ", 90_000) + "1;",
        "x = ".to_owned() + &times("a ** ", 60_000) + "1;",
        "x = 1".to_owned() + &times(" + 1", 90_000) + ";",
        "x = a".to_owned() + &times(".a", 90_000) + ";",
        "x = a".to_owned() + &times("`a`", 60_000) + ";",
        times("if (a) ", 40_000) + "f();",
        times("if (a) f(); else ", 20_000) + "f();",
        times("a: ", 90_000) + "f();",
        times("do ", 190_000) + "f();",
        "x = ".to_owned() + &times("new ", 190_000) + "A;",
        "x = ".to_owned() + &times("await ", 190_000) + "A;",
        "x = ".to_owned() + &times("class extends ", 90_000) + "A {}",
        "x = ".to_owned() + &times("<a>", 60_000) + "b",
    ] {
        let repository = one(&code);
        let code = repository.code();
        let cut = code.modules().any(|module| module.problem.is_some());
        let text = code.modules().next().map(|module| module.text().chars().take(40).collect::<String>());
        assert!(cut || !code.unread().is_empty(), "{text:?}");
    }
    // Decorators and types are not lowered, so nothing of this is cut; it only must not exhaust the stack.
    let types = one(&("type A = ".to_owned() + &times("keyof ", 190_000) + "B;"));
    assert_eq!(types.code().modules().count(), 1);
    let decorators = one(&(times("@a ", 90_000) + "class A {}"));
    assert_eq!(decorators.code().modules().count(), 1);
    let names = one(&("namespace a".to_owned() + &times(".a", 90_000) + " { f(); }"));
    assert_eq!(names.code().calls("f").len(), 1);
    let elements = "x = ".to_owned() + &times("<a>", 60_000);
    let repository = repository(&[("packages/backend/src/a.tsx", &elements)]);
    assert_eq!(repository.code().unread().len(), 1);
}

#[test]
fn comments_are_kept() {
    let repository = one("// one\nf(); /* two */");
    let module = repository.code().modules().next().expect("it is read");
    let texts: Vec<&str> = module.comments.iter().map(|comment| comment.text.trim()).collect();
    assert_eq!(texts, ["one", "two"]);
}

/// A repository has millions of them in memory at once.
#[test]
fn nodes_stay_small() {
    use crate::code::ast::{Expr, Pattern, Stmt};
    assert!(size_of::<Expr>() <= 40, "an expression takes {} bytes", size_of::<Expr>());
    assert!(size_of::<Stmt>() <= 56, "a statement takes {} bytes", size_of::<Stmt>());
    assert!(size_of::<Pattern>() <= 40, "a pattern takes {} bytes", size_of::<Pattern>());
}
