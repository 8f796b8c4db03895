package io.sluice.ring;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A turn of an event loop through the kernel: submit so many operations that do nothing, wait for
 * all, take their completions.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TurnBenchmark {
  private static final int SUBMISSION_ENTRIES = 256;
  private static final int COMPLETION_ENTRIES = 1024;

  /** How many operations a turn has. */
  @Param({"1", "8", "64"})
  public int nops;

  private IoUring ring;
  private CompletionHandler handler;
  private long sum;

  /** Without a ring. */
  public TurnBenchmark() {}

  /** Opens the ring, which belongs to this thread. */
  @Setup(Level.Trial)
  public void open() {
    ring = IoUring.open(UringFeatures.probe(), SUBMISSION_ENTRIES, COMPLETION_ENTRIES);
    handler = this::complete;
  }

  private void complete(long userData, int result, int flags) {
    sum += userData + result;
  }

  /** Closes the ring. */
  @TearDown(Level.Trial)
  public void close() {
    ring.close();
  }

  /**
   * One turn.
   *
   * @return what the completions add up to
   */
  @Benchmark
  public long turn() {
    for (int i = 0; i < nops; i++) {
      ring.nop(i);
    }
    ring.submitAndWait(nops);
    ring.drain(handler, nops);
    return sum;
  }
}
