package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.containerd.Connection;
import io.sluice.containerd.ContainerdException;
import io.sluice.containerd.ContainerdException.Kind;
import io.sluice.containerd.Content;
import io.sluice.containerd.CriStatus;
import io.sluice.containerd.Event;
import io.sluice.containerd.EventListener;
import io.sluice.containerd.Filter;
import io.sluice.containerd.Image;
import io.sluice.containerd.Ingest;
import io.sluice.server.demo.SampleImage;
import io.sluice.server.store.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client asks real containerds of several series, hears them, and outlives them. */
@Tag("root")
@Tag("containerd")
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ContainerdSeriesTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String NAME = "sluice.test/series:1";
  private static final String OTHER_NAME = "sluice.test/series:2";

  private final Heard heard = new Heard();
  private final Path directory = Workspace.scratch("series");
  private ContainerdHost host;
  private Connection connection;
  private SampleImage image;

  @AfterEach
  void stop() {
    if (connection != null) {
      connection.close();
    }
    if (host != null) {
      host.close();
    }
    Workspace.delete(directory);
  }

  private void start(ContainerdSeries series) throws ContainerdException {
    Requirement.root();
    Requirement.tools("tar");
    host = ContainerdHost.startWithCri(command -> command, series);
    connection = Connection.open(Path.of(host.socket()), TIMEOUT);
  }

  @ParameterizedTest
  @EnumSource
  void isAskedHeardAndOutlived(ContainerdSeries series) throws IOException, InterruptedException {
    start(series);
    String version = connection.version(TIMEOUT).version();
    assertTrue(version.matches("v?[12]\\..*"), version);
    connection.subscribe(List.of(), heard);
    importAndList();
    readContent();
    watchDownload();
    moveAndRemove();
    boolean ofSeries1 = version.replaceFirst("^v", "").startsWith("1.");
    assertEquals(ofSeries1, heard.seen.stream().noneMatch(ContainerdSeriesTest::isCreation));
    askCri(ofSeries1);
    restart();
  }

  private static boolean isCreation(Event event) {
    return event.change() instanceof Event.ContentCreated;
  }

  private void importAndList() throws IOException, InterruptedException {
    image = SampleImage.write(directory.resolve("layout"), NAME, 2, 2000, 1);
    host.importLayout(directory.resolve("layout"));
    heard.await(change -> change instanceof Event.ImageCreated c && c.name().equals(NAME));
    List<Image> images = new ArrayList<>();
    connection.images(ContainerdHost.NAMESPACE).list(List.of(), TIMEOUT, images::add);
    assertEquals(List.of(NAME), images.stream().map(Image::name).toList());
    assertEquals(image.manifest().digest().toString(), images.getFirst().target().digest());
    assertEquals(
        images.getFirst(),
        connection.images(ContainerdHost.NAMESPACE).get(NAME, TIMEOUT).orElseThrow());
    assertTrue(connection.images(ContainerdHost.NAMESPACE).get("none", TIMEOUT).isEmpty());
    images.clear();
    connection
        .images(ContainerdHost.NAMESPACE)
        .list(List.of(Filter.is("name", OTHER_NAME)), TIMEOUT, images::add);
    assertTrue(images.isEmpty());
    assertEquals(
        ContainerdHost.NAMESPACE, connection.namespace(ContainerdHost.NAMESPACE, TIMEOUT).name());
    assertTrue(
        connection.namespaces(TIMEOUT).stream()
            .anyMatch(space -> space.name().equals(ContainerdHost.NAMESPACE)));
    ContainerdException missing =
        assertThrows(ContainerdException.class, () -> connection.namespace("none", TIMEOUT));
    assertEquals(Kind.NAMESPACE_NOT_FOUND, missing.kind());
  }

  private void readContent() throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    connection
        .contents(ContainerdHost.NAMESPACE)
        .list(List.of(), TIMEOUT, content -> sizes.put(content.digest(), content.sizeBytes()));
    // Not all that is there: what an archive had around the image is collected at any time.
    Map<String, Long> onDisk = host.sizesByComputedDigest();
    for (Digest part : image.digests()) {
      assertNotNull(onDisk.get(part.toString()));
      assertEquals(onDisk.get(part.toString()), sizes.get(part.toString()), part::toString);
    }
    String digest = image.manifest().digest().toString();
    Content content =
        connection.contents(ContainerdHost.NAMESPACE).info(digest, TIMEOUT).orElseThrow();
    assertEquals(sizes.get(digest), content.sizeBytes());
    assertFalse(content.labels().isEmpty());
    String absent = "sha256:" + "0".repeat(64);
    assertTrue(connection.contents(ContainerdHost.NAMESPACE).info(absent, TIMEOUT).isEmpty());
  }

  private void watchDownload() throws IOException {
    List<String> words = host.ctr("content", "ingest", "--expected-size", "5000000", "download");
    Process download = new ProcessBuilder(words).redirectErrorStream(true).start();
    try (OutputStream out = download.getOutputStream()) {
      out.write(new byte[3_000_000]);
      out.flush();
      List<Ingest> seen = new ArrayList<>();
      Patience.until(
          "the download is seen to grow",
          TIMEOUT,
          () -> {
            seen.clear();
            seen.addAll(ingests());
            return seen.size() == 1 && seen.getFirst().offsetBytes() > 0;
          });
      assertTrue(seen.getFirst().ref().endsWith("download"), seen::toString);
      assertEquals(5_000_000, seen.getFirst().totalBytes());
    } finally {
      download.destroyForcibly();
    }
  }

  private List<Ingest> ingests() {
    try {
      return connection.contents(ContainerdHost.NAMESPACE).ingests(List.of(), TIMEOUT);
    } catch (ContainerdException e) {
      throw new AssertionError(e);
    }
  }

  private void moveAndRemove() throws IOException, InterruptedException {
    SampleImage other = SampleImage.write(directory.resolve("other"), OTHER_NAME, 1, 2000, 2);
    host.importLayout(directory.resolve("other"));
    Command.of(host.ctr("images", "label", NAME, "color=red")).output();
    heard.await(
        change ->
            change instanceof Event.ImageUpdated u
                && u.name().equals(NAME)
                && "red".equals(u.labels().get("color")));
    host.tag(OTHER_NAME, NAME);
    assertNotEquals(image.manifest().digest(), other.manifest().digest());
    Image moved = connection.images(ContainerdHost.NAMESPACE).get(NAME, TIMEOUT).orElseThrow();
    assertEquals(other.manifest().digest().toString(), moved.target().digest());
    host.remove(NAME);
    heard.await(change -> change instanceof Event.ImageDeleted d && d.name().equals(NAME));
    String gone = other.manifest().digest().toString();
    Command.of(host.ctr("content", "rm", gone)).output();
    heard.await(change -> change instanceof Event.ContentDeleted d && d.digest().equals(gone));
  }

  private void askCri(boolean ofSeries1) throws ContainerdException {
    CriStatus status = connection.cri().status(TIMEOUT);
    assertTrue(
        status.conditions().stream().anyMatch(c -> c.type().equals("RuntimeReady") && c.holds()));
    assertEquals(ofSeries1, status.configJson().contains("\"configPath\":"), status::configJson);
    assertEquals(ofSeries1, status.configJson().contains("\"discardUnpackedLayers\":"));
    ContainerdException failed =
        assertThrows(
            ContainerdException.class,
            () -> connection.cri().pullImage("127.0.0.1:1/no/image:1", null, TIMEOUT));
    assertTrue(failed.getMessage().contains("PullImage failed"), failed.getMessage());
  }

  private void restart() throws ContainerdException, InterruptedException {
    host.kill();
    ContainerdException lost = heard.lost.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    assertEquals(Kind.UNAVAILABLE, lost.kind());
    assertTrue(lost.isRetriable());
    assertFalse(connection.isOpen());
    assertThrows(ContainerdException.class, () -> connection.version(TIMEOUT));
    ContainerdException refused =
        assertThrows(
            ContainerdException.class,
            () -> Connection.open(Path.of(host.socket()), TIMEOUT).close());
    assertEquals(Kind.REFUSED, refused.kind());
    host.start();
    try (Connection again = Connection.open(Path.of(host.socket()), TIMEOUT)) {
      assertTrue(again.images(ContainerdHost.NAMESPACE).get(OTHER_NAME, TIMEOUT).isPresent());
    }
  }

  /** What the subscription has told. */
  private static final class Heard implements EventListener {
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final List<Event> seen = new ArrayList<>();
    private final BlockingQueue<ContainerdException> lost = new LinkedBlockingQueue<>();

    @Override
    public void onEvent(Event event) {
      events.add(event);
    }

    @Override
    public void onLost(ContainerdException cause) {
      lost.add(cause);
    }

    /** Waits for a change, be it that it was heard before. */
    void await(Predicate<Event.Change> wanted) throws InterruptedException {
      while (seen.stream().map(Event::change).noneMatch(wanted)) {
        Event next = events.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertTrue(next != null, () -> "not among what was heard: " + seen);
        seen.add(next);
      }
    }
  }
}
