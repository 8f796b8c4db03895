package io.sluice.perf.footprint;

import java.util.List;
import java.util.Map;

/**
 * A way to run the package: as it is, or with one decision undone.
 *
 * @param name short, for {@code --only}
 * @param description for the table
 * @param without beginnings of lines that are left out of {@code lib/jvm.options}
 * @param with JVM options that are added
 * @param environment variables that are set
 * @param runtime which runtime it runs on
 * @param archiveAnew whether the class archive has to be made with these options, because the
 *     runtime would drop the packaged one
 */
record Variant(
    String name,
    String description,
    List<String> without,
    String with,
    Map<String, String> environment,
    Runtime runtime,
    boolean archiveAnew) {

  /** What it runs on. */
  enum Runtime {
    /** The package's own. */
    PACKAGED,
    /** The package's own, with the symbols of its native libraries. */
    WITH_SYMBOLS,
    /** The JDK that it was made from, with that one's own class archive. */
    WHOLE_JDK
  }

  /** The package as it is. */
  static final Variant PACKAGED = plain("packaged", "as packaged", List.of(), "");

  /** All of them, the package as it is first. */
  static final List<Variant> ALL =
      List.of(
          PACKAGED,
          discovery(),
          on("jdk", "the whole JDK with its own class archive", Runtime.WHOLE_JDK),
          on("symbols", "native libraries not stripped", Runtime.WITH_SYMBOLS),
          plain("archive", "no class archive", List.of(), "-Xshare:off"),
          plain(
              "relocation",
              "archive at an address of the kernel's choosing",
              List.of("-XX:ArchiveRelocationMode"),
              ""),
          new Variant(
              "headers",
              "no compact object headers",
              List.of("-XX:+UseCompactObjectHeaders"),
              "",
              Map.of(),
              Runtime.PACKAGED,
              true),
          plain(
              "g1",
              "G1 instead of the serial collector",
              List.of("-XX:+UseSerialGC"),
              "-XX:+UseG1GC"),
          plain("heap", "heap sizes of the JVM's choosing", List.of("-Xm"), ""),
          plain(
              "ratios",
              "free heap kept",
              List.of(
                  "-XX:MinHeapFreeRatio", "-XX:MaxHeapFreeRatio", "-XX:-Shrink", "-XX:MarkSweep"),
              ""),
          plain(
              "trim", "no trimming of the native heap", List.of("-XX:TrimNativeHeapInterval"), ""),
          arenas(),
          plain(
              "code",
              "code cache of 240 MiB in segments",
              List.of("-XX:ReservedCodeCacheSize", "-XX:-SegmentedCodeCache"),
              ""),
          plain("stacks", "stacks of 1 MiB", List.of("-Xss"), ""),
          plain("perfdata", "performance data in a file", List.of("-XX:-UsePerfData"), ""),
          plain("inlining", "inlining to 15 frames", List.of("-XX:MaxInlineLevel"), ""),
          plain("c1", "first compiler only (not chosen)", List.of(), "-XX:TieredStopAtLevel=1"));

  private static Variant plain(String name, String description, List<String> without, String with) {
    return new Variant(name, description, without, with, Map.of(), Runtime.PACKAGED, false);
  }

  private static Variant on(String name, String description, Runtime runtime) {
    return new Variant(name, description, List.of(), "", Map.of(), runtime, false);
  }

  /** Addition rather than omission: what a node weighs that looks for peers, and finds none. */
  private static Variant discovery() {
    return new Variant(
        "discovery",
        "with discovery, alone",
        List.of(),
        "",
        Map.of("BOOTSTRAP_KIND", "static", "STATIC_BOOTSTRAP_PEERS", TrainingPeer.ADDRESS),
        Runtime.PACKAGED,
        false);
  }

  /** glibc's own default: eight for each CPU. */
  private static Variant arenas() {
    int arenas = 8 * java.lang.Runtime.getRuntime().availableProcessors();
    return new Variant(
        "arenas",
        "an arena of the C library for each thread",
        List.of(),
        "",
        Map.of("MALLOC_ARENA_MAX", Integer.toString(arenas)),
        Runtime.PACKAGED,
        false);
  }
}
