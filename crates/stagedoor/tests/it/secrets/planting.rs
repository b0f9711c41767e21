//! Generated credentials, planted in the files of a catalog: entities of each kind, in each of their
//! places, files that placeholders read, and documents that the portal refuses.

use corpus::{Carrier, Credential, Format, Generator, Rng, generators};
use secrets::Scanner;
use serde_json::{Value, json};

/// A catalog with secrets in it.
#[derive(Default)]
pub(super) struct Garden {
    /// Path and text.
    pub(super) files: Vec<(String, String)>,
    pub(super) secrets: Vec<Planted>,
    /// The generators of which nothing could be planted so that the scanner finds it.
    pub(super) barren: Vec<&'static str>,
    /// How many documents the portal is to take.
    pub(super) good: u64,
    /// The texts around the secrets.
    pub(super) fixed: String,
}

pub(super) struct Planted {
    /// The rule and the place, for messages: never the secret.
    pub(super) label: String,
    pub(super) variable: String,
}

/// A place, what it is called, and whether the portal takes what stands there.
type Place = (&'static str, bool, fn(&mut Rng, &Credential, usize) -> Option<Plot>);

/// Files of one planting; the first one holds the entity.
struct Plot {
    files: Vec<(String, String)>,
    /// The file with the secret in it, and how it is written there.
    planted: usize,
    written: String,
}

const PLACES: &[Place] = &[
    ("catalog-info", true, |rng, one, at| format("catalog-info.yaml", rng, one, at)),
    ("OpenAPI", true, |rng, one, at| format("API entity", rng, one, at)),
    ("template", true, |rng, one, at| format("Template entity", rng, one, at)),
    ("description", true, |_, one, at| {
        entity(one, at, &|e| e["metadata"]["description"] = prose(one).into())
    }),
    ("annotation", true, |_, one, at| {
        let key = format!("acme.internal/{}", one.name.to_ascii_lowercase().replace('_', "-"));
        entity(one, at, &|e| e["metadata"]["annotations"] = json!({ &key: one.whole() }))
    }),
    ("link", true, |_, one, at| {
        let url = format!("https://dash.acme.internal/d/orders?access_token={}", one.text);
        let plain = one.text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte));
        let link =
            || entity(one, at, &|e| e["metadata"]["links"] = json!([{ "title": "Board", "url": url }]));
        (matches!(one.carrier, Carrier::Alone) && plain).then(link).flatten()
    }),
    ("label", true, |_, one, at| {
        let legal = one.text.len() <= 63
            && one.text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
            && one.text.ends_with(|c: char| c.is_ascii_alphanumeric());
        let label = || entity(one, at, &|e| e["metadata"]["labels"] = json!({ "deploy": one.text }));
        (matches!(one.carrier, Carrier::Alone) && legal).then(label).flatten()
    }),
    ("title and tag line", true, |_, one, at| {
        entity(one, at, &|e| e["metadata"]["title"] = format!("Orders, {}", prose(one)).into())
    }),
    ("spec", true, |_, one, at| {
        entity(one, at, &|e| {
            e["spec"]["x-runtime"] = json!({ "env": [{ &one.name: one.whole() }], "size": 3 });
        })
    }),
    ("AsyncAPI", true, |_, one, at| {
        let text = format!(
            "asyncapi: 2.6.0\ninfo:\n  title: Orders\n  version: 1.0.0\n  x-{}: {}\nchannels: {{}}\n",
            one.name.to_ascii_lowercase().replace('_', "-"),
            Value::from(one.whole())
        );
        api(one, at, "asyncapi", &text)
    }),
    ("GraphQL", true, |_, one, at| {
        api(
            one,
            at,
            "graphql",
            &format!("\"\"\"\n{}\n\"\"\"\ntype Query {{ orders: [String!]! }}\n", prose(one)),
        )
    }),
    ("gRPC", true, |_, one, at| {
        let lines = prose(one).replace('\n', "\n// ");
        api(one, at, "grpc", &format!("syntax = \"proto3\";\n// {lines}\nservice Orders {{}}\n"))
    }),
    ("placeholder", true, placeholder),
    ("a name that is none", false, |_, one, at| {
        entity(one, at, &|e| e["metadata"]["name"] = one.whole().into())
    }),
    ("a kind that is none", false, |_, one, at| entity(one, at, &|e| e["kind"] = prose(one).into())),
    ("a list for a text", false, |_, one, at| {
        entity(one, at, &|e| {
            e["metadata"]["annotations"] = json!({ "acme.internal/list": [{ &one.name: one.whole() }] });
        })
    }),
    ("a tag that is none", false, |_, one, at| {
        entity(one, at, &|e| e["metadata"]["tags"] = json!([prose(one)]))
    }),
    ("an owner that is none", false, |_, one, at| {
        entity(one, at, &|e| e["spec"]["owner"] = prose(one).into())
    }),
    ("broken YAML", false, |_, one, at| {
        let mut plot = entity(one, at, &|e| e["metadata"]["description"] = prose(one).into())?;
        plot.files[0].1 += "\n  - [ unclosed\n: :";
        Some(plot)
    }),
    ("a key that comes twice", false, |_, one, at| {
        let mut plot = entity(one, at, &|e| e["metadata"]["description"] = prose(one).into())?;
        let twice = Value::from(prose(one));
        plot.files[0].1 = plot.files[0].1.replacen('{', &format!("{{ {twice}: 1, {twice}: 2,"), 1);
        Some(plot)
    }),
    ("a target that is not there", false, |_, one, at| {
        let name = format!("lead-{at}");
        let text = json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "Location", "metadata": { "name": name },
            "spec": { "type": "file", "target": format!("./nowhere/{}.yaml", one.text) },
        });
        (!one.text.contains('\n')).then(|| plot(one, at, &text))
    }),
];

