//! Azure DevOps, Gitea and its kin, Sourcegraph.

use crate::credential::{Draft, Generator};
use crate::rng::{BASE62, HEX};

const AZURE_DEVOPS: &str = "https://learn.microsoft.com/en-us/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate";
const SOURCEGRAPH: &str = "https://github.com/sourcegraph/sourcegraph-public-snapshot/blob/main/internal/accesstoken/personal_access_token.go";

pub(super) const ALL: &[Generator] = &[
    Generator::new("azure-devops-pat", AZURE_DEVOPS, |rng| {
        let name = rng.pick(&["AZURE_DEVOPS_EXT_PAT", "AZURE_DEVOPS_PAT", "AZURE_DEVOPS_TOKEN", "ADO_PAT"]);
        Draft::named(name, rng.text("abcdefghijklmnopqrstuvwxyz234567", 52))
    }),
    Generator::new(
        "azure-devops-pat-new",
        "https://learn.microsoft.com/en-us/purview/sit-defn-azure-devops-personal-access-token",
        |rng| {
            let (year, month) = (rng.text("ABC", 1), rng.text("ABCDEFGHIJKL", 1));
            let end = format!("JQQJ99{year}{month}ACAAAAAAAAAAAAASAZDO{}", rng.text(BASE62, 4));
            Draft::token("", rng.text(BASE62, 52)).tail(&end).called("AZURE_DEVOPS_EXT_PAT")
        },
    ),
    Generator::new("gitea-token", "https://docs.gitea.com/development/api-usage", |rng| {
        let name = rng.pick(&["GITEA_TOKEN", "GITEA_ACCESS_TOKEN", "GITEA_API_TOKEN"]);
        Draft::named(name, rng.text(HEX, 40))
    }),
    Generator::new("gitea-token", "https://forgejo.org/docs/latest/user/api-usage/", |rng| {
        let name = rng.pick(&["FORGEJO_TOKEN", "CODEBERG_TOKEN"]);
        Draft::named(name, rng.text(HEX, 40))
    })
    .or(&["forgejo-token", "codeberg-token"]),
    Generator::new("sourcegraph-token", SOURCEGRAPH, |rng| {
        let instance = match rng.below(3) {
            0 => String::new(),
            1 => "local_".to_owned(),
            _ => format!("{}_", rng.text(HEX, 16)),
        };
        Draft::token(&format!("sgp_{instance}"), rng.text(HEX, 40)).called("SRC_ACCESS_TOKEN")
    }),
];
