package io.sluice.perf.report;

import io.sluice.perf.meter.Disturbance;
import io.sluice.perf.meter.MemoryTimeline;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What one scenario found, filled in while it runs. One thread.
 *
 * <p>Figures are kept by subject (a contender, or a contender under a condition) and by name, one
 * value for each round, in the order in which they were first added.
 */
public final class ScenarioReport {
  /** Of the median; what lies between the greatest and the smallest round of a quiet machine. */
  static final double NOISY_SPREAD = 0.25;

  /** Of all CPU time while something is measured; a hypervisor that takes more has other guests. */
  static final double NOISY_STOLEN = 0.02;

  /** The same for other programs; the kernel's own threads stay below. */
  static final double NOISY_OTHERS = 0.1;

  private static final String ROUND = ", round ";

  private final String name;
  private final String title;
  private final Map<String, Map<String, Recorded>> figures = new LinkedHashMap<>();
  private final List<Bound> bounds = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Map<String, List<MemoryTimeline.Point>> timelines = new LinkedHashMap<>();
  private final Map<String, Map<String, Histogram>> latencies = new LinkedHashMap<>();
  private final Map<String, String> failures = new LinkedHashMap<>();
  private final Map<String, Disturbance> disturbances = new LinkedHashMap<>();

  private record Recorded(String unit, List<Double> values) {}

  /**
   * An empty report.
   *
   * @param name the scenario's name
   * @param title what it does, in one sentence
   */
  public ScenarioReport(String name, String title) {
    this.name = name;
    this.title = title;
  }

  /**
   * Adds one round's value.
   *
   * @param subject what was measured
   * @param figure the figure's name
   * @param unit its unit
   * @param value the value
   */
  public void add(String subject, String figure, String unit, double value) {
    figures
        .computeIfAbsent(subject, s -> new LinkedHashMap<>())
        .computeIfAbsent(figure, f -> new Recorded(unit, new ArrayList<>()))
        .values()
        .add(value);
  }

  /**
   * Adds a bound.
   *
   * @param bound the bound
   */
  public void add(Bound bound) {
    bounds.add(bound);
  }

  /**
   * Adds a sentence for readers.
   *
   * @param note the sentence
   */
  public void note(String note) {
    if (!notes.contains(note)) {
      notes.add(note);
    }
  }

  /**
   * Marks what failed. Nothing of it is counted, not even what was measured before.
   *
   * @param subject what was measured
   * @param why a sentence
   */
  public void fail(String subject, String why) {
    failures.put(subject, why);
    figures.remove(subject);
    latencies.remove(subject);
    disturbances.remove(subject);
    timelines.keySet().removeIf(key -> key.equals(subject) || key.startsWith(subject + ROUND));
  }

  /**
   * What memory over time of one round is kept under.
   *
   * @param subject what was measured
   * @param round counts from 1
   * @return the key of a timeline
   */
  public static String round(String subject, int round) {
    return subject + ROUND + round;
  }

  /**
   * Notes what others did while something was measured; the worst is kept.
   *
   * @param subject what was measured
   * @param disturbance what they did
   */
  public void disturbed(String subject, Disturbance disturbance) {
    disturbances.merge(subject, disturbance, Disturbance::worst);
  }

  /**
   * Keeps memory over time of one round.
   *
   * @param subject what was measured, and the round, as {@link #round} makes it
   * @param points the samples
   */
  public void timeline(String subject, List<MemoryTimeline.Point> points) {
    timelines.put(subject, List.copyOf(points));
  }

  /**
   * Adds the latencies of one round to those of the rounds before.
   *
   * @param subject what was measured
   * @param figure which latency
   * @param nanoseconds the latencies
   */
  public void latency(String subject, String figure, Histogram nanoseconds) {
    latencies
        .computeIfAbsent(subject, s -> new LinkedHashMap<>())
        .computeIfAbsent(
            figure, f -> new Histogram(nanoseconds.getNumberOfSignificantValueDigits()))
        .add(nanoseconds);
  }

