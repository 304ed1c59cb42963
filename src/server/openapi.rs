//! The `OpenAPI` 3.1 document, made from the routes and the types.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::{
    problem::{self, Details, Kind},
    routes::{Access, ROUTES, Route},
};

/// Collects the types that operations speak of.
pub(crate) struct Schemas(SchemaGenerator);

impl Schemas {
    fn new() -> Self {
        let settings = SchemaSettings::draft2020_12()
            .with(|settings| settings.definitions_path = "/components/schemas".into());
        Self(settings.into_generator())
    }

    /// A reference to the type, or the type itself where it has no name.
    pub(crate) fn of<T: JsonSchema>(&mut self) -> Value {
        self.0.subschema_for::<T>().to_value()
    }
}

/// A parameter of an operation.
pub(crate) struct Parameter {
    name: &'static str,
    place: &'static str,
    about: &'static str,
    schema: Value,
    example: Option<Value>,
}

impl Parameter {
    fn new(place: &'static str, name: &'static str, about: &'static str) -> Self {
        Self {
            name,
            place,
            about,
            schema: Value::Bool(true),
            example: None,
        }
    }

    pub(crate) fn query(name: &'static str, about: &'static str) -> Self {
        Self::new("query", name, about)
    }

    pub(crate) fn header(name: &'static str, about: &'static str) -> Self {
        Self::new("header", name, about)
    }

    pub(crate) fn path(name: &'static str, about: &'static str) -> Self {
        Self::new("path", name, about)
    }

    /// The id of a verification.
    pub(crate) fn id() -> Self {
        Self::path("id", "From `Location`")
            .word()
            .example(example::ID)
    }

    pub(crate) fn of<T: JsonSchema>(self, schemas: &mut Schemas) -> Self {
        let schema = schemas.of::<T>();
        Self { schema, ..self }
    }

    pub(crate) fn string(self) -> Self {
        self.schema(json!({"type": "string"}))
    }

    pub(crate) fn text(self, min: usize, max: usize) -> Self {
        self.schema(json!({"type": "string", "minLength": min, "maxLength": max}))
    }

    /// As `service::is_word` has it.
    pub(crate) fn word(self) -> Self {
        self.schema(json!({"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"}))
    }

    pub(crate) fn example(mut self, example: &'static str) -> Self {
        self.example = Some(example.into());
        self
    }

    pub(crate) fn date(self) -> Self {
        self.schema(json!({"type": "string", "format": "date"}))
    }

    pub(crate) fn number(self, min: u32, max: impl Into<Value>) -> Self {
        self.schema(json!({"type": "integer", "minimum": min, "maximum": max.into()}))
    }

    /// A whole number of 18 digits at most.
    pub(crate) fn digits(self) -> Self {
        self.schema(json!({"type": "string", "pattern": "^[0-9]{1,18}$"}))
    }

    pub(crate) fn one_of(self, values: &[&str]) -> Self {
        self.schema(json!({"type": "string", "enum": values}))
    }

    fn schema(self, schema: Value) -> Self {
        Self { schema, ..self }
    }

    fn value(self) -> Value {
        let schema = match self.place {
            // A member without a value counts as not there.
            "query" => json!({"anyOf": [self.schema, {"type": "string", "maxLength": 0}]}),
            _ => self.schema,
        };
        let mut value = json!({
            "name": self.name,
            "in": self.place,
            "description": self.about,
            "required": self.place == "path",
            "schema": schema,
        });
        if let Some(example) = self.example {
            value["example"] = example;
        }
        value
    }
}

/// What one method of one path does.
pub(crate) struct Operation {
    id: &'static str,
    summary: &'static str,
    about: &'static str,
    parameters: Vec<Value>,
    body: Option<Value>,
    responses: Map<String, Value>,
}

impl Operation {
    pub(crate) fn new(id: &'static str, summary: &'static str) -> Self {
        Self {
            id,
            summary,
            about: "",
            parameters: Vec::new(),
            body: None,
            responses: Map::new(),
        }
    }

    pub(crate) fn describe(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    pub(crate) fn parameter(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter.value());
        self
    }

    /// A body in one of these media types.
    pub(crate) fn body(mut self, content: Vec<(String, Value)>) -> Self {
        let content: Map<String, Value> = content.into_iter().collect();
        self.body = Some(json!({"required": true, "content": content}));
        self
    }

    pub(crate) fn body_json<T: JsonSchema>(self, schemas: &mut Schemas, example: &Value) -> Self {
        let content = json!({"schema": schemas.of::<T>(), "example": example});
        self.body(vec![(crate::negotiate::JSON.to_owned(), content)])
    }

    pub(crate) fn answer(mut self, status: u16, about: &str) -> Self {
        let answer = json!({"description": about});
        self.responses.insert(status.to_string(), answer);
        self
    }

    /// A media type of an answer, and what it holds.
    pub(crate) fn answer_as(mut self, status: u16, media_type: &str, schema: &Value) -> Self {
        self.responses[&status.to_string()]["content"][media_type] = json!({"schema": schema});
        self
    }

