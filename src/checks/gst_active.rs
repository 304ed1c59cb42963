//! GST-ACTIVE.

use domain::Outcome;

use crate::{Context, Severity, Spec, no_mend};

pub(crate) const SPEC: Spec = Spec {
    id: "GST-ACTIVE",
    severity: Severity::Reject,
    required: true,
    title: "",
    law: "S.16(2), S.29",
    remedy: "",
    needs: &[],
    run,
    mend: no_mend,
};

fn run(_: &Context) -> Outcome {
    Outcome::not_applicable("not built yet")
}
