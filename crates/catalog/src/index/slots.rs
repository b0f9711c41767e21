//! What is kept of each entity: its body, its uid, its ref and its parents, in chunks that a change
//! replaces one by one.

use std::sync::Arc;

use model::EntityRef;

use super::block::narrow;
use super::posting::Slot;

/// Entities in a chunk.
const CHUNK: usize = 128;

/// One entity as the index keeps it.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) entity_ref: EntityRef,
    pub(super) uid: u128,
    pub(super) body: Arc<str>,
    pub(super) parents: Arc<[EntityRef]>,
}

#[derive(Debug)]
struct Chunk {
    /// `None` where the slot is free.
    bodies: Box<[Option<Arc<str>>]>,
    uids: Box<[u128]>,
    parents: Box<[Arc<[EntityRef]>]>,
    /// All refs of the chunk, one after another.
    refs: Box<str>,
    ends: Box<[u32]>,
}

impl Chunk {
    fn of(kept: &[Option<Kept>]) -> Self {
        let nobody: Arc<[EntityRef]> = Arc::from([]);
        let mut refs = String::new();
        let ends = kept.iter().map(|kept| {
            refs.push_str(kept.as_ref().map_or("", |kept| kept.entity_ref.as_str()));
            narrow(refs.len())
        });
        let ends = ends.collect();
        Self {
            bodies: kept.iter().map(|kept| kept.as_ref().map(|kept| Arc::clone(&kept.body))).collect(),
            uids: kept.iter().map(|kept| kept.as_ref().map_or(0, |kept| kept.uid)).collect(),
            parents: kept
                .iter()
                .map(|kept| Arc::clone(kept.as_ref().map_or(&nobody, |kept| &kept.parents)))
                .collect(),
            refs: refs.into(),
            ends,
        }
    }

    fn entity_ref(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.refs[start..self.ends[at] as usize]
    }

    fn read(&self, at: usize) -> Option<Kept> {
        let body = self.bodies[at].as_ref()?;
        Some(Kept {
            entity_ref: self.entity_ref(at).parse().expect("a kept ref was a ref"),
            uid: self.uids[at],
            body: Arc::clone(body),
            parents: Arc::clone(&self.parents[at]),
        })
    }
}

/// Slot → entity.
#[derive(Clone, Debug, Default)]
pub(super) struct SlotTable {
    chunks: Vec<Arc<Chunk>>,
    len: usize,
}

impl SlotTable {
    /// Numbers entities from zero in the order given.
    pub(super) fn new(kept: Vec<Kept>) -> Self {
        let len = kept.len();
        let mut chunks = Vec::with_capacity(len.div_ceil(CHUNK));
        let mut part = Vec::with_capacity(CHUNK);
        for kept in kept {
            part.push(Some(kept));
            if part.len() == CHUNK {
                chunks.push(Arc::new(Chunk::of(&part)));
                part.clear();
            }
        }
        if !part.is_empty() {
            chunks.push(Arc::new(Chunk::of(&part)));
        }
        Self { chunks, len }
    }

    /// One more than the highest slot ever used.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    fn find(&self, slot: Slot) -> (&Chunk, usize) {
        let slot = slot as usize;
        (&self.chunks[slot / CHUNK], slot % CHUNK)
    }

    /// The body of a slot that is in use.
    pub(super) fn body(&self, slot: Slot) -> &Arc<str> {
        let (chunk, at) = self.find(slot);
        chunk.bodies[at].as_ref().expect("selections hold slots in use only")
    }

    pub(super) fn uid(&self, slot: Slot) -> u128 {
        let (chunk, at) = self.find(slot);
        chunk.uids[at]
    }

    pub(super) fn parents(&self, slot: Slot) -> &Arc<[EntityRef]> {
        let (chunk, at) = self.find(slot);
        &chunk.parents[at]
    }

    /// The canonical ref; empty where the slot is free.
    pub(super) fn entity_ref(&self, slot: Slot) -> &str {
        let (chunk, at) = self.find(slot);
        chunk.entity_ref(at)
    }

    /// The table with some slots replaced; `None` frees one. A slot beyond the end makes room.
    #[must_use]
    pub(super) fn edited(&self, mut edits: Vec<(Slot, Option<Kept>)>) -> Self {
        edits.sort_by_key(|(slot, _)| *slot);
        let mut chunks = self.chunks.clone();
        let mut len = self.len;
        let mut edits = edits.into_iter().peekable();
        while let Some((slot, _)) = edits.peek() {
            let number = *slot as usize / CHUNK;
            let mut part: Vec<Option<Kept>> = match chunks.get(number) {
                Some(chunk) => (0..chunk.bodies.len()).map(|at| chunk.read(at)).collect(),
                None => Vec::new(),
            };
            while let Some((slot, kept)) = edits.next_if(|(slot, _)| *slot as usize / CHUNK == number) {
                let at = slot as usize % CHUNK;
                if part.len() <= at {
                    part.resize(at + 1, None);
                }
                part[at] = kept;
                len = len.max(slot as usize + 1);
            }
            let chunk = Arc::new(Chunk::of(&part));
            if number < chunks.len() { chunks[number] = chunk } else { chunks.push(chunk) }
        }
        Self { chunks, len }
    }
}
