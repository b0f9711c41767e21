//! Why a token is not taken.

/// Why a token is not taken. For audit records and logs: a caller answers 401 to all of them alike, so that a token
/// cannot be put together by trying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Rejected {
    /// Longer than is looked at.
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of base64url without padding.
    #[error("the token is not three parts of base64url")]
    Form,
    /// The header is no JSON object, or names a thing twice, or asks for what is not done.
    #[error("the token's header cannot be read")]
    Header,
    /// An algorithm that is not known, or not allowed here.
    #[error("the token's algorithm is not allowed")]
    Algorithm,
    /// `typ` is of another sort of token.
    #[error("the token is of another type")]
    Type,
    /// No key of that name, or none that is for that algorithm.
    #[error("the token's key is not known")]
    UnknownKey,
    /// The signature is not of that key.
    #[error("the token's signature does not hold")]
    Signature,
    /// A claim that must be there is not, or is not what it should be.
    #[error("the token's claims cannot be read")]
    Claims,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time has not come, or it says that it was made later than now.
    #[error("the token is not valid yet")]
    NotYet,
    /// It is valid for longer than such tokens may be.
    #[error("the token is valid for too long")]
    Lifetime,
    /// Somebody else issued it.
    #[error("the token is of another issuer")]
    Issuer,
    /// It was made for somebody else.
    #[error("the token is for another audience")]
    Audience,
    /// It answers another question than the one that was asked.
    #[error("the token has another nonce")]
    Nonce,
    /// It was given out with another access token.
    #[error("the token belongs to another access token")]
    AccessToken,
    /// It is of somebody else than the one who was asked about.
    #[error("the token is of another person")]
    Subject,
    /// A proxy that is not ours put it there.
    #[error("the token is of another signer")]
    Signer,
}
