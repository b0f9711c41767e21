// An identity provider on loopback: the certified `oidc-provider`, with accounts, and a way for a test to change them.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { ready, require, wanted } from './peer.mjs';

const { Provider } = require('oidc-provider');

// By the name that is typed. Whoever has one here need not be anybody at the portal.
const accounts = {
  alice: { name: 'Alice', email: 'alice@example.com', email_verified: true },
  bob: { name: 'Bob', email: 'bob@example.com', email_verified: true },
  eve: { name: 'Eve', email: 'alice@example.com', email_verified: false },
  nobody: { name: 'Nobody', email: 'nobody@example.com', email_verified: true },
};

const server = createServer();
await new Promise(listening => server.listen(0, '127.0.0.1', listening));
// By its name, so that browsers keep its cookies apart from those of the portal at 127.0.0.1.
const issuer = `http://localhost:${server.address().port}`;

function key() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: randomUUID() };
}

// What it keeps of sign-ins stays when it gets another key. What is over says so itself.
const kept = new Map();
const cookieKeys = [randomUUID()];

class Kept {
  constructor(model) {
    this.model = model;
  }
  key(id) {
    return `${this.model} ${id}`;
  }
  async upsert(id, payload) {
    kept.set(this.key(id), payload);
  }
  async find(id) {
    return kept.get(this.key(id));
  }
  async findByUid(uid) {
    const found = [...kept].find(([key, payload]) => key.startsWith(`${this.model} `) && payload.uid === uid);
    return found?.[1];
  }
  async consume(id) {
    kept.get(this.key(id)).consumed = Math.floor(Date.now() / 1000);
  }
  async destroy(id) {
    kept.delete(this.key(id));
  }
  async revokeByGrantId(grant) {
    for (const [key, payload] of kept) if (payload.grantId === grant) kept.delete(key);
  }
}

function provider() {
  const made = new Provider(issuer, {
    clients: [
      {
        client_id: wanted.clientId,
        client_secret: wanted.clientSecret,
        redirect_uris: wanted.redirectUris,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    adapter: Kept,
    jwks: { keys: [key()] },
    cookies: { keys: cookieKeys },
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) =>
      accounts[id] && { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) },
    // Nobody is asked what the portal may know: it is the company's.
    loadExistingGrant: async ctx => {
      const { client, session } = ctx.oidc;
      const known = session.grantIdFor(client.clientId);
      if (known) return made.Grant.find(known);
      const grant = new made.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid profile email offline_access');
      await grant.save();
      return grant;
    },
    issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, RefreshToken: 3600, Grant: 3600, Session: 3600, Interaction: 600 },
  });
  return made;
}

let current = provider();
// Who does not answer: nobody, `tokens` (whatever the portal calls while it signs somebody in), or `all`.
let down = 'nobody';
const asked = [];

const form = uid => `<!doctype html><html lang="en"><title>Company sign-in</title>
<h1>Company sign-in</h1>
<form method="post" action="/interaction/${encodeURIComponent(uid)}">
<label>Account <input id="account" name="account" autocomplete="off"></label>
<button id="go">Sign in</button>
</form></html>`;

async function body(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

async function interaction(request, response, uid) {
  if (request.method === 'GET') {
    response.setHeader('content-type', 'text/html; charset=utf-8').end(form(uid));
    return;
  }
  const account = new URLSearchParams(await body(request)).get('account');
  const result = accounts[account]
    ? { login: { accountId: account } }
    : { error: 'access_denied', error_description: 'there is no such account' };
  await current.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

async function control(request, response, what) {
  const said = JSON.parse((await body(request)) || '{}');
  if (what === 'account') accounts[said.id] = { ...accounts[said.id], ...said.claims };
  if (what === 'rotate') current = provider();
  if (what === 'down') down = said.down;
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ asked }));
}

server.on('request', async (request, response) => {
  try {
    const { pathname } = new URL(request.url, issuer);
    const [, area, rest] = pathname.split('/');
    if (area === 'control') return await control(request, response, rest);
    const inFront = area === 'auth' || area === 'interaction';
    if (down === 'all' || (down === 'tokens' && !inFront)) return request.socket.destroy();
    response.on('finish', () => asked.push(`${request.method} ${pathname} ${response.statusCode}`));
    if (area === 'interaction') return await interaction(request, response, rest);
    return await current.callback()(request, response);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});

ready({ issuer });
