//! The portal mock over the records of a book or store.

use std::sync::Arc;

use async_trait::async_trait;
use contract::ToolError;
use domain::{FinancialYear, TaxPeriod};
use futures::{FutureExt, future::BoxFuture};
use gst_portal::InProcess;
use portal::{Inside, Lookup, PortalData, Tracking};
use store::{PortalKind, Records};

/// The mock, asked by a call.
pub(crate) struct Mock(Inside);

impl Mock {
    pub(crate) fn over(records: Arc<dyn Records>) -> Self {
        Self(Inside::new(Arc::new(RecordsPortal(records))))
    }
}

impl InProcess for Mock {
    fn get<'a>(&'a self, path_and_query: &'a str) -> BoxFuture<'a, (u16, bytes::Bytes)> {
        self.0.get(path_and_query).boxed()
    }
}

struct RecordsPortal(Arc<dyn Records>);

impl RecordsPortal {
    async fn text(&self, kind: PortalKind, key: &str) -> Result<Arc<str>, Lookup> {
        match self.0.portal_document(kind, key).await {
            Ok(Some(json)) => Ok(json),
            Ok(None) => Err(Lookup::Absent),
            Err(ToolError::NoSource { .. }) => Err(Lookup::NotLoaded),
            Err(_) => Err(Lookup::Failed),
        }
    }

    async fn lookup(&self, kind: PortalKind, key: &str) -> Lookup {
        match self.text(kind, key).await {
            Ok(json) => Lookup::Found(bytes::Bytes::from_owner(Shared(json))),
            Err(none) => none,
        }
    }
}

/// A record shared with the book: served without a copy.
struct Shared(Arc<str>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[async_trait]
impl PortalData for RecordsPortal {
    async fn taxpayer(&self, gstin: &str) -> Lookup {
        self.lookup(PortalKind::Taxpayer, gstin).await
    }

    async fn returns(&self, gstin: &str, year: Option<FinancialYear>) -> Lookup {
        let json = match self.text(PortalKind::Returns, gstin).await {
            Ok(json) => json,
            Err(none) => return none,
        };
        match Tracking::read(&json) {
            Ok(tracking) => Lookup::Found(tracking.body(year)),
            Err(_) => Lookup::Failed,
        }
    }

    async fn statement(&self, gstin: &str, period: TaxPeriod, file: Option<u32>) -> Lookup {
        // A book keeps each statement in one piece.
        if file.is_some_and(|part| part > 1) {
            return Lookup::Absent;
        }
        self.lookup(PortalKind::Gstr2b, &format!("{gstin}_{period}"))
            .await
    }

    async fn irn(&self, irn: &str) -> Lookup {
        self.lookup(PortalKind::Irn, irn).await
    }

    async fn jwks(&self) -> Lookup {
        self.lookup(PortalKind::Jwks, "").await
    }
}
