package io.sluice.perf.contender;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class FioTest {
  @Test
  void theReadFiguresAreTakenNotTheWriteFigures() throws IOException {
    String output =
        """
        fio: a warning
        {
          "fio version" : "fio-3.33",
          "global options" : { "rw" : "read" },
          "jobs" : [
            { "jobname" : "a",
              "read" : { "io_bytes" : 4294967296, "bw_bytes" : 3221225472, "bw" : 3145728 },
              "write" : { "io_bytes" : 0, "bw_bytes" : 0 } }
          ]
        }
        """;
    assertEquals(new Fio.Reading(4L << 30, 3L << 30), Fio.parse(output));
    assertEquals(3.0, Fio.parse(output).gibPerSecond());
  }

  @Test
  void outputWithoutFiguresIsRefused() {
    assertThrows(IOException.class, () -> Fio.parse("{\"jobs\":[]}"));
    assertThrows(IOException.class, () -> Fio.parse("fio: failed"));
  }
}
