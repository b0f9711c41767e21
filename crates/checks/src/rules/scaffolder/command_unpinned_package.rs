use crate::code::ast::ExprKind;
use crate::code::{At, CallAt};
use crate::fix::Fix;
use crate::packages::Packages;
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::High, serve: Serve::Inapplicable, check };

/// Programs of packages that an application of Backstage has anyway.
const AT_HAND: &[&str] = &["backstage-cli", "tsc", "eslint", "prettier", "jest", "knex", "ts-node", "tsx"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    let packages = &cx.repository().packages;
    for module in code.modules() {
        let text = module.text();
        let runs = ["npx", "npm", "dlx", "bunx", "pip", "uvx", "'go", "\"go", "go install"];
        let in_backend = module.path.split('/').any(|part| part.contains("backend"));
        if !in_backend || !runs.iter().any(|program| text.contains(program)) {
            continue;
        }
        let in_action = text.contains("createTemplateAction");
        for call in code.calls_in(module) {
            let Some(found) = unpinned(&words(call), packages) else { continue };
            findings
                .at(&found.place, format!("`{}` is fetched as the newest of the moment, and run", found.package))
                .severity(if in_action { Severity::High } else { Severity::Medium })
                .why("whoever publishes that package next, or takes over its name, runs code in the backend with the portal's files and credentials")
                .fix(Fix::manual(format!("write an exact version, or make `{}` a dependency that the lock file holds", found.package)))
                .because(Some(&call.place()), "it is run here");
        }
    }
    Ok(())
}

/// A word of a command: nothing where it is not written in the code.
struct Word {
    text: Option<String>,
    place: Place,
}

/// The words that a call runs, if it runs any: `spawn('npx', ['x'])`, `exec('npx x')`, `run({ command, args })`.
fn words(call: CallAt<'_>) -> Vec<Word> {
    let runs = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["exec", "spawn", "run", "shell", "command", "fork"].iter().any(|word| name.contains(word))
    };
    let Some(first) = call.arg(0).filter(|_| call.name().is_some_and(runs)) else { return Vec::new() };
    let (program, args) = match first.get("command") {
        Some(command) => (command, first.get("args")),
        None => (first, call.arg(1)),
    };
    let mut found = Vec::new();
    if let ExprKind::Template { tag: None, body } = &program.value().expr.kind {
        // What is put in is one unknown word, or a part of one.
        let line = body.texts.join("\u{0}");
        found.extend(line.split_whitespace().map(|word| Word {
            text: (!word.contains('\u{0}') || body.parts.is_empty()).then(|| word.to_owned()),
            place: program.place(),
        }));
    } else {
        let Some(line) = program.text() else { return Vec::new() };
        let place = || program.place();
        found
            .extend(line.split_whitespace().map(|word| Word { text: Some(word.to_owned()), place: place() }));
    }
    for arg in args.into_iter().flat_map(At::items) {
        found.push(Word { text: arg.text(), place: arg.place() });
    }
    found
}

/// A package that is fetched in whatever version there is.
struct Unpinned {
    package: String,
    place: Place,
}

fn unpinned(words: &[Word], packages: &Packages) -> Option<Unpinned> {
    let text = |at: usize| words.get(at).and_then(|word| word.text.as_deref()).unwrap_or_default();
    (0..words.len()).find_map(|at| {
        let (from, is_pinned): (usize, fn(&str) -> bool) = match (text(at), text(at + 1)) {
            ("npx" | "bunx" | "pnpx", _) => (at + 1, is_pinned_npm),
            ("npm" | "pnpm" | "yarn", "exec" | "x" | "dlx" | "add") | ("npm" | "pnpm", "install" | "i") => {
                (at + 2, is_pinned_npm)
            }
            ("pip" | "pip3" | "pipx", "install" | "run") => (at + 2, is_pinned_python),
            ("uvx", _) => (at + 1, is_pinned_python),
            ("go", "install" | "run") => (at + 2, |name| !name.ends_with("@latest")),
            _ => return None,
        };
        let operand = operand(words, from)?;
        let package = operand.text.clone()?;
        let bare =
            package.get(1..).and_then(|rest| rest.rfind('@')).map_or(&*package, |end| &package[..=end]);
        let is_path = package.starts_with(['.', '/', '-']) || package.contains("://");
        let is_here = AT_HAND.contains(&bare)
            || (bare == package
                && packages
                    .iter()
                    .flat_map(|own| &own.dependencies)
                    .any(|dependency| &*dependency.name == bare));
        (!is_path && !is_here && !is_pinned(&package))
            .then(|| Unpinned { package, place: operand.place.clone() })
    })
}

/// The first word that is no option: what is run or installed.
fn operand(words: &[Word], from: usize) -> Option<&Word> {
    let mut rest = words.get(from..)?.iter();
    while let Some(word) = rest.next() {
        match word.text.as_deref() {
            Some("-p" | "--package") => return rest.next(),
            // Of files and folders, which say versions themselves.
            Some("-r" | "--requirement" | "-e" | "--prefix" | "-C") => return None,
            Some(option) if option.starts_with('-') => {}
            Some("&&" | "|" | ";" | "||") => return None,
            _ => return Some(word),
        }
    }
    None
}

fn is_pinned_npm(package: &str) -> bool {
    let version = package.get(1..).and_then(|rest| rest.rsplit_once('@')).map_or("", |(_, version)| version);
    version.split('.').count() >= 3 && version.starts_with(|c: char| c.is_ascii_digit())
}

fn is_pinned_python(package: &str) -> bool {
    package.contains("==") || package.split_once('@').is_some_and(|(_, version)| version.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_as_words() {
        let found = |line: &str| {
            let place = Place::whole(&std::sync::Arc::from("x"));
            let words: Vec<Word> = line
                .split(' ')
                .map(|word| Word { text: Some(word.to_owned()), place: place.clone() })
                .collect();
            unpinned(&words, &Packages::default()).map(|found| found.package)
        };
        for (line, package) in [
            ("npx @techdocs/cli@latest generate", "@techdocs/cli@latest"),
            ("npx --yes create-thing x", "create-thing"),
            ("npx -p @acme/tool tool", "@acme/tool"),
            ("cd x && npm install -g serverless", "serverless"),
            ("yarn dlx cdktf-cli@0 get", "cdktf-cli@0"),
            ("pip install mkdocs", "mkdocs"),
            ("go install example.com/x@latest", "example.com/x@latest"),
        ] {
            assert_eq!(found(line).as_deref(), Some(package), "{line}");
        }
        for line in [
            "npx @techdocs/cli@1.9.1 generate",
            "npx ./tool",
            "npx tsc",
            "npm install",
            "npm ci",
            "pip install -r requirements.txt",
            "pip install mkdocs==1.6.0",
            "go run example.com/x@v1.2.3",
            "npm run build",
            "echo npx",
        ] {
            assert_eq!(found(line), None, "{line}");
        }
    }
}
