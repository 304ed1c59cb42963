//! VENDOR-MSME.

use domain::Outcome;

use crate::{Context, Severity, Spec, no_mend};

pub(crate) const SPEC: Spec = Spec {
    id: "VENDOR-MSME",
    severity: Severity::Info,
    required: false,
    title: "",
    law: "S.43B(h) IT, S.15 MSMED",
    remedy: "",
    needs: &[],
    run,
    mend: no_mend,
};

fn run(_: &Context) -> Outcome {
    Outcome::not_applicable("not built yet")
}
