//! PostgreSQL's own programs, run as a user they accept.

use std::fs;
use std::io;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{command, output, runs};

/// Where the programs are and who runs them.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    bin: PathBuf,
    /// Program and arguments that step down from root, which initdb refuses.
    step_down: Vec<String>,
    /// Whom files are given to.
    owner: Option<(u32, u32)>,
}

impl Programs {
    /// The newest PostgreSQL of Debian's package.
    pub(super) fn find() -> Option<Self> {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(Result::ok);
        let bin = versions
            .map(|version| version.path().join("bin"))
            .filter(|bin| bin.join("initdb").exists() && bin.join("postgres").exists())
            .max_by_key(|bin| {
                let version = bin.parent().and_then(Path::file_name).and_then(|name| name.to_str());
                version.and_then(|name| name.parse::<u32>().ok())
            })?;
        if id(&["-u"])? != 0 {
            return Some(Self { bin, step_down: Vec::new(), owner: None });
        }
        let user = ["postgres", "nobody"].into_iter().find(|user| id(&["-u", user]).is_some())?;
        let owner = (id(&["-u", user])?, id(&["-g", user])?);
        // Both put the program in their own place, so that the child's id is the server's.
        let step_down = if runs("setpriv", &["--version"]) {
            vec![
                "setpriv".into(),
                format!("--reuid={}", owner.0),
                format!("--regid={}", owner.1),
                "--clear-groups".into(),
            ]
        } else {
            vec!["runuser".into(), "-u".into(), user.into(), "--".into()]
        };
        Some(Self { bin, step_down, owner: Some(owner) })
    }

    /// Gives a folder and the files in it to whoever runs the programs.
    pub(super) fn give(&self, folder: &Path) -> io::Result<()> {
        let Some((user, group)) = self.owner else { return Ok(()) };
        for file in fs::read_dir(folder)? {
            chown(file?.path(), Some(user), Some(group))?;
        }
        chown(folder, Some(user), Some(group))
    }

    /// One of the programs, to be run in `folder`.
    pub(super) fn command(&self, name: &str, folder: &Path) -> Command {
        let program = self.bin.join(name);
        let mut made = match self.step_down.split_first() {
            Some((first, rest)) => {
                let mut made = command(first);
                made.args(rest).arg(program);
                made
            }
            None => command(program),
        };
        made.current_dir(folder).env_remove("PGHOST").env_remove("PGOPTIONS").env_remove("PGSSLMODE");
        made
    }

    /// Runs one to its end; what it printed, or what it complained about.
    pub(super) fn run(&self, name: &str, folder: &Path, arguments: &[&str]) -> io::Result<String> {
        output(self.command(name, folder).args(arguments))
    }
}

fn id(arguments: &[&str]) -> Option<u32> {
    output(command("id").args(arguments)).ok()?.trim().parse().ok()
}
