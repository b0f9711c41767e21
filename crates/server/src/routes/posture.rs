//! `GET /posture`: the production checklist against what is in force.

use policy::{Permit, Portal, ReadEntity, ReadPosture};

use super::frame;
use crate::call::{Call, html_answer};
use crate::error::ApiError;
use crate::gate::{PostureFinding, PostureLine, PostureState};
use crate::guard::{self, Named, Names};
use crate::pages::posture::{Line, Row, State};
use crate::pages::{Page as _, PosturePage, Section, Text, paths};
use crate::table::{Answered, Face, Table};

pub(super) fn rows(table: Table) -> Table {
    table.one::<ReadPosture, ThisServer>(Face::Page, "GET", paths::POSTURE, show)
}

/// The page is about the server and names nothing else.
struct ThisServer;

impl Names<ReadPosture> for ThisServer {
    fn find(_: &Call) -> Result<Named<ReadPosture>, ApiError> {
        Ok(Named::Found(Portal))
    }

    fn hidden(_: &Call) -> ApiError {
        ApiError::no_such_route()
    }
}

async fn show(permit: Permit<ReadPosture>, call: Call) -> Answered {
    let principal = permit.principal();
    let scope = guard::scope_of::<ReadEntity>(&call, principal).await.ok();
    let view = scope.map(|scope| call.app.catalog.view(scope));
    let posture = call.app.posture.load();
    let page = PosturePage {
        frame: frame::signed_in(&call, principal, view.as_ref(), "Posture", Section::Posture),
        lines: posture.lines.iter().chain([&call.app.ages.line()]).map(line).collect(),
    };
    Ok(html_answer(http::StatusCode::OK, page.html()))
}

fn line(line: &PostureLine) -> Line {
    Line {
        title: Text::new(&line.title),
        state: match line.state {
            PostureState::Pass => State::Pass,
            PostureState::Fail => State::Fail,
            PostureState::Accepted => State::Accepted,
            PostureState::Unknown => State::Unknown,
        },
        findings: line.findings.iter().map(row).collect(),
        unknown: line.unknown.iter().map(|reason| Text::new(reason)).collect(),
        looked: line.looked,
    }
}

fn row(finding: &PostureFinding) -> Row {
    let text = |text: &str| Text::new(text);
    Row {
        rule: text(&finding.rule),
        severity: text(finding.severity),
        message: text(&finding.message),
        place: text(&finding.place),
        why: text(&finding.why),
        fix: text(&finding.fix),
        evidence: finding.evidence.iter().map(|step| text(step)).collect(),
        accepted: finding.accepted.as_ref().map(|(reason, until)| (text(reason), text(until))),
    }
}
