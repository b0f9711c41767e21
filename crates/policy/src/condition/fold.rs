//! Answers, for one principal, for which entities a condition holds, and for which it fails.

use cedar_policy::{Entities, EvalResult, Expression, Request, eval_expression};
use model::{AttrTest, EntityRef, Predicate};

use super::logic::{and, not, or};
use super::{Cond, Many, Optional, Test, Text};

/// The principal and what is known of her.
pub(crate) struct World {
    pub(crate) request: Request,
    pub(crate) entities: Entities,
}

impl World {
    /// What Cedar makes of an expression that does not concern the entity; `None` if it fails.
    pub(crate) fn value(&self, expr: &Expression) -> Option<EvalResult> {
        eval_expression(&self.request, &self.entities, expr).ok()
    }
}

/// When a condition is true, and when its evaluation is an error.
#[derive(Debug)]
pub(crate) struct Folded {
    /// Says nothing where `error` holds: an error of a part that is evaluated is one of the whole, and
    /// what a part that is not evaluated would say is left out.
    pub(crate) yes: Predicate,
    pub(crate) error: Predicate,
    /// What is there for certain where the condition is true.
    present: Vec<Presence>,
}

/// An optional attribute or a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Presence {
    Type,
    Lifecycle,
    System,
    Label(String),
    Annotation(String),
}

/// Folds a condition for the principal of `world`.
pub(crate) fn fold(condition: &Cond, world: &World) -> Folded {
    Folder { world, present: Vec::new() }.condition(condition)
}

struct Folder<'a> {
    world: &'a World,
    /// What the conditions on the way here have established. It keeps guarded reads free of errors, and
    /// so the answers small.
    present: Vec<Presence>,
}

impl Folded {
    fn when(yes: Predicate) -> Self {
        Self { yes, error: Predicate::FALSE, present: Vec::new() }
    }

    fn error() -> Self {
        Self { yes: Predicate::FALSE, error: Predicate::TRUE, present: Vec::new() }
    }

    fn never(&self) -> bool {
        self.yes.constant() == Some(false)
    }
}

impl Folder<'_> {
    fn condition(&mut self, condition: &Cond) -> Folded {
        match condition {
            Cond::Const(true) => Folded::when(Predicate::TRUE),
            Cond::Const(false) => Folded::when(Predicate::FALSE),
            Cond::Known(expr) => match self.world.value(expr) {
                Some(EvalResult::Bool(true)) => Folded::when(Predicate::TRUE),
                Some(EvalResult::Bool(false)) => Folded::when(Predicate::FALSE),
                _ => Folded::error(),
            },
            Cond::All(parts) => self.all(parts),
            Cond::Any(parts) => self.any(parts),
            Cond::Not(part) => {
                let part = self.condition(part);
                Folded { yes: not(part.yes), error: part.error, present: Vec::new() }
            }
            Cond::If(test, then, otherwise) => self.branch(test, then, otherwise),
            Cond::Test(test) => self.test(test),
        }
    }

    fn all(&mut self, parts: &[Cond]) -> Folded {
        let mut so_far = Folded::when(Predicate::TRUE);
        for part in parts {
            if so_far.never() {
                break;
            }
            let part = self.assuming(&so_far.present, part);
            so_far.error = or(so_far.error, and(so_far.yes.clone(), part.error));
            so_far.yes = and(so_far.yes, part.yes);
            so_far.present.extend(part.present);
        }
        so_far
    }

    fn any(&mut self, parts: &[Cond]) -> Folded {
        let mut so_far = Folded::when(Predicate::FALSE);
        for part in parts {
            if so_far.yes.constant() == Some(true) {
                break;
            }
            let part = self.condition(part);
            let present = common(&so_far, &part);
            let error = or(so_far.error, and(not(so_far.yes.clone()), part.error));
            so_far = Folded { error, yes: or(so_far.yes, part.yes), present };
        }
        so_far
    }

    fn branch(&mut self, test: &Cond, then: &Cond, otherwise: &Cond) -> Folded {
        let test = self.condition(test);
        let no = not(test.yes.clone());
        let then =
            if test.never() { Folded::when(Predicate::FALSE) } else { self.assuming(&test.present, then) };
        let otherwise = if no.constant() == Some(false) {
            Folded::when(Predicate::FALSE)
        } else {
            self.condition(otherwise)
        };
        Folded {
            present: common(&then, &otherwise),
            error: or(test.error, or(and(test.yes.clone(), then.error), and(no.clone(), otherwise.error))),
            yes: or(and(test.yes, then.yes), and(no, otherwise.yes)),
        }
    }

    fn assuming(&mut self, present: &[Presence], condition: &Cond) -> Folded {
        let before = self.present.len();
        self.present.extend_from_slice(present);
        let folded = self.condition(condition);
        self.present.truncate(before);
        folded
    }

    /// The value of an operand that must be a set; `None` if it fails.
    fn set(&self, expr: &Expression) -> Option<Vec<EvalResult>> {
        match self.world.value(expr)? {
            EvalResult::Set(set) => Some(set.iter().cloned().collect()),
            _ => None,
        }
    }

    fn test(&self, test: &Test) -> Folded {
        self.answer(test).unwrap_or_else(Folded::error)
    }

    /// `None` if the operand fails, whatever the entity.
    fn answer(&self, test: &Test) -> Option<Folded> {
        Some(match test {
            Test::Is(of, operand) => return self.text(of, strings(&[self.world.value(operand)?])),
            Test::OneOf(of, operand) => return self.text(of, strings(&self.set(operand)?)),
            Test::Holds(many, operand) => {
                Folded::when(holds_any(*many, strings(&[self.world.value(operand)?])))
            }
            Test::Meets(many, operand) => Folded::when(holds_any(*many, strings(&self.set(operand)?))),
            Test::Covers(many, operand) => Folded::when(covers(*many, &self.set(operand)?)),
            Test::Entity(operand) => Folded::when(match self.world.value(operand)? {
                EvalResult::Set(set) => is_entity(set.iter()),
                one => is_entity(std::iter::once(&one)),
            }),
            Test::Has(optional) => {
                let presence = self.presence(optional)?;
                Folded { yes: presence.predicate(), error: Predicate::FALSE, present: vec![presence] }
            }
        })
    }

    fn presence(&self, optional: &Optional) -> Option<Presence> {
        let key = |expr| match self.world.value(expr) {
            Some(EvalResult::String(key)) => Some(key),
            _ => None,
        };
        Some(match optional {
            Optional::Type => Presence::Type,
            Optional::Lifecycle => Presence::Lifecycle,
            Optional::System => Presence::System,
            Optional::Label(expr) => Presence::Label(key(expr)?),
            Optional::Annotation(expr) => Presence::Annotation(key(expr)?),
        })
    }

    /// The text is one of these.
    fn text(&self, text: &Text, wanted: Vec<String>) -> Option<Folded> {
        let optional = match text {
            Text::Ref => return Some(Folded::when(of_refs(wanted, AttrTest::Ref))),
            Text::Kind => return Some(Folded::when(of_texts(wanted, AttrTest::Kind))),
            Text::Namespace => return Some(Folded::when(of_texts(wanted, AttrTest::Namespace))),
            Text::Name => return Some(Folded::when(of_texts(wanted, AttrTest::Name))),
            Text::Optional(optional) => optional,
        };
        let presence = self.presence(optional)?;
        let yes = match &presence {
            Presence::Type => of_texts(wanted, AttrTest::Type),
            Presence::Lifecycle => of_texts(wanted, AttrTest::Lifecycle),
            Presence::System => of_refs(wanted, AttrTest::System),
            Presence::Label(key) => any_of(wanted, |value| AttrTest::Label(key.clone(), Some(value))),
            Presence::Annotation(key) => {
                any_of(wanted, |value| AttrTest::Annotation(key.clone(), Some(value)))
            }
        };
        let error =
            if self.present.contains(&presence) { Predicate::FALSE } else { not(presence.predicate()) };
        Some(Folded { yes, error, present: vec![presence] })
    }
}

