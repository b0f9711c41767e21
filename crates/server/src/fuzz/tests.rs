//! The fuzz bodies over mutated seeds, the same ones on every run.

use corpus::drive;

use super::*;

#[test]
fn states() {
    let seeds = [
        "n1\n{\"nonce\":\"n1\",\"environment\":\"production\",\"flow\":\"popup\",\"origin\":\"https://portal.example.com\",\
         \"redirect_url\":null,\"scope\":\"openid\",\"verifier\":\"v\",\"id_nonce\":\"i\",\"began\":1300818900}",
        "\n{\"nonce\":\"\",\"environment\":\"\",\"flow\":\"page\",\"origin\":\"\",\"redirect_url\":\"/\",\"scope\":\"\",\
         \"verifier\":\"\",\"id_nonce\":\"\",\"began\":1300819060}",
        "k.AAAA",
    ];
    let seeds = seeds.map(|seed| seed.as_bytes().to_vec());
    let tokens = [
        "{",
        "}",
        ",",
        ":",
        "\"",
        "\\",
        "\\u0000",
        "null",
        "-",
        "9",
        "1e999",
        "\n",
        ".",
        "\"began\":",
        "\"nonce\":",
        "\"flow\":\"redirect\"",
        "é",
        "\0",
        "n1",
    ];
    drive(state, 8_000, &seeds, &tokens);
}

#[test]
fn what_browsers_send() {
    let with_twin =
        |name: &str, value: &str| format!("github-{name}={value}; __Host-github-{name}={}", proof(value));
    let seeds = [
        with_twin("nonce", "ours"),
        with_twin("refresh-token", "sdr_ours"),
        format!(
            "github-refresh-token-0=sdr_; github-refresh-token-1=ours; __Host-github-refresh-token={}",
            proof("sdr_ours")
        ),
        "github-granted-scope=read%3Auser; github-granted-scope-0=x".to_owned(),
        "github-nonce=theirs\ngithub-nonce=\"ours\"; x=%".to_owned(),
    ];
    for seed in &seeds[..3] {
        let mut request = HeaderMap::new();
        request.append(header::COOKIE, seed.parse().expect("a header"));
        let cookies =
            Cookies::new("github", &Url::parse("https://portal.example.com").expect("a URL"), false);
        let counts =
            [Name::Nonce, Name::RefreshToken].into_iter().filter_map(|name| cookies.read(&request, name));
        assert_eq!(counts.count(), 1, "or the body would look at nothing: {seed}");
    }
    let seeds = seeds.map(String::into_bytes);
    let tokens = [
        ";",
        "=",
        "; ",
        "\n",
        "\"",
        "%",
        "%00",
        "%41",
        "%ff",
        "github-",
        "__Host-",
        "github-nonce=",
        "nonce",
        "refresh-token",
        "-0",
        "-1",
        "-7",
        "-8",
        " ",
        "\t",
        "é",
        "\0",
        ",",
        "x=1; ",
    ];
    drive(cookies, 8_000, &seeds, &tokens);
}
