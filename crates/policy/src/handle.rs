//! The policy in force, which can be replaced while requests are served.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::{Engine, PolicyErrors};

/// Holds the engine in force. A request takes it once, so that all its decisions agree.
#[derive(Debug)]
pub struct PolicyHandle(ArcSwap<Engine>);

impl PolicyHandle {
    /// Puts an engine in force.
    pub fn new(engine: Engine) -> Self {
        Self(ArcSwap::from_pointee(engine))
    }

    /// The engine in force at this moment.
    pub fn current(&self) -> Arc<Engine> {
        self.0.load_full()
    }

    /// Puts new policy files in force, each a name and its text. If anything is wrong with them the
    /// old ones stay.
    pub fn replace(&self, files: Vec<(String, String)>) -> Result<(), PolicyErrors> {
        self.put(Engine::load(files)?);
        Ok(())
    }

    /// Puts an engine in force that was loaded before, so that the change can be recorded between.
    pub fn put(&self, engine: Engine) {
        self.0.store(Arc::new(engine));
    }
}
