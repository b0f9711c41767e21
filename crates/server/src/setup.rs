//! What a server is started with.

use config::{Config, ConfigErrors, Problem, Request, Settings};

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
}

impl Setup {
    /// Loads the configuration; with it, the warnings.
    pub fn load(request: Request) -> Result<(Self, Vec<Problem>), ConfigErrors> {
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
        Ok((Self { request, config, settings, seen, masks }, warnings))
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
