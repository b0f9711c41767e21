//! Whether what a function is given reaches something that must not simply get it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::Place;
use crate::code::ast::{ExprKind, Pattern, PatternKind, Span};
use crate::code::at::{CallAt, FunctionAt};
use crate::code::flow::sink::{Flow, Sink, Source};

/// Calls in calls that are followed.
pub(super) const MAX_CALLS: u8 = 4;
/// Levels of expressions and statements, over all calls. The stack ends here.
pub(super) const MAX_LEVELS: u16 = 400;
/// Expressions that are looked at for one function.
pub(super) const MAX_STEPS: u32 = 100_000;
/// Places of a chain.
const MAX_CHAIN: usize = 12;

/// The ways from the sources to the sinks in a function and in the functions of the repository that it calls. One for
/// each place of a sink; where a sink is given an object that is written there, one for each of its properties.
pub fn flows<'a>(function: FunctionAt<'a>, sources: &[Source], sinks: &[Sink]) -> Vec<Flow<'a>> {
    run(function, sources, None, sinks)
}

/// The ways from what a call gives to the sinks, in the function that it is in or that reaches it.
pub fn flows_from<'a>(function: FunctionAt<'a>, origin: CallAt<'a>, sinks: &[Sink]) -> Vec<Flow<'a>> {
    run(function, &[], Some(origin), sinks)
}

fn run<'a>(
    function: FunctionAt<'a>,
    sources: &[Source],
    origin: Option<CallAt<'a>>,
    sinks: &[Sink],
) -> Vec<Flow<'a>> {
    let mut run = Run {
        sources,
        origin,
        sinks,
        found: Vec::new(),
        checks: Vec::new(),
        names: HashMap::new(),
        returned: Taint::Clean,
        calls: 0,
        levels: 0,
        steps: 0,
        is_branch: false,
    };
    for (at, param) in function.function.params.iter().enumerate() {
        let given = run.part(Taint::Given(at, Vec::new()), function, param);
        run.bind(function, param, &given);
    }
    run.stmts(function, &function.function.body);
    let mut found = run.found;
    found.sort_by(|a, b| at(a).cmp(&at(b)));
    found.dedup_by(|a, b| at(a) == at(b));
    found
}

/// What makes a flow one of its own: the call, and the key of what it is given.
fn at<'b>(flow: &'b Flow<'_>) -> (&'b str, Span, Option<&'b str>) {
    (&flow.call.at.module.path, flow.call.at.span(), flow.key.as_deref())
}

/// What is known about a value.
#[derive(Clone, Debug)]
pub(super) enum Taint {
    Clean,
    /// A part of a parameter that is not a source itself, but may hold one.
    Given(usize, Vec<Arc<str>>),
    /// From outside.
    Outside(Way),
}

/// How something came from outside.
#[derive(Clone, Debug)]
pub(super) struct Way {
    /// The places that it passed.
    pub(super) chain: Vec<Place>,
    /// Whether the value begins with it, as far as can be told: not so for `/folder/${name}`.
    pub(super) leads: bool,
    /// Where it was first put together with something else.
    pub(super) joined: Option<Joined>,
}

impl Way {
    pub(super) fn new(place: Place) -> Self {
        Self { chain: vec![place], leads: true, joined: None }
    }
}

/// Where a value was put together with something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The whole: a template, a sum, `join(..)`.
    pub place: Place,
    /// Whether what stands before it leaves it a part of a path: no `?` is there.
    pub in_path: bool,
}

