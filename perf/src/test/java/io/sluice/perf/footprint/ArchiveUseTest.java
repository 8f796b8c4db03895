package io.sluice.perf.footprint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchiveUseTest {
  private static final String ARCHIVED =
      "[0.025s][info][class,load] java.util.List source: shared objects file";
  private static final String DYNAMIC =
      "[0.025s][info][class,load] a.B source: shared objects file (top)";
  private static final String MODULE =
      "[0.3s][info][class,load] java.util.Timer source: jrt:/java.base";
  private static final String JAR = "[0.3s][info][class,load] a.C source: file:/opt/a.jar";
  private static final String SPUN = "[0.4s][info][class,load] a.D$$Lambda/0x80 source: a.D";

  @Test
  void countsByWhereClassesCameFrom() {
    assertEquals(
        new ArchiveUse(2, 2, 1),
        ArchiveUse.of(List.of(ARCHIVED, DYNAMIC, MODULE, JAR, SPUN, "", "something else")));
  }

  @Test
  void anArchiveThatWasDroppedIsNotGood() {
    assertFalse(ArchiveUse.of(List.of(MODULE, JAR, SPUN)).good());
    assertFalse(ArchiveUse.of(List.of()).good());
  }

  @Test
  void oneClassInTwentyMayBeNew() {
    List<String> lines = new ArrayList<>(Collections.nCopies(19, ARCHIVED));
    lines.add(JAR);
    assertTrue(ArchiveUse.of(lines).good());
    lines.add(MODULE);
    assertFalse(ArchiveUse.of(lines).good());
  }

  @Test
  void whatIsMadeWhileRunningDoesNotCount() {
    List<String> lines = new ArrayList<>(Collections.nCopies(50, SPUN));
    lines.add(ARCHIVED);
    assertTrue(ArchiveUse.of(lines).good());
  }
}
