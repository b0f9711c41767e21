//! app-config.yaml as Backstage reads it, every value knowing its file and line.
