//! Why nobody knows who asks, in words.

use super::Words;
use crate::domain::{Denied, TicketFault, TokenFault};

/// Why a caller is not known.
pub(super) fn denied(why: Denied) -> Words {
    match why {
        Denied::Missing => Words::new(
            "Who asks? Send `Authorization: Bearer`, a blank, and an API key or a token.",
            "请在请求头 Authorization 中以 Bearer 方式提供密钥或令牌。",
        ),
        Denied::Malformed => Words::new(
            "`Authorization` must be `Bearer`, a blank, and an API key or a token.",
            "请求头 Authorization 的格式必须是 Bearer、空格和密钥或令牌。",
        ),
        Denied::Mistyped => {
            Words::new("The key is mistyped or cut off: its checksum is wrong.", "密钥有误或不完整：校验码不符。")
        }
        Denied::Unknown => Words::new("There is no such key.", "没有这个密钥。"),
        Denied::Expired => Words::new("The key has expired.", "密钥已过期。"),
        Denied::Revoked => Words::new(
            "This secret is no longer accepted: the key was revoked or has a new secret.",
            "密钥已吊销或已更换。",
        ),
        Denied::Token(why) => token_fault(why),
        Denied::Ticket(why) => ticket_fault(why),
    }
}

/// Why a ticket is refused.
fn ticket_fault(why: TicketFault) -> Words {
    match why {
        TicketFault::Malformed => {
            Words::new("The ticket is mistyped or cut off, or there are several.", "票据有误、不完整或重复。")
        }
        TicketFault::NotAlone => Words::new(
            "The request has both a ticket and `Authorization`. Send one of them.",
            "请求同时带有票据和请求头 Authorization，只能用其中一种。",
        ),
        TicketFault::NotForReading => Words::new("A ticket is for reading alone.", "票据只能用于读取。"),
        TicketFault::Unknown => Words::new(
            "There is no such ticket: it has ended, or was used or revoked.",
            "没有这张票据：已到期、已使用或已撤销。",
        ),
        TicketFault::OtherPath => Words::new("The ticket is for another path.", "该票据用于其他路径。"),
    }
}

/// Why a token is refused. What the token says is not repeated.
fn token_fault(why: TokenFault) -> Words {
    match why {
        TokenFault::TooLong => Words::new("The token is longer than 8 KiB.", "令牌超过 8 KiB。"),
        TokenFault::Malformed => Words::new("The token is not a signed JWT.", "令牌不是经签名的 JWT。"),
        TokenFault::Critical => Words::new(
            "The token needs an extension that this service does not know: its header has `crit`.",
            "令牌要求本服务不支持的扩展（头部含有 `crit`）。",
        ),
        TokenFault::OtherType => Words::new(
            "This is not an access token: `typ` in its header must be `at+jwt` or `JWT`.",
            "该令牌不是访问令牌：头部的 `typ` 必须是 `at+jwt` 或 `JWT`。",
        ),
        TokenFault::Algorithm => Words::new(
            "The token is signed with an algorithm that is not accepted, or that does not fit the key.",
            "令牌的签名算法不被接受，或与签名密钥不符。",
        ),
        TokenFault::UnknownKey => Words::new(
            "The identity provider has no key of the name in the token.",
            "身份提供方没有令牌所指的签名密钥。",
        ),
        TokenFault::Signature => Words::new("The signature of the token is wrong.", "令牌签名不正确。"),
        TokenFault::Claim(name) => Words::new(
            format!("The claim `{name}` of the token is missing or has the wrong type."),
            format!("令牌缺少声明 `{name}`，或其类型不对。"),
        ),
        TokenFault::Issuer => Words::new("The token is from another issuer.", "令牌由其他签发方签发。"),
        TokenFault::Audience => {
            Words::new("The token is for another service: see `aud`.", "令牌不是发给本服务的（`aud`）。")
        }
        TokenFault::NotYet => Words::new("The token is not valid yet.", "令牌尚未生效。"),
        TokenFault::Expired => Words::new("The token has expired.", "令牌已过期。"),
    }
}
