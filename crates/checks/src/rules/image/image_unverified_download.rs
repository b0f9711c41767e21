use crate::fix::Fix;
use crate::image::{Command, Instruction};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Programs that check what was downloaded. Those of MD5 and SHA-1 are not among them: their sums can be met.
const CHECKERS: [&str; 12] = [
    "sha256sum",
    "sha512sum",
    "sha384sum",
    "shasum",
    "b2sum",
    "b3sum",
    "gpg",
    "gpgv",
    "cosign",
    "minisign",
    "openssl",
    "apt-key",
];
const SHELLS: [&str; 7] = ["sh", "bash", "dash", "ash", "zsh", "python3", "node"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images()? {
        for one in image.stages.iter().flat_map(|stage| &stage.instructions) {
            match one.keyword.as_str() {
                "ADD" if one.flag("checksum").is_none() => added(one, findings),
                "RUN" => run(one, findings),
                _ => {}
            }
        }
    }
    Ok(())
}

fn added(add: &Instruction, findings: &mut Findings) {
    for word in add
        .sources()
        .iter()
        .filter(|word| is_url(&word.text) && word.text.rsplit_once('.').is_none_or(|(_, end)| end != "git"))
    {
        findings
            .at(&word.place, format!("ADD takes {} without a checksum", host(&word.text)))
            .why("whoever controls that host, or its next release, decides what is in the image")
            .fix(Fix::manual("write `ADD --checksum=sha256:..`"));
    }
}

fn run(run: &Instruction, findings: &mut Findings) {
    let checked = run.commands.iter().any(|command| {
        let name = command.name();
        // `shasum` without `-a 256` is SHA-1.
        let weak =
            name == "shasum" && !command.words.iter().any(|word| matches!(word.text.as_str(), "256" | "512"));
        CHECKERS.contains(&name) && !weak
    });
    let weak = run.commands.iter().any(|command| matches!(command.name(), "sha1sum" | "md5sum" | "shasum"));
    for (at, command) in run.commands.iter().enumerate() {
        let Some(url) = downloads(command) else { continue };
        let after = run.commands.get(at + 1).filter(|next| next.piped);
        let runs = after.is_some_and(|next| SHELLS.contains(&next.name()))
            || run.commands.iter().any(|outer| {
                // `bash <(curl ..)` and `sh -c "$(curl ..)"`.
                SHELLS.contains(&outer.name())
                    && outer
                        .words
                        .iter()
                        .any(|word| word.text.contains("curl ") || word.text.contains("wget "))
            });
        let kept = runs || after.is_some() || keeps(command);
        if !kept || (checked && !runs) {
            continue;
        }
        let Some(word) = command.program().first() else { continue };
        let (severity, message) = match (runs, weak) {
            (true, _) => (Severity::Medium, format!("a script of {url} is run without being checked")),
            (false, true) => {
                (Severity::Low, format!("what {url} sends is checked with a broken checksum only"))
            }
            (false, false) => (Severity::Low, format!("what {url} sends is used without being checked")),
        };
        findings
            .at(&word.place, message)
            .severity(severity)
            .why("whoever controls that host, or its next release, decides what is in the image")
            .fix(Fix::manual(
                "check it with `sha256sum -c` in the same step, or take it from a package or an image",
            ));
    }
}

/// The host that a command downloads from; none for what is only asked whether it is there.
fn downloads(command: &Command) -> Option<String> {
    if !matches!(command.name(), "curl" | "wget" | "aria2c") {
        return None;
    }
    let words = command.program();
    let sends = words
        .iter()
        .any(|word| matches!(word.text.as_str(), "-X" | "--request" | "-d" | "--data" | "-I" | "--head"));
    let url = words
        .iter()
        .skip(1)
        .find(|word| is_url(&word.text) || (word.expands && !word.text.starts_with('-')))?;
    let host = host(&url.text);
    let local = host.starts_with("localhost") || host.starts_with("127.");
    (!sends && !local).then_some(host)
}

/// Whether what a command downloads is written to a file.
fn keeps(command: &Command) -> bool {
    let words = command.program();
    command.name() != "curl"
        || words.iter().any(|word| {
            let text = word.text.as_str();
            let short = text.starts_with('-') && !text.starts_with("--") && text.contains(['o', 'O']);
            short || text.starts_with("--output") || text.starts_with("--remote-name") || text.contains('>')
        })
}

fn is_url(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://") || text.starts_with("ftp://")
}

/// The host of a URL, without credentials; the text itself if it is none.
fn host(url: &str) -> String {
    let Some((_, rest)) = url.split_once("://") else {
        return "an address that is built in place".to_owned();
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority.rsplit('@').next().unwrap_or(authority).to_owned()
}
