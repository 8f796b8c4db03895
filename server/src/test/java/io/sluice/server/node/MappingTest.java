package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MappingTest {
  @Test
  void readsWhereAFileIsMapped() {
    String line = "7ffbcd080000-7ffbcd16b000 r--p 01680000 fe:00 9978279    /opt/a b/libjvm.so";
    assertEquals(new Mapping(0x7ffbcd080000L, 0xeb000, "/opt/a b/libjvm.so"), Mapping.parse(line));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7ffb98000000-7ffb9864a000 rw-p 00000000 00:00 0 ",
        "7fff8a1d0000-7fff8a1f1000 rw-p 00000000 00:00 0                          [stack]",
        "7f0000000000-7f0000001000 rw-s 10000000 00:0f 2083      anon_inode:[io_uring]",
        "7f0000000000-7f0000001000 rw-s 00000000 00:01 7         /dev/zero",
        "7f0000000000-7f0000001000 r--s 00000000 fe:00 7         /tmp/gone (deleted)",
      })
  void whatCannotBeReadAgainIsNoMapping(String line) {
    assertNull(Mapping.parse(line));
  }
}
