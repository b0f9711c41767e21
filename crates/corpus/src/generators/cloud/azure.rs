//! Microsoft Azure. Newer keys carry a signature of four letters at a fixed place, which says whose they are.

use crate::credential::{Draft, Generator};
use crate::rng::{BASE62, HEX, Rng};

const STORAGE: &str = "https://learn.microsoft.com/en-us/azure/storage/common/storage-account-keys-manage";
const CONNECTION: &str =
    "https://learn.microsoft.com/en-us/azure/storage/common/storage-configure-connection-string";
const SIGNATURES: &str = "https://learn.microsoft.com/en-us/purview/sit-defn-all-creds";

pub(super) const ALL: &[Generator] = &[
    Generator::new("azure-storage-account-key", STORAGE, |rng| {
        let name = rng.pick(&["AZURE_STORAGE_KEY", "AZURE_STORAGE_ACCOUNT_KEY"]);
        Draft::named(name, long(rng, "+ASt"))
    }),
    Generator::new("azure-storage-connection-string", CONNECTION, |rng| {
        let (key, account) = (long(rng, "+ASt"), format!("{}store", rng.word()));
        Draft::token("", &key).within(
            "AZURE_STORAGE_CONNECTION_STRING",
            format!(
                "DefaultEndpointsProtocol=https;AccountName={account};AccountKey={key};\
                 EndpointSuffix=core.windows.net"
            ),
        )
    })
    .or(&["azure-storage-account-key"]),
    Generator::new(
        "azure-sas-token",
        "https://learn.microsoft.com/en-us/rest/api/storageservices/create-account-sas",
        |rng| {
            let signature = rng.base64(32).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
            let account = rng.word();
            let url = format!(
                "https://{account}store.blob.core.windows.net/exports?sv=2024-11-04&ss=b&srt=sco&sp=rwl\
                 &se=2031-03-01T00:00:00Z&st=2026-03-01T00:00:00Z&spr=https&sig={signature}"
            );
            Draft::token("", signature).within("EXPORT_SAS_URL", url)
        },
    ),
    Generator::new(
        "azure-client-secret",
        "https://learn.microsoft.com/en-us/entra/identity-platform/how-to-add-credentials",
        |rng| Draft::token("", client_secret(rng)).called("AZURE_CLIENT_SECRET"),
    ),
    Generator::new(
        "azure-service-bus-key",
        "https://learn.microsoft.com/en-us/azure/service-bus-messaging/service-bus-sas",
        |rng| {
            let (key, namespace) = (short(rng, "+ASb"), rng.word());
            Draft::token("", &key).within(
                "SERVICE_BUS_CONNECTION_STRING",
                format!(
                    "Endpoint=sb://{namespace}-prod.servicebus.windows.net/;\
                     SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey={key}"
                ),
            )
        },
    ),
    Generator::new(
        "azure-cosmos-key",
        "https://learn.microsoft.com/en-us/azure/cosmos-db/secure-access-to-data",
        |rng| {
            let key = long(rng, "ACDb");
            if rng.below(2) == 0 {
                return Draft::named("COSMOS_KEY", key);
            }
            let account = rng.word();
            Draft::token("", &key).within(
                "COSMOS_CONNECTION_STRING",
                format!("AccountEndpoint=https://{account}.documents.azure.com:443/;AccountKey={key};"),
            )
        },
    ),
    Generator::new("azure-event-grid-key", SIGNATURES, |rng| {
        Draft::named("AZURE_EVENT_GRID_KEY", short(rng, "AZEG"))
    }),
    Generator::new(
        "azure-cognitive-key",
        "https://learn.microsoft.com/en-us/azure/ai-services/authentication",
        |rng| {
            let name =
                rng.pick(&["AZURE_COGNITIVE_SERVICES_KEY", "AZURE_SPEECH_KEY", "AZURE_AI_SERVICES_KEY"]);
            Draft::named(name, cognitive(rng))
        },
    ),
    Generator::new(
        "azure-openai-key",
        "https://learn.microsoft.com/en-us/azure/ai-services/openai/reference",
        |rng| Draft::named("AZURE_OPENAI_API_KEY", cognitive(rng)),
    )
    .or(&["azure-cognitive-key"]),
    Generator::new(
        "azure-function-key",
        "https://learn.microsoft.com/en-us/azure/azure-functions/function-keys-how-to",
        |rng| {
            let key = format!("{}AzFu{}Q==", rng.text(BASE62, 44), rng.text(BASE62, 5));
            if rng.below(2) == 0 {
                return Draft::token("", key).called("AZURE_FUNCTION_KEY");
            }
            let app = rng.word();
            Draft::token("", &key)
                .within("FUNCTION_URL", format!("https://{app}-fn.azurewebsites.net/api/intake?code={key}"))
        },
    ),
    Generator::new("azure-container-registry-key", SIGNATURES, |rng| {
        Draft::token(
            "",
            format!("{}+ACR{}{}", rng.text(BASE62, 42), rng.text("ABCD", 1), rng.text(BASE62, 5)),
        )
        .called("ACR_PASSWORD")
    }),
    Generator::new(
        "azure-search-key",
        "https://learn.microsoft.com/en-us/azure/search/search-security-api-keys",
        |rng| {
            Draft::token(
                "",
                format!("{}AzSe{}{}", rng.text(BASE62, 42), rng.text("ABCD", 1), rng.text(BASE62, 5)),
            )
            .called("AZURE_SEARCH_KEY")
        },
    ),
    Generator::new(
        "azure-apim-key",
        "https://learn.microsoft.com/en-us/azure/api-management/api-management-subscriptions",
        |rng| Draft::named("Ocp-Apim-Subscription-Key", rng.text(HEX, 32)),
    )
    .or(&["azure-cognitive-key"]),
    Generator::new(
        "azure-iot-hub-key",
        "https://learn.microsoft.com/en-us/azure/iot-hub/authenticate-authorize-sas",
        |rng| {
            let (key, hub) = (short(rng, "AIoT"), rng.word());
            Draft::token("", &key).within(
                "IOTHUB_CONNECTION_STRING",
                format!(
                    "HostName={hub}.azure-devices.net;SharedAccessKeyName=iothubowner;SharedAccessKey={key}"
                ),
            )
        },
    ),
    Generator::new(
        "azure-signalr-key",
        "https://learn.microsoft.com/en-us/azure/azure-signalr/concept-connection-string",
        |rng| {
            let (key, hub) = (rng.base64(32), rng.word());
            Draft::token("", &key).within(
                "AZURE_SIGNALR_CONNECTION_STRING",
                format!("Endpoint=https://{hub}.service.signalr.net;AccessKey={key};Version=1.0;"),
            )
        },
    ),
    Generator::new("azure-batch-key", SIGNATURES, |rng| {
        Draft::token("", long(rng, "+ABa")).called("AZURE_BATCH_ACCESS_KEY")
    }),
    Generator::new(
        "azure-app-config-connection-string",
        "https://learn.microsoft.com/en-us/azure/azure-app-configuration/howto-best-practices",
        |rng| {
            let (key, store, id) = (rng.base64(32), rng.word(), rng.text(BASE62, 20));
            Draft::token("", &key).within(
                "APP_CONFIG_CONNECTION_STRING",
                format!("Endpoint=https://{store}.azconfig.io;Id=4Kx2-l9-s0:{id};Secret={key}"),
            )
        },
    ),
];

/// 64 bytes in base 64, the signature at its place.
fn long(rng: &mut Rng, signature: &str) -> String {
    format!("{}{signature}{}A==", rng.text(BASE62, 76), rng.text(BASE62, 5))
}

/// 32 bytes in base 64, the signature at its place.
fn short(rng: &mut Rng, signature: &str) -> String {
    format!("{}{signature}{}A=", rng.text(BASE62, 33), rng.text(BASE62, 5))
}

/// 40 letters, with `Q~` after the digit in the fourth place.
pub(in crate::generators) fn client_secret(rng: &mut Rng) -> String {
    let start = rng.text(BASE62, 3);
    let middle = rng.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_~.", 33);
    format!("{start}8Q~{middle}{}", rng.text(BASE62, 1))
}

/// 32 hexadecimal digits, or 84 letters with the mark of the newer keys.
fn cognitive(rng: &mut Rng) -> String {
    if rng.below(2) == 0 {
        return rng.text(HEX, 32);
    }
    format!("{}JQQJ99BCACYeBjFXJ3w3AAABACOG{}", rng.text(BASE62, 52), rng.text(BASE62, 4))
}
