//! Rules are read from TOML. What cannot be read is told by rule, and costs only itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;

use crate::check::Check;
use crate::name::Name;
use crate::pattern::{Pattern, Pick};
use crate::places::{FACTS, Place, Whereabouts};
use crate::rule::{Beside, Examples, Rank, Rule, Shape};

/// Bytes of one file of rules.
pub(crate) const FILE_BYTES: usize = 4 << 20;
/// Rules of one file.
pub(crate) const FILE_RULES: usize = 5000;
/// Least bytes of a keyword or a name.
const KEYWORD_BYTES: usize = 3;
/// Most bytes by which a match may start before its keyword.
const REACH: usize = 256;

/// A rule, or a part of one, that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleProblem {
    /// The rule's id, or where it stands in the file.
    pub rule: String,
    /// What is wrong, and how to mend it.
    pub message: String,
}

impl fmt::Display for RuleProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.message)
    }
}

/// Rules of one file, and what of it could not be read.
#[derive(Default)]
pub struct Loaded {
    /// The rules that can be used.
    pub rules: Vec<Rule>,
    /// The others.
    pub problems: Vec<RuleProblem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    name: String,
    source: String,
    #[serde(default)]
    keywords: Vec<String>,
    pattern: Option<String>,
    #[serde(default)]
    reach: usize,
    /// A block ends with this.
    end: Option<String>,
    #[serde(default)]
    names: Vec<String>,
    value: Option<String>,
    /// Only after `=` or `:`, never in a call or after a blank.
    #[serde(default)]
    strict: bool,
    left: Option<String>,
    right: Option<String>,
    #[serde(default)]
    entropy: f64,
    check: Option<String>,
    /// Where in documents it stands, and where not.
    #[serde(default)]
    places: Vec<String>,
    #[serde(default)]
    except: Vec<String>,
    /// What the document says of itself.
    #[serde(default)]
    when: BTreeMap<String, OneOrMore>,
    /// Places where it stands in base64.
    #[serde(default)]
    encoded: Vec<String>,
    /// Named by any other rule that finds the same.
    #[serde(default)]
    generic: bool,
    #[serde(default)]
    matches: Vec<String>,
    #[serde(default)]
    near: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// How a file's patterns are taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Ours: compiled when needed, and by the tests.
    Ours,
    /// Somebody else's: compiled at once.
    Foreign,
}

/// Reads a file of rules in our own form.
pub(crate) fn load(text: &str, trust: Trust) -> Loaded {
    let mut loaded = Loaded::default();
    let whole = |message: String| RuleProblem { rule: "the whole file".to_owned(), message };
    if text.len() > FILE_BYTES {
        loaded.problems.push(whole(format!("{} bytes; at most {FILE_BYTES} are read", text.len())));
        return loaded;
    }
    let table: toml::Table = match toml::from_str(text) {
        Ok(table) => table,
        Err(error) => {
            loaded.problems.push(whole(error.to_string()));
            return loaded;
        }
    };
    for key in table.keys().filter(|key| *key != "rule") {
        loaded.problems.push(whole(format!("`{key}` is no key here; rules are `[[rule]]`")));
    }
    let Some(toml::Value::Array(rules)) = table.get("rule") else {
        loaded.problems.push(whole("there is no `[[rule]]`".to_owned()));
        return loaded;
    };
    if rules.len() > FILE_RULES {
        loaded.problems.push(whole(format!("{} rules; the first {FILE_RULES} are read", rules.len())));
    }
    for (at, value) in rules.iter().take(FILE_RULES).enumerate() {
        let id = value.get("id").and_then(toml::Value::as_str);
        let id = id.map_or_else(|| format!("rule {}", at + 1), str::to_owned);
        let rule = value
            .clone()
            .try_into::<Written>()
            .map_err(|error| error.message().to_owned())
            .and_then(|written| rule(written, trust));
        match rule {
            Ok(rule) => loaded.rules.push(rule),
            Err(message) => loaded.problems.push(RuleProblem { rule: id, message }),
        }
    }
    loaded
}

fn rule(written: Written, trust: Trust) -> Result<Rule, String> {
    let pattern = |text: &str| match trust {
        Trust::Ours => Ok(Pattern::trusted(text)),
        Trust::Foreign => Pattern::parse(text, Pick::Named),
    };
    if written.reach > REACH {
        return Err(format!("`reach` is {}; at most {REACH}", written.reach));
    }
    if !written.places.is_empty() || !written.encoded.is_empty() {
        return place_rule(written, pattern);
    }
    let (shape, rank, right) = match (&written.pattern, &written.value, &written.end) {
        (Some(begin), None, Some(end)) => {
            let keywords = keywords(&written.keywords, "keywords")?;
            let shape = Shape::Block { keywords, begin: pattern(begin)?, end: pattern(end)? };
            (shape, Rank::Token, Beside::Anything)
        }
        (Some(text), None, None) => {
            let keywords = keywords(&written.keywords, "keywords")?;
            let shape = Shape::Token { keywords, pattern: pattern(text)?, reach: written.reach };
            (shape, Rank::Token, Beside::Word)
        }
        (None, Some(value), None) => {
            keywords(&written.names, "names")?;
            let names: Vec<Name> = written.names.iter().flat_map(|name| Name::read(name)).collect();
            let keywords: BTreeSet<Box<[u8]>> = names.iter().map(|name| name.keyword().into()).collect();
            let keywords = keywords.into_iter().collect();
            let shape = Shape::Named { keywords, names, value: pattern(value)?, strict: written.strict };
            (shape, Rank::Named, Beside::Base64)
        }
        _ => return Err("a rule has `keywords` and `pattern`, `names` and `value`, or `places`".to_owned()),
    };
    let beside = |text: &Option<String>, usual| match text.as_deref() {
        None => Ok(usual),
        Some("none") => Ok(Beside::Anything),
        Some("word") => Ok(Beside::Word),
        Some("dashed") => Ok(Beside::Dashed),
        Some("base64") => Ok(Beside::Base64),
        Some(other) => Err(format!("`{other}` is not `none`, `word`, `dashed` or `base64`")),
    };
    Ok(Rule {
        left: beside(&written.left, Beside::Word)?,
        right: beside(&written.right, right)?,
        shape,
        entropy: written.entropy,
        check: check(written.check.as_deref())?,
        rank: match (written.generic, rank) {
            (false, rank) => rank,
            (true, Rank::Token) => Rank::Common,
            (true, _) => Rank::Generic,
        },
        examples: Examples { matches: written.matches, near: written.near },
        id: written.id.into(),
        name: written.name.into(),
        source: written.source.into(),
    })
}

