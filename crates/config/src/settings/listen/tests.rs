use std::fs;

use super::super::tests::{bad, dev, dev_bad, good, refused};
use super::*;
use crate::{Environment, Request, Settings};

#[test]
fn the_forms_of_listen() {
    for (form, host, port) in [
        ("':7007'", "0.0.0.0", 7007),
        ("'8080'", "0.0.0.0", 8080),
        ("8080", "0.0.0.0", 8080),
        ("'10.0.0.5:80'", "10.0.0.5", 80),
        ("'portal:80'", "portal", 80),
        ("'[::1]:80'", "::1", 80),
        ("{ port: 7008 }", "0.0.0.0", 7008),
        ("{ port: '7008', host: '::' }", "::", 7008),
        ("{ host: 127.0.0.1 }", "127.0.0.1", 7007),
        ("{ host: '*' }", "0.0.0.0", 7007),
        ("{}", "0.0.0.0", 7007),
    ] {
        let (settings, _) = good(&format!("backend: {{ listen: {form} }}"));
        assert_eq!(settings.listen, Listen { host: host.to_owned(), port }, "{form}");
    }
    refused(&[
        ("backend: { listen: 'host:' }", "is no address"),
        ("backend: { listen: '::1:80' }", "is no address"),
        ("backend: { listen: 70000 }", "whole number from 0 to 65535"),
        ("backend: { listen: { port: many } }", "to a number"),
        ("backend: { listen: { host: 'http://h' } }", "not a host"),
        ("backend: { listen: [] }", "wanted number"),
    ]);
}

#[test]
fn development_listens_on_loopback() {
    for (form, host) in [
        ("':7007'", "127.0.0.1"),
        ("{ host: 0.0.0.0 }", "127.0.0.1"),
        ("{ host: '::1' }", "::1"),
        ("{ host: 127.0.0.9 }", "127.0.0.9"),
        ("{ host: localhost }", "localhost"),
    ] {
        assert_eq!(dev(&format!("backend: {{ listen: {form} }}")).0.listen.host, host, "{form}");
    }
    insta::assert_snapshot!(dev_bad("backend:\n  listen: { host: 10.0.0.5 }"), @"
    error: development listens on loopback only, not on `10.0.0.5`
      --> app-config.yaml:2:11
      key: backend.listen
      fix: write `host: 127.0.0.1`, or start without --dev
    ");
}

#[test]
fn certificates_are_files_or_text() {
    let root = tempfile::tempdir().expect("a folder");
    let certificate = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n";
    let key = "-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----\n";
    fs::write(root.path().join("tls.crt"), certificate).expect("a file");
    let config = "backend: { https: { certificate: { cert: { $file: tls.crt }, key: '${KEY}' } } }";
    fs::write(root.path().join("app-config.yaml"), config).expect("a file");
    let environment: Environment = [("KEY", key)].into_iter().collect();
    let request =
        Request { files: Vec::new(), root: root.path().to_owned(), environment, mode: Mode::Development };
    let config = Config::load(&request).expect("a config");
    let (settings, _) = Settings::from_config(&config, Mode::Development).expect("settings");
    let https = settings.https.expect("https");
    assert!(matches!(&https.certificate, Pem::File(path) if *path == root.path().join("tls.crt")));
    assert_eq!(https.certificate.read().expect("a certificate").expose(), certificate.as_bytes());
    assert_eq!(https.key.read().expect("a key").expose(), key.trim().as_bytes());
    assert!(matches!(https.key, Pem::Inline(_)));
    assert!(!config.print_masked().contains("PRIVATE"));
}

#[test]
fn https_that_cannot_be() {
    refused(&[
        ("backend: { https: true }", "self-signed certificate is not made up"),
        ("backend: { https: {} }", "Missing required config value at 'backend.https.certificate.cert'"),
        (
            "backend: { https: { certificate: { cert: tls.crt, key: k } } }",
            "is not PEM text of a certificate",
        ),
    ]);
    let said = bad("backend: { https: { certificate: { cert: x, key: not-a-key-but-secret } } }");
    assert!(
        said.contains("is not PEM text of a private key") && !said.contains("not-a-key-but-secret"),
        "{said}"
    );
    assert!(good("backend: { https: false }").0.https.is_none());
}
