//! Who decides where a URL of a template leads.

use crate::catalog_files::Template;

/// The parameters by which whoever runs a template decides on the host, or on the owner there; none where both are
/// written down, or come from a step or from the catalog.
pub(super) fn chosen_by_user(template: &Template<'_>, url: &str) -> Vec<String> {
    let fixed = url.split("${{").next().unwrap_or_default().trim_start();
    let is_relative = !fixed.is_empty() && !fixed.contains("://");
    let rest = fixed.split_once("://").map_or("", |(_, rest)| rest);
    // Host and owner, each with its end.
    let is_bound = rest.matches('/').count() >= 2 || rest.contains('?');
    if is_relative || is_bound { Vec::new() } else { template.free_in(url) }
}

#[cfg(test)]
mod tests {
    use super::chosen_by_user;
    use crate::catalog_files::templates;
    use crate::repo::Files;

    #[test]
    fn urls_with_a_host_and_an_owner_are_not_chosen() {
        let files = Files::of_texts([(
            "t.yaml",
            "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nspec: {parameters: {properties: {a: {type: string}}}}\n",
        )]);
        let template = templates(&files).next().expect("a template");
        for (url, chosen) in [
            ("${{ parameters.a }}", true),
            ("https://${{ parameters.a }}/x", true),
            ("https://github.com/${{ parameters.a }}/x", true),
            ("https://github.com/acme/${{ parameters.a }}", false),
            ("./skeletons/${{ parameters.a }}", false),
            ("${{ steps.publish.output.remoteUrl }}", false),
        ] {
            assert_eq!(!chosen_by_user(&template, url).is_empty(), chosen, "{url}");
        }
    }
}
