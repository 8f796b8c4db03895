package io.sluice.server.http;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reading what containerd sends to a mirror while it pulls, from the first byte to a digest. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RequestBenchmark {
  private static final String DIGEST =
      "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  private static final String MANIFEST_ACCEPT =
      "Accept: application/vnd.docker.distribution.manifest.v2+json,"
          + " application/vnd.docker.distribution.manifest.list.v2+json,"
          + " application/vnd.oci.image.manifest.v1+json,"
          + " application/vnd.oci.image.index.v1+json, */*\r\n";
  private static final String LAYER_ACCEPT =
      "Accept: application/vnd.oci.image.layer.v1.tar+gzip, */*\r\n";
  private static final String HOST = "Host: 127.0.0.1:5000\r\nUser-Agent: containerd/2.1.3\r\n";
  private static final String ENCODINGS =
      "Accept-Encoding: zstd;q=1.0, gzip;q=0.8, deflate;q=0.5\r\n";

  /** What is asked for. */
  public enum Request {
    /** The digest of a tag. */
    TAG(
        "HEAD /v2/library/debian/manifests/12.5-slim?ns=docker.io HTTP/1.1\r\n"
            + HOST
            + MANIFEST_ACCEPT
            + "\r\n"),
    /** A manifest by its digest. */
    MANIFEST(
        "GET /v2/library/debian/manifests/"
            + DIGEST
            + "?ns=docker.io HTTP/1.1\r\n"
            + HOST
            + MANIFEST_ACCEPT
            + ENCODINGS
            + "\r\n"),
    /** A layer. */
    LAYER(
        "GET /v2/library/debian/blobs/"
            + DIGEST
            + "?ns=docker.io HTTP/1.1\r\n"
            + HOST
            + LAYER_ACCEPT
            + ENCODINGS
            + "\r\n"),
    /** The rest of a layer. */
    RANGE(
        "GET /v2/library/debian/blobs/"
            + DIGEST
            + "?ns=docker.io HTTP/1.1\r\n"
            + HOST
            + LAYER_ACCEPT
            + ENCODINGS
            + "Range: bytes=10485760-\r\n\r\n");

    private final String text;

    Request(String text) {
      this.text = text;
    }
  }

  /** Which request. */
  @Param public Request request;

  private final RequestHead head = new RequestHead();
  private final RegistryTarget target = new RegistryTarget();
  private MemorySegment memory;
  private int length;

  /** Without a request. */
  public RequestBenchmark() {}

  /** Puts the request where a loop would have received it. */
  @Setup
  public void receive() {
    byte[] bytes = request.text.getBytes(StandardCharsets.US_ASCII);
    length = bytes.length;
    memory = Arena.global().allocate(HttpLimits.HEAD_LENGTH_MAX, Long.BYTES);
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, length);
    if (parse() < RegistryTarget.BASE) {
      throw new IllegalStateException("refused: " + head.problem() + ", " + target.problem());
    }
  }

  /**
   * Finds the end of the head, reads its fields, and then its target.
   *
   * @return what kind of target it is
   */
  @Benchmark
  public int parse() {
    int headLength = HeadScanner.scan(memory, 0, length, 0);
    return head.parse(memory, 0, headLength) == 0 ? target.parse(memory, head) : -1;
  }
}
