use super::*;
use proptest::prelude::*;

const HOST: &str = "https://portal.example.com";

fn cookies() -> Cookies {
    of(HOST, false)
}

fn of(base: &str, elsewhere: bool) -> Cookies {
    Cookies::new("github", &Url::parse(base).expect("a URL"), elsewhere)
}

fn lines(answer: &HeaderMap) -> Vec<&str> {
    let set = answer.get_all(header::SET_COOKIE).iter();
    set.map(|set| set.to_str().expect("text")).collect()
}

/// As a browser sends back what was set, after what it had: a cookie is known by name, domain and path.
fn echoed(before: &HeaderMap, answer: &HeaderMap) -> HeaderMap {
    let mut kept: Vec<(String, String)> = before
        .get_all(header::COOKIE)
        .iter()
        .map(|pair| pair.to_str().expect("text").split_once('=').expect("a pair"))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    for set in lines(answer).into_iter().filter(|set| !set.contains("; Domain=")) {
        let (name, value) = set.split(';').next().expect("a pair").split_once('=').expect("a pair");
        kept.retain(|(known, _)| known != name);
        if !set.contains("; Max-Age=0;") {
            kept.push((name.to_owned(), value.to_owned()));
        }
    }
    let mut request = HeaderMap::new();
    for (name, value) in kept {
        request.append(header::COOKIE, format!("{name}={value}").parse().expect("a header"));
    }
    request
}

fn set(cookies: &Cookies, before: &HeaderMap, name: Name, value: &str) -> HeaderMap {
    let mut answer = HeaderMap::new();
    cookies.set(before, &mut answer, name, value, Duration::minutes(10));
    answer
}

fn after(cookies: &Cookies, name: Name, value: &str) -> HeaderMap {
    echoed(&HeaderMap::new(), &set(cookies, &HeaderMap::new(), name, value))
}

#[test]
fn they_are_set_as_the_contract_says() {
    let all = |cookies: &Cookies, name| set(cookies, &HeaderMap::new(), name, "a b");
    let twin = proof("a b");
    assert_eq!(
        lines(&all(&cookies(), Name::Nonce)),
        [
            "github-nonce=; Max-Age=0; Domain=portal.example.com; Path=/api/auth/github/handler; HttpOnly; Secure; \
             SameSite=Lax",
            "github-nonce=a%20b; Max-Age=600; Path=/api/auth/github/handler; HttpOnly; Secure; SameSite=Lax",
            &format!("__Host-github-nonce={twin}; Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Lax"),
        ]
    );
    let elsewhere = all(&of("https://portal.example.com/portal/", true), Name::RefreshToken);
    let [_, cookie, twin] = *lines(&elsewhere).as_slice() else { panic!("three of them") };
    assert!(cookie.ends_with("Path=/portal/api/auth/github; HttpOnly; Secure; SameSite=None"), "{cookie}");
    assert!(twin.ends_with("Path=/; HttpOnly; Secure; SameSite=None"), "{twin}");
    let plain = all(&of("http://localhost:7007", true), Name::RefreshToken);
    let [_, cookie] = *lines(&plain).as_slice() else { panic!("two of them") };
    assert!(cookie.ends_with("HttpOnly; SameSite=Lax"), "browsers take no None without Secure: {cookie}");
}

#[test]
fn long_ones_come_in_pieces_and_leave_no_other_form_behind() {
    let long = "x".repeat(PIECE * 2 + 1);
    for (name, twins) in [(Name::GrantedScope, 0), (Name::RefreshToken, 1)] {
        let short = after(&cookies(), name, "short");
        let grown = set(&cookies(), &short, name, &long);
        let request = echoed(&short, &grown);
        assert_eq!(request.get_all(header::COOKIE).iter().count(), 3 + twins, "{request:?}");
        assert_eq!(cookies().read(&request, name).as_deref(), Some(long.as_str()));
        let shrunk = echoed(&request, &set(&cookies(), &request, name, "short"));
        assert_eq!(shrunk.get_all(header::COOKIE).iter().count(), 1 + twins, "{shrunk:?}");
        assert_eq!(cookies().read(&shrunk, name).as_deref(), Some("short"));
        for request in [&request, &shrunk] {
            let mut cleared = HeaderMap::new();
            cookies().clear(request, &mut cleared, name);
            assert!(echoed(request, &cleared).is_empty());
            let endless = "x".repeat(PIECE * MAX_PIECES + 1);
            assert!(echoed(request, &set(&cookies(), request, name, &endless)).is_empty());
        }
    }
}

