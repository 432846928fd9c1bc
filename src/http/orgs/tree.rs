//! The tree under an org.

use actix_web::web::{Bytes, Data};
use serde::Deserialize;
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{Ref, RefOr, Schema, schema::ArrayBuilder},
};

use super::{OrgBody, ShownOrg};
use crate::{
    access::Sight,
    directory::{OrgView, Snapshot, Tree},
    domain::OrgId,
    http::{
        kit::{
            answer::{Answer, HandlerResult},
            asked::Read,
            bounds::Bounds,
            compression::Coding,
            extract::Path,
            json::{Shown, Unwritable, to_bytes, write_array},
            kept::{KeptAnswers, Key, Question, Written},
            problem::{Failure, Problem},
        },
        roles::RoleBody,
    },
};

/// How much of a tree.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct TreeQuery {
    /// How many levels below the org. Default: all.
    #[param(minimum = 0, maximum = 32, value_type = Option<i32>)]
    depth: Option<Depth>,
    /// `roles`: show the roles held in each org on that day.
    #[param(inline)]
    include: Option<Include>,
}

/// A number of levels.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct Depth(usize);

impl<'de> Deserialize<'de> for Depth {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match usize::deserialize(deserializer) {
            Ok(depth @ 0..=32) => Ok(Self(depth)),
            _ => Err(serde::de::Error::custom("must be an integer from 0 to 32")),
        }
    }
}

/// What a tree shows besides the orgs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum Include {
    /// The roles held in it on the day.
    Roles,
}

/// An org with the orgs under it: an [`OrgBody`] with `roles`, if they were asked for, and `children`.
#[derive(Debug)]
pub(in crate::http) struct OrgTree;

/// The schema of an org with two more properties. It is written by hand: a derived one would combine two schemas that
/// each allow no other properties, and nothing would fit both.
impl PartialSchema for OrgTree {
    fn schema() -> RefOr<Schema> {
        let list = |item: RefOr<Schema>, items_max, description| {
            let array = ArrayBuilder::new().items(item).max_items(Some(items_max));
            array.description(Some(description)).build()
        };
        let roles = list(
            Ref::from_schema_name(RoleBody::name()).into(),
            100_000,
            "The roles held in it on the day, in order; only with `include=roles`.",
        );
        let children =
            list(Ref::from_schema_name(OrgTree::name()).into(), 10_000, "The orgs directly under it, in order.");
        match OrgBody::schema() {
            RefOr::T(Schema::Object(mut object)) => {
                object.description = Some("An org with the orgs under it.".to_owned());
                object.properties.insert("roles".to_owned(), roles.into());
                object.properties.insert("children".to_owned(), children.into());
                object.required.push("children".to_owned());
                RefOr::T(Schema::Object(object))
            }
            other => other,
        }
    }
}

impl ToSchema for OrgTree {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        OrgBody::schemas(schemas);
        schemas.push((RoleBody::name().into(), RoleBody::schema()));
        RoleBody::schemas(schemas);
    }
}

/// A tree, to be shown.
struct ShownTree<'t, 's>(&'s Snapshot, &'t Tree<'s>, &'t Sight);

impl Shown for ShownTree<'_, '_> {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), Unwritable> {
        let Self(directory, Tree { org, roles, children }, sight) = self;
        ShownOrg::new(directory, org).write_open(out)?;
        if let Some(roles) = roles {
            let roles: Vec<RoleBody<'_>> = roles.iter().map(|role| RoleBody::new(directory, role, sight)).collect();
            write_array_member(",\"roles\":", &roles, out)?;
        }
        let children: Vec<Self> = children.iter().map(|child| Self(directory, child, sight)).collect();
        write_array_member(",\"children\":", &children, out)?;
        out.push(b'}');
        Ok(())
    }
}

fn write_array_member<T: Shown>(name: &str, items: &[T], out: &mut Vec<u8>) -> Result<(), Unwritable> {
    out.extend_from_slice(name.as_bytes());
    write_array(items, out)
}

/// Get the tree under an org
///
/// The org with everything below it on `as_of`, nested. A tree of more than 10,000 orgs is refused; the problem
/// gives their number. Ask for less depth, or for the list of descendants.
#[utoipa::path(
    get, path = "/orgs/{id}/tree", tag = "orgs", params(("id" = OrgId, Path, description = "The org."), TreeQuery),
    responses(
        (status = 200, description = "The tree.", body = OrgTree),
        (status = 404, description = "No such org."),
        (status = 409, description = "The tree is too large for one answer."),
    ),
)]
pub(in crate::http) async fn get_org_tree(
    id: Path<OrgId>,
    read: Read<TreeQuery>,
    answers: Data<KeptAnswers>,
    coding: Coding,
    bounds: Data<Bounds>,
) -> HandlerResult {
    let tag = match read.tag() {
        Ok(tag) => tag,
        Err(known) => return Ok(known),
    };
    let wanted = Wanted::new(*id, &read.query);
    let root = read.org(*id)?;
    let kept = wanted.key(&read.directory, &root).and_then(|key| answers.find(&key));
    let what = || format!("tree {wanted:?}");
    let here = match kept {
        Some(kept) if coding.is_heavy(&kept) => {
            return read.answer_heavy(what(), coding, &bounds, move |_| Ok(kept)).await;
        }
        Some(kept) => kept,
        None if read.is_heavy(&root, wanted.depth) => {
            return read.answer_heavy(what(), coding, &bounds, move |read| wanted.write(read, &answers)).await;
        }
        None => wanted.write(&read, &answers)?,
    };
    Ok(Answer::shared(here, tag, read.at()))
}

/// Which tree.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    org: OrgId,
    depth: usize,
    with_roles: bool,
}

impl Wanted {
    fn new(org: OrgId, TreeQuery { depth, include }: &TreeQuery) -> Self {
        let depth = depth.map_or(usize::MAX, |Depth(depth)| depth);
        Self { org, depth, with_roles: *include == Some(Include::Roles) }
    }

    /// Under what it is kept. What roles show changes with the people who hold them, so a tree with roles is not.
    fn key(self, directory: &Snapshot, root: &OrgView<'_>) -> Option<Key> {
        let question = Question::Tree { depth: self.depth };
        (!self.with_roles).then(|| Key::new(question, directory, root))
    }

    fn write(self, read: &Read<TreeQuery>, answers: &KeptAnswers) -> Result<Bytes, Failure> {
        let root = read.org(self.org)?;
        let key = self.key(&read.directory, &root);
        let write = || -> Result<Written, Failure> {
            let tree = read.directory.tree(&root, self.depth, self.with_roles)?;
            let shown = ShownTree(&read.directory, &tree, &read.sight);
            Ok(Written { bytes: to_bytes(&shown).map_err(Problem::internal)?, lasting: key.is_some() })
        };
        match key {
            Some(key) => answers.find_or(key, &read.directory, write),
            None => Ok(answers.counted(write()?)?),
        }
    }
}
