//! The commands. Each accepted command is one entry of the log.

use std::{borrow::Cow, collections::BTreeSet};

use super::{keys::KeyCommand, plain::PlainCommand, requests::*};
use crate::{directory::Snapshot, domain::*};

/// The name in the log of a correction of the end of an org.
const DISSOLUTION_CORRECTED: &str = "org.dissolution_corrected";
/// That of the correction of a version, which may move the documents of a leading group.
const VERSION_CORRECTED: &str = "org_version.corrected";
/// That of taking back a version, perhaps with the documents of a leading group.
const VERSION_DELETED: &str = "org_version.deleted";
/// That of adjusting a leading group.
pub(super) const GROUP_ADJUSTED: &str = "leading_group.adjusted";
/// The names of acts that may move the end of an org: it ends by an earlier act, on another day.
pub(super) const END_MOVED: [&str; 3] = [DISSOLUTION_CORRECTED, VERSION_CORRECTED, VERSION_DELETED];

/// A request to change the directory.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each is the operation of its name, see openapi/openapi.json")]
pub enum Command {
    CreateOrg(CreateOrg),
    PatchOrg { id: OrgId, patch: Box<PatchOrg> },
    DeleteOrg { id: OrgId },
    PatchOrgVersion { id: OrgId, valid_from: Day, patch: Box<PatchOrgVersion> },
    DeleteOrgVersion { id: OrgId, valid_from: Day },
    DissolveOrg { id: OrgId, dissolve: DissolveOrg },
    PatchDissolution { id: OrgId, patch: PatchDissolution },
    RestoreOrg { id: OrgId, basis: Option<Basis> },
    OrderRoles { id: OrgId, ids: Vec<RoleId>, effective_on: Option<Day>, basis: Option<Basis> },
    OrderChildren { id: OrgId, ids: Vec<OrgId>, effective_on: Option<Day>, basis: Option<Basis> },
    CreatePerson(CreatePerson),
    PatchPerson { id: PersonId, patch: Box<PatchPerson> },
    DeletePerson { id: PersonId },
    MergePeople { id: PersonId, duplicate_id: PersonId },
    ErasePerson { id: PersonId },
    CreatePost(CreatePost),
    PatchPost { code: PostCode, patch: PatchPost },
    DeletePost { code: PostCode },
    CreateRole(CreateRole),
    PatchRole { id: RoleId, patch: PatchRole },
    EndRole { id: RoleId, effective_on: Option<Day>, basis: Option<Basis> },
    DeleteRole { id: RoleId },
    Plain(PlainCommand),
    Key(KeyCommand),
    CreateLeadingGroup(Box<LeadingGroupDocument>),
    ReplaceLeadingGroup { id: OrgId, document: Box<LeadingGroupDocument> },
}

/// A whole leading group, as a notice has it.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of the request, see openapi/openapi.json")]
pub struct LeadingGroupDocument {
    pub parent_id: OrgId,
    pub name: Name,
    pub valid_from: Option<Day>,
    pub valid_until: Option<Day>,
    pub effective_on: Option<Day>,
    pub basis: Option<Basis>,
    pub duties: Option<LongText<4000>>,
    pub group: PartDocument,
    /// Its office, working groups and supervision groups; of one kind, in order.
    pub parts: Vec<PartDocument>,
}

/// One org of a leading group in the document.
#[derive(Debug, Clone)]
pub struct PartDocument {
    /// Its kind.
    pub kind: OrgKind,
    /// Its place in the request, as a JSON pointer for refusals.
    pub pointer: String,
    /// Which org it is; `None`: the one of that name, or a new one.
    pub id: Option<OrgId>,
    /// Its name, if the document gives one. Only an office may have none.
    pub name: Option<Name>,
    /// Its holders.
    pub posts: Vec<PartPost>,
    /// What it covers, if it is a supervision group.
    pub covers: Vec<(OrgId, Scope)>,
}

/// The holders of one post in an org of the document, in order.
#[derive(Debug, Clone)]
pub struct PartPost {
    /// The post.
    pub post: PostCode,
    /// The field that lists them.
    pub field: &'static str,
    /// Who holds it.
    pub holders: Vec<ListedHolder>,
}

/// A holder in a list.
#[derive(Debug, Clone)]
pub struct ListedHolder {
    /// The holder.
    pub holder: SaidHolder,
    /// Whether the holder is acting.
    pub acting: bool,
}

