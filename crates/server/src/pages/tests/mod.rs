//! Every page as a whole: what it says, what it weighs, and what hostile content does to it (nothing).

mod hostile;
mod preview;
mod samples;
mod snapshots;
mod wholesome;
