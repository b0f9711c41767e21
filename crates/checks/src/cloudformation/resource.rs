//! The resources that rules know, as Terraform's provider calls them.

use std::sync::Arc;

use indexmap::IndexMap;

use super::words::converted;
use crate::{Item, Value};

/// A type, the one that Terraform has for it, and properties that have other names there.
struct Same {
    from: &'static str,
    to: &'static str,
    renamed: &'static [(&'static str, &'static str)],
}

const fn same(
    from: &'static str,
    to: &'static str,
    renamed: &'static [(&'static str, &'static str)],
) -> Same {
    Same { from, to, renamed }
}

const INGRESS: &[(&str, &str)] = &[("cidr_ip", "cidr_ipv4")];
const INSTANCE: &[(&str, &str)] = &[
    ("master_user_password", "password"),
    ("db_snapshot_identifier", "snapshot_identifier"),
    ("source_db_instance_identifier", "replicate_source_db"),
    ("db_cluster_identifier", "cluster_identifier"),
];
const CLUSTER: &[(&str, &str)] = &[("master_user_password", "master_password")];
const LISTENER: &[(&str, &str)] = &[("default_actions", "default_action")];

const SAME: &[Same] = &[
    same("AWS::AppRunner::Service", "aws_apprunner_service", &[]),
    same("AWS::EC2::Instance", "aws_instance", &[]),
    same("AWS::EC2::SecurityGroup", "aws_security_group", &[("security_group_ingress", "ingress")]),
    same("AWS::EC2::SecurityGroupIngress", "aws_vpc_security_group_ingress_rule", INGRESS),
    same("AWS::ECR::Repository", "aws_ecr_repository", &[]),
    same("AWS::EKS::Cluster", "aws_eks_cluster", &[("resources_vpc_config", "vpc_config")]),
    same("AWS::ECS::Service", "aws_ecs_service", &[]),
    same("AWS::ECS::TaskDefinition", "aws_ecs_task_definition", &[]),
    same("AWS::ElastiCache::ReplicationGroup", "aws_elasticache_replication_group", &[]),
    same(
        "AWS::ElasticBeanstalk::Environment",
        "aws_elastic_beanstalk_environment",
        &[("option_settings", "setting")],
    ),
    same("AWS::ElasticLoadBalancing::LoadBalancer", "aws_elb", &[]),
    same("AWS::ElasticLoadBalancingV2::Listener", "aws_lb_listener", LISTENER),
    same("AWS::ElasticLoadBalancingV2::LoadBalancer", "aws_lb", &[]),
    same("AWS::CloudFront::Distribution", "aws_cloudfront_distribution", &[]),
    same("AWS::IAM::AccessKey", "aws_iam_access_key", &[]),
    same("AWS::IAM::Group", "aws_iam_role", &[]),
    same("AWS::IAM::ManagedPolicy", "aws_iam_policy", &[("policy_document", "policy")]),
    same("AWS::IAM::Policy", "aws_iam_policy", &[("policy_document", "policy")]),
    same("AWS::IAM::Role", "aws_iam_role", &[("policies", "inline_policy")]),
    same("AWS::IAM::User", "aws_iam_role", &[("policies", "inline_policy")]),
    same("AWS::Lambda::Function", "aws_lambda_function", &[]),
    same("AWS::Logs::LogGroup", "aws_cloudwatch_log_group", &[]),
    same("AWS::RDS::DBCluster", "aws_rds_cluster", CLUSTER),
    same("AWS::RDS::DBClusterParameterGroup", "aws_rds_cluster_parameter_group", &[]),
    same("AWS::RDS::DBInstance", "aws_db_instance", INSTANCE),
    same("AWS::RDS::DBParameterGroup", "aws_db_parameter_group", &[]),
    same("AWS::S3::Bucket", "aws_s3_bucket", &[("access_control", "acl")]),
    same("AWS::S3::BucketPolicy", "aws_s3_bucket_policy", &[("policy_document", "policy")]),
    same("AWS::SecretsManager::Secret", "aws_secretsmanager_secret_version", &[]),
    same("AWS::Serverless::Function", "aws_lambda_function", &[]),
];

