//! `cargo +nightly fuzz run text` in the folder above.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| secrets::fuzz::text(data));
