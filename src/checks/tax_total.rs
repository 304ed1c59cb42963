//! TAX-TOTAL.

use domain::Outcome;

use crate::{Context, Severity, Spec, no_mend};

pub(crate) const SPEC: Spec = Spec {
    id: "TAX-TOTAL",
    severity: Severity::Reject,
    required: true,
    title: "",
    law: "Rule 46",
    remedy: "",
    needs: &[],
    run,
    mend: no_mend,
};

fn run(_: &Context) -> Outcome {
    Outcome::not_applicable("not built yet")
}
