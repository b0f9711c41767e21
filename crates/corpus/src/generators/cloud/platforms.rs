//! Hosting platforms and content delivery networks.

use crate::credential::{Draft, Generator};
use crate::rng::{BASE32, BASE62, BASE64, BASE64URL, HEX, LOWER_DIGITS};

const CLOUDFLARE: &str = "https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/";
const DIGITALOCEAN: &str = "https://docs.digitalocean.com/reference/api/create-personal-access-token/";
const HEROKU: &str = "https://devcenter.heroku.com/articles/oauth";

pub(super) const ALL: &[Generator] = &[
    Generator::new("digitalocean-pat", DIGITALOCEAN, |rng| Draft::token("dop_v1_", rng.text(HEX, 64))),
    Generator::new("digitalocean-oauth-token", "https://docs.digitalocean.com/reference/api/oauth/", |rng| {
        Draft::token("doo_v1_", rng.text(HEX, 64))
    }),
    Generator::new(
        "digitalocean-refresh-token",
        "https://docs.digitalocean.com/reference/api/oauth/",
        |rng| Draft::token("dor_v1_", rng.text(HEX, 64)),
    ),
    Generator::new(
        "digitalocean-spaces-secret",
        "https://docs.digitalocean.com/products/spaces/how-to/manage-access/",
        |rng| Draft::named("SPACES_SECRET_ACCESS_KEY", rng.text(BASE64, 43)),
    ),
    Generator::new("heroku-api-key", HEROKU, |rng| {
        if rng.below(2) == 0 {
            return Draft::named("HEROKU_API_KEY", rng.uuid());
        }
        Draft::token("HRKU-AA", rng.text(BASE64URL, 58)).called("HEROKU_API_KEY")
    })
    .or(&["heroku-oauth-token"]),
    Generator::new("heroku-oauth-token", HEROKU, |rng| {
        Draft::token("HRKU-", rng.uuid()).called("HEROKU_OAUTH_TOKEN")
    })
    .or(&["heroku-api-key"]),
    Generator::new("cloudflare-api-token", CLOUDFLARE, |rng| {
        let name = rng.pick(&["CLOUDFLARE_API_TOKEN", "CF_API_TOKEN"]);
        if rng.below(2) == 0 {
            return Draft::named(name, rng.text(BASE64URL, 40));
        }
        let prefix = rng.pick(&["cfut_", "cfat_"]);
        let random = rng.text(BASE62, 40);
        Draft::token(prefix, format!("{random}{:08x}", crc32fast::hash(random.as_bytes()))).called(name)
    }),
    Generator::new("cloudflare-global-api-key", CLOUDFLARE, |rng| {
        if rng.below(2) == 0 {
            return Draft::named("CLOUDFLARE_API_KEY", rng.text(HEX, 37));
        }
        let random = rng.text(BASE62, 40);
        Draft::token("cfk_", format!("{random}{:08x}", crc32fast::hash(random.as_bytes())))
            .called("CLOUDFLARE_API_KEY")
    }),
    Generator::new(
        "cloudflare-origin-ca-key",
        "https://developers.cloudflare.com/fundamentals/api/get-started/ca-keys/",
        |rng| {
            let random = format!("{}-{}", rng.text(HEX, 24), rng.text(HEX, 146));
            Draft::token("v1.0-", random).called("CLOUDFLARE_API_USER_SERVICE_KEY")
        },
    ),
    Generator::new(
        "fastly-api-token",
        "https://www.fastly.com/documentation/reference/api/auth-tokens/",
        |rng| {
            let name = rng.pick(&["FASTLY_API_TOKEN", "FASTLY_API_KEY", "Fastly-Key"]);
            Draft::named(name, rng.text(BASE64URL, 32))
        },
    ),
    Generator::new("linode-pat", "https://techdocs.akamai.com/linode-api/reference/get-started", |rng| {
        let name = rng.pick(&["LINODE_TOKEN", "LINODE_API_TOKEN"]);
        Draft::named(name, rng.text(HEX, 64))
    }),
    Generator::new("scaleway-secret-key", "https://www.scaleway.com/en/docs/iam/api-cli/", |rng| {
        Draft::named("SCW_SECRET_KEY", rng.uuid())
    }),
    Generator::new("hetzner-api-token", "https://docs.hetzner.cloud/reference/cloud", |rng| {
        let name = rng.pick(&["HCLOUD_TOKEN", "HETZNER_API_TOKEN"]);
        Draft::named(name, rng.text(BASE62, 64))
    }),
    Generator::new("vultr-api-key", "https://www.vultr.com/api/", |rng| {
        Draft::named("VULTR_API_KEY", rng.text(BASE32, 36))
    }),
    Generator::new("netlify-pat", "https://docs.netlify.com/api/get-started/", |rng| {
        if rng.below(3) == 0 {
            return Draft::named("NETLIFY_AUTH_TOKEN", rng.text(BASE64URL, 43));
        }
        Draft::token("nfp_", rng.text(BASE62, 36)).called("NETLIFY_AUTH_TOKEN")
    }),
    Generator::new("vercel-token", "https://vercel.com/docs/rest-api", |rng| {
        let name = rng.pick(&["VERCEL_TOKEN", "VERCEL_API_TOKEN"]);
        Draft::named(name, rng.text(BASE62, 24))
    }),
    Generator::new("fly-api-token", "https://fly.io/docs/security/tokens/", |rng| {
        if rng.below(3) == 0 {
            return Draft::token("fo1_", rng.text(BASE64URL, 43)).called("FLY_API_TOKEN");
        }
        let bytes = rng.between(120, 160) * 3;
        let token = rng.base64(bytes);
        Draft::token("fm2_lJPE", &token).within("FLY_API_TOKEN", format!("FlyV1 fm2_lJPE{token}"))
    }),
    Generator::new("render-api-key", "https://render.com/docs/api", |rng| {
        Draft::token("rnd_", rng.text(BASE62, 32)).called("RENDER_API_KEY")
    }),
    Generator::new("railway-token", "https://docs.railway.com/guides/public-api", |rng| {
        let name = rng.pick(&["RAILWAY_TOKEN", "RAILWAY_API_TOKEN"]);
        Draft::named(name, rng.uuid())
    }),
    Generator::new(
        "ovh-application-secret",
        "https://help.ovhcloud.com/csm/en-api-getting-started-ovhcloud-api",
        |rng| {
            let letters = if rng.below(2) == 0 { BASE62 } else { LOWER_DIGITS };
            Draft::named("OVH_APPLICATION_SECRET", rng.text(letters, 32))
        },
    ),
    Generator::new(
        "akamai-client-secret",
        "https://techdocs.akamai.com/developer/docs/set-up-authentication-credentials",
        |rng| Draft::named("AKAMAI_CLIENT_SECRET", rng.base64(32)),
    ),
    Generator::new(
        "alibaba-access-key-id",
        "https://www.alibabacloud.com/help/en/ram/user-guide/create-an-accesskey-pair",
        |rng| Draft::token("LTAI5t", rng.text(BASE62, 18)),
    ),
    Generator::new(
        "alibaba-access-key-secret",
        "https://www.alibabacloud.com/help/en/ram/user-guide/create-an-accesskey-pair",
        |rng| {
            let name = rng.pick(&["ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALICLOUD_SECRET_KEY"]);
            Draft::named(name, rng.text(BASE62, 30))
        },
    ),
    Generator::new("tencent-secret-id", "https://www.tencentcloud.com/document/product/598/32675", |rng| {
        Draft::token("AKID", rng.text(BASE62, 32)).called("TENCENTCLOUD_SECRET_ID")
    }),
    Generator::new("tencent-secret-key", "https://www.tencentcloud.com/document/product/598/32675", |rng| {
        Draft::named("TENCENTCLOUD_SECRET_KEY", rng.text(BASE62, 32))
    }),
    Generator::new(
        "ibm-cloud-api-key",
        "https://cloud.ibm.com/docs/account?topic=account-userapikey",
        |rng| {
            let name = rng.pick(&["IBMCLOUD_API_KEY", "IBM_CLOUD_API_KEY"]);
            Draft::named(name, rng.text(BASE64URL, 44))
        },
    ),
];
