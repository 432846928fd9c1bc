//! stand-in
pub fn document() -> serde_json::Value {
    serde_json::json!({})
}
pub fn text() -> String {
    format!("{:#}\n", document())
}
