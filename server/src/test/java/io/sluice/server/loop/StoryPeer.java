package io.sluice.server.loop;

import io.sluice.ring.simulation.RemoteEnd;
import io.sluice.ring.simulation.SimulatedKernel;
import io.sluice.ring.simulation.SimulatedPeer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A simulated peer that has one blob, and remembers what it was asked. */
final class StoryPeer {
  private static final Pattern RANGE = Pattern.compile("Range: bytes=(\\d+)-(\\d+)");

  final InetSocketAddress address;
  final List<String> requests = new ArrayList<>();
  private final SimulatedBlob blob;
  private final SimulatedPeer peer;
  private String answerOrNull;
  private long sendRate = RemoteEnd.UNLIMITED;
  private long stallAfterBytes = -1;
  private long answerDelayNs;

  StoryPeer(SimulatedKernel kernel, int number, SimulatedBlob blob) {
    this.blob = blob;
    this.address = address(number);
    this.peer = kernel.addPeer(address, () -> SimulatedPeer.requestHeads(this::onRequest));
  }

  /** The machine, to be frozen or killed. */
  SimulatedPeer machine() {
    return peer;
  }

  /** Answers with this text from now on; null for the blob. */
  void answers(String textOrNull) {
    answerOrNull = textOrNull;
  }

  /** Takes this long for each answer from now on. */
  void delays(long delayNs) {
    answerDelayNs = delayNs;
  }

  /** Sends bodies at this rate from now on. */
  void sendsAt(long bytesPerSecond) {
    sendRate = bytesPerSecond;
  }

  /** Sends this much of each answer from now on, then nothing; -1 for all. */
  void stallsAfter(long bytes) {
    stallAfterBytes = bytes;
  }

  /** Connections that still stand. */
  long open() {
    return peer.connections().stream().filter(connection -> !connection.isOver()).count();
  }

  private void onRequest(String head, RemoteEnd connection) {
    requests.add(head);
    connection.kernel().after(answerDelayNs, () -> answer(head, connection));
  }

  private void answer(String head, RemoteEnd connection) {
    if (answerOrNull != null) {
      connection.send(answerOrNull);
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
    connection.setSendRate(sendRate);
    if (stallAfterBytes >= 0) {
      connection.stallAfterSending(connection.sentBytes() + stallAfterBytes);
    }
    String fields =
        part ? "Content-Range: bytes " + first + "-" + last + "/" + blob.sizeBytes() + "\r\n" : "";
    String answer =
        (part ? "HTTP/1.1 206 Partial Content\r\n" : "HTTP/1.1 200 OK\r\n")
            + fields
            + "Content-Length: "
            + (last - first + 1)
            + "\r\n\r\n";
    connection.send(answer.getBytes(StandardCharsets.US_ASCII));
    if (!head.startsWith("HEAD")) {
      connection.send(blob.content, first, last - first + 1);
    }
  }

  private static InetSocketAddress address(int number) {
    try {
      byte[] ip = {10, 0, 2, (byte) number};
      return new InetSocketAddress(InetAddress.getByAddress(ip), 5000);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
