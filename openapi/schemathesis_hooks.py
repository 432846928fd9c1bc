"""What schemathesis should not try; see schemathesis.toml."""

import schemathesis

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