impl Garden {
    /// `each` credentials of every generator, in turn in each of the places.
    pub(super) fn grow(
        scanner: &Scanner,
        seed: u64,
        each: usize,
        mut of: impl FnMut(&Generator) -> bool,
    ) -> Self {
        let (mut rng, mut garden) = (Rng::new(seed), Self::default());
        for generator in generators().iter().filter(|generator| of(generator)) {
            for _ in 0..each {
                if !garden.plant(scanner, &mut rng, generator) {
                    garden.barren.push(generator.rule);
                }
            }
        }
        garden
    }

    /// Plants the next credential in the place whose turn it is, or in the first after it in which it is
    /// found by the scanner.
    fn plant(&mut self, scanner: &Scanner, rng: &mut Rng, generator: &Generator) -> bool {
        let number = self.secrets.len();
        for turn in 0..3 * PLACES.len() {
            let (name, good, place) = PLACES[(number + turn) % PLACES.len()];
            let one = generator.make(rng);
            let Some(plot) = place(rng, &one, number).filter(|plot| plot.is_seen(scanner)) else { continue };
            for (_, text) in &plot.files {
                self.fixed += &text.replace(&plot.written, "");
            }
            self.files.extend(plot.files);
            self.good += u64::from(good);
            let label = format!("{} in {name} ({number})", generator.rule);
            self.secrets.push(Planted { label, variable: one.variable_text().to_owned() });
            return true;
        }
        false
    }
}

impl Plot {
    /// Whether the scanner finds the secret in its file, by whatever rule.
    fn is_seen(&self, scanner: &Scanner) -> bool {
        let (name, text) = &self.files[self.planted];
        let Some(start) = text.find(&self.written) else { return false };
        let span = start..start + self.written.len();
        let found = scanner.scan_file(name, text.as_bytes());
        found.iter().any(|found| found.span.start < span.end && span.start < found.span.end)
    }
}

/// The credential in a sentence, by its name where that gives it away.
fn prose(one: &Credential) -> String {
    match one.carrier {
        Carrier::Named => format!("Takes orders.\n{}={}\n", one.name, one.text),
        _ => format!("Takes orders. For a first look:\n{}\n", one.whole()),
    }
}

/// A component, changed.
fn entity(one: &Credential, at: usize, change: &dyn Fn(&mut Value)) -> Option<Plot> {
    let mut entity = json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
        "metadata": { "name": format!("part-{at}") },
        "spec": { "type": "service", "lifecycle": "production", "owner": "team-a" },
    });
    change(&mut entity);
    (!matches!(one.carrier, Carrier::Piece(..))).then(|| plot(one, at, &entity))
}

fn api(one: &Credential, at: usize, kind: &str, definition: &str) -> Option<Plot> {
    entity(one, at, &|e| {
        e["kind"] = "API".into();
        e["spec"] =
            json!({ "type": kind, "lifecycle": "production", "owner": "team-a", "definition": definition });
    })
}

/// The entity as the YAML that JSON is.
fn plot(one: &Credential, at: usize, entity: &Value) -> Plot {
    let written = Value::from(one.text.as_str()).to_string();
    Plot {
        files: vec![(format!("catalog/{at}.yaml"), format!("{entity:#}\n"))],
        planted: 0,
        written: written.trim_matches('"').to_owned(),
    }
}

/// A file of this kind, its entity in a namespace of its own.
fn format(name: &str, rng: &mut Rng, one: &Credential, at: usize) -> Option<Plot> {
    let format = Format::all().iter().find(|format| format.name() == name)?;
    let planted = format.plant(rng, std::slice::from_ref(one));
    let place = planted.places.first()?;
    let text = planted.text.replacen("metadata:\n", &format!("metadata:\n  namespace: n{at}\n"), 1);
    let files = vec![(format!("catalog/{at}.yaml"), text)];
    Some(Plot { files, planted: 0, written: place.written.clone() })
}

/// An API whose definition is another file, of any kind that takes the credential.
fn placeholder(rng: &mut Rng, one: &Credential, at: usize) -> Option<Plot> {
    let formats: Vec<&Format> = Format::all().iter().filter(|format| format.accepts(one)).collect();
    let planted = formats[rng.below(formats.len())].plant(rng, std::slice::from_ref(one));
    let place = planted.places.first()?;
    let path = format!("texts/{at}/{}", planted.file_name);
    let entity = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {{ name: part-{at} }}\nspec:\n  type: openapi\n  \
         lifecycle: production\n  owner: team-a\n  definition: {{ $text: '../{path}' }}\n"
    );
    let files = vec![(format!("catalog/{at}.yaml"), entity), (path, planted.text.clone())];
    Some(Plot { files, planted: 1, written: place.written.clone() })
}
