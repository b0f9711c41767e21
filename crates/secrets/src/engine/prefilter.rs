//! Where in a text a keyword of some rule stands, in one pass.
//!
//! Nearly all bytes belong to no keyword, so the pass asks one cheap question of each place: may the
//! four bytes here be the rarest four of some keyword? The answer is a bit in a table that stays in the
//! nearest cache, and the questions do not wait for one another, which is why this outruns an
//! Aho-Corasick automaton over a thousand keywords (whose next state is a load that waits for the last
//! one, from a table of megabytes).

use crate::commonness::gram_commonness;

/// Bytes that are looked up together.
const GRAM: usize = 4;
/// Bytes of the shortest keyword. It is looked for with whatever may follow it.
const SHORTEST: usize = 3;
/// Places asked about before the answers are looked at.
const BLOCK: usize = 8;
/// Bits of a hash: the table takes 32 KiB.
const BITS: u32 = 18;
/// Words of 64 bits in the table.
const WORDS: usize = 1 << (BITS - 6);
/// Bits of the other hash.
const BITS_AGAIN: u32 = 15;
const WORDS_AGAIN: usize = 1 << (BITS_AGAIN - 6);
/// Hashes that share a start in `index`, as a power of two.
const NEAR: u32 = 5;

/// A set of keywords, found without regard to ASCII case.
pub(crate) struct Prefilter {
    /// One bit for each hash: whether a keyword's gram has it.
    bits: Box<[u64; WORDS]>,
    /// The same for another hash: most that have a bit by chance have none here.
    again: Box<[u64; WORDS_AGAIN]>,
    /// By the upper bits of a hash: where in `entries` such hashes begin.
    index: Vec<u32>,
    /// In the order of their hashes.
    entries: Vec<Entry>,
    keywords: Vec<Keyword>,
}

/// A gram that leads to a keyword.
struct Entry {
    hash: u32,
    /// Bytes between the start of the keyword and its gram.
    back: u16,
    /// In `keywords`.
    keyword: u32,
}

struct Keyword {
    /// In lower case.
    text: Box<[u8]>,
    /// What the caller calls it.
    id: u32,
}

impl Prefilter {
    /// A filter over keywords of at least three bytes; shorter ones are left out.
    ///
    /// `follows` says of a keyword of three bytes which ones may come next.
    pub(crate) fn new<'k>(
        keywords: impl IntoIterator<Item = (u32, &'k [u8])>,
        follows: impl Fn(u32, u8) -> bool,
    ) -> Self {
        let mut entries = Vec::new();
        let mut again = Box::new([0; WORDS_AGAIN]);
        let mut kept = Vec::new();
        for (id, text) in keywords.into_iter().filter(|(_, text)| text.len() >= SHORTEST) {
            let keyword = u32::try_from(kept.len()).expect("keywords are counted in u32");
            let back = rarest(text);
            let mut add = |gram: [u8; GRAM]| {
                let gram = u32::from_le_bytes(gram);
                let (hash, other) = (hash(gram), hash_again(gram));
                again[(other >> 6) as usize] |= 1 << (other & 63);
                entries.push(Entry { hash, back: u16::try_from(back).unwrap_or(0), keyword });
            };
            match text[back..] {
                [a, b, c, d, ..] => add([a, b, c, d]),
                [a, b, c] => (0..=u8::MAX).filter(|d| follows(id, *d)).for_each(|d| add([a, b, c, d])),
                _ => {}
            }
            kept.push(Keyword { text: text.to_ascii_lowercase().into(), id });
        }
        entries.sort_by_key(|entry| (entry.hash, entry.keyword));
        // Folding makes several of them the same.
        entries.dedup_by_key(|entry| (entry.hash, entry.keyword));
        let mut bits: Box<[u64; WORDS]> =
            vec![0; WORDS].into_boxed_slice().try_into().expect("it has as many words as it was given");
        for entry in &entries {
            bits[(entry.hash >> 6) as usize] |= 1 << (entry.hash & 63);
        }
        let starts = 0..=1_u32 << (BITS - NEAR);
        let index = starts
            .map(|upper| {
                let before = entries.partition_point(|entry| entry.hash >> NEAR < upper);
                u32::try_from(before).expect("grams are counted in u32")
            })
            .collect();
        Self { bits, again, index, entries, keywords: kept }
    }

    /// Calls `found` with the name and the start of every keyword in `text`, in the order in which their
    /// rarest bytes stand there. One at the very end that has three bytes is passed over: nothing follows it.
    pub(crate) fn scan(&self, text: &[u8], mut found: impl FnMut(u32, usize)) {
        let mut at = 0;
        while let Some(window) = text.get(at..).and_then(<[u8]>::first_chunk::<{ BLOCK + GRAM }>) {
            let ([first @ .., _, _, _, _], [_, _, _, _, last @ ..]) = (*window, *window);
            let (low, high) = (u64::from_le_bytes(first), u64::from_le_bytes(last));
            // Written out, so that the eight looks do not wait for one another. The last grams reach beyond
            // the first eight bytes.
            let mut hits = self.look(low, 0)
                | self.look(low >> 8, 1)
                | self.look(low >> 16, 2)
                | self.look(low >> 24, 3)
                | self.look(high, 4)
                | self.look(high >> 8, 5)
                | self.look(high >> 16, 6)
                | self.look(high >> 24, 7);
            while hits != 0 {
                self.verify(text, at + hits.trailing_zeros() as usize, &mut found);
                hits &= hits - 1;
            }
            at += BLOCK;
        }
        while let Some(&[a, b, c, d]) = text.get(at..at + GRAM) {
            if self.is_set(hash(u32::from_le_bytes([a, b, c, d]))) {
                self.verify(text, at, &mut found);
            }
            at += 1;
        }
    }

