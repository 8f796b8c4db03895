package io.sluice.perf.contender;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.confine.ConfinedProcess;
import io.sluice.perf.data.Layer;
import io.sluice.perf.data.LayerSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the disk can do: fio reads the layers sequentially with O_DIRECT, one job for each layer. A
 * ceiling rather than a contender, since it sends nothing.
 *
 * <p>As people call it fio reads into small pages, and a read of 512 KiB is then as many as 128
 * pieces for the device, each mapped anew. On huge pages that are registered once it is about twice
 * as fast, and that is what the disk can do.
 */
public final class Fio {
  private static final int BLOCK_KIB = 512;
  private static final int IO_DEPTH = 4;
  private static final long TIMEOUT_MS = 600_000;
  private static final double GIB = 1L << 30;

  /** Has glibc, from 2.35 on, advise huge pages for what malloc(3) maps. */
  private static final Map<String, String> HUGE_PAGES =
      Map.of("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");

  private final Path binary;
  private final Path runDirectory;
  private final Cleanup cleanup;
  private final boolean hugePages;

  /**
   * A fio as people call it.
   *
   * @param binary the program
   * @param runDirectory for its output; removed by the caller
   * @param cleanup stops it when the run is interrupted
   */
  public Fio(Path binary, Path runDirectory, Cleanup cleanup) {
    this(binary, runDirectory, cleanup, false);
  }

  private Fio(Path binary, Path runDirectory, Cleanup cleanup, boolean hugePages) {
    this.binary = binary;
    this.runDirectory = runDirectory;
    this.cleanup = cleanup;
    this.hugePages = hugePages;
  }

  /**
   * The same fio with registered files and buffers on huge pages.
   *
   * @return as fast as fio gets
   */
  public Fio onHugePages() {
    return new Fio(binary, runDirectory, cleanup, true);
  }

  /**
   * What it is called in tables and files.
   *
   * @return a short name
   */
  public String name() {
    return hugePages ? "fio O_DIRECT, huge pages" : "fio O_DIRECT";
  }

  /**
   * Whether it can be run on this machine.
   *
   * @return why not, in one sentence with the remedy; empty when it can
   */
  public Optional<String> missing() {
    return Files.isExecutable(binary)
        ? Optional.empty()
        : Optional.of(binary + " is not there: install fio, or name it with --fio");
  }

  /**
   * What it read.
   *
   * @param bytes how much
   * @param bytesPerSecond how fast, from the first to the last read of all jobs
   */
  public record Reading(long bytes, long bytesPerSecond) {
    /**
     * Throughput.
     *
     * @return GiB a second
     */
    public double gibPerSecond() {
      return bytesPerSecond / GIB;
    }

    /**
     * The amount.
     *
     * @return GiB
     */
    public double gib() {
      return bytes / GIB;
    }
  }

  /**
   * Reads all layers once.
   *
   * @param group the group that it lives in
   * @param layers the layers
   * @return how fast that was
   * @throws IOException when it failed
   * @throws InterruptedException when this thread is interrupted
   */
  public Reading read(Cgroup group, LayerSet layers) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory(runDirectory, "fio-");
    Path output = directory.resolve("fio.json");
    Path log = directory.resolve("output.log");
    try (ConfinedProcess process =
        ConfinedProcess.start(
            group, command(output, layers), hugePages ? HUGE_PAGES : Map.of(), log, cleanup)) {
      int exit = process.await(TIMEOUT_MS);
      if (exit != 0) {
        throw new IOException("fio ended with " + exit + " and said:\n" + process.logTail());
      }
    }
    Reading reading = parse(Files.readString(output));
    if (reading.bytes() != layers.totalBytes()) {
      throw new IOException(
          "fio read " + reading.bytes() + " bytes instead of " + layers.totalBytes());
    }
    return reading;
  }

  private List<String> command(Path output, LayerSet layers) {
    List<String> words =
        new ArrayList<>(
            List.of(
                binary.toString(),
                "--output-format=json",
                "--output=" + output,
                "--readonly",
                "--name=global",
                "--group_reporting",
                "--direct=1",
                "--rw=read",
                "--bs=" + BLOCK_KIB + "k",
                "--iodepth=" + IO_DEPTH,
                "--ioengine=io_uring",
                "--thread"));
    if (hugePages) {
      words.addAll(List.of("--fixedbufs", "--registerfiles", "--iomem_align=2m"));
    }
    for (Layer layer : layers.layers()) {
      words.add("--name=" + layer.digestHex().substring(0, 12));
      words.add("--filename=" + layer.file().toAbsolutePath());
    }
    return words;
  }

  /** The first {@code read} object of the first job: with group_reporting there is one job. */
  static Reading parse(String output) throws IOException {
    long bytes = -1;
    long bytesPerSecond = -1;
    // Warnings may stand before the document.
    String document = output.substring(Math.max(0, output.indexOf('{')));
    try (JsonParser json = new JsonFactory().createParser(document)) {
      boolean inRead = false;
      for (JsonToken token = json.nextToken();
          token != null && bytesPerSecond < 0;
          token = json.nextToken()) {
        if (token != JsonToken.FIELD_NAME) {
          continue;
        }
        switch (json.currentName()) {
          case "read" -> inRead = true;
          case "io_bytes" -> bytes = inRead ? json.nextLongValue(-1) : -1;
          case "bw_bytes" -> bytesPerSecond = inRead ? json.nextLongValue(-1) : -1;
          default -> {}
        }
      }
    }
    if (bytes < 0 || bytesPerSecond < 0) {
      throw new IOException("fio wrote no throughput: " + output);
    }
    return new Reading(bytes, bytesPerSecond);
  }
}
