//! The errors that a registry gives docker.

use std::fmt;

use crate::cloud::oci::Platform;
use crate::cloud::{ApiError, Digest};

/// What a registry answers when it says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryError {
    pub code: RegistryErrorCode,
    /// What stands after the code: ECR's own wording.
    pub message: String,
    /// ECR's error, where one is behind it.
    pub cause: Option<ApiError>,
}

/// The error codes of the OCI distribution specification that ECR uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistryErrorCode {
    BlobUnknown,
    BlobUploadInvalid,
    BlobUploadUnknown,
    Denied,
    DigestInvalid,
    ManifestBlobUnknown,
    ManifestInvalid,
    ManifestUnknown,
    NameInvalid,
    NameUnknown,
    TagInvalid,
    TooManyRequests,
    /// Anything that has no code of its own.
    Unknown,
    /// An index has nothing for the client's platform. The client finds this out, not the registry.
    NoMatchingPlatform,
    /// The upstream of a pull-through cache refused: `403 Forbidden`, told in words of its own.
    UpstreamRefused,
    /// The layer store behind the registry is not reached, or does not let the client in. The client finds this out.
    StoreUnreached,
    /// `400 Bad Request` without a body: the password is no token. Docker prints the status, not a code.
    BadRequest,
}

impl RegistryErrorCode {
    /// As the specification writes it: `NAME_UNKNOWN`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BlobUnknown => "BLOB_UNKNOWN",
            Self::BlobUploadInvalid => "BLOB_UPLOAD_INVALID",
            Self::BlobUploadUnknown => "BLOB_UPLOAD_UNKNOWN",
            Self::Denied | Self::UpstreamRefused => "DENIED",
            Self::DigestInvalid => "DIGEST_INVALID",
            Self::ManifestBlobUnknown => "MANIFEST_BLOB_UNKNOWN",
            Self::ManifestInvalid => "MANIFEST_INVALID",
            Self::ManifestUnknown | Self::NoMatchingPlatform => "MANIFEST_UNKNOWN",
            Self::NameInvalid => "NAME_INVALID",
            Self::NameUnknown => "NAME_UNKNOWN",
            Self::TagInvalid => "TAG_INVALID",
            Self::TooManyRequests => "TOOMANYREQUESTS",
            Self::Unknown | Self::StoreUnreached | Self::BadRequest => "UNKNOWN",
        }
    }

    /// The HTTP status that comes with it.
    pub fn status(self) -> u16 {
        match self {
            Self::Denied | Self::UpstreamRefused => 403,
            Self::BlobUnknown
            | Self::BlobUploadUnknown
            | Self::ManifestUnknown
            | Self::NoMatchingPlatform
            | Self::NameUnknown => 404,
            Self::TooManyRequests => 429,
            Self::Unknown => 500,
            _ => 400,
        }
    }

    /// As docker prints it: in lower-case words.
    pub fn words(self) -> String {
        self.as_str().to_ascii_lowercase().replace('_', " ")
    }
}

impl RegistryError {
    pub(in crate::cloud) fn new(code: RegistryErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), cause: None }
    }

    pub(in crate::cloud) fn bad_request() -> Self {
        Self::new(RegistryErrorCode::BadRequest, "400 Bad Request")
    }

    /// The token's time is over. Source: observed.
    pub(in crate::cloud) fn expired() -> Self {
        Self::new(RegistryErrorCode::Denied, "Your authorization token has expired. Reauthenticate and try again.")
    }

    /// Nothing of an index is for the platform. Source: containerd and moby, "no match for platform in manifest".
    pub(in crate::cloud) fn no_match(platform: &Platform) -> Self {
        Self::new(
            RegistryErrorCode::NoMatchingPlatform,
            format!("no match for platform in manifest: {}/{}", platform.os, platform.architecture),
        )
    }

    /// A layer that the manifest names is not there.
    pub(in crate::cloud) fn blob_unknown(digest: &Digest) -> Self {
        Self::new(RegistryErrorCode::BlobUnknown, format!("blob unknown to registry: {digest}"))
    }

    /// The upstream of a pull-through cache does not let the registry have the image.
    pub(in crate::cloud) fn upstream_refused(reason: &str) -> Self {
        Self::new(RegistryErrorCode::UpstreamRefused, reason)
    }

    /// The requested image, or the manifest behind it, is not there.
    pub(in crate::cloud) fn manifest_unknown(reason: &str) -> Self {
        Self::new(RegistryErrorCode::ManifestUnknown, reason)
    }
}

/// Source: observed answers of the registry for each of ECR's errors.
impl From<ApiError> for RegistryError {
    fn from(error: ApiError) -> Self {
        use RegistryErrorCode as Code;
        let code = match error.code.as_ref() {
            // The second: observed, where an upstream did not take the credentials.
            "AccessDeniedException" | "UnableToGetUpstreamImageException" => Code::Denied,
            "RepositoryNotFoundException" => Code::NameUnknown,
            "ImageTagAlreadyExistsException" => Code::TagInvalid,
            "ImageNotFoundException" => Code::ManifestUnknown,
            "LayersNotFoundException" => Code::BlobUploadUnknown,
            "LayerInaccessibleException" => Code::BlobUnknown,
            "UploadNotFoundException" => Code::BlobUploadUnknown,
            "InvalidLayerPartException" | "LayerPartTooSmallException" | "EmptyUploadException" => {
                Code::BlobUploadInvalid
            }
            "InvalidLayerException" | "ImageDigestDoesNotMatchException" => Code::DigestInvalid,
            "ReferencedImagesNotFoundException" => Code::ManifestBlobUnknown,
            "LimitExceededException" | "ThrottlingException" => Code::TooManyRequests,
            "InvalidParameterException" if error.message.contains("'repositoryName'") => Code::NameInvalid,
            "InvalidParameterException" => Code::ManifestInvalid,
            _ => Code::Unknown,
        };
        Self { code, message: error.message.clone(), cause: Some(error) }
    }
}

/// As classic docker prints it after `Error response from daemon: `: `denied: …`.
impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            RegistryErrorCode::BadRequest | RegistryErrorCode::UpstreamRefused => f.write_str(&self.message),
            code => write!(f, "{}: {}", code.words(), self.message),
        }
    }
}

impl std::error::Error for RegistryError {}
