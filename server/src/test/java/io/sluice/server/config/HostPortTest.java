package io.sluice.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
  @ParameterizedTest
  @CsvSource({
    ":5000, '', 5000",
    "127.0.0.1:0, 127.0.0.1, 0",
    "[::1]:65535, ::1, 65535",
    "[fe80::1%eth0]:5000, fe80::1%eth0, 5000",
    "node-2.sluice_test:5000, node-2.sluice_test, 5000"
  })
  void readsAndWritesAddresses(String text, String host, int port) {
    HostPort address = HostPort.parse(text);
    assertEquals(new HostPort(host, port), address);
    assertEquals(text, address.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5000",
        "localhost",
        "localhost:",
        ":65536",
        ":-1",
        ":+1",
        ":5 0",
        ":1e3",
        "::1:5000",
        "[::1]",
        "[::1",
        "[node]:1",
        "no de:1",
        "http://node:1",
        "node:1/",
        "a:٣"
      })
  void refusesTheRestWithAnExample(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> HostPort.parse(text));
    assertTrue(e.getMessage().contains("for example :5000"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {253, 254})
  void boundsTheHostName(int length) {
    String text = "a".repeat(length) + ":1";
    if (length <= 253) {
      assertEquals(1, HostPort.parse(text).port());
    } else {
      assertThrows(IllegalArgumentException.class, () -> HostPort.parse(text));
    }
  }

  @ParameterizedTest
  @CsvSource({
    ":5000, :5000, true",
    ":5000, 127.0.0.1:5000, true",
    "0.0.0.0:5000, 10.0.0.1:5000, true",
    "[::]:5000, 10.0.0.1:5000, true",
    "node:5000, NODE:5000, true",
    "10.0.0.1:5000, 10.0.0.2:5000, false",
    ":5000, :5001, false",
    ":0, :0, false"
  })
  void knowsWhichAddressesCollide(String one, String other, boolean collides) {
    assertEquals(collides, HostPort.parse(one).collidesWith(HostPort.parse(other)));
    assertEquals(collides, HostPort.parse(other).collidesWith(HostPort.parse(one)));
  }
}
