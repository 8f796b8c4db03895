package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.ring.simulation.ClientReader;
import io.sluice.ring.simulation.RemoteEnd;
import io.sluice.ring.simulation.SimulatedClient;
import io.sluice.ring.simulation.SimulatedKernel;

/** One who wants a range of one blob, checks each byte of it, and remembers when it was there. */
final class ConvoyClient implements ClientReader, ResponseReader.Listener {
  final SimulatedBlob blob;
  final long first;
  final long last;

  /** What it is like, for messages. */
  final String manner;

  /** Bytes per second that it reads. */
  final long rate;

  private final SimulatedKernel kernel;
  private final ResponseReader responses = new ResponseReader(this);
  private SimulatedClient connection;
  private long connectedNs;
  private long servedNs = -1;
  private long position;

  ConvoyClient(
      SimulatedKernel kernel, SimulatedBlob blob, long first, long last, String manner, long rate) {
    this.kernel = kernel;
    this.blob = blob;
    this.first = first;
    this.last = last;
    this.manner = manner;
    this.rate = rate;
    this.position = first;
  }

  /** Connects at a virtual time and asks. */
  SimulatedClient connect(int listenFd, long timeNs) {
    connection = kernel.newClient(listenFd, this);
    connection.setReadRate(rate);
    connection.send(
        "GET /v2/a/blobs/"
            + (blob.digest.algorithm() + ":" + blob.digest.hex())
            + " HTTP/1.1\r\nHost: node\r\n"
            + ("Range: bytes=" + first + "-" + last + "\r\n\r\n"));
    return connection.at(timeNs, SimulatedClient::connect);
  }

  /** Whether all of it has come. */
  boolean isServed() {
    return servedNs >= 0;
  }

  /** Whether nothing more will come. */
  boolean isOver() {
    return isServed() || connection.isOver();
  }

  /** Bytes of the range. */
  long length() {
    return last - first + 1;
  }

  /** Bytes of the range that it has read. */
  long received() {
    return position - first;
  }

  /** How long it took from the connection to the last byte. */
  long tookNs() {
    return servedNs - connectedNs;
  }

  @Override
  public void onConnected(RemoteEnd connected) {
    connectedNs = kernel.nowNs();
  }

  @Override
  public void onBytes(RemoteEnd from, byte[] bytes, int length) {
    responses.onBytes(bytes, length);
  }

  @Override
  public void onEnd(RemoteEnd from) {
    from.close();
  }

  @Override
  public long onHead(String head) {
    assertTrue(head.startsWith("HTTP/1.1 206 "), () -> this + ": " + head);
    assertTrue(head.contains("\r\nContent-Length: " + length() + "\r\n"), () -> this + ": " + head);
    return length();
  }

  @Override
  public void onBody(byte[] bytes, int from, int length) {
    long wrong = blob.content.mismatch(position, bytes, from, length);
    assertEquals(-1, wrong, () -> this + ": position of the first wrong byte");
    position += length;
  }

  @Override
  public void onComplete() {
    servedNs = kernel.nowNs();
    connection.close();
  }

  @Override
  public String toString() {
    return manner
        + " client at "
        + rate
        + " B/s, "
        + received()
        + " of "
        + length()
        + " bytes of a blob of "
        + blob.sizeBytes();
  }
}
