//! Which groups a user is in, as the catalog knows it at this moment.

use std::collections::HashSet;

use model::EntityRef;

/// Most groups one user can be in, ancestors included. The rest is left out: a catalog that says
/// otherwise is wrong or hostile, and fewer groups never mean more rights under `permit`. A policy
/// that `forbid`s by group should therefore forbid by what the resource is.
pub const MAX_GROUPS: usize = 4096;

/// Looks a user up in the catalog. Asked at every request, so that leaving a group, or the company,
/// takes effect at once.
pub trait Membership: Send + Sync {
    /// The user's groups; `None` when the catalog has no such user, who is then refused.
    fn of(&self, user: &EntityRef) -> Option<Memberships>;
}

/// The groups of one user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memberships {
    direct: Vec<EntityRef>,
    all: Vec<EntityRef>,
}

impl Memberships {
    /// Collects the direct groups and, over `parents`, all their ancestors. Each group is visited
    /// once, so a cycle ends; the lists are sorted, and hold at most [`MAX_GROUPS`] groups.
    pub fn climb<I>(direct: Vec<EntityRef>, mut parents: impl FnMut(&EntityRef) -> I) -> Self
    where
        I: IntoIterator<Item = EntityRef>,
    {
        let mut direct = direct;
        direct.sort_unstable();
        direct.dedup();
        direct.truncate(MAX_GROUPS);
        let mut seen: HashSet<EntityRef> = direct.iter().cloned().collect();
        let mut all = direct.clone();
        let mut next = 0;
        while next < all.len() {
            let above: Vec<EntityRef> = parents(&all[next]).into_iter().collect();
            next += 1;
            for group in above {
                if all.len() < MAX_GROUPS && seen.insert(group.clone()) {
                    all.push(group);
                }
            }
        }
        all.sort_unstable();
        Self { direct, all }
    }

    /// Groups the user is a member of herself.
    pub fn direct(&self) -> &[EntityRef] {
        &self.direct
    }

    /// Direct groups and all their ancestors.
    pub fn all(&self) -> &[EntityRef] {
        &self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str) -> EntityRef {
        EntityRef::new("group", "default", name)
    }

    fn parents(of: &EntityRef) -> Vec<EntityRef> {
        match of.name() {
            "squad" => vec![group("tribe")],
            "tribe" => vec![group("company"), group("guild")],
            // The company claims to be below the squad: a cycle.
            "company" => vec![group("squad")],
            _ => Vec::new(),
        }
    }

    #[test]
    fn ancestors_are_collected_and_cycles_end() {
        let found = Memberships::climb(vec![group("squad"), group("squad")], parents);
        assert_eq!(found.direct(), [group("squad")]);
        assert_eq!(found.all(), [group("company"), group("guild"), group("squad"), group("tribe")]);
    }

    #[test]
    fn a_tree_without_end_is_cut() {
        let found = Memberships::climb(vec![group("0")], |of| {
            let n: u64 = of.name().parse().expect("a number");
            [group(&(2 * n + 1).to_string()), group(&(2 * n + 2).to_string())]
        });
        assert_eq!(found.all().len(), MAX_GROUPS);
    }
}
