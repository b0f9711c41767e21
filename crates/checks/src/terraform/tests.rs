//! Terraform as people write it.

use crate::kube::Object;
use crate::repo::Files;
use crate::terraform::Terraform;
use crate::{Item, Value};

fn read(texts: &[(&str, &str)]) -> (Terraform, Vec<Object>) {
    let files = Files::of_texts(texts.iter().copied());
    let terraform = Terraform::find(&files);
    let objects = super::objects(&terraform, &files, &crate::helm::charts(&files));
    (terraform, objects)
}

#[test]
fn variables_and_locals_stand_in_their_places() {
    let (terraform, _) = read(&[
        (
            "infra/main.tf",
            "locals {\n  open = var.open && true\n  host = \"db.${var.zone}\"\n}\nresource \"x_db\" \"backstage\" {\n  public = local.open\n  host = local.host\n  other = var.unset\n  list = [for a in var.b : a]\n  rule {\n    from = 1\n  }\n  rule {\n    from = -2\n  }\n}\n",
        ),
        (
            "infra/variables.tf",
            "variable \"open\" { default = true }\nvariable \"zone\" { default = \"a\" }\nvariable \"unset\" {}\n",
        ),
        ("other/main.tf", "resource \"x_db\" \"logs\" {}\n"),
    ]);
    let module = terraform.of_portal().next().expect("the portal's");
    assert_eq!((&*module.folder, terraform.of_portal().count()), ("infra", 1));
    let db = module.resources(&["x_db"]).next().expect("a resource");
    assert!(db.at("public").is_some_and(Item::is_true));
    assert_eq!(
        db.at("public").map(|item| (item.key_place().line, item.place.line, item.place.column)),
        Some((6, 6, 12))
    );
    assert_eq!(db.at("host").and_then(Item::as_str), Some("db.a"));
    assert!(matches!(&db.at("other").expect("it").value, Value::Unknown(code) if &**code == "var.unset"));
    assert!(db.at("list").is_some_and(Item::is_unknown));
    let rules: Vec<_> = db
        .body
        .at("rule")
        .map(Item::one_or_many)
        .unwrap_or_default()
        .iter()
        .map(|rule| rule.get("from").and_then(Item::as_number))
        .collect();
    assert_eq!(rules, [Some(1.0), Some(-2.0)]);
}

#[test]
fn resources_are_objects() {
    let (_, objects) = read(&[(
        "a.tf",
        "resource \"kubernetes_service_account\" \"b\" {\n  metadata {\n    name = \"backstage\"\n  }\n}\nresource \"kubernetes_deployment_v1\" \"b\" {\n  metadata {\n    name = \"backstage\"\n    labels = { my_label = \"x\" }\n  }\n  spec {\n    template {\n      spec {\n        service_account_name = kubernetes_service_account.b.metadata[0].name\n        container {\n          name = \"a\"\n          security_context {\n            run_as_non_root = true\n          }\n          port {\n            container_port = 1\n          }\n        }\n      }\n    }\n  }\n}\nresource \"kubernetes_secret\" \"s\" {\n  data = { a = \"b\" }\n}\n",
    )]);
    let labels: Vec<String> = objects.iter().map(Object::label).collect();
    assert_eq!(labels, ["ServiceAccount `backstage`", "Deployment `backstage`", "Secret"]);
    let root = &objects[1].root;
    assert_eq!(root.at("spec.template.spec.serviceAccountName").and_then(Item::as_str), Some("backstage"));
    let container = root.at("spec.template.spec.containers.0").expect("a container");
    assert!(container.at("securityContext.runAsNonRoot").is_some_and(Item::is_true));
    assert_eq!(container.at("ports.0.containerPort").map(|item| item.key_place().line), Some(21));
    assert!(root.at("metadata.labels.my_label").is_some());
    assert_eq!(objects[2].root.at("stringData.a").and_then(Item::as_str), Some("b"));
}

#[test]
fn releases_make_what_their_charts_make() {
    let (_, objects) = read(&[
        ("chart/Chart.yaml", "name: portal\nversion: 1.0.0\n"),
        ("chart/values.yaml", "service:\n  type: ClusterIP\n  a.b: 1\n"),
        (
            "chart/templates/s.yaml",
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  type: {{ .Values.service.type }}\n",
        ),
        (
            "main.tf",
            "resource \"helm_release\" \"a\" {\n  chart = \"./chart\"\n  set {\n    name  = \"service.type\"\n    value = \"LoadBalancer\"\n  }\n}\nresource \"helm_release\" \"b\" {\n  repository = \"https://backstage.github.io/charts\"\n  chart = \"backstage\"\n  values = [<<EOT\nbackstage:\n  podSecurityContext: {}\nEOT\n  ]\n}\n",
        ),
    ]);
    let kind = objects[0].root.at("spec.type").expect("a type");
    assert_eq!(
        (kind.as_str(), &*kind.key_place().path, kind.key_place().line),
        (Some("LoadBalancer"), "main.tf", 5)
    );
    let pod = objects[1].root.at("spec.template.spec.securityContext").expect("one");
    assert_eq!(
        (&*objects[1].kind, &*pod.key_place().path, pod.key_place().line),
        ("Deployment", "main.tf", 13)
    );
}

