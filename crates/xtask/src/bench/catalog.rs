//! A generated catalog: always the same for a size, files of 200 entities and a Location for them.

use std::fmt::Write as _;
use std::path::Path;

/// Who reads: she owns one component in fifty through her group.
pub(super) const READER: &str = "user:default/bench-reader";
/// A component that she owns.
pub(super) const OWNED: &str = "bench-component-00000";
const GROUP: &str = "bench-readers";

const TYPES: [&str; 4] = ["service", "website", "library", "documentation"];
const LIFECYCLES: [&str; 3] = ["production", "experimental", "deprecated"];
const TAGS: [&str; 8] = ["java", "go", "python", "typescript", "rust", "kotlin", "ruby", "scala"];
const WORDS: [&str; 16] = [
    "orders", "billing", "ledger", "search", "portal", "gateway", "auth", "queue", "report", "invoice",
    "stock", "ship", "route", "track", "notify", "audit",
];
/// Entities in a file.
const IN_FILE: usize = 200;

/// The n-th component's ref.
pub(super) fn component_ref(n: usize) -> String {
    format!("component:default/bench-component-{n:05}")
}

/// A small generator of numbers that is the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % below.max(1)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

struct Shape {
    groups: usize,
    apis: usize,
    systems: usize,
    domains: usize,
    users: usize,
    components: usize,
}

/// Writes the catalog; how many entities there are, the reader and her group included.
pub(super) fn write(folder: &Path, entities: usize) -> std::io::Result<usize> {
    std::fs::create_dir_all(folder)?;
    let part = |percent: usize| (entities * percent / 100).max(1);
    let (groups, users, domains, systems, apis) = (part(5), part(10), part(2), part(8), part(15));
    let rest = entities.saturating_sub(groups + users + domains + systems + apis).max(1);
    let shape = Shape { groups, apis, systems, domains, users, components: rest };
    let mut dice = Dice(42);
    let mut documents = people(&shape, &mut dice);
    documents.extend(things(&shape, &mut dice));
    let mut targets = String::new();
    for (at, piece) in documents.chunks(IN_FILE).enumerate() {
        let name = format!("part-{at:04}.yaml");
        std::fs::write(folder.join(&name), piece.join("---\n"))?;
        let _ = writeln!(targets, "    - ./{name}");
    }
    let location = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: bench\nspec:\n  targets:\n{targets}"
    );
    std::fs::write(folder.join("all.yaml"), location)?;
    Ok(documents.len())
}

fn head(kind: &str, name: &str, dice: &mut Dice) -> String {
    let (one, two) = (dice.pick(&WORDS), dice.pick(&WORDS));
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata:\n  name: {name}\n  title: {one} {two}\n  \
         description: The {one} {two} {kind} called {name}\n  annotations:\n    example.com/rank: \"{}\"\n    \
         github.com/project-slug: example/{name}\n  labels:\n    tier: \"{}\"\n  tags: [{}]\nspec:\n",
        dice.roll(100_000),
        dice.roll(4) + 1,
        dice.pick(&TAGS),
    )
}

fn owner(shape: &Shape, dice: &mut Dice) -> String {
    match dice.roll(50) {
        0 => format!("group:default/{GROUP}"),
        _ => format!("group:default/bench-team-{:05}", dice.roll(shape.groups)),
    }
}

fn people(shape: &Shape, dice: &mut Dice) -> Vec<String> {
    let mut documents = vec![
        format!("{}  type: team\n  children: []\n", head("Group", GROUP, dice)),
        format!("{}  memberOf: [{GROUP}]\n", head("User", "bench-reader", dice)),
    ];
    for n in 0..shape.groups {
        let parent =
            if n == 0 { String::new() } else { format!("  parent: bench-team-{:05}\n", (n - 1) / 8) };
        let name = format!("bench-team-{n:05}");
        documents.push(format!("{}  type: team\n{parent}  children: []\n", head("Group", &name, dice)));
    }
    for n in 0..shape.users {
        let name = format!("bench-user-{n:05}");
        let team = dice.roll(shape.groups);
        documents.push(format!("{}  memberOf: [bench-team-{team:05}]\n", head("User", &name, dice)));
    }
    documents
}

fn things(shape: &Shape, dice: &mut Dice) -> Vec<String> {
    let mut documents = Vec::new();
    for n in 0..shape.domains {
        let name = format!("bench-domain-{n:05}");
        documents.push(format!("{}  owner: {}\n", head("Domain", &name, dice), owner(shape, dice)));
    }
    for n in 0..shape.systems {
        let name = format!("bench-system-{n:05}");
        let (owner, domain) = (owner(shape, dice), dice.roll(shape.domains));
        let domain = format!("bench-domain-{domain:05}");
        documents.push(format!("{}  owner: {owner}\n  domain: {domain}\n", head("System", &name, dice)));
    }
    for n in 0..shape.apis {
        let name = format!("bench-api-{n:05}");
        let (owner, system) = (owner(shape, dice), dice.roll(shape.systems));
        documents.push(format!(
            "{}  type: openapi\n  lifecycle: {}\n  owner: {owner}\n  system: bench-system-{system:05}\n  \
             definition: |\n    openapi: 3.0.0\n    info: {{title: {name}, version: 1.0.0}}\n    paths: {{}}\n",
            head("API", &name, dice),
            dice.pick(&LIFECYCLES),
        ));
    }
    for n in 0..shape.components {
        let owner = if n == 0 { format!("group:default/{GROUP}") } else { owner(shape, dice) };
        let mut text = format!(
            "{}  type: {}\n  lifecycle: {}\n  owner: {owner}\n  system: bench-system-{:05}\n",
            head("Component", &format!("bench-component-{n:05}"), dice),
            dice.pick(&TYPES),
            dice.pick(&LIFECYCLES),
            dice.roll(shape.systems),
        );
        if dice.roll(10) < 4 {
            let _ = writeln!(text, "  providesApis: [bench-api-{:05}]", dice.roll(shape.apis));
        }
        if dice.roll(10) < 5 {
            let _ = writeln!(text, "  consumesApis: [bench-api-{:05}]", dice.roll(shape.apis));
        }
        if dice.roll(10) < 3 {
            let _ = writeln!(text, "  dependsOn: ['{}']", component_ref(dice.roll(shape.components)));
        }
        documents.push(text);
    }
    documents
}
