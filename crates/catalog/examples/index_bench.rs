//! Measures the index alone: build time, memory, and each read route, over a generated catalog.
//!
//! `cargo run --release -p catalog --example index_bench -- generate 100000 FILE` writes a catalog;
//! `… -- run FILE` reads and measures it, in a process whose memory is the index's alone. Times are
//! of the processor, not of the wall.

#![expect(clippy::print_stdout, reason = "a measurement is printed")]

use std::collections::BTreeMap;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::sync::Arc;

use catalog::index::Index;
use catalog::query::{self, ByQuery, ByRefs, EntitiesQuery, FacetsQuery};
use model::{AttrTest, Change, EntityRef, Predicate, StoredEntity};
use serde_json::{Value, json};

/// A small generator of numbers, the same every run.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % below
    }

    fn pick<'a>(&mut self, from: &'a [String]) -> &'a str {
        &from[self.next(from.len())]
    }
}

const WORDS: [&str; 20] = [
    "alpha", "beta", "gamma", "delta", "orders", "billing", "ledger", "search", "portal", "gateway", "auth",
    "queue", "report", "invoice", "stock", "ship", "route", "track", "notify", "audit",
];
const LANGUAGES: [&str; 8] = ["java", "go", "python", "typescript", "rust", "kotlin", "ruby", "scala"];

type Relations = BTreeMap<String, Vec<(&'static str, String)>>;

/// Entities as a large organisation has them: teams, people, domains, systems, interfaces, components.
fn generate(count: usize) -> Vec<StoredEntity> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let names = |kind: &str, share: usize| -> Vec<String> {
        (0..count * share / 100).map(|n| format!("g{}k-{kind}-{n:05}", count / 1000)).collect()
    };
    let (teams, users, domains) = (names("team", 5), names("user", 10), names("domain", 2));
    let (systems, apis, components) = (names("system", 8), names("api", 15), names("component", 60));
    let mut made: Vec<(&str, String, Value)> = Vec::with_capacity(count);
    let mut relations = Relations::new();
    let mut relate = |from: &str, forward: &'static str, reverse: &'static str, to: &str| {
        relations.entry(from.to_owned()).or_default().push((forward, to.to_owned()));
        relations.entry(to.to_owned()).or_default().push((reverse, from.to_owned()));
    };
    let refer = |kind: &str, name: &str| format!("{kind}:default/{name}");
    for (n, team) in teams.iter().enumerate() {
        let mut spec = json!({ "type": "team", "children": [],
            "profile": { "displayName": format!("Team {n}"), "email": format!("{team}@example.com") } });
        if n > 0 {
            let parent = &teams[(n - 1) / 8];
            spec["parent"] = json!(parent);
            relate(&refer("group", team), "childOf", "parentOf", &refer("group", parent));
        }
        made.push(("Group", team.clone(), spec));
    }
    for (n, user) in users.iter().enumerate() {
        let team = random.pick(&teams);
        relate(&refer("user", user), "memberOf", "hasMember", &refer("group", team));
        made.push((
            "User",
            user.clone(),
            json!({ "memberOf": [team], "profile": { "displayName": format!("User {n}"),
                "email": format!("{user}@example.com") } }),
        ));
    }
    let owner = |random: &mut Random| {
        if random.next(50) == 0 { "group:default/guests".into() } else { refer("group", random.pick(&teams)) }
    };
    let lives = ["production", "experimental", "deprecated"];
    for domain in &domains {
        let by = owner(&mut random);
        relate(&refer("domain", domain), "ownedBy", "ownerOf", &by);
        made.push(("Domain", domain.clone(), json!({ "owner": by })));
    }
    for system in &systems {
        let (by, domain) = (owner(&mut random), random.pick(&domains));
        relate(&refer("system", system), "ownedBy", "ownerOf", &by);
        relate(&refer("system", system), "partOf", "hasPart", &refer("domain", domain));
        made.push(("System", system.clone(), json!({ "owner": by, "domain": domain })));
    }
    for api in &apis {
        let (by, system) = (owner(&mut random), random.pick(&systems));
        relate(&refer("api", api), "ownedBy", "ownerOf", &by);
        relate(&refer("api", api), "partOf", "hasPart", &refer("system", system));
        let definition = format!("openapi: 3.0.0\ninfo: {{title: {api}, version: 1.0.0}}\npaths: {{}}\n");
        made.push((
            "API",
            api.clone(),
            json!({ "type": "openapi", "lifecycle": lives[random.next(3)], "owner": by, "system": system,
                "definition": definition }),
        ));
    }
    let types = ["service", "website", "library", "documentation"];
    for component in &components {
        let (by, system) = (owner(&mut random), random.pick(&systems));
        let own = refer("component", component);
        relate(&own, "ownedBy", "ownerOf", &by);
        relate(&own, "partOf", "hasPart", &refer("system", system));
        let mut spec = json!({ "type": types[random.next(4)], "lifecycle": lives[random.next(3)], "owner": by,
            "system": system });
        if random.next(10) < 4 {
            let api = random.pick(&apis);
            relate(&own, "providesApi", "apiProvidedBy", &refer("api", api));
            spec["providesApis"] = json!([api]);
        }
        if random.next(2) == 0 {
            let (one, two) = (random.pick(&apis), random.pick(&apis));
            relate(&own, "consumesApi", "apiConsumedBy", &refer("api", one));
            relate(&own, "consumesApi", "apiConsumedBy", &refer("api", two));
            spec["consumesApis"] = json!([one, two]);
        }
        if random.next(10) < 3 {
            let other = refer("component", random.pick(&components));
            relate(&own, "dependsOn", "dependencyOf", &other);
            spec["dependsOn"] = json!([other]);
        }
        made.push(("Component", component.clone(), spec));
    }
    made.into_iter()
        .enumerate()
        .map(|(n, (kind, name, spec))| stitch(&mut random, &relations, n, kind, &name, &spec))
        .collect()
}

