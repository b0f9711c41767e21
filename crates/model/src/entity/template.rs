//! The schema of a scaffolder template's `spec` (`scaffolder.backstage.io/v1beta3`).

use super::schema::{Extra, Object, Schema};

const ANY_MAP: Schema = Schema::Object(Object::ANY);

const PERMISSIONS: Schema = Schema::Object(Object::of(&[("tags", Schema::List(0, &Schema::Text))]));

const PAGE: Schema = Schema::Object(Object::of(&[("backstage:permissions", PERMISSIONS)]));

const DECORATOR: Schema = Schema::Object(Object::of(&[("id", Schema::Text), ("input", ANY_MAP)]));

const STEP: Schema = Schema::Object(
    Object::of(&[
        ("id", Schema::Text),
        ("name", Schema::Text),
        ("action", Schema::Text),
        ("input", ANY_MAP),
        ("if", Schema::TextOrBool),
        ("backstage:permissions", PERMISSIONS),
    ])
    .requiring(&["action"]),
);

const OUTPUT_LINK: Schema = Schema::Object(Object::of(&[
    ("if", Schema::TextOrBool),
    ("url", Schema::Filled),
    ("entityRef", Schema::Filled),
    ("title", Schema::Filled),
    ("icon", Schema::Filled),
]));

const OUTPUT_TEXT: Schema = Schema::Object(Object::of(&[
    ("if", Schema::TextOrBool),
    ("title", Schema::Filled),
    ("icon", Schema::Filled),
    ("content", Schema::Text),
]));

const OUTPUT: Schema = Schema::Object(
    Object::of(&[("links", Schema::List(0, &OUTPUT_LINK)), ("text", Schema::List(0, &OUTPUT_TEXT))])
        .extra(Extra::Shaped(&Schema::Text)),
);

const PRESENTATION: Schema = Schema::Object(Object::of(&[(
    "buttonLabels",
    Schema::Object(Object::of(&[
        ("backButtonText", Schema::Text),
        ("createButtonText", Schema::Text),
        ("reviewButtonText", Schema::Text),
    ])),
)]));

/// A template's `spec`.
pub(super) const TEMPLATE_SPEC: Object = Object::of(&[
    ("type", Schema::Filled),
    ("owner", Schema::Filled),
    ("lifecycle", Schema::Filled),
    ("parameters", Schema::Either(&[PAGE, Schema::List(0, &PAGE)])),
    ("secrets", Schema::Object(Object::of(&[("schema", ANY_MAP)]))),
    ("presentation", PRESENTATION),
    ("EXPERIMENTAL_recovery", Schema::Object(Object::of(&[("EXPERIMENTAL_strategy", Schema::Text)]))),
    ("formDecorators", Schema::List(0, &DECORATOR)),
    ("EXPERIMENTAL_formDecorators", Schema::List(0, &DECORATOR)),
    ("steps", Schema::List(0, &STEP)),
    ("output", OUTPUT),
])
.requiring(&["type", "steps"]);
