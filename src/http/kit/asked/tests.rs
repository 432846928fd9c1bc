//! What extractors read, and what they refuse.

use actix_web::test::TestRequest;

use super::*;
use crate::{
    clock::FixedClock,
    http::kit::{answer::Answer, problem::ProblemType, source::fake::Fake},
};

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Filter {
    kind: Option<String>,
}

fn request(uri: &str) -> TestRequest {
    let clock = FixedClock::new("2021-04-15T00:00:00Z".parse().expect("an instant"), 1);
    TestRequest::get()
        .uri(uri)
        .app_data(web::Data::from(Fake::at(20)))
        .app_data(web::Data::new(Pins::new(Arc::new(clock))))
}

async fn extract<T: FromRequest<Error = Failure>>(request: TestRequest) -> Result<T, ProblemType> {
    let (request, mut payload) = request.to_http_parts();
    T::from_request(&request, &mut payload).await.map_err(|failure| failure.problem().kind())
}

fn two_of_three(_: &Read<Filter>, page: &PageRequest) -> Result<Page<u32>, Error> {
    Ok(match page.after.as_deref() {
        None => Page { items: vec![1, 2], next: Some(vec![2]), total: page.count.then_some(3) },
        Some(_) => Page { items: vec![3], next: None, total: None },
    })
}

#[actix_web::test]
async fn a_list_goes_on_where_its_cursor_says() {
    let first: Listing<Filter> = extract(request("/n?kind=x&as_of=2020-01-01&count=true&limit=2")).await.expect("fits");
    assert_eq!((first.page.limit, first.page.count), (2, true));
    let page: Answer = first.answer(two_of_three).expect("answers");
    let next = page.body()["next"].as_str().expect("there is more").to_owned();
    assert_eq!(page.body()["total"], 3);

    let second: Listing<Filter> = extract(request(&format!("/n?cursor={next}&kind=x"))).await.expect("fits");
    assert_eq!(second.read.as_of, "2020-01-01".parse().expect("a day"));
    assert_eq!(second.page.after.as_deref(), Some(&[2][..]));
    let page: Answer = second.answer(two_of_three).expect("answers");
    assert_eq!(page.body(), serde_json::json!({"items": [3]}));

    for other in ["kind=y", "", "kind=x&as_of=2020-01-02"] {
        let refused = extract::<Listing<Filter>>(request(&format!("/n?cursor={next}&{other}"))).await;
        assert_eq!(refused.expect_err("another list"), ProblemType::CursorMismatch, "{other}");
    }
}

#[actix_web::test]
async fn what_nobody_reads_is_refused() {
    for (uri, kind) in [
        ("/n?limit=0", ProblemType::Validation),
        ("/n?limit=501", ProblemType::Validation),
        ("/n?count=1", ProblemType::Validation),
        ("/n?dry_run=true", ProblemType::UnknownParameter),
    ] {
        assert_eq!(extract::<Listing<Filter>>(request(uri)).await.expect_err("refused"), kind, "{uri}");
    }
    assert_eq!(extract::<Read>(request("/n?limit=1")).await.expect_err("refused"), ProblemType::UnknownParameter);
    assert_eq!(
        extract::<WriteRequest>(request("/n?as_of=2020-01-01")).await.expect_err("refused"),
        ProblemType::UnknownParameter
    );
    let html = request("/n").insert_header(("accept", "text/html"));
    assert_eq!(extract::<Read>(html).await.expect_err("refused"), ProblemType::NotAcceptable);
}

#[actix_web::test]
async fn a_revision_from_the_future_is_not_here_yet() {
    let with = |revision: &str| request("/n").insert_header(("directory-min-revision", revision));
    assert!(extract::<Read>(with("20")).await.is_ok());
    assert_eq!(extract::<Read>(with("21")).await.expect_err("refused"), ProblemType::NotYet);
    assert_eq!(extract::<Read>(with("x")).await.expect_err("refused"), ProblemType::InvalidHeader);
}

#[actix_web::test]
async fn a_known_answer_is_not_computed() {
    let read: Read = extract(request("/tree")).await.expect("fits");
    let tag = question_tag(read.directory.position(), read.question);
    let read: Read = extract(request("/tree").insert_header(("if-none-match", tag))).await.expect("fits");
    let computed = |_: &Read| -> Result<u32, Error> { panic!("computed") };
    assert!(read.answer(computed).is_ok());
}

#[actix_web::test]
async fn a_dry_run_has_no_key() {
    let with = |uri: &str| request(uri).insert_header(("idempotency-key", "k1"));
    let write: WriteRequest = extract(with("/n?dry_run=true")).await.expect("fits");
    assert_eq!((write.dry_run, write.idempotency_key), (true, None));
    let write: WriteRequest = extract(with("/n")).await.expect("fits");
    assert_eq!((write.dry_run, write.idempotency_key.as_deref()), (false, Some("k1")));
}