impl Taint {
    /// The same as a part of something.
    pub(super) fn joined(self, place: Place, in_path: bool) -> Self {
        match self {
            Taint::Outside(mut way) => {
                way.joined.get_or_insert(Joined { place, in_path });
                Taint::Outside(way)
            }
            other => other,
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        match (&self, &other) {
            (Taint::Outside(_), _) => self,
            (_, Taint::Outside(_)) | (Taint::Clean, _) => other,
            _ => self,
        }
    }

    pub(super) fn passing(self, place: Place) -> Self {
        match self {
            Taint::Outside(mut way) => {
                if way.chain.len() < MAX_CHAIN && way.chain.last() != Some(&place) {
                    way.chain.push(place);
                }
                Taint::Outside(way)
            }
            other => other,
        }
    }

    /// The same behind something that is known.
    pub(super) fn behind(self) -> Self {
        match self {
            Taint::Outside(way) => Taint::Outside(Way { leads: false, ..way }),
            other => other,
        }
    }
}

/// A declared name: its module and the first byte of its declaration.
pub(super) type Name = (Arc<str>, u32);

pub(super) struct Run<'a, 's> {
    pub(super) sources: &'s [Source],
    /// A call that gives something from outside.
    pub(super) origin: Option<CallAt<'a>>,
    pub(super) sinks: &'s [Sink],
    pub(super) found: Vec<Flow<'a>>,
    pub(super) checks: Vec<Place>,
    pub(super) names: HashMap<Name, Taint>,
    pub(super) returned: Taint,
    pub(super) calls: u8,
    pub(super) levels: u16,
    pub(super) steps: u32,
    /// Whether what is looked at may be skipped when it runs, so that an assignment leaves the old value possible.
    pub(super) is_branch: bool,
}

impl<'a> Run<'a, '_> {
    /// A part of a value.
    pub(super) fn step(&self, of: Taint, name: &Arc<str>, place: impl Fn() -> Place) -> Taint {
        match of {
            Taint::Given(param, mut path) => {
                path.push(Arc::clone(name));
                self.given(param, path, place)
            }
            other => other,
        }
    }

    /// A part of a parameter: from outside, if a source says so.
    pub(super) fn given(&self, param: usize, path: Vec<Arc<str>>, place: impl Fn() -> Place) -> Taint {
        let is = |source: &Source| {
            let mut parts = source.path.split('.').filter(|part| !part.is_empty());
            let mut own = path.iter();
            source.param == param && parts.all(|part| own.next().is_some_and(|own| &**own == part))
        };
        if self.sources.iter().any(is) {
            Taint::Outside(Way::new(place()))
        } else {
            Taint::Given(param, path)
        }
    }

    /// What a source says about a whole parameter that is bound to a pattern.
    pub(super) fn part(&self, taint: Taint, inside: FunctionAt<'a>, pattern: &'a Pattern) -> Taint {
        match taint {
            Taint::Given(param, path) => self.given(param, path, || inside.module.place(pattern.span)),
            other => other,
        }
    }

    pub(super) fn bind(&mut self, inside: FunctionAt<'a>, pattern: &'a Pattern, taint: &Taint) {
        if self.levels >= MAX_LEVELS {
            return;
        }
        self.levels += 1;
        let place = |pattern: &Pattern| inside.module.place(pattern.span);
        match &pattern.kind {
            PatternKind::Name(name) => {
                let declared =
                    inside.module.binding(name, pattern.span).map_or(pattern.span, |found| found.span);
                let key = (Arc::clone(&inside.module.path), declared.start);
                let taint = taint.clone().passing(place(pattern));
                let old = if self.is_branch { self.names.remove(&key) } else { None };
                self.names.insert(key, taint.or(old.unwrap_or(Taint::Clean)));
            }
            // `options.url = x` makes the whole from outside.
            PatternKind::Place(expr) => {
                if let (Taint::Outside(_), ExprKind::Member { object, .. } | ExprKind::Index { object, .. }) =
                    (taint, &expr.kind)
                    && let ExprKind::Ident(name) = &object.kind
                    && let Some(binding) = inside.module.binding(name, object.span)
                {
                    let key = (Arc::clone(&inside.module.path), binding.span.start);
                    self.names.insert(key, taint.clone().passing(place(pattern)));
                }
            }
            PatternKind::Object { entries, rest } => {
                for (key, inner) in entries {
                    let key = key.clone().unwrap_or_else(|| Arc::from("*"));
                    let part = self.step(taint.clone(), &key, || place(inner));
                    self.bind(inside, inner, &part);
                }
                if let Some(rest) = rest {
                    self.bind(inside, rest, taint);
                }
            }
            PatternKind::Array { items, rest } => {
                for inner in items.iter().flatten().chain(rest.as_deref()) {
                    let part = self.step(taint.clone(), &Arc::from("*"), || place(inner));
                    self.bind(inside, inner, &part);
                }
            }
            PatternKind::Default(inner, default) => {
                let default = self.expr(inside, default);
                self.bind(inside, inner, &taint.clone().or(default));
            }
        }
        self.levels -= 1;
    }
}
