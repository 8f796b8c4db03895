package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.store.Digest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Blobs and names that change under the node's hands, and things that are no blobs. */
@Tag("kernel")
@Timeout(60)
class ChangingStoreTest {
  private static final int BIG = 6 * 1024 * 1024;
  private static final int LITTLE_RECEIVE_BUFFER = 4096;
  private static final int O_DIRECT = 0x4000;
  private static final AtomicInteger NEXT = new AtomicInteger(1000);

  @TempDir Path directory;
  private ImageLayout layout;
  private TestNode node;

  @BeforeEach
  void start() throws IOException {
    layout = new ImageLayout(directory.resolve("layout"));
    node = TestNode.start(layout, settings -> settings.loops(1));
  }

  @AfterEach
  void nothingIsLeftBehind() {
    node.awaitQuiet();
    node.close();
  }

  private static String blob(Digest digest) {
    return "/v2/x/blobs/" + digest;
  }

  private int status(Digest digest) throws IOException {
    return node.get(blob(digest)).status();
  }

  @Test
  void aBlobThatIsUnlinkedMidTransferArrivesWhole() throws IOException {
    Digest digest = layout.randomBlob(BIG);
    try (TestClient client = TestClient.connect(node.address(), LITTLE_RECEIVE_BUFFER)) {
      client.send(TestClient.request("GET", blob(digest)));
      client.readHead().expect(200);
      byte[] start = client.readBytes(100_000);
      Files.delete(layout.path(digest));
      TestNode.await("deleted", () -> status(digest) == 404);
      byte[] rest = client.readBytes(BIG - start.length);
      byte[] content = ImageLayout.random(BIG, BIG);
      assertArrayEquals(java.util.Arrays.copyOfRange(content, start.length, BIG), rest);
    }
    TestNode.await("the descriptor is closed", () -> openFiles(digest) == 0);
  }

  @Test
  void aBlobThatIsTruncatedMidTransferClosesThatConnectionOnly() throws IOException {
    Digest digest = layout.randomBlob(BIG);
    Digest other = layout.randomBlob(BIG + 1);
    try (TestClient client = TestClient.connect(node.address(), LITTLE_RECEIVE_BUFFER);
        TestClient untouched = TestClient.connect(node.address(), LITTLE_RECEIVE_BUFFER)) {
      untouched.send(TestClient.request("GET", blob(other)));
      untouched.readHead().expect(200);
      client.send(TestClient.request("GET", blob(digest)));
      client.readHead().expect(200);
      try (RandomAccessFile file = new RandomAccessFile(layout.path(digest).toFile(), "rw")) {
        file.setLength(BIG / 2 + 100);
      }
      assertTrue(client.drain() <= BIG / 2 + 100);
      assertEquals(other, ImageLayout.digestOf(untouched.readBytes(BIG + 1)));
    }
  }

  @Test
  void aBlobThatIsReplacedIsServedAnew() throws IOException {
    Digest digest = layout.randomBlob(5000);
    assertEquals(5000, node.get(blob(digest)).expect(200).body().length);
    byte[] other = ImageLayout.random(7000, 1);
    layout.put(digest, other);
    TestNode.await("the new one", () -> node.get(blob(digest)).body().length == 7000);
    assertArrayEquals(other, node.get(blob(digest)).body());
  }

  @Test
  void aBlobThatComesIsServedAndOneThatGoesIsNot() throws IOException {
    byte[] content = ImageLayout.random(9000, 9);
    Digest digest = ImageLayout.digestOf(content);
    assertEquals(404, status(digest));
    layout.blob(content);
    TestNode.await("there", () -> status(digest) == 200);
    Files.delete(layout.path(digest));
    TestNode.await("gone", () -> status(digest) == 404);
    layout.blob(content);
    TestNode.await("back", () -> status(digest) == 200);
  }

  @Test
  void aTagMovesWithTheIndex() throws IOException {
    Digest first = layout.image("acme.test/library/app:1", "first");
    layout.writeIndex();
    String manifest = "/v2/library/app/manifests/1?ns=acme.test";
    TestNode.await("there", () -> node.get(manifest).status() == 200);
    assertEquals(first.toString(), node.get(manifest).field("docker-content-digest"));
    layout.clearIndex();
    String second = layout.image("acme.test/library/app:1", "second").toString();
    layout.writeIndex();
    TestNode.await("moved", () -> second.equals(node.get(manifest).field("docker-content-digest")));
    layout.clearIndex().writeIndex();
    TestNode.await("gone", () -> node.get(manifest).status() == 404);
  }

  @Test
  void whatIsNoRegularFileIsNoBlob() throws Exception {
    Digest real = layout.randomBlob(4000);
    for (String kind : List.of("directory", "fifo", "link", "socket")) {
      Digest digest = ImageLayout.missing(NEXT.incrementAndGet());
      create(kind, layout.path(digest), layout.path(real));
      assertEquals(404, status(digest), kind);
      assertEquals(404, node.get("/v2/x/manifests/" + digest).status(), kind);
    }
    assertEquals(200, status(real));
  }

