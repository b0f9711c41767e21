//! The server as the manifests run it: nobody's user, one writable folder, everything else read-only.

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::command::{program, stagedoor};
use crate::wire;
use crate::world::{self, HOST};

fn deploy(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(file);
    std::fs::read_to_string(path).expect("it is there")
}

/// What stands in a tree, and since when.
fn listing(folder: &Path) -> BTreeMap<PathBuf, (u64, i64, i64)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let metadata = std::fs::symlink_metadata(&path).expect("it is there");
            found.insert(path.clone(), (metadata.len(), metadata.mtime(), metadata.mtime_nsec()));
            if metadata.is_dir() && !path.ends_with("data") {
                folders.push(path);
            }
        }
    }
    found
}

/// Takes every right to write from a tree, but for its data folder.
fn seal(folder: &Path) {
    for path in listing(folder).keys().map(PathBuf::as_path).chain([folder]) {
        if !path.ends_with("data") {
            std::fs::set_permissions(path, PermissionsExt::from_mode(0o555)).expect("rights can be changed");
        }
    }
}

/// Ended with the test, also when it fails.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// `setpriv` makes root nobody in particular; others are that already.
fn as_nobody(root: bool, folder: &Path, binary: &Path, variables: &[(&str, &str)]) -> std::process::Command {
    if !root {
        return program(&binary.to_string_lossy(), folder, variables);
    }
    let mut command = program("setpriv", folder, variables);
    command
        .args(["--reuid=1001", "--regid=1001", "--clear-groups", "--no-new-privs", "--inh-caps=-all"])
        .arg(binary);
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_data_folder_is_written_to() {
    let tree = TempDir::new().expect("a folder");
    let at = |name: &str| tree.path().join(name);
    for name in ["etc", "data", "tmp", "work"] {
        std::fs::create_dir(at(name)).expect("a folder");
    }
    std::fs::copy(crate::BINARY, at("stagedoor")).expect("the binary can be copied");
    std::fs::write(at("etc/catalog.yaml"), world::CATALOG).expect("it can be written");
    std::fs::write(at("etc/app-config.yaml"), deploy("app-config.production.yaml"))
        .expect("it can be written");
    let (port, metrics) = (testkit::free_port(), testkit::free_port());
    // The test's own addresses and folders over the production configuration.
    let ours = format!(
        "backend:\n  listen: 127.0.0.1:{port}\n  database: {{ connection: {{ directory: '{}' }} }}\ncatalog:\n  locations:\n  - {{ type: \
         file, target: '{}', rules: [{{ allow: [User, Group] }}] }}\nstagedoor:\n  metrics: {{ \
         listen: '127.0.0.1:{metrics}' }}\n",
        at("data").display(),
        at("etc/catalog.yaml").display(),
    );
    std::fs::write(at("etc/test.yaml"), ours).expect("it can be written");
    let root = std::fs::metadata(tree.path()).expect("it is there").uid() == 0;
    seal(tree.path());
    if root {
        std::os::unix::fs::chown(at("data"), Some(1001), Some(1001)).expect("root may");
    }
    std::fs::set_permissions(at("data"), PermissionsExt::from_mode(0o700)).expect("rights can be changed");
    let before = listing(tree.path());
    let tmp = at("tmp").display().to_string();
    let variables = [
        ("PORTAL_URL", "https://portal.example.com"),
        ("CI_TOKEN", world::TOKEN),
        ("SEALING_KEY", world::SEALING_KEY),
        ("CATALOG_URL", "https://catalog.invalid/all.yaml"),
        ("GITHUB_TOKEN", "none"),
        ("INGRESS_CIDR", "127.0.0.1/32"),
        ("COMPANY_CIDR", "10.0.0.0/8"),
        ("TMPDIR", tmp.as_str()),
        ("HOME", tmp.as_str()),
    ];
    let mut command = as_nobody(root, &at("work"), &at("stagedoor"), &variables);
    command
        .args(["serve", "--config"])
        .arg(at("etc/app-config.yaml"))
        .arg("--config")
        .arg(at("etc/test.yaml"));
    // Its own folder: the tree takes nothing.
    let logs = TempDir::new().expect("a folder");
    let log = std::fs::File::create(logs.path().join("stderr")).expect("a log can be written");
    let spawned = command.stdout(Stdio::null()).stderr(log).spawn();
    let mut server = match spawned {
        Ok(child) => Server(child),
        Err(error) => {
            testkit::skipped(&format!("cannot become another user: {error}"));
            return;
        }
    };
    let authorization = format!("Bearer {}", world::TOKEN);
    let ask = |client: &str| {
        let headers =
            [("Host", HOST), ("Authorization", authorization.as_str()), ("X-Forwarded-For", client)];
        wire::request(port, "GET /api/catalog/entities/by-query?limit=0", &headers)
    };
    let mut is_serving = false;
    for _ in 0..600 {
        if let Some(status) = server.0.try_wait().expect("a child can be asked") {
            let log =
                std::fs::read_to_string(std::env::temp_dir().join(format!("stagedoor-deploy-{port}.log")));
            panic!("it ended with {status}: {}", log.unwrap_or_default());
        }
        is_serving = std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
            && ask("10.1.2.3").body.contains(&format!("\"totalItems\":{}", world::ENTITIES));
        if is_serving {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(is_serving, "it does not serve the catalog");
    assert_eq!(ask("203.0.113.9").status, 403, "the company's network only");
    let status = program("kill", tree.path(), &[]).args(["-s", "TERM", &server.0.id().to_string()]).status();
    assert!(status.is_ok_and(|status| status.success()));
    assert!(server.0.wait().expect("it ends").success());
    let mut after = listing(tree.path());
    let mut expected = before;
    for listing in [&mut after, &mut expected] {
        listing.remove(&at("data"));
    }
    assert_eq!(after, expected, "nothing but the data folder changed");
    assert!(at("data/stagedoor.db").is_file());
    for folder in ["etc", "tmp", "work", ""] {
        std::fs::set_permissions(at(folder), PermissionsExt::from_mode(0o755))
            .expect("rights can be changed");
    }
}

fn manifests() -> Vec<Value> {
    let text = deploy("kubernetes.yaml");
    let documents = untrusted::yaml::parse_documents(text.as_bytes(), &untrusted::yaml::Limits::default());
    let documents = documents.expect("it is YAML").into_iter();
    documents.filter_map(|document| Some(document.content.expect("it is YAML")?.to_json())).collect()
}

fn one<'a>(manifests: &'a [Value], kind: &str) -> &'a Value {
    let mut found = manifests.iter().filter(|manifest| manifest["kind"] == kind);
    let first = found.next().unwrap_or_else(|| panic!("there is no {kind}"));
    assert!(found.next().is_none(), "there are two of {kind}");
    first
}

#[test]
fn the_pod_is_hardened_and_its_parts_fit_together() {
    let manifests = manifests();
    let pod = &one(&manifests, "StatefulSet")["spec"]["template"];
    let spec = &pod["spec"];
    assert_eq!(spec["automountServiceAccountToken"], false);
    assert_eq!(spec["securityContext"]["runAsNonRoot"], true);
    assert_eq!(spec["securityContext"]["runAsUser"], 1001);
    assert_eq!(spec["securityContext"]["seccompProfile"]["type"], "RuntimeDefault");
    assert!(spec["hostNetwork"].is_null() && spec["hostPID"].is_null() && spec["hostIPC"].is_null());
    let containers = spec["containers"].as_array().expect("a list");
    assert_eq!(containers.len(), 1);
    let container = &containers[0];
    let security = &container["securityContext"];
    assert_eq!(security["allowPrivilegeEscalation"], false);
    assert_eq!(security["readOnlyRootFilesystem"], true);
    assert_eq!(security["capabilities"]["drop"], serde_json::json!(["ALL"]));
    assert!(security["capabilities"]["add"].is_null());
    assert_eq!(container["resources"]["limits"], serde_json::json!({ "cpu": "1", "memory": "256Mi" }));
    let mounts = container["volumeMounts"].as_array().expect("a list");
    let writable: Vec<&Value> = mounts.iter().filter(|mount| mount["readOnly"] != true).collect();
    assert_eq!(writable.len(), 1, "{writable:?}");
    assert_eq!(writable[0]["mountPath"], "/data");

    let service = one(&manifests, "Service");
    assert_eq!(service["spec"]["type"], "LoadBalancer");
    assert_eq!(service["spec"]["externalTrafficPolicy"], "Local");
    let annotations = service["metadata"]["annotations"].as_object().expect("a map");
    assert!(
        annotations.keys().any(|key| key.contains("internal"))
            || annotations.values().any(|value| value == "Internal")
    );
    assert!(
        service["spec"]["loadBalancerSourceRanges"]
            .as_array()
            .is_some_and(|ranges| !ranges.is_empty() && !ranges.iter().any(|range| range == "0.0.0.0/0"))
    );
    assert_eq!(service["spec"]["selector"], pod["metadata"]["labels"]);
    // One port, from the Gateway to the pod, and TLS all the way.
    let port = &service["spec"]["ports"][0];
    assert_eq!(port["targetPort"], container["ports"][0]["name"]);
    let gateway = &one(&manifests, "Gateway");
    let listeners = gateway["spec"]["listeners"].as_array().expect("a list");
    assert!(listeners.iter().all(|listener| listener["protocol"] == "HTTPS"), "{listeners:?}");
    let route = &one(&manifests, "HTTPRoute")["spec"];
    assert_eq!(route["parentRefs"][0]["name"], gateway["metadata"]["name"]);
    assert_eq!(route["parentRefs"][0]["sectionName"], listeners[0]["name"]);
    assert_eq!(route["hostnames"][0], listeners[0]["hostname"]);
    let backend = &route["rules"][0]["backendRefs"][0];
    assert_eq!((&backend["name"], &backend["port"]), (&service["metadata"]["name"], &port["port"]));
    let trust = &one(&manifests, "BackendTLSPolicy")["spec"];
    let target = &trust["targetRefs"][0];
    assert_eq!((&target["name"], &target["sectionName"]), (&service["metadata"]["name"], &port["name"]));
    assert_eq!(trust["validation"]["hostname"], listeners[0]["hostname"]);
    let policy = one(&manifests, "NetworkPolicy");
    assert_eq!(policy["spec"]["policyTypes"], serde_json::json!(["Ingress", "Egress"]));
    assert_eq!(policy["spec"]["ingress"][0]["ports"][0]["port"], container["ports"][0]["name"]);
    assert_eq!(policy["spec"]["podSelector"]["matchLabels"], pod["metadata"]["labels"]);
    for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
        assert_eq!(container[probe]["httpGet"]["port"], container["ports"][0]["name"], "{probe}");
        assert_eq!(container[probe]["httpGet"]["scheme"] == "HTTPS", port["port"] == 443, "{probe}");
    }
    assert_eq!(container["ports"][0]["containerPort"], 7007);
}

#[test]
fn the_image_and_the_production_configuration_are_what_they_say() {
    let image = deploy("Containerfile");
    let last = image.rsplit("FROM ").next().expect("a stage");
    assert!(last.starts_with("scratch") && last.contains("USER 1001:1001"), "{last}");
    let folder = TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("app-config.yaml"), deploy("app-config.production.yaml"))
        .expect("written");
    let unset = stagedoor(folder.path(), &["config", "check"], &[]);
    assert_eq!(unset.code, 2, "a variable that is not set stops the start");
    let variables = [
        ("PORTAL_URL", "https://portal.example.com"),
        ("CI_TOKEN", "9f8e7d6c5b4a392817060f1e2d3c4b5a"),
        ("SEALING_KEY", world::SEALING_KEY),
        ("CATALOG_URL", "https://github.com/example/catalog/blob/main/all.yaml"),
        ("GITHUB_TOKEN", "none"),
        ("INGRESS_CIDR", "10.42.0.0/16"),
        ("COMPANY_CIDR", "10.0.0.0/8"),
    ];
    let checked = stagedoor(folder.path(), &["config", "check"], &variables);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""), "{}", checked.stdout);
}
