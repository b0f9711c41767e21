//! Which files production loads, in repositories of many shapes.

use crate::Repository;
use crate::repo::{Files, NodeEnv, Production};

fn repository(texts: &[(&str, &str)]) -> Repository {
    let configs = ["app-config.yaml", "app-config.production.yaml", "app-config.local.yaml"];
    let mut all: Vec<(&str, &str)> = configs.iter().map(|path| (*path, "a: 1\n")).collect();
    all.extend(texts);
    Repository::of(Files::of_texts(all))
}

/// What each production loads, with `?` before what is only usual and `!` before what is not here.
fn loads(repository: &Repository) -> Vec<String> {
    let one = |production: &Production| {
        let mut names: Vec<String> = production.launch.configs.iter().map(ToString::to_string).collect();
        names.extend(production.missing().iter().map(|missing| format!("!{}", missing.name)));
        format!("{}{}", if production.certain { "" } else { "?" }, names.join(" "))
    };
    repository.projects.iter().flat_map(|project| &project.productions).map(one).collect()
}

const BOTH: &str = "app-config.yaml app-config.production.yaml";

fn dockerfile(cmd: &str) -> String {
    format!(
        "FROM node:24\nWORKDIR /app\nENV NODE_ENV=production E=production\nCOPY packages/backend app-config*.yaml ./\n{cmd}\n"
    )
}

#[test]
fn images_say_it_in_many_ways() {
    for (cmd, expected) in [
        (
            "CMD [\"node\", \"packages/backend\", \"--config\", \"app-config.yaml\", \"--config=app-config.production.yaml\"]",
            vec![BOTH],
        ),
        ("CMD node packages/backend --config app-config.yaml --config app-config.$E.yaml", vec![BOTH]),
        (
            "CMD [\"sh\", \"-c\", \"exec node packages/backend --config app-config.yaml --config ${X:-app-config.production.yaml}\"]",
            vec![BOTH],
        ),
        (
            "ENTRYPOINT [\"tini\", \"--\", \"node\", \"packages/backend\"]\nCMD [\"--config\", \"/app/app-config.yaml\", \"--config\", \"https://c.example.com/a.yaml\"]",
            vec!["app-config.yaml !https://c.example.com/a.yaml", &format!("?{BOTH}")],
        ),
        (
            "CMD [\"node\", \"packages/backend\"]",
            vec!["app-config.yaml app-config.local.yaml", &format!("?{BOTH}")],
        ),
        (
            "ENV BACKSTAGE_ENV=production\nCMD [\"node\", \"packages/backend\"]",
            vec!["app-config.yaml app-config.production.yaml app-config.local.yaml"],
        ),
        (
            "ENV BACKSTAGE_ENV=production\nRUN x\nCMD [\"node\", \"packages/backend\", \"--config\", \"app-config.yaml\"]",
            vec!["app-config.yaml", &format!("?{BOTH}")],
        ),
        (
            "CMD [\"node\", \"packages/backend\", \"--config\", \"app-config.yaml\", \"--config\", \"app-config.$UNKNOWN.yaml\"]",
            vec![&format!("?{BOTH}")],
        ),
        (
            "CMD [\"node\", \"packages/backend\", \"--config\", \"app-config.yaml\", \"--config\"]",
            vec![&format!("?{BOTH}")],
        ),
    ] {
        let text = dockerfile(cmd);
        assert_eq!(loads(&repository(&[("Dockerfile", &text)])), expected, "{cmd}");
    }
}

#[test]
fn scripts_are_followed() {
    let text = dockerfile(
        "COPY docker/start.sh /usr/local/bin/start.sh\nENTRYPOINT [\"start.sh\"]\nCMD [\"--config\", \"app-config.production.yaml\"]",
    );
    let script =
        "#!/bin/sh\nset -e\nARGS=\"--config app-config.yaml\"\nexec node packages/backend $ARGS \"$@\"\n";
    assert_eq!(loads(&repository(&[("Dockerfile", &text), ("docker/start.sh", script)])), [BOTH]);
    let text = dockerfile("CMD [\"yarn\", \"start:prod\", \"--config\", \"app-config.production.yaml\"]");
    let package = "{\"scripts\": {\"start:prod\": \"NODE_ENV=production node packages/backend --config app-config.yaml\"}}";
    assert_eq!(loads(&repository(&[("Dockerfile", &text), ("package.json", package)])), [BOTH]);
    assert_eq!(loads(&repository(&[("package.json", package)])), ["app-config.yaml", &format!("?{BOTH}")]);
}

