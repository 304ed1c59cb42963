//! Invoices as TallyPrime's purchase vouchers to import. Bank details, trade names and the portal's answer have no place
//! in a voucher; tax stands in ledgers of the whole voucher, and the lines have rates.

use std::fmt::Write as _;

use domain::{
    Decimal, Invoice, Item,
    invoice::{DocumentType, Party, SupplyType},
};
use quick_xml::escape::escape;

use super::amount;
use crate::{html::is_allowed, states};

/// Where goods and services are booked: an importer maps it to its own ledger.
const PURCHASES: &str = "Purchase Accounts";

/// XML as it grows, and how it is indented.
struct Xml {
    text: String,
    depth: usize,
}

impl Xml {
    fn line(&mut self, line: &str) {
        let depth = self.depth;
        // Writing to a string cannot fail.
        if writeln!(self.text, "{:depth$}{line}", "").is_err() {}
    }

    fn open(&mut self, tag: &str) {
        self.line(&format!("<{tag}>"));
        self.depth += 1;
    }

    fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.line(&format!("</{name}>"));
    }

    fn put(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            let clean: String = text.chars().filter(|c| is_allowed(*c)).collect();
            self.line(&format!("<{name}>{}</{name}>", escape(clean)));
        }
    }

    fn decimal(&mut self, name: &str, value: Option<Decimal>) {
        self.put(name, value.map(money).as_deref());
    }
}

/// Two decimals, more only where there are more.
fn money(value: Decimal) -> String {
    let mut value = value.normalize();
    if value.scale() < 2 {
        value.rescale(2);
    }
    value.to_string()
}

pub(super) fn write(invoices: &[&Invoice]) -> String {
    let mut xml = Xml {
        text: String::new(),
        depth: 0,
    };
    xml.open("ENVELOPE");
    xml.open("HEADER");
    xml.put("TALLYREQUEST", Some("Import Data"));
    xml.close("HEADER");
    xml.open("BODY");
    xml.open("IMPORTDATA");
    xml.open("REQUESTDESC");
    xml.put("REPORTNAME", Some("Vouchers"));
    xml.close("REQUESTDESC");
    xml.open("REQUESTDATA");
    xml.open("TALLYMESSAGE xmlns:UDF=\"TallyUDF\"");
    for invoice in invoices {
        voucher(&mut xml, invoice);
    }
    xml.close("TALLYMESSAGE");
    xml.close("REQUESTDATA");
    xml.close("IMPORTDATA");
    xml.close("BODY");
    xml.close("ENVELOPE");
    xml.text
}

