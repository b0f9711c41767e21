//! The files on the way from the root to a Location, so that circles and depth are noticed.

use std::sync::Arc;

/// Ways through files; each link knows the one before it.
#[derive(Debug, Default)]
pub(super) struct Chains(Vec<(Arc<str>, Option<usize>)>);

impl Chains {
    /// Continues a way by one file.
    pub(super) fn link(&mut self, way: Option<usize>, file: &Arc<str>) -> usize {
        self.0.push((file.clone(), way));
        self.0.len() - 1
    }

    /// How many files a way has.
    pub(super) fn depth(&self, way: Option<usize>) -> usize {
        self.back(way).count()
    }

    /// Whether a way leads through a file.
    pub(super) fn leads_through(&self, way: Option<usize>, file: &Arc<str>) -> bool {
        self.back(way).any(|at| self.0[at].0 == *file)
    }

    /// Whether a file is the last of a way.
    pub(super) fn ends_with(&self, way: Option<usize>, file: &Arc<str>) -> bool {
        way.is_some_and(|at| self.0[at].0 == *file)
    }

    fn back(&self, way: Option<usize>) -> impl Iterator<Item = usize> {
        std::iter::successors(way, |at| self.0[*at].1)
    }
}
