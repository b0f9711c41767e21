use crate::fix::Fix;
use crate::image::Command;
use crate::rules::scripts::{self, Home};
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Words without which no script is looked at.
const NEEDLES: &[&str] = &[
    "curl",
    "wget",
    "sslVerify",
    "SSL_NO_VERIFY",
    "strict-ssl",
    "skip-tls-verify",
    "tls-verify",
    "trusted-host",
    "no-verify-ssl",
    "SKIP_VERIFY",
    "PYTHONHTTPSVERIFY",
    "argocd",
    "DISABLE_CONNECTION_VERIFICATION",
];

/// Options of curl of one letter that take a value, after which no letter is an option.
const VALUED: &str = "oHdXuwAbceFmTxyYzCDEKPQrtUh";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for script in scripts::with(*cx, NEEDLES)? {
        for command in &script.commands {
            let Some((place, what)) = skips(command) else { continue };
            if is_on_this_machine(command) {
                continue;
            }
            let severity = match script.home {
                _ if script.is_local => Severity::Low,
                Home::Image => Severity::High,
                _ => Severity::Medium,
            };
            findings
                .at(place, format!("{what}: nobody checks whose certificate it is"))
                .severity(severity)
                .why("whoever sits on the network answers in the place of the host, gets the tokens that are sent, and sends what is run or trusted afterwards")
                .fix(Fix::manual("give the program the certificate of your authority (`--cacert`, `SSL_CERT_FILE`, `certificate-authority`), and take the flag out"));
        }
    }
    Ok(())
}

/// Where a command switches the check off, and how.
fn skips(command: &Command) -> Option<(&Place, String)> {
    let words = command.program();
    let name = command.name();
    for (variable, value) in command.assignments() {
        if turns_off(variable, value) {
            return Some((&command.words.first()?.place, format!("{variable}={value}")));
        }
    }
    // `export X=1`, `ENV` of a shell: the assignment is an operand.
    if matches!(name, "export" | "setx" | "declare") {
        let found = words.iter().find_map(|word| {
            let (variable, value) = word.text.split_once('=')?;
            turns_off(variable, value).then_some((word, variable))
        });
        return found.map(|(word, variable)| (&word.place, format!("{variable} is set")));
    }
    if let Some(word) = words.iter().find(|word| word.text.contains("insecure-skip-tls-verify: true")) {
        return Some((&word.place, "the cluster's entry gets `insecure-skip-tls-verify`".to_owned()));
    }
    let at = words.iter().skip(1).position(|word| is_flag(name, &word.text))? + 1;
    let word = words.get(at)?;
    let next = words.get(at + 1).map(|word| word.text.as_str());
    // `git config http.sslVerify false` and `npm config set strict-ssl false` have the value in the next word.
    let needs_false = word.text.ends_with("sslVerify")
        || word.text == "strict-ssl"
        || word.text == "auth/disable_ssl_validation";
    if needs_false && !matches!(next, Some("false" | "0" | "true")) {
        return None;
    }
    if needs_false && (next == Some("true")) != word.text.starts_with("auth/") {
        return None;
    }
    if word.text == "--trusted-host" {
        return Some((&word.place, format!("{name} trusts a host without TLS being checked")));
    }
    Some((&word.place, format!("{name} runs with `{}`", word.text)))
}

fn turns_off(variable: &str, value: &str) -> bool {
    let value = value.trim_matches(['"', '\'']);
    let is_on = matches!(value, "1" | "true" | "True" | "yes");
    match variable {
        "GIT_SSL_NO_VERIFY"
        | "VAULT_SKIP_VERIFY"
        | "AZURE_CLI_DISABLE_CONNECTION_VERIFICATION"
        | "HELM_KUBEINSECURE_SKIP_TLS_VERIFY" => is_on,
        "PYTHONHTTPSVERIFY" => value == "0",
        _ => false,
    }
}

/// Whether a word of a program switches the check off.
fn is_flag(program: &str, word: &str) -> bool {
    match program {
        "curl" => word == "--insecure" || word == "--proxy-insecure" || short(word),
        "wget" => word == "--no-check-certificate",
        "git" => {
            let lower = word.to_ascii_lowercase();
            lower == "http.sslverify" || lower == "http.sslverify=false" || lower == "http.sslverify=0"
        }
        "npm" | "pnpm" | "yarn" | "npx" => {
            matches!(word, "strict-ssl" | "strict-ssl=false" | "--strict-ssl=false" | "--no-strict-ssl")
        }
        "kubectl" | "oc" | "helm" | "kustomize" => matches!(
            word,
            "--insecure-skip-tls-verify"
                | "--insecure-skip-tls-verify=true"
                | "--kube-insecure-skip-tls-verify"
                | "--kube-insecure-skip-tls-verify=true"
                | "--insecure-skip-tls-verify-backend"
        ),
        "argocd" | "crane" | "oras" | "mc" => matches!(word, "--insecure" | "--insecure=true"),
        "podman" | "buildah" | "skopeo" => {
            matches!(word, "--tls-verify=false" | "--src-tls-verify=false" | "--dest-tls-verify=false")
        }
        "pip" | "pip3" => word == "--trusted-host" || word.starts_with("--trusted-host="),
        "aws" => word == "--no-verify-ssl",
        "vault" => matches!(word, "-tls-skip-verify" | "--tls-skip-verify"),
        "http" | "https" => word == "--verify=no",
        "gcloud" => word == "auth/disable_ssl_validation",
        _ => false,
    }
}

/// `-k`, alone or among other letters: `-sSk`, not `-Hk`.
fn short(word: &str) -> bool {
    let Some(letters) = word.strip_prefix('-').filter(|rest| !rest.starts_with('-')) else { return false };
    letters.chars().take_while(|c| !VALUED.contains(*c)).any(|c| c == 'k')
}

/// Whether all that a command speaks to is its own machine.
fn is_on_this_machine(command: &Command) -> bool {
    let mut hosts = command.program().iter().skip(1).filter_map(|word| {
        let text = word.text.trim_matches(['"', '\'']);
        let rest = text.split_once("://").map(|(_, rest)| rest);
        let plain = ["localhost", "127.0.0.1", "[::1]"].iter().any(|host| text.starts_with(host));
        rest.or(plain.then_some(text))
    });
    let mut any = false;
    let all = hosts.all(|host| {
        any = true;
        ["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "host.docker.internal"]
            .iter()
            .any(|own| host.starts_with(own))
    });
    any && all
}