fn voucher(xml: &mut Xml, invoice: &Invoice) {
    // The supplier's credit note is the buyer's debit note: all its entries stand on the other side.
    let (kind, sign) = match invoice.document_type {
        DocumentType::CreditNote => ("Debit Note", Decimal::NEGATIVE_ONE),
        DocumentType::DebitNote => ("Credit Note", Decimal::ONE),
        DocumentType::Invoice | DocumentType::Unknown => ("Purchase", Decimal::ONE),
    };
    xml.open(&format!(
        "VOUCHER VCHTYPE=\"{kind}\" ACTION=\"Create\" OBJVIEW=\"Invoice Voucher View\""
    ));
    let day = invoice.date.map(|date| date.strftime("%Y%m%d").to_string());
    let day = day.as_deref().or(invoice.date_text.as_deref());
    xml.put("DATE", day);
    xml.put("VOUCHERTYPENAME", Some(kind));
    xml.put("REFERENCE", invoice.number.as_deref());
    xml.put("REFERENCEDATE", day);
    let (seller, buyer) = (&invoice.supplier, &invoice.buyer);
    xml.put("PARTYNAME", seller.legal_name.as_deref());
    xml.put("PARTYLEDGERNAME", Some(ledger_name(seller)));
    xml.put("PARTYGSTIN", seller.gstin.as_deref());
    xml.put("PARTYPINCODE", seller.pin.as_deref());
    xml.put("STATENAME", state(seller.state.as_deref()).as_deref());
    address(xml, invoice, "SellerDtls", "ADDRESS");
    xml.put(
        "PLACEOFSUPPLY",
        state(invoice.place_of_supply.as_deref()).as_deref(),
    );
    xml.put("CMPGSTIN", buyer.gstin.as_deref());
    xml.put("CMPGSTSTATE", state(buyer.state.as_deref()).as_deref());
    xml.put("BASICBUYERNAME", buyer.legal_name.as_deref());
    xml.put("CONSIGNEEPINCODE", buyer.pin.as_deref());
    address(xml, invoice, "BuyerDtls", "BASICBUYERADDRESS");
    xml.put("GSTPARTYTYPE", party_type(invoice.supply_type));
    xml.put("ISINVOICE", Some("Yes"));
    xml.put("PERSISTEDVIEW", Some("Invoice Voucher View"));
    for order in &invoice.orders {
        xml.open("INVOICEORDERLIST.LIST");
        let day = order.pointer.trim_end_matches("PORefr");
        let day = super::text(invoice, &format!("{day}PORefDt"));
        let day = day.and_then(domain::civil::parse_date);
        xml.put(
            "BASICORDERDATE",
            day.map(|d| d.strftime("%Y%m%d").to_string()).as_deref(),
        );
        xml.put("BASICPURCHASEORDERNO", Some(&order.number));
        xml.close("INVOICEORDERLIST.LIST");
    }
    for earlier in &invoice.preceding {
        xml.open("ORIGINALINVOICEDETAILS.LIST");
        let day = earlier.date.map(|d| d.strftime("%Y%m%d").to_string());
        xml.put("DATE", day.as_deref());
        xml.put("REFNUM", earlier.number.as_deref());
        xml.close("ORIGINALINVOICEDETAILS.LIST");
    }
    for item in &invoice.items {
        line(xml, item, sign, invoice.reverse_charge);
    }
    entries(xml, invoice, sign);
    xml.close("VOUCHER");
}

fn ledger_name(seller: &Party) -> &str {
    seller.legal_name.as_deref().unwrap_or("Sundry Creditors")
}

fn state(code: Option<&str>) -> Option<String> {
    states::name(code?)
}

fn party_type(kind: SupplyType) -> Option<&'static str> {
    match kind {
        SupplyType::SezWithPayment | SupplyType::SezWithoutPayment => Some("SEZ"),
        SupplyType::DeemedExport => Some("Deemed Export"),
        SupplyType::ExportWithPayment | SupplyType::ExportWithoutPayment => Some("Overseas"),
        SupplyType::B2b | SupplyType::Unknown => None,
    }
}

fn address(xml: &mut Xml, invoice: &Invoice, section: &str, name: &str) {
    let part = |member: &str| super::text(invoice, &format!("/{section}/{member}"));
    let lines: Vec<&str> = ["Addr1", "Addr2"].into_iter().filter_map(part).collect();
    if lines.is_empty() {
        return;
    }
    let list = format!("{name}.LIST");
    xml.open(&list);
    for line in lines {
        xml.put(name, Some(line));
    }
    xml.close(&list);
}

