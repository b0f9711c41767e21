//! Compose files.

use crate::file::is_yaml;
use crate::rule::Skip;
use crate::{Context, File, Item, Severity};

super::topic! {
    compose_default_password "compose-default-password",
    compose_database_port "compose-database-port",
    compose_image_unpinned "compose-image-unpinned",
    compose_host_access "compose-host-access",
    compose_portal_port "compose-portal-port",
    dashboard_without_login "dashboard-without-login",
    kubectl_proxy_open "kubectl-proxy-open",
}

/// A service of a compose file.
pub(super) struct Service<'a> {
    pub(super) name: &'a str,
    pub(super) item: &'a Item,
    /// Whether the file says by its name that it is for one machine.
    pub(super) is_local: bool,
}

impl<'a> Service<'a> {
    pub(super) fn image(&self) -> Option<&'a Item> {
        self.item.get("image").filter(|image| image.as_str().is_some())
    }

    /// The name of its image, with what variables are when nobody sets them; none if that is not known.
    pub(super) fn image_name(&self) -> Option<String> {
        let text = self.image()?.as_str()?;
        (!text.contains("{{")).then(|| filled(text)).flatten()
    }

    /// One step less in a file for one machine.
    pub(super) fn severity(&self, elsewhere: Severity) -> Severity {
        elsewhere.less(u8::from(self.is_local))
    }

    /// Variables of its environment: name, and the item of the value, or of the `NAME=value` that holds it.
    pub(super) fn environment(&self) -> Vec<(&str, &str, &Item)> {
        let Some(environment) = self.item.get("environment") else { return Vec::new() };
        // What a template of the file (`<<: *common`) brings in.
        let merged = environment.get("<<").into_iter().flat_map(Item::one_or_many).flat_map(Item::entries);
        let of_map = environment.entries().chain(merged);
        let of_map = of_map.filter_map(|(name, item)| Some((&**name, item.as_str()?, item)));
        let of_list = environment.items().iter().filter_map(|item| {
            let (name, value) = item.as_str()?.split_once('=')?;
            Some((name.trim(), value.trim(), item))
        });
        of_map.chain(of_list).collect()
    }
}

/// The services of all compose files.
pub(super) fn services<'a>(cx: &Context<'a>) -> Result<Vec<Service<'a>>, Skip> {
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

/// A text with the defaults of its variables in their places; none if one has no default.
fn filled(text: &str) -> Option<String> {
    let mut rest = text;
    let mut all = String::new();
    while let Some((before, after)) = rest.split_once("${") {
        let (inside, next) = after.split_once('}')?;
        let default = inside.split_once(":-").or_else(|| inside.split_once('-'))?.1;
        all.push_str(before);
        all.push_str(default);
        rest = next;
    }
    all.push_str(rest);
    (!all.contains('$')).then_some(all)
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
