//! An entity's relations as a small drawing: what it belongs to on the left, what it uses on the
//! right. Laid out here in whole pixels; the template writes the SVG.

use super::entity::RelationGroup;
use super::{Href, Icon, RefLink, Text};

const WIDTH: u32 = Graph::WIDTH;
const NODE_WIDTH: u32 = Graph::NODE_WIDTH;
const NODE_HEIGHT: u32 = Graph::NODE_HEIGHT;
const NODE_STEP: u32 = 32;
const HEADING: u32 = 22;
const GROUP_GAP: u32 = 10;
const MARGIN: u32 = 8;
/// Most nodes drawn for one relation, and on one side; the lists below have them all.
const MOST_IN_GROUP: usize = 5;
const MOST_ON_SIDE: usize = 10;
/// Columns of text that fit a node.
const LABEL_COLUMNS: usize = 20;

/// A drawing of an entity and its neighbours.
#[derive(Debug)]
pub struct Graph {
    /// Height in pixels; the width is fixed.
    pub height: u32,
    /// What it shows, for those who cannot see it.
    pub description: Text,
    /// The entity itself.
    pub centre: Node,
    /// Its neighbours.
    pub nodes: Vec<Node>,
    /// Names of the relations, above their nodes.
    pub headings: Vec<Heading>,
    /// Lines between the entity and its neighbours, as path data.
    pub lines: Vec<String>,
}

/// A box with a name.
#[derive(Debug)]
pub struct Node {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// What fits the box.
    pub label: Text,
    /// The whole ref.
    pub whole: Text,
    /// Where it leads.
    pub href: Option<Href>,
    icon: Icon,
    /// Whether it stands for those that are not drawn.
    pub is_rest: bool,
}

/// The name of a relation.
#[derive(Debug)]
pub struct Heading {
    /// Left edge.
    pub x: u32,
    /// Base line.
    pub y: u32,
    /// In words.
    pub label: Text,
}

impl Node {
    pub(crate) fn icon(&self) -> Icon {
        self.icon
    }

    pub(crate) fn text_x(&self) -> u32 {
        self.x + if self.is_rest { 10 } else { 30 }
    }

    /// Room for the label; wide letters are cut at its end.
    pub(crate) fn text_width(&self) -> u32 {
        self.x + NODE_WIDTH - 6 - self.text_x()
    }

    pub(crate) fn icon_x(&self) -> u32 {
        self.x + 8
    }

    pub(crate) fn icon_y(&self) -> u32 {
        self.y + 5
    }
}

impl Graph {
    /// Width of the drawing in pixels.
    pub const WIDTH: u32 = 680;
    /// Width of every box.
    pub const NODE_WIDTH: u32 = 192;
    /// Height of every box.
    pub const NODE_HEIGHT: u32 = 26;

    /// Draws `centre`, named `name`, and what it is related to; `None` if that is nothing.
    pub fn around(centre: &RefLink, name: &str, relations: &[RelationGroup]) -> Option<Self> {
        if relations.is_empty() {
            return None;
        }
        let right_x = WIDTH - NODE_WIDTH - MARGIN;
        let mut left = Side::new(MARGIN);
        let mut right = Side::new(right_x);
        for group in relations {
            if group.is_upward { left.add(group) } else { right.add(group) }
        }
        let height = left.y.max(right.y).max(NODE_HEIGHT + HEADING + MARGIN) + MARGIN;
        left.settle(height);
        right.settle(height);
        let centre = Node {
            x: (WIDTH - NODE_WIDTH) / 2,
            y: (height - NODE_HEIGHT) / 2,
            label: fit(name),
            whole: centre.whole.clone(),
            href: None,
            icon: centre.icon(),
            is_rest: false,
        };
        let mut lines: Vec<String> = left.nodes.iter().map(|node| line(node, &centre)).collect();
        lines.extend(right.nodes.iter().map(|node| line(&centre, node)));
        let description = describe(name, relations);
        left.nodes.append(&mut right.nodes);
        left.headings.append(&mut right.headings);
        Some(Self { height, description, centre, nodes: left.nodes, headings: left.headings, lines })
    }
}

/// One column, filled from the top.
struct Side {
    x: u32,
    y: u32,
    nodes: Vec<Node>,
    headings: Vec<Heading>,
}

impl Side {
    fn new(x: u32) -> Self {
        Self { x, y: MARGIN, nodes: Vec::new(), headings: Vec::new() }
    }

    fn add(&mut self, group: &RelationGroup) {
        let room = MOST_ON_SIDE.saturating_sub(self.nodes.len()).min(MOST_IN_GROUP);
        let all = group.targets.len() + group.more;
        // A box for "one more" takes the room of that one.
        let drawn = if all <= room + 1 && group.more == 0 { all } else { room };
        if !self.headings.is_empty() {
            self.y += GROUP_GAP;
        }
        self.headings.push(Heading { x: self.x, y: self.y + 12, label: group.label.clone() });
        self.y += HEADING;
        for target in group.targets.iter().take(drawn) {
            self.push(Node {
                x: self.x,
                y: self.y,
                label: fit(without_kind(target)),
                whole: target.whole.clone(),
                href: target.href.clone(),
                icon: target.icon(),
                is_rest: false,
            });
        }
        if drawn < all {
            let count = all - drawn;
            let label = if drawn == 0 { format!("{count}, listed below") } else { format!("{count} more") };
            self.push(Node {
                x: self.x,
                y: self.y,
                label: label.as_str().into(),
                whole: format!("{}: {label}", group.label).into(),
                href: Some(Href::here(&group.id)),
                icon: Icon::of_kind(""),
                is_rest: true,
            });
        }
    }

