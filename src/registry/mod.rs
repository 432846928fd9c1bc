//! The only way to write.

mod caller;
mod check;
mod command;
mod decide;
mod draft;

pub use caller::Caller;
pub use command::{
    Command, CreateOrg, CreatePerson, CreatePost, CreateRole, DissolveOrg, Loaded, PatchOrg, PatchOrgVersion,
    PatchPerson, PatchPost, PatchRole, ValuesPatch,
};
pub use decide::Target;
