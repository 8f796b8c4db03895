package io.sluice.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sluice.server.config.Setting;
import io.sluice.server.config.SettingsReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read without picocli means the same with it, and nothing else is. */
class PlainServeTest {
  private static final UnaryOperator<String> ENVIRONMENT =
      Map.of("HOME", "/home/somebody", "METRICS_ADDR", ":6002")::get;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "serve",
        "serve --registry-addr :6000",
        "serve --registry-addr=:6000 --store oci:/images",
        "serve --store=oci:/images=1 --log-level WARN --loops 2",
        "serve --mirrored-registries docker.io acme.test --registry-filters :latest$ --loops 1",
        "serve --containerd-namespace=moby k8s.io --registry-filters a{1,2} b",
        "serve --static-peers a:1,b:2 --metrics-addr [::1]:7000 --transfer-memory 64MiB",
      })
  void meansTheSameAsWithPicocli(String line) {
    String[] args = line.split(" ");
    Map<Setting, String> plain = PlainServe.read(args);
    assertNotNull(plain);
    assertEquals(
        CommandLineReader.readWithPicocli(ENVIRONMENT, args),
        new Command.Serve(SettingsReader.read(plain, ENVIRONMENT)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "doctor",
        "version --format json",
        "--log-level WARN serve",
        "serve --help",
        "serve extra",
        "serve --registry-addr",
        "serve --registry-addr=",
        "serve --registry-addr --store",
        "serve --registry-adr :1",
        "serve --loops 1 --loops 2",
        "serve --registry-filters a @file",
        "serve --registry-filters a --registry-filters b",
        "serve --store @file",
        "serve --store \"oci:/images\"",
        "serve @file",
      })
  void everythingElseIsLeftToPicocli(String line) {
    assertNull(PlainServe.read(line.isEmpty() ? new String[0] : line.split(" ")));
  }

  @Test
  void knowsEveryFlag() {
    List<String> args = new ArrayList<>(List.of("serve"));
    for (Setting setting : Setting.values()) {
      args.add(setting.flag());
      args.add("value");
    }
    Map<Setting, String> plain = PlainServe.read(args.toArray(String[]::new));
    assertNotNull(plain);
    assertEquals(Setting.values().length, plain.size());
  }
}
