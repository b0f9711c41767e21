// A frontend on an origin of its own: a page with the auth client of Backstage's frontend packages, as they are.
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { ready, require } from './peer.mjs';

const bundled = await require('esbuild').build({
  entryPoints: [fileURLToPath(new URL('app-page.mjs', import.meta.url))],
  // The packages are in the working folder, and the page is not.
  nodePaths: ['node_modules'],
  bundle: true,
  write: false,
  format: 'esm',
  outdir: '/',
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'error',
});
const script = bundled.outputFiles.find(file => file.path.endsWith('.js')).contents;
const page = `<!doctype html><html lang="en"><title>Frontend</title>
<button id="oidc">Sign in</button> <button id="github">Sign in with GitHub</button> <button id="out">Sign out</button>
<script type="module" src="/app.js"></script></html>`;

const server = createServer((request, response) => {
  if (new URL(request.url, 'http://localhost').pathname === '/app.js') {
    response.setHeader('content-type', 'text/javascript').end(script);
  } else {
    response.setHeader('content-type', 'text/html; charset=utf-8').end(page);
  }
});
await new Promise(listening => server.listen(0, '127.0.0.1', listening));
ready({ origin: `http://127.0.0.1:${server.address().port}` });
