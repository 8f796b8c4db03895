package io.sluice.perf.footprint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassListTest {
  @TempDir private Path directory;

  @Test
  void aClassKeepsItsNumberInOneListOnly() throws IOException {
    Path one = Files.write(directory.resolve("one"), List.of("# a", "a/B id: 0", "a/C id: 1"));
    Path other =
        Files.write(
            directory.resolve("other"),
            List.of("# a", "a/C id: 0", "a/D id: 1", "@lambda-proxy a/C run ()V"));
    ClassList list = ClassList.read(one);
    list.add(ClassList.read(other));
    list.write(one);
    assertEquals(
        List.of("# a", "a/B id: 0", "a/C id: 1", "a/D", "@lambda-proxy a/C run ()V"),
        Files.readAllLines(one));
  }
}
