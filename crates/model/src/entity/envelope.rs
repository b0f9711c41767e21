//! The schemas that every entity must meet, whatever its kind.

use super::schema::{Extra, Object, Schema};

const RELATION: Schema = Schema::Object(
    Object::of(&[
        ("type", Schema::Word),
        (
            "target",
            Schema::Object(
                Object::of(&[
                    ("kind", Schema::Filled),
                    ("namespace", Schema::Filled),
                    ("name", Schema::Filled),
                ])
                .requiring(&["kind", "namespace", "name"])
                .extra(Extra::Forbidden),
            ),
        ),
        ("targetRef", Schema::Filled),
    ])
    .requiring(&["type", "targetRef"])
    .extra(Extra::Forbidden),
);

const STATUS_ITEM: Schema = Schema::Object(
    Object::of(&[
        ("type", Schema::Filled),
        ("level", Schema::OneOf(&["info", "warning", "error"])),
        ("message", Schema::Text),
        (
            "error",
            Schema::Object(
                Object::of(&[
                    ("name", Schema::Filled),
                    ("message", Schema::Text),
                    ("code", Schema::Text),
                    ("stack", Schema::Text),
                ])
                .requiring(&["name", "message"]),
            ),
        ),
    ])
    .requiring(&["type", "level", "message"]),
);

const LINK: Schema = Schema::Object(
    Object::of(&[
        ("url", Schema::Filled),
        ("title", Schema::Filled),
        ("icon", Schema::Filled),
        ("type", Schema::Filled),
    ])
    .requiring(&["url"]),
);

const TEXTS: Schema = Schema::Object(Object::ANY.extra(Extra::ShapedOnOneLine(&Schema::Text)));

const METADATA: Schema = Schema::Object(
    Object::of(&[
        ("uid", Schema::Filled),
        ("etag", Schema::Filled),
        ("name", Schema::Filled),
        ("namespace", Schema::Filled),
        ("title", Schema::Filled),
        ("description", Schema::Text),
        ("labels", TEXTS),
        ("annotations", TEXTS),
        ("tags", Schema::List(0, &Schema::Filled)),
        ("links", Schema::List(0, &LINK)),
    ])
    .requiring(&["name"]),
);

/// What is needed to give an entity a ref.
pub(super) const ENVELOPE: Schema = Schema::Object(
    Object::of(&[
        ("apiVersion", Schema::Filled),
        ("kind", Schema::Filled),
        (
            "metadata",
            Schema::Object(
                Object::of(&[("name", Schema::Filled), ("namespace", Schema::Filled)]).requiring(&["name"]),
            ),
        ),
    ])
    .requiring(&["apiVersion", "kind", "metadata"]),
);

/// An entity of any kind. `relations` and `status` have a shape although another rule refuses them:
/// which of the two errors comes first depends on it.
pub(super) const ENTITY: Schema = Schema::Object(
    Object::of(&[
        ("apiVersion", Schema::Filled),
        ("kind", Schema::Filled),
        ("metadata", METADATA),
        ("spec", Schema::Object(Object::ANY)),
        ("relations", Schema::List(0, &RELATION)),
        ("status", Schema::Object(Object::of(&[("items", Schema::List(0, &STATUS_ITEM))]))),
    ])
    .requiring(&["apiVersion", "kind", "metadata"])
    .extra(Extra::Forbidden),
);
