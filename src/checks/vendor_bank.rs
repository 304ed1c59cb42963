//! VENDOR-BANK.

use domain::Outcome;

use crate::{Context, Severity, Spec, no_mend};

pub(crate) const SPEC: Spec = Spec {
    id: "VENDOR-BANK",
    severity: Severity::Hold,
    required: true,
    title: "",
    law: "control",
    remedy: "",
    needs: &[],
    run,
    mend: no_mend,
};

fn run(_: &Context) -> Outcome {
    Outcome::not_applicable("not built yet")
}
