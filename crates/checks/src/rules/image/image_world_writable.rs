use crate::fix::Fix;
use crate::image::Command;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images()? {
        for one in image.instructions() {
            for command in &one.commands {
                let Some(mode) = command.operands().next().filter(|_| opens(command)) else { continue };
                findings
                    .at(&mode.place, format!("chmod {} lets everybody write", mode.text))
                    .why("whatever runs in the container, as any user, can change these files, the portal's code perhaps")
                    .fix(Fix::manual("give the files to the user that needs them: `COPY --chown`, or `chmod u=rwX`"));
            }
            let flag = one
                .flag_word("chmod")
                .filter(|flag| flag.text.split_once('=').is_some_and(|(_, mode)| is_open(mode)));
            if let Some(flag) = flag {
                findings
                    .at(&flag.place, format!("{} {} lets everybody write", one.keyword, flag.text))
                    .why("whatever runs in the container, as any user, can change these files, the portal's code perhaps")
                    .fix(Fix::manual("leave the right to write to the owner: `--chmod=755`"));
            }
        }
    }
    Ok(())
}

fn opens(command: &Command) -> bool {
    command.name() == "chmod" && command.operands().next().is_some_and(|mode| is_open(&mode.text))
}

/// Whether a mode lets others write. With the sticky bit, as of `/tmp`, they only add.
fn is_open(mode: &str) -> bool {
    if mode.len() >= 3 && mode.bytes().all(|c| (b'0'..=b'7').contains(&c)) {
        let sticky = mode.len() == 4 && mode.starts_with('1');
        return !sticky && mode.ends_with(['2', '3', '6', '7']);
    }
    mode.split(',').any(|part| {
        part.split_once(['+', '='])
            .is_some_and(|(who, what)| (who.contains('o') || who.contains('a')) && what.contains('w'))
    })
}
