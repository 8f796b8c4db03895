package io.sluice.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** Sources look as google-java-format leaves them. */
class FormatTest {
  @Test
  void sourcesAreFormatted() {
    List<String> arguments = new ArrayList<>(List.of("--dry-run"));
    for (Path file : Sources.all()) {
      arguments.add(file.toString());
    }
    StringWriter changed = new StringWriter();
    StringWriter problems = new StringWriter();
    ToolProvider formatter = ToolProvider.findFirst("google-java-format").orElseThrow();
    formatter.run(
        new PrintWriter(changed), new PrintWriter(problems), arguments.toArray(String[]::new));
    assertEquals("", problems.toString());
    assertEquals("", changed.toString(), "not formatted; run scripts/format");
  }
}
