//! A snapshot with one change applied: rows that differ are moved, the rest is shared.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use model::{Change, EntityRef, Sequence, StoredEntity};

use super::block::{MAX_SLOTS, narrow};
use super::build::system_ref;
use super::column::{Edit, State};
use super::error::IndexError;
use super::fold::fold;
use super::posting::Slot;
use super::rows::{Attribute, Place, Row, Sink, flatten};
use super::slots::Kept;
use super::snapshot::{Snapshot, parse_uid};
use super::table::{ANNOTATIONS, Table};

impl Snapshot {
    /// The next state. Nothing is changed if any entity of the change is refused.
    pub(super) fn applied(&self, change: &Change, sequence: Sequence) -> Result<Self, IndexError> {
        let mut plan = Plan::default();
        let mut wanted: HashMap<&EntityRef, Option<&StoredEntity>> = HashMap::new();
        wanted.extend(change.deletes.iter().map(|gone| (gone, None)));
        wanted.extend(change.upserts.iter().map(|entity| (&entity.entity_ref, Some(entity))));
        // In the order of refs, so that the same change gives the same slots.
        let wanted: BTreeMap<&EntityRef, Option<&StoredEntity>> = wanted.into_iter().collect();
        let mut free = self.free.clone();
        let mut next = narrow(self.slots.len());
        for (entity_ref, entity) in wanted {
            let old = self.find(entity_ref);
            let new = entity.map(kept).transpose()?;
            let stays = old.zip(new.as_ref()).is_some_and(|(slot, new)| self.slots.uid(slot) == new.uid);
            if let (true, Some(slot), Some(new)) = (stays, old, &new) {
                plan.replace(slot, Some(&self.kept(slot)), Some(new))?;
                plan.slots.push((slot, Some(new.clone())));
                continue;
            }
            // Another uid is another entity: it gets another slot, since orders break ties by uid.
            if let Some(slot) = old {
                plan.replace(slot, Some(&self.kept(slot)), None)?;
                plan.slots.push((slot, None));
                plan.freed.push(slot);
            }
            if let Some(new) = new {
                let slot = free.pop().unwrap_or_else(|| {
                    next += 1;
                    next - 1
                });
                if slot >= MAX_SLOTS {
                    return Err(IndexError::Full(slot as usize));
                }
                plan.replace(slot, None, Some(&new))?;
                plan.slots.push((slot, Some(new)));
                plan.taken.push(slot);
            }
        }
        free.extend(&plan.freed);
        Ok(self.carried_out(plan, free, sequence))
    }

    fn kept(&self, slot: Slot) -> Kept {
        Kept {
            entity_ref: self.ref_text(slot).parse().expect("a kept ref was a ref"),
            uid: self.slots.uid(slot),
            body: Arc::clone(self.body(slot)),
            parents: Arc::clone(self.slots.parents(slot)),
        }
    }

    fn carried_out(&self, plan: Plan, free: Vec<Slot>, sequence: Sequence) -> Self {
        let mut tables = self.tables.clone();
        for ((table, key), edits) in plan.edits {
            let column = tables.column(table, &key);
            let annotation = edits.iter().flat_map(|edit| &edit.spellings).next().map(String::as_str);
            let annotation = column.annotation.as_deref().or(annotation).map(str::to_owned);
            let edits: Vec<Edit> =
                edits.into_iter().map(|edit| edit.into_edit(annotation.as_deref())).collect();
            let column = column.edited(&edits, annotation.as_deref());
            tables.set(table, &key, column);
        }
        let slots = self.slots.edited(plan.slots);
        let same_entities = plan.freed.is_empty() && plan.taken.is_empty();
        let (mut by_uid, mut by_ref) = (self.by_uid.clone(), self.by_ref.clone());
        let mut live = self.live.clone();
        let mut refs = self.refs.clone();
        if !same_entities {
            let capacity = slots.len();
            by_uid = by_uid
                .edited(&plan.freed, plan.taken.clone(), capacity, |a, b| slots.uid(a).cmp(&slots.uid(b)));
            by_ref = by_ref.edited(&plan.freed, plan.taken.clone(), capacity, |a, b| {
                slots.entity_ref(a).cmp(slots.entity_ref(b))
            });
            for slot in &plan.freed {
                live.remove(*slot);
            }
            live.extend(plan.taken.iter().copied());
            refs = refs.edited(&self.slots, &slots, &plan.freed, &plan.taken);
        }
        Self { sequence, live, slots, refs, tables, by_uid, by_ref, free, orders: Arc::clone(&self.orders) }
    }
}

/// What the index keeps of a stored entity.
pub(super) fn kept(entity: &StoredEntity) -> Result<Kept, IndexError> {
    Ok(Kept {
        entity_ref: entity.entity_ref.clone(),
        uid: uid_of(&entity.entity_ref, &entity.uid)?,
        body: Arc::clone(&entity.body),
        parents: entity.parents.as_slice().into(),
    })
}

/// The uid in the form the index keeps.
pub(super) fn uid_of(entity_ref: &EntityRef, uid: &str) -> Result<u128, IndexError> {
    parse_uid(uid).ok_or_else(|| IndexError::Uid { entity_ref: entity_ref.clone(), uid: uid.to_owned() })
}

