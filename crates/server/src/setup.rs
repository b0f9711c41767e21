//! What a server is started with.

use std::sync::Arc;

use config::{Config, ConfigErrors, Problem, Request, Settings, Severity};

use crate::gate::{Accepted, Gate, Judgement, Posture};
use crate::masks::{self, Masks};
use crate::system::SystemEntropy;
use crate::watch::{self, Looks};

/// Everything a server is started with.
#[derive(Debug)]
pub struct Setup {
    /// How the configuration was loaded, to load it again.
    pub(crate) request: Request,
    /// All its sources, merged.
    pub(crate) config: Config,
    /// What it says.
    pub(crate) settings: Settings,
    /// What its files, and those it names, looked like before they were read.
    pub(crate) seen: Looks,
    /// What masks secrets in all that leaves.
    pub(crate) masks: Masks,
    /// What judges a configuration before it takes effect.
    pub(crate) gate: Arc<dyn Gate>,
    /// What it said of this one.
    pub(crate) posture: Posture,
    /// What somebody answers for; recorded before anything is served.
    pub(crate) accepted: Vec<Accepted>,
}

impl Setup {
    /// Loads the configuration; with it, the warnings. What the gate refuses is an error like any other.
    pub fn load(request: Request, gate: Arc<dyn Gate>) -> Result<(Self, Vec<Problem>), ConfigErrors> {
        let read = || {
            let config = Config::load(&request)?;
            let (settings, warnings) = Settings::from_config(&config, request.mode)?;
            Ok::<_, ConfigErrors>((config, settings, warnings))
        };
        // Which files there are is known once they were read. They are looked at, and read again: a file
        // that changes from then on differs from its look, so no change is missed.
        let (config, settings, _) = read()?;
        let seen = watch::look(&request, config.files(), &settings);
        let (config, settings, mut warnings) = read()?;
        let (scanner, problems) = masks::scanner(&config, &settings, &SystemEntropy::default(), None)?;
        warnings.extend(problems);
        let masks = Masks::new(scanner);
        let Judgement { problems, accepted, posture } = judged(&*gate, &config, request.mode)?;
        warnings.extend(problems);
        Ok((Self { request, config, settings, seen, masks, gate, posture, accepted }, warnings))
    }

    /// What masks secrets in all that leaves.
    pub fn masks(&self) -> &Masks {
        &self.masks
    }

    /// What the configuration says.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}

/// What the gate says of a configuration; an error when that is no.
pub(crate) fn judged(
    gate: &dyn Gate,
    config: &Config,
    mode: config::Mode,
) -> Result<Judgement, ConfigErrors> {
    let judgement = gate.judge(config, mode);
    if judgement.problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(ConfigErrors(judgement.problems));
    }
    Ok(judgement)
}
