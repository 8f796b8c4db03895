package io.sluice.server.pull;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.StartupException;
import io.sluice.server.metrics.AdminCalls.AdminCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class PullDeskTest {
  private static final String TOKEN = "0123456789abcdef";

  @TempDir private Path directory;
  private final FakeContainerd containerd = new FakeContainerd();
  private final Semaphore done = new Semaphore(0);
  private Path tokenFile;
  private PullDesk desk;

  @BeforeEach
  void open() throws IOException {
    tokenFile = Files.writeString(directory.resolve("token"), TOKEN + "\n");
    desk = new PullDesk(new AdminToken(tokenFile), new Puller(() -> containerd, Optional::empty));
  }

  @AfterEach
  void close() {
    desk.close();
  }

  private AdminCall ask(String body) {
    return desk.pull(body.getBytes(StandardCharsets.UTF_8), done::release);
  }

  @Test
  void referencesArePulledInOrder() throws InterruptedException {
    AdminCall call = ask("[\"debian\", \"acme.test/app:1\"]");
    done.acquire();
    assertEquals(200, call.answerOrNull().status());
    String json = call.answerOrNull().json();
    assertTrue(
        json.contains("\"reference\":\"docker.io/library/debian:latest\",\"ok\":true"), json);
    assertEquals(
        List.of("docker.io/library/debian:latest", "close", "acme.test/app:1", "close"),
        containerd.asked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{}", "[]", "[1]", "[\"debian\"", "[\"debian\"] 1", "[\"A B\"]", "\"debian\""})
  void aBodyThatIsNoListIsRefused(String body) {
    AdminCall call = ask(body);
    assertEquals(400, call.answerOrNull().status());
    assertTrue(call.answerOrNull().json().startsWith("{\"error\":\""), call.answerOrNull()::json);
    assertTrue(containerd.asked.isEmpty());
  }

  @Test
  void aListHasAnEnd() {
    String list = "\"a\",".repeat(PullLimits.REFERENCES_MAX);
    assertEquals(400, ask("[" + list + "\"a\"]").answerOrNull().status());
    assertNull(ask("[" + list.substring(0, list.length() - 1) + "]").answerOrNull());
  }

  @Test
  void soManyAtOnceSoManyWaitAndMoreAreToldToComeAgain() throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    containerd.story = go::await;
    List<AdminCall> calls = new ArrayList<>();
    int places = PullLimits.REQUESTS_AT_ONCE + PullLimits.REQUESTS_WAITING;
    for (int i = 0; i < places; i++) {
      calls.add(ask("[\"debian\"]"));
      assertNull(calls.get(i).answerOrNull());
    }
    assertEquals(429, ask("[\"debian\"]").answerOrNull().status());
    done.acquire();
    // One that waits and is not wanted any more makes room.
    calls.remove(places - 1).cancel();
    calls.add(ask("[\"debian\"]"));
    go.countDown();
    done.acquire(places);
    calls.forEach(call -> assertEquals(200, call.answerOrNull().status()));
  }

  @Test
  void whatIsCancelledEnds() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    containerd.story =
        () -> {
          begun.countDown();
          new CountDownLatch(1).await();
        };
    AdminCall call = ask("[\"debian\"]");
    begun.await();
    call.cancel();
    done.acquire();
    assertEquals(500, call.answerOrNull().status());
  }

  @Test
  void onlyTheTokenOpens() throws IOException {
    assertTrue(desk.allows("Bearer " + TOKEN));
    assertTrue(desk.allows("bearer  " + TOKEN));
    for (String other : new String[] {null, "", "Bearer", "Bearer ", TOKEN, "Basic " + TOKEN}) {
      assertFalse(desk.allows(other), other);
    }
    assertFalse(desk.allows("Bearer " + TOKEN + "0"));
    assertFalse(desk.allows("Bearer " + TOKEN.substring(1)));
    String next = "fedcba9876543210";
    Files.writeString(tokenFile, next);
    assertTrue(desk.allows("Bearer " + next));
    assertFalse(desk.allows("Bearer " + TOKEN));
    Files.delete(tokenFile);
    assertFalse(desk.allows("Bearer " + next));
  }

  @Test
  void aTokenHasALength() throws IOException {
    String longest = "x".repeat(PullLimits.TOKEN_BYTES_MAX);
    Files.writeString(tokenFile, longest + "\n");
    assertTrue(new AdminToken(tokenFile).isIn("Bearer " + longest));
    for (String bad : List.of(TOKEN.substring(1), longest + "x", "two words of 16 c")) {
      Files.writeString(tokenFile, bad);
      String message =
          assertThrows(StartupException.class, () -> new AdminToken(tokenFile)).getMessage();
      assertTrue(message.contains("a token is one word of 16 to 1024"), message);
      assertFalse(message.contains(bad), message);
    }
  }
}
