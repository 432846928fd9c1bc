"""The walk with the client that openapi-python-client generated."""

import datetime
import os
import sys
from typing import TypeVar

from campus_org import AuthenticatedClient
from campus_org.api.orgs import create_org, get_org, list_orgs, patch_org
from campus_org.api.people import create_person
from campus_org.api.roles import create_role, delete_role, get_role
from campus_org.models import (
    CreateOrg,
    CreatePerson,
    CreateRole,
    Org,
    OrgKind,
    PatchOrg,
    PersonHolder,
    Problem,
    SeatHolder,
    StaffNoHolder,
    UnitHolder,
)
from campus_org.types import UNSET, Unset

Given = TypeVar("Given")


def good(answer: Given | Problem | None) -> Given:
    """The answer of a request that has to succeed."""
    assert answer is not None and not isinstance(answer, Problem), answer
    return answer


def refused(answer: object) -> Problem:
    """The refusal of a request that has to fail."""
    assert isinstance(answer, Problem), answer
    return answer


def given(value: Given | Unset) -> Given:
    """A value that may be absent, and is there."""
    assert not isinstance(value, Unset)
    return value


def who(holder: PersonHolder | UnitHolder | SeatHolder | StaffNoHolder) -> str:
    """A union that its `type` tells apart: each branch has the fields of its kind."""
    if isinstance(holder, SeatHolder):
        return f"{holder.post} in {holder.org_id}"
    if isinstance(holder, StaffNoHolder):
        return holder.staff_no
    return str(holder.id)


def step(what: str) -> None:
    print(f"  {what}")


def main(base_url: str) -> None:
    client = AuthenticatedClient(base_url=base_url, token=os.environ["CAMPUS_ORG_KEY"])
    began = datetime.date(2020, 1, 1)
    renamed_on = datetime.date(2024, 9, 1)

    committee = good(
        create_org.sync(
            client=client,
            body=CreateOrg(kind=OrgKind.COMMITTEE, name="python 党委", short_name="党委", valid_from=began),
        )
    )
    branch = good(
        create_org.sync(
            client=client,
            body=CreateOrg(
                kind=OrgKind.GENERAL_BRANCH, name="python 党总支", parent_id=committee.id, valid_from=began
            ),
        )
    )
    assert branch.parent_id == committee.id
    assert given(branch.change).dry_run is False
    step(f"created {committee.kind} and {branch.kind}: {' '.join(given(branch.change).summary)}")

    person = good(create_person.sync(client=client, body=CreatePerson(name="王小明", staff_no="python-1")))
    secretary = CreateRole(
        org_id=branch.id, post="secretary", holder=PersonHolder(type_="person", id=person.id), valid_from=began
    )
    tried = good(create_role.sync(client=client, body=secretary, dry_run=True))
    assert given(tried.change).dry_run is True
    role = good(create_role.sync(client=client, body=secretary))
    assert given(role.change).effects[0].subject == "role"
    step(f"created {role.post.name}, held by {who(role.holder)}")

    renamed = good(
        patch_org.sync(
            id=committee.id,
            client=client,
            body=PatchOrg(name="python 新党委", short_name=None, effective_on=renamed_on),
        )
    )
    assert renamed.name == "python 新党委" and isinstance(renamed.short_name, Unset)
    before = good(get_org.sync(id=committee.id, client=client, as_of=renamed_on - datetime.timedelta(days=1)))
    assert (before.name, before.short_name) == ("python 党委", "党委")
    step(f"changed {before.name} to {renamed.name}, and read it as of the day before")

    found: list[Org] = []
    cursor: str | Unset = UNSET
    while True:
        page = good(
            list_orgs.sync(
                client=client,
                kind=[OrgKind.COMMITTEE, OrgKind.GENERAL_BRANCH],
                within=[committee.id],
                limit=1,
                cursor=cursor,
            )
        )
        assert len(page.items) == 1
        found += page.items
        cursor = page.next_
        if isinstance(cursor, Unset):
            break
    assert {org.id for org in found} == {committee.id, branch.id}
    step(f"paged through {' and '.join(org.kind for org in found)}")

    full = refused(create_role.sync(client=client, body=secretary))
    assert (full.type_, full.status) == ("/problems/same-holder", 409)
    wrong = refused(create_person.sync(client=client, body=CreatePerson(name="")))
    assert (wrong.type_, wrong.status) == ("/problems/validation", 400)
    assert given(wrong.errors)[0].pointer == "/name"
    step(f"was refused: {full.detail} {wrong.detail}")

    deleted = good(delete_role.sync(id=role.id, client=client))
    assert deleted.change.dry_run is False and deleted.change.effects[0].act == "deleted"
    gone = refused(get_role.sync(id=role.id, client=client))
    assert gone.status == 404
    step(f"deleted the role: {' '.join(deleted.change.summary)}")


main(sys.argv[1])
