//! The page in the popup, which tells the frontend how a sign-in went and closes.
//!
//! The steps are those of the contract: first the origin that will be answered to, to anybody; then the answer, to that
//! origin alone. What is told is data in one script whose hash the policy names; no other script runs.

use axum::body::Body;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, header};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use untrusted::percent;

/// For whom the window stays open, since scripts are off or what opened it is gone.
const WORDS: &str = "You can close this window. If the portal does not go on by itself, \
                     <a href=\"/sign-in\">sign in on its own page</a>.";

/// The answer to a sign-in that went well.
pub(crate) fn done(origin: &str, session: &Value) -> Response {
    page(origin, &json!({"type": "authorization_response", "response": session}))
}

/// The answer to one that did not.
pub(crate) fn failed(origin: &str, name: &str, message: &str) -> Response {
    page(origin, &json!({"type": "authorization_response", "error": {"name": name, "message": message}}))
}

fn page(origin: &str, payload: &Value) -> Response {
    // Percent-encoded, so that nothing in it can end the text or the script.
    let script = format!(
        "\nconst answer = JSON.parse(decodeURIComponent('{}'));\nconst origin = decodeURIComponent('{}');\n\
         const opener = window.opener || window.parent;\n\
         opener.postMessage({{ type: 'config_info', targetOrigin: origin }}, '*');\n\
         opener.postMessage(answer, origin);\nsetTimeout(() => window.close(), 100);\n",
        percent::encode(&payload.to_string()),
        percent::encode(origin),
    );
    let hash = STANDARD.encode(Sha256::digest(&script));
    let policy =
        format!("default-src 'none'; script-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'");
    let mut response = Response::new(Body::from(format!(
        "<!doctype html><html lang=\"en\"><head><title>Signing in</title></head><body><p>{WORDS}</p>\
         <script>{script}</script></body></html>"
    )));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    keep_opener(&mut response);
    response
}

/// Lets an answer keep the window that opened it, which our other answers are cut off from.
pub(crate) fn keep_opener(response: &mut Response) {
    let name = HeaderName::from_static("cross-origin-opener-policy");
    response.headers_mut().insert(name, HeaderValue::from_static("unsafe-none"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    async fn text(response: Response) -> (String, String) {
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("text").to_owned();
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        (String::from_utf8(bytes.to_vec()).expect("text"), policy)
    }

    #[tokio::test]
    async fn the_policy_names_the_script_and_nothing_ends_it() {
        let hostile = "</script><script>alert(1)</script>'); alert(2); ('\u{2028}";
        let (page, policy) = text(failed(hostile, hostile, hostile)).await;
        let script =
            page.split_once("<script>").and_then(|(_, rest)| rest.split_once("</script>")).expect("one").0;
        let hash = STANDARD.encode(Sha256::digest(script));
        assert!(policy.contains(&format!("script-src 'sha256-{hash}'")), "{policy}");
        assert_eq!(page.matches("<script").count(), 1, "{page}");
        assert!(!page.contains("alert(1)") && !page.contains("alert(2)"), "{page}");
    }

    #[tokio::test]
    async fn the_answer_goes_to_the_origin_alone() {
        let (page, _) = text(done("https://portal.example.com", &json!({"profile": {}}))).await;
        assert!(page.contains("postMessage(answer, origin)"));
        assert!(page.contains("https%3A%2F%2Fportal.example.com"));
        assert!(page.contains("<a href=\"/sign-in\">"), "whoever is left in front of it can go on");
    }
}
