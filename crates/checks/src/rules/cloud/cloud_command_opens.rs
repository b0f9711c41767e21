use crate::fix::Fix;
use crate::image::Command;
use crate::rules::scripts::{self, Home};
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::High, serve: Serve::Inapplicable, check };

const PROGRAMS: &[&str] = &["az ", "aws ", "gcloud ", "gsutil ", "eksctl ", "gh "];

/// What a command does that it should not.
struct Opening<'a> {
    place: &'a Place,
    severity: Severity,
    what: String,
}

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for script in scripts::with(*cx, PROGRAMS)? {
        for command in &script.commands {
            let steps = u8::from(script.is_local) + u8::from(script.home == Home::Compose);
            for opening in judge(command).into_iter().chain(in_turn(command)) {
                findings
                    .at(opening.place, opening.what)
                    .severity(opening.severity.less(steps))
                    .why("a script makes what everybody reaches, or what may do everything, as surely as Terraform does, and no plan shows it")
                    .fix(Fix::manual("name the addresses, the identities and the rights that are needed"));
            }
        }
    }
    Ok(())
}

/// Arguments of a command.
struct Arguments<'a>(&'a Command);

impl<'a> Arguments<'a> {
    /// Whether the words after the program begin so.
    fn are(&self, start: &[&str]) -> bool {
        let words = self.0.program();
        start.iter().enumerate().all(|(at, word)| words.get(at + 1).is_some_and(|own| own.text == *word))
    }

    /// Whether some word is there.
    fn has(&self, word: &str) -> Option<&'a Place> {
        self.0.program().iter().find(|own| own.text == word).map(|own| &own.place)
    }

    /// The value of an option: `--a b`, `--a=b`.
    fn value(&self, option: &str) -> Option<(&'a str, &'a Place)> {
        let words = self.0.program();
        words.iter().enumerate().find_map(|(at, word)| {
            let rest = word.text.strip_prefix(option)?;
            if rest.is_empty() {
                let next = words.get(at + 1)?;
                return Some((next.text.as_str(), &next.place));
            }
            rest.strip_prefix('=').map(|value| (value, &word.place))
        })
    }
}

fn judge(command: &Command) -> Option<Opening<'_>> {
    let arguments = Arguments(command);
    match command.name() {
        "az" => azure(&arguments),
        "aws" => amazon(&arguments),
        "gcloud" | "gsutil" => google(&arguments),
        "eksctl" => {
            let (policy, place) = arguments.value("--attach-policy-arn")?;
            administrator(policy, place)
        }
        "gh" => {
            let (whom, place) = arguments.value("--visibility").or_else(|| arguments.value("-v"))?;
            (arguments.are(&["secret", "set"]) && whom == "all").then(|| Opening {
                place,
                severity: Severity::High,
                what: "a secret is given to workflows of every repository of the organisation".to_owned(),
            })
        }
        _ => None,
    }
}

/// Policies that a loop takes in turn: `for POLICY in arn:aws:iam::aws:policy/..; do`.
fn in_turn(command: &Command) -> impl Iterator<Item = Opening<'_>> {
    let words = if command.name() == "for" { command.program() } else { &[] };
    let policies = words.iter().filter(|word| word.text.contains(":iam::aws:policy/"));
    policies.filter_map(|word| administrator(&word.text, &word.place))
}

fn administrator<'a>(policy: &str, place: &'a Place) -> Option<Opening<'a>> {
    let name = policy.rsplit('/').next().unwrap_or(policy);
    let severity = match name {
        "AdministratorAccess" | "PowerUserAccess" | "IAMFullAccess" => Severity::High,
        _ if name.ends_with("FullAccess") => Severity::Medium,
        _ => return None,
    };
    Some(Opening { place, severity, what: format!("an identity is given the policy `{name}`") })
}

