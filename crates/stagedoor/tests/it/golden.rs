//! What the reference really answered, asked again: every recording that our routes answer, and every
//! refusal of a stranger. Differences that are meant are in a table, each with its reason.

mod auth;
mod differences;
mod meaning;
pub(crate) mod provider;
mod recording;
mod world;

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;

use differences::{DIFFERENCES, Difference};
use recording::{Phase, Recording};
use world::{Answer, World};

/// Made while this file had been registered through the API; here a configured location names it.
const REGISTERED: (&str, &str) = ("catalog/locations-created-entity", "b.yaml");

#[tokio::test(flavor = "multi_thread")]
async fn where_everything_is_allowed_the_answers_mean_the_same() {
    replay(Phase::Main).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_owners_change_and_all_read_the_answers_mean_the_same() {
    replay(Phase::Mixed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_owners_alone_read_the_answers_mean_the_same() {
    replay(Phase::Owner).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_of_a_url_location_means_the_same() {
    let Some(golden) = crate::reference("golden") else { return };
    let world = World::start(&golden.join("input"), Phase::Main, &[REGISTERED.1]).await;
    let recordings = Recording::all(&golden, &["catalog"]);
    let recording = recordings.iter().find(|recording| recording.name == REGISTERED.0);
    let recording = recording.expect("it was recorded");
    let answer = world.replay(recording, &recording.path, &recording.query).await;
    assert_eq!(problem(&world, recording, &answer), None);
}

/// Folders of recordings, but for `auth`: its routes are open, and are asked in the order of a sign-in.
const FOLDERS: [&str; 14] = [
    "catalog",
    "core",
    "devtools",
    "events",
    "kubernetes",
    "mcp-actions",
    "notifications",
    "permission",
    "proxy",
    "scaffolder",
    "search",
    "signals",
    "techdocs",
    "user-settings",
];

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_refused_as_they_were() {
    let Some(golden) = crate::reference("golden") else { return };
    let world = World::start(&golden.join("input"), Phase::Main, &[]).await;
    let mut told = Told::default();
    for recording in &Recording::all(&golden, &FOLDERS) {
        if recording.refuses_strangers() {
            let answer = world.replay(recording, &recording.path, &recording.query).await;
            told.compare(&world, recording, &answer);
        }
    }
    told.assert_at_least(30);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_frame_answers_as_it_did() {
    let Some(golden) = crate::reference("golden") else { return };
    let world = World::start(&golden.join("input"), Phase::Main, &[]).await;
    let mut told = Told::default();
    for recording in &Recording::all(&golden, &["core"]) {
        if recording.status == 404 || recording.path.starts_with("/.backstage/health/") {
            let answer = world.replay(recording, &recording.path, &recording.query).await;
            told.compare(&world, recording, &answer);
        }
    }
    told.assert_at_least(10);
}

/// Replays what was recorded under this policy.
async fn replay(phase: Phase) {
    let Some(golden) = crate::reference("golden") else { return };
    let world = World::start(&golden.join("input"), phase, &[]).await;
    let recordings = Recording::all(&golden, &["catalog", "core"]);
    let uids = Uids::of(&recordings);
    let mut told = Told::default();
    for recording in &recordings {
        if !recording.reads_entities() || recording.phase() != phase || recording.name == REGISTERED.0 {
            continue;
        }
        // Uids in paths are ours, cursors are theirs: they need to work as they are.
        let path = uids.ours(&world, &recording.path).await;
        let answer = world.replay(recording, &path, &recording.query).await;
        told.compare(&world, recording, &answer);
    }
    told.assert_at_least(if phase == Phase::Main { 60 } else { 4 });
}

/// Recorded uids by the refs of their entities.
struct Uids(HashMap<String, String>);

impl Uids {
    fn of(recordings: &[Recording]) -> Self {
        let mut found = HashMap::new();
        for recording in recordings {
            Self::collect(&recording.answer, &mut found);
        }
        Self(found)
    }

    fn collect(value: &Value, found: &mut HashMap<String, String>) {
        let metadata = &value["metadata"];
        if let (Some(kind), Some(name), Some(uid)) =
            (value["kind"].as_str(), metadata["name"].as_str(), metadata["uid"].as_str())
        {
            let namespace = metadata["namespace"].as_str().unwrap_or("default");
            found.insert(uid.to_owned(), format!("{kind}:{namespace}/{name}").to_lowercase());
        }
        match value {
            Value::Array(list) => list.iter().for_each(|value| Self::collect(value, found)),
            Value::Object(map) => map.values().for_each(|value| Self::collect(value, found)),
            _ => {}
        }
    }

    /// The path with our uid where it has a recorded one.
    async fn ours(&self, world: &World, path: &str) -> String {
        let Some((head, uid)) = path.rsplit_once('/') else { return path.to_owned() };
        let Some(entity_ref) = self.0.get(uid) else { return path.to_owned() };
        let ours = world.uid(entity_ref).await.expect("the catalog holds what was recorded");
        format!("{head}/{ours}")
    }
}

/// What was compared, and what came of it.
#[derive(Default)]
struct Told {
    compared: usize,
    problems: Vec<String>,
}

impl Told {
    fn compare(&mut self, world: &World, recording: &Recording, answer: &Answer) {
        self.judge(recording, answer, problem(world, recording, answer));
    }

    /// Notes what was found, unless it is a difference that is meant.
    fn judge(&mut self, recording: &Recording, answer: &Answer, problem: Option<String>) {
        self.compared += 1;
        let meant = DIFFERENCES.iter().find(|difference| difference.recording == recording.name);
        let found = match meant {
            Some(difference) => unlike(difference, recording, answer),
            None => problem,
        };
        self.problems.extend(found.map(|problem| {
            format!(
                "{} {} {}?{}\n  {problem}",
                recording.name, recording.method, recording.path, recording.query
            )
        }));
    }

    fn assert_at_least(&self, count: usize) {
        assert!(
            self.problems.is_empty(),
            "{} of {} differ:\n{}",
            self.problems.len(),
            self.compared,
            self.problems.join("\n")
        );
        assert!(self.compared >= count, "only {} recordings were found", self.compared);
    }
}

/// Why an answer does not mean what was recorded.
fn problem(world: &World, recording: &Recording, answer: &Answer) -> Option<String> {
    let text = world.as_recorded(&answer.text);
    if answer.status != recording.status {
        return Some(format!("they: {}\n  we:   {} {text}", recording.status, answer.status));
    }
    for name in ["content-type", "link"] {
        let ours = answer.headers.get(name).map(|value| value.to_str().expect("a header is text"));
        if recording.answer_header(name) != ours {
            return Some(format!("{name}\n  they: {:?}\n  we:   {ours:?}", recording.answer_header(name)));
        }
    }
    let ours = serde_json::from_str(&text).unwrap_or(Value::String(text));
    match (&recording.answer, &ours) {
        // What was compressed or empty was not recorded as JSON.
        (Value::Null, _) => None,
        _ => meaning::difference(recording, &ours),
    }
}

/// Why an answer is not what the table of differences says.
fn unlike(difference: &Difference, recording: &Recording, answer: &Answer) -> Option<String> {
    assert!(!difference.why.is_empty(), "{} needs a reason", recording.name);
    let json: Value = serde_json::from_str(&answer.text).unwrap_or(Value::Null);
    let message = json["error"]["message"].as_str().unwrap_or_default();
    let as_told = answer.status == difference.status && message == difference.message;
    (!as_told).then(|| {
        format!(
            "the table says {} {:?}\n  we: {} {message:?}",
            difference.status, difference.message, answer.status
        )
    })
}

#[test]
fn every_difference_is_of_a_recording() {
    let Some(golden) = crate::reference("golden") else { return };
    for Difference { recording, .. } in DIFFERENCES {
        assert!(Path::new(&golden.join(format!("{recording}.json"))).exists(), "{recording}");
    }
}
