package io.sluice.server.loop;

import io.sluice.ring.simulation.RemoteEnd;
import io.sluice.ring.simulation.SimulatedKernel;
import io.sluice.ring.simulation.SimulatedPeer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a simulated peer answers: well, or in one of the ways in which peers fail. */
final class PeerScript {
  private static final Pattern REFERENCE = Pattern.compile("/(?:blobs|manifests)/(\\w+:\\w+)");
  private static final Pattern RANGE = Pattern.compile("Range: bytes=(\\d+)-(\\d+)");
  private static final String BUSY =
      "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n";
  private static final String NOT_FOUND = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

  /** The ways; the first one is the good one. */
  enum Manner {
    GOOD,
    SLOW,
    FRAGMENTS,
    REFUSES,
    UNREACHABLE,
    HAS_NOTHING,
    FAILS,
    SAYS_NONSENSE,
    RESETS,
    CUTS_OFF,
    STALLS,
    BUSY,
    TRICKLES,
    LIES
  }

  private final SplittableRandom random;
  private final List<SimulatedBlob> blobs;
  private final Manner manner;

  private PeerScript(SplittableRandom random, List<SimulatedBlob> blobs, Manner manner) {
    this.random = random;
    this.blobs = blobs;
    this.manner = manner;
  }

  /** Adds a peer that has {@code blobs} to the kernel. */
  static SimulatedPeer add(
      SimulatedKernel kernel,
      InetSocketAddress address,
      SplittableRandom random,
      List<SimulatedBlob> blobs,
      Manner manner) {
    PeerScript script = new PeerScript(random, blobs, manner);
    SimulatedPeer peer =
        kernel.addPeer(address, () -> SimulatedPeer.requestHeads(script::onRequest));
    peer.setRefusing(manner == Manner.REFUSES);
    peer.setUnreachable(manner == Manner.UNREACHABLE);
    return peer;
  }

  private void onRequest(String head, RemoteEnd connection) {
    switch (manner) {
      case HAS_NOTHING -> connection.send(NOT_FOUND);
      case FAILS -> connection.send("HTTP/1.1 500 Oops\r\nContent-Length: 5\r\n\r\nsorry");
      case SAYS_NONSENSE -> connection.send("I am a teapot\r\n\r\n");
      case RESETS -> connection.reset();
      case BUSY -> connection.send(BUSY);
      case LIES -> lie(head, connection);
      default -> answer(head, connection);
    }
  }

  private void answer(String head, RemoteEnd connection) {
    SimulatedBlob blob = find(head);
    if (blob == null) {
      connection.send(NOT_FOUND);
      return;
    }
    long first = 0;
    long last = blob.sizeBytes() - 1;
    Matcher range = RANGE.matcher(head);
    boolean part = range.find();
    if (part) {
      first = Long.parseLong(range.group(1));
      last = Math.min(last, Long.parseLong(range.group(2)));
    }
    long length = last - first + 1;
    String responseHead = responseHead(blob, part, first, last);
    misbehave(connection, responseHead.length(), length);
    if (manner == Manner.FRAGMENTS) {
      connection.sendFragments(
          responseHead.getBytes(StandardCharsets.US_ASCII),
          1 + random.nextInt(40),
          TimeUnit.MILLISECONDS.toNanos(5));
    } else {
      connection.send(responseHead);
    }
    if (!head.startsWith("HEAD")) {
      connection.send(blob.content, first, length);
    }
    if (random.nextBoolean()) {
      connection.halfClose();
    }
  }

  private void misbehave(RemoteEnd connection, int headBytes, long bodyBytes) {
    long wholeBytes = headBytes + bodyBytes;
    long sent = connection.sentBytes();
    switch (manner) {
      case TRICKLES -> connection.setSendRate(1 + random.nextInt(50));
      case SLOW -> connection.setSendRate(Math.max(2000, wholeBytes / 4));
      case CUTS_OFF -> connection.resetAfterSending(sent + 1 + random.nextLong(wholeBytes));
      case STALLS -> connection.stallAfterSending(sent + 1 + random.nextLong(wholeBytes));
      default -> {}
    }
  }

  /** Answers what cannot be true, as far as that can be seen. */
  private void lie(String head, RemoteEnd connection) {
    SimulatedBlob blob = find(head);
    if (blob == null) {
      connection.send("HTTP/1.1 200 OK\r\n\r\n");
      return;
    }
    long size = blob.sizeBytes();
    String honest = responseHead(blob, false, 0, size - 1);
    switch (random.nextInt(8)) {
      case 0 ->
          connection.send("HTTP/1.1 302 Found\r\nLocation: /v2/\r\nContent-Length: 0\r\n\r\n");
      case 1 -> connection.send("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(4000));
      case 2 -> connection.send("HTTP/1.1 200 OK\r\nX: " + "y".repeat(20_000));
      case 3 ->
          connection.send(
              honest.replace(blob.digest.hex(), "0".repeat(blob.digest.hex().length())));
      case 4 -> connection.send(responseHead(blob, true, size / 3, size + 1));
      case 5 -> connection.send(responseHead(blob, true, size + 7, size + 9));
      case 6 -> connection.send(honest.replaceAll("Content-Length: \\d+\r\n", ""));
      default ->
          connection.send(honest.replaceAll("Content-Length: \\d+", "Transfer-Encoding: chunked"));
    }
  }

  private static String responseHead(SimulatedBlob blob, boolean part, long first, long last) {
    String digest = blob.digest.algorithm() + ":" + blob.digest.hex();
    String type = blob.isManifest() ? blob.mediaTypeOrNull : "application/octet-stream";
    String range =
        part ? "Content-Range: bytes " + first + "-" + last + "/" + blob.sizeBytes() + "\r\n" : "";
    return "HTTP/1.1 "
        + (part ? "206 Partial Content" : "200 OK")
        + "\r\nContent-Type: "
        + type
        + "\r\nDocker-Content-Digest: "
        + digest
        + "\r\n"
        + range
        + "Content-Length: "
        + (last - first + 1)
        + "\r\n\r\n";
  }

  private SimulatedBlob find(String head) {
    Matcher reference = REFERENCE.matcher(head);
    if (!reference.find()) {
      return null;
    }
    String hex = reference.group(1);
    for (SimulatedBlob blob : blobs) {
      if (hex.endsWith(":" + blob.digest.hex())) {
        return blob;
      }
    }
    return null;
  }
}
