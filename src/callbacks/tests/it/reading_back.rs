//! Documents read back: what holds for every system.

use std::sync::Arc;

use callbacks::{ReadBack, ReadBackError, ReadBackSettings, Systems};
use serde_json::Value;

use crate::server::{Answer, Server};

mod odoo;
mod quickbooks;

use odoo::bill;
use quickbooks::reference;

pub(crate) fn base(server: &Server) -> String {
    format!("http://{}/base/", server.address)
}

pub(crate) fn json_reply(code: u16, value: &Value) -> Answer {
    Answer::Reply(code, Vec::new(), value.to_string().into_bytes())
}

#[tokio::test]
async fn systems_that_are_not_set_up_say_so() {
    let systems: Arc<dyn ReadBack> = Arc::new(Systems::new(&ReadBackSettings::default()).unwrap());
    for (asked, name) in [
        (bill("1"), "odoo"),
        (reference("1", "bill", "1"), "quickbooks"),
    ] {
        assert_eq!(
            systems.fetch(&asked).await,
            Err(ReadBackError::NotSetUp(name))
        );
    }
    for (settings, want) in [
        (
            "[odoo]\nbase_url = 'https://x.example'",
            "read_back.odoo.api_key is not set",
        ),
        (
            "[odoo]\nbase_url = 'https://x.example'\napi_key = 'k'",
            "read_back.odoo.database is not set",
        ),
        (
            "[odoo]\nbase_url = 'https://x.example'\napi_key = 'k'\ndatabase = 'd'",
            "read_back.odoo.login is not set",
        ),
        (
            "[odoo]\nbase_url = 'x'\napi_key = 'k'\napi = 'json2'",
            "read_back.odoo.base_url is no http or https URL of a host, without credentials and fragment",
        ),
        ("[quickbooks]", "read_back.quickbooks.client_id is not set"),
        ("[erpnext]", "read_back.erpnext.api_key is not set"),
        (
            "[erpnext]\napi_key = 'k'",
            "read_back.erpnext.api_secret is not set",
        ),
        (
            "[erpnext]\napi_key = 'k'\napi_secret = \"s\\n\"\nbase_url = 'https://x.example'",
            "read_back.erpnext.api_key has characters that no header can have",
        ),
        ("[zoho]", "read_back.zoho.organization_id is not set"),
        (
            "[zoho]\norganization_id = '6'\nclient_id = 'c'\nclient_secret = 's'",
            "read_back.zoho.refresh_token is not set",
        ),
        (
            "[tally]",
            "read_back.tally.base_url is no http or https URL of a host, without credentials and fragment",
        ),
        (
            "[tally]\nvoucher_types = []",
            "read_back.tally.voucher_types is not set",
        ),
        (
            "[quickbooks]\nclient_id = 'c'\nclient_secret = 's'",
            "read_back.quickbooks.token_file is not set",
        ),
    ] {
        let settings: ReadBackSettings = toml::from_str(settings).unwrap();
        let error = Systems::new(&settings).err().unwrap();
        assert_eq!(error.to_string(), want);
    }
}
