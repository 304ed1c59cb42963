//! An invoice as ERPNext's Purchase Invoice. Bank details, trade names, addresses and the portal's answer have no place
//! in that document: they belong to the supplier there, or to nobody.

use domain::{
    Decimal, Invoice, Item,
    invoice::{DocumentType, SupplyType},
};
use serde_json::{Map, Value, json};

use super::{amount, is_within_state, iso, json, per, text};
use crate::states;

/// What is written of a return is negative.
struct Writer {
    sign: Decimal,
    within_state: bool,
}

pub(super) fn write(invoice: &Invoice) -> Value {
    let is_return = invoice.document_type == DocumentType::CreditNote;
    let writer = Writer {
        sign: if is_return {
            Decimal::NEGATIVE_ONE
        } else {
            Decimal::ONE
        },
        within_state: is_within_state(invoice),
    };
    let mut doc = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            doc.insert(name.to_owned(), value);
        }
    };
    put("doctype", Some("Purchase Invoice".into()));
    put(
        "supplier_name",
        invoice.supplier.legal_name.clone().map(Value::from),
    );
    put(
        "supplier_gstin",
        invoice.supplier.gstin.clone().map(Value::from),
    );
    put("company", invoice.buyer.legal_name.clone().map(Value::from));
    put(
        "company_gstin",
        invoice.buyer.gstin.clone().map(Value::from),
    );
    put("bill_no", invoice.number.clone().map(Value::from));
    put(
        "bill_date",
        iso(invoice.date, invoice.date_text.as_deref()).map(Value::from),
    );
    put("is_return", Some(u8::from(is_return).into()));
    // A debit note of the supplier is an invoice to ERPNext: only the mark keeps it apart.
    let is_debit = invoice.document_type == DocumentType::DebitNote;
    put("is_debit_note", is_debit.then(|| 1.into()));
    put(
        "gst_category",
        category(invoice.supply_type).map(Value::from),
    );
    put("place_of_supply", place(invoice).map(Value::from));
    put(
        "is_reverse_charge",
        Some(u8::from(invoice.reverse_charge).into()),
    );
    put("currency", Some("INR".into()));
    put("conversion_rate", Some(1.into()));
    // More than one order: the lines do not say whose they are, so each order stands on one line as far as they reach.
    let orders: Vec<&str> = invoice.orders.iter().map(|o| o.number.as_str()).collect();
    let items = invoice.items.iter().enumerate();
    let items = items.map(|(index, item)| {
        let order = orders
            .get(index)
            .or(orders.first().filter(|_| orders.len() == 1));
        writer.item(item, order.copied())
    });
    put("items", Some(items.collect()));
    put("taxes", Some(writer.taxes(invoice)));
    let totals = &invoice.totals;
    put("net_total", totals.taxable.map(|v| writer.amount(v)));
    if let Some(discount) = totals.discount.filter(|d| !d.is_zero()) {
        put("apply_discount_on", Some("Grand Total".into()));
        put("discount_amount", Some(writer.amount(discount)));
    }
    let rounding = totals.round_off;
    put("rounding_adjustment", rounding.map(|v| writer.amount(v)));
    let is_rounded = rounding.is_some_and(|r| !r.is_zero());
    let before = totals
        .total
        .map(|total| total - rounding.unwrap_or_default());
    put("grand_total", before.map(|v| writer.amount(v)));
    let rounded = totals.total.filter(|_| is_rounded).unwrap_or_default();
    put(
        "rounded_total",
        totals.total.map(|_| writer.amount(rounded)),
    );
    put("disable_rounded_total", Some(u8::from(!is_rounded).into()));
    put("remarks", text(invoice, "/RefDtls/InvRm").map(Value::from));
    Value::Object(doc)
}

fn category(kind: SupplyType) -> Option<&'static str> {
    match kind {
        SupplyType::B2b => Some("Registered Regular"),
        SupplyType::SezWithPayment | SupplyType::SezWithoutPayment => Some("SEZ"),
        SupplyType::ExportWithPayment | SupplyType::ExportWithoutPayment => Some("Overseas"),
        SupplyType::DeemedExport => Some("Deemed Export"),
        SupplyType::Unknown => None,
    }
}

