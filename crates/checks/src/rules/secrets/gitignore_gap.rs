use crate::fix::{Edit, Fix};
use crate::{Checklist, Confidence, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// What nobody should be able to add by accident: a file's name, and the usual pattern for it.
const WANTED: &[(&str, &str)] = &[("app-config.local.yaml", "*.local.yaml"), (".env", ".env")];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let files = &cx.repository().files;
    for project in cx.projects()? {
        if project.configs.is_empty() {
            continue;
        }
        // A project's own ignore file, and those above it.
        let mut folders = vec![project.folder.as_str()];
        while let Some((above, _)) = folders.last().and_then(|folder| folder.rsplit_once('/')) {
            folders.push(above);
        }
        if !project.folder.is_empty() {
            folders.push("");
        }
        let ignores: Vec<_> = folders
            .iter()
            .filter_map(|folder| {
                files.get(&if folder.is_empty() {
                    ".gitignore".to_owned()
                } else {
                    format!("{folder}/.gitignore")
                })
            })
            .collect();
        let Some(nearest) = ignores.first() else {
            let place = &project.configs[0].path;
            findings
                .at(
                    &Place::whole(place),
                    "nothing keeps local configuration out of the repository: there is no .gitignore",
                )
                .confidence(Confidence::Medium)
                .why("app-config.local.yaml and .env are where developers put their own credentials")
                .fix(Fix::manual("add a .gitignore with `*.local.yaml`, `.env` and `node_modules`"));
            continue;
        };
        let text: String = ignores.iter().filter_map(|file| file.text()).collect::<Vec<_>>().join("\n");
        for (name, pattern) in WANTED {
            if ignored(&text, name) {
                continue;
            }
            let end = nearest.text().map_or(0, |text| text.trim_end().len());
            let last = nearest.place(end, end);
            findings
                .at(&Place::whole(&nearest.path), format!("`{name}` is not ignored"))
                .why("it is where developers put their own credentials, and `git add .` takes it along")
                .fix(Fix::safe(
                    format!("add `{pattern}`"),
                    vec![Edit::InsertAfter { place: last, text: (*pattern).to_owned() }],
                ));
        }
    }
    Ok(())
}

/// Whether a file of this name is ignored, by the last pattern that is about it.
fn ignored(text: &str, name: &str) -> bool {
    let mut builder = ignore::gitignore::GitignoreBuilder::new("");
    for line in text.lines() {
        // A line that is no pattern ignores nothing.
        let _ = builder.add_line(None, line);
    }
    builder.build().is_ok_and(|rules| rules.matched(name, false).is_ignore())
}
