//! GSTIN-CHECKSUM.

use domain::Outcome;

use crate::{Context, Severity, Spec, no_mend};

pub(crate) const SPEC: Spec = Spec {
    id: "GSTIN-CHECKSUM",
    severity: Severity::Reject,
    required: true,
    title: "",
    law: "GSTIN structure",
    remedy: "",
    needs: &[],
    run,
    mend: no_mend,
};

fn run(_: &Context) -> Outcome {
    Outcome::not_applicable("not built yet")
}
