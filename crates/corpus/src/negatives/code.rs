//! Source, bundles and prose that speak of secrets, or look random.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Kind, lines};
use crate::rng::{BASE62, BASE64, DIGITS, HEX, HEX_UPPER, LOWER, LOWER_DIGITS};

pub(super) const ALL: &[Kind] = &[
    ("web/dist/vendor.js", |rng| {
        let functions = lines(rng, |rng| {
            let (one, two, three) = (rng.text(LOWER, 1), rng.text(LOWER, 2), rng.text(LOWER, 1));
            let number = rng.below(999);
            format!(
                "function {two}({one},{three}){{return {one}[{three}]||({one}.{two}={three}.call({number}))}}"
            )
        });
        let body = functions.replace('\n', "");
        format!(
            "!function(e,t){{\"object\"==typeof exports?module.exports=t():e.vendor=t()}}(this,function(){{{body}}});\n"
        )
    }),
    ("web/src/logo.css", |rng| {
        format!(
            ".logo {{ background: url(data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA{}); }}\n.font {{ src: url(data:font/woff2;base64,d09GMgABAAAAA{}); }}\n",
            rng.text(BASE64, 900),
            rng.text(BASE64, 900)
        )
    }),
    ("docs/image.md", |rng| {
        format!("![chart](data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAAAQABAAD{})\n", rng.base64(600))
    }),
    ("web/dist/index.js.map", |rng| {
        let names: String = lines(rng, |rng| format!("\"{}Token\",", rng.word())).replace('\n', "");
        format!(
            "{{\"version\":3,\"sources\":[\"../src/index.ts\"],\"names\":[{names}\"a\"],\"mappings\":\"AAAA,{};{}\"}}\n",
            rng.text("ACDEGIKMOQSUWYacegikmoqsuwy", 80),
            rng.text("ACDEGIKMOQSUWYacegikmoqsuwy", 120)
        )
    }),
    ("web/src/icon.svg", |rng| {
        let curves = lines(rng, |rng| {
            format!("c{}.{} {}-{}z", rng.below(9), rng.below(99), rng.below(20), rng.below(20))
        });
        let path = curves.replace('\n', "");
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\"><path d=\"M12 2{path}\"/></svg>\n"
        )
    }),
    ("web/src/palette.scss", |rng| {
        lines(rng, |rng| format!("${}-token-color: #{};", rng.word(), rng.text(HEX, 6)))
    }),
    ("src/main/java/orders/Login.java", |rng| {
        let name = rng.word();
        format!(
            "package orders;\n\nfinal class Login {{\n    private final PasswordEncoder passwordEncoder;\n    private final TokenIssuer {name}TokenIssuer;\n\n    String login(String user, String password) {{\n        if (!passwordEncoder.matches(password, users.passwordOf(user))) {{\n            throw new BadCredentialsException(\"wrong password\");\n        }}\n        String accessToken = {name}TokenIssuer.issue(user, Duration.ofMinutes(15));\n        return accessToken;\n    }}\n}}\n"
        )
    }),
    ("internal/auth/token.go", |rng| {
        let name = rng.word();
        format!(
            "package auth\n\nfunc (s *Server) {name}Token(r *http.Request) (string, error) {{\n\ttoken := r.Header.Get(\"X-Auth-Token\")\n\tapiKey := r.URL.Query().Get(\"api_key\")\n\tif token == \"\" && apiKey == \"\" {{\n\t\treturn \"\", errMissingCredential\n\t}}\n\tsecret := s.secrets.Lookup(tokenIDFrom(token))\n\treturn verifySignature(token, secret)\n}}\n"
        )
    }),
    ("orders/auth.py", |rng| {
        let name = rng.word();
        format!(
            "def authenticate(request, *, password=None, api_key=None, token: str | None = None):\n    secret = load_secret(request.{name})\n    client_secret = config.client_secret\n    password_field = forms.CharField(label=\"Password\", min_length=12)\n    return token == hmac_token(secret, request.body)\n"
        )
    }),
    ("src/auth.rs", |rng| {
        let name = rng.word();
        format!(
            "pub struct {}Token(Secret);\n\nfn token(header: &HeaderValue) -> Option<&str> {{\n    let token = header.to_str().ok()?.strip_prefix(\"Bearer \")?;\n    let api_key: ApiKey = settings.{name}_api_key.clone();\n    (token == api_key.expose()).then_some(token)\n}}\n",
            name[..1].to_ascii_uppercase() + &name[1..]
        )
    }),
    ("src/patterns.toml", |rng| {
        format!(
            "[[rule]]\nid = \"{}-token\"\npattern = 'ghp_[0-9A-Za-z]{{36}}'\n[[rule]]\npattern = '(?i)api[_-]?key\\s*[:=]\\s*[0-9a-f]{{{}}}'\n[[rule]]\npattern = 'AKIA[A-Z2-7]{{16}}'\nbegin = '-----BEGIN [A-Z ]*PRIVATE KEY-----'\n",
            rng.word(),
            rng.between(20, 64)
        )
    }),
    ("db/migrations/007_users.sql", |rng| {
        format!(
            "CREATE TABLE {}_users (\n  id BIGINT PRIMARY KEY,\n  password_hash TEXT NOT NULL,\n  api_token_digest BYTEA UNIQUE,\n  reset_token_expires_at TIMESTAMPTZ\n);\nGRANT SELECT ON {}_users TO reporting;\n",
            rng.word(),
            rng.word()
        )
    }),
    ("web/src/locales/fr.json", |rng| {
        format!(
            "{{\n  \"login.password\": \"Mot de passe\",\n  \"login.token\": \"Jeton d'accès à usage unique\",\n  \"login.apiKey\": \"Clé d'API de {}\",\n  \"login.secret\": \"Votre secret ne sera montré qu'une fois\",\n  \"error.invalidPassword\": \"Le mot de passe n'est pas valable\"\n}}\n",
            rng.word()
        )
    }),
    ("api/openapi.yaml", |rng| {
        let name = rng.word();
        format!(
            "openapi: 3.0.3\ninfo: {{title: {name}, version: 1.0.0}}\ncomponents:\n  securitySchemes:\n    apiKey:\n      type: apiKey\n      in: header\n      name: X-Api-Key\n    bearer:\n      type: http\n      scheme: bearer\n      bearerFormat: JWT\n    oauth:\n      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: https://login.corp.internal/oauth/token\n          scopes: {{}}\n  schemas:\n    Login:\n      properties:\n        password: {{type: string, format: password, minLength: 12}}\n        refreshToken: {{type: string, description: Issued by {name}}}\npaths: {{}}\n"
        )
    }),
    ("api/settings.schema.json", |rng| {
        format!(
            "{{\n  \"properties\": {{\n    \"apiToken\": {{\"type\": \"string\", \"description\": \"Token for {}\", \"visibility\": \"secret\"}},\n    \"clientSecret\": {{\"type\": \"string\", \"minLength\": 32}},\n    \"privateKey\": {{\"type\": \"string\", \"pattern\": \"^-----BEGIN PRIVATE KEY-----\"}}\n  }},\n  \"required\": [\"apiToken\", \"clientSecret\"]\n}}\n",
            rng.word()
        )
    }),
    ("docs/security.md", |rng| {
        format!(
            "# Secrets\n\nPasswords are kept hashed; tokens expire after {} minutes. Put the API key of {} into the vault, never into the repository. A private key begins with `-----BEGIN PRIVATE KEY-----`. The secret: rotate early. Password: ask the owner. Token = identity plus time.\n",
            rng.between(5, 60),
            rng.word()
        )
    }),
    ("docs/changelog.md", |rng| {
        lines(rng, |rng| {
            format!(
                "- {}: the token bucket refills at {} a second ([{}](https://git.corp.internal/orders/commit/{}))",
                rng.word(),
                rng.below(900),
                rng.text(HEX, 7),
                rng.text(HEX, 40)
            )
        })
    }),
    ("tests/snapshots/page.snap", |rng| {
        lines(rng, |rng| {
            format!(
                "<input type=\"password\" name=\"password\" class=\"{}_{}\" autocomplete=\"current-password\">",
                rng.word(),
                rng.text(BASE62, 5)
            )
        })
    }),
    ("firmware/blob.hex", |rng| {
        lines(rng, |rng| format!(":10{}00{}", rng.text(HEX_UPPER, 4), rng.text(HEX_UPPER, 34)))
    }),
    ("data/big.proto.txt", |rng| {
        lines(rng, |rng| {
            format!(
                "descriptor: \"{}\"",
                STANDARD.encode(format!("message {} {{ string token = {}; }}", rng.word(), rng.below(30)))
            )
        })
    }),
    ("data/numbers.csv", |rng| {
        lines(rng, |rng| {
            format!("{},{},{}", rng.text(DIGITS, 16), rng.text(DIGITS, 11), rng.text(DIGITS, 13))
        })
    }),
    ("etc/hosts.txt", |rng| {
        lines(rng, |rng| {
            format!(
                "{}.{}.eu-west-1.rds.amazonaws.com {}.cloudfront.net {}-{}.a.run.app",
                rng.word(),
                rng.text(LOWER_DIGITS, 12),
                rng.text(LOWER_DIGITS, 14),
                rng.word(),
                rng.text(LOWER_DIGITS, 10)
            )
        })
    }),
    ("config/limits.yaml", |rng| {
        format!(
            "passwordPolicy:\n  minLength: {}\n  requireSymbol: true\ntokenTtl: 15m\nsecretName: {}-db\nsecretRef: orders/production/database\napiKeyHeader: X-Api-Key\ntokenUrl: https://login.corp.internal/realms/orders/protocol/openid-connect/token\nkeyPrefix: orders-cache-v2\nprivateKeyPath: /etc/tls/private/tls.key\n",
            rng.between(8, 20),
            rng.word()
        )
    }),
];
