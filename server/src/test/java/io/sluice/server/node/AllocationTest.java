package io.sluice.server.node;

import io.sluice.server.store.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred thousand requests of every common kind allocate nothing on a loop's thread. */
@Tag("kernel")
class AllocationTest {
  private static final int ROUND_REQUESTS = 20_000;
  private static final int QUIET_ROUNDS = 5;
  private static final int PIPELINED = 50;
  private static final String AUTHORIZATION = "Authorization: Basic aGVsbG86d29ybGQ=";
  private static final int BIG = 1024 * 1024;

  @TempDir Path directory;

  @Test
  void loopsAllocateNothing() throws Exception {
    ImageLayout layout = new ImageLayout(directory.resolve("layout"));
    Digest small = layout.randomBlob(1000);
    Digest big = layout.randomBlob(BIG);
    layout.image("acme.test/library/app:1", "app");
    layout.writeIndex();
    String plain = mix(small, big, TestClient.request("GET", "/livez"));
    String withBig = mix(small, big, get("/v2/x/blobs/" + big));
    Path secret = directory.resolve("secret");
    Files.writeString(secret, "hello:world");
    try (TestNode node =
            TestNode.start(layout, settings -> settings.loops(1).basicAuthFile(secret));
        TestClient client = node.connect()) {
      // Calls that are rare below have to be frequent here, or the compiler does not get to them.
      LoopThreads.assertSettles(1, () -> run(client, ROUND_REQUESTS, withBig, withBig));
      LoopThreads.assertSettles(QUIET_ROUNDS, () -> run(client, ROUND_REQUESTS, plain, withBig));
    }
  }

  private static String mix(Digest small, Digest big, String last) {
    StringBuilder requests = new StringBuilder();
    // Large enough for a send buffer of its own.
    String large =
        TestClient.request("GET", "/v2/x/blobs/" + big, AUTHORIZATION, "Range: bytes=0-19999");
    for (int i = 0; i < PIPELINED / 10; i++) {
      requests
          .append(get("/v2/library/app/manifests/1?ns=acme.test"))
          .append(
              TestClient.request("HEAD", "/v2/library/app/manifests/1?ns=acme.test", AUTHORIZATION))
          .append(get("/v2/library/app/blobs/" + small))
          .append(TestClient.request("HEAD", "/v2/library/app/blobs/" + big, AUTHORIZATION))
          .append(get("/v2/x/blobs/" + ImageLayout.missing(i)))
          .append(get("/v2/x/blobs/" + small, "Range: bytes=10-19"))
          .append(get("/v2/x/blobs/" + big, "Range: bytes=2000000-"))
          .append(get("/v2/x/blobs/" + small, "If-None-Match: *"))
          // Refused, for want of credentials.
          .append(TestClient.request("GET", "/v2/"))
          .append(i == 0 ? last : large);
    }
    return requests.toString();
  }

  private static String get(String target, String... fields) {
    String[] all = Arrays.copyOf(fields, fields.length + 1);
    all[fields.length] = AUTHORIZATION;
    return TestClient.request("GET", target, all);
  }

  /** Sends mixes of small requests, and a large one in every tenth. */
  private static void run(TestClient client, int requests, String plain, String withBig)
      throws IOException {
    for (int i = 0; i < requests / PIPELINED; i++) {
      client.send(i % 10 == 0 ? withBig : plain);
      for (int j = 0; j < PIPELINED; j++) {
        boolean head = j % 10 == 1 || j % 10 == 3;
        Response response = client.readHead();
        long body = head || response.status() == 304 ? 0 : response.contentLength();
        client.skip(body);
      }
    }
  }
}
