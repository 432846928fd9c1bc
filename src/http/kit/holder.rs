//! The holder of a post in the API document: one of three objects that their `type` tells apart.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Ref, RefOr,
        schema::{Discriminator, OneOfBuilder, Schema},
    },
};

use super::{
    members::Members,
    shape::{Schemas, Shape},
};
use crate::domain::{Name, OrgId, PersonId, PostCode, SaidHolder, Text, Unfilled};

impl PartialSchema for SaidHolder {
    fn schema() -> RefOr<Schema> {
        let choices =
            [("person", "PersonHolder"), ("unit", "UnitHolder"), ("seat", "SeatHolder"), ("staff_no", "StaffNoHolder")];
        let at = |name: &str| format!("#/components/schemas/{name}");
        let mapping = choices.iter().map(|(word, name)| ((*word).to_owned(), at(name)));
        let holder = OneOfBuilder::new()
            .description(Some("Who or what holds a post. Requests and answers have the same form."))
            .discriminator(Some(Discriminator::with_mapping("type", mapping)));
        choices.iter().fold(holder, |holder, (_, name)| holder.item(Ref::from_schema_name(*name))).into()
    }
}

impl ToSchema for SaidHolder {
    fn name() -> std::borrow::Cow<'static, str> {
        "Holder".into()
    }

    fn schemas(schemas: &mut Schemas) {
        let person = Members::of("A person who holds a post.")
            .constant("type", "person")
            .member::<PersonId>("id", "The person's id.", true)
            .derived::<Name>("name", "The person's name.");
        let unit = Members::of("A unit 主任单位 that holds a post: an org as a whole.")
            .constant("type", "unit")
            .member::<OrgId>("id", "The unit's id.", true)
            .derived::<Name>("name", "The unit's name on the day.");
        let seat = Members::of("A seat 席位: the role is held by the person who holds another post. A seat that points to a seat or a unit stays unfilled.")
            .constant("type", "seat")
            .member::<OrgId>("org_id", "The org of the other post.", true)
            .member::<PostCode>("post", "The other post.", true)
            .derived::<Name>("org_name", "The org's name on the day.")
            .derived::<Name>("post_name", "The post's name.")
            .derived::<Unfilled>(
                "unfilled",
                "Present if the seat has no person on the day. `vacant`: nobody holds the post. `not_alive`: the org does \
                 not exist on that day. `indirect`: a unit or another seat holds the post.",
            );
        let numbered = Members::of("A person who holds a post, found by the staff number: the way to appoint somebody whom the caller may not see otherwise. Only in requests: answers name the person.")
            .constant("type", "staff_no")
            .member::<Text<40>>("staff_no", "The person's staff number, exactly.", true);
        for (name, schema) in
            [("PersonHolder", person), ("UnitHolder", unit), ("SeatHolder", seat), ("StaffNoHolder", numbered)]
        {
            schemas.push((name.to_owned(), schema.build()));
        }
        PersonId::add_to(schemas);
        OrgId::add_to(schemas);
        PostCode::add_to(schemas);
        Name::add_to(schemas);
        Text::<40>::add_to(schemas);
    }
}
