//! Bytes an attacker may have written: bounded YAML and JSON, request paths, addresses.
