use crate::fix::{Edit, Fix};
use crate::image::{Dockerfile, Word, shell::file_name};
use crate::repo::{Production, Project, Role};
use crate::rules::scripts::{self, Home};
use crate::{Checklist, Confidence, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    cx.productions()?;
    kept_running(*cx, findings)?;
    for project in cx.projects()? {
        let Some(forgotten) =
            project.configs.iter().find(|one| one.role == Role::Production && !one.embedded)
        else {
            continue;
        };
        for production in &project.productions {
            if !production.certain || !production.missing().is_empty() || !only_base(project, production) {
                continue;
            }
            // Other images that load the same are to be mended too; what runs them is not.
            let names_configs = |place: &&Place| {
                cx.repository()
                    .images
                    .iter()
                    .any(|image| image.path == place.path && names_its_configs(image))
            };
            let first = production.launch.place.as_ref();
            let also = production.also.iter().filter(names_configs).filter(|place| Some(*place) != first);
            for place in first.into_iter().chain(also) {
                let what = format!("load {} after app-config.yaml", forgotten.name);
                let image = cx.repository().images.iter().find(|image| image.path == place.path);
                if image.is_some_and(|image| has_own_start(*cx, image)) {
                    continue;
                }
                let edit = image.and_then(|image| addition(image, project, &forgotten.path));
                findings
                .at(place, format!("production loads only app-config.yaml; {} never applies", forgotten.path))
                .why("what is secure in the production file only is not so: database, sign-in, base URLs are the base file's")
                .fix(match edit {
                    Some(edit) => Fix::suggested(what, vec![edit]),
                    None => Fix::manual(what),
                })
                .evidence([production.how.clone()])
                .because(Some(&Place::whole(&forgotten.path)), "this file is for production, and nothing loads it here");
            }
        }
    }
    Ok(())
}

/// Whether what an image starts says which configurations are loaded.
fn names_its_configs(image: &Dockerfile) -> bool {
    let effective = image.effective();
    let mut words =
        [effective.cmd, effective.entrypoint].into_iter().flatten().flat_map(|command| &command.words);
    words.any(|word| word.text.contains("--config"))
}

/// Programs that keep what they start running after whoever started it has left.
const KEEPERS: &[&str] = &["nohup", "setsid", "pm2", "screen", "tmux", "forever", "daemonize"];

/// Scripts by which a portal is kept running as developers start it.
fn kept_running(cx: Context<'_>, findings: &mut Findings) -> Ran {
    let has_another =
        |project: &Project| project.configs.iter().any(|one| one.role == Role::Production && !one.embedded);
    if !cx.projects()?.iter().any(has_another) {
        return Ok(());
    }
    for script in scripts::with(cx, KEEPERS).unwrap_or_default() {
        if script.is_local || script.home != Home::Tool {
            continue;
        }
        for command in &script.commands {
            let texts: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
            let keeps = texts.iter().any(|text| KEEPERS.contains(&file_name(text)));
            let managers = ["yarn", "npm", "pnpm"];
            let Some(at) = texts.iter().position(|text| managers.contains(&file_name(text))) else {
                continue;
            };
            let mut rest = texts[at + 1..].iter().filter(|text| !matches!(**text, "run" | "--"));
            if !keeps || !rest.next().is_some_and(|name| matches!(*name, "start" | "dev")) {
                continue;
            }
            findings
                .at(&command.words[at].place, "a script keeps the portal running as developers start it")
                .severity(Severity::Medium)
                .confidence(Confidence::Medium)
                .why("it loads app-config.yaml alone, with NODE_ENV=development: guests come in, and what the production file says never applies")
                .fix(Fix::manual("build the backend, and start it with NODE_ENV=production and both configurations"));
        }
    }
    Ok(())
}

/// Whether the image starts a script of the repository that picks configurations itself.
fn has_own_start(cx: Context<'_>, image: &Dockerfile) -> bool {
    let effective = image.effective();
    let words =
        [effective.cmd, effective.entrypoint].into_iter().flatten().flat_map(|command| &command.words);
    words.map(|word| word.text.rsplit('/').next().unwrap_or_default().to_owned()).any(|name| {
        let is_script = [".js", ".mjs", ".cjs", ".sh", ".ts"].iter().any(|end| name.ends_with(end));
        let mut named = cx.repository().files.iter().filter(|file| is_script && file.name() == name);
        named.any(|file| {
            file.text().is_some_and(|text| text.contains("app-config") || text.contains("--config"))
        })
    })
}

/// Whether nothing is loaded but the base file, and files for development.
fn only_base(project: &Project, production: &Production) -> bool {
    let loaded = || project.configs.iter().filter(|config| production.launch.configs.contains(&config.path));
    loaded().any(|config| config.role == Role::Base)
        && loaded().all(|config| matches!(config.role, Role::Base | Role::Development) && !config.embedded)
}

/// The change of a `CMD` that names the base file, so that it names the one for production after it.
fn addition(image: &Dockerfile, project: &Project, forgotten: &str) -> Option<Edit> {
    let effective = image.effective();
    let cmd = effective.cmd.or(effective.entrypoint)?;
    let words: Vec<&Word> = cmd.words.iter().collect();
    let last = words.windows(2).rfind(|pair| pair[0].text == "--config")?[1];
    let below = forgotten.strip_prefix(project.folder.as_str()).unwrap_or(forgotten).trim_start_matches('/');
    let folder = last.text.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
    let text = if cmd.list {
        format!("\"{}\", \"--config\", \"{folder}{below}\"", last.text)
    } else {
        format!("{} --config {folder}{below}", last.text)
    };
    // Inside `sh -c`, the place of a word is that of the whole script if something in it is escaped.
    let own = last.place.end - last.place.start == last.text.len() + if cmd.list { 2 } else { 0 };
    own.then(|| Edit::Replace { place: last.place.clone(), text })
}
