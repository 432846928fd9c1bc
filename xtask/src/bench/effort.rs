//! How much is measured.

/// The purpose of the measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// About a minute: only the stable ratios, which must not fall below their floors.
    Quick,
    /// Some fifteen minutes: everything, at the sizes of an ordinary machine.
    Full,
    /// Everything, up to all universities of the country in one process.
    Huge,
}

/// How much is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Effort {
    pub(crate) kind: Kind,
    /// The number of universities in a directory, unless stated otherwise.
    pub(crate) universities: u32,
    /// Each figure is the median of this many rounds.
    pub(crate) rounds: usize,
    /// The length of a round.
    pub(crate) seconds: u32,
    /// The number of different requests of a read workload, or slightly more.
    pub(crate) paths: usize,
    /// The sizes that are compared, in universities; the first is the reference.
    pub(crate) sizes: Vec<u32>,
    /// The options set on the command line.
    chosen: Vec<String>,
}

/// All universities of the country: 1.4 million orgs.
const COUNTRY_UNIVERSITIES: u32 = 3117;

impl Effort {
    fn of(kind: Kind) -> Self {
        let sizes = |sizes: &[u32]| sizes.to_vec();
        match kind {
            Kind::Quick => Self {
                kind,
                universities: 3,
                rounds: 3,
                seconds: 1,
                paths: 300,
                sizes: sizes(&[1, 10]),
                chosen: Vec::new(),
            },
            Kind::Full => Self {
                kind,
                universities: 50,
                rounds: 5,
                seconds: 3,
                paths: 3000,
                sizes: sizes(&[1, 10, 50, 300]),
                chosen: Vec::new(),
            },
            Kind::Huge => {
                let sizes = sizes(&[1, 10, 50, 300, COUNTRY_UNIVERSITIES]);
                Self { kind, universities: 50, rounds: 5, seconds: 3, paths: 3000, sizes, chosen: Vec::new() }
            }
        }
    }

    /// Reads the command line after `bench`. For work on the bench itself there are also `--universities N` (the
    /// largest size), `--rounds N` and `--seconds N`.
    pub(crate) fn parse(arguments: &[&str]) -> Option<Self> {
        let (kind, mut rest) = match arguments {
            ["--quick", rest @ ..] => (Kind::Quick, rest),
            ["--full", rest @ ..] => (Kind::Full, rest),
            ["--huge", rest @ ..] => (Kind::Huge, rest),
            rest => (Kind::Full, rest),
        };
        let mut effort = Self::of(kind);
        while let [option, number, more @ ..] = rest {
            let number: u32 = number.parse().ok().filter(|number| *number > 0)?;
            match *option {
                "--universities" if number > 1 => {
                    effort.sizes.retain(|size| *size < number);
                    effort.sizes.push(number);
                    effort.universities = effort.universities.min(number);
                }
                "--rounds" => effort.rounds = usize::try_from(number).ok()?,
                "--seconds" => effort.seconds = number,
                _ => return None,
            }
            effort.chosen.push(format!(" {option} {number}"));
            rest = more;
        }
        rest.is_empty().then_some(effort)
    }

    /// Whether the results go into docs/performance.md.
    pub(crate) fn is_for_the_record(&self) -> bool {
        self.kind != Kind::Quick && self.chosen.is_empty()
    }

    /// The command that makes this measurement.
    pub(crate) fn command(&self) -> String {
        let kind = match self.kind {
            Kind::Quick => "--quick",
            Kind::Full => "--full",
            Kind::Huge => "--huge",
        };
        format!("cargo xtask bench {kind}{}", self.chosen.concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effort_is_read_and_told_as_its_command() {
        assert_eq!(Effort::parse(&[]), Some(Effort::of(Kind::Full)));
        for command in ["--quick", "--full", "--huge", "--huge --universities 70 --rounds 1"] {
            let arguments: Vec<&str> = command.split(' ').collect();
            let told = Effort::parse(&arguments).map(|effort| effort.command());
            assert_eq!(told, Some(format!("cargo xtask bench {command}")));
        }
        let chosen = Effort::parse(&["--huge", "--universities", "70"]).unwrap();
        assert_eq!((chosen.sizes.as_slice(), chosen.is_for_the_record()), ([1, 10, 50, 70].as_slice(), false));
        for wrong in [&["--slow"][..], &["--universities"], &["--universities", "1"], &["--quick", "--full"]] {
            assert_eq!(Effort::parse(wrong), None, "{wrong:?}");
        }
    }
}
