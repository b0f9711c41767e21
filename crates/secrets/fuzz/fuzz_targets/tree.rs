//! `cargo +nightly fuzz run tree` in the folder above.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| secrets::fuzz::tree(data));
