//! What the `UserInfo` endpoint says of a person.

use serde::Deserialize;

use super::Profile;
use super::claims::Person;
use crate::jws::Rejected;

#[derive(Deserialize)]
struct Answer {
    sub: String,
    #[serde(flatten)]
    person: Person,
}

/// Reads an answer of the `UserInfo` endpoint about the person whom a verified ID token names. Nothing else ties the answer
/// to her, so that its `sub` must be hers (OpenID Connect Core §5.3.2).
///
/// # Errors
/// [`Rejected::Claims`] and [`Rejected::Subject`].
pub fn user_info(json: &[u8], subject: &str) -> Result<Profile, Rejected> {
    let answer: Answer = serde_json::from_slice(json).map_err(|_| Rejected::Claims)?;
    if answer.sub == subject { Ok(answer.person.profile(subject)) } else { Err(Rejected::Subject) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_about_somebody_else_is_none() {
        let read = |json: &str| user_info(json.as_bytes(), "7");
        let profile = read(r#"{"sub":"7","email":"ada@example.com","email_verified":true,"name":"Ada"}"#);
        let profile = profile.expect("hers");
        assert_eq!(profile.counted_email(), Some("ada@example.com"));
        assert_eq!((profile.id.as_deref(), profile.display_name.as_deref()), (Some("7"), Some("Ada")));
        for (json, why) in [
            (r#"{"sub":"8","email":"ada@example.com"}"#, Rejected::Subject),
            (r#"{"sub":"","name":"Ada"}"#, Rejected::Subject),
            (r#"{"name":"Ada"}"#, Rejected::Claims),
            (r#"{"sub":7}"#, Rejected::Claims),
            (r#"{"sub":"8","sub":"7"}"#, Rejected::Claims),
            (r#"["7"]"#, Rejected::Claims),
            ("eyJhbGciOiJub25lIn0.e30.", Rejected::Claims),
            ("", Rejected::Claims),
        ] {
            assert_eq!(read(json), Err(why), "{json}");
        }
    }
}
