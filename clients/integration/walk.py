"""Runs a program that keeps a copy of the directory, and compares what it keeps with what the service answers: after
writes while it runs, after writes while it does not, and after it has followed another log.

    CAMPUS_ORG_URL=… CAMPUS_ORG_KEY=… python walk.py PROGRAM [ARGUMENT…]

The program keeps `copy.json` in the working directory.
"""

import contextlib
import datetime
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.request

URL, KEY, FILE = os.environ["CAMPUS_ORG_URL"], os.environ["CAMPUS_ORG_KEY"], pathlib.Path("copy.json")
CAUGHT_UP_SECONDS_MAX = 60
OTHER_LOG = "A" * 40


def send(method, path, body=None):
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or "{}")


def listed(path):
    """All items of a list, by their ids."""
    found, cursor = {}, ""
    while cursor is not None:
        page = send("GET", path + cursor)
        found.update((item["id"], item) for item in page["items"])
        cursor = f"&cursor={page['next']}" if "next" in page else None
    return found


def some(thing, names):
    return {name: thing[name] for name in names if name in thing}


def version_on(copy, org, day):
    """What the copy says of an org on a day, or on the first day of the org."""
    versions = sorted(key for key in copy["org_version"] if key.startswith(org))
    begun = [key for key in versions if key <= f"{org} {day}"]
    return copy["org_version"][begun[-1] if begun else versions[0]]


def same(ours, theirs):
    """Both say the same of the same things, and of some."""
    differing = [key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)]
    for key in differing[:5]:
        print(f"{key}:\n  the copy: {ours.get(key)}\n  the service: {theirs.get(key)}")
    assert theirs and not differing, f"{len(differing)} differ"


def compare(copy):
    # The directory's day is that of China.
    day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=8)).date()
    orgs, roles = listed("/orgs?status=all&limit=500"), listed("/roles?status=all&limit=500")
    dated = ["name", "short_name", "kind", "parent_id", "code", "unit_ids"]
    same({id: some(version_on(copy, id, day), dated) for id in copy["org"]}, {id: some(org, dated) for id, org in orgs.items()})
    undated = ["dissolved_on", "successor_ids", "external_ids"]
    same({id: some(org, undated) for id, org in copy["org"].items()}, {id: some(org, undated) for id, org in orgs.items()})
    of_holder = ["type", "id", "org_id", "post"]
    values = ["valid_from", "valid_until", "acting", "basis"]
    same(
        {id: [role["org_id"], role["post"], role["holder"], some(role, values)] for id, role in copy["role"].items()},
        {id: [role["org"]["id"], role["post"]["code"], some(role["holder"], of_holder), some(role, values)] for id, role in roles.items()},
    )
    values = ["name", "staff_no", "former_names", "external_ids"]
    people = listed("/people?limit=500")
    same({id: some(person, values) for id, person in copy["person"].items()}, {id: some(person, values) for id, person in people.items()})


def is_caught_up(copy):
    page = send("GET", f"/changes?after={copy['position']}") if copy["position"] != OTHER_LOG else None
    return page is not None and page["items"] == [] and copy["position"] == page["head"]


def catches_up(program):
    """Waits until the copy has everything, and compares it."""
    until = time.monotonic() + CAUGHT_UP_SECONDS_MAX
    while not (FILE.exists() and is_caught_up(json.loads(FILE.read_text()))):
        assert program.poll() is None, f"the program has ended: {program.returncode}"
        assert time.monotonic() < until, "the copy has not caught up"
        time.sleep(0.2)
    compare(json.loads(FILE.read_text()))


@contextlib.contextmanager
def running(command):
    program = subprocess.Popen(command)
    try:
        yield program
    finally:
        program.kill()
        program.wait()


def write():
    """Something of every sort: people come, are renamed and merged, bodies begin, move and end, roles come and go."""
    top = send("POST", "/orgs", {"kind": "committee", "name": "中共测试学院委员会", "valid_from": "2001-01-01"})["id"]
    branches = [
        send("POST", "/orgs", {"kind": "branch", "name": f"第{n}支部", "parent_id": top, "valid_from": "2002-01-01"})["id"]
        for n in range(3)
    ]
    stays, goes, erased = [send("POST", "/people", {"name": name})["id"] for name in ("赵一", "赵一", "钱二")]
    for branch, person in zip(branches, (stays, goes, erased)):
        role = {"org_id": branch, "post": "secretary", "holder": {"type": "person", "id": person}, "valid_from": "2010-01-01"}
        role = send("POST", "/roles", role)["id"]
    send("PATCH", f"/orgs/{branches[0]}", {"name": "教工支部", "effective_on": "2012-01-01", "basis": {"title": "更名"}})
    send("PATCH", f"/orgs/{branches[1]}", {"name": "学生支部", "effective_on": "2100-01-01"})
    send("PATCH", f"/people/{stays}", {"name": "赵一一", "staff_no": f"T{time.time_ns()}"})
    send("POST", f"/people/{stays}/merge", {"duplicate_id": goes})
    send("POST", f"/people/{erased}/erase", {})
    send("POST", f"/roles/{role}/end", {"effective_on": "2015-01-01"})
    end = {"effective_on": "2020-01-01", "cascade": True, "successor_ids": [branches[1]]}
    send("POST", f"/orgs/{branches[0]}/dissolve", end)
    send("POST", f"/orgs/{branches[2]}/dissolve", end)
    send("POST", f"/orgs/{branches[2]}/restore", {})
    send("DELETE", f"/roles/{role}")


command = sys.argv[1:]
with running(command) as program:
    write()
    catches_up(program)
    write()
    catches_up(program)
write()
with running(command) as program:
    catches_up(program)
FILE.write_text(json.dumps({"position": OTHER_LOG, "org": {}, "org_version": {}, "role": {}, "person": {}}))
with running(command) as program:
    catches_up(program)
