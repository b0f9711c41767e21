//! Backstage's own packages beside the portal: a backend with one plugin, and the auth client of a frontend.

use serde_json::{Value, json};

use crate::peer::Peer;
use crate::portal::client;

/// A Backstage backend whose plugin `peer` says who calls it (`/who`; `/page`, also by the cookie), and calls the portal's
/// catalog for its caller (`/catalog?path=`) or in its own name (`/alone?path=`). It finds `auth` and `catalog` at the
/// portal, by `discovery.endpoints`.
#[derive(Debug)]
pub struct Backend {
    port: u16,
    client: reqwest::Client,
    _peer: Peer,
}

impl Backend {
    /// Starts one on this port, beside the portal on that one; `None` where the peers are not installed.
    pub async fn start(port: u16, portal: u16) -> Option<Self> {
        let wanted = json!({ "port": port, "portal": format!("http://127.0.0.1:{portal}") });
        let peer = Peer::start("backend.mjs", &wanted).await?;
        Some(Self { port, client: client(None), _peer: peer })
    }

    /// Asks the plugin, with these headers: status and body.
    pub async fn ask(&self, path: &str, headers: &[(&str, &str)]) -> (u16, Value) {
        let url = format!("http://127.0.0.1:{}/api/peer{path}", self.port);
        let request =
            headers.iter().fold(self.client.get(url), |request, (name, value)| request.header(*name, *value));
        let answer = request.send().await.expect("the backend answers");
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }
}

/// A frontend on an origin of its own: one page with the auth client of `@backstage/core-app-api`. `#oidc` and `#github`
/// sign in, and what came of it is in `window.result`; `#out` signs out; `window.told` is what windows posted.
#[derive(Debug)]
pub struct Frontend {
    origin: String,
    _peer: Peer,
}

impl Frontend {
    /// Starts one; `None` where the peers are not installed.
    pub async fn start() -> Option<Self> {
        let peer = Peer::start("app.mjs", &json!({})).await?;
        Some(Self { origin: peer.said("origin"), _peer: peer })
    }

    /// Where it is.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Its page, for a backend at this address; `more` is added to the query.
    pub fn page(&self, backend: &str, more: &str) -> String {
        format!("{}/?backend={backend}{more}", self.origin)
    }
}
