//! Reporting what is wrong with objects.

use std::collections::BTreeSet;

use crate::finding::Report;
use crate::fix::{Edit, Fix};
use crate::kube::{Object, Source};
use crate::{Findings, Item, Place, Severity};

/// Reports each place once: a base that several overlays build on has each of its faults once, as production has it.
pub(crate) struct Teller<'a> {
    findings: &'a mut Findings,
    told: BTreeSet<Place>,
}

impl<'a> Teller<'a> {
    pub(crate) fn new(findings: &'a mut Findings) -> Self {
        Self { findings, told: BTreeSet::new() }
    }

    /// Reports something of an object that is this bad in a portal's production, unless the place was told of.
    pub(crate) fn at(
        &mut self,
        object: &Object,
        place: &Place,
        of_portal: Severity,
        message: impl Into<String>,
    ) -> Option<Report<'_>> {
        self.told.insert(place.clone()).then(|| {
            self.findings
                .at(place, message)
                .severity(object.severity(of_portal))
                .confidence(object.confidence())
                .evidence(object.evidence())
        })
    }
}

impl Teller<'_> {
    /// Reports something that is in no object, unless the place was told of.
    pub(crate) fn elsewhere(
        &mut self,
        place: &Place,
        severity: Severity,
        message: impl Into<String>,
    ) -> Option<Report<'_>> {
        self.told.insert(place.clone()).then(|| {
            self.findings.at(place, message).severity(severity).confidence(crate::Confidence::Medium)
        })
    }
}

impl Object {
    /// A fix by editing the manifest, where the object is just what is written there; else words.
    pub(crate) fn fix(&self, what: impl Into<String>, edits: Vec<Edit>) -> Fix {
        // What the image of something else needs is not known here.
        if !self.belongs.is_portal() || edits.is_empty() {
            return Fix::manual(what);
        }
        match self.source {
            Source::Plain if !edits.is_empty() => Fix::suggested(what, edits),
            _ => Fix::manual(what),
        }
    }
}

/// Where the value of an entry comes from: a chart's values, if a template takes it from there; else its key.
pub(crate) fn written(item: &Item) -> &Place {
    match &item.key {
        Some(key) if key.path == item.place.path => key,
        _ => &item.place,
    }
}
