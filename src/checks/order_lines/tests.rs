use std::sync::Arc;

use super::*;
use crate::testing::World;
use domain::Need;
use serde_json::{Value, json};

/// An order of lines written `line, HSN, description, quantity, unit price, billed`, and an invoice of lines written
/// `OrdLineRef, HSN, description, quantity, unit price`.
type Ordered<'a> = (&'a str, &'a str, &'a str, i64, i64, i64);
type Invoiced<'a> = (&'a str, &'a str, &'a str, i64, i64);

fn world(order: &[Ordered<'_>], invoice: &[Invoiced<'_>]) -> World {
    let lines: Vec<Value> = order
        .iter()
        .map(|(line, hsn, description, quantity, price, billed)| {
            json!({"line": line, "hsn": hsn, "description": description, "quantity": quantity, "unit": "NOS",
                "unit_price": price, "gst_rate": 18, "status": "open", "accepted": quantity, "billed": billed})
        })
        .collect();
    let items: Vec<Value> = invoice
        .iter()
        .map(|(reference, hsn, description, quantity, price)| {
            json!({"SlNo": "1", "OrdLineRef": reference, "HsnCd": hsn, "PrdDesc": description, "Qty": quantity,
                "UnitPrice": price})
        })
        .collect();
    World::clean()
        .record(Need::Orders, "/lines", json!(lines))
        .with("/ItemList", json!(items))
}

fn places(world: &World) -> Vec<Option<usize>> {
    let facts = world.facts();
    OrderLines::of(&facts)
        .places
        .iter()
        .map(|p| p.map(|p| p.line))
        .collect()
}

#[test]
fn a_line_is_found_by_its_reference_else_by_hsn_and_description() {
    const AC: &str = "Split air conditioner 1.5 ton 5 star";
    const LAPTOP: &str = "Laptop 14 inch, 16 GB";
    let order: &[Ordered<'_>] = &[
        ("1", "84151010", AC, 10, 40_000, 0),
        ("2", "84713010", LAPTOP, 10, 55_000, 0),
        ("10", "997212", "Rental of warehouse", 12, 100_000, 0),
    ];
    for (name, invoice, want) in [
        ("by reference", ("2", "1", "something else", 1, 1), Some(1)),
        ("zeros before it", ("002", "", "", 1, 1), Some(1)),
        ("spaces around it", (" 10 ", "", "", 1, 1), Some(2)),
        ("ten is not one", ("1", "", "", 1, 1), Some(0)),
        (
            "a reference that leads nowhere",
            ("7", "84713010", LAPTOP, 1, 1),
            Some(1),
        ),
        ("no reference", ("", "84713010", LAPTOP, 1, 1), Some(1)),
        (
            "case and punctuation",
            ("", "84713010", "LAPTOP 14-INCH (16 GB)", 1, 1),
            Some(1),
        ),
        ("a heading", ("", "8471", LAPTOP, 1, 1), Some(1)),
        (
            "half of the words",
            ("", "997212", "Warehouse rental, October", 1, 1),
            Some(2),
        ),
        (
            "another size",
            ("", "84713010", "Laptop 15 inch, 16 GB", 1, 1),
            None,
        ),
        (
            "another thing under the HSN",
            ("", "84713010", "Tablet", 1, 1),
            None,
        ),
        ("another HSN", ("", "94033010", LAPTOP, 1, 1), None),
        ("no HSN", ("", "", LAPTOP, 1, 1), Some(1)),
        ("no description", ("", "84713010", "", 1, 1), Some(1)),
        ("nothing", ("", "", "", 1, 1), None),
    ] {
        assert_eq!(places(&world(order, &[invoice])), [want], "{name}");
    }
}

#[test]
fn lines_told_apart_by_price_alone_are_given_one_to_one() {
    let order: &[Ordered<'_>] = &[
        ("1", "84151010", "AC", 10, 100, 0),
        ("2", "84151010", "AC", 10, 200, 0),
        ("3", "84151010", "AC", 10, 300, 0),
    ];
    let line = |price: i64| ("", "84151010", "AC", 10, price);
    for (name, invoice, want) in [
        (
            "equal prices in any order",
            vec![line(300), line(100), line(200)],
            vec![Some(2), Some(0), Some(1)],
        ),
        (
            "an equal price before a near one",
            vec![line(210), line(200)],
            vec![Some(2), Some(1)],
        ),
        ("the nearest price", vec![line(195)], vec![Some(1)]),
        (
            "one billed twice only when all are",
            vec![line(100); 4],
            vec![Some(0), Some(1), Some(2), Some(0)],
        ),
        (
            "beside a reference",
            vec![("1", "", "", 1, 100), line(100)],
            vec![Some(0), Some(1)],
        ),
    ] {
        assert_eq!(places(&world(order, &invoice)), want, "{name}");
    }
    // Of equals, the one that has enough left.
    let order: &[Ordered<'_>] = &[
        ("1", "8415", "AC", 10, 100, 10),
        ("2", "8415", "AC", 5, 100, 0),
    ];
    assert_eq!(
        places(&world(order, &[("", "8415", "AC", 5, 100)])),
        [Some(1)]
    );
}

#[test]
fn what_fits_several_descriptions_alike_is_not_guessed() {
    let order: &[Ordered<'_>] = &[
        ("1", "8415", "air conditioner white", 1, 1, 0),
        ("2", "8415", "air conditioner grey", 1, 1, 0),
    ];
    assert_eq!(
        places(&world(order, &[("", "8415", "air conditioner", 1, 1)])),
        [None]
    );
    assert_eq!(places(&world(order, &[("", "8415", "", 1, 1)])), [None]);
    assert_eq!(
        places(&world(order, &[("", "8415", "air conditioner grey", 1, 1)])),
        [Some(1)]
    );
}

#[test]
fn lines_are_matched_over_all_named_orders() {
    let world = world(
        &[("1", "8415", "AC", 10, 100, 0)],
        &[
            ("1", "8415", "AC", 10, 100),
            ("1", "8471", "Laptop", 1, 500),
        ],
    )
    .with("/RefDtls/ContrDtls/1", json!({"PORefr": "PO-26-0092"}));
    let mut facts = world.facts();
    let Answer::Found(_, order) = &mut facts.orders[1].answer else {
        panic!()
    };
    let order = Arc::make_mut(order);
    order.po_number = "PO-26-0092".to_owned();
    order.lines[0].hsn = "8471".to_owned();
    order.lines[0].description = "Laptop".to_owned();
    let places = OrderLines::of(&facts).places;
    assert_eq!(
        places,
        [
            Some(Place { order: 0, line: 0 }),
            Some(Place { order: 1, line: 0 })
        ]
    );
}

#[test]
fn an_order_named_twice_is_one_order() {
    let world = world(
        &[("1", "8415", "AC", 10, 100, 0)],
        &[("1", "8415", "AC", 10, 100), ("", "8415", "AC", 10, 100)],
    )
    .with("/RefDtls/ContrDtls/1", json!({"PORefr": "po-26-0091"}));
    assert_eq!(places(&world), [Some(0), Some(0)]);
    let facts = world.facts();
    assert_eq!(facts.orders.len(), 2);
    assert!(
        OrderLines::of(&facts)
            .places
            .iter()
            .flatten()
            .all(|place| place.order == 0)
    );
}

#[test]
fn quantities_read_as_people_write_them() {
    for (value, want) in [
        ("1200", "1,200"),
        ("12.5", "12.50"),
        ("0.125", "0.125"),
        ("100000.00", "1,00,000"),
    ] {
        assert_eq!(quantity(value.parse().unwrap()), want);
    }
}
