package io.sluice.perf.contender;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.confine.ConfinedProcess;
import io.sluice.perf.load.BlobRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * wrk, the HTTP load generator, for more small requests than a thread for each connection can make.
 */
public final class Wrk {
  private static final long NS_PER_S = 1_000_000_000L;
  private static final long NS_PER_US = 1_000L;

  /** Beyond the time that it measures. */
  private static final long PATIENCE_MS = 30_000;

  /** Its own summary rounds and changes units; this is called with the numbers behind it. */
  private static final String SCRIPT =
      """
      done = function(summary, latency, requests)
        local e = summary.errors
        io.write(string.format(
          '{"us":%d,"requests":%d,"bytes":%d,"connect":%d,"read":%d,"write":%d,"status":%d,'
          .. '"timeout":%d,"p50Us":%d,"p99Us":%d,"maxUs":%d}\\n',
          summary.duration, summary.requests, summary.bytes, e.connect, e.read, e.write, e.status,
          e.timeout, latency:percentile(50), latency:percentile(99), latency.max))
      end
      """;

  /** One request after the other from a file of paths, each thread from another place. */
  private static final String PATHS =
      """
      local requests = {}
      local at = 0
      local threads = 0
      setup = function(thread)
        thread:set("number", threads)
        threads = threads + 1
      end
      init = function(arguments)
        for path in io.lines("%s") do
          requests[#requests + 1] = wrk.format("GET", path)
        end
        at = number * 977
      end
      request = function()
        at = at %% #requests + 1
        return requests[at]
      end
      """;

  private final Path binary;
  private final Path runDirectory;
  private final Cleanup cleanup;

  /**
   * A wrk.
   *
   * @param binary the program
   * @param runDirectory for its script and output; removed by the caller
   * @param cleanup stops it when the run is interrupted
   */
  public Wrk(Path binary, Path runDirectory, Cleanup cleanup) {
    this.binary = binary;
    this.runDirectory = runDirectory;
    this.cleanup = cleanup;
  }

  /**
   * Whether it can be run on this machine.
   *
   * @return why not, in one sentence with the remedy; empty when it can
   */
  public Optional<String> missing() {
    return Files.isExecutable(binary)
        ? Optional.empty()
        : Optional.of(binary + " is not there: install wrk, or name it with --wrk");
  }

  /**
   * What it saw.
   *
   * @param requests answered with 2xx or 3xx
   * @param elapsedNs of measuring
   * @param bytes received, heads included
   * @param p50Ns latency of the request in the middle
   * @param p99Ns latency that one of a hundred requests exceeds
   * @param maxNs the longest latency
   */
  public record Reading(
      long requests, long elapsedNs, long bytes, long p50Ns, long p99Ns, long maxNs) {
    /**
     * How many a second.
     *
     * @return requests a second
     */
    public double requestsPerSecond() {
      return requests / (elapsedNs / (double) NS_PER_S);
    }
  }

  /**
   * Asks for some paths over and over.
   *
   * @param group the group that it lives in
   * @param server who is asked
   * @param paths the request targets
   * @param bodyBytes what each answer's body must have at least
   * @param connections how many at once, kept alive
   * @param seconds how long
   * @return what it saw
   * @throws IOException when it failed, or an answer was not what was asked for
   * @throws InterruptedException when this thread is interrupted
   */
  public Reading run(
      Cgroup group,
      InetSocketAddress server,
      List<String> paths,
      long bodyBytes,
      int connections,
      int seconds)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory(runDirectory, "wrk-");
    Path script = Files.writeString(directory.resolve("done.lua"), script(directory, paths));
    Path log = directory.resolve("output.log");
    List<String> command =
        List.of(
            binary.toString(),
            "-t" + Runtime.getRuntime().availableProcessors(),
            "-c" + connections,
            "-d" + seconds + "s",
            "-s" + script,
            "-H" + BlobRequest.MANIFEST_HEADER,
            "http://127.0.0.1:" + server.getPort() + paths.getFirst());
    try (ConfinedProcess process = ConfinedProcess.start(group, command, Map.of(), log, cleanup)) {
      int exit = process.await(seconds * 1_000L + PATIENCE_MS);
      if (exit != 0) {
        throw new IOException("wrk ended with " + exit + " and said:\n" + process.logTail());
      }
    }
    Reading reading = parse(Files.readString(log));
    if (reading.bytes() < reading.requests() * bodyBytes) {
      throw new IOException(
          "wrk received "
              + reading.bytes()
              + " bytes in "
              + reading.requests()
              + " answers of at least "
              + bodyBytes);
    }
    return reading;
  }

  private static String script(Path directory, List<String> paths) throws IOException {
    if (paths.size() == 1) {
      return SCRIPT;
    }
    return PATHS.formatted(Files.write(directory.resolve("paths"), paths)) + SCRIPT;
  }

  /** The object that the script wrote, after wrk's own summary. */
  static Reading parse(String output) throws IOException {
    Map<String, Long> numbers = new HashMap<>();
    int start = output.lastIndexOf('{');
    try (JsonParser json = new JsonFactory().createParser(output.substring(Math.max(0, start)))) {
      if (start < 0 || json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("wrk wrote no numbers: " + output);
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        numbers.put(json.currentName(), json.nextLongValue(-1));
      }
    }
    for (String error : List.of("connect", "read", "write", "status", "timeout")) {
      if (number(numbers, error) > 0) {
        throw new IOException(
            number(numbers, error) + " of wrk's requests failed (" + error + "): " + output);
      }
    }
    if (number(numbers, "requests") == 0) {
      throw new IOException("wrk got no answer: " + output);
    }
    return new Reading(
        number(numbers, "requests"),
        number(numbers, "us") * NS_PER_US,
        number(numbers, "bytes"),
        number(numbers, "p50Us") * NS_PER_US,
        number(numbers, "p99Us") * NS_PER_US,
        number(numbers, "maxUs") * NS_PER_US);
  }

  private static long number(Map<String, Long> numbers, String name) throws IOException {
    Long number = numbers.get(name);
    if (number == null || number < 0) {
      throw new IOException("wrk wrote no " + name + ": " + numbers);
    }
    return number;
  }
}
