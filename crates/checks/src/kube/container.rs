//! Containers of pods.

use crate::image::Reference;
use crate::kube::{Pod, pod};
use crate::{Item, Place, Severity};

/// A container of a pod.
#[derive(Clone, Copy, Debug)]
pub struct Container<'a> {
    /// Its pod.
    pub pod: Pod<'a>,
    /// What is said of it.
    pub item: &'a Item,
    /// Whether it runs before the others.
    pub init: bool,
}

impl<'a> Container<'a> {
    /// Its name; empty where it has none or it is not known.
    pub fn name(self) -> &'a str {
        self.item.get("name").and_then(Item::as_str).unwrap_or_default()
    }

    /// Where it begins: its name, if it has one. A name that a chart's values give says nothing about where.
    pub fn place(self) -> &'a Place {
        let named = self.item.get("name").map(Item::key_place);
        named.filter(|place| place.path == self.item.place.path).unwrap_or(&self.item.place)
    }

    /// Its image, cut up, if all of it is known.
    pub fn image(self) -> Option<Reference> {
        let text = self.item.get("image")?.as_str()?;
        let reference = Reference::parse(text);
        (!reference.is_unknown()).then_some(reference)
    }

    /// Its own security context.
    pub fn context(self) -> Option<&'a Item> {
        self.item.get("securityContext")
    }

    /// A field of its security context; else of its pod's, for those that pods have too.
    pub fn security(self, field: &str) -> Option<&'a Item> {
        let of_pods = matches!(field, "runAsNonRoot" | "runAsUser" | "runAsGroup" | "seccompProfile");
        self.context()
            .and_then(|context| context.get(field))
            .or_else(|| if of_pods { self.pod.security(field) } else { None })
    }

    /// Whether something about its confinement is only known when it runs.
    pub fn has_unknown_security(self) -> bool {
        pod::has_unknown(self.item.get("securityContext").unwrap_or(self.item))
            || self.pod.has_unknown_security()
    }

    /// Whether it has a security context that says something.
    pub fn is_confined(self) -> bool {
        let says = |context: Option<&Item>| {
            context.is_some_and(|context| {
                context.is_unknown() || context.as_map().is_some_and(|map| !map.is_empty())
            })
        };
        says(self.context()) || says(self.pod.spec.get("securityContext"))
    }

    /// How bad something is here that is this bad in a portal's production.
    pub fn severity(self, of_portal: Severity) -> Severity {
        self.pod.object.severity(of_portal).less(u8::from(self.pod.is_hook()))
    }

    /// What messages call it: its name, and what makes its pod.
    pub fn label(self) -> String {
        match self.name() {
            "" => format!("a container of {}", self.pod.object.label()),
            name => format!("container `{name}` of {}", self.pod.object.label()),
        }
    }
}
