use super::tables;
use crate::code::ast::ExprKind;
use crate::code::{At, CallAt, Code, Def};
use crate::fix::Fix;
use crate::secret_names::is_secret;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// What code does to a secret so that it is not kept as it is.
const KEEPS: &[&str] =
    &["encrypt", "decrypt", "bcrypt", "scrypt", "argon2", "pbkdf2", "cipher", "createhash", "createhmac"];

const WHY: &str =
    "whoever reads the database, a copy of it or a backup has the credentials of everyone who entered one";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    for table in tables::with_secrets(cx.repository()) {
        let Some((column, place)) = table.secrets.first() else { continue };
        let is_kept = code
            .under(&table.folder)
            .filter(|module| module.text().contains(column.as_str()))
            .any(|module| code.calls_in(module).into_iter().any(keeps));
        if is_kept {
            continue;
        }
        findings
            .at(place, format!("`{column}` of the table `{}` is stored as it is", table.name))
            .confidence(Confidence::Medium)
            .why(WHY)
            .fix(Fix::manual("keep a reference to a secret store instead; or encrypt the value with a key that is not in the database"));
    }
    for call in code.calls("set") {
        if let Some(store) = database_of(code, call)
            && call.args().take(2).any(holds_secret)
        {
            findings
                .at(&call.place(), "a credential is put into a store of Keyv as it is")
                .confidence(Confidence::Medium)
                .why(WHY)
                .fix(Fix::manual("encrypt the value first, and take a hash of a credential for its key"))
                .because(Some(&store.place()), "the store is kept in a database");
        }
    }
    Ok(())
}

/// Whether a call makes something of a secret that may be kept: `encrypt(token)`, `rows.map(decryptRow)`. A key such as
/// `storageEncrypted` does not.
fn keeps(call: CallAt<'_>) -> bool {
    let given = call.args().filter_map(|arg| match &arg.expr.kind {
        ExprKind::Ident(name) | ExprKind::Member { name, .. } => Some(&**name),
        _ => None,
    });
    call.name().into_iter().chain(given).any(|name| {
        let lower = name.to_ascii_lowercase();
        KEEPS.iter().any(|way| lower.contains(way) && !lower.ends_with("encrypted"))
    })
}

/// Where the Keyv is made that something is put into, if it keeps that in a database.
fn database_of<'a>(code: &'a Code, call: CallAt<'a>) -> Option<CallAt<'a>> {
    let receiver = call.receiver()?.source().to_ascii_lowercase();
    if !receiver.contains("keyv") || receiver.contains("memory") {
        return None;
    }
    let folder = code.package_folder(call.at.module);
    code.calls("Keyv").into_iter().find(|made| {
        let module = made.at.module;
        let text = module.source(made.at.span()).to_ascii_lowercase();
        let of_package = |name: &str| module.text().contains(name);
        let external = matches!(made.callee(), Def::External { .. });
        let stores = ["postgres", "mysql", "sqlite", "redis", "mongo", "store"];
        external
            && code.package_folder(module) == folder
            && of_package("@keyv/")
            && stores.iter().any(|store| text.contains(store))
    })
}

/// Whether an argument is a credential, or holds one.
fn holds_secret(at: At<'_>) -> bool {
    let named = |name: &str| is_secret(name) || name.to_ascii_lowercase().ends_with("jwt");
    match &at.expr.kind {
        ExprKind::Ident(name) | ExprKind::Member { name, .. } => named(name),
        ExprKind::Object(properties) => {
            properties.iter().any(|property| property.key.as_deref().is_some_and(named))
        }
        _ => false,
    }
}
