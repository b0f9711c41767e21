//! Renders templates: what they write, piece by piece.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::functions;
use super::template::{Arm, Base, Node, Operand, Pipeline, Template};
use super::text::{Empty, Origin, Piece, Source, Text};
use super::value::{Val, measure};
use crate::{Item, Place, Value};

/// How deep templates, blocks and expressions lie in one another.
const DEPTH: usize = 120;
/// How often a loop turns.
const TURNS: usize = 200;
/// How much one template may do: values copied, bytes written, nodes visited.
const BUDGET: usize = 4_000_000;

/// What a key that is left away costs.
const EMPTY: usize = 200;

/// What templates define, by name.
pub(super) type Defines<'a> = BTreeMap<&'a str, (Rc<Source>, &'a [Node])>;

/// Renders the templates of a chart.
pub(super) struct Renderer<'a> {
    defines: &'a Defines<'a>,
    budget: usize,
    depth: usize,
}

/// Where names are looked up.
struct Frame {
    source: Rc<Source>,
    root: Val,
    dot: Val,
    variables: Vec<(String, Val)>,
}

impl<'a> Renderer<'a> {
    pub(super) fn new(defines: &'a Defines<'a>) -> Self {
        Self { defines, budget: BUDGET, depth: 0 }
    }

    /// What a template writes; none if that is too much.
    pub(super) fn render(&mut self, source: &Rc<Source>, nodes: &[Node], root: &Val) -> Option<Text> {
        self.enter()?;
        let mut frame =
            Frame { source: Rc::clone(source), root: root.clone(), dot: root.clone(), variables: Vec::new() };
        let mut out = Text::default();
        self.nodes(nodes, &mut frame, &mut out)?;
        self.depth -= 1;
        Some(out)
    }

    fn enter(&mut self) -> Option<()> {
        self.depth += 1;
        self.charge(1)?;
        (self.depth < DEPTH).then_some(())
    }

    fn charge(&mut self, cost: usize) -> Option<()> {
        self.budget = self.budget.checked_sub(cost)?;
        Some(())
    }

    fn nodes(&mut self, nodes: &[Node], frame: &mut Frame, out: &mut Text) -> Option<()> {
        self.enter()?;
        for node in nodes {
            match node {
                Node::Text(at) => {
                    self.charge(at.len())?;
                    let text = Arc::clone(&frame.source.text);
                    out.push(text.get(at.clone())?, Origin::Source(Rc::clone(&frame.source), at.start));
                }
                Node::Output(pipeline, at) => {
                    let place = frame.source.place(at.start, at.end);
                    let value = self.pipeline(pipeline, frame, &place)?;
                    if pipeline.variables.is_empty() {
                        let text = value.into_text(&pipeline.code, &place).by(&place);
                        self.charge(text.size())?;
                        out.0.extend(text.0);
                    }
                }
                Node::Choice(arms, otherwise) => self.choice(arms, otherwise, frame, out)?,
                Node::Range(over, at, body, otherwise) => {
                    let place = frame.source.place(at.start, at.end);
                    self.range(over, &place, (body, otherwise), frame, out)?;
                }
                Node::Template(name, dot, at) => {
                    let place = frame.source.place(at.start, at.end);
                    let dot = match dot {
                        Some(dot) => self.pipeline(dot, frame, &place)?,
                        None => Val::null(&place),
                    };
                    let code: Arc<str> = Arc::from(format!("template {name}"));
                    let text = self.include(name, &dot, &code, &place)?.into_text(&code, &place).by(&place);
                    self.charge(text.size())?;
                    out.0.extend(text.0);
                }
            }
        }
        self.depth -= 1;
        Some(())
    }

    fn choice(&mut self, arms: &[Arm], otherwise: &[Node], frame: &mut Frame, out: &mut Text) -> Option<()> {
        let variables = frame.variables.len();
        for arm in arms {
            let place = frame.source.place(arm.at.start, arm.at.end);
            let value = self.pipeline(&arm.condition, frame, &place)?;
            let truth = value.truth();
            let asks = arms.len() == 1 && otherwise.is_empty() && is_undeclared(&arm.condition, &frame.root);
            let truth = if asks && is_blank(out) { None } else { truth };
            if truth == Some(false) {
                if arms.len() == 1
                    && otherwise.is_empty()
                    && let Some(empty) = left_away(arm, &value, &frame.source)
                {
                    self.charge(EMPTY)?;
                    out.0.push(Piece::Empty(empty));
                }
                continue;
            }
            if truth.is_none() {
                out.0.push(Piece::If(Arc::clone(&arm.condition.code)));
            }
            let outer = arm.with.then(|| std::mem::replace(&mut frame.dot, value));
            self.nodes(&arm.body, frame, out)?;
            if let Some(outer) = outer {
                frame.dot = outer;
            }
            if truth.is_none() {
                out.0.push(Piece::EndIf);
            }
            frame.variables.truncate(variables);
            return Some(());
        }
        self.nodes(otherwise, frame, out)?;
        frame.variables.truncate(variables);
        Some(())
    }

