use crate::Repository;
use crate::repo::Files;
use crate::rules::permission::permissions::{CATALOG_READ, DANGEROUS, TOMORROW};

use super::{Asked, Who, ask};

/// What a policy with a body answers.
fn answer(body: &str, permission: Asked<'_>, who: Who) -> Option<String> {
    let text = format!(
        "import {{ AuthorizeResult, isPermission }} from '@backstage/plugin-permission-common';
         import {{ catalogEntityDeletePermission }} from '@backstage/plugin-catalog-common/alpha';
         const ALLOW = {{ result: AuthorizeResult.ALLOW }};
         const DENY = {{ result: AuthorizeResult.DENY }};
         export class Own {{ async handle(request, user) {{ {body} }}
           isAdmin(user) {{ return this.admins.includes(user.info.userEntityRef); }}
           mustBe(user) {{ if (!user) throw new Error('nobody'); }} }}"
    );
    let package = r#"{"name": "backend", "backstage": {"role": "backend"}}"#;
    let repository = Repository::of(Files::of_texts([
        ("packages/backend/package.json", package),
        ("packages/backend/src/index.ts", &*text),
    ]));
    let code = repository.code();
    let module = code.module("packages/backend/src/index.ts").expect("it is read");
    let class = module.classes().next().expect("it is there");
    let handle = crate::code::ClassAt { code, module, class }.method("handle").expect("it is there");
    ask(handle, permission, who).map(|answer| answer.result)
}

#[test]
fn what_is_certain_is_answered() {
    let delete = DANGEROUS[0];
    for (body, permission, who, wanted) in [
        ("return ALLOW;", TOMORROW, Who::Nobody, Some("ALLOW")),
        ("if (!user) return DENY; return ALLOW;", TOMORROW, Who::Nobody, Some("DENY")),
        ("if (!user) return DENY; return ALLOW;", TOMORROW, Who::Somebody, Some("ALLOW")),
        (
            "return isPermission(request.permission, catalogEntityDeletePermission) ? DENY : ALLOW;",
            delete,
            Who::Somebody,
            Some("DENY"),
        ),
        (
            "return isPermission(request.permission, catalogEntityDeletePermission) ? DENY : ALLOW;",
            CATALOG_READ,
            Who::Somebody,
            Some("ALLOW"),
        ),
        (
            "switch (request.permission.name) { case 'catalog.entity.delete': case 'x': return DENY; default: return ALLOW; }",
            delete,
            Who::Somebody,
            Some("DENY"),
        ),
        (
            "const { permission: { name } } = request; if (name.startsWith('catalog.')) return ALLOW; return DENY;",
            CATALOG_READ,
            Who::Nobody,
            Some("ALLOW"),
        ),
        ("if (this.isAdmin(user)) return ALLOW; return DENY;", TOMORROW, Who::Somebody, Some("DENY")),
        (
            "if (user?.info.ownershipEntityRefs.includes('group:default/a')) return ALLOW; return DENY;",
            TOMORROW,
            Who::Somebody,
            Some("DENY"),
        ),
        (
            "let decision = DENY; for (const other of [DENY, ALLOW]) { if (other.result !== AuthorizeResult.DENY) { decision = other; break; } } return decision;",
            TOMORROW,
            Who::Somebody,
            Some("ALLOW"),
        ),
        ("this.mustBe(user); return ALLOW;", TOMORROW, Who::Nobody, None),
        ("this.mustBe(user); return ALLOW;", TOMORROW, Who::Somebody, Some("ALLOW")),
        (
            "try { this.mustBe(user); return ALLOW; } catch { return DENY; }",
            TOMORROW,
            Who::Nobody,
            Some("DENY"),
        ),
        (
            "if (await this.service.decides(request)) return ALLOW; return DENY;",
            TOMORROW,
            Who::Somebody,
            None,
        ),
        (
            "if (await this.service.decides(request)) throw new Error('no'); return ALLOW;",
            TOMORROW,
            Who::Somebody,
            None,
        ),
        ("return this.inner.handle(request, user);", TOMORROW, Who::Somebody, None),
    ] {
        assert_eq!(answer(body, permission, who).as_deref(), wanted, "{body} {who:?}");
    }
}

#[test]
fn what_grows_without_end_is_given_up() {
    let twice = |start: &str, step: &str| format!("let x = {start}; {} return ALLOW;", step.repeat(60));
    for body in [
        twice("'aaaa'", "x = x + x; "),
        twice("['a']", "x = [...x, ...x]; "),
        twice("['a']", "x = x.concat(x); "),
        twice("['a']", "x = [x, x]; "),
        twice("{ a: 1 }", "x = { ...x, b: x, c: x }; "),
        twice(
            "[1, 2, 3, 4, 5, 6, 7, 8]",
            "for (const a of [1, 2, 3]) for (const b of [1, 2, 3]) x.push(b); ",
        ),
        format!("{}{}", "if (request.a) { ".repeat(150), "return ALLOW; ".to_owned() + &"}".repeat(150)),
        format!("const f = n => f(n) || f(n); f(1); return {}1;", "request.a ? ALLOW : ".repeat(200)),
        format!("{} return ALLOW;", "if (this.a(x)) { x = 1; } ".repeat(3000)),
    ] {
        // Whatever it says, it ends.
        answer(&body, TOMORROW, Who::Somebody);
    }
}
