//! Agents, and clients that register themselves.

mod patterns;

super::topic! {
    agent_actions "agent-actions",
    client_metadata_documents "client-metadata-documents",
    dynamic_client_registration "dynamic-client-registration",
    traced_tool_payloads "traced-tool-payloads",
}
