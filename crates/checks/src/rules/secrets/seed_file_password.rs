use crate::fix::Fix;
use crate::rule::Skip;
use crate::secret_names::is_placeholder;
use crate::{Checklist, Confidence, Context, File, Findings, Place, Ran, Rule, Serve, Severity, Step};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Most bytes of a file that is looked at.
const BYTES: usize = 1 << 20;
const EVIDENCE: usize = 32;
/// So many accounts of one file are told one by one.
const FEW: usize = 8;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut looked = false;
    for file in cx.repository().files.iter() {
        let Some(read) = reader(file) else { continue };
        let Some(text) = file.text().filter(|text| text.len() <= BYTES) else { continue };
        looked = true;
        let (mut places, mut many): (Vec<Place>, usize) = (Vec::new(), 0);
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            if let Some((at, password)) = read(line)
                && is_real(password)
            {
                many += 1;
                // A place is counted from the file's beginning: only those that are told.
                if places.len() <= EVIDENCE {
                    places.push(file.place(start + at, start + at + password.len()));
                }
            }
            start += line.len();
        }
        // Some are told each, as each is one to change; a crowd is one thing to mend.
        let told = if many <= FEW { places.len() } else { 1 };
        for place in places.iter().take(told) {
            let message = if told == many {
                "the file makes an account with a password that is written in it".to_owned()
            } else {
                format!("the file makes {many} accounts with passwords that are written in it")
            };
            let others = places.iter().skip(told).take(EVIDENCE);
            findings
                .at(place, message)
                .confidence(Confidence::Medium)
                .why("every database or directory that is filled from it has the same, and whoever reads the repository knows it")
                .fix(Fix::manual("have each installation make its own, and change those that were made from this file"))
                .evidence(others.map(|place| Step { place: Some(place.clone()), text: "another one".to_owned() }));
        }
    }
    if looked { Ok(()) } else { Err(Skip::because("no SQL and no LDIF here")) }
}

/// Finds a password in a line, and where it begins.
type Reader = fn(&str) -> Option<(usize, &str)>;

/// What finds the password in a line of a file, if it is one of those that fill a database or a directory.
fn reader(file: &File) -> Option<Reader> {
    let name = file.name().to_ascii_lowercase();
    let ends = |end: &str| name.rsplit_once('.').is_some_and(|(_, kind)| kind == end);
    if ends("sql") {
        Some(of_sql)
    } else if ends("ldif") || name == "ldif" {
        Some(of_ldif)
    } else {
        None
    }
}

/// `CREATE USER a WITH PASSWORD 'x'`, `IDENTIFIED BY 'x'`.
fn of_sql(line: &str) -> Option<(usize, &str)> {
    if line.trim_start().starts_with("--") {
        return None;
    }
    let upper = line.to_ascii_uppercase();
    let at = ["IDENTIFIED BY ", "PASSWORD "].iter().find_map(|key| Some(upper.find(key)? + key.len()))?;
    let rest = line.get(at..)?;
    let blank = rest.len() - rest.trim_start().len();
    let value = rest.get(blank..)?.strip_prefix('\'')?;
    let end = value.find('\'')?;
    Some((at + blank + 1, value.get(..end)?))
}

/// `userPassword: x`; one that is hashed names how, in braces.
fn of_ldif(line: &str) -> Option<(usize, &str)> {
    let (key, value) = line.split_once(':')?;
    if !key.eq_ignore_ascii_case("userPassword") || value.starts_with(':') {
        return None;
    }
    let password = value.trim();
    let at = key.len() + 1 + (value.len() - value.trim_start().len());
    (!password.starts_with('{')).then_some((at, password))
}

fn is_real(password: &str) -> bool {
    password.len() > 2 && !is_placeholder(password) && !password.contains([':', '$', '<', ' '])
}
