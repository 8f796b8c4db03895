package io.sluice.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every request of the fuzzers' seeds, split at every byte, means the same as whole. */
class SplitRequestTest {
  private static List<byte[]> corpus() throws IOException, URISyntaxException {
    Path seeds =
        Path.of(SplitRequestTest.class.getResource("RequestFuzzTestInputs/request").toURI());
    List<byte[]> corpus = new ArrayList<>();
    try (var files = Files.list(seeds)) {
      for (Path file : files.sorted().toList()) {
        corpus.add(Files.readAllBytes(file));
      }
    }
    return corpus;
  }

  @Test
  void splitAtEveryByteARequestMeansTheSame() throws Exception {
    List<byte[]> corpus = corpus();
    assertTrue(corpus.size() > 20);
    for (byte[] request : corpus) {
      int whole = HeadScanner.scan(Text.memory(request), 0, request.length, 0);
      String meaning = meaning(request, whole);
      for (int split = 0; split <= request.length; split++) {
        int length = scanInTwo(request, split);
        assertEquals(whole, length);
        assertEquals(meaning, meaning(request, length));
      }
    }
  }

  /** The first scan sees memory that ends at the split, so it cannot have looked further. */
  private static int scanInTwo(byte[] request, int split) {
    MemorySegment whole = Text.memory(request);
    int first = HeadScanner.scan(whole.asSlice(0, split), 0, split, 0);
    return first != 0 ? first : HeadScanner.scan(whole, 0, request.length, split);
  }

  private static String meaning(byte[] request, int length) {
    if (length <= 0) {
      return "scanned " + length;
    }
    MemorySegment memory = Text.memory(request).asSlice(0, length);
    RequestHead head = new RequestHead();
    int status = head.parse(memory, 0, length);
    if (status != 0) {
      return status + " " + head.problem();
    }
    RegistryTarget target = new RegistryTarget();
    int kind = target.parse(memory, head);
    return head.method()
        + " "
        + head.keepAlive()
        + " "
        + ReferenceTarget.of(kind, target, memory)
        + " "
        + target.problem();
  }
}