impl Presence {
    fn predicate(&self) -> Predicate {
        Predicate::Attr(match self {
            Self::Type => AttrTest::Type(Vec::new()),
            Self::Lifecycle => AttrTest::Lifecycle(Vec::new()),
            Self::System => AttrTest::System(Vec::new()),
            Self::Label(key) => AttrTest::Label(key.clone(), None),
            Self::Annotation(key) => AttrTest::Annotation(key.clone(), None),
        })
    }
}

/// What both sides establish; a side that is never true has nothing to say.
fn common(left: &Folded, right: &Folded) -> Vec<Presence> {
    if left.never() {
        return right.present.clone();
    }
    if right.never() {
        return left.present.clone();
    }
    left.present.iter().filter(|presence| right.present.contains(presence)).cloned().collect()
}

/// The texts among some values; nothing else equals a text.
fn strings(values: &[EvalResult]) -> Vec<String> {
    let text = |value: &EvalResult| match value {
        EvalResult::String(text) => Some(text.clone()),
        _ => None,
    };
    values.iter().filter_map(text).collect()
}

/// The refs among some texts. A text that is not a canonical ref equals no ref.
fn refs(texts: impl IntoIterator<Item = String>) -> Vec<EntityRef> {
    texts
        .into_iter()
        .filter_map(|text| text.parse::<EntityRef>().ok().filter(|parsed| parsed.as_str() == text))
        .collect()
}

/// The empty list means "any at all" to some tests, and here it means none.
fn of_refs(texts: Vec<String>, test: fn(Vec<EntityRef>) -> AttrTest) -> Predicate {
    let refs = refs(texts);
    if refs.is_empty() { Predicate::FALSE } else { Predicate::Attr(test(refs)) }
}

fn of_texts(texts: Vec<String>, test: fn(Vec<String>) -> AttrTest) -> Predicate {
    if texts.is_empty() { Predicate::FALSE } else { Predicate::Attr(test(texts)) }
}

fn any_of(texts: Vec<String>, test: impl Fn(String) -> AttrTest) -> Predicate {
    texts.into_iter().map(|text| Predicate::Attr(test(text))).fold(Predicate::FALSE, or)
}

fn holds_any(many: Many, texts: Vec<String>) -> Predicate {
    match many {
        Many::Owners => of_refs(texts, AttrTest::Owner),
        Many::Tags => any_of(texts, AttrTest::Tag),
    }
}

fn covers(many: Many, items: &[EvalResult]) -> Predicate {
    items.iter().map(|item| holds_any(many, strings(std::slice::from_ref(item)))).fold(Predicate::TRUE, and)
}

fn is_entity<'a>(values: impl Iterator<Item = &'a EvalResult>) -> Predicate {
    let ids = values.filter_map(|value| match value {
        EvalResult::EntityUid(uid) if uid.type_name().basename() == "Entity" => {
            Some(uid.id().unescaped().to_owned())
        }
        _ => None,
    });
    of_refs(ids.collect(), AttrTest::Ref)
}
