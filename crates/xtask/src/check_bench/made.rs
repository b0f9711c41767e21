//! A monorepo of a Backstage portal that is made: as many plugins, components and manifests as there are to be files.

use std::fmt::Write as _;

/// Files of one plugin.
const OF_PLUGIN: usize = 25;

const APP_CONFIG: &str = "app:\n  title: Portal\n  baseUrl: https://portal.example.com\nbackend:\n  baseUrl: https://portal.example.com\n  \
    listen: ':7007'\n  database:\n    client: pg\n    connection:\n      host: ${POSTGRES_HOST}\n      password: ${POSTGRES_PASSWORD}\n\
    auth:\n  environment: production\n  providers:\n    github:\n      production:\n        clientId: ${AUTH_ID}\n        \
    clientSecret: ${AUTH_SECRET}\n        signIn:\n          resolvers:\n            - resolver: usernameMatchingUserEntityName\n\
    permission:\n  enabled: true\ncatalog:\n  rules:\n    - allow: [Component, System, API]\n";

const DOCKERFILE: &str = "FROM node:22-bookworm-slim\nUSER node\nWORKDIR /app\nENV NODE_ENV=production\nCOPY --chown=node:node . .\n\
    RUN yarn install --immutable\nCMD [\"node\", \"packages/backend\", \"--config\", \"app-config.yaml\"]\n";

/// Paths and texts of so many files; the same ones each time.
pub(super) fn repository(files: usize) -> Vec<(String, String)> {
    let plugins = files.div_ceil(OF_PLUGIN);
    let mut all = vec![
        ("app-config.yaml".to_owned(), APP_CONFIG.to_owned()),
        ("backstage.json".to_owned(), "{ \"version\": \"1.55.0\" }\n".to_owned()),
        ("package.json".to_owned(), "{ \"name\": \"root\", \"private\": true, \"workspaces\": { \"packages\": [\"packages/*\", \"plugins/*\"] } }\n".to_owned()),
        ("packages/backend/Dockerfile".to_owned(), DOCKERFILE.to_owned()),
        ("packages/backend/package.json".to_owned(), package("backend", "backend")),
        ("packages/backend/src/index.ts".to_owned(), backend(plugins)),
        ("yarn.lock".to_owned(), lock()),
    ];
    for at in 0..plugins {
        plugin(at, &mut all);
    }
    all.truncate(files);
    all
}

fn plugin(at: usize, all: &mut Vec<(String, String)>) {
    let folder = format!("plugins/feature-{at}");
    let mut add = |path: &str, text: String| all.push((format!("{folder}/{path}"), text));
    add("package.json", package(&format!("feature-{at}"), "backend-plugin"));
    add(
        "README.md",
        format!(
            "# Feature {at}\n\n{}",
            "It shows what teams ask for, and says where that is from.\n".repeat(30)
        ),
    );
    add(
        "catalog-info.yaml",
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: feature-{at}\n  annotations:\n    backstage.io/techdocs-ref: dir:.\nspec:\n  type: library\n  owner: team-{}\n  lifecycle: production\n",
            at % 40
        ),
    );
    add("mkdocs.yml", format!("site_name: Feature {at}\nplugins: [techdocs-core]\n"));
    for environment in ["staging", "production"] {
        add(&format!("deploy/{environment}.yaml"), manifest(at, environment));
    }
    add("src/index.ts", format!("export {{ feature{at}Plugin as default }} from './plugin';\n"));
    add(
        "src/plugin.ts",
        format!(
            "import {{ createBackendPlugin, coreServices }} from '@backstage/backend-plugin-api';\nimport {{ createRouter }} from './service/router';\n\nexport const feature{at}Plugin = createBackendPlugin({{\n  pluginId: 'feature-{at}',\n  register(env) {{\n    env.registerInit({{\n      deps: {{ http: coreServices.httpRouter, logger: coreServices.logger, httpAuth: coreServices.httpAuth }},\n      async init({{ http, logger, httpAuth }}) {{\n        http.use(await createRouter({{ logger, httpAuth }}));\n      }},\n    }});\n  }},\n}});\n"
        ),
    );
    add("src/service/router.ts", router(at));
    for part in 0..8 {
        add(&format!("src/components/Part{part}.tsx"), component(at, part));
        add(
            &format!("src/components/Part{part}.test.tsx"),
            format!(
                "import {{ Part{part} }} from './Part{part}';\n\ndescribe('Part{part}', () => {{\n{}}});\n",
                "  it('renders', async () => {\n    expect(Part).toBeDefined();\n  });\n".repeat(12)
            ),
        );
    }
}

