//! TAX-REVERSE-CHARGE.

use domain::Outcome;

use crate::{Context, Severity, Spec, no_mend};

pub(crate) const SPEC: Spec = Spec {
    id: "TAX-REVERSE-CHARGE",
    severity: Severity::Reject,
    required: true,
    title: "",
    law: "S.9(3), 9(4)",
    remedy: "",
    needs: &[],
    run,
    mend: no_mend,
};

fn run(_: &Context) -> Outcome {
    Outcome::not_applicable("not built yet")
}
