//! The body of a fuzz target: any text, read as code and asked everything.

use std::sync::Arc;

use crate::Repository;
use crate::code::ast::ExprKind;
use crate::code::flow::{Sink, Source, flows, returns};
use crate::code::{At, FunctionAt};
use crate::repo::Files;

/// Whatever is written, reading ends without a panic, everything lies within the file, and every question about it is
/// answered.
pub fn read(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let package = r#"{"name": "backend", "backstage": {"role": "backend"}}"#;
    let repository = Repository::of(Files::of_texts([
        ("packages/backend/package.json", package),
        ("packages/backend/src/index.ts", &*text),
        ("packages/backend/src/other.tsx", &*text),
        ("packages/backend/src/old.js", &*text),
    ]));
    let code = repository.code();
    let whole = code.modules().filter(|module| module.problem.is_none()).count();
    assert_eq!(whole + code.unread().len(), 3);
    for module in code.modules() {
        let within = |span: crate::code::ast::Span| span.start <= span.end && span.end as usize <= text.len();
        for comment in &module.comments {
            assert!(within(comment.span) && text.is_char_boundary(comment.span.start as usize));
        }
        module.walk(&mut |expr| {
            assert!(within(expr.span), "{expr:?}");
            let at = At { code, module, expr };
            at.resolve();
            at.constant();
            if let ExprKind::Function(function) = &expr.kind {
                ask(FunctionAt { code, module, function });
            }
        });
        for function in module.functions() {
            assert!(within(function.span));
        }
    }
    code.backends();
    code.definitions().iter().for_each(|definition| drop(definition.service_calls()));
    code.policies();
    code.actions();
    for entry in code.routers().iter().flat_map(|router| &router.entries) {
        entry.functions();
    }
}

fn ask(function: FunctionAt<'_>) {
    let sources = [Source { param: 0, path: "body" }];
    let sinks =
        [Sink { package: "*", name: "exec", arg: None }, Sink { package: "", name: "fetch", arg: Some(0) }];
    flows(function, &sources, &sinks);
    assert!(returns(function).iter().all(|way| Arc::ptr_eq(&way.place.path, &function.module.path)));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    /// What code is made of, so that much of what is put together means something.
    const PIECES: &[&str] = &[
        "const a = ",
        "b",
        "a",
        ".body",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        ";",
        "\n",
        ", ",
        " => ",
        "async ",
        "await ",
        "function f(",
        "class A extends ",
        "return ",
        "if (",
        "else ",
        "switch (a) { case 1: ",
        "for (const x of ",
        "import ",
        "export ",
        "default ",
        "* as c from 'express'",
        "import('x')",
        "...",
        "`a${",
        "}`",
        "'text'",
        "<div a={",
        "/>",
        "</div>",
        "? ",
        ": ",
        " ?? ",
        " && ",
        "!",
        "new ",
        "fetch(",
        "x.exec(",
        "req.body.y",
        "{ a: b = 1, ...c }",
        " as any",
        "enum E { A = 1 }",
        "namespace n { ",
        "// c\n",
        "/* d */",
        "yield ",
        "#p",
        "static ",
        "try { ",
        "catch (e) { ",
        "throw ",
        "=",
        "+=",
        "@dec ",
        "type T = ",
        "\u{e9}",
        "/re/",
        "'",
        "createBackend()",
        "Router()",
        "router.get('/a', ",
        "\0",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn any_pieces_are_read(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
            super::read(pieces.concat().as_bytes());
        }

        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            super::read(&bytes);
        }
    }

    #[test]
    fn real_code_that_is_cut_anywhere_is_read() {
        let text = "import { Router } from 'express';\nexport async function createRouter({ a, b: [c = 1] }: Opts) {\n  const router = Router();\n  router.get(`/x/${a}`, async (req, res) => { try { res.json(await fetch(req.body.url!)); } catch (e: any) { throw new E(<a b={1}>t</a>); } });\n  switch (a) { case 1: return a ? router : null; default: break; }\n  return router;\n}\n";
        for end in (0..=text.len()).step_by(3) {
            super::read(&text.as_bytes()[..end]);
            super::read(&text.as_bytes()[end..]);
        }
    }
}
