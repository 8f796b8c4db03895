package io.sluice.perf.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataLockTest {
  @TempDir private Path directory;

  @Test
  void aSecondRunIsRefusedUntilTheFirstHasEnded() throws IOException {
    try (DataLock _ = DataLock.of(directory)) {
      IOException refused = assertThrows(IOException.class, () -> DataLock.of(directory));
      assertTrue(refused.getMessage().contains("--data"), refused.getMessage());
    }
    DataLock.of(directory).close();
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(List.of(), left.toList());
    }
  }
}
