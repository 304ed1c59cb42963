//! EINV-IRN-STATUS.

use domain::Outcome;

use crate::{Context, Severity, Spec, no_mend};

pub(crate) const SPEC: Spec = Spec {
    id: "EINV-IRN-STATUS",
    severity: Severity::Reject,
    required: true,
    title: "",
    law: "Rule 48(4)",
    remedy: "",
    needs: &[],
    run,
    mend: no_mend,
};

fn run(_: &Context) -> Outcome {
    Outcome::not_applicable("not built yet")
}
