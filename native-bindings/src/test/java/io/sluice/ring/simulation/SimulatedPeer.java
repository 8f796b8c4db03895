package io.sluice.ring.simulation;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A server elsewhere that the code under test connects to. Made by {@link SimulatedKernel#addPeer}.
 */
public final class SimulatedPeer {
  private final SimulatedKernel kernel;
  private final InetSocketAddress address;
  private final Supplier<ClientReader> readers;
  private final List<RemoteEnd> connections = new ArrayList<>();
  private long acceptDelayNs;
  private boolean suspended;
  private boolean refusing;
  private boolean unreachable;

  SimulatedPeer(SimulatedKernel kernel, InetSocketAddress address, Supplier<ClientReader> readers) {
    this.kernel = kernel;
    this.address = address;
    this.readers = readers;
  }

  /** Answers each request head that ends in an empty line; bodies are not expected. */
  @FunctionalInterface
  public interface Responder {
    /**
     * A request has arrived.
     *
     * @param head request line and headers with the final empty line, one character per byte
     * @param connection where to send the answer: at a rate, in part, or with a sudden end
     */
    void onRequest(String head, RemoteEnd connection);
  }

  /** A reader for {@link SimulatedKernel#addPeer} that splits its input into request heads. */
  public static ClientReader requestHeads(Responder responder) {
    StringBuilder received = new StringBuilder();
    return (connection, bytes, length) -> {
      received.append(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
      int end = received.indexOf("\r\n\r\n");
      while (end >= 0) {
        String head = received.substring(0, end + 4);
        received.delete(0, end + 4);
        responder.onRequest(head, connection);
        end = received.indexOf("\r\n\r\n");
      }
    };
  }

  /** Establishing a connection takes this much longer. */
  public SimulatedPeer setAcceptDelayNs(long delayNs) {
    acceptDelayNs = delayNs;
    return this;
  }

  /** Whether new connections are refused: nobody listens. */
  public SimulatedPeer setRefusing(boolean refuse) {
    refusing = refuse;
    return this;
  }

  /** Whether new connections get no answer at all and time out after about two minutes. */
  public SimulatedPeer setUnreachable(boolean silent) {
    unreachable = silent;
    return this;
  }

  /** The machine dies with an RST to everybody, and refuses from now on. */
  public void die() {
    refusing = true;
    connections.forEach(RemoteEnd::reset);
  }

  /** The machine freezes: its connections neither read nor send any more. */
  public void freeze() {
    unreachable = true;
    for (RemoteEnd connection : connections) {
      connection.setReadRate(0);
      connection.setSendRate(0);
    }
  }

  /** As {@code SIGSTOP} does: the machine still accepts, but nothing is read nor sent. */
  public void suspend() {
    suspended = true;
    for (RemoteEnd connection : connections) {
      connection.setReadRate(0);
      connection.setSendRate(0);
    }
  }

  /** As {@code SIGCONT} does. */
  public void resume() {
    suspended = false;
    for (RemoteEnd connection : connections) {
      connection.setReadRate(RemoteEnd.UNLIMITED);
      connection.setSendRate(RemoteEnd.UNLIMITED);
    }
  }

  /** All connections ever accepted, oldest first. */
  public List<RemoteEnd> connections() {
    return List.copyOf(connections);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return address;
  }

  long acceptDelayNs() {
    return acceptDelayNs;
  }

  boolean isRefusing() {
    return refusing;
  }

  boolean isUnreachable() {
    return unreachable;
  }

  /** A connection from the code under test stands. */
  void accept(SimulatedSocket socket) {
    RemoteEnd connection = new RemoteEnd(kernel, readers.get());
    connections.add(connection);
    if (suspended) {
      connection.setReadRate(0);
      connection.setSendRate(0);
    }
    socket.establish(connection);
    connection.connected(socket);
  }
}
