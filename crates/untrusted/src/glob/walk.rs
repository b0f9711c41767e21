//! Matching a whole path: the set of places in the pattern that the path so far may have reached.

use super::segment::Segment;

/// Whether the path matches the pattern.
pub(super) fn matches(pattern: &[Segment], path: &[&str]) -> bool {
    let reached = reach(pattern, path);
    reached.get(pattern.len()).copied().unwrap_or(false)
}

/// The same for a text that was cut at slashes: a slash at its end may be left out of the pattern.
pub(super) fn matches_text(pattern: &[Segment], text: &[&str]) -> bool {
    match text {
        [path @ .., ""] if !path.is_empty() => matches(pattern, path) || matches(pattern, text),
        path => matches(pattern, path),
    }
}

/// Whether the path is the beginning of some path that matches.
pub(super) fn may_descend(pattern: &[Segment], path: &[&str]) -> bool {
    reach(pattern, path).iter().take(pattern.len()).any(|reached| *reached)
}

/// For each place in the pattern, whether the path may end there.
fn reach(pattern: &[Segment], path: &[&str]) -> Vec<bool> {
    let mut reached = vec![false; pattern.len().saturating_add(1)];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    skip_globstars(pattern, &mut reached);
    for name in path {
        let mut next = vec![false; reached.len()];
        for (place, segment) in pattern.iter().enumerate() {
            if reached.get(place) != Some(&true) || !segment.matches(name) {
                continue;
            }
            let stays = matches!(segment, Segment::Globstar { .. });
            let is_last = place.saturating_add(1) == pattern.len();
            if stays && let Some(slot) = next.get_mut(place) {
                *slot = true;
            }
            if (!stays || is_last)
                && let Some(slot) = next.get_mut(place.saturating_add(1))
            {
                *slot = true;
            }
        }
        skip_globstars(pattern, &mut next);
        reached = next;
    }
    reached
}

/// A `**` may match nothing, except at the end of a pattern, where it matches at least one name.
fn skip_globstars(pattern: &[Segment], reached: &mut [bool]) {
    let last = pattern.len().saturating_sub(1);
    for (place, segment) in pattern.iter().enumerate().take(last) {
        if matches!(segment, Segment::Globstar { .. })
            && reached.get(place) == Some(&true)
            && let Some(slot) = reached.get_mut(place.saturating_add(1))
        {
            *slot = true;
        }
    }
}
