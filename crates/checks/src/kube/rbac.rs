//! What the portal's accounts may do.

use crate::Item;
use crate::kube::{Manifests, Object, selectors};

/// A role, and what grants it.
#[derive(Clone, Copy, Debug)]
pub struct Grant<'a> {
    /// The role; none where it is not in the repository, as the cluster's own are not.
    pub role: Option<&'a Object>,
    /// The binding; none where nothing in the repository grants the role.
    pub binding: Option<&'a Object>,
}

/// One line of a role: these verbs on these resources.
#[derive(Clone, Copy, Debug)]
pub struct Permission<'a> {
    /// The role whose line it is.
    pub role: &'a Object,
    /// The rule.
    pub rule: &'a Item,
}

impl<'a> Grant<'a> {
    /// What the role is called.
    pub fn role_name(self) -> Option<&'a str> {
        let named = self.binding.and_then(|binding| binding.root.at("roleRef.name")).and_then(Item::as_str);
        named.or_else(|| self.role.map(|role| &*role.name))
    }

    /// Whether it holds in every namespace.
    pub fn is_cluster_wide(self) -> bool {
        match (self.binding, self.role) {
            (Some(binding), _) => &*binding.kind == "ClusterRoleBinding",
            (None, Some(role)) => &*role.kind == "ClusterRole",
            (None, None) => false,
        }
    }

    /// The object that says whose it is.
    pub fn object(self) -> Option<&'a Object> {
        self.role.or(self.binding)
    }
}

impl<'a> Permission<'a> {
    /// The item of a list of the rule that has one of these values.
    pub fn one_of(self, list: &str, values: &[&str]) -> Option<&'a Item> {
        self.rule
            .get(list)?
            .items()
            .iter()
            .find(|item| item.as_str().is_some_and(|text| values.contains(&text)))
    }

    /// Whether it is about an API group.
    pub fn in_group(self, group: &str) -> bool {
        self.one_of("apiGroups", &[group, "*"]).is_some()
    }

    /// Whether only named objects are meant.
    pub fn is_named(self) -> bool {
        self.rule.get("resourceNames").is_some_and(|names| !names.items().is_empty())
    }
}

pub(super) fn grants(manifests: &Manifests) -> Vec<Grant<'_>> {
    let accounts = manifests.accounts();
    let of_kind = |kinds: &'static [&'static str]| {
        manifests.objects.iter().filter(move |object| kinds.contains(&object.kind.as_ref()))
    };
    let mut grants = Vec::new();
    let mut bound: Vec<*const Object> = Vec::new();
    for binding in of_kind(&["RoleBinding", "ClusterRoleBinding"]) {
        let subjects = binding.root.get("subjects").map(Item::items).unwrap_or_default();
        let to_portal = subjects.iter().any(|subject| {
            subject.get("kind").and_then(Item::as_str) == Some("ServiceAccount")
                && subject.get("name").and_then(Item::as_str).is_some_and(|name| accounts.contains(name))
        });
        if !to_portal && !binding.belongs.is_portal() {
            continue;
        }
        let kind = binding.root.at("roleRef.kind").and_then(Item::as_str);
        let name = binding.root.at("roleRef.name").and_then(Item::as_str).filter(|name| !name.is_empty());
        let roles: Vec<&Object> = of_kind(&["Role", "ClusterRole"])
            .filter(|role| Some(role.kind.as_ref()) == kind && Some(role.name.as_ref()) == name)
            .collect();
        if roles.is_empty() {
            grants.push(Grant { role: None, binding: Some(binding) });
        }
        for role in roles {
            bound.push(role);
            grants.push(Grant { role: Some(role), binding: Some(binding) });
            for part in aggregated(role, of_kind(&["ClusterRole"])) {
                bound.push(part);
                grants.push(Grant { role: Some(part), binding: Some(binding) });
            }
        }
    }
    for role in of_kind(&["Role", "ClusterRole"]).filter(|role| role.belongs.is_portal()) {
        if !bound.contains(&std::ptr::from_ref(role)) {
            grants.push(Grant { role: Some(role), binding: None });
        }
    }
    grants
}

/// The roles that a cluster adds to one that collects others by their labels.
fn aggregated<'a>(role: &'a Object, all: impl Iterator<Item = &'a Object>) -> Vec<&'a Object> {
    let wanted = role.root.at("aggregationRule.clusterRoleSelectors").map(Item::items).unwrap_or_default();
    if wanted.is_empty() {
        return Vec::new();
    }
    all.filter(|other| !std::ptr::eq(*other, role))
        .filter(|other| {
            let labels = other.root.at("metadata.labels");
            wanted.iter().any(|selector| {
                selector.get("matchLabels").is_some_and(|labels_of| selectors::matches(labels_of, labels))
            })
        })
        .collect()
}

impl Manifests {
    /// Every line of every role that the portal has, or could be given.
    pub fn permissions(&self) -> Vec<(Grant<'_>, Permission<'_>)> {
        self.grants()
            .into_iter()
            .filter_map(|grant| Some((grant, grant.role?)))
            .flat_map(|(grant, role)| {
                let rules = role.root.get("rules").map(Item::items).unwrap_or_default();
                rules.iter().map(move |rule| (grant, Permission { role, rule }))
            })
            .collect()
    }
}
