use crate::fix::Fix;
use crate::image::lifetime::{self, Ended};
use crate::image::{Dockerfile, Origin, Reference};
use crate::packages::{Range, is_under};
use crate::repo::Files;
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Majors that a range is asked about: more than there will be while this table is of use.
const MAJORS: std::ops::RangeInclusive<u64> = 4..=60;

const WHY: &str = "advisories for Node.js that were published since are not mended in it, and newer Backstage releases do not run on it";
const FIX: &str = "move to a Node.js that is maintained: 24 is until April 2028";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let ended = |version: &str| {
        lifetime::ended(&Reference::parse(&format!("node:{}", version.trim())), cx.repository().today.0)
    };
    let mut judged = false;
    for project in cx.projects()? {
        let of_image = cx.repository().images.iter().any(|image| is_of_node(image, &project.folder));
        let pinned = pinned(&cx.repository().files, &project.folder);
        // What really runs it is told where that is written; the range says no more then.
        let is_said = of_image || !pinned.is_empty();
        for (place, version) in pinned {
            judged = true;
            let Some(ended) = ended(&version) else { continue };
            findings
                .at(&place, format!("{} got its last fixes on {}", ended.what, ended.on))
                .severity(if of_image { Severity::Low } else { Severity::Medium })
                .why(WHY)
                .fix(Fix::manual(FIX));
        }
        let slash = if project.folder.is_empty() { "" } else { "/" };
        for path in ["package.json", "packages/backend/package.json"] {
            let package = cx.repository().packages.at(&format!("{}{slash}{path}", project.folder));
            let Some(engine) = package.and_then(|package| package.node_engine()) else { continue };
            let Some(range) = engine.as_str().and_then(Range::parse) else { continue };
            judged = true;
            if is_said {
                continue;
            }
            let majors: Vec<u64> = MAJORS.filter(|major| range.reaches_major(*major)).collect();
            let all: Option<Vec<Ended>> = majors.iter().map(|major| ended(&major.to_string())).collect();
            let Some(last) = all.and_then(|mut all| all.pop()) else { continue };
            findings
                .at(&engine.place, format!("the application only says that it runs on Node.js {:?}, of which the newest got its last fixes on {}", engine.as_str().unwrap_or_default(), last.on))
                .severity(Severity::Low)
                .why(WHY)
                .fix(Fix::manual(FIX));
        }
    }
    if judged { Ok(()) } else { Err(Skip::because("nothing here says which Node.js it runs on")) }
}

/// Whether an image of an application is built on one of Node.js.
fn is_of_node(image: &Dockerfile, folder: &str) -> bool {
    let is_node = |origin: &Origin| matches!(origin, Origin::Image(image) if image.is_library("node"));
    is_under(&image.path, folder) && image.stages.iter().any(|stage| is_node(&stage.base.origin))
}

/// What version managers are told, for an application in a folder.
fn pinned(files: &Files, folder: &str) -> Vec<(Place, String)> {
    let slash = if folder.is_empty() { "" } else { "/" };
    let mut found = Vec::new();
    for name in [".nvmrc", ".node-version", ".tool-versions"] {
        let Some(file) = files.get(&format!("{folder}{slash}{name}")) else { continue };
        let mut start = 0;
        for line in file.text().unwrap_or_default().split_inclusive('\n') {
            let said = line.split('#').next().unwrap_or_default().trim();
            let version = match name {
                ".tool-versions" => {
                    said.strip_prefix("nodejs ").and_then(|rest| rest.split_whitespace().next())
                }
                _ => Some(said).filter(|said| !said.is_empty()),
            };
            if let Some(version) = version {
                let version = version.trim_start_matches("lts/").trim_start_matches('v').to_ascii_lowercase();
                found.push((file.place(start, start + line.trim_end().len()), version));
                break;
            }
            start += line.len();
        }
    }
    found
}