#[test]
fn hostile_files_end() {
    let deep = format!("a = {}1{}\n", "(".repeat(5000), ")".repeat(5000));
    let cycle = "locals {\n  a = local.b\n  b = local.a\n}\nx \"y\" \"z\" {\n  v = local.a\n}\n";
    let wide = format!(
        "locals {{\n  a = [1]\n{}}}\nx \"y\" \"z\" {{\n  v = local.b59\n}}\n",
        (0..60)
            .map(|n| if n == 0 {
                "  b0 = [local.a, local.a]\n".to_owned()
            } else {
                format!("  b{n} = [local.b{0}, local.b{0}]\n", n - 1)
            })
            .collect::<String>()
    );
    let not = format!("a = {}true\n", "!".repeat(5000));
    for text in [&deep, cycle, &wide, &not, "resource \"", "\u{0}", "a = <<EOT\n", "a = \"${\""] {
        read(&[("a.tf", text)]);
    }
}

#[test]
fn what_cannot_be_read_is_told() {
    let deep = format!("a = {}1{}\n", "[".repeat(5_000), "]".repeat(5_000));
    let long = "# x\n".repeat(200_000);
    let (terraform, _) = read(&[
        ("a/broken.tf", "resource \"x\" \"y\" {\n"),
        ("a/deep.tf", &deep),
        ("a/long.tf", &long),
        ("a/fine.tf", "resource \"x_db\" \"backstage\" {}\n"),
        ("b/filled.tf", "resource \"x\" \"${{ values.name }}\" {\n"),
    ]);
    let told: Vec<&str> = terraform.unread.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(told, ["a/broken.tf", "a/deep.tf", "a/long.tf"]);
    assert!(terraform.unread.iter().all(|one| !one.reason.is_empty()));
    assert_eq!(terraform.of_portal().count(), 1);
}

#[test]
fn what_a_variable_is_comes_from_callers_files_of_values_and_defaults() {
    let texts = [
        (
            "infra/main.tf",
            "module \"db\" {\n  source = \"./db\"\n  public = var.public\n  names = var.config.names\n}\nvariable \"public\" { default = false }\nvariable \"config\" {\n  default = { names = \"a\" }\n}\nresource \"x\" \"backstage\" {}\n",
        ),
        ("infra/env/prod.tfvars", "public = true\n"),
        (
            "infra/db/main.tf",
            "variable \"public\" { default = false }\nvariable \"names\" {}\nvariable \"own\" {\n  default = 1\n}\nvariable \"none\" {}\nresource \"x_db\" \"a\" {\n  public = var.public\n  names = var.names\n  own = \"${var.own}\"\n  none = var.none\n  plain = 2\n  kept = var.names == null ? [] : var.names\n  other = var.names == null ? [] : 1\n  first = try(var.own, 3)\n}\n",
        ),
    ];
    let files = Files::of_texts(texts);
    let terraform = Terraform::find(&files);
    let db = terraform.modules.iter().find(|module| &*module.folder == "infra/db").expect("it is there");
    let db = db.resources(&["x_db"]).next().expect("a resource");
    let found = |key: &str| {
        let all = terraform.origins(&files, db.at(key).expect("it is set"));
        let of = |item: &&Item| (item.key_place().path.to_string(), item.key_place().line);
        all.iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(found("public"), [("infra/env/prod.tfvars".to_owned(), 1)]);
    assert_eq!(found("names"), [("infra/main.tf".to_owned(), 8)]);
    assert_eq!(found("own"), [("infra/db/main.tf".to_owned(), 4)]);
    assert_eq!(found("none"), [("infra/db/main.tf".to_owned(), 11)]);
    assert_eq!(found("plain"), [("infra/db/main.tf".to_owned(), 12)]);
    assert_eq!(found("kept"), [("infra/main.tf".to_owned(), 8)]);
    assert_eq!(found("other"), [("infra/db/main.tf".to_owned(), 14)]);
    assert_eq!(found("first"), [("infra/db/main.tf".to_owned(), 4)]);
}

#[test]
fn what_is_applied_beside_the_portal_is_its_platform_and_a_library_is_not() {
    let (terraform, _) = read(&[
        ("cluster/main.tf", "provider \"x\" {}\nmodule \"net\" { source = \"../modules/net\" }\n"),
        ("modules/net/main.tf", "resource \"x_net\" \"a\" {}\n"),
        ("cluster/modules/vault/main.tf", "resource \"x_net\" \"a\" {}\n"),
        ("modules/other/main.tf", "resource \"x_net\" \"a\" {}\n"),
        ("templates/app/main.tf", "provider \"x\" {}\n"),
        ("portal/main.tf", "provider \"x\" {}\nresource \"x_app\" \"backstage\" {}\n"),
    ]);
    let folders: Vec<&str> = terraform.near_portal().map(|module| &*module.folder).collect();
    assert_eq!(folders, ["cluster", "cluster/modules/vault", "modules/net", "portal"]);
    assert!(terraform.is_beside("cluster/main.tf") && !terraform.is_beside("portal/main.tf"));
}

#[test]
fn callers_in_a_circle_end() {
    let call = "variable \"a\" {}\nmodule \"m\" {\n  source = \"../OTHER\"\n  a = var.a\n}\nresource \"x\" \"backstage\" { a = var.a }\n";
    let (one, two) = (call.replace("OTHER", "two"), call.replace("OTHER", "one"));
    let files = Files::of_texts([("one/main.tf", one.as_str()), ("two/main.tf", two.as_str())]);
    let terraform = Terraform::find(&files);
    let block = terraform.modules[0].resources(&["x"]).next().expect("a resource");
    assert_eq!(terraform.origins(&files, block.at("a").expect("it is set")).len(), 1);
}
