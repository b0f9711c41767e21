//! Backends in the spellings that repositories use.

use super::*;
use crate::Repository;
use crate::repo::Files;

fn repository(files: &[(&str, &str)]) -> Repository {
    let package = r#"{"name": "backend", "backstage": {"role": "backend"}}"#;
    let all = files.iter().copied().chain([("packages/backend/package.json", package)]);
    Repository::of(Files::of_texts(all))
}

const INDEX: &str = "packages/backend/src/index.ts";

/// What is added, each as one word; with `?` where it depends.
fn added(files: &[(&str, &str)]) -> Vec<String> {
    let repository = repository(files);
    let backends = repository.code().backends();
    assert_eq!(backends.len(), 1);
    backends[0]
        .added
        .iter()
        .map(|added| {
            let what = match &added.feature {
                Feature::Package { source, name } if &**name == "default" => source.to_string(),
                Feature::Package { source, name } => format!("{source}#{name}"),
                Feature::Definition(found) => format!(
                    "{:?}:{}:{}",
                    found.kind,
                    found.plugin.as_deref().unwrap_or("-"),
                    found.module_id.as_deref().unwrap_or("-")
                ),
                Feature::Legacy { id, .. } => format!("legacy:{}", id.as_deref().unwrap_or("-")),
                Feature::Unknown => "unknown".to_owned(),
            };
            if added.guards.is_empty() { what } else { what + "?" }
        })
        .collect()
}

#[test]
fn features_are_found_in_every_spelling() {
    let index = "
        import { createBackend } from '@backstage/backend-defaults';
        import { legacyPlugin } from '@backstage/backend-common';
        import { catalogPlugin } from '@backstage/plugin-catalog-backend/alpha';
        import { myModule, old } from './modules';
        import loader from './loader';
        const backend = createBackend();
        backend.add(import('@backstage/plugin-app-backend/alpha'));
        backend.add(catalogPlugin());
        backend.add(myModule);
        backend.add(old());
        backend.add(import('./plugins/own'));
        backend.add(legacyPlugin('todo', import('./plugins/todo')));
        backend.add(import('pkg').then(m => m.thing));
        if (process.env.PERMISSIONS) { backend.add(import('policy-module')); }
        backend.add(loader);
        backend.add(somewhere());
        backend.start();";
    let modules = "
        import { createBackendModule, createBackendPlugin } from '@backstage/backend-plugin-api';
        export const myModule = createBackendModule({ pluginId: 'auth', moduleId: 'mine', register() {} });
        export const old = createBackendPlugin((options) => ({ pluginId: 'old', register(env) {} }));";
    let own = "
        import { createServiceFactory, coreServices } from '@backstage/backend-plugin-api';
        export default createServiceFactory({ service: coreServices.httpAuth, deps: {}, factory() { return x; } });";
    let loader = "
        import { createBackendFeatureLoader } from '@backstage/backend-plugin-api';
        export default createBackendFeatureLoader({ *loader() {
            yield import('always'); if (x) { yield import('sometimes'); } } });";
    assert_eq!(
        added(&[
            (INDEX, index),
            ("packages/backend/src/modules.ts", modules),
            ("packages/backend/src/plugins/own.ts", own),
            ("packages/backend/src/loader.ts", loader),
        ]),
        [
            "@backstage/plugin-app-backend/alpha",
            "@backstage/plugin-catalog-backend/alpha#catalogPlugin",
            "Module:auth:mine",
            "Plugin:old:-",
            "Service:-:-",
            "legacy:todo",
            "pkg#thing",
            "policy-module?",
            "always",
            "sometimes?",
            "unknown",
        ]
    );
}

