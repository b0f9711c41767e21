//! What holds when an image runs: the last word of its layers.

use std::collections::BTreeMap;

use crate::image::instruction::Instruction;
use crate::image::shell::Word;
use crate::image::stage::{Origin, arguments};
use crate::image::variables::{Variables, expand};
use crate::image::{Dockerfile, base_user};

/// What holds when an image runs.
#[derive(Clone, Debug)]
pub struct Effective<'a> {
    /// Whom it runs as.
    pub user: User,
    /// The word of the last `USER`, if there is one.
    pub user_word: Option<&'a Word>,
    /// Variables, with the instruction that sets them. A value may still hold variables that only the build knows.
    pub env: BTreeMap<String, (String, &'a Instruction)>,
    /// The folder it starts in; `/` if nothing says.
    pub workdir: String,
    /// `CMD`.
    pub cmd: Option<&'a Instruction>,
    /// `ENTRYPOINT`.
    pub entrypoint: Option<&'a Instruction>,
}

/// Whom an image runs as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum User {
    /// uid 0.
    Root,
    /// Somebody else.
    NotRoot,
    /// Only the build, or the base image, says.
    Unknown,
}

impl Effective<'_> {
    /// The value of a variable, if it is known.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(|(value, _)| value.as_str()).filter(|value| !value.contains('$'))
    }
}

pub(super) fn of(dockerfile: &Dockerfile) -> Effective<'_> {
    let globals = arguments(&dockerfile.globals);
    let mut layers: Vec<_> = dockerfile.layers().collect();
    layers.reverse();
    let user = match layers.first().map(|stage| &stage.base.origin) {
        Some(Origin::Image(image)) => base_user::of(image),
        Some(Origin::Scratch) => User::Root,
        _ => User::Unknown,
    };
    let mut effective = Effective {
        user,
        user_word: None,
        env: BTreeMap::new(),
        workdir: "/".to_owned(),
        cmd: None,
        entrypoint: None,
    };
    for stage in layers {
        // Arguments end with their stage, variables of the environment don't.
        let mut args = Variables::new();
        for instruction in &stage.instructions {
            match instruction.keyword.as_str() {
                "ARG" => {
                    for (name, value, _) in instruction.pairs() {
                        let value = match value {
                            Some(value) => Some(fill(value, &effective, &args)),
                            None => globals.get(name).cloned().flatten(),
                        };
                        args.insert(name.to_owned(), value);
                    }
                }
                "ENV" => {
                    let pairs: Vec<(String, String)> = instruction
                        .pairs()
                        .into_iter()
                        .map(|(name, value, _)| {
                            (name.to_owned(), fill(value.unwrap_or_default(), &effective, &args))
                        })
                        .collect();
                    effective.env.extend(pairs.into_iter().map(|(name, value)| (name, (value, instruction))));
                }
                "WORKDIR" => {
                    if let Some(word) = instruction.words.first() {
                        effective.workdir = join(&effective.workdir, &fill(&word.text, &effective, &args));
                    }
                }
                "USER" => {
                    if let Some(word) = instruction.words.first() {
                        effective.user = named(&fill(&word.text, &effective, &args));
                        effective.user_word = Some(word);
                    }
                }
                "CMD" => effective.cmd = Some(instruction),
                "ENTRYPOINT" => {
                    // An entrypoint of one's own takes away a command that was inherited.
                    if effective.cmd.is_some_and(|cmd| !stage.of("CMD").any(|own| std::ptr::eq(own, cmd))) {
                        effective.cmd = None;
                    }
                    effective.entrypoint = Some(instruction);
                }
                _ => {}
            }
        }
    }
    effective
}

/// Text with what the environment and a stage's arguments say filled in.
fn fill(text: &str, effective: &Effective<'_>, args: &Variables) -> String {
    expand(text, |name| match effective.env.get(name) {
        Some((value, _)) => Some(value.clone()),
        None => args.get(name).cloned().flatten(),
    })
}

/// Who a `USER` is: names and numbers may have a group after them.
fn named(user: &str) -> User {
    let name = match user.strip_prefix("${") {
        // Not known.
        Some(_) => return User::Unknown,
        None => user.split(':').next().unwrap_or_default(),
    };
    if name.contains('$') || name.is_empty() {
        return User::Unknown;
    }
    let number_zero = name.bytes().all(|c| c == b'0');
    if number_zero || name == "root" || name == "ContainerAdministrator" { User::Root } else { User::NotRoot }
}

/// A path from a folder: absolute paths stand for themselves; `.` and `..` are taken out.
pub(crate) fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{folder}/{path}") };
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Files;

    fn only(text: &str) -> Dockerfile {
        let files = Files::of_texts([("Dockerfile", text)]);
        crate::image::find(&files, &[]).pop().expect("a Dockerfile")
    }

    #[test]
    fn the_last_stage_counts_with_what_it_inherits() {
        let image = only(
            "ARG U=node\nFROM node:24 AS base\nARG U\nUSER $U\nWORKDIR /a\nENV X=1\nCMD [\"old\"]\n\
             FROM x AS other\nUSER 0\nFROM base\nWORKDIR b/../c\nENV Y=$X-2\nENTRYPOINT [\"node\"]\n",
        );
        let effective = image.effective();
        assert_eq!((effective.user, effective.workdir.as_str()), (User::NotRoot, "/a/c"));
        assert_eq!((effective.variable("Y"), effective.cmd.is_none()), (Some("1-2"), true));
    }

    #[test]
    fn users() {
        let user = |text: &str| only(text).effective().user;
        assert_eq!(user("FROM node:24\n"), User::Root);
        assert_eq!(user("FROM node:24\nUSER 0:0\n"), User::Root);
        assert_eq!(user("FROM node:24\nUSER root\nUSER 1000\n"), User::NotRoot);
        assert_eq!(user("FROM gcr.io/distroless/nodejs24-debian12@sha256:aa\n"), User::Root);
        assert_eq!(user("FROM gcr.io/distroless/nodejs24-debian12:nonroot\n"), User::NotRoot);
        assert_eq!(user("FROM example.com/base:1\n"), User::Unknown);
        assert_eq!(user("FROM nikolaik/python-nodejs:python3.12-nodejs22-slim\n"), User::Root);
        assert_eq!(user("FROM public.ecr.aws/nginx/nginx:mainline-alpine\n"), User::Root);
        assert_eq!(user("FROM node:24\nARG U\nUSER ${U}\n"), User::Unknown);
        assert_eq!(user("FROM node:24\nARG U=root\nUSER ${U}\n"), User::Root);
    }
}
