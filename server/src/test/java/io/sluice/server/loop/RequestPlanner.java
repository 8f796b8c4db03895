package io.sluice.server.loop;

import io.sluice.server.store.Digest;
import java.util.List;
import java.util.SplittableRandom;

/** Draws valid requests of all kinds, with what must come back. */
final class RequestPlanner {
  private static final String REPOSITORY = "/v2/" + SimulatedStore.REPOSITORY;
  private static final String NAMESPACE = "?ns=" + SimulatedStore.REGISTRY;

  private final SplittableRandom random;
  private final SimulatedWorld world;

  RequestPlanner(SplittableRandom random, SimulatedWorld world) {
    this.random = random;
    this.world = world;
  }

  PlannedRequest draw() {
    return switch (random.nextInt(18)) {
      case 0, 1, 2, 3, 4, 5 -> whole(pick(world.localBlobs()), "GET", "blobs");
      case 6, 7 -> range(pick(world.localBlobs()));
      case 8 -> whole(pick(world.localBlobs()), "HEAD", "blobs");
      case 9, 10 ->
          whole(pick(world.manifests()), random.nextBoolean() ? "GET" : "HEAD", "manifests");
      case 11 -> byTag();
      case 12 -> listing();
      case 13 -> unknown();
      case 14 -> unchanged(pick(world.localBlobs()));
      case 15 -> small();
      default ->
          world.remoteBlobs().isEmpty()
              ? whole(pick(world.localBlobs()), "GET", "blobs")
              : remote(pick(world.remoteBlobs()));
    };
  }

  /** Requests that are well-formed and refused; the connection closes after the second kind. */
  PlannedRequest drawRefused() {
    return random.nextBoolean()
        ? PlannedRequest.of(head("GET", REPOSITORY + "/blobs/sha256:12"), 400)
        : PlannedRequest.of(head("POST", REPOSITORY + "/blobs/uploads/"), 405);
  }

  private PlannedRequest whole(SimulatedBlob blob, String method, String kind) {
    String path = REPOSITORY + "/" + kind + "/" + text(blob) + maybe(NAMESPACE);
    return PlannedRequest.of(head(method, path), 200)
        .withContent(blob, 0, blob.sizeBytes() - 1)
        .withHeader("X-Spegel-Mirrored: true");
  }

  private PlannedRequest range(SimulatedBlob blob) {
    long size = blob.sizeBytes();
    String line = head("GET", REPOSITORY + "/blobs/" + text(blob));
    if (size == 0 || random.nextInt(8) == 0) {
      return PlannedRequest.of(line, 416)
          .withContent(blob, 0, -1)
          .withHeader("Range: bytes=" + (size + random.nextInt(3)) + "-");
    }
    long first = random.nextLong(size);
    long last = first + random.nextLong(size - first);
    String range =
        switch (random.nextInt(3)) {
          case 0 -> {
            last = size - 1;
            yield first + "-";
          }
          case 1 -> {
            long suffix = size - first;
            last = size - 1;
            yield "-" + suffix;
          }
          default -> first + "-" + last;
        };
    return PlannedRequest.of(line, 206)
        .withContent(blob, first, last)
        .withHeader("Range: bytes=" + range);
  }

  private PlannedRequest byTag() {
    boolean first = random.nextBoolean();
    SimulatedBlob manifest = world.manifests().get(first ? 0 : 1);
    String path = REPOSITORY + "/manifests/" + (first ? "one" : "two") + maybe(NAMESPACE);
    return PlannedRequest.of(head("GET", path), 200)
        .withContent(manifest, 0, manifest.sizeBytes() - 1);
  }

  /** Composed by the control plane; it may be late when blocks are scarce. */
  private PlannedRequest listing() {
    return switch (random.nextInt(3)) {
      case 0 ->
          PlannedRequest.of(head("GET", REPOSITORY + "/tags/list"), 200)
              .withBody(SimulatedStore.TAGS_JSON)
              .uncertain();
      case 1 -> PlannedRequest.of(head("GET", "/v2/no/such/tags/list"), 404).uncertain();
      default ->
          PlannedRequest.of(
                  head("GET", REPOSITORY + "/referrers/" + text(pick(world.manifests()))), 200)
              .withBody(SimulatedStore.REFERRERS_JSON)
              .uncertain();
    };
  }

  private PlannedRequest unknown() {
    Digest digest = LoopSimulation.drawDigest(random);
    String path = REPOSITORY + "/blobs/" + digest.algorithm() + ":" + digest.hex();
    PlannedRequest request = PlannedRequest.of(head(method(), path), 404);
    return world.remoteBlobs().isEmpty() ? request : request.uncertain();
  }

  /** Asks for something that only peers have. */
  PlannedRequest drawRemote() {
    return remote(pick(world.remoteBlobs()));
  }

  private PlannedRequest unchanged(SimulatedBlob blob) {
    return PlannedRequest.of(head(method(), REPOSITORY + "/blobs/" + text(blob)), 304)
        .withContent(blob, 0, -1)
        .withHeader("If-None-Match: \"" + text(blob) + "\"");
  }

  private PlannedRequest small() {
    return switch (random.nextInt(4)) {
      case 0 -> PlannedRequest.of(head(method(), "/v2/"), 200);
      case 1 -> PlannedRequest.of(head("GET", "/livez"), 200);
      case 2 -> PlannedRequest.of(head("GET", "/readyz"), 200).uncertain();
      default -> PlannedRequest.of(head(method(), "/nothing/here"), 404);
    };
  }

  private PlannedRequest remote(SimulatedBlob blob) {
    String kind = blob.isManifest() ? "manifests" : "blobs";
    long size = blob.sizeBytes();
    String path = REPOSITORY + "/" + kind + "/" + text(blob) + maybe(NAMESPACE);
    boolean part = !blob.isManifest() && size > 0 && random.nextInt(4) == 0;
    PlannedRequest request =
        PlannedRequest.of(head(part ? "GET" : method(), path), part ? 206 : 200);
    if (part) {
      long first = random.nextLong(size);
      long last = first + random.nextLong(size - first);
      request =
          request.withContent(blob, first, last).withHeader("Range: bytes=" + first + "-" + last);
    } else {
      request = request.withContent(blob, 0, size - 1);
    }
    return world.peersAreGood() ? request : request.uncertain();
  }

  private SimulatedBlob pick(List<SimulatedBlob> blobs) {
    return blobs.get(random.nextInt(blobs.size()));
  }

  private String method() {
    return random.nextInt(3) == 0 ? "HEAD" : "GET";
  }

  private String maybe(String text) {
    return random.nextBoolean() ? text : "";
  }

  private static String text(SimulatedBlob blob) {
    return blob.digest.algorithm() + ":" + blob.digest.hex();
  }

  private static String head(String method, String target) {
    return method + " " + target + " HTTP/1.1\r\nHost: node:5000\r\n\r\n";
  }
}