fn stitch(
    random: &mut Random,
    relations: &Relations,
    n: usize,
    kind: &str,
    name: &str,
    spec: &Value,
) -> StoredEntity {
    let entity_ref = EntityRef::new(kind, "default", name);
    let capital = |word: &str| format!("{}{}", word[..1].to_uppercase(), &word[1..]);
    let words = [WORDS[random.next(20)], WORDS[random.next(20)], WORDS[random.next(20)]];
    let tail = &name[name.len() - 5..];
    let file = format!("file:/srv/catalog/part-{:04}.yaml", n / 200);
    let bits = [random.next(1 << 30), random.next(1 << 30), random.next(1 << 30), random.next(1 << 30)];
    let uid = format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:08x}{:04x}",
        bits[0],
        bits[1] & 0xffff,
        bits[1] >> 16 & 0xfff,
        bits[2] & 0xfff,
        bits[3],
        bits[2] >> 12 & 0xffff
    );
    let mut related = relations.get(entity_ref.as_str()).cloned().unwrap_or_default();
    related.sort();
    related.dedup();
    let related: Vec<Value> =
        related.into_iter().map(|(kind, target)| json!({ "type": kind, "targetRef": target })).collect();
    let body = json!({
        "metadata": {
            "namespace": "default",
            "annotations": {
                "backstage.io/managed-by-location": file,
                "backstage.io/managed-by-origin-location": "file:/srv/catalog/all.yaml",
                "example.com/rank": random.next(100_000).to_string(),
                "github.com/project-slug": format!("example/{name}"),
            },
            "name": name,
            "title": format!("{} {} {tail}", capital(words[0]), capital(words[1])),
            "description": format!("The {} {} {} {} number {tail}", words[0], words[1], words[2], kind.to_lowercase()),
            "labels": { "tier": (random.next(4) + 1).to_string() },
            "tags": [LANGUAGES[random.next(4)], LANGUAGES[4 + random.next(4)]],
            "uid": uid,
            "etag": format!("{:08x}{:08x}{:08x}{:08x}{:08x}", bits[0], bits[1], bits[2], bits[3], bits[0] ^ bits[1]),
        },
        "apiVersion": "backstage.io/v1alpha1",
        "kind": kind,
        "spec": spec,
        "relations": related,
    });
    StoredEntity {
        entity_ref,
        uid: uid.into(),
        etag: "".into(),
        body: body.to_string().into(),
        edges: Vec::new(),
        location_key: file.as_str().into(),
        origin: "".into(),
        parents: vec![EntityRef::new("location", "default", &format!("generated-{:04}", n / 200))],
        source_hash: "".into(),
        problems: Vec::new(),
    }
}