#[test]
fn who_runs_the_image_has_the_last_word() {
    let text = dockerfile("CMD [\"node\", \"packages/backend\", \"--config\", \"app-config.yaml\"]");
    let manifest = "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: backstage\n          args: [node, packages/backend, --config, app-config.yaml, --config, app-config.extra.yaml]\n          env:\n            - {name: APP_CONFIG_app_baseUrl, value: 'https://x'}\n            - {name: APP_CONFIG_b_c, valueFrom: {}}\n";
    let map = "kind: ConfigMap\ndata:\n  app-config.extra.yaml: |\n    a: 2\n";
    let repository = repository(&[("Dockerfile", &text), ("k8s/d.yaml", manifest), ("k8s/c.yaml", map)]);
    assert_eq!(loads(&repository), ["app-config.yaml", "app-config.yaml k8s/c.yaml"]);
    let deployed = &repository.projects[0].productions[1];
    assert_eq!(deployed.at("a").map(|item| item.place.to_string()).as_deref(), Some("k8s/c.yaml:4:8"));
    assert_eq!(deployed.at("app.baseUrl").and_then(|item| item.literal()), Some("https://x"));
    assert!(deployed.at("b.c").is_some_and(crate::Item::is_unknown));
    assert!(deployed.node_env.is_production());
}

#[test]
fn charts_add_what_they_mount() {
    let values = "backstage:\n  extraAppConfig:\n    - {filename: app-config.extra.yaml, configMapRef: x}\n  appConfig:\n    a: 3\n";
    let repository = repository(&[("chart/values.yaml", values)]);
    assert_eq!(loads(&repository), ["chart/values.yaml !app-config.extra.yaml"]);
    assert_eq!(repository.projects[0].productions[0].at("a").map(|item| item.place.line), Some(5));
}

#[test]
fn development_is_no_production() {
    let compose = "services:\n  b:\n    command: node packages/backend --config app-config.local.yaml\n";
    assert_eq!(loads(&repository(&[("docker-compose.yaml", compose)])), [format!("?{BOTH}")]);
    assert_eq!(
        loads(&repository(&[("compose.prod.yaml", compose)])),
        ["app-config.local.yaml", &format!("?{BOTH}")]
    );
    assert_eq!(
        loads(&repository(&[(
            "Procfile",
            "web: node packages/backend --config app-config.yaml --config app-config.production.yaml\n"
        )])),
        [BOTH]
    );
}

#[test]
fn nothing_says() {
    let repository = repository(&[]);
    assert_eq!(loads(&repository), [format!("?{BOTH}")]);
    assert!(matches!(repository.projects[0].productions[0].node_env, NodeEnv::Unknown));
}

#[test]
fn configurations_in_folders_belong_to_the_application() {
    let files = Files::of_texts([
        ("portal/backstage.json", "{\"version\": \"1.55.0\"}"),
        ("dashboards/backstage.json", "{}"),
        ("portal/config/app-config.yaml", "a: 1\n"),
        ("portal/environments/prod/app-config.yaml", "a: null\n"),
        (
            "portal/packages/backend/Dockerfile",
            "FROM node:24\nCMD [\"node\", \"packages/backend\", \"--config\", \"config/app-config.yaml\", \"--config\", \"environments/prod/app-config.yaml\"]\n",
        ),
    ]);
    let repository = Repository::of(files);
    assert_eq!(
        loads(&repository),
        ["portal/config/app-config.yaml portal/environments/prod/app-config.yaml"]
    );
    let production = &repository.projects[0].productions[0];
    assert!(production.at("a").is_none() && matches!(production.node_env, NodeEnv::Unset));
}

#[test]
fn what_a_kustomization_mounts_is_loaded_by_the_name_it_has_there() {
    let deployment = "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - command: [node, packages/backend, --config, app-config.yaml, --config, config/app-config.extra.yaml]\n";
    let image = dockerfile("CMD [\"node\", \"packages/backend\"]");
    let repository = repository(&[
        ("packages/backend/Dockerfile", &image),
        ("k8s/dev/deployment.yaml", deployment),
        (
            "k8s/dev/kustomization.yaml",
            "configMapGenerator: [{name: portal, files: [app-config.extra.yaml=portal.yaml]}]\n",
        ),
        ("k8s/dev/portal.yaml", "app: {baseUrl: 'http://x'}\nbackend: {listen: 1}\n"),
    ]);
    assert!(
        loads(&repository).contains(&"app-config.yaml k8s/dev/portal.yaml".to_owned()),
        "{:?}",
        loads(&repository)
    );
}
