//! Keys: made, changed, given a new secret, revoked, deleted; and what they refuse.

use serde_json::json;

use super::{
    recorder::Recorder,
    story::{UNKNOWN, id},
};

pub(super) async fn keys(recorder: &mut Recorder<'_>, committee: &str) {
    let clerk = json!([
        {"scopes": ["orgs:read", "people:read"], "area": "everywhere"},
        {"scopes": ["structure:write", "roles:write"], "area": "below", "org_id": committee},
    ]);
    let body = json!({"name": "组织部录入", "owner": "王小明", "grants": clerk, "expires_at": "2028-09-01T00:00:00Z"});
    let made = recorder.write("POST", "/keys", Some(body)).await;
    let path = format!("/keys/{}", id(&made));
    let nowhere = json!([{"scopes": ["roles:write"], "area": "subtree", "org_id": UNKNOWN}]);
    recorder.conflict("POST", "/keys", Some(json!({"name": "某系统", "grants": nowhere.clone()}))).await;
    recorder.conflict("PATCH", &path, Some(json!({"grants": nowhere}))).await;
    recorder.write("PATCH", &path, Some(json!({"owner": "李敏"}))).await;
    recorder.read("/keys?limit=2").await;
    recorder.read(&path).await;
    let rotated = recorder.write("POST", &format!("{path}/rotate"), Some(json!({"overlap_minutes": 60}))).await;

    let secret = rotated["secret"].as_str().expect("a secret").to_owned();
    let clerk = recorder.app.with_key(&secret);
    let mut own = Recorder { app: &clerk, recorded: &mut *recorder.recorded };
    own.read("/me").await;
    let ticket = own.write("POST", "/tickets", Some(json!({"path": "/roles", "use": "many"}))).await;
    own.read("/tickets?limit=2").await;
    own.read(&format!("/tickets/{}", id(&ticket))).await;
    own.write("DELETE", &format!("/tickets/{}", id(&ticket)), None).await;
    own.refused("Forbidden", 403, clerk.request("DELETE", "/posts/secretary")).await;
    let nobody = recorder.app.with_key("corg_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    recorder.refused("Unauthenticated", 401, nobody.request("GET", "/me")).await;

    recorder.read("/audit?kind=refused&limit=1").await;

    recorder.write("POST", &format!("{path}/revoke"), None).await;
    recorder.conflict("POST", &format!("{path}/revoke"), None).await;
    recorder.conflict("POST", &format!("{path}/rotate"), None).await;
    recorder.write("DELETE", &path, None).await;
}