fn azure<'a>(arguments: &Arguments<'a>) -> Option<Opening<'a>> {
    let found = |place, severity, what: &str| Some(Opening { place, severity, what: what.to_owned() });
    if arguments.are(&["containerapp"]) {
        let (kind, place) = arguments.value("--ingress").or_else(|| arguments.value("--type"))?;
        return (kind == "external").then(|| Opening {
            place,
            severity: Severity::Medium,
            what: "the app faces the internet".to_owned(),
        });
    }
    if arguments.are(&["acr"]) {
        let (value, place) = arguments.value("--admin-enabled")?;
        return if value.eq_ignore_ascii_case("true") {
            found(place, Severity::Medium, "the registry gets an administrator's account with a password")
        } else {
            None
        };
    }
    if arguments.are(&["postgres"]) || arguments.are(&["mysql"]) || arguments.are(&["sql"]) {
        let end = arguments.value("--end-ip-address");
        if let Some((_, place)) = end.filter(|(value, _)| *value == "255.255.255.255") {
            return found(
                place,
                Severity::Critical,
                "the firewall of the database lets the whole internet in",
            );
        }
        let (value, place) = arguments.value("--public-access")?;
        return match value.to_ascii_lowercase().as_str() {
            "all" | "0.0.0.0-255.255.255.255" => {
                found(place, Severity::Critical, "the firewall of the database lets the whole internet in")
            }
            "0.0.0.0" => {
                found(place, Severity::High, "the database lets everything in that runs in Azure, of anybody")
            }
            _ => None,
        };
    }
    if arguments.are(&["storage", "container", "create"]) {
        let (value, place) = arguments.value("--public-access")?;
        return if matches!(value, "blob" | "container") {
            found(place, Severity::High, "the container is readable by everybody")
        } else {
            None
        };
    }
    let gives =
        arguments.are(&["role", "assignment", "create"]) || arguments.are(&["ad", "sp", "create-for-rbac"]);
    let (role, place) = arguments.value("--role").filter(|_| gives)?;
    let (scope, _) = arguments.value("--scopes").or_else(|| arguments.value("--scope"))?;
    let scope = scope.to_ascii_lowercase();
    let everywhere = scope.starts_with("/subscriptions/") && !scope.contains("resourcegroups");
    match role.to_ascii_lowercase().as_str() {
        "owner" if everywhere => {
            found(place, Severity::Critical, "an identity becomes `Owner` of the whole subscription")
        }
        "contributor" if everywhere => {
            found(place, Severity::High, "an identity becomes `Contributor` of the whole subscription")
        }
        _ => None,
    }
}

fn amazon<'a>(arguments: &Arguments<'a>) -> Option<Opening<'a>> {
    if arguments.are(&["iam"]) {
        let (policy, place) = arguments.value("--policy-arn")?;
        return administrator(policy, place);
    }
    if arguments.are(&["ec2", "authorize-security-group-ingress"]) {
        let (cidr, place) = arguments.value("--cidr")?;
        let (port, _) = arguments.value("--port")?;
        return (cidr == "0.0.0.0/0" && !matches!(port, "80" | "443")).then(|| Opening {
            place,
            severity: Severity::High,
            what: format!("the whole internet is let in at port {port}"),
        });
    }
    if arguments.are(&["rds"]) {
        let flags = [
            ("--publicly-accessible", Severity::High, "the database gets an address of the internet"),
            ("--no-storage-encrypted", Severity::Medium, "the storage of the database is not encrypted"),
        ];
        return flags.into_iter().find_map(|(flag, severity, what)| {
            Some(Opening { place: arguments.has(flag)?, severity, what: what.to_owned() })
        });
    }
    if arguments.are(&["s3"]) || arguments.are(&["s3api"]) {
        let (acl, place) = arguments.value("--acl")?;
        return acl.starts_with("public-read").then(|| Opening {
            place,
            severity: Severity::High,
            what: format!("what is put there is readable by everybody (`{acl}`)"),
        });
    }
    None
}

fn google<'a>(arguments: &Arguments<'a>) -> Option<Opening<'a>> {
    let found = |place, severity, what: &str| Some(Opening { place, severity, what: what.to_owned() });
    if let Some(place) = arguments.has("--allow-unauthenticated") {
        return found(place, Severity::Medium, "everybody can call the service");
    }
    if let Some((networks, place)) = arguments.value("--authorized-networks") {
        return if networks.split(',').any(|one| one == "0.0.0.0/0") {
            found(place, Severity::Critical, "the database lets the whole internet in")
        } else {
            None
        };
    }
    if let Some((role @ ("roles/owner" | "roles/editor"), place)) = arguments.value("--role") {
        let severity = if role == "roles/owner" { Severity::Critical } else { Severity::High };
        return found(place, severity, &format!("an identity is given the basic role `{role}`"));
    }
    let member = arguments
        .value("--member")
        .filter(|(member, _)| matches!(*member, "allUsers" | "allAuthenticatedUsers"));
    if let Some((_, place)) = member {
        return found(place, Severity::High, "everybody is given a role");
    }
    let words = arguments.0.program();
    let open = words
        .iter()
        .find(|word| word.text.starts_with("allUsers:") || word.text.starts_with("allAuthenticatedUsers:"));
    open.and_then(|word| found(&word.place, Severity::High, "everybody is given a role"))
}
