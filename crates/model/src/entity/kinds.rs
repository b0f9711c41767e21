//! The kinds we know and what their `spec` must look like.

use super::schema::{Object, Schema};
use super::template::TEMPLATE_SPEC;

/// The kinds that a validator knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KnownKind {
    /// A description of an interface.
    Api,
    /// Context for AI coding tools: a skill, a rule, a plugin, a marketplace.
    AiResource,
    /// A piece of software.
    Component,
    /// An area of business that groups systems.
    Domain,
    /// A team or other unit of people.
    Group,
    /// A pointer to more entity files.
    Location,
    /// A database, a bucket: infrastructure that a component needs.
    Resource,
    /// Components and resources that work together.
    System,
    /// A scaffolder template.
    Template,
    /// A person.
    User,
}

/// A kind of entity with its schema.
pub(super) struct Kind {
    pub(super) known: KnownKind,
    /// As `kind` spells it; case counts.
    pub(super) name: &'static str,
    pub(super) api_versions: &'static [&'static str],
    /// The `spec.type` this schema is for; `None` is for every type.
    pub(super) spec_type: Option<&'static str>,
    pub(super) spec: Object,
}

const CORE: &[&str] = &["backstage.io/v1alpha1", "backstage.io/v1beta1"];
const ALPHA: &[&str] = &["backstage.io/v1alpha1"];
const SCAFFOLDER: &[&str] = &["scaffolder.backstage.io/v1beta3"];
const LISTED: Schema = Schema::List(0, &Schema::Filled);

const PROFILE: Schema = Schema::Object(Object::of(&[
    ("displayName", Schema::Filled),
    ("email", Schema::Filled),
    ("picture", Schema::Filled),
]));

const REMOTE: Schema = Schema::Object(
    Object::of(&[("type", Schema::Filled), ("url", Schema::Filled)]).requiring(&["type", "url"]),
);

const fn core(known: KnownKind, name: &'static str, spec: Object) -> Kind {
    Kind { known, name, api_versions: CORE, spec_type: None, spec }
}

const fn ai_resource(spec_type: Option<&'static str>, spec: Object) -> Kind {
    Kind { known: KnownKind::AiResource, name: "AiResource", api_versions: ALPHA, spec_type, spec }
}

/// Every schema there is. An entity must satisfy one of those for its kind, and those for its own
/// `spec.type` are asked last, so that their complaint is the one told.
pub(super) const KINDS: &[Kind] = &[
    core(
        KnownKind::Api,
        "API",
        Object::of(&[
            ("type", Schema::Filled),
            ("lifecycle", Schema::Filled),
            ("owner", Schema::Filled),
            ("system", Schema::Filled),
            ("definition", Schema::Filled),
        ])
        .requiring(&["type", "lifecycle", "owner", "definition"]),
    ),
    Kind {
        known: KnownKind::Api,
        name: "API",
        api_versions: CORE,
        spec_type: Some("mcp-server"),
        spec: Object::of(&[
            ("type", Schema::Filled),
            ("lifecycle", Schema::Filled),
            ("owner", Schema::Filled),
            ("system", Schema::Filled),
            ("remotes", Schema::List(1, &REMOTE)),
        ])
        .requiring(&["type", "lifecycle", "owner", "remotes"]),
    },
    core(
        KnownKind::Component,
        "Component",
        Object::of(&[
            ("type", Schema::Filled),
            ("lifecycle", Schema::Filled),
            ("owner", Schema::Filled),
            ("system", Schema::Filled),
            ("subcomponentOf", Schema::Filled),
            ("providesApis", LISTED),
            ("consumesApis", LISTED),
            ("dependsOn", LISTED),
        ])
        .requiring(&["type", "lifecycle", "owner"]),
    ),
    core(
        KnownKind::Resource,
        "Resource",
        Object::of(&[
            ("type", Schema::Filled),
            ("owner", Schema::Filled),
            ("dependsOn", LISTED),
            ("system", Schema::Filled),
        ])
        .requiring(&["type", "owner"]),
    ),
    core(
        KnownKind::Group,
        "Group",
        Object::of(&[
            ("type", Schema::Filled),
            ("profile", PROFILE),
            ("parent", Schema::Filled),
            ("children", LISTED),
            ("members", LISTED),
        ])
        .requiring(&["type", "children"]),
    ),
    core(
        KnownKind::Location,
        "Location",
        Object::of(&[
            ("type", Schema::Filled),
            ("target", Schema::Filled),
            ("targets", LISTED),
            ("presence", Schema::OneOf(&["required", "optional"])),
        ]),
    ),
    core(
        KnownKind::User,
        "User",
        Object::of(&[("profile", PROFILE), ("memberOf", LISTED)]).requiring(&["memberOf"]),
    ),
    core(
        KnownKind::System,
        "System",
        Object::of(&[("owner", Schema::Filled), ("domain", Schema::Filled), ("type", Schema::Filled)])
            .requiring(&["owner"]),
    ),
    core(
        KnownKind::Domain,
        "Domain",
        Object::of(&[("owner", Schema::Filled), ("subdomainOf", Schema::Filled), ("type", Schema::Filled)])
            .requiring(&["owner"]),
    ),
    Kind {
        known: KnownKind::Template,
        name: "Template",
        api_versions: SCAFFOLDER,
        spec_type: None,
        spec: TEMPLATE_SPEC,
    },
    ai_resource(
        None,
        Object::of(&[
            ("type", Schema::Filled),
            ("lifecycle", Schema::Filled),
            ("owner", Schema::Filled),
            ("system", Schema::Filled),
        ])
        .requiring(&["type", "lifecycle", "owner"]),
    ),
    ai_resource(
        Some("skill"),
        Object::of(&[
            ("type", Schema::Filled),
            ("lifecycle", Schema::Filled),
            ("owner", Schema::Filled),
            ("system", Schema::Filled),
            ("disciplines", LISTED),
            ("categories", LISTED),
            ("agents", LISTED),
            ("dependsOn", LISTED),
            // The schema of the release wants a text; the reference's own example has a list.
            ("allowedTools", Schema::Either(&[Schema::Filled, LISTED])),
            ("license", Schema::Filled),
            ("compatibility", Schema::FilledUpTo(500)),
        ])
        .requiring(&["type", "lifecycle", "owner"]),
    ),
    ai_resource(
        Some("rule"),
        Object::of(&[
            ("type", Schema::Filled),
            ("lifecycle", Schema::Filled),
            ("owner", Schema::Filled),
            ("system", Schema::Filled),
            ("disciplines", LISTED),
            ("category", Schema::Filled),
            ("rationale", Schema::Filled),
        ])
        .requiring(&["type", "lifecycle", "owner", "category", "rationale"]),
    ),
    ai_resource(
        Some("plugin"),
        Object::of(&[
            ("type", Schema::Filled),
            ("lifecycle", Schema::Filled),
            ("owner", Schema::Filled),
            ("system", Schema::Filled),
            ("skills", LISTED),
            ("version", Schema::Filled),
        ])
        .requiring(&["type", "lifecycle", "owner", "skills"]),
    ),
    ai_resource(
        Some("marketplace"),
        Object::of(&[
            ("type", Schema::Filled),
            ("lifecycle", Schema::Filled),
            ("owner", Schema::Filled),
            ("system", Schema::Filled),
            ("plugins", LISTED),
            ("version", Schema::Filled),
        ])
        .requiring(&["type", "lifecycle", "owner", "plugins"]),
    ),
];
