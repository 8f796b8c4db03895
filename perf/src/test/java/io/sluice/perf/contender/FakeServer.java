package io.sluice.perf.contender;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server of blobs that does one thing wrong, or nothing, in a process of its own: under {@code
 * /files/} and the digest, or, called as a node, where a registry has them.
 */
public final class FakeServer {
  private static final String STORE = "--store=oci:";
  private static final String ADDRESS = "--registry-addr=";

  /** What it does wrong. */
  public enum Fault {
    /** Nothing. */
    NONE,
    /** A byte of each blob is another one. */
    WRONG_BYTES,
    /** It has a byte less of each blob, and says so. */
    SHORT,
    /** It announces the whole blob, and hangs up before its end. */
    CUT,
    /** It has nothing. */
    NOT_FOUND,
    /** It ends after the second blob. */
    DIES
  }

  private final Path blobs;
  private final Fault fault;
  private final AtomicInteger served = new AtomicInteger();

  private FakeServer(Path blobs, Fault fault) {
    this.blobs = blobs;
    this.fault = fault;
  }

  /**
   * Serves until it is ended.
   *
   * @param arguments port, directory of blobs and fault; or the command line of a node
   * @throws IOException when the port is taken
   */
  public static void main(String[] arguments) throws IOException {
    InetSocketAddress address;
    Path blobs;
    Fault fault;
    if (arguments[0].equals("serve")) {
      String[] at = value(arguments, ADDRESS).split(":");
      address = new InetSocketAddress(at[0], Integer.parseInt(at[1]));
      blobs = Path.of(value(arguments, STORE), "blobs/sha256");
      fault = Fault.NONE;
    } else {
      address = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0]));
      blobs = Path.of(arguments[1]);
      fault = Fault.valueOf(arguments[2]);
    }
    FakeServer server = new FakeServer(blobs, fault);
    HttpServer http = HttpServer.create(address, 0);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.createContext("/", server::answer);
    http.start();
  }

  private static String value(String[] arguments, String flag) {
    for (String argument : arguments) {
      if (argument.startsWith(flag)) {
        return argument.substring(flag.length());
      }
    }
    throw new IllegalArgumentException("no " + flag);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf(':')) + 1);
      Path blob = blobs.resolve(name);
      if (path.equals("/ready")) {
        exchange.sendResponseHeaders(200, -1);
      } else if (fault == Fault.NOT_FOUND || !Files.isRegularFile(blob)) {
        exchange.sendResponseHeaders(404, -1);
      } else if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(200, -1);
      } else {
        send(exchange, Files.readAllBytes(blob));
      }
    }
    if (fault == Fault.DIES && served.get() == 2) {
      Runtime.getRuntime().halt(1);
    }
  }

  private void send(HttpExchange exchange, byte[] blob) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = 0;
    int to = blob.length;
    if (range != null) {
      String[] ends = range.substring("bytes=".length()).split("-");
      from = Integer.parseInt(ends[0]);
      to = Integer.parseInt(ends[1]) + 1;
    }
    if (fault == Fault.WRONG_BYTES) {
      blob[to - 1]++;
    }
    int announced = to - from - (fault == Fault.SHORT ? 1 : 0);
    int sent = fault == Fault.CUT ? announced / 2 : announced;
    exchange.sendResponseHeaders(range == null ? 200 : 206, announced);
    OutputStream body = exchange.getResponseBody();
    body.write(blob, from, sent);
    if (fault == Fault.CUT) {
      body.flush();
      // Only this has the server hang up.
      throw new IllegalStateException("cut");
    }
    body.close();
    served.incrementAndGet();
  }
}
