//! Terraform.

use crate::kube::Object;
use crate::repo::Files;

/// The Kubernetes objects among the resources.
pub(crate) fn objects(_files: &Files) -> Vec<Object> {
    Vec::new()
}
