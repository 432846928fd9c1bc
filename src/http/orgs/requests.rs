//! What clients send about orgs. What is said of one stands in the tables of `registry::requests` and `domain`.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        attributes::{and_both, and_then},
        *,
    },
    http::kit::members::request_schema,
    registry::{
        Command, CreateOrg, DissolveOrg, PatchDissolution, PatchOrg, PatchOrgVersion,
        requests::{
            changing_an_org, correcting_a_dissolution, correcting_a_version, create_org, dissolving, establishing,
            patch_org, patch_org_version,
        },
    },
};

create_org! { request_schema (given CreateOrg "A new org.") }
dissolving! { request_schema (given DissolveOrg "The end of an org.") }
correcting_a_dissolution! { request_schema (change PatchDissolution
    "A correction of the end of an org (RFC 7396: `null` clears a field; a field that is left out stays)."
) }
patch_org! { request_schema (change PatchOrg
    "A change of an org from a day on (RFC 7396: `null` clears a field; a field that is left out stays)."
) }
patch_org_version! { request_schema (change PatchOrgVersion
    "A correction of one version (RFC 7396: `null` clears a field; a field that is left out stays)."
) }

/// Restoring a dissolved org.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RestoreOrg)]
pub(in crate::http) struct RestoreOrgBody {
    /// The document of this act.
    #[serde(default, deserialize_with = "crate::domain::given")]
    basis: Option<Basis>,
}

impl RestoreOrgBody {
    pub(super) fn command(self, id: OrgId) -> Command {
        let Self { basis } = self;
        Command::RestoreOrg { id, basis }
    }
}