impl LeadingGroupDocument {
    fn holders(&self) -> impl Iterator<Item = &SaidHolder> {
        let posts = std::iter::once(&self.group).chain(&self.parts).flat_map(|part| &part.posts);
        posts.flat_map(|post| &post.holders).map(|listed| &listed.holder)
    }

    /// Works on every holder, with its place in the request.
    fn each_holder(
        &mut self,
        work: &mut impl FnMut(&mut SaidHolder, &dyn Fn() -> String) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for part in std::iter::once(&mut self.group).chain(&mut self.parts) {
            for PartPost { field, holders, .. } in &mut part.posts {
                for (index, listed) in holders.iter_mut().enumerate() {
                    let pointer = || format!("{}/{field}/{index}/holder", part.pointer);
                    work(&mut listed.holder, &pointer)?;
                }
            }
        }
        Ok(())
    }
}

/// What must be so of the object that a command names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Condition {
    /// Nothing.
    #[default]
    None,
    /// It is at one of these revisions, each of an epoch.
    At(Vec<(Epoch, Revision)>),
    /// It is not there.
    Absent,
}

impl Command {
    /// Whether it says who holds what.
    pub(super) fn appoints(&self) -> bool {
        matches!(self, Self::CreateRole(_) | Self::CreateLeadingGroup(_) | Self::ReplaceLeadingGroup { .. })
    }

    /// The staff numbers by which it names people.
    pub(super) fn staff_numbers(&self) -> Vec<&Text<40>> {
        let said: Vec<&SaidHolder> = match self {
            Self::CreateRole(create) => vec![&create.holder],
            Self::CreateLeadingGroup(document) | Self::ReplaceLeadingGroup { document, .. } => {
                document.holders().collect()
            }
            _ => Vec::new(),
        };
        said.into_iter().filter_map(|holder| holder.staff_no.as_ref()).collect()
    }

    /// The same with everybody who is said by staff number found, and who they are. Whoever is said by the id of an
    /// entry that was merged is the person who stayed.
    pub(super) fn with_everybody_found(
        &self,
        snapshot: &Snapshot,
    ) -> Result<(Cow<'_, Self>, BTreeSet<PersonId>), Error> {
        let mut found = BTreeSet::new();
        let mut find = |said: &mut SaidHolder, pointer: &dyn Fn() -> String| {
            let Some(number) = &said.staff_no else {
                said.holder = snapshot.meant_holder(&said.holder);
                return Ok(());
            };
            let missing = || Error::UnknownReference {
                pointer: format!("{}/staff_no", pointer()),
                what: Subject::Person,
                id: number.to_string(),
            };
            let id = snapshot.people_ever_numbered(number).next().ok_or_else(missing)?.id();
            found.insert(id);
            said.holder = Holder::Person(id);
            Ok(())
        };
        let mut command = Cow::Borrowed(self);
        let is_said = |said: &SaidHolder| said.staff_no.is_some() || snapshot.meant_holder(&said.holder) != said.holder;
        match self {
            Self::CreateRole(create) if is_said(&create.holder) => {
                let mut create = create.clone();
                find(&mut create.holder, &|| "/holder".to_owned())?;
                command = Cow::Owned(Self::CreateRole(create));
            }
            Self::CreateLeadingGroup(document) if document.holders().any(is_said) => {
                let mut document = document.clone();
                document.each_holder(&mut find)?;
                command = Cow::Owned(Self::CreateLeadingGroup(document));
            }
            Self::ReplaceLeadingGroup { id, document } if document.holders().any(is_said) => {
                let mut document = document.clone();
                document.each_holder(&mut find)?;
                command = Cow::Owned(Self::ReplaceLeadingGroup { id: *id, document });
            }
            _ => {}
        }
        Ok((command, found))
    }

