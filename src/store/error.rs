//! Why a store did not do what it was asked.

/// Why the store did not do what it was asked. Nothing was changed.
///
/// *Invariant:* a store is named by where it is and never by its URL, which may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("store {place}: cannot be opened: {source}")]
    Open { place: String, source: sqlx::Error },
    /// Written by a later version.
    #[error(
        "store {place}: its schema is version {found}, this program knows {known}; use the program that wrote it, or a \
         newer one"
    )]
    Newer {
        place: String,
        found: i64,
        known: i64,
    },
    #[error("store {place}: the schema cannot be brought up to date: {source}")]
    Migrate {
        place: String,
        source: sqlx::migrate::MigrateError,
    },
    #[error("store: {0}; nothing was changed, retry is safe")]
    Database(#[from] sqlx::Error),
    #[error("{0}")]
    Book(#[from] crate::BookError),
    /// A stored value that this program did not write.
    #[error("store: {0} cannot be read; run `satyapan audit verify`")]
    Corrupt(String),
    #[error("store: {0}")]
    Refused(String),
}

impl StoreError {
    /// Whether the same request later may succeed.
    pub fn retry_is_useful(&self) -> bool {
        matches!(self, Self::Database(_))
    }
}
