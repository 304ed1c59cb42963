//! TAX-ROUND-OFF.

use domain::Outcome;

use crate::{Context, Severity, Spec, no_mend};

pub(crate) const SPEC: Spec = Spec {
    id: "TAX-ROUND-OFF",
    severity: Severity::Hold,
    required: true,
    title: "",
    law: "S.170 CGST",
    remedy: "",
    needs: &[],
    run,
    mend: no_mend,
};

fn run(_: &Context) -> Outcome {
    Outcome::not_applicable("not built yet")
}
