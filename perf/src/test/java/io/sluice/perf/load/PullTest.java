package io.sluice.perf.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PullTest {
  private static final int BYTES = 1_000_003;

  @TempDir private Path directory;

  @Test
  void whatIsPulledIsAFileNamedByItsDigest() throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(new byte[BYTES]);
    String digestHex = HexFormat.of().formatHex(digest);
    try (LoopbackSender sender = new LoopbackSender(BYTES)) {
      long tookNs =
          Pull.run(sender.address(), directory, List.of(BlobRequest.whole("/", BYTES, digestHex)));
      assertTrue(tookNs > 0);
    }
    assertArrayEquals(new byte[BYTES], Files.readAllBytes(directory.resolve(digestHex)));
  }

  @Test
  void wrongBytesLeaveNothingBehind() throws Exception {
    try (LoopbackSender sender = new LoopbackSender(BYTES)) {
      List<BlobRequest> wrong = List.of(BlobRequest.whole("/", BYTES, "00"));
      assertThrows(IOException.class, () -> Pull.run(sender.address(), directory, wrong));
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(List.of(), files.toList());
    }
  }
}
