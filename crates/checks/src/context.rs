//! What a rule sees. Every accessor says why there is nothing to look at, so that no rule is silently content.

use crate::Item;
use crate::code::backend::{Action, Backend, Definition, Policy, Router};
use crate::code::{Code, Facts};
use crate::helm::Given;
use crate::image::{Dockerfile, Purpose};
use crate::kube::{Manifests, Object};
use crate::leaks;
use crate::live::Live;
use crate::packages::Packages;
use crate::repo::{Production, Project, Repository, Setting};
use crate::rule::Skip;
use crate::terraform::Module;
use crate::unread::{Asked, Part};

/// A repository, or an effective configuration, as rules ask about it.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    repository: &'a Repository,
    asked: &'a Asked,
    facts: &'a Facts<'a>,
}

impl<'a> Context<'a> {
    /// Over a repository, for one rule: what it asks for is noted.
    pub(crate) fn new(repository: &'a Repository, facts: &'a Facts<'a>, asked: &'a Asked) -> Self {
        Self { repository, asked, facts }
    }

    /// Everything that was read.
    pub fn repository(self) -> &'a Repository {
        self.repository
    }

    /// The Backstage applications of the repository; at least one.
    pub fn projects(self) -> Result<&'a [Project], Skip> {
        match &self.repository.projects[..] {
            [] => Err(Skip::because("no Backstage application here (no backstage.json and no app-config)")),
            projects => Ok(projects),
        }
    }

    /// The Dockerfiles whose images run as part of a portal; at least one.
    pub fn images(self) -> Result<Vec<&'a Dockerfile>, Skip> {
        let portal: Vec<_> =
            self.repository.images.iter().filter(|image| image.purpose.is_portal()).collect();
        match (portal.is_empty(), self.repository.images.is_empty()) {
            (false, _) => Ok(portal),
            (true, true) => Err(Skip::because("no Dockerfile here")),
            (true, false) => Err(Skip::because("no Dockerfile here is for a Backstage application")),
        }
    }

    /// Those, and the Dockerfiles of what runs beside a portal: a proxy before it, services of the same platform.
    pub fn images_and_beside(self) -> Result<Vec<&'a Dockerfile>, Skip> {
        let beside = self.repository.images.iter().filter(|image| image.purpose == Purpose::Beside);
        let beside: Vec<_> = beside.collect();
        match self.images() {
            Err(_) if !beside.is_empty() => Ok(beside),
            all => all.map(|all| [all, beside].concat()),
        }
    }

    /// Those, and the Dockerfiles of what templates of the portal make.
    pub fn images_and_made(self) -> Result<Vec<&'a Dockerfile>, Skip> {
        let made: Vec<_> =
            self.repository.images.iter().filter(|image| image.purpose == Purpose::Made).collect();
        match self.images_and_beside() {
            Err(_) if !made.is_empty() => Ok(made),
            all => all.map(|all| [all, made].concat()),
        }
    }

    /// What production runs with: one for each way in which an application is started; at least one.
    pub fn productions(self) -> Result<Vec<&'a Production>, Skip> {
        let all: Vec<_> = self.projects()?.iter().flat_map(|project| &project.productions).collect();
        if all.is_empty() { Err(Skip::because("no app-config here")) } else { Ok(all) }
    }

    /// Those of which everything is here: what is absent in them is absent. At least one.
    pub fn complete_productions(self) -> Result<Vec<&'a Production>, Skip> {
        let mut all = self.productions()?;
        all.retain(|production| production.missing().is_empty());
        if all.is_empty() {
            return Err(Skip::because("production also loads configurations that are not here"));
        }
        Ok(all)
    }

    /// Every place of every app-config that a pattern (see [`crate::Item::find`]) leads to, whether production gets
    /// to see it or not. [`Setting::reach`] tells.
    pub fn settings(self, pattern: &str) -> Result<impl Iterator<Item = Setting<'a>> + use<'a>, Skip> {
        self.productions()?;
        let projects = self.projects()?;
        let pattern = pattern.to_owned();
        Ok(projects.iter().flat_map(move |project| project.settings(&pattern)))
    }

    /// The npm packages; at least one.
    pub fn packages(self) -> Result<&'a Packages, Skip> {
        let packages = &self.repository.packages;
        match packages.iter().next() {
            None => Err(Skip::because("no package.json here")),
            Some(_) => Ok(packages),
        }
    }

    /// The TypeScript and JavaScript of the portal and of what it runs on; at least one file that can be read.
    pub fn code(self) -> Result<&'a Code, Skip> {
        self.asked.note(Part::Code);
        let code = self.repository.code();
        match (code.modules().next(), code.unread().first()) {
            (Some(_), _) => Ok(code),
            (None, None) => Err(Skip::because("no TypeScript or JavaScript of a Backstage application here")),
            (None, Some(_)) => Err(Skip::because("no TypeScript or JavaScript here could be read")),
        }
    }

    /// The backends; at least one, though nothing may say how it is made.
    pub fn backends(self) -> Result<&'a [Backend<'a>], Skip> {
        self.code()?;
        match self.facts.backends() {
            [] => Err(Skip::because("no backend here (no package that starts one)")),
            backends => Ok(backends),
        }
    }

    /// The plugins, modules and services that the repository defines; there may be none.
    pub fn definitions(self) -> Result<&'a [Definition<'a>], Skip> {
        self.code().map(|_| self.facts.definitions())
    }

    /// The routers of the code; there may be none.
    pub fn routers(self) -> Result<&'a [Router<'a>], Skip> {
        self.code().map(|_| self.facts.routers())
    }

    /// The permission policies in code; at least one.
    pub fn policies(self) -> Result<&'a [Policy<'a>], Skip> {
        self.code()?;
        match self.facts.policies() {
            [] => Err(Skip::because("no permission policy in code here")),
            policies => Ok(policies),
        }
    }

    /// The scaffolder's actions that the repository defines; there may be none.
    pub fn actions(self) -> Result<&'a [Action<'a>], Skip> {
        self.code().map(|_| self.facts.actions())
    }

    /// What a running instance answered.
    pub fn live(self) -> Result<&'a Live, Skip> {
        self.repository.live.as_ref().ok_or_else(|| Skip::because("no running instance was asked (`--live`)"))
    }

    /// What secrets are in a text that no file of the repository is.
    pub(crate) fn secrets_in(self, name: &str, text: &str) -> Vec<String> {
        leaks::in_text(name, text, self.repository.today.0)
    }

    /// Kubernetes objects; at least one that the repository deploys, the portal's or another's.
    pub fn deployed(self) -> Result<&'a Manifests, Skip> {
        self.asked.note(Part::Manifests);
        let manifests = &self.repository.manifests;
        if manifests.objects.iter().any(|object| object.belongs.is_own()) {
            Ok(manifests)
        } else {
            Err(Skip::because("no Kubernetes manifest here of something that is deployed"))
        }
    }

    /// The values that charts are given; there may be none.
    pub(crate) fn given(self) -> &'a [Given<'a>] {
        self.asked.note(Part::Manifests);
        self.facts.given()
    }

    /// The objects of manifests that something fills in first, mostly what templates of the portal make.
    pub(crate) fn made(self) -> Result<&'a [Object], Skip> {
        match self.facts.made() {
            [] => Err(Skip::because("no manifest here that a template makes")),
            made => Ok(made),
        }
    }

    /// What is deployed, where something is, or values for charts are here.
    pub(crate) fn deployed_or_given(self) -> Result<&'a Manifests, Skip> {
        match self.deployed() {
            Err(_) if !self.given().is_empty() => Ok(&self.repository.manifests),
            other => other,
        }
    }

    /// Kubernetes objects; at least one that is the portal's or beside it.
    pub fn manifests(self) -> Result<&'a Manifests, Skip> {
        self.asked.note(Part::Manifests);
        let manifests = &self.repository.manifests;
        if manifests.objects.iter().any(|object| object.belongs.is_near()) {
            Ok(manifests)
        } else {
            Err(Skip::because("no Kubernetes manifest of the portal here"))
        }
    }

    /// Terraform and `CloudFormation` that the portal runs on, and the platform beside it; at least one module.
    pub fn infrastructure(self) -> Result<Vec<&'a Module>, Skip> {
        self.asked.note(Part::Terraform);
        let repository = self.repository;
        let templates = repository.cloudformation.iter().filter(|module| module.is_portal);
        let all: Vec<_> = repository.terraform.near_portal().chain(templates).collect();
        let is_none = repository.terraform.modules.is_empty() && repository.cloudformation.is_empty();
        match (all.is_empty(), is_none) {
            (false, _) => Ok(all),
            (true, true) => Err(Skip::because("no Terraform or CloudFormation here")),
            (true, false) => Err(Skip::because("no Terraform or CloudFormation here is about the portal")),
        }
    }

    /// What a value of infrastructure is and where that is written: behind variables, their callers' arguments, the
    /// files of values and defaults.
    pub(crate) fn origins(self, item: &'a Item) -> Vec<&'a Item> {
        self.repository.terraform.origins(&self.repository.files, item)
    }
}