/// Resident memory and its peak, MiB.
fn memory() -> (usize, usize) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |key: &str| {
        let line = status.lines().find(|line| line.starts_with(key)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|number| number.parse::<usize>().ok()).unwrap_or(0) / 1024
    };
    (of("VmRSS:"), of("VmHWM:"))
}

/// Nanoseconds this thread has been on a processor.
fn on_processor() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Prints the mean of many runs, in microseconds.
fn measure(name: &str, mut run: impl FnMut() -> usize) {
    let bytes = black_box(run());
    let start = on_processor();
    let mut runs = 0_u64;
    while runs < 10 || runs < 10_000 && on_processor() - start < 200_000_000 {
        // The clock is a file: it is read once for many runs.
        for _ in 0..10 {
            black_box(run());
        }
        runs += 10;
    }
    let nanoseconds = (on_processor() - start) / runs;
    println!("{name:<44} {:>8}.{} us  {bytes:>9} bytes", nanoseconds / 1000, nanoseconds % 1000 / 100);
}

fn pairs(text: &str) -> Vec<(String, String)> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    parts.map(|part| part.split_once('=').expect("name=value")).map(|(a, b)| (a.into(), b.into())).collect()
}

fn write(entities: &[StoredEntity], path: &str) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for entity in entities {
        writeln!(file, "{}\t{}\t{}\t{}", entity.entity_ref, entity.uid, entity.parents[0], entity.body)?;
    }
    file.flush()
}

fn read(path: &str) -> impl Iterator<Item = StoredEntity> {
    BufReader::new(File::open(path).expect("the generated file")).lines().map(|line| {
        let line = line.expect("a line of text");
        let parts: Vec<&str> = line.splitn(4, '\t').collect();
        StoredEntity {
            entity_ref: parts[0].parse().expect("a ref"),
            uid: parts[1].into(),
            etag: "".into(),
            body: parts[3].into(),
            edges: Vec::new(),
            location_key: "".into(),
            origin: "".into(),
            parents: vec![parts[2].parse().expect("a ref")],
            source_hash: "".into(),
            problems: Vec::new(),
        }
    })
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["generate", count, path] => {
            write(&generate(count.parse().expect("a number of entities")), path).expect("a writable file");
        }
        ["run", path] => run(path),
        _ => println!("generate ENTITIES FILE | run FILE"),
    }
}