  private static void create(String kind, Path path, Path target) throws Exception {
    switch (kind) {
      case "directory" -> Files.createDirectory(path);
      case "link" -> Files.createSymbolicLink(path, target);
      case "fifo" -> assertEquals(0, exitCode("mkfifo", path.toString()));
      default -> {
        try (var socket =
            java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
          Path near = Path.of("/tmp", "s" + NEXT.incrementAndGet());
          socket.bind(java.net.UnixDomainSocketAddress.of(near));
          Files.move(near, path);
        }
      }
    }
  }

  private static int exitCode(String... command) throws IOException {
    try {
      return new ProcessBuilder(command).start().waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A directory refuses O_DIRECT, as some file systems do; that says nothing about the others. */
  @Test
  void aDirectoryInPlaceOfABlobDoesNotEndDirectReads() throws IOException {
    Digest directory = ImageLayout.missing(NEXT.incrementAndGet());
    Files.createDirectory(layout.path(directory));
    Digest before = layout.randomBlob(BIG);
    assertEquals(200, status(before));
    Assumptions.assumeTrue(openedDirect(before), "the file system refuses O_DIRECT");
    assertEquals(404, status(directory));
    Digest after = layout.randomBlob(BIG + 1);
    assertEquals(200, status(after));
    assertTrue(openedDirect(after));
  }

  /** Whether the blob, which has just been served, is open with O_DIRECT. */
  private boolean openedDirect(Digest digest) throws IOException {
    for (Path fd : descriptorsOf(digest)) {
      List<String> lines = Files.readAllLines(Path.of("/proc/self/fdinfo").resolve(fd));
      String flags = lines.stream().filter(line -> line.startsWith("flags:")).findFirst().get();
      if ((Integer.parseInt(flags.substring(6).strip(), 8) & O_DIRECT) != 0) {
        return true;
      }
    }
    return false;
  }

  private int openFiles(Digest digest) throws IOException {
    return descriptorsOf(digest).size();
  }

  private static List<Path> descriptorsOf(Digest digest) throws IOException {
    try (var fds = Files.list(Path.of("/proc/self/fd"))) {
      return fds.filter(fd -> leadsTo(fd, digest)).map(Path::getFileName).toList();
    }
  }

  private static boolean leadsTo(Path fd, Digest digest) {
    try {
      return Files.readSymbolicLink(fd).toString().contains(digest.hex());
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  @Test
  void servesFromFileSystemsThatRefuseDirectReads() throws IOException {
    Path memory = Path.of("/dev/shm");
    Assumptions.assumeTrue(Files.isWritable(memory), "no /dev/shm");
    Path root = Files.createTempDirectory(memory, "layout");
    try {
      assertServes(new ImageLayout(root.resolve("layout")));
    } finally {
      delete(root);
    }
  }

  @Test
  @Tag("root")
  void servesFromAnOverlay() throws Exception {
    Path root = Files.createDirectories(directory.resolve("overlay"));
    for (String name : List.of("lower", "upper", "work", "merged")) {
      Files.createDirectory(root.resolve(name));
    }
    Digest below = new ImageLayout(root.resolve("lower/layout")).randomBlob(BIG);
    String options =
        "lowerdir=" + root + "/lower,upperdir=" + root + "/upper,workdir=" + root + "/work";
    Path merged = root.resolve("merged");
    int mounted = exitCode("mount", "-t", "overlay", "overlay", "-o", options, merged.toString());
    Assumptions.assumeTrue(mounted == 0, "an overlay cannot be mounted here");
    try {
      ImageLayout both = new ImageLayout(merged.resolve("layout"));
      assertServes(both);
      try (TestNode overlay = TestNode.start(both)) {
        assertEquals(below, ImageLayout.digestOf(overlay.get(blob(below)).expect(200).body()));
      }
    } finally {
      // The kernel lets go of a closed ring's files a moment later.
      TestNode.await("unmounted", () -> exitCode("umount", merged.toString()) == 0);
    }
  }

  private static void assertServes(ImageLayout layout) throws IOException {
    Digest digest = layout.randomBlob(BIG - 1);
    try (TestNode elsewhere = TestNode.start(layout);
        TestClient client = elsewhere.connect()) {
      assertEquals(digest.toString(), client.digestOf(blob(digest)));
      Response part = client.get(blob(digest), "Range: bytes=4095-600000").expect(206);
      byte[] content = ImageLayout.random(BIG - 1, BIG - 1);
      assertArrayEquals(java.util.Arrays.copyOfRange(content, 4095, 600_001), part.body());
    }
  }

  private static void delete(Path tree) throws IOException {
    try (var paths = Files.walk(tree)) {
      for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
