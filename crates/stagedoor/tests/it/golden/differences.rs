//! Where we answer otherwise than was recorded, on purpose.

/// One recording that we answer otherwise.
pub(super) struct Difference {
    /// Folder and name of the recording.
    pub(super) recording: &'static str,
    /// Our status.
    pub(super) status: u16,
    /// Our message; empty for answers without one.
    pub(super) message: &'static str,
    /// Why.
    pub(super) why: &'static str,
}

const STRANGER: &str = "a stranger learns nothing, not even what is not there";
const MISSING: &str = "Missing credentials";

/// All of them. `docs/differences.md` tells the same to people.
pub(super) const DIFFERENCES: &[Difference] = &[
    Difference { recording: "core/get-api", status: 401, message: MISSING, why: STRANGER },
    Difference { recording: "core/get-api_nope", status: 401, message: MISSING, why: STRANGER },
    Difference { recording: "core/get-api_nope_x", status: 401, message: MISSING, why: STRANGER },
    Difference { recording: "core/health-auth", status: 401, message: MISSING, why: STRANGER },
    Difference { recording: "core/unauth-signals", status: 401, message: MISSING, why: STRANGER },
    // Pages: the sign-in page stands where the reference serves its application to everybody.
    Difference { recording: "core/get-static_nope_js", status: 401, message: "", why: STRANGER },
    Difference {
        recording: "core/get-backstage_health_v1_nope",
        status: 401,
        message: "",
        why: "two paths tell of health; there is no application that takes the others",
    },
];
