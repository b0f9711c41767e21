// A Backstage backend with one plugin, which says who calls it and calls the catalog, as plugins do.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ready, require, wanted } from './peer.mjs';

const { createBackend } = require('@backstage/backend-defaults');
const { coreServices, createBackendPlugin, createServiceFactory } = require('@backstage/backend-plugin-api');
const { ConfigReader } = require('@backstage/config');
const { Router } = require('express');

// A key of its own for its plugins' tokens; a database would need a compiler to be installed.
const folder = mkdtempSync(join(tmpdir(), 'stagedoor-backend-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicKeyFile = join(folder, 'public.pem');
const privateKeyFile = join(folder, 'private.pem');
writeFileSync(publicKeyFile, publicKey.export({ type: 'spki', format: 'pem' }));
writeFileSync(privateKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });

const own = `http://127.0.0.1:${wanted.port}`;
const config = new ConfigReader({
  app: { baseUrl: own },
  backend: {
    baseUrl: own,
    listen: { host: '127.0.0.1', port: wanted.port },
    auth: {
      pluginKeyStore: {
        type: 'static',
        static: { keys: [{ publicKeyFile, privateKeyFile, keyId: randomUUID(), algorithm: 'ES256' }] },
      },
    },
  },
  discovery: {
    endpoints: [{ target: `${wanted.portal}/api/{{pluginId}}`, plugins: ['auth', 'catalog'] }],
  },
});

const plugin = createBackendPlugin({
  pluginId: 'peer',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        discovery: coreServices.discovery,
        httpAuth: coreServices.httpAuth,
        http: coreServices.httpRouter,
        userInfo: coreServices.userInfo,
      },
      async init({ auth, discovery, httpAuth, http, userInfo }) {
        const asked = async (token, path) => {
          const url = `${await discovery.getBaseUrl('catalog')}${path}`;
          const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
          return { status: answer.status, body: await answer.json() };
        };
        // Fails in the words of the service that failed.
        const route = does => async (request, response) => {
          try {
            response.json(await does(request));
          } catch (error) {
            response.status(error.name === 'AuthenticationError' ? 401 : 500);
            response.json({ error: { name: error.name, message: error.message } });
          }
        };
        const router = Router();
        const who = limited => async request => {
          const credentials = await httpAuth.credentials(request, { allowLimitedAccess: limited });
          const { type, userEntityRef, subject } = credentials.principal;
          return { type, userEntityRef, subject, ...(type === 'user' && (await userInfo.getUserInfo(credentials))) };
        };
        router.get('/who', route(who(false)));
        router.get('/page', route(who(true)));
        router.get('/catalog', route(async request => {
          const onBehalfOf = await httpAuth.credentials(request, { allowLimitedAccess: true });
          const { token } = await auth.getPluginRequestToken({ onBehalfOf, targetPluginId: 'catalog' });
          return { token, ...(await asked(token, request.query.path)) };
        }));
        // In its own name, which is what a task in the background does.
        router.get('/alone', route(async request => {
          const onBehalfOf = await auth.getOwnServiceCredentials();
          const { token } = await auth.getPluginRequestToken({ onBehalfOf, targetPluginId: 'catalog' });
          return { token, ...(await asked(token, request.query.path)) };
        }));
        http.use(router);
        http.addAuthPolicy({ path: '/page', allow: 'user-cookie' });
        http.addAuthPolicy({ path: '/alone', allow: 'unauthenticated' });
      },
    });
  },
});

const backend = createBackend();
backend.add(
  createServiceFactory({ service: coreServices.rootConfig, deps: {}, factory: () => config }),
);
backend.add(plugin);
await backend.start();
ready({});
