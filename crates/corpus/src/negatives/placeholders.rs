//! What stands where a secret would: references, fillers and empty values.

use super::Kind;
use crate::rng::{DIGITS, Rng};

/// Names that a secret would be assigned to.
const NAMES: &[&str] = &[
    "API_TOKEN",
    "DB_PASSWORD",
    "AWS_SECRET_ACCESS_KEY",
    "GITHUB_TOKEN",
    "SLACK_BOT_TOKEN",
    "DD_API_KEY",
    "CLIENT_SECRET",
    "SESSION_SECRET",
    "STRIPE_SECRET_KEY",
    "VAULT_TOKEN",
];

/// Every name in a line, or lines, of its own.
fn each(rng: &mut Rng, line: impl Fn(&mut Rng, &str) -> String) -> String {
    NAMES.iter().map(|name| line(rng, name)).collect()
}

/// Every name assigned to a filler of one of these styles.
fn fill(rng: &mut Rng, between: &str, styles: &[fn(&str) -> String]) -> String {
    each(rng, |rng, name| {
        let value = styles[rng.below(styles.len())](name);
        format!("{name}{between}{value}\n")
    })
}

pub(super) const ALL: &[Kind] = &[
    ("env/references.env", |rng| {
        fill(
            rng,
            "=",
            &[
                |name| format!("${{{name}}}"),
                |name| format!("${name}"),
                |name| format!("${{{name}:-}}"),
                |name| format!("${{{name}:?{name} is not set}}"),
                |name| format!("%{name}%"),
                |name| format!("$(cat /run/secrets/{})", name.to_ascii_lowercase()),
            ],
        )
    }),
    ("env/angle.env", |rng| {
        fill(
            rng,
            "=",
            &[
                |name| format!("<{}>", name.to_ascii_lowercase().replace('_', "-")),
                |_| "<your-token>".into(),
                |_| "<insert your key here>".into(),
                |_| "<REDACTED>".into(),
                |_| "<password>".into(),
            ],
        )
    }),
    ("env/crossed-out.env", |rng| {
        fill(
            rng,
            "=",
            &[
                |_| "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx".into(),
                |_| "XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX".into(),
                |_| "****************".into(),
                |_| "................".into(),
                |_| "0000000000000000000000000000000000000000".into(),
                |_| "________________".into(),
            ],
        )
    }),
    ("env/words.env", |rng| {
        fill(
            rng,
            "=",
            &[
                |_| "changeme".into(),
                |_| "change-me-in-production".into(),
                |_| "your-secret-goes-here".into(),
                |_| "replace_with_your_token".into(),
                |_| "my-secret-key".into(),
                |_| "TODO".into(),
                |_| "not-set".into(),
                |_| "example-token-for-docs".into(),
                |_| "dummy".into(),
            ],
        )
    }),
    ("env/empty.env", |rng| {
        fill(
            rng,
            "=",
            &[|_| String::new(), |_| "\"\"".into(), |_| "null".into(), |_| "false".into(), |_| "none".into()],
        )
    }),
    ("env/sequences.env", |rng| {
        fill(
            rng,
            "=",
            &[
                |_| "1234567890abcdef1234567890abcdef".into(),
                |_| "abcdefghijklmnopqrstuvwxyz012345".into(),
                |_| "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".into(),
                |_| "0123456789abcdef0123456789abcdef01234567".into(),
            ],
        )
    }),
    ("env/stores.env", |rng| {
        fill(
            rng,
            "=",
            &[
                |name| format!("op://production/orders/{}", name.to_ascii_lowercase()),
                |name| format!("vault:secret/data/orders#{}", name.to_ascii_lowercase()),
                |name| {
                    format!(
                        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:{}",
                        name.to_ascii_lowercase()
                    )
                },
                |name| format!("ssm:///orders/{}", name.to_ascii_lowercase()),
                |name| {
                    format!("@Microsoft.KeyVault(SecretUri=https://orders.vault.azure.net/secrets/{name}/)")
                },
                |name| format!("projects/orders/secrets/{name}/versions/latest"),
                |name| format!("file:///run/secrets/{}", name.to_ascii_lowercase()),
            ],
        )
    }),
    ("charts/templates/env.tpl", |rng| {
        fill(
            rng,
            ": ",
            &[
                |_| "{{ .Values.token }}".into(),
                |_| "{{ .Values.auth.password | b64enc | quote }}".into(),
                |_| "{{ include \"orders.secret\" . }}".into(),
                |name| format!("{{{{ env \"{name}\" }}}}"),
                |_| "{{ lookup('env', 'TOKEN') }}".into(),
            ],
        )
    }),
    ("config/jinja.txt", |rng| {
        fill(
            rng,
            " = ",
            &[
                |_| "{% raw %}{{ token }}{% endraw %}".into(),
                |_| "#{secret.token}".into(),
                |_| "[[ .Token ]]".into(),
                |_| "__TOKEN__".into(),
                |_| "@token@".into(),
            ],
        )
    }),
    ("web/src/env.ts", |rng| {
        each(rng, |rng, name| match rng.below(4) {
            0 => format!("export const {name} = process.env.{name};\n"),
            1 => format!("export const {name} = process.env['{name}'] ?? '';\n"),
            2 => format!("export const {name} = import.meta.env.VITE_{name};\n"),
            _ => format!("export const {name}: string = config.getString('orders.{name}');\n"),
        })
    }),
    ("orders/env.py", |rng| {
        String::from("import os\n")
            + &each(rng, |rng, name| match rng.below(3) {
                0 => format!("{name} = os.environ[\"{name}\"]\n"),
                1 => format!("{name} = os.getenv(\"{name}\", \"\")\n"),
                _ => format!("{name} = settings.{}.get_secret_value()\n", name.to_ascii_lowercase()),
            })
    }),
    ("internal/env.go", |rng| {
        String::from("package internal\n\nimport \"os\"\n\n")
            + &each(rng, |rng, name| match rng.below(2) {
                0 => format!("var {name} = os.Getenv(\"{name}\")\n"),
                _ => format!("var {name} = mustReadFile(\"/run/secrets/{}\")\n", name.to_ascii_lowercase()),
            })
    }),
    ("scripts/env.ps1", |rng| {
        each(rng, |rng, name| match rng.below(2) {
            0 => format!("${name} = $env:{name}\n"),
            _ => format!("${name} = (Get-Secret -Name {name} -AsPlainText)\n"),
        })
    }),
    ("deploy/refs.yaml", |rng| {
        String::from("env:\n")
            + &each(rng, |rng, name| {
                let key = name.to_ascii_lowercase().replace('_', "-");
                format!(
                    "  - name: {name}\n    valueFrom:\n      secretKeyRef:\n        name: {}-secrets\n        key: {key}\n",
                    rng.word()
                )
            })
    }),
    (".github/workflows/secrets.yml", |rng| {
        String::from("env:\n")
            + &each(rng, |rng, name| match rng.below(3) {
                0 => format!("  {name}: ${{{{ secrets.{name} }}}}\n"),
                1 => format!("  {name}: ${{{{ steps.login.outputs.token }}}}\n"),
                _ => format!("  {name}: ${{{{ github.token }}}}\n"),
            })
    }),
    ("infra/refs.tf", |rng| {
        each(rng, |rng, name| {
            let name = name.to_ascii_lowercase();
            let value = match rng.below(3) {
                0 => format!("var.{name}"),
                1 => format!("data.aws_secretsmanager_secret_version.{name}.secret_string"),
                _ => "random_password.orders.result".to_owned(),
            };
            format!("locals {{\n  {name} = {value}\n}}\n")
        })
    }),
    ("docs/curl.md", |rng| {
        let host = rng.host();
        format!(
            "```bash\ncurl -H \"Authorization: Bearer $TOKEN\" https://{host}/api\ncurl -H 'Authorization: Bearer <token>' https://{host}/api\ncurl -u \"$USER:$PASSWORD\" https://{host}/api\ncurl -u user:password https://{host}/api\ncurl -H \"Authorization: Basic ${{BASIC_AUTH}}\" https://{host}/\ncurl -H 'PRIVATE-TOKEN: <your_access_token>' https://{host}/api/v4\n```\n"
        )
    }),
    ("docs/urls.md", |rng| {
        let host = rng.host();
        format!(
            "- `postgres://user:password@localhost:5432/orders`\n- `postgres://$USER:$PASSWORD@{host}/orders`\n- `mongodb+srv://<username>:<password>@{host}/`\n- `redis://:${{REDIS_PASSWORD}}@{host}:6379`\n- `amqp://guest:guest@localhost:5672/`\n- `https://user:pass@example.com/`\n- `https://git@{host}/orders.git`\n- `ssh://git@{host}:22/orders.git`\n- `jdbc:postgresql://{host}/orders?user=${{DB_USER}}&password=${{DB_PASSWORD}}`\n- `Server={host};Database=orders;User Id={{user}};Password={{password}};`\n"
        )
    }),
    ("docs/formats.md", |rng| {
        format!(
            "Tokens of GitHub begin with `ghp_`, of Slack with `xoxb-`, of GitLab with `glpat-`. An AWS key id is `AKIA` and 16 letters.\nIssue {} asks for `sk_live_...` and `ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` to be masked as `ghp_…{}`.\n",
            rng.text(DIGITS, 4),
            rng.text(DIGITS, 4)
        )
    }),
    ("web/.npmrc", |rng| {
        let host = rng.host();
        format!(
            "registry=https://{host}/npm/\n//{host}/npm/:_authToken=${{NPM_TOKEN}}\n//registry.npmjs.org/:_authToken=${{NODE_AUTH_TOKEN}}\nalways-auth=true\n"
        )
    }),
];
