//! What is worked out once, and asked for by many rules.

use std::sync::OnceLock;

use crate::Repository;
use crate::code::backend::{Action, Backend, Definition, Policy, Router};
use crate::helm::{self, Given};
use crate::kube::{Object, made};

/// What the code of a repository is made of, and the values it gives to charts, each worked out when it is first asked for.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    repository: &'a Repository,
    backends: OnceLock<Vec<Backend<'a>>>,
    definitions: OnceLock<Vec<Definition<'a>>>,
    routers: OnceLock<Vec<Router<'a>>>,
    policies: OnceLock<Vec<Policy<'a>>>,
    actions: OnceLock<Vec<Action<'a>>>,
    given: OnceLock<Vec<Given<'a>>>,
    made: OnceLock<Vec<Object>>,
}

impl<'a> Facts<'a> {
    pub(crate) fn of(repository: &'a Repository) -> Self {
        Self {
            repository,
            backends: OnceLock::new(),
            definitions: OnceLock::new(),
            routers: OnceLock::new(),
            policies: OnceLock::new(),
            actions: OnceLock::new(),
            given: OnceLock::new(),
            made: OnceLock::new(),
        }
    }

    pub(crate) fn backends(&self) -> &[Backend<'a>] {
        self.backends.get_or_init(|| self.repository.code().backends())
    }

    pub(crate) fn definitions(&self) -> &[Definition<'a>] {
        self.definitions.get_or_init(|| self.repository.code().definitions())
    }

    pub(crate) fn routers(&self) -> &[Router<'a>] {
        self.routers.get_or_init(|| self.repository.code().routers())
    }

    pub(crate) fn policies(&self) -> &[Policy<'a>] {
        self.policies.get_or_init(|| self.repository.code().policies())
    }

    pub(crate) fn actions(&self) -> &[Action<'a>] {
        self.actions.get_or_init(|| self.repository.code().actions())
    }

    pub(crate) fn given(&self) -> &[Given<'a>] {
        self.given.get_or_init(|| helm::given(self.repository))
    }

    pub(crate) fn made(&self) -> &[Object] {
        self.made.get_or_init(|| made::find(&self.repository.files))
    }
}