#[test]
fn the_system_is_told() {
    let of = |index: &str| {
        let repository = repository(&[(INDEX, index)]);
        let backends = repository.code().backends();
        assert_eq!(backends.len(), 1);
        (backends[0].generation, backends[0].start.as_ref().map(|place| place.line))
    };
    let new = "import { createBackend } from '@backstage/backend-defaults';\nconst b = createBackend();\n";
    let old = "import { createServiceBuilder } from '@backstage/backend-common';\nconst s = createServiceBuilder(module).addRouter('', x);\ns.start();";
    assert_eq!(of(&format!("{new}b.start();")), (Generation::New, Some(3)));
    assert_eq!(of(old), (Generation::Old, Some(3)));
    assert_eq!(of(&format!("{new}{old}")).0, Generation::Mixed);
    assert_eq!(of("function createBackend() {} createBackend();"), (Generation::Unknown, None));
}

#[test]
fn routers_of_the_old_system_are_found() {
    let index = "
        import { createServiceBuilder } from '@backstage/backend-common';
        import Router from 'express-promise-router';
        import { metricsHandler } from './metrics';
        import catalog from './catalog';
        async function main() {
          const apiRouter = Router();
          apiRouter.use(authMiddleware);
          apiRouter.use('/catalog', await catalog(env));
          const service = createServiceBuilder(module).addRouter('', metricsHandler()).addRouter('/api', apiRouter);
          await service.start();
        }";
    let repository = repository(&[(INDEX, index)]);
    let code = repository.code();
    let backends = code.backends();
    let paths: Vec<_> = backends[0].mounted.iter().map(|mounted| mounted.path.clone()).collect();
    assert_eq!(paths, [Constant::Text(String::new()), Constant::Text("/api".to_owned())]);
    let api = code.router_of(backends[0].mounted[1].router).expect("it is made here");
    let catalog = &api.entries[1];
    assert_eq!(catalog.path, Constant::Text("/catalog".to_owned()));
    assert_eq!(api.before(catalog).count(), 1);
    assert_eq!(backends[0].start.as_ref().map(|place| place.line), Some(11));
}

#[test]
fn handlers_are_found_in_wrappers() {
    let text = "
        import { Router } from 'express';
        const router = Router();
        const made = limit => (req, res) => {};
        router.get('/a', wrap(config, async (req, res) => {}));
        router.get('/b', made(1));
        router.get('/c', unknown);";
    let repository = repository(&[(INDEX, text)]);
    let routers = repository.code().routers();
    let counts: Vec<usize> = routers[0].entries.iter().map(|entry| entry.functions().len()).collect();
    assert_eq!(counts, [1, 1, 0]);
}

const PLUGIN: &str = "
import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { createRouter } from './router';
export const plugin = createBackendPlugin({
  pluginId: 'mine',
  register(env) {
    env.registerInit({
      deps: { http: coreServices.httpRouter, logger: coreServices.logger },
      async init({ http, logger }) {
        http.use((await createRouter({ logger })) as any);
        http.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });
      },
    });
  },
});";

const ROUTER: &str = "
import express from 'express';
import PromiseRouter from 'express-promise-router';
export async function createRouter(options): Promise<express.Router> {
  const router = PromiseRouter();
  const inner = express.Router();
  router.use(express.json());
  router.get('/health', (_, res) => { res.json({}); });
  inner.route('/items').get(list).post([check, create]);
  router.use('/inner', inner);
  router.delete(`/items/${x}`, remove);
  return router;
}
function list(req, res) {}
";

#[test]
fn calls_of_services_are_found_whatever_they_are_called() {
    for (from, to) in [
        ("", ""),
        ("async init({ http, logger }) {", "async init(deps) { const http = deps.http;"),
        ("async init({ http, logger }) {", "init: async ({ http: h, logger }) => { const http = h;"),
    ] {
        let text = PLUGIN.replacen(from, to, 1);
        let repository = repository(&[
            ("packages/backend/src/plugin.ts", &text),
            ("packages/backend/src/router.ts", ROUTER),
        ]);
        let code = repository.code();
        let definitions = code.definitions();
        assert_eq!(definitions.len(), 1);
        let plugin = &definitions[0];
        assert_eq!((plugin.kind, plugin.plugin.as_deref()), (DefinitionKind::Plugin, Some("mine")));
        let policy = plugin.calls_of("httpRouter", "addAuthPolicy");
        assert_eq!(policy.len(), 1, "{to}");
        let path = policy[0].arg(0).and_then(|options| options.get("path"));
        assert_eq!(path.and_then(At::text).as_deref(), Some("/open"));
        let used = plugin.calls_of("httpRouter", "use");
        let router = used[0].arg(0).and_then(|router| code.router_of(router)).expect("it is made here");
        assert_eq!(router.name, "router");
    }
}

