//! The portal that the recordings were made against: its configuration, its catalog, one policy.

use std::path::Path;

use testkit::{Portal, Setup, free_port};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::recording::{Body, Credential, Phase, Recording};

const SERVICE: &str = "service-token-for-tests-0123456789";
const LIMITED: &str = "limited-token-for-tests-0123456789";

/// What the reference has without being told, or its provider signs with another algorithm for.
const SIGNING_IN: &str = "\
enableExperimentalRedirectFlow: true
auth:
  backstageTokenExpiration: 1h
  providers:
    oidc:
      development:
        tokenSignedResponseAlg: ES256
";

/// A running portal over a copy of the recordings' input.
pub(super) struct World {
    pub(super) portal: Portal,
    guest: String,
    /// Port of the loopback file server that URL locations name.
    files: u16,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: reqwest::header::HeaderMap,
    pub(super) text: String,
}

impl Answer {
    pub(super) async fn of(answer: reqwest::Response) -> Self {
        Self {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            text: answer.text().await.expect("an answer can be read"),
        }
    }
}

impl World {
    /// Starts a portal with this phase's policy. `urls` are more locations, beneath the file server.
    pub(super) async fn start(input: &Path, phase: Phase, urls: &[&str]) -> Self {
        Self::begin(input, phase, urls, None).await
    }

    /// Starts a portal whose identity provider is at this port.
    pub(super) async fn with_provider(input: &Path, provider: u16) -> Self {
        Self::begin(input, Phase::Main, &[], Some(provider)).await
    }

    async fn begin(input: &Path, phase: Phase, urls: &[&str], provider: Option<u16>) -> Self {
        let files = serve(input.join("data/loc")).await;
        let setup = Setup::new(crate::BINARY);
        copy(input, setup.folder());
        let root = setup.folder().to_str().expect("a temporary folder's path is text").to_owned();
        let read = |file: &str| std::fs::read_to_string(input.join(file)).expect("the input is there");
        let located =
            |name: &&str| format!("    - type: url\n      target: http://127.0.0.1:{files}/{name}\n");
        let located = urls.iter().map(located).collect::<Vec<_>>().concat();
        let config = read("app-config.yaml")
            .replace("<data>", &format!("{root}/data"))
            .replace("<app>", &format!("{root}/app"))
            .replace(":7096", &format!(":{files}"))
            .replace(":7098", &format!(":{}", provider.unwrap_or(7098)))
            .replace("7007", &setup.port().to_string())
            .replace("\nkubernetes:", &format!("\n{located}kubernetes:"));
        let policy = match phase {
            Phase::Main => "main",
            Phase::Mixed => "mixed",
            Phase::Owner => "owner",
        };
        let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testkit/policies");
        let policy = policies.join(format!("{policy}.cedar"));
        let ours = format!(
            "stagedoor:\n  edge: {{ rateLimits: {{ auth: {{ requests: 1000, window: 1m }} }} }}\n  policy:\n    path: {}\n\
             {SIGNING_IN}",
            policy.display()
        );
        let portal = setup
            .file("template.yaml", &read("app-config.template.yaml"))
            .file("golden.yaml", &config)
            .file("ours.yaml", &ours)
            .arguments(&["--config", "template.yaml", "--config", "app-config.yaml"])
            .arguments(&["--config", "golden.yaml", "--config", "ours.yaml"])
            .variable("BS_STATIC_TOKEN", SERVICE)
            .variable("BS_STATIC_TOKEN_LIMITED", LIMITED)
            .start()
            .await;
        let guest = portal.token("user:default/guest").await;
        let world = Self { portal, guest, files };
        // Twenty-two entities, and two for each file more: the location and what it names.
        let expected = 22 + 2 * urls.len() as u64;
        world.portal.holds(SERVICE, expected).await;
        let (_, body) = world.portal.get("/api/catalog/entities/by-query?limit=0", SERVICE).await;
        assert_eq!(body["totalItems"], expected);
        world
    }

    /// Our uid of an entity.
    pub(super) async fn uid(&self, entity_ref: &str) -> Option<String> {
        let (kind, rest) = entity_ref.split_once(':')?;
        let path = format!("/api/catalog/entities/by-name/{kind}/{rest}");
        let (_, entity) = self.portal.get(&path, SERVICE).await;
        entity["metadata"]["uid"].as_str().map(str::to_owned)
    }

    /// Sends a recorded request, to this path and query.
    pub(super) async fn replay(&self, recording: &Recording, path: &str, query: &str) -> Answer {
        let url = match query {
            "" => self.portal.url(path),
            query => self.portal.url(&format!("{path}?{query}")),
        };
        let method = reqwest::Method::from_bytes(recording.method.as_bytes()).expect("a recorded method");
        let mut request = self.portal.client().request(method, url);
        request = match &recording.credential {
            Credential::Nobody => request,
            Credential::Guest => request.bearer_auth(&self.guest),
            Credential::Service => request.bearer_auth(SERVICE),
            Credential::LimitedService => request.bearer_auth(LIMITED),
            Credential::Header(value) => request.header("authorization", value),
        };
        for (name, value) in &recording.headers {
            request = request.header(name, value);
        }
        request = match &recording.body {
            None => request,
            Some(Body::Json(json)) => request.json(json),
            Some(Body::Text(text)) => {
                let named =
                    recording.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
                let request =
                    if named { request } else { request.header("content-type", "application/json") };
                request.body(text.clone())
            }
        };
        Answer::of(request.send().await.expect("the portal answers")).await
    }

    /// A text of ours with the places of this run as recordings write them.
    pub(super) fn as_recorded(&self, text: &str) -> String {
        let root = self.portal.folder().to_str().expect("a temporary folder's path is text");
        text.replace(&format!("{root}/data"), "<data>")
            .replace(&format!("{root}/app"), "<app>")
            .replace(&format!("127.0.0.1:{}/", self.files), "127.0.0.1:7096/")
            .replace(&format!("127.0.0.1:{}/", self.portal.port()), "127.0.0.1:7007/")
    }
}

/// Copies a folder with all in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the input is there") {
        let entry = entry.expect("a folder's entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("its type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::write(&target, std::fs::read(entry.path()).expect("a file can be read"))
                .expect("and written");
        }
    }
}

/// Serves the files of one folder on a loopback port, until the test ends.
#[expect(clippy::disallowed_methods, reason = "a test's peer, not the server")]
async fn serve(folder: std::path::PathBuf) -> u16 {
    let port = free_port();
    let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("a loopback port");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let folder = folder.clone();
            tokio::spawn(async move {
                let mut head = vec![0; 8192];
                let mut length = 0;
                while !head[..length].windows(4).any(|end| end == b"\r\n\r\n") {
                    match stream.read(&mut head[length..]).await {
                        Ok(read) if read > 0 => length += read,
                        _ => return,
                    }
                }
                let line = String::from_utf8_lossy(&head[..length]).into_owned();
                let name = line.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
                let found = Some(name)
                    .filter(|name| !name.contains('/'))
                    .and_then(|name| std::fs::read(folder.join(name)).ok());
                let status = if found.is_some() { "200 OK" } else { "404 Not Found" };
                let body = found.unwrap_or_default();
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all(head.as_bytes()).await;
                let _ = stream.write_all(&body).await;
            });
        }
    });
    port
}
