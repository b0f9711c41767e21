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
const CLIENTS: &str = "the portal is no identity provider for programs that register themselves";
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
    // Signing in.
    Difference { recording: "auth/dcr-authorize", status: 401, message: MISSING, why: CLIENTS },
    Difference { recording: "auth/dcr-authorize-badclient", status: 401, message: MISSING, why: CLIENTS },
    Difference { recording: "auth/dcr-authorize-missing", status: 401, message: MISSING, why: CLIENTS },
    Difference { recording: "auth/dcr-register", status: 401, message: MISSING, why: CLIENTS },
    Difference { recording: "auth/dcr-token-badgrant", status: 401, message: MISSING, why: CLIENTS },
    Difference { recording: "auth/dcr-token-badverifier", status: 401, message: MISSING, why: CLIENTS },
    Difference { recording: "auth/oauth-client-cli", status: 401, message: MISSING, why: CLIENTS },
    Difference { recording: "auth/dcr-session", status: 404, message: "", why: CLIENTS },
    Difference { recording: "auth/dcr-session-404", status: 404, message: "", why: CLIENTS },
    Difference { recording: "auth/root-oauth-authorization-server", status: 401, message: "", why: CLIENTS },
    Difference { recording: "auth/root-oauth-protected-resource", status: 401, message: "", why: CLIENTS },
    Difference { recording: "auth/root", status: 401, message: MISSING, why: STRANGER },
    Difference { recording: "auth/unknown-provider-deep", status: 401, message: MISSING, why: STRANGER },
    Difference {
        recording: "auth/openid-configuration",
        status: 200,
        message: "",
        why: "it names what is served: no authorization endpoint, and ES256",
    },
    Difference {
        recording: "auth/oidc-start.nosession",
        status: 302,
        message: "",
        why: "no server session is needed: what a sign-in began with is sealed in its state",
    },
    Difference {
        recording: "auth/oidc-handler-error",
        status: 403,
        message: "OAuth state is invalid, missing env",
        why: "a state that was not sealed here says nothing, not even an environment",
    },
];
