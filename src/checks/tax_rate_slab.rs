//! TAX-RATE-SLAB.

use domain::Outcome;

use crate::{Context, Severity, Spec, no_mend};

pub(crate) const SPEC: Spec = Spec {
    id: "TAX-RATE-SLAB",
    severity: Severity::Reject,
    required: true,
    title: "",
    law: "rate notifications",
    remedy: "",
    needs: &[],
    run,
    mend: no_mend,
};

fn run(_: &Context) -> Outcome {
    Outcome::not_applicable("not built yet")
}
