//! `stagedoor check --live` against a portal of this program: nothing bad is open, nothing is told that should not be.

use std::io::{BufRead as _, BufReader, Write as _};

use serde_json::Value;

use crate::command::{Ended, stagedoor};
use crate::world;

/// Runs it in an empty folder.
fn live(arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
    let folder = tempfile::TempDir::new().expect("a folder");
    tokio::task::block_in_place(|| {
        stagedoor(folder.path(), &[&["check", "--live"], arguments].concat(), variables)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_bad_is_open_in_a_portal_of_ours() {
    let portal = world::company("").start().await;
    portal.holds(world::TOKEN, world::ENTITIES).await;
    let url = portal.url("");
    let ended = live(&[&url, "--token", "--format", "json", "--fail-on", "high"], &[("TOKEN", world::TOKEN)]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    let document: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let ran = document["ran"].as_array().expect("a list").len();
    assert!(ran > 10, "{ran} rules looked");
    for finding in document["findings"].as_array().expect("a list") {
        assert!(!["critical", "high"].iter().any(|bad| finding["severity"] == *bad), "{finding:#}");
        assert!(finding["evidence"].to_string().contains("curl "), "{finding:#}");
    }
    let text = live(&[&url], &[]).stdout;
    assert!(text.contains(&format!(" answers, from {url}")), "{text}");
    assert!(!text.contains("no Backstage application") && !text.contains("0 files"), "{text}");
}

/// A portal that gives everything to everybody, for as long as the test runs.
fn careless() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut line = String::new();
            let mut reader = BufReader::new(&stream);
            while reader.read_line(&mut line).is_ok_and(|bytes| bytes > 2) {
                line.clear();
            }
            let body = "[{\"name\":\"x\"}]";
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_says_how_to_ask_again_without_the_token() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let forms = ["text", "sarif", "junit", "github", "markdown", "html"];
    let outputs: Vec<String> =
        forms.iter().map(|form| format!("--output={form}={}", folder.path().join(form).display())).collect();
    let url = careless();
    let mut arguments = vec![url.as_str(), "--token", "--format", "json"];
    arguments.extend(outputs.iter().map(String::as_str));
    let ended = live(&arguments, &[("TOKEN", world::TOKEN)]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let document: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let findings = document["findings"].as_array().expect("a list");
    assert!(findings.iter().any(|finding| finding["severity"] == "critical"), "{document:#}");
    for finding in findings {
        assert!(finding["evidence"].to_string().contains("curl "), "{finding:#}");
    }
    let with_token = |finding: &Value| finding["evidence"].to_string().contains("Bearer $TOKEN");
    assert!(findings.iter().any(with_token), "{document:#}");
    for form in forms {
        let text = std::fs::read_to_string(folder.path().join(form)).expect("it was written");
        assert!(!text.contains(world::TOKEN), "{form}");
    }
    assert!(!(ended.stdout + &ended.stderr).contains(world::TOKEN));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_refused_or_unavailable() {
    let url = format!("http://127.0.0.1:{}", testkit::free_port());
    let ended = live(&[&url], &[]);
    assert_eq!(ended.code, 69, "{}", ended.stderr);
    assert!(ended.stderr.contains("does not answer"), "{}", ended.stderr);
    for refused in
        ["http://ada:secret-of-ada@127.0.0.1:1/", "http://ada@127.0.0.1:1/", "ftp://127.0.0.1/", "portal"]
    {
        let ended = live(&[refused], &[]);
        assert_eq!(ended.code, 2, "{refused}: {}", ended.stderr);
        assert!(!ended.stderr.contains("secret-of-ada"), "{}", ended.stderr);
    }
    assert_eq!(live(&[&url, "--token"], &[]).code, 2, "without the variable nothing is asked");
    assert_eq!(live(&[&url, "a-folder"], &[]).code, 64, "an instance or folders, not both");
}
