//! TLS by `backend.https`, with certificates that are replaced while it is served.

use std::path::Path;
use std::process::{Command, Stdio};

use testkit::{Portal, Setup};

use crate::wire;
use crate::world::{self, HOST};

#[expect(clippy::disallowed_methods, reason = "there is no other certificate authority in a test's reach")]
fn openssl(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("openssl").args(arguments).current_dir(folder).stdin(Stdio::null()).output();
    let Ok(output) = output else {
        testkit::skipped("there is no openssl program");
        return None;
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    // A handshake that is refused is something to look at.
    let good = output.status.success() || arguments[0] == "s_client";
    assert!(good, "{arguments:?}: {}", text(&output.stderr));
    Some(text(&output.stdout) + &text(&output.stderr))
}

/// A certificate of its own, with its key, as `name.pem` and `name.key`.
fn certificate(folder: &Path, name: &str) -> Option<()> {
    let (key, certificate) = (format!("{name}.key"), format!("{name}.pem"));
    let subject = format!("/CN={name}");
    let names = format!("subjectAltName=DNS:{HOST},IP:127.0.0.1");
    openssl(
        folder,
        &[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-keyout",
            &key,
            "-out",
            &certificate,
            "-subj",
            &subject,
            "-addext",
            &names,
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ],
    )?;
    Some(())
}

/// What `openssl s_client` sees: the server's certificate, and the answer to a request.
fn seen(portal: &Portal, more: &[&str]) -> String {
    let at = format!("127.0.0.1:{}", portal.port());
    let mut arguments = vec!["s_client", "-connect", &at, "-servername", HOST];
    arguments.extend_from_slice(more);
    openssl(portal.folder(), &arguments).unwrap_or_default()
}

fn serves(portal: &Portal, name: &str) -> bool {
    seen(portal, &[]).contains(&format!("CN = {name}")) || seen(portal, &[]).contains(&format!("CN={name}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn https_is_served_and_a_new_certificate_without_a_restart() {
    let https = "  https:\n    certificate: { cert: { $file: ./now.pem }, key: { $file: ./now.key } }\n";
    let setup: Setup = world::production("");
    let config = world::CONFIG.replace("backend:\n", &format!("backend:\n{https}"));
    // Its public name is its address, for a client that says the same in `:authority` and in TLS.
    let base = std::fs::read_to_string(setup.folder().join("app-config.yaml")).expect("it is there");
    let base = base.replace(HOST, &format!("127.0.0.1:{}", setup.port()));
    let setup = setup.config(&config).file("app-config.yaml", &base);
    for name in ["first", "second"] {
        if certificate(setup.folder(), name).is_none() {
            return;
        }
    }
    let take = |folder: &Path, name: &str| {
        for end in ["key", "pem"] {
            let fresh = folder.join(format!("now.{end}.fresh"));
            std::fs::copy(folder.join(format!("{name}.{end}")), &fresh).expect("it can be copied");
            std::fs::rename(&fresh, folder.join(format!("now.{end}"))).expect("it can be moved");
        }
    };
    take(setup.folder(), "first");
    let authority = std::fs::read(setup.folder().join("first.pem")).expect("it is there");
    let portal = setup.trusting(authority).start().await;
    assert!(serves(&portal, "first"));
    let answer = portal.client().get(portal.url("/api/catalog/entities")).bearer_auth(world::TOKEN);
    let answer = answer.send().await.expect("an answer over TLS");
    assert_eq!(answer.status(), 200);
    // What is not TLS gets nothing, and no plain answer.
    assert!(wire::raw(portal.port(), format!("GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes()).is_none());
    for old in ["-tls1", "-tls1_1"] {
        assert!(!seen(&portal, &[old, "-cipher", "ALL:@SECLEVEL=0"]).contains("CN = first"), "{old}");
    }
    take(portal.folder(), "second");
    portal.until("the new certificate is served", async || serves(&portal, "second")).await;
    // A key that belongs to another certificate, and text that is none: the good pair stays.
    for broken in ["first.key", "app-config.yaml"] {
        std::fs::copy(portal.folder().join(broken), portal.folder().join("now.key"))
            .expect("it can be copied");
        let refusals = || {
            let of = |r: &&serde_json::Value| r["resourceRef"] == "certificates" && r["outcome"] == "denied";
            portal.audit().iter().filter(of).count()
        };
        let before = refusals();
        portal.signal("HUP");
        portal.until("it is refused", async || refusals() > before).await;
        assert!(serves(&portal, "second"), "{broken}");
    }
    assert!(portal.stderr().contains("the old certificate stays"), "{}", portal.stderr());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_cannot_be_used_stops_the_start() {
    let https = "  https:\n    certificate: { cert: { $file: ./now.pem }, key: { $file: ./now.key } }\n";
    let config = world::CONFIG.replace("backend:\n", &format!("backend:\n{https}"));
    let setup =
        world::production("").config(&config).file("now.pem", "no certificate").file("now.key", "no key");
    let (status, _, stderr) = setup.refused();
    assert_eq!(status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("backend.https"), "{stderr}");
}
