//! The Kubernetes plugin's configuration. What its service accounts may do is another topic.

super::topic! {
    kubernetes_skip_tls_verify "kubernetes-skip-tls-verify",
    kubernetes_plain_http "kubernetes-plain-http",
    kubernetes_local_proxy "kubernetes-local-proxy",
    kubernetes_catalog_clusters "kubernetes-catalog-clusters",
    kubernetes_ignored_key "kubernetes-ignored-key",
    kubernetes_shared_token "kubernetes-shared-token",
    kubernetes_secret_objects "kubernetes-secret-objects",
    kubernetes_pod_actions "kubernetes-pod-actions",
}
