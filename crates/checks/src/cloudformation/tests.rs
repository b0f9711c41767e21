//! Templates as people write them.

use crate::repo::Files;
use crate::terraform::{Block, Module};
use crate::{Item, Value};

fn read(path: &str, text: &str) -> Vec<Module> {
    super::find(&Files::of_texts([(path, text)]), &mut Vec::new())
}

fn resource<'a>(modules: &'a [Module], name: &str) -> &'a Block {
    let module = modules.first().expect("a template");
    module.blocks.iter().find(|block| &*block.name == name).expect("a resource")
}

const TEMPLATE: &str = "\
Parameters:
  Open: { Type: String, Default: ENABLED }
  Password: { Type: String, NoEcho: true }
  Looked: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /portal/x }
Resources:
  Backstage:
    Type: AWS::ECS::Service
    Properties:
      ServiceName: !Sub 'portal-${Open}-${!Kept}'
      Plain: no tag !Ref
      After: Open
      Listed: [!Ref Open, Open, !Ref Password]
      Joined: !Join ['-', [a, !Ref Open]]
      Long: { 'Fn::Sub': '${Open}' }
      Chosen: !If [A, !Ref Open, B]
      Deep: !GetAtt Other.Arn
      Looked: !Ref Looked
      Gone: !Ref AWS::NoValue
      NetworkConfiguration:
        AwsvpcConfiguration:
          AssignPublicIp:
            !Ref Open
      Block: !Select
        - 0
        - [a, b]
";

#[test]
fn functions_of_what_has_a_default_are_done_and_others_are_unknown() {
    let modules = read("template.yaml", TEMPLATE);
    let service = resource(&modules, "Backstage");
    assert_eq!((&*service.kind, service.label()), ("aws_ecs_service", "Backstage"));
    let text = |path: &str| service.at(path).and_then(Item::as_str);
    let unknown = |path: &str| match &service.at(path).expect("a value").value {
        Value::Unknown(code) => code.to_string(),
        other => panic!("{path}: {other:?}"),
    };
    assert_eq!(text("service_name"), Some("portal-ENABLED-${Kept}"));
    assert_eq!((text("plain"), text("after")), (Some("no tag !Ref"), Some("Open")));
    let listed: Vec<_> = service.at("listed").expect("a list").items().iter().map(Item::as_str).collect();
    assert_eq!(listed, [Some("ENABLED"), Some("Open"), None]);
    assert_eq!((text("joined"), text("long")), (Some("a-ENABLED"), Some("ENABLED")));
    assert_eq!(unknown("chosen"), "If A Open B");
    assert_eq!(
        (unknown("deep"), unknown("looked")),
        ("GetAtt Other.Arn".to_owned(), "Ref Looked".to_owned())
    );
    assert_eq!(unknown("block").trim(), "Select");
    assert!(service.at("gone").is_some_and(Item::is_null));
    let open = service.at("network_configuration.assign_public_ip").expect("it");
    assert_eq!((open.as_str(), open.key_place().line), (Some("ENABLED"), 21));
}

#[test]
fn json_is_read_like_yaml_and_what_is_none_is_left() {
    let json = r#"{"Resources": {"Db": {"Type": "AWS::RDS::DBInstance", "Properties":
        {"MasterUserPassword": {"Ref": "P"}, "DBInstanceIdentifier": "backstage"}}}}"#;
    let modules = read("infra/db.template.json", json);
    let db = resource(&modules, "Db");
    assert!(modules.iter().all(|module| module.is_portal));
    assert!(db.at("password").is_some_and(Item::is_unknown));
    assert_eq!(db.at("db_instance_identifier").and_then(Item::as_str), Some("backstage"));
    assert!(read("a.yaml", "Resources: {A: {Type: x}}").is_empty());
    assert!(read("a/skeleton/template.yaml", TEMPLATE).is_empty());
    assert!(read("a.yaml", &format!("{TEMPLATE}# ${{{{ values.name }}}}\n")).is_empty());
    assert!(!read("a.yaml", &TEMPLATE.replace("Backstage", "Other")).iter().any(|module| module.is_portal));
}

#[test]
fn names_are_split_as_providers_do() {
    for (from, to) in [
        ("DBInstanceClass", "db_instance_class"),
        ("CidrIpv6", "cidr_ipv6"),
        ("EnableIAMDatabaseAuthentication", "enable_iam_database_authentication"),
        ("name", "name"),
    ] {
        assert_eq!(super::words::snake(from), to);
    }
}

#[test]
fn hostile_depth_is_unknown() {
    let deep = format!("{}1{}", "[".repeat(90), "]".repeat(90));
    let modules = read(
        "a.yaml",
        &format!("Resources:\n  Backstage:\n    Type: AWS::X::Y\n    Properties: {{ A: {deep} }}\n"),
    );
    let mut found = false;
    for module in &modules {
        for block in &module.blocks {
            block.body.walk(&mut |_, item| found |= item.is_unknown());
        }
    }
    assert!(found || modules.is_empty());
}

#[test]
fn what_says_that_it_is_a_template_and_cannot_be_read_is_told() {
    let told = |text: &str| {
        let mut unread = Vec::new();
        super::find(&Files::of_texts([("a.yaml", text)]), &mut unread);
        unread.len()
    };
    let broken = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  A: {Type: 'AWS::X::Y'\n";
    assert_eq!(
        (told(broken), told(&broken.replace("AWSTemplateFormatVersion", "a")), told(TEMPLATE)),
        (1, 0, 0)
    );
}