    /// Its name in the log.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::CreateOrg(_) => "org.created",
            Self::PatchOrg { .. } => "org.changed",
            Self::DeleteOrg { .. } => "org.deleted",
            Self::PatchOrgVersion { .. } => VERSION_CORRECTED,
            Self::DeleteOrgVersion { .. } => VERSION_DELETED,
            Self::DissolveOrg { .. } => "org.dissolved",
            Self::PatchDissolution { .. } => DISSOLUTION_CORRECTED,
            Self::RestoreOrg { .. } => "org.restored",
            Self::OrderRoles { .. } => "org.roles_ordered",
            Self::OrderChildren { .. } => "org.children_ordered",
            Self::CreatePerson(_) => "person.created",
            Self::PatchPerson { .. } => "person.changed",
            Self::DeletePerson { .. } => "person.deleted",
            Self::MergePeople { .. } => "person.merged",
            Self::ErasePerson { .. } => "person.erased",
            Self::CreatePost(_) => "post.created",
            Self::PatchPost { .. } => "post.changed",
            Self::DeletePost { .. } => "post.deleted",
            Self::CreateRole(_) => "role.created",
            Self::PatchRole { .. } => "role.corrected",
            Self::EndRole { .. } => "role.ended",
            Self::DeleteRole { .. } => "role.deleted",
            Self::Plain(command) => command.kind(),
            Self::Key(command) => command.kind(),
            Self::CreateLeadingGroup(_) => "leading_group.created",
            Self::ReplaceLeadingGroup { .. } => GROUP_ADJUSTED,
        }
    }

    /// Whether it creates an object. Otherwise it is about an object that the request names.
    pub fn creates(&self) -> bool {
        self.target().is_none()
    }

    /// The object that it names; none if it creates one.
    pub fn target(&self) -> Option<ObjectKey> {
        match self {
            Self::PatchOrg { id, .. }
            | Self::DeleteOrg { id }
            | Self::PatchOrgVersion { id, .. }
            | Self::DeleteOrgVersion { id, .. }
            | Self::DissolveOrg { id, .. }
            | Self::PatchDissolution { id, .. }
            | Self::RestoreOrg { id, .. }
            | Self::OrderRoles { id, .. }
            | Self::OrderChildren { id, .. }
            | Self::ReplaceLeadingGroup { id, .. } => Some((*id).into()),
            Self::PatchPerson { id, .. }
            | Self::DeletePerson { id }
            | Self::MergePeople { id, .. }
            | Self::ErasePerson { id } => Some((*id).into()),
            Self::PatchPost { code, .. } | Self::DeletePost { code } => Some(code.clone().into()),
            Self::PatchRole { id, .. } | Self::EndRole { id, .. } | Self::DeleteRole { id } => Some((*id).into()),
            Self::Plain(command) => command.target(),
            Self::Key(command) => command.target().map(ObjectKey::from),
            Self::CreateOrg(_)
            | Self::CreatePerson(_)
            | Self::CreatePost(_)
            | Self::CreateRole(_)
            | Self::CreateLeadingGroup(_) => None,
        }
    }

    /// The document of the act.
    pub fn basis(&self) -> Option<&Basis> {
        match self {
            Self::CreateOrg(create) => create.basis.as_ref(),
            Self::PatchOrg { patch, .. } => patch.basis.as_ref(),
            Self::DissolveOrg { dissolve, .. } => dissolve.basis.as_ref(),
            Self::PatchDissolution { patch, .. } => patch.basis.given(),
            Self::RestoreOrg { basis, .. }
            | Self::EndRole { basis, .. }
            | Self::OrderRoles { basis, .. }
            | Self::OrderChildren { basis, .. } => basis.as_ref(),
            Self::CreateRole(create) => create.basis.as_ref(),
            Self::Plain(command) => command.basis(),
            Self::CreateLeadingGroup(document) | Self::ReplaceLeadingGroup { document, .. } => document.basis.as_ref(),
            Self::PatchOrgVersion { .. }
            | Self::DeleteOrg { .. }
            | Self::DeleteOrgVersion { .. }
            | Self::CreatePerson(_)
            | Self::PatchPerson { .. }
            | Self::DeletePerson { .. }
            | Self::MergePeople { .. }
            | Self::ErasePerson { .. }
            | Self::CreatePost(_)
            | Self::PatchPost { .. }
            | Self::DeletePost { .. }
            | Self::PatchRole { .. }
            | Self::DeleteRole { .. }
            | Self::Key(_) => None,
        }
    }
}

macro_rules! creates {
    ($($request:ident)*) => {$(
        impl From<$request> for Command {
            fn from(request: $request) -> Self {
                Self::$request(request)
            }
        }
    )*};
}

creates! { CreateOrg CreatePerson CreatePost CreateRole }

impl From<KeyCommand> for Command {
    fn from(command: KeyCommand) -> Self {
        Self::Key(command)
    }
}

impl<C: Into<PlainCommand>> From<C> for Command {
    fn from(command: C) -> Self {
        Self::Plain(command.into())
    }
}
