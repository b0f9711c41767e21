//! The fuzz bodies over mutated seeds, the same ones on every run.

use corpus::drive;

use super::*;

#[test]
fn the_seed_is_taken() {
    let keys = KeySet::parse(PUBLISHED).expect("a set");
    assert_eq!(keys.keys().len(), 2);
    let verified = Compact::parse(SIGNED).and_then(|token| token.verify(None, &keys, &[Algorithm::Es256]));
    assert!(verified.is_ok(), "or the bodies would look at nothing");
}

#[test]
fn a_token() {
    let other = "eyJhbGciOiJFZERTQSIsImtpZCI6ImUiLCJ0eXAiOiJ2bmQuYmFja3N0YWdlLnBsdWdpbiJ9.eyJzdWIiOiJhIiwib2JvIjoiYS5iLmMifQ.";
    let crit = "eyJhbGciOiJub25lIiwiY3JpdCI6WyJiNjQiXX0.e30.AAAA";
    let seeds = [SIGNED, other, crit].map(|seed| seed.as_bytes().to_vec());
    let tokens =
        ["", ".", "..", "=", "A", "eyJ", "eyJhbGciOiJub25lIn0", "e30", "-", "_", "+", "/", " ", "\0", "é"];
    drive(token, 15_000, &seeds, &tokens);
}

#[test]
fn what_is_claimed() {
    let seeds = [
        r#"{"iss":"https://portal.example.com/api/auth","sub":"user:default/ada","aud":"backstage","iat":1300818900,"exp":1300819500,"sid":"s1","uip":"x"}"#,
        r#"{"sub":"user:default/ada","iat":1300818900,"exp":1300819500}"#,
        r#"{"sub":"search","aud":"catalog","iat":1300818900,"exp":1300819500}"#,
        r#"{"sub":"search","aud":"catalog","iat":1300818900,"exp":1300819500,"stagedoor:service":{"sub":"external:ci"}}"#,
        r#"{"sub":"search","aud":"catalog","iat":1300818900,"exp":1300819500,"obo":"a.b.c"}"#,
        r#"{"iss":"https://id.example.com","sub":"1","aud":["client"],"azp":"client","nonce":"n1","iat":1300818900,"exp":1300819500,"email":"a@b.c","email_verified":"true"}"#,
        r#"{"iss":"joe","sub":"build","aud":["x","backstage"],"exp":1300819500}"#,
    ];
    let seeds = seeds.map(|seed| seed.as_bytes().to_vec());
    let tokens = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u0000",
        "\\ud83d",
        "null",
        "true",
        "-1",
        "1e999",
        "1.5",
        "0",
        "9",
        "user:",
        "USER:",
        "user:default/Ada",
        "group:",
        "/",
        "\"sub\":",
        "\"aud\":",
        "\"exp\":",
        "\"iat\":",
        "\"obo\":",
        "\"sid\":\"\"",
        "\"stagedoor:service\":",
        "\"restrictions\":[]",
        "é",
        "\0",
        " ",
    ];
    drive(claims, 6_000, &seeds, &tokens);
}

#[test]
fn sets_of_keys() {
    let private = r#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"r","use":"sig","alg":"RS256","key_ops":["verify"]},{"kty":"oct","k":"AAAA"}]}"#;
    let seeds = [PUBLISHED, private].map(|seed| seed.as_bytes().to_vec());
    let tokens = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\"kty\":",
        "\"EC\"",
        "\"RSA\"",
        "\"oct\"",
        "\"OKP\"",
        "\"kid\":",
        "\"use\":",
        "\"enc\"",
        "\"P-384\"",
        "null",
        "1e999",
        "AAAA",
        "=",
        "é",
        "\0",
    ];
    drive(keys, 15_000, &seeds, &tokens);
}
