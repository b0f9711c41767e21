use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{EntityRef, Secret, Timestamp};
use serde_json::{Value, json};
use time::Duration;

use super::*;
use crate::jws::{KeySet, Rejected, SigningKey};
use crate::{PluginRestriction, Principal, Restrictions};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;
/// When the sign-in ends.
const LATER: Timestamp = Timestamp::UNIX_EPOCH.saturating_add(Duration::days(30));
const ISSUER: &str = "https://portal.example.com/api/auth";

fn tokens() -> UserTokens {
    UserTokens::new(ISSUER, Duration::minutes(10))
}

fn key(id: &str) -> (SigningKey, KeySet) {
    let (key, _) = SigningKey::generate(id).expect("a key");
    let keys = KeySet::of([key.public()]);
    (key, keys)
}

fn ada() -> EntityRef {
    EntityRef::new("user", "default", "ada")
}

fn part(token: &str, at: usize) -> String {
    let part = token.split('.').nth(at).expect("a part");
    String::from_utf8(URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("text")
}

#[test]
fn a_user_token_is_as_backstage_writes_it() {
    let (key, keys) = key("k1");
    let issued = tokens().issue(&key, &ada(), ("s1", LATER), NOW).expect("issued");
    let token = issued.token.expose();
    assert_eq!(part(token, 0), r#"{"typ":"vnd.backstage.user","alg":"ES256","kid":"k1"}"#);
    let claims: Value = serde_json::from_str(&part(token, 1)).expect("JSON");
    assert_eq!(claims["iss"], ISSUER);
    assert_eq!(claims["sub"], "user:default/ada");
    assert_eq!(claims["aud"], "backstage");
    assert_eq!((claims["iat"].as_i64(), claims["exp"].as_i64()), (Some(0), Some(600)));
    assert_eq!(claims["uip"].as_str().map(str::len), Some(86));
    assert!(claims.get("ent").is_none(), "ownership is looked up, not carried");

    let read = tokens().verify(token, &keys, NOW).expect("taken");
    assert_eq!((read.user(), read.sign_in()), (&ada(), "s1"));
    assert_eq!((read.issued_at(), read.expires_at()), (NOW, NOW + Duration::minutes(10)));
    assert_eq!(issued.expires_at, read.expires_at());
    let limited = read.limited();
    assert_eq!(part(limited.expose(), 0), r#"{"typ":"vnd.backstage.limited-user","alg":"ES256","kid":"k1"}"#);
    assert_eq!(part(limited.expose(), 1), r#"{"sub":"user:default/ada","iat":0,"exp":600}"#);
    let claims = tokens().verify_limited(limited.expose(), &keys, NOW).expect("taken");
    assert_eq!((claims.user(), claims.proof()), (&ada(), issued.proof));
    // One is not the other.
    assert_eq!(tokens().verify(limited.expose(), &keys, NOW).err(), Some(Rejected::Type));
    assert_eq!(tokens().verify_limited(token, &keys, NOW).err(), Some(Rejected::Type));
}

#[test]
fn lifetimes_are_between_ten_minutes_and_a_day() {
    let lifetime = |asked| UserTokens::new(ISSUER, asked).lifetime();
    assert_eq!(lifetime(Duration::ZERO), Duration::minutes(10));
    assert_eq!(lifetime(Duration::hours(1)), Duration::hours(1));
    assert_eq!(lifetime(Duration::weeks(52)), Duration::days(1));
}

#[test]
fn claims_that_do_not_fit_are_refused() {
    let (key, keys) = key("k1");
    let good = json!({"iss": ISSUER, "sub": "user:default/ada", "aud": "backstage", "iat": 0, "exp": 600, "sid": "s", "uip": "x"});
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        if value == json!("-") {
            claims.as_object_mut().expect("a map").remove(name);
        } else {
            claims[name] = value;
        }
        let token = key.sign("vnd.backstage.user", &claims.to_string()).expect("signed");
        tokens().verify(&token, &keys, NOW + Duration::seconds(60)).err()
    };
    assert_eq!(with("iat", json!(0)), None, "as it is, it is taken");
    for (name, value, why) in [
        ("iss", json!("-"), Rejected::Claims),
        ("iss", json!("https://evil.example/api/auth"), Rejected::Issuer),
        ("iss", json!("https://portal.example.com/api/auth/"), Rejected::Issuer),
        ("iss", json!([ISSUER]), Rejected::Claims),
        ("aud", json!("-"), Rejected::Claims),
        ("aud", json!("catalog"), Rejected::Audience),
        ("aud", json!("Backstage"), Rejected::Audience),
        ("aud", json!(["backstage", "other"]), Rejected::Claims),
        ("sub", json!("-"), Rejected::Claims),
        ("sub", json!(""), Rejected::Claims),
        ("sub", json!("ada"), Rejected::Claims),
        ("sub", json!("default/ada"), Rejected::Claims),
        ("sub", json!("User:default/Ada"), Rejected::Claims),
        ("sub", json!("group:default/admins"), Rejected::Claims),
        ("sub", json!("user:default/ada\u{0}"), Rejected::Claims),
        ("sub", json!(["user:default/ada"]), Rejected::Claims),
        ("iat", json!("-"), Rejected::Claims),
        ("iat", json!("0"), Rejected::Claims),
        ("iat", json!(120), Rejected::NotYet),
        ("iat", json!(-1), Rejected::Claims),
        ("exp", json!("-"), Rejected::Claims),
        ("exp", json!(60), Rejected::Expired),
        ("exp", json!(0), Rejected::Expired),
        ("exp", json!("never"), Rejected::Claims),
        ("exp", json!(1e300), Rejected::Claims),
        ("exp", json!(86_401), Rejected::Lifetime),
        ("exp", json!(253_402_300_799_i64), Rejected::Lifetime),
        ("sid", json!("-"), Rejected::Claims),
        ("sid", json!(""), Rejected::Claims),
        ("sid", json!("s".repeat(65)), Rejected::Claims),
        ("uip", json!("-"), Rejected::Claims),
    ] {
        assert_eq!(with(name, value.clone()), Some(why), "{name}: {value}");
    }
    let twice = good.to_string().replacen('{', r#"{"sub":"user:default/root","#, 1);
    let token = key.sign("vnd.backstage.user", &twice).expect("signed");
    assert_eq!(tokens().verify(&token, &keys, NOW).err(), Some(Rejected::Claims), "a claim twice");
    for (typ, claims) in [("JWT", &good), ("vnd.backstage.plugin", &good), ("VND.BACKSTAGE.USER", &good)] {
        let token = key.sign(typ, &claims.to_string()).expect("signed");
        assert_eq!(tokens().verify(&token, &keys, NOW).err(), Some(Rejected::Type), "{typ}");
    }
}

#[test]
fn a_limited_token_says_nothing_more() {
    let (key, keys) = key("k1");
    for (claims, why) in [
        (
            json!({"sub": "user:default/ada", "iat": 0, "exp": 600, "ent": ["group:default/admins"]}),
            Rejected::Claims,
        ),
        (json!({"sub": "user:default/ada", "exp": 600}), Rejected::Claims),
        (json!({"sub": "user:default/ada", "iat": 0, "exp": 90_000}), Rejected::Lifetime),
        (json!({"sub": "service:default/ada", "iat": 0, "exp": 600}), Rejected::Claims),
    ] {
        let token = key.sign("vnd.backstage.limited-user", &claims.to_string()).expect("signed");
        assert_eq!(tokens().verify_limited(&token, &keys, NOW).err(), Some(why), "{claims}");
    }
}

#[test]
fn plugins_sign_for_themselves_and_for_one_another() {
    let (users, user_keys) = key("users");
    let (scaffolder, scaffolder_keys) = key("scaffolder");
    let ours = tokens();
    let issued = ours.issue(&users, &ada(), ("s1", LATER), NOW).expect("issued");
    let limited = ours.verify(issued.token.expose(), &user_keys, NOW).expect("taken").limited();
    let claims = ours.verify_limited(limited.expose(), &user_keys, NOW).expect("taken");

    let alone =
        PluginTokens.issue(&scaffolder, "scaffolder", "catalog", OnBehalfOf::Itself, NOW).expect("issued");
    let behalf = PluginTokens
        .issue(&scaffolder, "scaffolder", "catalog", OnBehalfOf::User(&limited, &claims), NOW)
        .expect("issued");
    assert_eq!(PluginTokens.claimed_source(alone.expose()).as_deref(), Some("scaffolder"));
    assert_eq!(PluginTokens.claimed_source(issued.token.expose()), None);
    let verify = |token: &Secret<String>, source: &str, target: &str, now| {
        let source = PluginKeys { plugin: source, keys: &scaffolder_keys, ours: true };
        PluginTokens.verify(token.expose(), source, target, (&ours, &user_keys), now)
    };
    let caller = verify(&alone, "scaffolder", "catalog", NOW).expect("taken");
    assert_eq!((caller.plugin(), caller.on_behalf_of().is_none()), ("scaffolder", true));
    let caller = verify(&behalf, "scaffolder", "catalog", NOW).expect("taken");
    assert_eq!(caller.on_behalf_of().map(LimitedClaims::user), Some(&ada()));
    assert_eq!(verify(&alone, "scaffolder", "search", NOW).err(), Some(Rejected::Audience));
    assert_eq!(verify(&alone, "techdocs", "catalog", NOW).err(), Some(Rejected::Issuer), "in another's name");
    let later = NOW + Duration::minutes(10);
    assert_eq!(
        verify(&behalf, "scaffolder", "catalog", later).err(),
        Some(Rejected::Expired),
        "the user's is over"
    );
    assert!(verify(&alone, "scaffolder", "catalog", later).is_ok());
    let hour = NOW + Duration::hours(1);
    assert_eq!(verify(&alone, "scaffolder", "catalog", hour).err(), Some(Rejected::Expired));

    // A user that only the plugin vouches for is nobody.
    let invented = json!({"sub": "scaffolder", "aud": "catalog", "iat": 0, "exp": 600, "obo":
        scaffolder.sign("vnd.backstage.limited-user", r#"{"sub":"user:default/root","iat":0,"exp":600}"#).expect("signed")});
    let invented =
        Secret::new(scaffolder.sign("vnd.backstage.plugin", &invented.to_string()).expect("signed"));
    assert_eq!(verify(&invented, "scaffolder", "catalog", NOW).err(), Some(Rejected::UnknownKey));
    // Nor is a whole user token a limited one.
    let whole =
        json!({"sub": "scaffolder", "aud": "catalog", "iat": 0, "exp": 600, "obo": issued.token.expose()});
    let whole = Secret::new(scaffolder.sign("vnd.backstage.plugin", &whole.to_string()).expect("signed"));
    assert_eq!(verify(&whole, "scaffolder", "catalog", NOW).err(), Some(Rejected::Type));
    for bad in ["../catalog", "a.b", "", "a/b", "plugin:x"] {
        let claims = json!({"sub": bad, "aud": "catalog", "iat": 0, "exp": 600}).to_string();
        let token = scaffolder.sign("vnd.backstage.plugin", &claims).expect("signed");
        assert_eq!(PluginTokens.claimed_source(&token), None, "{bad}");
    }
}

#[test]
fn a_token_ends_with_its_sign_in() {
    let (key, keys) = key("k");
    let until = NOW + Duration::minutes(3);
    let issued = tokens().issue(&key, &ada(), ("s1", until), NOW).expect("issued");
    assert_eq!(issued.expires_at, until);
    let claims = tokens().verify(issued.token.expose(), &keys, NOW).expect("ours");
    assert_eq!(claims.expires_at(), until);
    assert_eq!(tokens().verify(issued.token.expose(), &keys, until).err(), Some(Rejected::Expired));
}

#[test]
fn what_bounds_a_program_bounds_the_tokens_that_are_made_for_it() {
    let (key, _) = SigningKey::generate("p").expect("a key");
    let keys = KeySet::of([key.public()]);
    let bound =
        PluginRestriction { permissions: Some(["catalog.entity.read".to_owned()].into()), actions: None };
    let restrictions = Restrictions::new([("catalog".to_owned(), bound)]).expect("one plugin");
    let Principal::Service(ci) = Principal::service("external:ci".to_owned(), Some(restrictions)) else {
        panic!("a service")
    };
    let token = PluginTokens.issue(&key, "search", "catalog", OnBehalfOf::Service(&ci), NOW).expect("issued");
    let (ours, users) = (UserTokens::new("https://portal/api/auth", Duration::HOUR), KeySet::of([]));
    let verify = |ours_is| {
        let source = PluginKeys { plugin: "search", keys: &keys, ours: ours_is };
        PluginTokens.verify(token.expose(), source, "catalog", (&ours, &users), NOW)
    };
    let Some(Principal::Service(again)) = verify(true).expect("taken").service() else { panic!("a service") };
    assert_eq!((again.subject(), again.restrictions()), (ci.subject(), ci.restrictions()));
    assert_eq!(verify(false).err(), Some(Rejected::Claims), "another's plugin names no program");
}

#[test]
fn keys_take_turns_and_old_ones_stay_published() {
    let hour = Duration::hours(1);
    let made =
        |id: &str, after| RingKey { key: SigningKey::generate(id).expect("a key").0, made_at: NOW + after };
    let ring = KeyRing::new(Vec::new(), hour);
    assert!(ring.needs_a_key(NOW) && ring.signing(NOW).is_none() && ring.newest().is_none());
    let ring = KeyRing::new(vec![made("a", Duration::ZERO)], hour);
    let signs = |ring: &KeyRing, after| ring.signing(NOW + after).map(|key| key.id().to_owned());
    assert_eq!(signs(&ring, Duration::ZERO).as_deref(), Some("a"), "the first signs at once");
    assert!(!ring.needs_a_key(NOW + Duration::minutes(58)));
    assert!(ring.needs_a_key(NOW + Duration::minutes(59)));
    let ring = KeyRing::new(vec![made("b", Duration::minutes(59)), made("a", Duration::ZERO)], hour);
    assert_eq!(ring.newest(), Some("b"));
    assert_eq!(signs(&ring, Duration::minutes(59)).as_deref(), Some("a"), "the next is only published yet");
    assert_eq!(signs(&ring, hour).as_deref(), Some("b"));
    let published = |ring: &KeyRing, after| {
        let jwks = ring.jwks(NOW + after);
        let ids = jwks["keys"].as_array().expect("a list").iter();
        ids.map(|key| key["kid"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(published(&ring, hour), ["a", "b"]);
    assert_eq!(published(&ring, hour * 3), ["b"]);
    assert_eq!(ring.public(NOW + hour).keys().len(), 2);
    assert_eq!(signs(&ring, hour * 2), None, "no key signs for longer than its turn");
    assert!(ring.over(NOW + hour * 2).is_empty());
    assert_eq!(ring.over(NOW + hour * 3), ["a"]);
}
