//! `stagedoor check --live` against a portal of this program: nothing bad is open, nothing is told that should not be.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;

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

/// A server that answers each connection by this, for as long as the test runs. What it answers gets the first line.
fn server(answer: impl Fn(&mut TcpStream, &str) + Send + Clone + 'static) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let answer = answer.clone();
            std::thread::spawn(move || {
                let (mut first, mut line) = (String::new(), String::new());
                let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
                let _ = reader.read_line(&mut first);
                while reader.read_line(&mut line).is_ok_and(|bytes| bytes > 2) {
                    line.clear();
                }
                answer(&mut stream, first.trim_end());
            });
        }
    });
    url
}

fn say(stream: &mut TcpStream, status: &str, head: &str, body: &str) {
    let length = body.len();
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\n{head}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
}

const JSON: &str = "Content-Type: application/json\r\n";

/// A portal that gives everything to everybody. Names of headers and cookies try to be markup, and it tells again what
/// it was asked with.
fn careless() -> String {
    server(|stream, line| {
        if line.contains("stagedoor-check") {
            return say(stream, "404 Not Found", "", "");
        }
        let head = format!(
            "{JSON}Server: <script>alert(1)</script>|`{}`1.0\r\nSet-Cookie: a`|<b>::error::=1\r\n",
            world::TOKEN
        );
        say(stream, "200 OK", &head, "[{\"name\":\"x\"}]");
    })
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
        assert!(
            !text.contains("<script>alert(1)") || ["text", "sarif", "github"].contains(&form),
            "{form}: {text}"
        );
        assert!(
            text.contains("Bearer $TOKEN") || text.contains("Bearer \\$TOKEN"),
            "{form} has a line to ask again"
        );
    }
    let sarif = std::fs::read_to_string(folder.path().join("sarif")).expect("it was written");
    let sarif: Value = serde_json::from_str(&sarif).expect("JSON");
    assert_eq!(sarif["runs"][0]["originalUriBaseIds"], Value::Null, "there is no folder");
    for result in sarif["runs"][0]["results"].as_array().expect("a list") {
        let artifact = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        let address = artifact["uri"].as_str().expect("text");
        assert!(address.starts_with(&format!("{url}/")), "{address}");
        assert!(result["properties"]["reproduce"].as_str().is_some_and(|line| line.contains("curl ")));
    }
    let text = std::fs::read_to_string(folder.path().join("text")).expect("it was written");
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("curl ")).collect();
    // Each can be copied: it is whole on its line.
    assert!(
        lines.iter().all(|line| line.trim_start().starts_with("curl ") && line.ends_with('\'')),
        "{lines:#?}"
    );
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
    let page = format!("{url}/catalog?filters=x");
    assert_eq!(live(&[&page], &[]).code, 2, "a page is no portal");
    // A token is not sent in the clear.
    let ended = live(&["http://portal.invalid", "--token"], &[("TOKEN", world::TOKEN)]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("over plain HTTP"), "{}", ended.stderr);
}

/// Hostile servers: each run ends soon, without a panic, and with a word about it.
#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_server_ends_in_a_message() {
    let endless = |piece: &'static str| {
        server(move |stream, _| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
            while stream.write_all(piece.as_bytes()).is_ok() {}
        })
    };
    let cookies = server(|stream, _| {
        let many =
            (0..10_000).map(|number| format!("Set-Cookie: c{number}=1\r\n")).collect::<Vec<_>>().concat();
        say(stream, "200 OK", &many, "");
    });
    let lengths = server(|stream, _| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef");
    });
    let garbage = server(|stream, _| {
        let _ = stream.write_all(&[22, 3, 1, 0].repeat(500));
    });
    for url in [
        endless("X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"),
        endless("aaaaaaaaaaaaaaaa"),
        cookies,
        lengths,
        garbage,
    ] {
        let ended = live(&[&url], &[]);
        assert_eq!(ended.code, 69, "{}", ended.stderr);
        assert!(
            ended.stderr.contains("does not answer") && ended.stderr.contains("because"),
            "{}",
            ended.stderr
        );
    }
}

/// What answers at first and no more is left alone, and the report says so; no rule passes for want of an answer.
#[tokio::test(flavor = "multi_thread")]
async fn what_stops_answering_is_told() {
    let url = server(|stream, line| {
        if line == "GET / HTTP/1.1" {
            say(stream, "302 Found", "Location: http://127.0.0.2:9/elsewhere\r\n", "");
        }
    });
    let ended = live(&[&url, "--format", "json"], &[]);
    assert!(ended.stderr.contains("not all was asked: it stopped answering"), "{}", ended.stderr);
    let document: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert_eq!(document["unread"].as_array().map(Vec::len), Some(3), "{document:#}");
    let reason = |rule: &str| {
        let skipped = document["skipped"].as_array().expect("a list");
        skipped.iter().find(|one| one["rule"] == rule).expect("it is skipped")["reason"].to_string()
    };
    assert!(reason("live-csp").contains("moves to `http://127.0.0.2:9/elsewhere`, which was not asked"));
    assert!(reason("live-guest-sign-in").contains("stopped answering"));
}

/// More than is kept of a body is read by nobody, and what is packed is not unpacked.
#[tokio::test(flavor = "multi_thread")]
async fn endless_bodies_are_cut_off() {
    let url = server(|stream, line| {
        if line.contains("stagedoor-check") {
            return say(stream, "404 Not Found", "", "");
        }
        let _ = stream.write_all(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: application/json\r\n\r\n",
        );
        while stream.write_all(&[0x1f; 8192]).is_ok() {}
    });
    let ended = live(&[&url, "--format", "json"], &[]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let document: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert!(document["findings"].to_string().contains("live-route-open"));
}
