//! TAX-PLACE-OF-SUPPLY.

use domain::Outcome;

use crate::{Context, Severity, Spec, no_mend};

pub(crate) const SPEC: Spec = Spec {
    id: "TAX-PLACE-OF-SUPPLY",
    severity: Severity::Reject,
    required: true,
    title: "",
    law: "S.7, 8, 16 IGST",
    remedy: "",
    needs: &[],
    run,
    mend: no_mend,
};

fn run(_: &Context) -> Outcome {
    Outcome::not_applicable("not built yet")
}