fn place(invoice: &Invoice) -> Option<String> {
    let code = invoice.place_of_supply.as_deref()?;
    Some(states::name(code).map_or_else(|| code.to_owned(), |name| format!("{code}-{name}")))
}

impl Writer {
    fn amount(&self, value: Decimal) -> Value {
        json(value * self.sign)
    }

    fn item(&self, item: &Item, order: Option<&str>) -> Value {
        let mut row = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                row.insert(name.to_owned(), value);
            }
        };
        put("item_name", item.description.clone().map(Value::from));
        put(
            "description",
            item.description.as_deref().map(|d| escape(d).into()),
        );
        put("gst_hsn_code", item.hsn.clone().map(Value::from));
        put("qty", item.quantity.map(|v| self.amount(v)));
        put("uom", item.unit.clone().map(Value::from));
        let quantity = item.quantity.filter(|q| !q.is_zero());
        let discount = item.discount.filter(|d| !d.is_zero());
        let off = discount.zip(quantity).and_then(|(d, q)| per(d, q));
        put("price_list_rate", item.unit_price.map(json));
        put("discount_amount", off.map(json));
        let rate = item.unit_price.map(|price| price - off.unwrap_or_default());
        put("rate", rate.map(json));
        let before = if discount.is_some() {
            item.taxable
        } else {
            item.gross
        };
        put("amount", before.map(|v| self.amount(v)));
        put("net_amount", item.taxable.map(|v| self.amount(v)));
        put("taxable_value", item.taxable.map(|v| self.amount(v)));
        let full = item.rate.map(|rate| {
            let half = rate.checked_div(Decimal::TWO).unwrap_or_default();
            if self.within_state {
                [Decimal::ZERO, half, half]
            } else {
                [rate, Decimal::ZERO, Decimal::ZERO]
            }
        });
        let [igst, cgst, sgst] = full.map_or([None; 3], |rates| rates.map(Some));
        for (name, rate) in [
            ("igst_rate", igst),
            ("cgst_rate", cgst),
            ("sgst_rate", sgst),
            ("cess_rate", item.cess_rate),
        ] {
            put(name, rate.map(json));
        }
        for (name, tax) in [
            ("igst_amount", item.igst),
            ("cgst_amount", item.cgst),
            ("sgst_amount", item.sgst),
            ("cess_amount", item.cess),
            ("cess_non_advol_amount", item.cess_fixed),
        ] {
            put(name, tax.map(|v| self.amount(v)));
        }
        put("purchase_order", order.map(Value::from));
        Value::Object(row)
    }

    /// A row for each head that is charged, and one for charges.
    fn taxes(&self, invoice: &Invoice) -> Value {
        let totals = &invoice.totals;
        let row = |account: &str, kind: Option<&str>, value: Decimal| {
            let mut row = json!({"charge_type": "Actual", "category": "Total", "add_deduct_tax": "Add",
                "account_head": account, "description": account, "tax_amount": self.amount(value),
                "tax_amount_after_discount_amount": self.amount(value)});
            if let (Some(kind), Value::Object(members)) = (kind, &mut row) {
                members.insert("gst_tax_type".to_owned(), kind.into());
            }
            row
        };
        let heads = [
            ("Input Tax IGST", Some("igst"), totals.igst),
            ("Input Tax CGST", Some("cgst"), totals.cgst),
            ("Input Tax SGST", Some("sgst"), totals.sgst),
            ("Input Tax Cess", Some("cess"), totals.cess),
            (
                "Kerala Flood Cess",
                None,
                amount(invoice, "/ValDtls/StCesVal"),
            ),
            ("Other Charges", None, totals.other_charges),
        ];
        let charged = heads.into_iter().filter_map(|(account, kind, value)| {
            Some((account, kind, value.filter(|v| !v.is_zero())?))
        });
        let mut rows: Vec<Value> = charged.map(|(a, k, v)| row(a, k, v)).collect();
        // Heads that are stated as nought are kept, so that none charged is told from none known.
        if rows.is_empty() && totals.igst.is_some() {
            rows.push(row("Input Tax IGST", Some("igst"), Decimal::ZERO));
        }
        Value::Array(rows)
    }
}

/// A description is HTML in ERPNext.
fn escape(text: &str) -> String {
    quick_xml::escape::partial_escape(text).into_owned()
}
