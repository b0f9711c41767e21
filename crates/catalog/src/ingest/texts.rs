//! Texts that wait to be used, in little memory.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

/// Bytes after which a block is closed.
const BLOCK: usize = 256 * 1024;
/// Bytes that are kept as they are; most refreshes stay below and pack nothing.
const PLAIN: usize = 4 * 1024 * 1024;

/// Texts in blocks. Entities of one file resemble each other, so packed they take a tenth.
#[derive(Debug, Default)]
pub(super) struct Texts {
    blocks: Vec<Block>,
    /// The block that texts are added to.
    open: String,
    /// Texts in it.
    count: u32,
    /// Bytes in closed blocks that are not packed.
    plain: usize,
    /// The block read last, as text.
    unpacked: Option<(u32, String)>,
}

#[derive(Debug)]
struct Block {
    bytes: Vec<u8>,
    /// Length of the text, if it is packed.
    packed: Option<usize>,
    /// Texts that nobody has taken yet.
    left: u32,
}

/// Where a text lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextId {
    block: u32,
    start: u32,
    length: u32,
}

impl Texts {
    /// Adds a text.
    pub(super) fn push(&mut self, text: &str) -> TextId {
        let id = TextId {
            block: narrow(self.blocks.len()),
            start: narrow(self.open.len()),
            length: narrow(text.len()),
        };
        self.open.push_str(text);
        self.count += 1;
        if self.open.len() >= BLOCK {
            self.close();
        }
        id
    }

    /// Closes the open block. Texts can be taken from closed blocks only.
    pub(super) fn close(&mut self) {
        if self.count == 0 {
            return;
        }
        let left = std::mem::take(&mut self.count);
        let text = &mut self.open;
        let block = if self.plain + text.len() <= PLAIN {
            self.plain += text.len();
            Block { bytes: std::mem::take(text).into_bytes(), packed: None, left }
        } else {
            let block = Block { bytes: pack(text), packed: Some(text.len()), left };
            text.clear();
            block
        };
        self.blocks.push(block);
    }

    /// Hands a text over. Taken once each, and in the order they came, every block is unpacked once and
    /// then let go of.
    pub(super) fn take<T>(&mut self, id: TextId, read: impl FnOnce(&str) -> T) -> T {
        let at = id.block as usize;
        if self.unpacked.as_ref().is_none_or(|(block, _)| *block != id.block) {
            let block = &mut self.blocks[at];
            let text = match block.packed {
                Some(length) => unpack(&block.bytes, length),
                None => String::from_utf8(std::mem::take(&mut block.bytes)).expect("it was a text"),
            };
            self.put_back();
            self.unpacked = Some((id.block, text));
        }
        let (_, text) = self.unpacked.as_ref().expect("it was just unpacked");
        let result = read(&text[id.start as usize..][..id.length as usize]);
        let block = &mut self.blocks[at];
        block.left = block.left.saturating_sub(1);
        if block.left == 0 {
            block.bytes = Vec::new();
            self.unpacked = None;
        }
        result
    }

    /// Puts the text of an unpacked block back where it is kept as it is.
    fn put_back(&mut self) {
        if let Some((block, text)) = self.unpacked.take()
            && let Some(block) = self.blocks.get_mut(block as usize)
            && block.packed.is_none()
        {
            block.bytes = text.into_bytes();
        }
    }
}

fn pack(text: &str) -> Vec<u8> {
    let mut packer = DeflateEncoder::new(Vec::with_capacity(text.len() / 8), Compression::fast());
    packer.write_all(text.as_bytes()).expect("writing to memory does not fail");
    let mut bytes = packer.finish().expect("writing to memory does not fail");
    bytes.shrink_to_fit();
    bytes
}

fn unpack(bytes: &[u8], length: usize) -> String {
    let mut text = String::with_capacity(length);
    DeflateDecoder::new(bytes).read_to_string(&mut text).expect("what was packed can be unpacked");
    text
}

/// A block ends at its first text past 256 KiB, and a text has at most the bytes of one entity.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).expect("blocks are far smaller than four GiB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_comes_out_in_any_order_packed_or_not() {
        let text = |n: usize| format!("{n}:{}", "an entity much like the one before it; ".repeat(n % 700));
        let mut texts = Texts::default();
        let ids: Vec<(usize, TextId)> = (0..1000).map(|n| (n, texts.push(&text(n)))).collect();
        texts.close();
        assert!(texts.blocks.iter().any(|block| block.packed.is_none()));
        assert!(texts.blocks.iter().any(|block| block.packed.is_some()));
        let kept: usize = texts.blocks.iter().map(|block| block.bytes.len()).sum();
        assert!(kept < 2 * PLAIN, "{kept}");
        let (even, odd): (Vec<_>, Vec<_>) = ids.into_iter().partition(|(n, _)| n % 2 == 0);
        for (n, id) in even.into_iter().rev().chain(odd) {
            assert_eq!(texts.take(id, str::to_owned), text(n));
        }
        assert!(texts.blocks.iter().all(|block| block.left == 0 && block.bytes.is_empty()));
    }
}