    fn push(&mut self, node: Node) {
        self.nodes.push(node);
        self.y += NODE_STEP;
    }

    /// Moves the column to the middle of the drawing.
    fn settle(&mut self, height: u32) {
        let down = (height - MARGIN).saturating_sub(self.y) / 2;
        for node in &mut self.nodes {
            node.y += down;
        }
        for heading in &mut self.headings {
            heading.y += down;
        }
    }
}

/// A line from the right edge of one box to the left edge of another, level at both ends.
fn line(from: &Node, to: &Node) -> String {
    let (x1, y1) = (from.x + NODE_WIDTH, from.y + NODE_HEIGHT / 2);
    let (x2, y2) = (to.x, to.y + NODE_HEIGHT / 2);
    let middle = u32::midpoint(x1, x2);
    format!("M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}")
}

/// The icon says the kind, so the label need not.
fn without_kind(target: &RefLink) -> &str {
    let label = target.label.as_str();
    label.strip_prefix(target.kind.as_str()).and_then(|rest| rest.strip_prefix(':')).unwrap_or(label)
}

/// As much of a name as fits a box. Wide (East Asian) characters take two columns.
fn fit(name: &str) -> Text {
    let clean = Text::short(name);
    let columns = |c: char| if c >= '\u{1100}' { 2 } else { 1 };
    if clean.as_str().chars().map(columns).sum::<usize>() <= LABEL_COLUMNS {
        return clean;
    }
    let mut room = LABEL_COLUMNS - 1;
    let mut kept = String::new();
    for c in clean.as_str().chars() {
        if columns(c) > room {
            break;
        }
        room -= columns(c);
        kept.push(c);
    }
    kept.push('…');
    kept.into()
}

fn describe(name: &str, relations: &[RelationGroup]) -> Text {
    let mut parts = Vec::new();
    for group in relations.iter().take(20) {
        let count = group.targets.len() + group.more;
        match group.targets.first() {
            Some(only) if count == 1 => parts.push(format!("{} {}", group.label, only.label)),
            _ => parts.push(format!("{} {count} entities", group.label)),
        }
    }
    Text::clipped(&format!("{name}: {}. The lists below say the same.", parts.join("; ")), 600)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::EntityRef;
    use proptest::prelude::*;

    fn groups(sizes: &[(usize, bool)]) -> Vec<RelationGroup> {
        let group = |(at, &(size, is_upward)): (usize, &(usize, bool))| RelationGroup {
            label: format!("Relation {at}").into(),
            id: format!("relation-{at}"),
            targets: (0..size)
                .map(|n| RefLink::to(&EntityRef::new("component", "default", &format!("c{n}")), None))
                .collect(),
            more: 0,
            is_upward,
        };
        sizes.iter().enumerate().map(group).collect()
    }

    fn around(sizes: &[(usize, bool)]) -> Option<Graph> {
        let centre = RefLink::to(&EntityRef::new("component", "default", "me"), None);
        Graph::around(&centre, "me", &groups(sizes))
    }

    #[test]
    fn long_groups_are_cut_and_say_so() {
        let graph = around(&[(20, false), (1, true)]).expect("a drawing");
        let rest: Vec<&str> = graph.nodes.iter().filter(|n| n.is_rest).map(|n| n.label.as_str()).collect();
        assert_eq!(rest, ["15 more"]);
        assert_eq!(graph.lines.len(), graph.nodes.len());
        assert!(around(&[]).is_none());
    }

    #[test]
    fn names_fit_their_boxes() {
        assert_eq!(fit("short").as_str(), "short");
        assert_eq!(fit(&"a".repeat(30)).as_str(), format!("{}…", "a".repeat(19)));
        assert_eq!(fit(&"家".repeat(30)).as_str(), format!("{}…", "家".repeat(9)));
    }

    proptest! {
        #[test]
        fn boxes_stay_inside_and_apart(sizes in prop::collection::vec((1_usize..30, any::<bool>()), 1..9)) {
            let graph = around(&sizes).expect("a drawing");
            for (at, node) in graph.nodes.iter().chain([&graph.centre]).enumerate() {
                prop_assert!(node.x + NODE_WIDTH <= WIDTH && node.y + NODE_HEIGHT <= graph.height);
                for other in graph.nodes.iter().skip(at + 1).filter(|other| other.x == node.x) {
                    prop_assert!(node.y.abs_diff(other.y) >= NODE_STEP);
                }
            }
        }
    }
}
