//! Where in a text a keyword of some rule stands, in one pass.
//!
//! Nearly all bytes belong to no keyword, so the pass asks one cheap question of each place: may the
//! three bytes here be the rarest three of some keyword? The answer is a bit in an 8 KiB table that
//! stays in the nearest cache, and the questions do not wait for one another, which is why this
//! outruns an Aho-Corasick automaton over hundreds of keywords (whose next state is a load that
//! waits for the last one).

/// Bytes that are looked up together.
const GRAM: usize = 3;
/// Places asked about before the answers are looked at.
const BLOCK: usize = 8;

/// A set of keywords, found without regard to ASCII case.
pub(crate) struct Prefilter {
    /// One bit for each hash: whether a keyword's gram has it.
    bits: Box<[u64; 1024]>,
    /// For each bit that is set, in the order of hashes: its hash, and its keywords in `entries`.
    buckets: Vec<(u16, u32, u32)>,
    /// By hash: where in `buckets` the hashes of that high byte begin.
    index: Box<[u16; 257]>,
    entries: Vec<Entry>,
}

struct Entry {
    /// Bytes between the start of the keyword and its gram.
    back: usize,
    /// In lower case.
    keyword: Box<[u8]>,
    /// What the caller calls it.
    id: u32,
}

impl Prefilter {
    /// A filter over keywords of at least three bytes; shorter ones are left out.
    pub(crate) fn new<'k>(keywords: impl IntoIterator<Item = (u32, &'k [u8])>) -> Self {
        let mut entries: Vec<(u16, Entry)> = keywords
            .into_iter()
            .filter(|(_, keyword)| keyword.len() >= GRAM)
            .map(|(id, keyword)| {
                let back = rarest(keyword);
                let gram = [keyword[back], keyword[back + 1], keyword[back + 2], 0];
                (
                    hash(u32::from_le_bytes(gram)),
                    Entry { back, keyword: keyword.to_ascii_lowercase().into(), id },
                )
            })
            .collect();
        entries.sort_by_key(|(hash, entry)| (*hash, entry.id));
        let mut bits = Box::new([0; 1024]);
        let mut buckets: Vec<(u16, u32, u32)> = Vec::new();
        for (at, (hash, _)) in entries.iter().enumerate() {
            let at = u32::try_from(at).expect("keywords are counted in u32");
            bits[usize::from(*hash >> 6)] |= 1 << (hash & 63);
            match buckets.last_mut() {
                Some((last, _, end)) if last == hash => *end = at + 1,
                _ => buckets.push((*hash, at, at + 1)),
            }
        }
        let mut index = Box::new([0; 257]);
        for (high, start) in index.iter_mut().enumerate() {
            let before = buckets.partition_point(|(hash, ..)| usize::from(hash >> 8) < high);
            *start = u16::try_from(before).unwrap_or(u16::MAX);
        }
        Self { bits, buckets, index, entries: entries.into_iter().map(|(_, entry)| entry).collect() }
    }

    /// Calls `found` with the name and the start of every keyword in `text`, in the order in which their
    /// rarest bytes stand there.
    pub(crate) fn scan(&self, text: &[u8], mut found: impl FnMut(u32, usize)) {
        let mut at = 0;
        while let Some(window) = text.get(at..).and_then(<[u8]>::first_chunk::<{ BLOCK + GRAM }>) {
            let [a, b, c, rest @ ..] = *window;
            let [d, e, f, g, h, ..] = rest;
            let low = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
            let high = u64::from_le_bytes(rest);
            let mut hits = 0_u32;
            for place in 0..BLOCK {
                // The last two grams reach beyond the first eight bytes.
                let from_here = if place < 6 { low >> (8 * place) } else { high >> (8 * (place - GRAM)) };
                hits |= u32::from(self.is_set(hash(from_here as u32 & 0x00FF_FFFF))) << place;
            }
            while hits != 0 {
                self.verify(text, at + hits.trailing_zeros() as usize, &mut found);
                hits &= hits - 1;
            }
            at += BLOCK;
        }
        while let Some(&[a, b, c]) = text.get(at..at + GRAM) {
            if self.is_set(hash(u32::from_le_bytes([a, b, c, 0]))) {
                self.verify(text, at, &mut found);
            }
            at += 1;
        }
    }

    #[inline]
    fn is_set(&self, hash: u16) -> bool {
        self.bits[usize::from(hash >> 6)] >> (hash & 63) & 1 != 0
    }

    fn verify(&self, text: &[u8], at: usize, found: &mut impl FnMut(u32, usize)) {
        let hash = hash(u32::from_le_bytes([text[at], text[at + 1], text[at + 2], 0]));
        let high = usize::from(hash >> 8);
        let near = &self.buckets[usize::from(self.index[high])..usize::from(self.index[high + 1])];
        for &(_, from, to) in near.iter().filter(|(bucket, ..)| *bucket == hash) {
            for entry in &self.entries[from as usize..to as usize] {
                let Some(start) = at.checked_sub(entry.back) else { continue };
                let there = text.get(start..start + entry.keyword.len());
                if there.is_some_and(|there| there.eq_ignore_ascii_case(&entry.keyword)) {
                    found(entry.id, start);
                }
            }
        }
    }
}

/// Folds ASCII case (and some other bytes, which only costs a look), then spreads.
#[inline]
fn hash(gram: u32) -> u16 {
    // The upper half of a 32-bit product: nothing is lost by the cast.
    ((gram | 0x0020_2020).wrapping_mul(0x9E37_79B1) >> 16) as u16
}

/// Where the three bytes of a keyword start that are least likely to stand elsewhere.
fn rarest(keyword: &[u8]) -> usize {
    (0..=keyword.len() - GRAM)
        .min_by_key(|at| keyword[*at..at + GRAM].iter().map(|byte| u32::from(commonness(*byte))).sum::<u32>())
        .unwrap_or(0)
}

/// How often a byte stands in source code and configuration, roughly.
fn commonness(byte: u8) -> u8 {
    match byte.to_ascii_lowercase() {
        b'e' | b't' | b' ' => 12,
        b'a' | b'i' | b'n' | b'o' | b'r' | b's' => 10,
        b'c' | b'd' | b'l' | b'm' | b'p' | b'u' => 7,
        b'b' | b'f' | b'g' | b'h' | b'v' | b'y' => 5,
        b'-' | b'/' | b'.' | b'_' | b'"' | b'=' | b':' | b'*' => 5,
        b'k' | b'w' | b'x' | b'0'..=b'9' => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(keywords: &[&str], text: &[u8]) -> Vec<(u32, usize)> {
        let named = (0..).zip(keywords.iter().map(|keyword| keyword.as_bytes()));
        let mut found = Vec::new();
        Prefilter::new(named).scan(text, |id, at| found.push((id, at)));
        found.sort_unstable();
        found
    }

    #[test]
    fn keywords_are_found_wherever_they_stand() {
        assert_eq!(all(&["ghp_"], b"ghp_"), [(0, 0)]);
        assert_eq!(all(&["ghp_", "SG."], b"a GHP_ b sg. ghp"), [(0, 2), (1, 9)]);
        assert_eq!(all(&["ghp_"], b"gh"), []);
        assert_eq!(all(&["aaa"], b"aaaaa"), [(0, 0), (0, 1), (0, 2)]);
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
