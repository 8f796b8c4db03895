package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.ring.simulation.RemoteEnd;
import io.sluice.ring.simulation.SimulatedClient;
import io.sluice.ring.simulation.SimulatedKernel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Draws clients: those that behave, and those that do what clients should not do. */
final class ClientScript {
  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long ARRIVAL_NS_MAX = 5 * SECOND_NS;

  /** A client that does not read begins to after this time, to see what has become of it. */
  private static final long FROZEN_NS_MAX = 120 * SECOND_NS;

  /**
   * A send buffer that is full is read in less than the shortest idle time-out of a friendly run.
   */
  private static final long STEADY_BYTES_PER_SECOND = 150_000;

  private static final int REQUESTS_MAX = 6;
  private static final int REQUEST_HEAD_BYTES_MAX = 8192;

  private final SplittableRandom random;
  private final SimulationSettings settings;
  private final SimulatedKernel kernel;
  private final int listenFd;
  private final RequestPlanner planner;
  private final List<RegistryClient> clients = new ArrayList<>();

  ClientScript(
      SplittableRandom random,
      SimulationSettings settings,
      SimulatedKernel kernel,
      int listenFd,
      SimulatedWorld world) {
    this.random = random;
    this.settings = settings;
    this.kernel = kernel;
    this.listenFd = listenFd;
    this.planner = new RequestPlanner(random, world);
  }

  /** The checks of all clients that were created. */
  List<RegistryClient> clients() {
    return clients;
  }

  /** Creates a client that will connect by itself. */
  SimulatedClient create(int number) {
    SimulatedClient client =
        switch (random.nextInt(16)) {
          case 0 -> fragments(number);
          case 1, 2 -> slow(number);
          case 3, 4 -> frozen(number);
          case 5, 6, 7 -> vanishing(number);
          case 8 -> garbage(number);
          case 9 -> silent(number);
          default -> healthy(number);
        };
    return client.at(random.nextLong(ARRIVAL_NS_MAX), SimulatedClient::connect);
  }

  private SimulatedClient healthy(int number) {
    RegistryClient client = new RegistryClient(number, drawRequests(), coin(), settings.friendly());
    SimulatedClient connection = open(client);
    if (coin()) {
      client.closeAtTheEnd();
    }
    connection.send(client.firstText());
    return connection;
  }

  private SimulatedClient fragments(int number) {
    RegistryClient client = new RegistryClient(number, drawRequests(), coin(), false);
    SimulatedClient connection = open(client);
    byte[] bytes = client.firstText().getBytes(StandardCharsets.US_ASCII);
    connection.sendFragments(bytes, 1 + random.nextInt(60), random.nextLong(SECOND_NS / 5));
    return connection;
  }

  /** Reads steadily but slowly; on a friendly day that is good enough. */
  private SimulatedClient slow(int number) {
    boolean strict = settings.friendly();
    RegistryClient client = new RegistryClient(number, drawRequests(), !strict && coin(), strict);
    SimulatedClient connection = open(client);
    connection.setReadRate((strict ? STEADY_BYTES_PER_SECOND : 10_000) + random.nextLong(500_000));
    connection.send(client.firstText());
    return connection;
  }

  /** Stops to read for a while, or until it is thrown out. */
  private SimulatedClient frozen(int number) {
    RegistryClient client = new RegistryClient(number, drawRequests(), coin(), false);
    SimulatedClient connection = open(client);
    connection.send(client.firstText());
    long fromNs = random.nextLong(ARRIVAL_NS_MAX + SECOND_NS);
    connection.at(fromNs, frozen -> frozen.setReadRate(0));
    boolean forGood = coin();
    long thawNs = fromNs + (forGood ? FROZEN_NS_MAX : random.nextLong(20 * SECOND_NS));
    connection.at(thawNs, thawed -> thawed.setReadRate(RemoteEnd.UNLIMITED));
    boolean accepted = settings.share().connections() >= settings.clients();
    if (forGood && accepted && settings.friendly()) {
      connection.at(
          thawNs + SECOND_NS,
          thawed -> assertTrue(thawed.isOver(), client + " was frozen and is still served"));
    }
    return connection;
  }

  private SimulatedClient vanishing(int number) {
    RegistryClient client = new RegistryClient(number, drawRequests(), coin(), false);
    SimulatedClient connection = open(client);
    String first = client.firstText();
    connection.send(first);
    switch (random.nextInt(6)) {
      case 0 -> connection.resetAfterSending(1 + random.nextInt(first.length()));
      case 1 -> connection.resetAfterReceiving(1 + random.nextLong(300_000));
      case 2 -> connection.at(random.nextLong(ARRIVAL_NS_MAX + SECOND_NS), RemoteEnd::reset);
      case 3 -> connection.at(random.nextLong(ARRIVAL_NS_MAX + SECOND_NS), RemoteEnd::close);
      case 4 -> connection.stallAfterSending(1 + random.nextInt(first.length()));
      default -> connection.halfClose();
    }
    return connection;
  }

  private SimulatedClient garbage(int number) {
    List<PlannedRequest> before = coin() ? List.of() : drawRequests();
    RegistryClient client = new RegistryClient(number, before, true, false);
    SimulatedClient connection = open(client);
    connection.send(client.firstText());
    connection.send(drawGarbage());
    return connection;
  }

  private SimulatedClient silent(int number) {
    return open(new RegistryClient(number, List.of(), true, false));
  }

  private SimulatedClient open(RegistryClient client) {
    clients.add(client);
    return kernel.newClient(listenFd, client);
  }

  private List<PlannedRequest> drawRequests() {
    List<PlannedRequest> requests = new ArrayList<>();
    for (int i = 1 + random.nextInt(REQUESTS_MAX); i > 0; i--) {
      requests.add(planner.draw());
    }
    switch (random.nextInt(8)) {
      case 0 -> requests.add(planner.drawRefused());
      case 1, 2, 3 ->
          requests.set(requests.size() - 1, requests.getLast().withHeader("Connection: close"));
      default -> {}
    }
    return requests;
  }

  private byte[] drawGarbage() {
    return switch (random.nextInt(6)) {
      case 0 -> {
        byte[] noise = new byte[1 + random.nextInt(3000)];
        random.nextBytes(noise);
        yield noise;
      }
      case 1 -> ascii("GET /v2/ HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(REQUEST_HEAD_BYTES_MAX));
      case 2 -> ascii("GET /v2/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
      case 3 ->
          ascii("GET /v2/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
      case 4 -> ascii("GET /v2/\0 HTTP/1.1\r\nHost: a\r\n\r\n");
      default -> ascii("GET /v2/ HTTP/1.1\rHost: a\r\n\r\n");
    };
  }

  private boolean coin() {
    return random.nextBoolean();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