fn package(name: &str, role: &str) -> String {
    format!(
        "{{\n  \"name\": \"@internal/{name}\",\n  \"version\": \"0.1.0\",\n  \"backstage\": {{ \"role\": \"{role}\" }},\n  \"dependencies\": {{\n    \"@backstage/backend-plugin-api\": \"^1.0.0\",\n    \"express\": \"^4.17.1\",\n    \"zod\": \"^3.22.4\"\n  }}\n}}\n"
    )
}

fn backend(plugins: usize) -> String {
    let mut text =
        "import { createBackend } from '@backstage/backend-defaults';\n\nconst backend = createBackend();\n"
            .to_owned();
    for at in 0..plugins {
        let _ = writeln!(text, "backend.add(import('@internal/feature-{at}'));");
    }
    text.push_str("backend.start();\n");
    text
}

fn router(at: usize) -> String {
    let mut text = "import express from 'express';\nimport Router from 'express-promise-router';\n\nexport async function createRouter({ logger, httpAuth }) {\n  const router = Router();\n  router.use(express.json());\n".to_owned();
    for route in 0..20 {
        let _ = write!(
            text,
            "\n  router.get('/things/{route}/:id', async (req, res) => {{\n    const credentials = await httpAuth.credentials(req, {{ allow: ['user'] }});\n    logger.info(`feature {at} was asked for ${{req.params.id}} by ${{credentials.principal.type}}`);\n    res.json({{ id: req.params.id, feature: {at} }});\n  }});\n"
        );
    }
    text.push_str("  return router;\n}\n");
    text
}

fn component(at: usize, part: usize) -> String {
    let mut text = format!(
        "import React, {{ useMemo }} from 'react';\nimport {{ useApi, configApiRef }} from '@backstage/core-plugin-api';\n\nexport const Part{part} = ({{ items }}: {{ items: Array<{{ id: string; title: string }}> }}) => {{\n  const config = useApi(configApiRef);\n"
    );
    for hook in 0..30 {
        let _ = writeln!(
            text,
            "  const value{hook} = useMemo(() => items.filter(item => item.id !== '{at}-{hook}').map(item => item.title), [items]);"
        );
    }
    text.push_str("  return (\n    <ul title={config.getString('app.title')}>\n      {items.map(item => (\n        <li key={item.id}>{item.title}</li>\n      ))}\n    </ul>\n  );\n};\n");
    text
}

fn manifest(at: usize, environment: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: feature-{at}\n  namespace: {environment}\nspec:\n  replicas: 2\n  selector:\n    matchLabels: {{ app: feature-{at} }}\n  template:\n    metadata:\n      labels: {{ app: feature-{at} }}\n    spec:\n      containers:\n        - name: feature\n          image: registry.example.com/feature-{at}:1.0.{at}\n          ports: [{{ containerPort: 8080 }}]\n          resources:\n            limits: {{ cpu: 500m, memory: 256Mi }}\n          securityContext: {{ runAsNonRoot: true, allowPrivilegeEscalation: false }}\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: feature-{at}\nspec:\n  selector: {{ app: feature-{at} }}\n  ports: [{{ port: 80, targetPort: 8080 }}]\n"
    )
}

/// A lock file as large as those of portals are.
fn lock() -> String {
    let mut text = "# This file is generated by running \"yarn install\" inside your project.\n\n__metadata:\n  version: 8\n".to_owned();
    for at in 0..3_500 {
        let _ = write!(
            text,
            "\n\"package-{at}@npm:^{}.0.0\":\n  version: {}.2.{at}\n  resolution: \"package-{at}@npm:{}.2.{at}\"\n  dependencies:\n{}  checksum: 10/{:0128x}\n  languageName: node\n  linkType: hard\n",
            at % 9,
            at % 9,
            at % 9,
            (0..8).fold(String::new(), |list, of| list
                + &format!("    package-{}: \"npm:^1.0.0\"\n", (at + of * 7) % 3_500)),
            at * 7919,
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_as_many_files_as_are_asked_for_and_each_once() {
        let mut paths: Vec<String> = repository(1_000).into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths.len(), 1_000);
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), 1_000);
    }

    #[test]
    fn it_is_a_portal_that_can_be_read() {
        let made = repository(100);
        let texts = made.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        let repository = checks::Repository::of(checks::repo::Files::of_texts(texts));
        assert_eq!(repository.projects.len(), 1);
        assert!(repository.code().modules().count() > 30 && repository.code().unread().is_empty());
        assert_eq!(repository.packages.locks().iter().map(|lock| lock.entries.len()).sum::<usize>(), 3_500);
    }
}