  /**
   * A figure of one subject over that of another, round by round.
   *
   * @param figure the figure's name
   * @param subject what was measured
   * @param other what it is compared with
   * @return one ratio for each round; empty when one of them was not measured
   */
  public Optional<Series> ratio(String figure, String subject, String other) {
    return series(subject, figure).flatMap(s -> series(other, figure).map(s::over));
  }

  /**
   * One figure over all rounds.
   *
   * @param subject what was measured
   * @param figure the figure's name
   * @return the series; empty when it was not measured
   */
  public Optional<Series> series(String subject, String figure) {
    Recorded recorded = figures.getOrDefault(subject, Map.of()).get(figure);
    return recorded == null
        ? Optional.empty()
        : Optional.of(new Series(recorded.unit(), recorded.values()));
  }

  /**
   * The scenario's name.
   *
   * @return one word
   */
  public String name() {
    return name;
  }

  /**
   * What it does.
   *
   * @return one sentence
   */
  public String title() {
    return title;
  }

  /**
   * What was measured.
   *
   * @return the subjects, in order
   */
  public List<String> subjects() {
    return List.copyOf(figures.keySet());
  }

  /**
   * The names of all figures, of whichever subject.
   *
   * @return the names, in order
   */
  public List<String> figureNames() {
    return figures.values().stream().flatMap(m -> m.keySet().stream()).distinct().toList();
  }

  /**
   * The unit of a figure.
   *
   * @param figure its name
   * @return the unit, empty for a ratio
   */
  public String unit(String figure) {
    return figures.values().stream()
        .filter(m -> m.containsKey(figure))
        .map(m -> m.get(figure).unit())
        .findFirst()
        .orElse("");
  }

  /**
   * The promises.
   *
   * @return the bounds, in order
   */
  public List<Bound> bounds() {
    return List.copyOf(bounds);
  }

  /**
   * Why to doubt the figures: those of speed whose rounds are further apart than a quarter of their
   * median, so that other things than the contenders were at work, and others that were seen to use
   * the CPUs meanwhile.
   *
   * @return one phrase for each
   */
  public List<String> noisy() {
    List<String> noisy = new ArrayList<>();
    figures.forEach(
        (subject, byName) ->
            byName.forEach(
                (figure, recorded) -> {
                  Series series = new Series(recorded.unit(), recorded.values());
                  if (recorded.unit().endsWith("/s") && series.spread() > NOISY_SPREAD) {
                    noisy.add(
                        "rounds differ: "
                            + subject
                            + "'s "
                            + figure
                            + " by "
                            + percent(series.spread()));
                  }
                }));
    Disturbance worst = disturbances.values().stream().reduce(Disturbance.NONE, Disturbance::worst);
    disturbances.forEach(
        (subject, disturbance) -> {
          boolean stolen = disturbance.stolen() > NOISY_STOLEN;
          if (stolen && disturbance.stolen() == worst.stolen()) {
            noisy.add(
                "the hypervisor gave up to "
                    + percent(disturbance.stolen())
                    + " of the CPU time to other guests, most of it beside "
                    + subject);
          }
          boolean others = disturbance.others() > NOISY_OTHERS;
          if (others && disturbance.others() == worst.others()) {
            noisy.add(
                "other programs used up to "
                    + percent(disturbance.others())
                    + " of the CPU time, most of it beside "
                    + subject);
          }
        });
    return noisy;
  }

  private static String percent(double part) {
    return Math.round(100 * part) + " %";
  }

  /**
   * What others did while something was measured, at worst.
   *
   * @return by subject
   */
  public Map<String, Disturbance> disturbances() {
    return Collections.unmodifiableMap(disturbances);
  }

  /**
   * What failed, and is not counted.
   *
   * @return why, by subject
   */
  public Map<String, String> failures() {
    return Collections.unmodifiableMap(failures);
  }

  /**
   * Sentences for readers.
   *
   * @return the notes, in order
   */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /**
   * Memory over time.
   *
   * @return samples by subject
   */
  public Map<String, List<MemoryTimeline.Point>> timelines() {
    return Collections.unmodifiableMap(timelines);
  }

  /**
   * Latencies over all rounds, nanoseconds.
   *
   * @return histograms by subject and figure
   */
  public Map<String, Map<String, Histogram>> latencies() {
    return Collections.unmodifiableMap(latencies);
  }
}