#[test]
fn a_cookie_of_the_whole_domain_is_taken_away() {
    let request = after(&cookies(), Name::RefreshToken, &"x".repeat(PIECE + 1));
    let of_domain = |answer: &HeaderMap| {
        let all = lines(answer);
        all.into_iter().filter(|set| set.contains("Max-Age=0; Domain=portal.example.com;")).count()
    };
    assert_eq!(
        of_domain(&set(&cookies(), &request, Name::RefreshToken, "short")),
        3,
        "the whole and two pieces"
    );
    let mut cleared = HeaderMap::new();
    cookies().clear(&HeaderMap::new(), &mut cleared, Name::Nonce);
    assert_eq!(of_domain(&cleared), 1);
}

#[test]
fn one_that_another_site_planted_does_not_count() {
    let planted = HeaderValue::from_static("x=1; github-refresh-token=theirs");
    let ours = after(&cookies(), Name::RefreshToken, "ours");
    assert_eq!(cookies().read(&ours, Name::RefreshToken).as_deref(), Some("ours"));
    assert_eq!(cookies().read(&ours, Name::Nonce), None);
    // Alone, and beside ours, before it and after.
    let mut alone = HeaderMap::new();
    alone.append(header::COOKIE, planted.clone());
    assert_eq!(cookies().read(&alone, Name::RefreshToken), None, "there is no twin");
    let mut behind = ours.clone();
    behind.append(header::COOKIE, planted.clone());
    let mut before = alone.clone();
    before.extend(ours.clone());
    for both in [&behind, &before] {
        assert_eq!(cookies().read(both, Name::RefreshToken).as_deref(), Some("ours"));
    }
    // In pieces, and in the place of ours.
    let mut instead = HeaderMap::new();
    let twin = ours.get_all(header::COOKIE).iter().find(|pair| pair.as_bytes().starts_with(b"__Host-"));
    instead.append(header::COOKIE, twin.expect("a twin").clone());
    instead.append(header::COOKIE, HeaderValue::from_static("github-refresh-token-0=theirs"));
    assert_eq!(cookies().read(&instead, Name::RefreshToken), None);
    // A second twin can come from no browser.
    let mut twice = ours.clone();
    twice.append(header::COOKIE, HeaderValue::from_static("__Host-github-refresh-token=x"));
    assert_eq!(cookies().read(&twice, Name::RefreshToken), None);
    // The twin of one cookie is not that of another.
    let mut other = HeaderMap::new();
    let swapped = format!("__Host-github-nonce={}; github-nonce=theirs", proof("ours"));
    other.append(header::COOKIE, swapped.parse().expect("a header"));
    assert_eq!(cookies().read(&other, Name::Nonce), None);
}

#[test]
fn without_https_there_is_no_twin_and_a_second_one_spoils_both() {
    let plain = of("http://localhost:7007", false);
    let mut request = after(&plain, Name::RefreshToken, "ours");
    assert_eq!(request.get_all(header::COOKIE).iter().count(), 1);
    assert_eq!(plain.read(&request, Name::RefreshToken).as_deref(), Some("ours"));
    request.append(header::COOKIE, HeaderValue::from_static("github-refresh-token=theirs"));
    assert_eq!(plain.read(&request, Name::RefreshToken), None);
}

proptest! {
    #[test]
    fn what_is_set_is_read(value in "\\PC{1,300}") {
        for name in [Name::Nonce, Name::RefreshToken, Name::GrantedScope] {
            let request = after(&cookies(), name, &value);
            prop_assert_eq!(cookies().read(&request, name), Some(value.clone()));
        }
    }
}
