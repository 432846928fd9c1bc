//! What a newcomer should try first. The paths are those of the sample campus; a test asks for each.

/// Stands in the document's description behind its first paragraph.
pub(super) const TRY_THIS: &str = "\
**Try this.** Run `campus-org demo`; the links below then lead to its sample campus. In your own directory begin with \
[`GET /orgs`](/orgs).

1. [The orgs directly under the university's Party committee](/orgs/0081cac6-b000-7003-9ce4-23fc82c0d5b8/tree?depth=1), \
in official order.
2. [Who holds which post in it](/orgs/0081cac6-b000-7003-9ce4-23fc82c0d5b8/roles), and \
[who did in 2015](/orgs/0081cac6-b000-7003-9ce4-23fc82c0d5b8/roles?as_of=2015-09-01).
3. [Everything that its secretary holds or has held](/people/015d2ef2-0800-7001-ac43-570f4a600c77/roles?status=all).
4. [A leading group as one document](/leading-groups/015f93c6-cc00-7003-a1b4-fefa4fa03ae8).
5. A write that does nothing: press Authorize, and enter the key that the demo has printed. Open `POST /people` below, \
set `dry_run` to `true`, and press Execute.

The examples in this document were recorded on the same campus. The requests that create something can be sent to \
`campus-org demo` as they are. Some other examples show what the recording itself has created; a new demo does not know \
these ids.";
