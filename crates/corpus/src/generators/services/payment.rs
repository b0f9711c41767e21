//! Payments.

use crate::credential::{Draft, Generator};
use crate::rng::{BASE62, BASE64, BASE64URL, HEX, LOWER_DIGITS, Rng};

const STRIPE: &str = "https://docs.stripe.com/keys";
const SQUARE: &str = "https://developer.squareup.com/docs/build-basics/access-tokens";
const PAYPAL: &str = "https://developer.paypal.com/api/rest/";

pub(super) const ALL: &[Generator] = &[
    Generator::new("stripe-secret-key", STRIPE, |rng| {
        let name = rng.pick(&["STRIPE_SECRET_KEY", "STRIPE_API_KEY", "STRIPE_KEY"]);
        let prefix = rng.pick(&["sk_live_", "sk_test_"]);
        Draft::token(prefix, stripe(rng)).called(name)
    }),
    Generator::new("stripe-restricted-key", "https://docs.stripe.com/keys/restricted-api-keys", |rng| {
        let prefix = rng.pick(&["rk_live_", "rk_test_"]);
        Draft::token(prefix, stripe(rng)).called("STRIPE_RESTRICTED_KEY")
    }),
    Generator::new("stripe-webhook-secret", "https://docs.stripe.com/webhooks", |rng| {
        Draft::token("whsec_", rng.text(BASE62, 32)).called("STRIPE_WEBHOOK_SECRET")
    }),
    Generator::new("square-access-token", SQUARE, |rng| {
        Draft::token("EAAA", rng.text(BASE64URL, 60)).called("SQUARE_ACCESS_TOKEN")
    }),
    Generator::new("square-access-token", SQUARE, |rng| {
        Draft::token("sq0atp-", rng.text(BASE64URL, 22)).called("SQUARE_ACCESS_TOKEN")
    }),
    Generator::new("square-oauth-secret", "https://developer.squareup.com/docs/oauth-api/overview", |rng| {
        Draft::token("sq0csp-", rng.text(BASE64URL, 43)).called("SQUARE_APPLICATION_SECRET")
    }),
    Generator::new(
        "paypal-braintree-token",
        "https://developer.paypal.com/braintree/articles/control-panel/important-gateway-credentials",
        |rng| {
            let random = format!("{}${}", rng.text(LOWER_DIGITS, 16), rng.text(HEX, 32));
            Draft::token("access_token$production$", random).called("BRAINTREE_ACCESS_TOKEN")
        },
    ),
    Generator::new("paypal-client-secret", PAYPAL, |rng| {
        let name = rng.pick(&["PAYPAL_CLIENT_SECRET", "PAYPAL_SECRET", "PAYPAL_APP_SECRET"]);
        Draft::named(name, format!("E{}", rng.text(BASE64URL, 79)))
    }),
    Generator::new("adyen-key", "https://docs.adyen.com/development-resources/api-credentials/", |rng| {
        // The last part holds signs too; those that files would have to escape are left out.
        let end = rng.text(&format!("{BASE62}^%*+=~"), 16);
        let random = format!("{}==-{}=-{end}", rng.text(BASE64, 91), rng.text(BASE64, 43));
        Draft::token("AQE", random).called("ADYEN_API_KEY")
    }),
    Generator::new("plaid-secret", "https://plaid.com/docs/api/#authentication", |rng| {
        let name = rng.pick(&["PLAID_SECRET", "PLAID-SECRET", "PLAID_SECRET_KEY"]);
        Draft::named(name, rng.text(HEX, 30))
    }),
    Generator::new("razorpay-key", "https://razorpay.com/docs/api/authentication/", |rng| {
        let name = rng.pick(&["RAZORPAY_KEY_SECRET", "RAZORPAY_SECRET"]);
        Draft::named(name, rng.text(BASE62, 24))
    })
    .or(&["razorpay-secret", "razorpay-key-secret"]),
    Generator::new(
        "coinbase-key",
        "https://docs.cdp.coinbase.com/get-started/authentication/cdp-api-keys",
        |rng| {
            let name = rng.pick(&["COINBASE_API_SECRET", "COINBASE_API_KEY_SECRET", "COINBASE_SECRET"]);
            Draft::named(name, rng.base64(64))
        },
    ),
    Generator::new("flutterwave-key", "https://developer.flutterwave.com/v3.0/docs/authentication", |rng| {
        let prefix = rng.pick(&["FLWSECK-", "FLWSECK_TEST-"]);
        Draft::token(prefix, rng.text(HEX, 32)).tail("-X").called("FLW_SECRET_KEY")
    }),
    Generator::new("paystack-key", "https://paystack.com/docs/api/authentication/", |rng| {
        let prefix = rng.pick(&["sk_live_", "sk_test_"]);
        Draft::token(prefix, rng.text(HEX, 40)).called("PAYSTACK_SECRET_KEY")
    })
    .or(&["stripe-secret-key"]),
];

/// Twenty-four letters until 2019; since then the account is in the key.
fn stripe(rng: &mut Rng) -> String {
    if rng.below(3) == 0 { rng.text(BASE62, 24) } else { format!("51{}", rng.text(BASE62, 97)) }
}