fn run(path: &str) {
    let start = on_processor();
    let (count, bytes) =
        read(path).fold((0, 0), |(count, bytes), entity| (count + 1, bytes + entity.body.len()));
    let reading = on_processor() - start;
    println!("{count} entities, bodies {} MiB, mean {} bytes", bytes / 1_048_576, bytes / count);
    let few: Vec<StoredEntity> = read(path).step_by((count / 4).max(1)).collect();
    let refs: Vec<String> = read(path)
        .step_by((count / 100).max(1))
        .map(|entity| entity.entity_ref.to_string())
        .take(100)
        .collect();
    let start = on_processor();
    let index = Index::build(read(path), 0).expect("generated entities are sound");
    let building = on_processor() - start - reading;
    println!("build: {} ms, without reading the file", building / 1_000_000);
    let (rss, peak) = memory();
    println!("resident with the index: {rss} MiB, peak {peak} MiB");

    let owner = Predicate::Attr(AttrTest::Owner(vec![
        EntityRef::new("user", "default", "guest"),
        EntityRef::new("group", "default", "guests"),
    ]));
    for (scope_name, scope) in [("all", Predicate::TRUE), ("owner", owner)] {
        let snapshot = index.snapshot();
        let get = |name: &str, query: &str| {
            let query = pairs(query);
            measure(&format!("{scope_name}: {name}"), || {
                let query = ByQuery::parse(&query).expect("a sound query");
                query::by_query(&snapshot, &scope, &query).into_bytes().len()
            });
        };
        get("by-query page of 20", "limit=20&orderField=metadata.name,asc");
        get("by-query page of 20, component", "limit=20&filter=kind=component&orderField=metadata.name,asc");
        get("by-query page of 20, by uid", "limit=20");
        get(
            "by-query page of 20, fields",
            "limit=20&orderField=metadata.name,asc&fields=kind,metadata.name,metadata.annotations,spec.owner,relations",
        );
        get("by-query count only", "limit=0&filter=kind=component");
        get(
            "by-query full text",
            "limit=20&fullTextFilterTerm=billing&fullTextFilterFields=metadata.name,metadata.title,metadata.description",
        );
        get("by-query 120 components", "limit=120&filter=kind=component&orderField=metadata.name,asc");
        let all = pairs("filter=kind=component");
        measure(&format!("{scope_name}: entities kind=component"), || {
            let query = EntitiesQuery::parse(&all).expect("a sound query");
            query::entities(&snapshot, &scope, &query).body.map(|piece| piece.len()).sum()
        });
        let all = pairs("filter=kind=component&fields=metadata.name");
        measure(&format!("{scope_name}: entities kind=component, name only"), || {
            let query = EntitiesQuery::parse(&all).expect("a sound query");
            query::entities(&snapshot, &scope, &query).body.map(|piece| piece.len()).sum()
        });
        let by_name = &refs[refs.len() / 2].parse::<EntityRef>().expect("a ref");
        measure(&format!("{scope_name}: by-name"), || {
            let found =
                query::by_name(&snapshot, &scope, by_name.kind(), by_name.namespace(), by_name.name());
            found.map_or(0, |body| body.len())
        });
        let body = json!({ "entityRefs": refs });
        measure(&format!("{scope_name}: by-refs 100"), || {
            let query = ByRefs::parse(&[], Some(&body)).expect("a sound query");
            query::by_refs(&snapshot, &scope, &query).into_bytes().len()
        });
        for facet in ["kind", "spec.type", "metadata.tags", "relations.ownedBy"] {
            let query = pairs(&format!("facet={facet}"));
            measure(&format!("{scope_name}: facets {facet}"), || {
                let query = FacetsQuery::parse(&query).expect("a sound query");
                query::facets(&snapshot, &scope, &query).len()
            });
        }
    }
    updates(&index, &few);
    let (rss, peak) = memory();
    println!("resident at the end: {rss} MiB, peak {peak} MiB");
}

/// Changes a few entities again and again.
fn updates(index: &Index, few: &[StoredEntity]) {
    let mut sequence = 0;
    measure(&format!("apply a change of {}", few.len()), || {
        sequence += 1;
        let upserts = few.iter().cloned().map(|mut entity| {
            let mark = format!("\"title\":\"Changed {sequence} ");
            entity.body = Arc::from(entity.body.replacen("\"title\":\"", &mark, 1));
            entity
        });
        let change = Change { upserts: upserts.collect(), deletes: Vec::new() };
        index.apply(&change, sequence).expect("a sound change");
        0
    });
    measure("apply: delete one, put it back", || {
        sequence += 2;
        let gone = Change { upserts: Vec::new(), deletes: vec![few[0].entity_ref.clone()] };
        index.apply(&gone, sequence - 1).expect("a sound change");
        let back = Change { upserts: vec![few[0].clone()], deletes: Vec::new() };
        index.apply(&back, sequence).expect("a sound change");
        0
    });
}
