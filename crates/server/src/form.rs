//! Fields of a submitted form.

use http::header;

use crate::call::Call;
use crate::error::ApiError;

/// The fields of an `application/x-www-form-urlencoded` body, in order.
#[derive(Debug)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Whether the request says that its body is one.
    pub(crate) fn is_sent(call: &Call) -> bool {
        call.header(header::CONTENT_TYPE).is_some_and(|kind| {
            kind.split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
    }

    /// Reads the body of a request.
    pub(crate) async fn read(call: &mut Call) -> Result<Self, ApiError> {
        if !Self::is_sent(call) {
            return Err(ApiError::input("a form is sent as application/x-www-form-urlencoded"));
        }
        let body = call.body().await?;
        let text = std::str::from_utf8(&body).map_err(|_| ApiError::input("the form is not UTF-8"))?;
        untrusted::query::parse(text, &untrusted::query::Limits::default())
            .map(Self)
            .map_err(|error| ApiError::input(error.to_string()))
    }

    /// All fields.
    pub(crate) fn into_fields(self) -> Vec<(String, String)> {
        self.0
    }

    /// The first field of this name.
    pub(crate) fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find_map(|(n, value)| (n == name).then_some(value.as_str()))
    }
}