    /// A bit at `place` if the first four bytes may be a gram.
    #[inline]
    fn look(&self, bytes: u64, place: u32) -> u32 {
        u32::from(self.is_set(hash(four_bytes(bytes)))) << place
    }

    #[inline]
    fn is_set(&self, hash: u32) -> bool {
        self.bits[(hash >> 6) as usize] >> (hash & 63) & 1 != 0
    }

    /// Most places whose grams have a bit by chance end here.
    #[inline]
    fn verify(&self, text: &[u8], at: usize, found: &mut impl FnMut(u32, usize)) {
        let Some(gram) = text.get(at..).and_then(<[u8]>::first_chunk::<GRAM>) else { return };
        let gram = u32::from_le_bytes(*gram);
        let other = hash_again(gram);
        if self.again[(other >> 6) as usize] >> (other & 63) & 1 != 0 {
            self.confirm(text, at, gram, found);
        }
    }

    #[inline(never)]
    fn confirm(&self, text: &[u8], at: usize, gram: u32, found: &mut impl FnMut(u32, usize)) {
        let hash = hash(gram);
        let upper = (hash >> NEAR) as usize;
        let near = &self.entries[self.index[upper] as usize..self.index[upper + 1] as usize];
        for entry in near.iter().filter(|entry| entry.hash == hash) {
            let Some(start) = at.checked_sub(usize::from(entry.back)) else { continue };
            let Keyword { text: keyword, id } = &self.keywords[entry.keyword as usize];
            let there = text.get(start..start + keyword.len());
            if there.is_some_and(|there| there.eq_ignore_ascii_case(keyword)) {
                found(*id, start);
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "four of the eight bytes are asked for")]
#[inline]
fn four_bytes(eight: u64) -> u32 {
    eight as u32
}

/// Folds ASCII case (and some other bytes, which only costs a look), then spreads.
#[inline]
fn hash(gram: u32) -> u32 {
    (gram | 0x2020_2020).wrapping_mul(0x9E37_79B1) >> (32 - BITS)
}

#[inline]
fn hash_again(gram: u32) -> u32 {
    (gram | 0x2020_2020).wrapping_mul(0x85EB_CA6B) >> (32 - BITS_AGAIN)
}

/// Where the bytes of a keyword start that are least likely to stand elsewhere.
fn rarest(keyword: &[u8]) -> usize {
    // The place must fit what an entry keeps.
    let last = keyword.len().saturating_sub(GRAM).min(usize::from(u16::MAX));
    let gram = |at: usize| &keyword[at..keyword.len().min(at + GRAM)];
    (0..=last).min_by_key(|at| gram_commonness(gram(*at))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(keywords: &[&str], text: &[u8]) -> Vec<(u32, usize)> {
        let named = (0..).zip(keywords.iter().map(|keyword| keyword.as_bytes()));
        let mut found = Vec::new();
        Prefilter::new(named, |_, _| true).scan(text, |id, at| found.push((id, at)));
        found.sort_unstable();
        found
    }

    #[test]
    fn keywords_are_found_wherever_they_stand() {
        assert_eq!(all(&["ghp_"], b"ghp_"), [(0, 0)]);
        assert_eq!(all(&["ghp_", "SG."], b"a GHP_ b sg. ghp"), [(0, 2), (1, 9)]);
        assert_eq!(all(&["ghp_"], b"gh"), []);
        assert_eq!(all(&["aaa"], b"aaaaa"), [(0, 0), (0, 1)]);
    }

    proptest::proptest! {
        #[test]
        fn it_finds_what_looking_at_every_place_finds(
            keywords in proptest::collection::vec("[abA_.-]{3,6}", 1..6),
            text in proptest::collection::vec(proptest::sample::select(&b"abA_.-\x00\xff"[..]), 0..200),
        ) {
            let keywords: Vec<&str> = keywords.iter().map(String::as_str).collect();
            let mut expected = Vec::new();
            for (id, keyword) in (0..).zip(&keywords) {
                for at in 0..text.len() {
                    if keyword.len() == SHORTEST && at + SHORTEST == text.len() {
                        continue;
                    }
                    let there = text.get(at..at + keyword.len());
                    if there.is_some_and(|there| there.eq_ignore_ascii_case(keyword.as_bytes())) {
                        expected.push((id, at));
                    }
                }
            }
            expected.sort_unstable();
            proptest::prop_assert_eq!(all(&keywords, &text), expected);
        }
    }
}
