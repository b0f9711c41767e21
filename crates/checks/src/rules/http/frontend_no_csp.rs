use crate::fix::Fix;
use crate::{Checklist, Context, File, Findings, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Low, serve: Serve::Inapplicable, check };

const HEADER: &str = "content-security-policy";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let files = &cx.repository().files;
    // Pages that stand beside the portal are somebody else's.
    let projects = cx.projects()?;
    let is_of_portal = |file: &File| {
        projects.iter().any(|project| {
            let rest = file.path.strip_prefix(project.folder.as_str());
            rest.is_some_and(|rest| project.folder.is_empty() || rest.starts_with('/'))
        })
    };
    let servers: Vec<&File> = files.iter().filter(|file| serves_an_app(file) && is_of_portal(file)).collect();
    if servers.is_empty() {
        return Err(Skip::because("no configuration of nginx or Caddy here that serves an app's files"));
    }
    // A snippet, or an entrypoint, may add it.
    let is_added = files.iter().any(|file| {
        let is_of_server = file.name().eq_ignore_ascii_case("caddyfile")
            || [".conf", ".template", ".sh", ".inc"].iter().any(|end| file.name().ends_with(end));
        is_of_server && file.text().is_some_and(has_header)
    });
    for file in servers.into_iter().filter(|_| !is_added) {
        let Some(place) =
            ["add_header", "server {", "server{", "try_files"].iter().find_map(|word| file.place_of(word))
        else {
            continue;
        };
        findings
            .at(&place, "the app is served without a Content-Security-Policy")
            .why("the policy that the backend sends is only on what the backend serves: here a script that gets into a page may load and send anything")
            .fix(Fix::manual("send the policy that `backend.csp` makes: `add_header Content-Security-Policy \"default-src 'self'; ...\" always;`"));
    }
    Ok(())
}

/// Whether a file has nginx or Caddy serve the files of an app with one page.
fn serves_an_app(file: &File) -> bool {
    let name = file.name().to_ascii_lowercase();
    let in_skeleton =
        file.path.split('/').any(|part| matches!(part, "skeleton" | "skeletons" | "content" | "templates"));
    let is_conf = [".conf", ".conf.template", ".conf.tpl", ".conf.j2"].iter().any(|end| name.ends_with(end));
    (is_conf || name == "caddyfile")
        && !in_skeleton
        && file.text().is_some_and(|text| {
            text.lines()
                .map(str::trim)
                .any(|line| line.starts_with("try_files") && line.contains("/index.html"))
        })
}

fn has_header(text: &str) -> bool {
    text.lines().any(|line| !line.trim_start().starts_with('#') && line.to_ascii_lowercase().contains(HEADER))
}
