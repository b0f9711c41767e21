// What an app of Backstage does to sign somebody in. The address says which backend, and whether without a popup.
import { ConfigReader, GithubAuth, OAuth2, OAuthRequestManager, UrlPatternDiscovery } from '@backstage/core-app-api';

const query = new URLSearchParams(location.search);
const backend = query.get('backend');
const apis = {
  configApi: new ConfigReader({ enableExperimentalRedirectFlow: query.has('redirect') }),
  discoveryApi: UrlPatternDiscovery.compile(`${backend}/api/{{ pluginId }}`),
  oauthRequestApi: new OAuthRequestManager(),
  environment: 'development',
};
const ways = {
  oidc: OAuth2.create({
    ...apis,
    provider: { id: 'oidc', title: 'Company', icon: () => null },
    defaultScopes: ['openid', 'profile', 'email'],
  }),
  github: GithubAuth.create({ ...apis, defaultScopes: ['read:user'] }),
};

// What windows were told by whom, for the test to read.
window.told = [];
window.addEventListener('message', event => {
  if (event.data?.type) window.told.push({ from: event.origin, ...event.data });
});

// The session, or what the client says went wrong.
window.session = async (id, options) => {
  try {
    const identity = await ways[id].getBackstageIdentity(options);
    return identity ? { identity, profile: await ways[id].getProfile(options) } : {};
  } catch (error) {
    return { error: { name: error.name, message: error.message } };
  }
};

// By the credentials that a page of ours would send, without the client between.
window.ask = async (path, init) => {
  const answer = await fetch(`${backend}${path}`, { credentials: 'include', ...init });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : text };
};

for (const id of Object.keys(ways)) {
  document.getElementById(id).onclick = async () => {
    window.result = await window.session(id, { instantPopup: true });
  };
}
document.getElementById('out').onclick = async () => {
  await ways.oidc.signOut();
  window.result = 'out';
};
window.loaded = true;
