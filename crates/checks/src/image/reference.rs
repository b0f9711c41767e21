//! Names of images.

/// `registry/name:tag@digest`, cut up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Without tag and digest.
    pub name: String,
    /// The tag.
    pub tag: Option<String>,
    /// The digest, with its algorithm.
    pub digest: Option<String>,
}

impl Reference {
    /// Cuts a name up.
    pub fn parse(text: &str) -> Self {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.to_owned())),
            None => (text, None),
        };
        let slash = rest.rfind('/').map_or(0, |slash| slash + 1);
        let colon = tag_colon(&rest[slash..]).map(|colon| slash + colon);
        let (name, tag) = match colon {
            Some(colon) => (&rest[..colon], Some(rest[colon + 1..].to_owned())),
            None => (rest, None),
        };
        Self { name: name.to_owned(), tag, digest }
    }

    /// The last part of the name: `node` of `mirror.gcr.io/library/node`.
    pub fn short(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// Whether it is the image of this name of Docker's own library, through whatever mirror.
    pub fn is_library(&self, name: &str) -> bool {
        let path = match self.name.split_once('/') {
            Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => path,
            _ => &self.name,
        };
        let path = path.strip_prefix("library/").unwrap_or(path);
        // The library has the images for each kind of processor under its name too.
        let path = ["amd64/", "arm64v8/", "arm32v7/"]
            .iter()
            .find_map(|kind| path.strip_prefix(kind))
            .unwrap_or(path);
        // Caches keep the library under a path of their own: `registry.example.com/dockerhub/library/node`.
        path == name || path.rsplit_once("/library/").is_some_and(|(_, last)| last == name)
    }

    /// Whether it is a web server or a proxy, which stands before what it serves.
    pub fn is_server(&self) -> bool {
        let short = self.short();
        matches!(
            short,
            "nginx"
                | "nginx-unprivileged"
                | "httpd"
                | "caddy"
                | "haproxy"
                | "traefik"
                | "envoy"
                | "openresty"
        ) || short.starts_with("nginx-")
    }

    /// Whether something in it is only known when it is built.
    pub fn is_unknown(&self) -> bool {
        [Some(&self.name), self.tag.as_ref(), self.digest.as_ref()]
            .into_iter()
            .flatten()
            .any(|part| part.contains('$'))
    }
}

/// The colon before a tag, which is not one inside `${A:-b}`.
fn tag_colon(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    text.bytes().position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        byte == b':' && depth == 0
    })
}

#[cfg(test)]
mod tests {
    use super::Reference;

    #[test]
    fn parts() {
        let parts = |text: &str| {
            let reference = Reference::parse(text);
            (reference.name, reference.tag, reference.digest)
        };
        assert_eq!(parts("localhost:5000/a/node"), ("localhost:5000/a/node".into(), None, None));
        assert_eq!(parts("node:24@sha256:ab"), ("node".into(), Some("24".into()), Some("sha256:ab".into())));
        assert_eq!(parts("node:${V:-24}"), ("node".into(), Some("${V:-24}".into()), None));
        assert!(Reference::parse("mirror.gcr.io/library/node:1").is_library("node"));
        assert!(Reference::parse("mirror.gcr.io/node").is_library("node"));
        assert!(Reference::parse("r.example.com/hub/library/node").is_library("node"));
        assert!(Reference::parse("docker.io/amd64/caddy:2").is_library("caddy"));
        assert!(!Reference::parse("acme/node").is_library("node"));
    }
}