fn check(name: Option<&str>) -> Result<Option<Check>, String> {
    let Some(name) = name else { return Ok(None) };
    let there = || format!("there is no check `{name}`; there are {}", Check::names().join(", "));
    Check::named(name).ok_or_else(there).map(Some)
}

fn place_rule(written: Written, pattern: impl Fn(&str) -> Result<Pattern, String>) -> Result<Rule, String> {
    if written.pattern.is_some() || !written.names.is_empty() {
        return Err("a rule with `places` has neither `pattern` nor `names`".to_owned());
    }
    if let Some(fact) = written.when.keys().find(|fact| !FACTS.contains(&fact.as_str())) {
        return Err(format!("`when` asks for `{fact}`; it may ask for {}", FACTS.join(", ")));
    }
    let places =
        |texts: &[String]| texts.iter().map(|text| Place::parse(text)).collect::<Result<Vec<_>, _>>();
    let at = Whereabouts {
        places: places(&written.places)?,
        encoded: places(&written.encoded)?,
        except: places(&written.except)?,
        when: written.when.into_iter().map(|(fact, values)| (fact, values.into())).collect(),
        value: written.value.as_deref().map(pattern).transpose()?,
    };
    let keywords = if written.keywords.is_empty() {
        let literals: BTreeSet<String> =
            at.every_place().flat_map(|place| spellings(place.literal())).collect();
        literals.into_iter().map(|literal| literal.into_bytes().into()).collect()
    } else {
        keywords(&written.keywords, "keywords")?
    };
    Ok(Rule {
        left: Beside::Anything,
        right: Beside::Anything,
        shape: Shape::Place { keywords, at },
        entropy: written.entropy,
        check: check(written.check.as_deref())?,
        rank: Rank::Place,
        examples: Examples { matches: written.matches, near: written.near },
        id: written.id.into(),
        name: written.name.into(),
        source: written.source.into(),
    })
}

impl From<OneOrMore> for Vec<String> {
    fn from(written: OneOrMore) -> Self {
        match written {
            OneOrMore::One(value) => vec![value],
            OneOrMore::More(values) => values,
        }
    }
}

fn keywords(written: &[String], key: &str) -> Result<Vec<Box<[u8]>>, String> {
    if written.is_empty() {
        return Err(format!("`{key}` is missing: every rule needs a literal to look for"));
    }
    if let Some(short) = written.iter().find(|keyword| keyword.len() < KEYWORD_BYTES) {
        return Err(format!("`{short}` in `{key}` is shorter than {KEYWORD_BYTES} bytes"));
    }
    Ok(written.iter().map(|keyword| keyword.as_bytes().into()).collect())
}

/// How a name is spelled in configuration, code and headers: `_` may be another separator, or none.
fn spellings(name: &str) -> Vec<String> {
    if !name.contains('_') {
        return vec![name.to_owned()];
    }
    ["_", "-", ".", " ", ""].iter().map(|separator| name.replace('_', separator)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_rule_costs_only_itself_and_is_told_by_its_id() {
        let text = r#"
            [[rule]]
            id = "a-good"
            name = "good"
            source = "https://example.com"
            keywords = ["abc_"]
            pattern = 'abc_[a-z]{3}'
            [[rule]]
            id = "b-group"
            name = "unclosed"
            source = "https://example.com"
            keywords = ["abc_"]
            pattern = 'abc_('
            [[rule]]
            id = "c-typo"
            patern = 'x'
        "#;
        let loaded = load(text, Trust::Foreign);
        assert_eq!(loaded.rules.iter().map(Rule::id).collect::<Vec<_>>(), ["a-good"]);
        let ids: Vec<&str> = loaded.problems.iter().map(|problem| &*problem.rule).collect();
        assert_eq!(ids, ["b-group", "c-typo"]);
        assert!(loaded.problems[1].message.contains("patern"), "{}", loaded.problems[1]);
    }

    #[test]
    fn a_name_is_looked_for_in_every_spelling() {
        assert_eq!(spellings("dd_key"), ["dd_key", "dd-key", "dd.key", "dd key", "ddkey"]);
        assert_eq!(spellings("datadog"), ["datadog"]);
    }
}
