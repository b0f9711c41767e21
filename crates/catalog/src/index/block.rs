//! A run of a column's values in order, packed: each value keeps only what differs from its
//! neighbour before it, because names, refs and slugs share most of theirs.

use std::sync::Arc;

use roaring::RoaringBitmap;

use super::fold::{Spelling, read_length, write_length, write_spelling};
use super::posting::{Posting, Slot, Slots};

/// Values in a freshly written block. A lookup decodes half of one on average.
pub(super) const TARGET: usize = 32;
/// A block that has grown past this is split.
pub(super) const SPLIT: usize = 2 * TARGET;

/// What a posting word refers to is in its two highest bits; the rest is a slot or an offset.
const TAG: u32 = 0xc000_0000;
const FEW: u32 = 0x4000_0000;
const MANY: u32 = 0x8000_0000;
/// Slots must stay below this, to leave room for the tag.
pub(super) const MAX_SLOTS: u32 = 0x4000_0000;

/// Values in order of (folded, original), each with its slots. Immutable; never empty.
#[derive(Debug)]
pub(super) struct Block {
    bytes: Box<[u8]>,
    words: Box<[u32]>,
    few: Box<[u32]>,
    many: Box<[Arc<RoaringBitmap>]>,
}

impl Block {
    /// How many values it has.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// The first value, folded.
    pub(super) fn first(&self) -> &[u8] {
        let mut at = 0;
        let _shared = read_length(&self.bytes, &mut at);
        let length = read_length(&self.bytes, &mut at);
        &self.bytes[at..at + length]
    }

    /// Reads from the first value on.
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader { block: self, at: 0, index: 0, folded: Vec::with_capacity(64) }
    }

    fn posting(&self, index: usize) -> Posting<'_> {
        let word = self.words[index];
        let rest = (word & !TAG) as usize;
        match word & TAG {
            FEW => {
                let length = self.few[rest] as usize;
                Posting::Few(&self.few[rest + 1..=rest + length])
            }
            MANY => Posting::Many(&self.many[rest]),
            _ => Posting::One(word),
        }
    }
}

/// Decodes a block value by value; the folded text is rebuilt in place.
pub(super) struct Reader<'a> {
    block: &'a Block,
    at: usize,
    index: usize,
    folded: Vec<u8>,
}

impl<'a> Reader<'a> {
    /// The next value, borrowed until the one after it is asked for.
    pub(super) fn next(&mut self) -> Option<Entry<'_, 'a>> {
        if self.index == self.block.words.len() {
            return None;
        }
        let bytes = &self.block.bytes;
        let shared = read_length(bytes, &mut self.at);
        let length = read_length(bytes, &mut self.at);
        self.folded.truncate(shared);
        self.folded.extend_from_slice(&bytes[self.at..self.at + length]);
        self.at += length;
        let spelling = Spelling::read(bytes, &mut self.at);
        let posting = self.block.posting(self.index);
        self.index += 1;
        Some(Entry { folded: &self.folded, shared, spelling, posting })
    }
}

/// One value of a block.
pub(super) struct Entry<'t, 'a> {
    /// The folded value, UTF-8.
    pub(super) folded: &'t [u8],
    /// How many of its bytes are those of the value before it.
    pub(super) shared: usize,
    /// How it was written.
    pub(super) spelling: Spelling<'a>,
    /// Who has it.
    pub(super) posting: Posting<'a>,
}

impl Entry<'_, '_> {
    /// The folded value.
    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(self.folded).expect("blocks are written from str")
    }

    /// The value as it was written.
    pub(super) fn original(&self) -> String {
        match self.spelling {
            Spelling::Same => self.text().to_owned(),
            spelling => spelling.apply(self.text()).into_owned(),
        }
    }

    /// Appends the value as it was written.
    pub(super) fn write_original(&self, out: &mut String) {
        match self.spelling {
            Spelling::Same => out.push_str(self.text()),
            spelling => out.push_str(&spelling.apply(self.text())),
        }
    }

    /// Whether it was written exactly like this.
    pub(super) fn is_spelled(&self, exact: &str) -> bool {
        match self.spelling {
            Spelling::Same => self.folded == exact.as_bytes(),
            Spelling::Whole(bytes) => bytes == exact.as_bytes(),
            Spelling::Capitals(_) => {
                self.folded.eq_ignore_ascii_case(exact.as_bytes()) && self.original() == exact
            }
        }
    }
}

/// Packs values into blocks.
pub(super) struct Writer {
    limit: usize,
    blocks: Vec<Arc<Block>>,
    bytes: Vec<u8>,
    words: Vec<u32>,
    few: Vec<u32>,
    many: Vec<Arc<RoaringBitmap>>,
    last: String,
}

impl Default for Writer {
    fn default() -> Self {
        Self::of(TARGET)
    }
}

impl Writer {
    /// One that keeps up to [`SPLIT`] values together, so that a growing block is not split at once.
    pub(super) fn undivided() -> Self {
        Self::of(SPLIT)
    }

    fn of(limit: usize) -> Self {
        Self {
            limit,
            blocks: Vec::new(),
            bytes: Vec::new(),
            words: Vec::new(),
            few: Vec::new(),
            many: Vec::new(),
            last: String::new(),
        }
    }

    /// Adds the next value in order of (folded, original). Its slots must be ascending and not empty.
    pub(super) fn push(&mut self, folded: &str, original: &str, slots: &[Slot]) {
        if let [only] = slots {
            self.push_text(folded, original);
            self.words.push(*only);
        } else {
            self.push_slots(folded, original, &Slots::from_sorted(slots));
        }
    }

    /// The same with slots that may already be shared with another version of the block.
    pub(super) fn push_slots(&mut self, folded: &str, original: &str, slots: &Slots) {
        self.push_text(folded, original);
        let word = match slots {
            Slots::List(list) => match list.as_slice() {
                [only] => *only,
                list => {
                    let at = narrow(self.few.len());
                    self.few.push(narrow(list.len()));
                    self.few.extend_from_slice(list);
                    FEW | at
                }
            },
            Slots::Map(map) => {
                self.many.push(Arc::clone(map));
                MANY | narrow(self.many.len() - 1)
            }
        };
        self.words.push(word);
    }

    fn push_text(&mut self, folded: &str, original: &str) {
        if self.words.len() >= self.limit {
            self.close();
        }
        let shared = self.last.bytes().zip(folded.bytes()).take_while(|(before, now)| before == now).count();
        write_length(&mut self.bytes, shared);
        write_length(&mut self.bytes, folded.len() - shared);
        self.bytes.extend_from_slice(&folded.as_bytes()[shared..]);
        write_spelling(&mut self.bytes, folded, original);
        self.last.clear();
        self.last.push_str(folded);
    }

    fn close(&mut self) {
        self.last.clear();
        if self.words.is_empty() {
            return;
        }
        self.blocks.push(Arc::new(Block {
            bytes: self.bytes.as_slice().into(),
            words: self.words.as_slice().into(),
            few: self.few.as_slice().into(),
            many: std::mem::take(&mut self.many).into(),
        }));
        self.bytes.clear();
        self.words.clear();
        self.few.clear();
    }

    /// The blocks.
    pub(super) fn finish(mut self) -> Vec<Arc<Block>> {
        self.close();
        self.blocks
    }
}

/// Offsets inside one snapshot, which holds fewer than 2^30 of anything.
pub(super) fn narrow(number: usize) -> u32 {
    u32::try_from(number).expect("a snapshot's tables have fewer than 2^32 rows")
}
