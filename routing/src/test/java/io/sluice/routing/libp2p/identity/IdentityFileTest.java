package io.sluice.routing.libp2p.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityFileTest {
  @TempDir private Path directory;

  @Test
  void aNodeIsTheSameAfterARestart() throws IOException {
    Path data = directory.resolve("not").resolve("there");
    PeerId id = IdentityFile.openOrCreate(data).id();
    assertEquals(id, IdentityFile.openOrCreate(data).id());
    Path file = data.resolve(IdentityFile.NAME);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    List<String> lines = Files.readAllLines(file);
    assertEquals("-----BEGIN PRIVATE KEY-----", lines.getFirst());
    assertEquals("-----END PRIVATE KEY-----", lines.getLast());
    assertEquals(List.of(IdentityFile.NAME), names(data), "nothing is left behind");
  }

  /** What Go's x509 and pem packages write of the specification's example, as Spegel does. */
  @Test
  void aFileOfSpegelIsRead() throws IOException {
    write(
        """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIH4IMGF8Sn3oOSXfsmlFVrEpNsR3oOH+suFI7J2mD+59
        -----END PRIVATE KEY-----
        """,
        "rw-------");
    assertEquals(
        "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq",
        IdentityFile.openOrCreate(directory).id().toString());
  }

  @Test
  void whoIsFirstMakesTheKeyForAll() {
    List<PeerId> ids =
        IntStream.range(0, 16)
            .parallel()
            .mapToObj(
                i -> {
                  try {
                    return IdentityFile.openOrCreate(directory).id();
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                })
            .distinct()
            .toList();
    assertEquals(1, ids.size());
  }

  @Test
  void aKeyThatAllCanReadIsRefused() throws IOException {
    IdentityFile.openOrCreate(directory);
    Path file = directory.resolve(IdentityFile.NAME);
    for (String permissions : new String[] {"rw----r--", "rw-----w-", "rw-r--r--"}) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
      assertRefused("chmod 600");
    }
    // A volume of a pod belongs to its group.
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
    IdentityFile.openOrCreate(directory);
  }

  @Test
  void otherFilesAreRefusedWithARemedy() throws Exception {
    for (String text : new String[] {"", "nonsense", "-----BEGIN PRIVATE KEY-----\n"}) {
      write(text, "rw-------");
      assertRefused("remove it");
    }
    byte[] rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate().getEncoded();
    write(
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(rsa)
            + "\n-----END PRIVATE KEY-----\n",
        "rw-------");
    assertRefused("not an Ed25519 key");
    write("x".repeat(20_000), "rw-------");
    assertRefused("20000 bytes");
  }

  @Test
  void whatIsNoFileOrNoDirectoryIsRefusedWithARemedy() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    IOException notADirectory =
        assertThrows(IOException.class, () -> IdentityFile.openOrCreate(file));
    assertTrue(notADirectory.getMessage().contains("not a directory"), notADirectory.getMessage());
    Files.createSymbolicLink(directory.resolve(IdentityFile.NAME), directory.resolve("nowhere"));
    assertRefused("leads nowhere");
    Files.delete(directory.resolve(IdentityFile.NAME));
    Files.createDirectory(directory.resolve(IdentityFile.NAME));
    assertThrows(IOException.class, () -> IdentityFile.openOrCreate(directory));
  }

  private void assertRefused(String remedy) {
    IOException e = assertThrows(IOException.class, () -> IdentityFile.openOrCreate(directory));
    assertTrue(e.getMessage().contains(remedy), e.getMessage());
  }

  private void write(String text, String permissions) throws IOException {
    Path file = Files.writeString(directory.resolve(IdentityFile.NAME), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
