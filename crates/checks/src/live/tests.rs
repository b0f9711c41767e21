use super::*;

/// Answers everything alike, and keeps what was asked.
struct Recorder(Vec<Request>, u16);

impl Transport for Recorder {
    fn send(&mut self, request: &Request) -> Result<Answer, String> {
        self.0.push(request.clone());
        Ok(Answer { status: self.1, ..Answer::default() })
    }
}

#[test]
fn asking_is_reading_and_bounded() {
    let mut recorder = Recorder(Vec::new(), 401);
    let live =
        ask("https://a/", &mut recorder, &Options { token: true, ..Options::default() }).expect("answers");
    assert_eq!(live.base, "https://a");
    assert!(recorder.0.iter().all(|request| matches!(request.method, "GET" | "HEAD" | "OPTIONS")));
    assert!(recorder.0.len() <= 200, "{}", recorder.0.len());
    assert!(recorder.0.iter().any(|request| request.credential == Credential::Token));
}

#[test]
fn a_refusal_of_many_attempts_ends_them() {
    let mut recorder = Recorder(Vec::new(), 429);
    let live = ask("https://a", &mut recorder, &Options::default()).expect("answers");
    assert_eq!(live.answered(Purpose::Burst).count(), 1);
}

#[test]
fn curl_lines_hold_no_token_and_quote_what_they_must() {
    let request = Request::get("/a/../b?c='d'").with("Origin", "null").with_token();
    assert_eq!(
        request.curl("https://a"),
        r#"curl -sSi --path-as-is -H "Authorization: Bearer $TOKEN" -H 'Origin: null' 'https://a/a/../b?c='\''d'\'''"#
    );
}
