//! Who may come in: finds out who asks, and refuses those whom an operation is not for. It stands before every
//! handler, so that an operation cannot forget it.

use actix_web::{
    HttpMessage, HttpRequest,
    dev::ServiceRequest,
    http::{Method, Uri, header::AUTHORIZATION},
    web,
};

use super::{host::FOR_ALL, problem::Problem, rates::Rates, source::Source};
use crate::{
    access::{Caller, may_be_ticket},
    domain::{AccessScope, Denied, Error, TicketFault},
};

/// How a ticket begins in the query.
const TICKET: &str = "ticket=";

/// Whom an operation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum Needs {
    /// Everybody: health, the API document.
    Nothing,
    /// Everybody whom the service knows, whatever they may do; and nobody else, unless a setting lets everybody read.
    Known,
    /// The same, unless a setting opens measurements to everybody.
    Metrics,
    /// Whoever has the scope, at least somewhere. Where it is needed is decided with the request itself.
    Scope(AccessScope),
}

impl Needs {
    /// What an operation needs of a resource that is read with one scope and written with another.
    pub(in crate::http) fn by_method(method: &Method, read: Self, write: Self) -> Self {
        if method == Method::GET { read } else { write }
    }
}

/// Whether a request may come in.
#[derive(Debug)]
pub(in crate::http) enum Admission {
    /// It may.
    Granted,
    /// That must be found out first: see [`admit_with`].
    With(Credential),
}

/// What says who asks, and cannot be verified at once.
#[derive(Debug)]
pub(in crate::http) enum Credential {
    /// A token that has not been verified yet, in the header.
    Token,
    /// A ticket from the query.
    Ticket(String),
}

/// Lets a request in, and notes who asks.
///
/// # Errors
///
/// Nobody knows who asks, the caller has no such scope, or asks too often.
pub(in crate::http) fn admit(request: &mut ServiceRequest, needs: Needs) -> Result<Admission, Problem> {
    if needs == Needs::Nothing {
        // Whoever watches over the service may ask as often as they like.
        if !request.path().starts_with(FOR_ALL) {
            count(request, None)?;
        }
        return Ok(Admission::Granted);
    }
    let ticket = take_ticket(request);
    if !matches!(ticket, Ok(None)) {
        count(request, None)?;
    }
    if let Some(ticket) = ticket? {
        return Ok(Admission::With(Credential::Ticket(ticket)));
    }
    let request = &*request;
    let source = source_of(request)?;
    let found = secret_of(request).and_then(|secret| Ok(source.caller(secret)?));
    count(request, found.as_ref().ok().and_then(Option::as_ref))?;
    match found? {
        Some(caller) => admit_caller(request, needs, source, caller).map(|()| Admission::Granted),
        None => Ok(Admission::With(Credential::Token)),
    }
}

/// The same for a request whose token or ticket is to be verified.
///
/// # Errors
///
/// It is refused or cannot be verified now, or the caller has no such scope.
pub(in crate::http) async fn admit_with(
    request: &ServiceRequest,
    needs: Needs,
    credential: Credential,
) -> Result<(), Problem> {
    let source = source_of(request)?;
    let caller = match credential {
        Credential::Token => {
            let token = secret_of(request)?.ok_or_else(|| unauthenticated(Denied::Missing))?;
            source.verify(token).await?
        }
        Credential::Ticket(ticket) => source.ticket(&ticket, request.path()).await?,
    };
    admit_caller(request, needs, source, caller)
}

/// Counts the request, and refuses one too many.
pub(in crate::http) fn count(request: &ServiceRequest, caller: Option<&Caller>) -> Result<(), Problem> {
    request.app_data::<web::Data<Rates>>().map_or(Ok(()), |rates| rates.count(request, caller))
}

fn source_of(request: &ServiceRequest) -> Result<&web::Data<dyn Source>, Problem> {
    request.app_data::<web::Data<dyn Source>>().ok_or_else(|| Problem::internal("the application has no Source"))
}

fn admit_caller(
    request: &ServiceRequest,
    needs: Needs,
    source: &web::Data<dyn Source>,
    caller: Caller,
) -> Result<(), Problem> {
    let permitted = match needs {
        Needs::Nothing => true,
        Needs::Known => caller.is_known() || !caller.grants(&source.snapshot()).is_empty(),
        Needs::Metrics => caller.is_known() || source.shows_metrics(),
        Needs::Scope(scope) => caller.has(&source.snapshot(), scope),
    };
    let known = caller.is_known();
    // Also if it is refused: the audit asks.
    request.extensions_mut().insert(caller);
    match (permitted, needs) {
        (true, _) => Ok(()),
        (false, Needs::Scope(scope)) if known => Err(Error::Forbidden { scope, org: None }.into()),
        (false, _) => Err(unauthenticated(Denied::Missing)),
    }
}

/// Who asks, as the gate has found.
pub(in crate::http) fn caller_of(request: &HttpRequest) -> Caller {
    request.extensions().get::<Caller>().cloned().unwrap_or_default()
}

/// The key or token of a request, if it has one.
fn secret_of(request: &ServiceRequest) -> Result<Option<&str>, Problem> {
    let mut given = request.headers().get_all(AUTHORIZATION);
    let Some(value) = given.next() else { return Ok(None) };
    let malformed = || unauthenticated(Denied::Malformed);
    if given.next().is_some() {
        return Err(malformed());
    }
    let (scheme, secret) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(malformed)?;
    let secret = secret.trim_start_matches(' ');
    let one = !secret.is_empty() && !secret.bytes().any(|byte| matches!(byte, b' ' | b','));
    let fits = scheme.eq_ignore_ascii_case("bearer") && one;
    if fits { Ok(Some(secret)) } else { Err(malformed()) }
}

/// Takes the ticket out of the query, so that it is in no answer, cursor or tag.
fn take_ticket(request: &mut ServiceRequest) -> Result<Option<String>, Problem> {
    if !request.query_string().contains(TICKET) {
        return Ok(None);
    }
    let uri = request.uri().clone();
    let parameters = uri.query().unwrap_or_default().split('&');
    let (tickets, others): (Vec<&str>, Vec<&str>) = parameters.partition(|parameter| parameter.starts_with(TICKET));
    let [ticket] = tickets[..] else {
        return if tickets.is_empty() { Ok(None) } else { Err(refused(TicketFault::Malformed)) };
    };
    let mark = if others.is_empty() { "" } else { "?" };
    let rest = format!("{}{mark}{}", uri.path(), others.join("&"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(rest.parse().map_err(Problem::internal)?);
    request.head_mut().uri = Uri::from_parts(parts).map_err(Problem::internal)?;
    let secret = ticket.strip_prefix(TICKET).unwrap_or_default();
    match () {
        () if request.headers().contains_key(AUTHORIZATION) => Err(refused(TicketFault::NotAlone)),
        () if !matches!(*request.method(), Method::GET | Method::HEAD) => Err(refused(TicketFault::NotForReading)),
        () if !may_be_ticket(secret) => Err(refused(TicketFault::Malformed)),
        () => Ok(Some(secret.to_owned())),
    }
}

fn refused(why: TicketFault) -> Problem {
    unauthenticated(Denied::Ticket(why))
}

fn unauthenticated(why: Denied) -> Problem {
    Error::Unauthenticated { why }.into()
}
