//! What a surface sees of the store, whichever database it is.

use std::{path::Path, sync::Arc};

use agent::engine::Journal;
use async_trait::async_trait;
use callbacks::Outbox;
use domain::review::Review;
use queue::{Clock, Queue};

use super::{SqlStore, dialect};
use crate::{
    AuditReport, CaseInput, Copied, Info, Limits, Listing, Pruned, Reached, Report, Store,
    StoreError, StoredVerdict, journal::Close,
};

#[async_trait]
impl Store for SqlStore {
    fn place(&self) -> &str {
        &self.place
    }

    fn of_tenant(&self, tenant: &str) -> Arc<dyn Store> {
        Arc::new(self.of_tenant(tenant))
    }

    async fn load(&self, root: &Path, limits: Limits) -> Result<Report, StoreError> {
        self.load(root, limits).await
    }

    async fn verdict_by_case(&self, case_key: &str) -> Result<Option<StoredVerdict>, StoreError> {
        self.verdict_by_case(case_key).await
    }

    async fn verdict(&self, id: &str) -> Result<Option<StoredVerdict>, StoreError> {
        self.verdict(id).await
    }

    async fn verdicts(&self, listing: &Listing) -> Result<Vec<StoredVerdict>, StoreError> {
        self.verdicts(listing).await
    }

    async fn reached(
        &self,
        tenant: &str,
        after: u64,
        most: u32,
    ) -> Result<Vec<Reached>, StoreError> {
        self.reached(tenant, after, most).await
    }

    async fn case_input(&self, case_key: &str) -> Result<Option<CaseInput>, StoreError> {
        self.case_input(case_key).await
    }

    async fn reviews(&self, id: &str) -> Result<Vec<Review>, StoreError> {
        self.reviews(id).await
    }

    async fn reviews_of(&self, ids: &[String]) -> Result<Vec<Review>, StoreError> {
        self.reviews_of(ids).await
    }

    async fn pruned_at(&self, verdict: &str) -> Result<Option<String>, StoreError> {
        self.pruned_at(verdict).await
    }

    async fn prune(&self, before: &str, now: &str, dry_run: bool) -> Result<Pruned, StoreError> {
        self.prune(before, now, dry_run).await
    }

    async fn state(&self) -> Result<String, StoreError> {
        self.state().await
    }

    async fn info(&self) -> Result<Info, StoreError> {
        self.info().await
    }

    async fn backup(&self, to: &Path) -> Result<Copied, StoreError> {
        dialect::backup(self, to).await
    }

    async fn audit_verify(&self) -> Result<AuditReport, StoreError> {
        self.audit_verify().await
    }

    async fn journal(&self, close: Arc<dyn Close>) -> Result<Arc<dyn Journal>, StoreError> {
        Ok(Arc::new(dialect::journal(self, close).await?))
    }

    fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    fn jobs(&self, settings: queue::Settings, clock: Arc<dyn Clock>) -> Arc<dyn Queue> {
        Arc::new(self.jobs(settings, clock))
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        Arc::new(self.outbox())
    }

    async fn checkpoint(&self) -> Result<(), StoreError> {
        self.checkpoint().await
    }

    async fn close(&self) {
        self.close().await;
    }
}
