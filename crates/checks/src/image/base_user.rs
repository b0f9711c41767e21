//! Whom images run as when no Dockerfile says.

use crate::image::effective::User;
use crate::image::reference::Reference;

/// Official images that leave the user to be root, or to be chosen by who uses them.
const ROOT: [&str; 21] = [
    "node",
    "debian",
    "ubuntu",
    "alpine",
    "python",
    "golang",
    "rust",
    "busybox",
    "buildpack-deps",
    "nginx",
    "httpd",
    "amazonlinux",
    "fedora",
    "rockylinux",
    "oraclelinux",
    "almalinux",
    "openjdk",
    "eclipse-temurin",
    "ruby",
    "php",
    "caddy",
];

/// The user of an image.
pub(super) fn of(image: &Reference) -> User {
    let tag = image.tag.as_deref().unwrap_or_default();
    if image.name.contains("/distroless/") || image.name.starts_with("distroless/") {
        return match () {
            () if tag.contains("nonroot") => User::NotRoot,
            // A variable may say nonroot.
            () if tag.contains('$') => User::Unknown,
            () => User::Root,
        };
    }
    let hardened =
        ["cgr.dev/chainguard", "dhi.io/", "bitnami/", "docker.io/bitnami/", "nginxinc/nginx-unprivileged"];
    if hardened.iter().any(|prefix| image.name.starts_with(prefix)) {
        // Those for builds have a shell and a package manager, and run as root.
        return if tag.contains("-dev") { User::Root } else { User::NotRoot };
    }
    if ROOT.iter().any(|name| image.is_library(name)) || is_root_of_others(image) {
        return User::Root;
    }
    let own_user = image.short().starts_with("nodejs-") && image.name.contains("registry.access.redhat.com/");
    if own_user { User::NotRoot } else { User::Unknown }
}

/// Whether an image is one of those that are known here, none of which sets `NODE_ENV`.
pub(crate) fn is_known(image: &Reference) -> bool {
    image.name.contains("distroless/")
        || (image.short().starts_with("nodejs-") && image.name.contains("redhat.com/"))
        || ROOT.iter().any(|name| image.is_library(name))
        || is_root_of_others(image)
}

/// Images of others that leave the user to be root: what they are made of, under other names.
const OTHERS: &[&str] = &[
    "mcr.microsoft.com/devcontainers/javascript-node",
    "mcr.microsoft.com/devcontainers/typescript-node",
    "public.ecr.aws/docker/library/node",
    "public.ecr.aws/nginx/nginx",
    "nikolaik/python-nodejs",
    "timbru31/node-alpine-git",
    "beevelop/nodejs-python",
    "nginx/nginx",
    "nginxinc/nginx",
    "mkdocs/mkdocs-material",
    "squidfunk/mkdocs-material",
];

fn is_root_of_others(image: &Reference) -> bool {
    let name = image.name.strip_prefix("docker.io/").unwrap_or(&image.name);
    OTHERS.contains(&name)
}