    fn range(
        &mut self,
        over: &Pipeline,
        place: &Place,
        (body, otherwise): (&[Node], &[Node]),
        frame: &mut Frame,
        out: &mut Text,
    ) -> Option<()> {
        let value = self.value(over, frame, place)?;
        let item = value.into_item(&over.code, place);
        let string = |text: &str| Val::data(Value::String(Arc::from(text)), place);
        let number = |n: usize| Val::data(Value::Number(n.into()), place);
        let data = |item: &Item| Val::Data(Rc::new(item.clone()));
        self.charge(measure(&item).0)?;
        let turns: Vec<(Val, Val)> = match &item.value {
            Value::Seq(items) => {
                items.iter().take(TURNS).enumerate().map(|(at, item)| (number(at), data(item))).collect()
            }
            Value::Map(map) => map.iter().take(TURNS).map(|(key, item)| (string(key), data(item))).collect(),
            Value::Unknown(_) => {
                let unknown = Val::unknown(&over.code, place);
                vec![(unknown.clone(), unknown)]
            }
            Value::Number(count) => {
                let count = count.as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0).min(TURNS);
                (0..count).map(|at| (number(at), number(at))).collect()
            }
            _ => Vec::new(),
        };
        if turns.is_empty() {
            return self.nodes(otherwise, frame, out);
        }
        if item.is_unknown() {
            out.0.push(Piece::If(Arc::clone(&over.code)));
        }
        let variables = frame.variables.len();
        for (key, value) in turns {
            match &over.variables[..] {
                [name] => frame.variables.push((name.clone(), value.clone())),
                [first, second, ..] => {
                    frame.variables.push((first.clone(), key));
                    frame.variables.push((second.clone(), value.clone()));
                }
                [] => {}
            }
            let outer = std::mem::replace(&mut frame.dot, value);
            self.nodes(body, frame, out)?;
            frame.dot = outer;
            frame.variables.truncate(variables);
        }
        if item.is_unknown() {
            out.0.push(Piece::EndIf);
        }
        Some(())
    }

    /// The value of an expression, given to its variables too.
    fn pipeline(&mut self, pipeline: &Pipeline, frame: &mut Frame, place: &Place) -> Option<Val> {
        let value = self.value(pipeline, frame, place)?;
        for name in &pipeline.variables {
            let there = frame.variables.iter_mut().rev().find(|(known, _)| known == name);
            match there {
                Some((_, old)) if pipeline.assigns => *old = value.clone(),
                _ => frame.variables.push((name.clone(), value.clone())),
            }
        }
        Some(value)
    }

    fn value(&mut self, pipeline: &Pipeline, frame: &mut Frame, place: &Place) -> Option<Val> {
        self.enter()?;
        let mut last = None;
        for command in &pipeline.commands {
            last = Some(self.command(command, last, pipeline, frame, place)?);
        }
        self.depth -= 1;
        Some(last.unwrap_or_else(|| Val::unknown(&pipeline.code, place)))
    }

    fn command(
        &mut self,
        command: &[Operand],
        piped: Option<Val>,
        pipeline: &Pipeline,
        frame: &mut Frame,
        place: &Place,
    ) -> Option<Val> {
        let (head, rest) = command.split_first()?;
        let mut arguments = Vec::new();
        for operand in rest {
            arguments.push(self.operand(operand, pipeline, frame, place)?);
        }
        arguments.extend(piped);
        match &head.base {
            Base::Function(name) => {
                let value = self.call(name, arguments, pipeline, frame, place)?;
                self.select(value, &head.fields, &pipeline.code, place)
            }
            _ if arguments.is_empty() => self.operand(head, pipeline, frame, place),
            _ => Some(functions::method(&head.fields, &arguments, &pipeline.code, place)),
        }
    }

    fn operand(
        &mut self,
        operand: &Operand,
        pipeline: &Pipeline,
        frame: &mut Frame,
        place: &Place,
    ) -> Option<Val> {
        let value = match &operand.base {
            Base::Dot => frame.dot.clone(),
            Base::Variable(name) if name.is_empty() => frame.root.clone(),
            Base::Variable(name) => frame
                .variables
                .iter()
                .rev()
                .find(|(known, _)| known == name)
                .map_or_else(|| Val::unknown(&pipeline.code, place), |(_, value)| value.clone()),
            Base::Literal(value) => Val::data(value.clone(), place),
            Base::Group(group) => self.pipeline(group, frame, place)?,
            Base::Function(name) => self.call(name, Vec::new(), pipeline, frame, place)?,
        };
        self.select(value, &operand.fields, &pipeline.code, place)
    }

    fn select(&mut self, value: Val, fields: &[String], code: &Arc<str>, place: &Place) -> Option<Val> {
        if fields.is_empty() {
            if let Val::Text(text) = &value {
                self.charge(text.size())?;
            }
            return Some(value);
        }
        let Val::Data(root) = value else { return Some(Val::unknown(code, place)) };
        let mut item: &Item = &root;
        for field in fields {
            match &item.value {
                Value::Map(map) => match map.get(field.as_str()) {
                    Some(next) => item = next,
                    None => return Some(Val::null(place)),
                },
                Value::Unknown(_) => return Some(Val::unknown(code, place)),
                _ => return Some(Val::null(place)),
            }
        }
        self.charge(measure(item).0)?;
        Some(Val::Data(Rc::new(item.clone())))
    }

    fn call(
        &mut self,
        name: &str,
        arguments: Vec<Val>,
        pipeline: &Pipeline,
        frame: &mut Frame,
        place: &Place,
    ) -> Option<Val> {
        let passed = usize::from(matches!(name, "include" | "tpl"));
        for argument in arguments.iter().take(arguments.len() - passed.min(arguments.len())) {
            self.charge(match argument {
                Val::Data(item) => measure(item).0,
                Val::Text(text) => text.size(),
            })?;
        }
        match (name, &arguments[..]) {
            ("include", [name, dot]) => match name.known() {
                Some(name) => self.include(&name, dot, &pipeline.code, place),
                None => Some(Val::unknown(&pipeline.code, place)),
            },
            ("tpl", [text, dot]) => self.tpl(text, dot, &pipeline.code, place),
            // `set $map ...` changes the variable; what it changes elsewhere is not followed.
            ("set", [_, _, _]) => {
                let value = functions::call(name, arguments, &pipeline.code, place);
                let target = pipeline.commands.first().and_then(|command| command.get(1));
                if let Some(Operand { base: Base::Variable(target), fields }) = target
                    && fields.is_empty()
                    && let Some((_, old)) =
                        frame.variables.iter_mut().rev().find(|(known, _)| known == target)
                {
                    *old = value.clone();
                }
                Some(value)
            }
            _ => Some(functions::call(name, arguments, &pipeline.code, place)),
        }
    }

    fn include(&mut self, name: &str, dot: &Val, code: &Arc<str>, place: &Place) -> Option<Val> {
        if let Some((source, nodes)) = self.defines.get(name) {
            let source = Rc::clone(source);
            return self.render(&source, nodes, dot).map(Val::Text);
        }
        Some(functions::library(name, dot, code, place))
    }

    /// Text that is a template itself.
    fn tpl(&mut self, text: &Val, dot: &Val, code: &Arc<str>, place: &Place) -> Option<Val> {
        let known = text.known();
        if known.as_ref().is_some_and(|known| !known.contains("{{")) {
            return Some(text.clone());
        }
        let Some((template, known)) = known.and_then(|text| Some((Template::parse(&text)?, text))) else {
            return Some(Val::unknown(code, place));
        };
        // Its places would be those of the text, which are not known: what it writes is the action's.
        let source = Rc::new(Source::new(&place.path, &known));
        let written = self.render(&source, &template.nodes, dot)?;
        Some(match written.known() {
            Some(written) => Val::Text(Text::written(written, place)),
            None => Val::unknown(code, place),
        })
    }
}

