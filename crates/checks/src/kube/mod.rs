//! Kubernetes objects of a repository, whatever they are written in, and which of them are the portal's.

mod belongs;
mod collect;
mod container;
mod kustomize;
mod left_out;
pub(crate) mod made;
mod object;
mod patch;
mod pod;
mod rbac;
mod selectors;
mod tell;

pub use belongs::Belongs;
pub(crate) use belongs::{is_aside, is_name as is_portal_name};
pub use container::Container;
pub use object::{Object, Source};
pub use pod::Pod;
pub use rbac::{Grant, Permission};

pub(crate) use collect::find;
pub(crate) use kustomize::{KUSTOMIZATIONS, resolve};
pub(crate) use object::objects;
pub(crate) use tell::{Teller, written};

use std::collections::BTreeSet;

use crate::repo::Unread;

/// All objects; those of production before those that are only for development.
#[derive(Debug, Default)]
pub struct Manifests {
    /// The objects.
    pub objects: Vec<Object>,
    /// The files that could not be read, or not whole, and why.
    pub unread: Vec<Unread>,
}

impl Manifests {
    /// The portal's objects, and those of its neighbours, of some kinds.
    pub fn of_kinds<'a>(&'a self, kinds: &'a [&'a str]) -> impl Iterator<Item = &'a Object> {
        self.objects
            .iter()
            .filter(move |object| object.belongs.is_near() && kinds.contains(&object.kind.as_ref()))
    }

    /// The pods that run the portal, or stand beside it, without the tests of charts, and without those beside it of which
    /// none are to run.
    pub fn pods(&self) -> Vec<Pod<'_>> {
        let near = self.objects.iter().filter(|object| object.belongs.is_near());
        near.filter_map(Pod::of).filter(|pod| !pod.is_test() && !pod.is_parked()).collect()
    }

    /// The pods of everything that the repository deploys and whose manifests are its own: of the portal, beside it, and of
    /// other programs; without the tests of charts, and without those of which none are to run.
    pub fn deployed_pods(&self) -> Vec<Pod<'_>> {
        let own = self.objects.iter().filter(|object| object.belongs.is_own());
        own.filter_map(Pod::of).filter(|pod| !pod.is_test() && !pod.is_parked()).collect()
    }

    /// Services of the portal and beside it.
    pub fn services(&self) -> impl Iterator<Item = &Object> {
        self.of_kinds(&["Service"]).filter(|object| object.group().is_empty())
    }

    /// Ingresses of the portal and beside it.
    pub fn ingresses(&self) -> impl Iterator<Item = &Object> {
        self.of_kinds(&["Ingress"])
    }

    /// The accounts that the portal's pods run as, and those that are the portal's by themselves: name, and namespace
    /// where that is said.
    pub fn accounts(&self) -> BTreeSet<&str> {
        let of_pods = self
            .pods()
            .into_iter()
            .filter(|pod| pod.object.belongs.is_portal())
            .filter_map(|pod| pod.account().and_then(crate::Item::as_str));
        let by_themselves = self
            .of_kinds(&["ServiceAccount"])
            .filter(|object| object.belongs.is_portal())
            .map(|object| object.name.as_ref());
        of_pods.chain(by_themselves).filter(|name| !name.is_empty() && *name != "default").collect()
    }

    /// What the portal's accounts may do, each role with the binding that grants it; roles of the portal that nothing
    /// binds too.
    pub fn grants(&self) -> Vec<Grant<'_>> {
        rbac::grants(self)
    }
}
