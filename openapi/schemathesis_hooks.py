"""What schemathesis should not try; see schemathesis.toml."""

import schemathesis

# The header that schemathesis adds to break "no additional properties" of the set of headers. A
# service must ignore headers that it does not know.
UNKNOWN_HEADER = "x-schemathesis-unknown-property"


@schemathesis.hook
def filter_case(context, case):
    return not any(name.lower() == UNKNOWN_HEADER for name in case.headers or {})