/// Keys that mean the same empty as left away.
const KEYS: &[&str] = &["securityContext", "resources", "tls", "annotations"];

/// The key that an arm begins with, if it is not taken because what it would write is an empty list or map.
fn left_away(arm: &Arm, value: &Val, source: &Source) -> Option<Empty> {
    let item = value.item()?;
    let is_empty = match &item.value {
        Value::Seq(items) => items.is_empty(),
        Value::Map(map) => map.is_empty(),
        _ => false,
    };
    let Some(Node::Text(at)) = arm.body.first().filter(|_| is_empty) else { return None };
    let line = source.text.get(at.clone())?.lines().find(|line| !line.trim().is_empty())?;
    let (key, _) = line.trim_start().split_once(':')?;
    let name = KEYS.iter().find(|name| **name == key)?;
    let indent = line.len() - line.trim_start().len();
    Some(Empty { name, indent, place: item.place.clone(), key: item.key.clone() })
}

/// Whether a condition is a value that the chart's own values do not have: whoever installs it is to say.
fn is_undeclared(condition: &Pipeline, root: &Val) -> bool {
    let [command] = &condition.commands[..] else { return false };
    let [Operand { base: Base::Dot, fields }] = &command[..] else { return false };
    let [values, name] = &fields[..] else { return false };
    let declared = root.item().and_then(|root| root.get("Values")).and_then(Item::as_map);
    values == "Values" && declared.is_some_and(|map| !map.contains_key(name.as_str()))
}

/// Whether nothing is written yet: what is decided about is all of the template.
fn is_blank(out: &Text) -> bool {
    out.0.iter().all(|piece| matches!(piece, Piece::Text(text, _) if text.trim().is_empty()))
}
