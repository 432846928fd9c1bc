//! The plot of cost by size, as SVG: both axes are logarithmic, with a line for each kind of read.

use super::scale::Point;

const WIDTH: f64 = 820.0;
const HEIGHT: f64 = 440.0;
/// The margins around the lines; the names are on the right.
const LEFT: f64 = 70.0;
const RIGHT: f64 = 310.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 60.0;
/// Colours that colour-blind readers can also distinguish.
const COLOURS: &[&str] = &["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7a6a00"];
/// The minimum distance between two names.
const LINE_HEIGHT: f64 = 18.0;

/// A logarithmic axis over whole decades.
#[derive(Debug, Clone, Copy)]
struct Axis {
    first: i32,
    last: i32,
    from: f64,
    to: f64,
}

impl Axis {
    fn over(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (low, high) = values
            .filter(|value| value.is_finite() && *value > 0.0)
            .fold((f64::INFINITY, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        if high <= 0.0 {
            return Self { first: 0, last: 1, from, to };
        }
        #[expect(clippy::cast_possible_truncation, reason = "decades of measured values are small")]
        let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
        Self { first, last: last.max(first + 1), from, to }
    }

    fn place(&self, value: f64) -> f64 {
        let (first, last) = (f64::from(self.first), f64::from(self.last));
        self.from + (value.max(f64::MIN_POSITIVE).log10() - first) / (last - first) * (self.to - self.from)
    }

    fn decades(&self) -> impl Iterator<Item = f64> {
        (self.first..=self.last).map(|power| 10_f64.powi(power))
    }
}

/// Draws the cost of requests by size.
pub(super) fn svg(points: &[Point]) -> String {
    let x = Axis::over(points.iter().map(|point| point.orgs), LEFT, WIDTH - RIGHT);
    let costs = points.iter().flat_map(|point| point.costs.iter().map(|(_, micros)| *micros));
    let y = Axis::over(costs, HEIGHT - BOTTOM, TOP);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         font-family=\"sans-serif\" font-size=\"13\">\n\
         <title>CPU a request by number of orgs</title>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n"
    );
    let mut line = |x1: f64, y1: f64, x2: f64, y2: f64| {
        svg.push_str(&format!("<path d=\"M{x1:.1} {y1:.1} L{x2:.1} {y2:.1}\" stroke=\"#d0d0d0\"/>\n"));
    };
    x.decades().for_each(|value| line(x.place(value), y.from, x.place(value), y.to));
    y.decades().for_each(|value| line(x.from, y.place(value), x.to, y.place(value)));
    let mut text = |x: f64, y: f64, anchor: &str, more: &str, text: &str| {
        svg.push_str(&format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\"{more}>{text}</text>\n"));
    };
    x.decades().for_each(|value| text(x.place(value), y.from + 20.0, "middle", "", &grouped(value)));
    y.decades().for_each(|value| text(x.from - 8.0, y.place(value) + 4.0, "end", "", &grouped(value)));
    text((x.from + x.to) / 2.0, HEIGHT - 14.0, "middle", "", "orgs in the directory");
    text(x.from - 54.0, TOP - 16.0, "start", "", "µs of server CPU a request");
    svg.push_str(&lines(points, x, y));
    svg.push_str("</svg>\n");
    svg
}

/// The lines with their names, which do not overlap.
fn lines(points: &[Point], x: Axis, y: Axis) -> String {
    let mut drawn = String::new();
    let mut names: Vec<(f64, &str, &str)> = Vec::new();
    let kinds = points.first().map(|point| point.costs.as_slice()).unwrap_or_default();
    for ((name, _), colour) in kinds.iter().zip(COLOURS.iter().cycle()) {
        let cost = |point: &Point| point.costs.iter().find(|(kind, _)| kind == name).map(|(_, micros)| *micros);
        let places: Vec<(f64, f64)> =
            points.iter().filter_map(|point| Some((x.place(point.orgs), y.place(cost(point)?)))).collect();
        let path: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        drawn.push_str(&format!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n",
            path.join(" ")
        ));
        for (x, y) in &places {
            drawn.push_str(&format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>\n"));
        }
        names.extend(places.last().map(|(_, y)| (*y, *name, *colour)));
    }
    // From the bottom up, because the lines are there, above the numbers of the axis.
    names.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut free = y.from;
    for (place, name, colour) in names {
        let place = place.min(free);
        free = place - LINE_HEIGHT;
        let (x, y, name) = (x.to + 10.0, place + 4.0, name.trim_start_matches("GET "));
        drawn.push_str(&format!("<text x=\"{x:.1}\" y=\"{y:.1}\" fill=\"{colour}\">{name}</text>\n"));
    }
    drawn
}

/// A power of ten with commas.
fn grouped(value: f64) -> String {
    if value < 1.0 {
        return value.to_string();
    }
    let digits = format!("{value:.0}");
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_where_their_values_are() {
        let axis = Axis::over([450.0, 22_500.0].into_iter(), 0.0, 300.0);
        assert_eq!((axis.first, axis.last), (2, 5));
        assert!((axis.place(1000.0) - 100.0).abs() < 1e-9);
        assert_eq!((grouped(100_000.0), grouped(0.1)), ("100,000".to_owned(), "0.1".to_owned()));

        let point = |orgs, micros| Point { orgs, costs: vec![("GET /orgs/{id}", micros)] };
        let svg = svg(&[point(450.0, 12.0), point(22_500.0, 13.0)]);
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(svg.contains(">/orgs/{id}</text>") && svg.ends_with("</svg>\n"));
    }
}