/// A line as an inventory entry where it has a quantity, else as a ledger entry.
fn line(xml: &mut Xml, item: &Item, sign: Decimal, reverse_charge: bool) {
    let value = item.taxable.map(|value| -value * sign);
    let list = if item.quantity.is_some() {
        "ALLINVENTORYENTRIES.LIST"
    } else {
        "LEDGERENTRIES.LIST"
    };
    let name = if item.quantity.is_some() {
        "STOCKITEMNAME"
    } else {
        "LEDGERNAME"
    };
    xml.open(list);
    xml.put(name, Some(item.description.as_deref().unwrap_or(PURCHASES)));
    xml.put("GSTHSNNAME", item.hsn.as_deref());
    let kind = item
        .is_service
        .map(|is| if is { "Services" } else { "Goods" });
    xml.put("GSTOVRDNTYPEOFSUPPLY", kind);
    xml.put(
        "GSTOVRDNISREVCHARGEAPPL",
        reverse_charge.then_some("Applicable"),
    );
    xml.put(
        "ISDEEMEDPOSITIVE",
        Some(if sign.is_sign_positive() { "Yes" } else { "No" }),
    );
    let unit = item.unit.as_deref();
    let price = item.unit_price.filter(|_| item.quantity.is_some());
    let rate = price.map(|p| match unit {
        Some(unit) => format!("{}/{unit}", money(p)),
        None => money(p),
    });
    xml.put("RATE", rate.as_deref());
    if let Some((gross, discount)) = item
        .gross
        .zip(item.discount)
        .filter(|(g, d)| !g.is_zero() && !d.is_zero())
    {
        let off = discount
            .checked_mul(Decimal::ONE_HUNDRED)
            .and_then(|d| super::per(d, gross));
        // A share that rounds to nothing is still a discount: the amount says how much.
        let off = off.map(|o| {
            if o.round_dp(2).is_zero() {
                Decimal::new(1, 2)
            } else {
                o
            }
        });
        xml.put("DISCOUNT", off.map(|o| o.to_string()).as_deref());
    }
    xml.decimal("AMOUNT", value);
    let quantity = item.quantity.map(|q| match unit {
        Some(unit) => format!(" {} {unit}", q.normalize()),
        None => format!(" {}", q.normalize()),
    });
    xml.put("ACTUALQTY", quantity.as_deref());
    xml.put("BILLEDQTY", quantity.as_deref());
    if item.quantity.is_some() {
        xml.open("ACCOUNTINGALLOCATIONS.LIST");
        xml.put("LEDGERNAME", Some(PURCHASES));
        xml.decimal("AMOUNT", value);
        xml.close("ACCOUNTINGALLOCATIONS.LIST");
    }
    if let Some(rate) = item.rate {
        let half = rate.checked_div(Decimal::TWO).unwrap_or_default();
        rates(xml, &[("CGST", half), ("SGST/UTGST", half), ("IGST", rate)]);
    }
    if let Some(cess) = item.cess_rate.filter(|r| !r.is_zero()) {
        rates(xml, &[("Cess", cess)]);
    }
    if let Some(per_unit) = item
        .cess_fixed
        .zip(item.quantity)
        .and_then(|(c, q)| super::per(c, q))
    {
        xml.open("RATEDETAILS.LIST");
        xml.put("GSTRATEDUTYHEAD", Some("Cess"));
        xml.put("GSTRATEVALUATIONTYPE", Some("Based on Quantity"));
        xml.put("GSTRATEPERUNIT", Some(&per_unit.to_string()));
        xml.close("RATEDETAILS.LIST");
    }
    xml.close(list);
}

fn rates(xml: &mut Xml, rates: &[(&str, Decimal)]) {
    for (head, rate) in rates {
        xml.open("RATEDETAILS.LIST");
        xml.put("GSTRATEDUTYHEAD", Some(head));
        xml.put("GSTRATEVALUATIONTYPE", Some("Based on Value"));
        xml.put("GSTRATE", Some(&rate.normalize().to_string()));
        xml.close("RATEDETAILS.LIST");
    }
}

/// The supplier's entry, then taxes, charges and rounding.
fn entries(xml: &mut Xml, invoice: &Invoice, sign: Decimal) {
    let totals = &invoice.totals;
    let entry = |xml: &mut Xml, name: &str, is_party: bool, value: Decimal| {
        xml.open("LEDGERENTRIES.LIST");
        xml.put("LEDGERNAME", Some(name));
        if is_party {
            xml.put("ISPARTYLEDGER", Some("Yes"));
        }
        let booked = value * sign;
        xml.put(
            "ISDEEMEDPOSITIVE",
            Some(if booked.is_sign_negative() {
                "Yes"
            } else {
                "No"
            }),
        );
        xml.decimal("AMOUNT", Some(booked));
        xml.close("LEDGERENTRIES.LIST");
    };
    if let Some(total) = totals.total {
        entry(xml, ledger_name(&invoice.supplier), true, total);
    }
    let beside = [
        ("Input IGST", totals.igst),
        ("Input CGST", totals.cgst),
        ("Input SGST", totals.sgst),
        ("Input Cess", totals.cess),
        ("Kerala Flood Cess", amount(invoice, "/ValDtls/StCesVal")),
        ("Other Charges", totals.other_charges),
        ("Discount", totals.discount.map(|d| -d)),
        ("Round Off", totals.round_off),
    ];
    for (name, value) in beside {
        if let Some(value) = value.filter(|v| !v.is_zero()) {
            entry(xml, name, false, -value);
        }
    }
}
