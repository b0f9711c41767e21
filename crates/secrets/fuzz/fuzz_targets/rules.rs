//! `cargo +nightly fuzz run rules` in the folder above.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| secrets::fuzz::rules(data));
