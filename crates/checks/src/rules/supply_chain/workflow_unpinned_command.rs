use super::workflow;
use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// What fetches a program and runs it, or installs it for the next step.
const FETCH: &[&[&str]] = &[
    &["npx"],
    &["yarn", "dlx"],
    &["pnpm", "dlx"],
    &["pnpx"],
    &["bunx"],
    &["npm", "install", "-g"],
    &["npm", "i", "-g"],
    &["npm", "install", "--global"],
    &["yarn", "global", "add"],
    &["pip", "install"],
    &["pip3", "install"],
    &["pipx", "install"],
    &["pipx", "run"],
    &["uvx"],
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let own: Vec<&str> = cx
        .packages()
        .map(|packages| {
            packages.iter().flat_map(|package| package.dependencies.iter().map(|one| &*one.name)).collect()
        })
        .unwrap_or_default();
    for workflow in workflow::all(*cx)? {
        for job in workflow.jobs() {
            let trusted = workflow::secret(job).is_some()
                || workflow
                    .permissions(job)
                    .is_some_and(|permissions| workflow::writes(permissions).is_some());
            for step in job.get("steps").map(Item::items).unwrap_or_default() {
                let Some(run) = step.get("run") else { continue };
                let Some((how, name)) = run.as_str().and_then(|script| unpinned(script, &own)) else {
                    continue;
                };
                findings
                    .at(run.key_place(), format!("`{how}` takes the newest `{name}` there is"))
                    .severity(if trusted { Severity::Medium } else { Severity::Low })
                    .confidence(Confidence::Medium)
                    .why(if trusted {
                        "whoever gets to publish a version of it runs code with the job's secrets, at the next run"
                    } else {
                        "whoever gets to publish a version of it runs code in the job, at the next run"
                    })
                    .fix(Fix::manual(format!("name a version of `{name}`, or put it into a lock file")));
            }
        }
    }
    Ok(())
}

/// The first program of a script that is fetched without a version, and how.
fn unpinned(script: &str, own: &[&str]) -> Option<(String, String)> {
    let lines = script.split(['\n', ';', '|']).flat_map(|line| line.split("&&"));
    for line in lines {
        let words: Vec<&str> = line.split_whitespace().take(64).collect();
        let words = program(&words);
        let Some(how) = FETCH.iter().find(|how| words.starts_with(how)) else { continue };
        let rest = words.get(how.len()..).unwrap_or_default();
        let is_file =
            |word: &&str| matches!(*word, "-r" | "--requirement" | "-c" | "-e" | "--require-hashes");
        if rest.iter().any(is_file) {
            continue;
        }
        // `npx --package=name command` runs the command of another package.
        let package = rest.iter().find_map(|word| word.strip_prefix("--package="));
        let name = package.or_else(|| rest.iter().copied().find(|word| !word.starts_with('-')));
        let Some(name) = name.map(|name| name.trim_matches(['"', '\''])) else { continue };
        let has_version = name.trim_start_matches('@').contains('@')
            && !name.ends_with("@latest")
            && !name.ends_with("@next")
            || name.contains("==")
            || name.contains("~=")
            || name.contains("://");
        let bare = name.trim_end_matches("@latest").trim_end_matches("@next");
        let is_path = name.starts_with(['.', '/', '$']) || name.contains("${");
        // npx runs what is installed, where it is.
        let is_own = how[0] == "npx"
            && !name.ends_with("@latest")
            && own.iter().any(|own| *own == bare || own.rsplit('/').next() == Some(bare));
        let is_itself = matches!(bare, "pip" | "setuptools" | "wheel" | "npm" | "yarn" | "corepack");
        if has_version || is_path || is_own || is_itself {
            continue;
        }
        return Some((how.join(" "), name.to_owned()));
    }
    None
}

/// The words of a command from its program on: without what only starts it (`timeout -v 10m npx ..`).
fn program<'a, 'b>(words: &'a [&'b str]) -> &'a [&'b str] {
    let mut rest = words;
    loop {
        rest = match rest {
            ["sudo" | "time" | "nice" | "exec" | "xvfb-run", after @ ..] => skip_options(after),
            // How long.
            ["timeout", after @ ..] => skip_options(after).get(1..).unwrap_or_default(),
            ["env", after @ ..] | ["python" | "python3", "-m", after @ ..] => after,
            [first, after @ ..] if is_assignment(first) => after,
            all => return all,
        };
    }
}

fn skip_options<'a, 'b>(words: &'a [&'b str]) -> &'a [&'b str] {
    let first = words.iter().position(|word| !word.starts_with('-')).unwrap_or(words.len());
    words.get(first..).unwrap_or_default()
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_version_or_is_installed_is_let_be() {
        let of = |script: &str| unpinned(script, &["@backstage/cli", "playwright"]).map(|(_, name)| name);
        for (script, name) in [
            ("npx --yes @techdocs/cli publish", Some("@techdocs/cli")),
            ("cd docs && npx @techdocs/cli@latest build", Some("@techdocs/cli@latest")),
            ("python -m pip install mkdocs-techdocs-core", Some("mkdocs-techdocs-core")),
            ("npx @techdocs/cli@1.9.0 build", None),
            ("npx playwright test", None),
            ("pip install -r requirements.txt", None),
            ("pip install mkdocs==1.6.0", None),
            ("pip install --upgrade pip", None),
            ("npx ${TOOL}", None),
            ("echo npx", None),
            ("timeout -v 10m npx @techdocs/cli publish", Some("@techdocs/cli")),
            ("FORCE=1 npx @techdocs/cli publish", Some("@techdocs/cli")),
        ] {
            assert_eq!(of(script).as_deref(), name, "{script}");
        }
    }
}
