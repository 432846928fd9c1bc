"""What schemathesis should not try, and what it cannot know; see schemathesis.toml."""

import os
import unicodedata
import uuid

import schemathesis
from schemathesis import GenerationMode

# The keys that requests carry. If one were changed, revoked or deleted, nothing more could be tried.
OWN_KEYS = {uuid.UUID(key) for key in os.environ["KEY_IDS"].split()}

# The header that schemathesis adds to break "no additional properties" of the set of headers. A
# service must ignore headers that it does not know.
UNKNOWN_HEADER = "x-schemathesis-unknown-property"

# The service waits for a future revision and then answers 503, as documented. Random revisions
# are almost all in the far future. The API tests cover this.
MIN_REVISION = "directory-min-revision"


@schemathesis.hook
def filter_case(context, case):
    headers = {name.lower(): str(value) for name, value in (case.headers or {}).items()}
    wanted = headers.get(MIN_REVISION, "")
    return UNKNOWN_HEADER not in headers and not (wanted.isascii() and wanted.isdigit() and int(wanted) > 0)


# Characters that cannot be seen are refused. No pattern can name them: they are whole categories of Unicode, and some
# letters and marks beside.
UNSEEN_CATEGORIES = {"Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Mn", "Me"}
UNSEEN = {0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0}


@schemathesis.hook
def map_body(context, body):
    return seen(body)


def seen(value):
    """The value with a letter in place of each character that cannot be seen."""
    if isinstance(value, str):
        return "".join("x" if unseen(char) else char for char in value)
    if isinstance(value, list):
        return [seen(item) for item in value]
    if isinstance(value, dict):
        return {name: seen(item) for name, item in value.items()}
    return value


def unseen(char):
    return unicodedata.category(char) in UNSEEN_CATEGORIES or ord(char) in UNSEEN


@schemathesis.hook
def map_query(context, query):
    return seen(query)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Writes to an own key go to a key that does not exist, and a sound request has no empty `If-Match`.

    schemathesis takes an empty text to fit the pattern of that header, which it does not.
    """
    if case.meta.generation.mode is GenerationMode.POSITIVE and case.headers.get("If-Match") == "":
        del case.headers["If-Match"]
    if case.method != "GET" and case.path.startswith("/keys/{id}") and is_own(case.path_parameters["id"]):
        case.path_parameters["id"] = str(uuid.uuid4())


def is_own(identifier):
    try:
        return uuid.UUID(str(identifier)) in OWN_KEYS
    except ValueError:
        return False