#[test]
fn routes_are_found_in_order() {
    let repository = repository(&[("packages/backend/src/router.ts", ROUTER)]);
    let routers = repository.code().routers();
    let shown: Vec<Vec<String>> = routers
        .iter()
        .map(|router| {
            let entry = |entry: &Entry<'_>| {
                let path = match &entry.path {
                    Constant::Text(path) => path.clone(),
                    _ => "?".to_owned(),
                };
                format!("{:?} {path} {}", entry.method, entry.handlers.len())
            };
            router.entries.iter().map(entry).collect()
        })
        .collect();
    assert_eq!(
        shown,
        [
            vec!["Use / 1", "Get /health 1", "Use /inner 1", "Delete ? 1"],
            vec!["Get /items 1", "Post /items 2"],
        ]
    );
    assert!(routers[1].entries[0].handlers[0].function().is_some());
    let delete = &routers[0].entries[3];
    assert_eq!(routers[0].before(delete).count(), 2);
    let mounted = routers[0].entries[2].handlers[0];
    assert_eq!(repository.code().router_of(mounted).map(|router| router.name), Some("inner"));
}

#[test]
fn policies_say_whether_they_are_set() {
    let policy = "
        import { PermissionPolicy } from '@backstage/plugin-permission-node';
        export class Mine implements PermissionPolicy { async handle(request, user) { return { result: 'ALLOW' }; } }
        export class Unused implements PermissionPolicy { async handle() { return { result: 'DENY' }; } }
        class Other { handle() {} }";
    let module = "
        import { createBackendModule } from '@backstage/backend-plugin-api';
        import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
        import { Mine } from './policy';
        export default createBackendModule({ pluginId: 'permission', moduleId: 'mine', register(reg) {
            reg.registerInit({ deps: { policy: policyExtensionPoint }, async init({ policy }) {
                policy.setPolicy(new Mine()); } }); } });";
    let old = "
        import { createRouter } from '@backstage/plugin-permission-backend';
        class Old { async handle() { return { result: 'ALLOW' }; } }
        export default async function f(env) { return createRouter({ config: env.config, policy: new Old() }); }";
    let repository = repository(&[
        ("packages/backend/src/policy.ts", policy),
        ("packages/backend/src/module.ts", module),
        ("packages/backend/src/plugins/permission.ts", old),
    ]);
    let policies = repository.code().policies();
    let shown: Vec<_> =
        policies.iter().map(|one| (one.name.as_deref().unwrap_or("-"), one.set.len())).collect();
    assert_eq!(shown, [("Old", 1), ("Mine", 1), ("Unused", 0)]);
    assert_eq!(repository.code().definitions()[0].calls_of("policyExtensionPoint", "setPolicy").len(), 1);
}

#[test]
fn actions_have_their_handler() {
    let action = "
        import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
        const id = 'mine:run';
        export function createRun() {
          return createTemplateAction<{ a: string }>({ id, schema: { input: {} }, async handler(ctx) { f(ctx.input.a); } });
        }";
    let repository = repository(&[("packages/backend/src/actions/run.ts", action)]);
    let actions = repository.code().actions();
    assert_eq!(actions.len(), 1);
    assert_eq!(actions[0].id.as_deref(), Some("mine:run"));
    assert!(actions[0].handler.is_some() && actions[0].schema.is_some());
}
