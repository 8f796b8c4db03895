package io.sluice.server.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryUrlTest {
  @ParameterizedTest
  @CsvSource({
    "https://docker.io, docker.io, https://registry-1.docker.io",
    "http://docker.io, docker.io, http://docker.io",
    "HTTPS://ghcr.io, ghcr.io, https://ghcr.io",
    "http://foo.bar:5000, foo.bar:5000, http://foo.bar:5000",
    "http://127.0.0.1:30020, 127.0.0.1:30020, http://127.0.0.1:30020",
    "http://[fd00::1]:5000, [fd00::1]:5000, http://[fd00::1]:5000",
    "http://fd00::1:5000, [fd00::1]:5000, http://[fd00::1]:5000",
    "http://[fd00::1], [fd00::1], http://[fd00::1]",
    "http://localhost, localhost, http://localhost",
  })
  void readsAddresses(String text, String directory, String server) {
    RegistryUrl url = RegistryUrl.parse(text);
    assertEquals(directory, url.directory());
    assertEquals(server, url.server());
  }

  @Test
  void allRegistriesHaveTwoNames() {
    assertEquals(RegistryUrl.ALL, RegistryUrl.parse("_default"));
    assertEquals(RegistryUrl.ALL, RegistryUrl.parse("*"));
    assertEquals("_default", RegistryUrl.ALL.directory());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "docker.io|the scheme is not http or https",
        "ftp://docker.io|the scheme is not http or https",
        "https://docker.io/|an address has no path here",
        "https://docker.io/library|an address has no path here",
        "https://docker.io?a=b|an address has no query here",
        "https://docker.io#a|an address has no fragment here",
        "https://a:b@docker.io|an address has no user here",
        "https://|not a host name",
        "https://..|not a host name",
        "https://.hidden|not a host name",
        "https://_backup|not a host name",
        "https://a b|not a host name",
        "https://docker.io:0|a port is 1 to 65535",
        "https://docker.io:65536|a port is 1 to 65535",
        "https://docker.io:|a port is 1 to 65535",
        "https://[docker.io]:80|not an IPv6 address",
        "https://[::1/]|an address has no path here",
      })
  void saysWhatIsWrong(String text, String problem) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> RegistryUrl.parse(text)).getMessage();
    assertTrue(message.startsWith(problem + ", ") || message.startsWith(problem + "; "), message);
    assertTrue(message.endsWith("for example https://docker.io or http://127.0.0.1:5000"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "65535"})
  void portsAtTheEdge(String port) {
    assertEquals("a:" + port, RegistryUrl.parse("http://a:" + port).directory());
  }
}
