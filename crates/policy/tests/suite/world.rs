//! Callers, things and a ledger in memory.

use std::collections::BTreeMap;
use std::sync::Mutex;

use identity::{
    Membership, Memberships, Principal, Restrictions, ServiceToken, ServiceTokens, SessionKind, SessionRow,
    SessionToken, verify_session,
};
use model::entity::Attributes;
use model::{EntityRef, Entropy, Secret, Timestamp};
use policy::{AuditRecord, Durability, Engine, Ledger, LedgerError, RequestFacts};

/// A ref that is known to parse.
pub(crate) fn entity_ref(text: &str) -> EntityRef {
    text.parse().expect("a ref")
}

struct Sevens;

impl Entropy for Sevens {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

struct Groups(Vec<EntityRef>, Vec<EntityRef>);

impl Membership for Groups {
    fn of(&self, _: &EntityRef) -> Option<Memberships> {
        Some(Memberships::climb(self.0.clone(), |group| {
            if self.0.contains(group) { self.1.clone() } else { Vec::new() }
        }))
    }
}

/// A user with direct groups and groups above those.
pub(crate) fn user(name: &str, direct: &[&str], above: &[&str]) -> Principal {
    let refs = |names: &[&str]| names.iter().map(|name| EntityRef::new("group", "default", name)).collect();
    let token = SessionToken::generate(&Sevens);
    let row = SessionRow {
        without_catalog: false,
        id: "a session".to_owned(),
        hash: token.hash(),
        user: EntityRef::new("user", "default", name),
        kind: SessionKind::Bearer,
        expires_at: Timestamp::UNIX_EPOCH + time::Duration::HOUR,
    };
    let groups = Groups(refs(direct), refs(above));
    verify_session(&token, Some(row), SessionKind::Bearer, Timestamp::UNIX_EPOCH, &groups)
        .expect("she is signed in")
}

/// A service.
pub(crate) fn service(subject: &str, restrictions: Option<Restrictions>) -> Principal {
    let token = Secret::new("a-long-token".to_owned());
    let tokens = ServiceTokens::new(vec![ServiceToken { token, subject: subject.to_owned(), restrictions }]);
    tokens.expect("a good token").verify("a-long-token").expect("the token presented")
}

/// An entity with owners and nothing else.
pub(crate) fn owned(text: &str, owners: &[&str]) -> Attributes {
    Attributes {
        entity_ref: entity_ref(text),
        owners: owners.iter().map(|owner| entity_ref(owner)).collect(),
        labels: BTreeMap::new(),
        annotations: BTreeMap::new(),
        tags: Vec::new(),
        spec_type: None,
        lifecycle: None,
        system: None,
    }
}

/// An engine over one file.
pub(crate) fn engine(text: &str) -> Engine {
    load(text).unwrap_or_else(|errors| panic!("{errors}\n{text}"))
}

/// Loads one file named `p.cedar`.
pub(crate) fn load(text: &str) -> Result<Engine, policy::PolicyErrors> {
    Engine::load(vec![("p.cedar".to_owned(), text.to_owned())])
}

/// A request.
pub(crate) fn facts() -> RequestFacts {
    RequestFacts::new(Timestamp::UNIX_EPOCH, "r1", "GET", "/api/catalog/entities?limit=1")
        .from_ip(Some([192, 0, 2, 1].into()))
        .by_agent(Some("test"))
}

/// Keeps records, or fails.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) records: Mutex<Vec<(AuditRecord, Durability)>>,
    pub(crate) broken: bool,
}

impl Ledger for Memory {
    async fn record(&self, record: AuditRecord, durability: Durability) -> Result<(), LedgerError> {
        if self.broken {
            return Err(LedgerError::new("disk full"));
        }
        self.records.lock().expect("no test panics while writing").push((record, durability));
        Ok(())
    }
}

impl Memory {
    /// The only record.
    pub(crate) fn only(&self) -> (AuditRecord, Durability) {
        let records = self.records.lock().expect("no test panics while writing");
        assert_eq!(records.len(), 1, "one decision, one record");
        records[0].clone()
    }
}

/// Runs a future that never waits.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(future)
}
