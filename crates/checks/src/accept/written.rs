//! `stagedoor.accept: [{rule, where, reason, until}]` of an app-config, and of `.stagedoor.yaml` for what belongs to no
//! application.

use super::scope::Scope;
use super::{Acceptances, Draft};
use crate::{File, Item, Repository, Value};

const KEY: &str = "stagedoor.accept";
const FILE: &str = ".stagedoor.yaml";

pub(super) fn read(repository: &Repository, all: &mut Acceptances) {
    // As in an app-config, or without the key that is there to tell it from others' keys.
    let own = repository.files.get(FILE).and_then(File::tree);
    for list in [KEY, "accept"].into_iter().filter_map(|key| own?.at(key)) {
        many(list, repository, all);
    }
    for project in &repository.projects {
        let of_files = project.configs.iter().filter_map(|config| config.root.at(KEY));
        let of_server = project.productions.iter().filter(|_| project.configs.is_empty());
        for list in of_files.chain(of_server.filter_map(|one| one.root.at(KEY))) {
            many(list, repository, all);
        }
    }
}

fn many(list: &Item, repository: &Repository, all: &mut Acceptances) {
    match &list.value {
        Value::Seq(items) => items.iter().for_each(|item| one(item, repository, all)),
        Value::Null => {}
        _ => all.invalid.push((list.key_place().clone(), "it is no list".to_owned())),
    }
}

fn one(item: &Item, repository: &Repository, all: &mut Acceptances) {
    let text = |key| item.get(key).and_then(Item::as_str).unwrap_or_default();
    let draft = Draft {
        rule: text("rule"),
        reason: text("reason"),
        until: text("until"),
        place: item.get("rule").unwrap_or(item).place.clone(),
        scope: Scope::parse(text("where")),
        is_inline: false,
    };
    all.add(draft, repository.today.0);
}
