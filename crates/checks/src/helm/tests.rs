//! Charts as people write them.

use crate::kube::Object;
use crate::repo::Files;
use crate::{Item, Value};

const CHART: &str = "apiVersion: v2\nname: portal\nversion: 0.1.0\nappVersion: \"1.16.0\"\n";

const HELPERS: &str = r#"{{/* The name. */}}
{{- define "portal.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "portal.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "portal.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "portal.labels" -}}
helm.sh/chart: {{ include "portal.chart" . }}
{{ include "portal.selectorLabels" . }}
{{- if .Chart.AppVersion }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "portal.selectorLabels" -}}
app.kubernetes.io/name: {{ include "portal.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "portal.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "portal.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}
"#;

const DEPLOYMENT: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "portal.fullname" . }}
  labels:
    {{- include "portal.labels" . | nindent 4 }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicaCount }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "portal.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      {{- with .Values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      labels:
        {{- include "portal.labels" . | nindent 8 }}
        {{- with .Values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      {{- with .Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      serviceAccountName: {{ include "portal.serviceAccountName" . }}
      {{- with .Values.podSecurityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .Chart.Name }}
          securityContext:
            {{- toYaml .Values.securityContext | nindent 12 }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          ports:
            - name: http
              containerPort: {{ .Values.service.port }}
          env:
            - name: SECRET
              value: {{ .Values.env.SECRET | quote }}
            {{- range $key, $value := .Values.more }}
            - name: {{ $key }}
              value: "{{ $value }}"
            {{- end }}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
          livenessProbe:
            {{- toYaml .Values.probe | nindent 12 }}
"#;

const SERVICE: &str = r#"apiVersion: v1
kind: Service
metadata:
  name: {{ include "portal.fullname" . }}
spec:
  type: {{ .Values.service.type }}
  ports:
    - port: {{ .Values.service.port }}
  selector:
    {{- include "portal.selectorLabels" . | nindent 4 }}
"#;

const INGRESS: &str = r#"{{- if .Values.ingress.enabled -}}
{{- $fullName := include "portal.fullname" . -}}
{{- $svcPort := .Values.service.port -}}
{{- if semverCompare ">=1.19-0" .Capabilities.KubeVersion.GitVersion -}}
apiVersion: networking.k8s.io/v1
{{- else -}}
apiVersion: extensions/v1beta1
{{- end }}
kind: Ingress
metadata:
  name: {{ $fullName }}
  {{- with .Values.ingress.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- if .Values.ingress.tls }}
  tls:
    {{- range .Values.ingress.tls }}
    - hosts:
        {{- range .hosts }}
        - {{ . | quote }}
        {{- end }}
      secretName: {{ .secretName }}
    {{- end }}
  {{- end }}
  rules:
    {{- range .Values.ingress.hosts }}
    - host: {{ .host | quote }}
      http:
        paths:
          {{- range .paths }}
          - path: {{ .path }}
            {{- if and .pathType (semverCompare ">=1.18-0" $.Capabilities.KubeVersion.GitVersion) }}
            pathType: {{ .pathType }}
            {{- end }}
            backend:
              service:
                name: {{ $fullName }}
                port:
                  number: {{ $svcPort }}
          {{- end }}
    {{- end }}
{{- end }}
"#;

const VALUES: &str = r#"replicaCount: 1
image:
  repository: example/portal
  tag: ""
imagePullSecrets: []
serviceAccount:
  create: true
  name: ""
podAnnotations: {}
podSecurityContext: {}
securityContext: {}
service:
  type: LoadBalancer
  port: 7007
ingress:
  enabled: true
  annotations:
    a.io/b: "true"
  hosts:
    - host: portal.example.com
      paths:
        - path: /
          pathType: Prefix
  tls: []
env:
  SECRET: hush
more:
  A: b
resources:
  limits:
    cpu: 100m
autoscaling:
  enabled: false
"#;

fn made(extra: &[(&str, &str)]) -> Vec<Object> {
    let usual = [
        ("deploy/Chart.yaml", CHART),
        ("deploy/values.yaml", VALUES),
        ("deploy/templates/_helpers.tpl", HELPERS),
    ];
    let files = Files::of_texts(usual.into_iter().chain(extra.iter().copied()));
    super::objects(&files, &super::charts(&files)).0
}

fn template(text: &str) -> Vec<Object> {
    made(&[("deploy/templates/a.yaml", text)])
}

fn place(item: &Item) -> (String, u32) {
    (item.key_place().path.to_string(), item.key_place().line)
}

#[test]
fn the_usual_chart_makes_its_objects() {
    let objects = made(&[
        ("deploy/templates/deployment.yaml", DEPLOYMENT),
        ("deploy/templates/service.yaml", SERVICE),
        ("deploy/templates/ingress.yaml", INGRESS),
    ]);
    let names: Vec<String> = objects.iter().map(Object::label).collect();
    assert_eq!(names, ["Deployment `portal`", "Ingress `portal`", "Service `portal`"]);
    let pod = objects[0].root.at("spec.template.spec").expect("a pod");
    let confined = pod.get("securityContext").map(|item| (item.entries().count(), place(item).0));
    assert_eq!(
        confined,
        Some((0, "deploy/values.yaml".to_owned())),
        "`with` of nothing says as much as nothing"
    );
    let container = pod.at("containers.0").expect("a container");
    let text = |path: &str| container.at(path).and_then(Item::as_str);
    assert_eq!(text("image"), Some("example/portal:1.16.0"));
    assert_eq!(
        (text("env.0.value"), text("env.1.name"), text("env.1.value")),
        (Some("hush"), Some("A"), Some("b"))
    );
    assert!(container.get("livenessProbe").is_some_and(Item::is_null));
    let values = |line: u32| ("deploy/values.yaml".to_owned(), line);
    assert_eq!(place(container.get("securityContext").expect("one")), values(11));
    assert_eq!(place(container.get("resources").expect("one")), values(29));
    assert_eq!(place(container.at("resources.limits.cpu").expect("one")), values(31));
    assert_eq!(place(container.at("env.0.value").expect("one")), values(26));
    assert_eq!(
        place(container.at("ports.0").expect("one")),
        ("deploy/templates/deployment.yaml".to_owned(), 41)
    );
    assert_eq!(place(objects[2].root.at("spec.type").expect("a type")), values(13));
    let label = objects[0].root.at("metadata.labels").expect("labels").get("helm.sh/chart").expect("one");
    assert_eq!(place(label), ("deploy/templates/_helpers.tpl".to_owned(), 24));
    assert_eq!(
        objects[1].root.at("spec.rules.0.http.paths.0.pathType").and_then(Item::as_str),
        Some("Prefix")
    );
    assert!(objects.iter().all(|object| object.condition.is_none()));
}

#[test]
fn other_values_make_other_objects_and_only_those() {
    let objects = made(&[
        ("deploy/templates/service.yaml", SERVICE),
        ("deploy/templates/sa.yaml", "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n"),
        ("deploy/values-prod.yaml", "service:\n  type: ClusterIP\n"),
    ]);
    let seen: Vec<(&str, &str)> = objects.iter().map(|object| (&*object.unit, &*object.kind)).collect();
    assert_eq!(
        seen,
        [("deploy", "ServiceAccount"), ("deploy", "Service"), ("deploy/values-prod.yaml", "Service")]
    );
    assert_eq!(
        place(objects[2].root.at("spec.type").expect("a type")),
        ("deploy/values-prod.yaml".to_owned(), 2)
    );
}

#[test]
fn what_is_not_known_stays_unknown() {
    let objects = template(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x-{{ randAlphaNum 5 }}\n  labels:\n    a: b\n    {{- include \
         \"gone\" . | nindent 4 }}\nspec:\n  securityContext:\n    {{- tpl .Values.replicaCount . | fromYaml | toYaml | nindent 4 }}\n  \
         args:\n    - a\n    {{- lookupAll | nindent 4 }}\n",
    );
    let root = &objects[0].root;
    assert_eq!(&*objects[0].name, "");
    assert!(
        matches!(&root.at("metadata.name").expect("a name").value, Value::Unknown(text) if &**text == "x-{{ randAlphaNum 5 }}")
    );
    assert!(root.at("metadata.labels").and_then(|labels| labels.get("?")).is_some_and(Item::is_unknown));
    assert!(root.at("spec.securityContext").is_some_and(Item::is_unknown));
    assert!(root.at("spec.args.1").is_some_and(Item::is_unknown));
    assert_eq!(place(root.at("spec.args.1").expect("one")).1, 13);
}

#[test]
fn conditions_that_are_not_known_keep_what_they_decide_about() {
    let objects = template(
        "{{- if .Capabilities.APIVersions.Has \"route.openshift.io/v1\" }}\napiVersion: route.openshift.io/v1\nkind: Route\n\
         metadata: {name: a}\n{{- else }}\napiVersion: v1\nkind: Pod\n{{- end }}\n---\napiVersion: v1\nkind: Service\n",
    );
    let seen: Vec<(&str, bool)> =
        objects.iter().map(|object| (&*object.kind, object.condition.is_some())).collect();
    assert_eq!(seen, [("Route", true), ("Service", false)]);
}

#[test]
fn values_that_the_chart_does_not_declare_decide_later() {
    let objects = template("{{- if .Values.staging }}\napiVersion: v1\nkind: Pod\n{{- end }}\n");
    assert_eq!(objects[0].condition.as_deref(), Some(".Values.staging"));
    assert!(
        template("{{- if .Values.autoscaling.enabled }}\napiVersion: v1\nkind: Pod\n{{- end }}\n").is_empty()
    );
}

#[test]
fn inner_charts_get_the_values_of_the_outer_one() {
    let objects = made(&[
        ("deploy/charts/db/Chart.yaml", "name: db\nversion: 1.0.0\n"),
        ("deploy/charts/db/values.yaml", "type: ClusterIP\n"),
        (
            "deploy/charts/db/templates/a.yaml",
            "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec:\n  type: {{ .Values.type }}\n  x: {{ .Values.global.x }}\n",
        ),
        ("deploy/values-a.yaml", "db:\n  type: NodePort\nglobal: {x: 1}\n"),
    ]);
    let types: Vec<_> =
        objects.iter().map(|object| object.root.at("spec.type").and_then(Item::as_str)).collect();
    assert_eq!(types, [Some("ClusterIP"), Some("NodePort")]);
}

#[test]
fn hostile_templates_end() {
    let cycles = "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}";
    let doubling = "{{ $x := \"aaaaaaaa\" }}{{ range until 100 }}{{ $x = printf \"%s%s\" $x $x }}{{ end }}{{ range 200 }}\
                    {{ range 200 }}{{ range 200 }}{{ $x = printf \"%s%s\" $x $x }}{{ end }}{{ end }}{{ end }}{{ $x }}";
    let nested = "{{ $x := dict }}{{ range 200 }}{{ range 200 }}{{ $x = dict \"a\" $x }}{{ end }}{{ end }}{{ toYaml $x }}";
    let deep = format!("{{{{ {}1{} }}}}", "(".repeat(5000), ")".repeat(5000));
    let ifs = "{{ if true }}".repeat(5000);
    for text in [
        cycles,
        doubling,
        nested,
        &deep,
        &ifs,
        "{{ else }}",
        "{{ end }}",
        "{{",
        "{{ \"",
        "{{- -}}",
        "{{ . | }}",
    ] {
        template(text);
    }
}

#[test]
fn what_of_a_chart_cannot_be_read_is_told() {
    let unread = |texts: &[(&str, &str)]| -> Vec<String> {
        let files = Files::of_texts([("c/Chart.yaml", "name: c\n")].into_iter().chain(texts.iter().copied()));
        super::objects(&files, &super::charts(&files)).1.into_iter().map(|one| one.path).collect()
    };
    let fine = ("c/templates/a.yaml", "kind: Service\napiVersion: v1\nmetadata: {name: a}\n");
    assert_eq!(unread(&[fine, ("c/values.yaml", "a: 1\n")]), [""; 0]);
    assert_eq!(unread(&[fine, ("c/templates/b.yaml", "{{ if .Values.a }}\n")]), ["c/templates/b.yaml"]);
    assert_eq!(unread(&[fine, ("c/templates/b.yaml", "a: [\n{{ .Values.a }}\n")]), ["c/templates/b.yaml"]);
    assert_eq!(unread(&[fine, ("c/values.yaml", "a: [\n")]), ["c/values.yaml"]);
    let deep = "{{ if 1 }}".repeat(60) + &"{{ end }}".repeat(60);
    assert_eq!(unread(&[("c/templates/deep.yaml", &deep)]), ["c/templates/deep.yaml"]);
    let round = "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}";
    assert_eq!(unread(&[("c/templates/round.yaml", round)]), ["c/templates/round.yaml"]);
}

#[test]
fn what_is_left_away_as_empty_is_where_the_values_say_so() {
    let values = "confined: {}\nhosts: []\nlimits: {}\nnothing: {}\n";
    let text = "apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: a}
spec:
  {{- with .Values.confined }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if .Values.hosts }}
  tls:
    {{- range .Values.hosts }}
    - {{ . }}
    {{- end }}
  {{- end }}
  {{- with .Values.nothing }}
  other: {{ . }}
  {{- end }}
  class: b
";
    let objects = made(&[("deploy/values.yaml", values), ("deploy/templates/a.yaml", text)]);
    let [object] = &objects[..] else { panic!("{objects:#?}") };
    let line = |path: &str| object.root.at(path).map(|item| (item.place.path.to_string(), item.place.line));
    assert_eq!(line("spec.securityContext"), Some(("deploy/values.yaml".to_owned(), 1)));
    assert_eq!(line("spec.tls"), Some(("deploy/values.yaml".to_owned(), 2)));
    assert_eq!(line("spec.other"), None);
    assert_eq!(object.root.at("spec.class").and_then(Item::as_str), Some("b"));
}

#[test]
fn what_is_left_away_and_written_elsewhere_is_there_once() {
    let text = "apiVersion: v1
kind: Service
metadata:
  name: a
  {{- with .Values.one }}
  annotations: {{ toYaml . | nindent 4 }}
  {{- end }}
  annotations: {b: c}
";
    let objects = made(&[("deploy/values.yaml", "one: {}\n"), ("deploy/templates/a.yaml", text)]);
    let [object] = &objects[..] else { panic!("{objects:#?}") };
    assert_eq!(object.root.at("metadata.annotations.b").and_then(Item::as_str), Some("c"));
}

#[test]
fn bitnamis_library_is_known() {
    let text = "apiVersion: {{ include \"common.capabilities.deployment.apiVersion\" . }}
kind: Deployment
metadata:
  name: {{ include \"common.names.fullname\" . }}
  labels: {{- include \"common.labels.standard\" . | nindent 4 }}
spec:
  template:
    spec:
      containers:
        - name: a
          image: {{ include \"common.images.image\" (dict \"imageRoot\" .Values.image \"chart\" .Chart) }}
";
    let values = "image:\n  registry: ghcr.io\n  repository: a/b\n  tag: latest\n";
    let objects = made(&[("deploy/values.yaml", values), ("deploy/templates/a.yaml", text)]);
    let [object] = &objects[..] else { panic!("{objects:#?}") };
    assert_eq!(&*object.api_version, "apps/v1");
    let image = object.root.at("spec.template.spec.containers.0.image").expect("an image");
    assert_eq!(image.as_str(), Some("ghcr.io/a/b:latest"));
    assert_eq!(image.key_place().line, 4);
    assert!(
        object.root.at("metadata.labels").and_then(|labels| labels.get("app.kubernetes.io/name")).is_some()
    );
}
