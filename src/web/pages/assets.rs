//! The static files, in the binary. Their addresses hold their digest, so that browsers keep
//! them for ever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::digest::sha256_hex;
use crate::web::error::Error;

/// The style of all pages.
pub static STYLESHEET: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("css", "text/css; charset=utf-8", include_str!("../../../assets/fedcat.css"))
});

/// The script that suggests in the search field. Pages are complete without it.
pub static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("js", "text/javascript; charset=utf-8", include_str!("../../../assets/suggest.js"))
});

/// The script that shows how far a run is. Pages are complete without it.
pub static PROGRESS: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("js", "text/javascript; charset=utf-8", include_str!("../../../assets/progress.js"))
});

/// The icon.
pub static ICON: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("svg", "image/svg+xml", include_str!("../../../assets/favicon.svg"))
});

/// A static file.
#[derive(Debug)]
pub struct Asset {
    name: String,
    media_type: &'static str,
    text: &'static str,
}

impl Asset {
    fn new(ending: &str, media_type: &'static str, text: &'static str) -> Self {
        let digest = sha256_hex(text.as_bytes());
        let short: String = digest.chars().take(16).collect();
        Self { name: format!("fedcat.{short}.{ending}"), media_type, text }
    }

    /// The path at which it is served.
    pub fn address(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

/// `GET /assets/{name}`
pub async fn get(Path(name): Path<String>) -> Result<Response, Error> {
    let known = [&*STYLESHEET, &*SCRIPT, &*PROGRESS, &*ICON];
    let asset = known
        .into_iter()
        .find(|asset| asset.name == name)
        .ok_or(Error::NotFound { what: "file", id: name })?;
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, asset.text).into_response())
}