/// Everything a change does to the tables.
#[derive(Default)]
struct Plan {
    edits: HashMap<(Table, String), Vec<KeyEdit>>,
    slots: Vec<(Slot, Option<Kept>)>,
    freed: Vec<Slot>,
    taken: Vec<Slot>,
}

impl Plan {
    /// Moves a slot's rows from one entity's to another's.
    fn replace(&mut self, slot: Slot, old: Option<&Kept>, new: Option<&Kept>) -> Result<(), IndexError> {
        let mut old = old.map(facts).transpose()?.unwrap_or_default();
        let new = new.map(facts).transpose()?.unwrap_or_default();
        for (key, new) in new {
            let old = old.remove(&key).unwrap_or_default();
            if old != new {
                self.edits.entry(key).or_default().push(KeyEdit::new(slot, &old, new));
            }
        }
        for (key, old) in old {
            self.edits.entry(key).or_default().push(KeyEdit::new(slot, &old, Facts::default()));
        }
        Ok(())
    }
}

/// One slot's rows of one key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Facts {
    /// For rows: folded value → the spelling met first. For attributes: each value as it is.
    values: BTreeMap<String, String>,
    null: bool,
    /// Exact names of annotations these rows come from.
    spellings: BTreeSet<String>,
    /// Whether some row is no annotation, or null.
    odd: bool,
}

/// How one slot's rows of one key change.
struct KeyEdit {
    slot: Slot,
    exists: bool,
    null: bool,
    odd: bool,
    spellings: BTreeSet<String>,
    removed: Vec<String>,
    added: Vec<String>,
}

impl KeyEdit {
    fn new(slot: Slot, old: &Facts, new: Facts) -> Self {
        let differ = |a: &Facts, b: &Facts| {
            let gone = a.values.iter().filter(|(folded, original)| b.values.get(*folded) != Some(original));
            gone.map(|(_, original)| original.clone()).collect()
        };
        Self {
            slot,
            exists: new.null || !new.values.is_empty(),
            null: new.null,
            odd: new.odd,
            removed: differ(old, &new),
            added: differ(&new, old),
            spellings: new.spellings,
        }
    }

    fn into_edit(self, annotation: Option<&str>) -> Edit {
        let irregular = self.odd || self.spellings.iter().any(|name| Some(name.as_str()) != annotation);
        Edit {
            slot: self.slot,
            state: State { exists: self.exists, null: self.null, irregular },
            removed: self.removed,
            added: self.added,
        }
    }
}

/// All rows and attributes of one entity, by key.
fn facts(kept: &Kept) -> Result<HashMap<(Table, String), Facts>, IndexError> {
    let mut gathered = Gathered::default();
    flatten(&kept.body, &mut gathered)
        .map_err(|source| IndexError::Body { entity_ref: kept.entity_ref.clone(), source })?;
    gathered.add(Table::Kind, "", kept.entity_ref.kind());
    gathered.add(Table::Namespace, "", kept.entity_ref.namespace());
    if let Some(system) = gathered.system.take().and_then(|text| system_ref(&text, &kept.entity_ref)) {
        gathered.add(Table::System, "", system.as_str());
    }
    Ok(gathered.facts)
}

#[derive(Default)]
struct Gathered {
    facts: HashMap<(Table, String), Facts>,
    system: Option<String>,
}

impl Gathered {
    fn of(&mut self, table: Table, key: &str) -> &mut Facts {
        self.facts.entry((table, key.to_owned())).or_default()
    }

    /// An attribute, whose every spelling counts.
    fn add(&mut self, table: Table, key: &str, value: &str) {
        self.of(table, key).values.insert(value.to_owned(), value.to_owned());
    }
}

impl<'b> Sink<'b> for Gathered {
    fn row(&mut self, row: Row<'_, 'b>) {
        let table = if row.place == Place::Item && row.value.is_some() { Table::Item } else { Table::Plain };
        let null = row.value.is_none();
        let facts = self.of(table, row.key);
        facts.null |= null;
        if row.key.starts_with(ANNOTATIONS) {
            match row.place {
                Place::Annotation(name) => {
                    facts.spellings.insert(name.to_owned());
                    facts.odd |= null;
                }
                Place::Plain | Place::Item => facts.odd = true,
            }
        }
        if let Some(value) = row.value {
            let folded = fold(&value).into_owned();
            facts.values.entry(folded).or_insert_with(|| Cow::into_owned(value));
        }
    }

    fn attribute(&mut self, attribute: Attribute<'_>) {
        match attribute {
            Attribute::Owner(target) => {
                if let Ok(owner) = target.parse::<EntityRef>() {
                    self.add(Table::Owner, "", owner.as_str());
                }
            }
            Attribute::Label(key, value) => self.add(Table::Label, key, value),
            Attribute::Tag(tag) => self.add(Table::Tag, "", tag),
            Attribute::Type(text) => self.add(Table::Type, "", text),
            Attribute::Lifecycle(text) => self.add(Table::Lifecycle, "", text),
            Attribute::System(text) => self.system = Some(text.to_owned()),
            Attribute::LongAnnotation => self.of(Table::LongAnnotation, "").null = true,
        }
    }
}
