//! Problems found while settings are read: all of them, not the first.

use crate::mask::QUOTED;
use crate::{Problem, Severity, ValueRef};

/// A value as it may stand in a message: short, and without what stands before an `@`.
pub(super) fn shown(text: &str) -> String {
    let text = text.rsplit_once('@').map_or_else(|| text.to_owned(), |(_, rest)| format!("<secret>@{rest}"));
    if text.chars().count() <= QUOTED { text } else { text.chars().take(QUOTED).chain(['…']).collect() }
}

#[derive(Default)]
pub(super) struct Findings {
    pub(super) problems: Vec<Problem>,
}

impl Findings {
    pub(super) fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// The value, or `None` with its problem noted.
    pub(super) fn keep<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.push(problem)).ok()
    }

    /// As [`Findings::keep`], for a value that may be absent.
    pub(super) fn take<T>(&mut self, result: Result<Option<T>, Problem>) -> Option<T> {
        self.keep(result).flatten()
    }

    pub(super) fn any_error(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Notes keys with nothing behind them, where the absence of the key would allow more. A `null`
    /// that hides an older source is meant.
    pub(super) fn not_blank(&mut self, values: &[ValueRef<'_>]) {
        for value in values.iter().filter(|value| value.is_blank()) {
            self.push(
                value
                    .problem(format!("`{}` is empty, which would lift the limit", value.key()))
                    .fix("write what is allowed, or remove the key"),
            );
        }
    }

    /// Whether something below was dropped because a variable is not set. Such an entry is left out
    /// whole, because half of it may allow more than all of it.
    pub(super) fn has_losses(&mut self, value: &ValueRef<'_>, what: &str) -> bool {
        let losses = value.losses();
        let Some(loss) = losses.first() else { return false };
        self.push(
            Problem::warning(
                value.key(),
                format!("this {what} is left out, because `{}` has no value", loss.key),
            )
            .at(Some(&loss.place))
            .fix("set the variable it needs"),
        );
        true
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn messages_show_short_values_without_credentials() {
        assert_eq!(shown("10.0.0.0/8"), "10.0.0.0/8");
        assert_eq!(shown("https://u:p@ss@h/x"), "<secret>@h/x");
        assert_eq!(shown(&"x".repeat(1_000)).chars().count(), 81);
    }
}
