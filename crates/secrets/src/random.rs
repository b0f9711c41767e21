//! Whether a text was drawn by chance, or made of words.
//!
//! Each pair of neighbouring characters says a little for one or the other: in words most letters are
//! followed by one of a few, and letters and digits seldom take turns. What the pairs say is added up,
//! in tenths of a bit, as the logarithm of how much likelier words are to give such a pair.

/// The letters that follow each letter in nine of ten pairs of English words and names in code; chance
/// gives one of these four times in ten.
const FOLLOWERS: [&[u8]; 26] = [
    b"ntlrscdmbigpvyku", // a
    b"eluoayris",
    b"oheatiklru",
    b"eioasuyd",
    b"rsnadtlcmxvepfiqgyw",
    b"oiearftul",
    b"ehriaosunl",
    b"eaiotr",
    b"nstcoeldgvramfpz",
    b"aeosu",
    b"eisn",
    b"eialoydust",
    b"eaoipmbsu",
    b"tgdesociaunkfv",
    b"nrumftplswocdvkgb",
    b"reoalpitshu",
    b"u",
    b"eoiastydmnrukcvl",
    b"tesihoupackyw",
    b"hieorastuyw",
    b"rsnltecpmbidga",
    b"eiao",
    b"aihoerns",
    b"ptcai",
    b"spemot",
    b"eia",
];

/// A usual pair of letters, and an unusual one.
const USUAL: i32 = 12;
const UNUSUAL: i32 = -29;
/// From a letter to a digit or back.
const TURN: i32 = -22;
/// From a small letter to a capital.
const HUMP: i32 = -4;

/// Tenths of a bit by which words explain a text better than chance does.
pub(crate) fn wordiness(text: &[u8]) -> i32 {
    text.windows(2).map(|pair| said_by(pair[0], pair[1])).sum()
}

/// Whether chance is much the better explanation.
pub(crate) fn is_random(text: &[u8]) -> bool {
    wordiness(text) < -60
}

/// Tenths of a bit that a pair of characters says for words.
pub(crate) fn said_by(first: u8, second: u8) -> i32 {
    match (first.is_ascii_alphabetic(), second.is_ascii_alphabetic()) {
        (true, true) if first.is_ascii_lowercase() && second.is_ascii_uppercase() => HUMP,
        (true, true) => {
            let row = FOLLOWERS[usize::from(first.to_ascii_lowercase() - b'a')];
            if row.contains(&second.to_ascii_lowercase()) { USUAL } else { UNUSUAL }
        }
        (true, false) if second.is_ascii_digit() => TURN,
        (false, true) if first.is_ascii_digit() => TURN,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_from_what_chance_gives() {
        for text in [
            "getAuthenticationToken",
            "my-application-secret-name",
            "SOME_ENVIRONMENT_VARIABLE",
            "application/json",
            "config.server.password",
            "password123",
            "backstage.io/techdocs-ref",
            "AbstractSingletonProxyFactoryBean",
        ] {
            assert!(!is_random(text.as_bytes()), "{text}: {}", wordiness(text.as_bytes()));
        }
        for text in [
            "R7uT2mQx9LzKcV4bN8sW",
            "9f86d081884c7d659a2feaa0c55ad015",
            "kq3v9xz7wplm2rtd",
            "XkQzWvJpRtBnGfLsHd",
        ] {
            assert!(is_random(text.as_bytes()), "{text}: {}", wordiness(text.as_bytes()));
        }
    }
}
