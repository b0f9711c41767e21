//! A short prefix that other things bear as well (a class of a style sheet, a part of a file's name) is
//! only a vendor's when what follows is random over capitals, small letters and digits.

use super::mixed;

/// Whether capitals and small letters are in what follows the prefix, and a digit or two capitals in
/// a row.
pub(super) fn holds(token: &[u8]) -> bool {
    let start = token.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(0);
    let random = &token[start..];
    let both = random.iter().any(u8::is_ascii_uppercase) && random.iter().any(u8::is_ascii_lowercase);
    both && mixed::holds(random)
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn names_of_classes_and_files_are_not_cased() {
        assert!(holds(b"md-k7vRz0qPw2"));
        assert!(holds(b"md-kvRzTqPwXXab"));
        for name in ["md-col-offset-3-pull-9", "md-TransitionWrapper", "MD-COLUMN-3", "md-", "md", ""] {
            assert!(!holds(name.as_bytes()), "{name}");
        }
    }
}