    pub(crate) fn answer_json<T: JsonSchema>(
        self,
        schemas: &mut Schemas,
        status: u16,
        about: &str,
    ) -> Self {
        let schema = schemas.of::<T>();
        self.answer(status, about)
            .answer_as(status, crate::negotiate::JSON, &schema)
    }

    pub(crate) fn headers(mut self, status: u16, names: &[&str]) -> Self {
        for name in names {
            self.responses[&status.to_string()]["headers"][name] =
                json!({"schema": {"type": "string"}});
        }
        self
    }

    /// What it may come to; several kinds may share a status.
    pub(crate) fn problems(mut self, kinds: &[Kind]) -> Self {
        for kind in kinds {
            let about = kind.about();
            let answer = self
                .responses
                .entry(about.status.as_str())
                .or_insert_with(|| json!({"description": "", "content": {}}));
            let before = answer["description"].as_str().unwrap_or_default();
            let parted = if before.is_empty() { "" } else { "; or: " };
            answer["description"] = format!("{before}{parted}{}", about.title).into();
            answer["content"][problem::MEDIA_TYPE] =
                json!({"schema": {"$ref": "#/components/schemas/Problem"}});
        }
        self
    }

    fn value(self, access: Access) -> Value {
        let mut value = json!({
            "operationId": self.id,
            "summary": self.summary,
            "parameters": self.parameters,
            "responses": self.responses,
        });
        if !self.about.is_empty() {
            value["description"] = self.about.into();
        }
        if let Some(body) = self.body {
            value["requestBody"] = body;
        }
        value["security"] = match access {
            Access::Role(_) => json!([{"bearer": []}]),
            Access::Open | Access::Hook => json!([]),
        };
        if let Access::Role(Some(role)) = access {
            value["x-role"] = role.name().into();
        }
        value
    }
}

/// What the guard may answer in a route's place.
fn guarded(route: &Route) -> Vec<Kind> {
    let mut kinds = Vec::new();
    if let Access::Role(role) = route.access {
        kinds.extend([Kind::Unauthenticated, Kind::RateLimited]);
        kinds.extend(role.map(|_| Kind::Forbidden));
    }
    if !route.offers.is_empty() {
        kinds.push(Kind::NotAcceptable);
    }
    kinds.extend([Kind::TooManyHeaders, Kind::Internal, Kind::Unavailable]);
    kinds
}

/// `OpenAPI` writes the rest of a path as it writes a part of one.
pub(crate) fn template(path: &str) -> String {
    path.replace("{*", "{")
}

/// The document, as it is served.
pub(crate) fn document() -> Value {
    let mut schemas = Schemas::new();
    // Named here, because every operation refers to it by name.
    schemas.of::<Details>();
    let mut paths: Map<String, Value> = Map::new();
    for route in ROUTES {
        let operation = (route.operation)(&mut schemas).problems(&guarded(route));
        let path = paths
            .entry(template(route.path))
            .or_insert_with(|| Value::Object(Map::new()));
        path[route.method.to_ascii_lowercase()] = operation.value(route.access);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "satyapan",
            "summary": "Invoice verification for accounts-payable teams in India",
            "description": "Every error is a problem of RFC 9457. Every answer has `x-request-id`, taken from the request where it has one.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "An API key, or a JWT of the identity provider"},
            },
            "schemas": schemas.0.take_definitions(true),
        },
    })
}

/// Examples that the tests send.
pub(crate) mod example {
    use serde_json::{Value, json};

    /// A verification's id.
    pub(crate) const ID: &str = "01KAF3Q0V7X2M4N6P8R0T2W4Y6";

    /// A small INV-01; its parties are invented.
    #[rustfmt::skip] // Shorter than it would be, and read as one.
    pub(crate) fn invoice() -> Value {
        json!({
            "Version": "1.1",
            "TranDtls": {"TaxSch": "GST", "SupTyp": "B2B"},
            "DocDtls": {"Typ": "INV", "No": "EX/26-27/001", "Dt": "12/11/2026"},
            "SellerDtls": {"Gstin": "27AAPFU0939F1ZV", "LglNm": "Example Supplies", "Addr1": "1 Example Road", "Loc": "Pune", "Pin": 411_001, "Stcd": "27"},
            "BuyerDtls": {"Gstin": "29AAGCB7383J1Z4", "LglNm": "Example Buyer", "Pos": "29", "Addr1": "2 Example Road", "Loc": "Bengaluru", "Pin": 560_001, "Stcd": "29"},
            "ItemList": [{"SlNo": "1", "IsServc": "N", "HsnCd": "84821011", "Qty": 10, "Unit": "NOS", "UnitPrice": 100, "TotAmt": 1000, "AssAmt": 1000, "GstRt": 18, "IgstAmt": 180, "TotItemVal": 1180}],
            "ValDtls": {"AssVal": 1000, "IgstVal": 180, "TotInvVal": 1180}
        })
    }
}
