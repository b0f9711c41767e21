//! Compose files.

use crate::file::is_yaml;
use crate::rule::Skip;
use crate::{Context, File, Item, Severity};

super::topic! {
    compose_default_password "compose-default-password",
    compose_database_port "compose-database-port",
    compose_image_unpinned "compose-image-unpinned",
    compose_host_access "compose-host-access",
}

/// A service of a compose file.
struct Service<'a> {
    name: &'a str,
    item: &'a Item,
    /// Whether the file says by its name that it is for one machine.
    is_local: bool,
}

impl Service<'_> {
    fn image(&self) -> Option<&Item> {
        self.item.get("image").filter(|image| image.as_str().is_some())
    }

    /// One step less in a file for one machine.
    fn severity(&self, elsewhere: Severity) -> Severity {
        elsewhere.less(u8::from(self.is_local))
    }

    /// Variables of its environment: name, and the item of the value, or of the `NAME=value` that holds it.
    fn environment(&self) -> Vec<(&str, &str, &Item)> {
        let Some(environment) = self.item.get("environment") else { return Vec::new() };
        let of_map = environment.entries().filter_map(|(name, item)| Some((&**name, item.as_str()?, item)));
        let of_list = environment.items().iter().filter_map(|item| {
            let (name, value) = item.as_str()?.split_once('=')?;
            Some((name.trim(), value.trim(), item))
        });
        of_map.chain(of_list).collect()
    }
}

/// The services of all compose files.
fn services<'a>(cx: &Context<'a>) -> Result<Vec<Service<'a>>, Skip> {
    let mut all = Vec::new();
    for file in cx.repository().files.iter().filter(|file| is_compose(file)) {
        let is_local = is_local(&file.path);
        for (name, item) in
            file.tree().and_then(|tree| tree.get("services")).into_iter().flat_map(Item::entries)
        {
            all.push(Service { name, item, is_local });
        }
    }
    if all.is_empty() { Err(Skip::because("no compose file here")) } else { Ok(all) }
}

fn is_compose(file: &File) -> bool {
    let name = file.name().to_ascii_lowercase();
    let is_yaml = is_yaml(&name);
    let in_skeleton = file.path.split('/').any(|part| matches!(part, "skeleton" | "skeletons" | "content"));
    is_yaml && name.contains("compose") && !in_skeleton
}

fn is_local(path: &str) -> bool {
    let words = [
        "local",
        "dev",
        "development",
        "devcontainer",
        "localdevcontainer",
        "test",
        "e2e",
        "ci",
        "example",
        "override",
    ];
    path.to_ascii_lowercase().split(['/', '.', '-', '_']).any(|part| words.contains(&part))
}