/// What a resource is in Terraform's words. Types that no rule knows keep their names.
pub(super) fn of(kind: &str, properties: &Item) -> (Arc<str>, Value) {
    let Some(known) = SAME.iter().find(|same| same.from == kind) else {
        return (Arc::from(kind), properties.value.clone());
    };
    let Value::Map(mut map) = converted(properties).value else {
        return (Arc::from(known.to), Value::Map(IndexMap::new()));
    };
    for (from, to) in known.renamed {
        if let Some(item) = map.shift_remove(*from) {
            map.insert(Arc::from(*to), item);
        }
    }
    match kind {
        "AWS::EC2::SecurityGroup" => each(&mut map, "ingress", &|rule| {
            rename(rule, "cidr_ip", "cidr_blocks");
            rename(rule, "cidr_ipv6", "ipv6_cidr_blocks");
            rename(rule, "ip_protocol", "protocol");
        }),
        "AWS::IAM::Role" | "AWS::IAM::User" => each(&mut map, "inline_policy", &|policy| {
            rename(policy, "policy_document", "policy");
        }),
        "AWS::ECS::Service" => lift(&mut map, "network_configuration", "awsvpc_configuration"),
        "AWS::RDS::DBParameterGroup" | "AWS::RDS::DBClusterParameterGroup" => parameters(&mut map),
        "AWS::CloudFront::Distribution" => {
            if let Some(block) = map.shift_remove("distribution_config")
                && let Value::Map(inside) = block.value
            {
                map.extend(inside);
            }
        }
        "AWS::S3::Bucket" => {
            if let Some(block) = map.shift_remove("public_access_block_configuration")
                && let Value::Map(inside) = block.value
            {
                map.extend(inside);
            }
        }
        "AWS::Serverless::Function" => policies(&mut map),
        _ => {}
    }
    (Arc::from(known.to), Value::Map(map))
}

type Map = IndexMap<Arc<str>, Item>;

fn rename(map: &mut Map, from: &str, to: &str) {
    if let Some(item) = map.shift_remove(from) {
        map.insert(Arc::from(to), item);
    }
}

/// Changes the maps of a list, or the one map.
fn each(map: &mut Map, key: &str, change: &dyn Fn(&mut Map)) {
    let Some(item) = map.get_mut(key) else { return };
    let items = match &mut item.value {
        Value::Seq(items) => &mut items[..],
        _ => std::slice::from_mut(item),
    };
    for item in items {
        if let Value::Map(inside) = &mut item.value {
            change(inside);
        }
    }
}

/// Puts what a key holds one level higher.
fn lift(map: &mut Map, key: &str, inner: &str) {
    if let Some(item) = map.get_mut(key)
        && let Some(inside) = item.get(inner)
    {
        item.value = inside.value.clone();
    }
}

/// Parameters of an engine are a map here, and a list of names and values there.
fn parameters(map: &mut Map) {
    let Some(all) = map.shift_remove("parameters") else { return };
    let list = all.entries().map(|(name, value)| {
        let mut named = Item::new(Value::String(Arc::clone(name)), value.key_place().clone());
        named.key.clone_from(&value.key);
        let both = [(Arc::from("name"), named), (Arc::from("value"), value.clone())];
        Item::new(Value::Map(both.into_iter().collect()), value.place.clone())
    });
    let list = Value::Seq(list.collect());
    map.insert(Arc::from("parameter"), Item { value: list, ..all });
}

/// SAM's `Policies` are names of policies, documents, and templates of its own.
fn policies(map: &mut Map) {
    let Some(all) = map.shift_remove("policies") else { return };
    let (mut names, mut documents) = (Vec::new(), Vec::new());
    for policy in all.one_or_many() {
        match &policy.value {
            Value::String(_) => names.push(policy.clone()),
            Value::Map(document) if document.contains_key("statement") => {
                let item = Item::new(upper(document), policy.place.clone());
                let inside = [(Arc::from("policy"), item)];
                documents.push(Item::new(Value::Map(inside.into_iter().collect()), policy.place.clone()));
            }
            _ => {}
        }
    }
    let list = |items| Item { value: Value::Seq(items), ..all.clone() };
    map.insert(Arc::from("managed_policy_arns"), list(names));
    map.insert(Arc::from("inline_policy"), list(documents));
}

/// A document whose words were converted, as it was: `Statement`, `Effect`, `Action`, `Resource`.
fn upper(document: &Map) -> Value {
    let back = |key: &str| {
        let mut chars = key.chars();
        chars
            .next()
            .map_or_else(String::new, |first| format!("{}{}", first.to_ascii_uppercase(), chars.as_str()))
    };
    let statement = |item: &Item| {
        let inside = item.entries().map(|(key, item)| (Arc::from(back(key)), item.clone()));
        Item { value: Value::Map(inside.collect()), ..item.clone() }
    };
    let all = document.iter().map(|(key, item)| {
        let value = Value::Seq(item.one_or_many().iter().map(statement).collect());
        (Arc::from(back(key)), Item { value, ..item.clone() })
    });
    Value::Map(all.collect())
}
