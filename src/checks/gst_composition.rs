//! GST-COMPOSITION.

use domain::Outcome;

use crate::{Context, Severity, Spec, no_mend};

pub(crate) const SPEC: Spec = Spec {
    id: "GST-COMPOSITION",
    severity: Severity::Reject,
    required: true,
    title: "",
    law: "S.10(4)",
    remedy: "",
    needs: &[],
    run,
    mend: no_mend,
};

fn run(_: &Context) -> Outcome {
    Outcome::not_applicable("not built yet")
}
