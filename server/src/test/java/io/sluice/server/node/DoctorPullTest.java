package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.HostPort;
import io.sluice.server.config.Settings;
import io.sluice.server.config.StoreChoice;
import io.sluice.server.doctor.Doctor;
import io.sluice.server.doctor.Finding;
import io.sluice.server.doctor.Finding.Outcome;
import io.sluice.server.store.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The doctor asks a real node for an image. */
@Tag("kernel")
@Timeout(60)
class DoctorPullTest {
  @TempDir Path directory;

  private static Finding pull(HostPort address, Path layout, Path secret, String image) {
    Settings settings =
        Settings.builder()
            .store(new StoreChoice.OciLayout(layout))
            .registryAddr(address)
            .basicAuthFile(secret)
            .build();
    List<Finding> findings = new Doctor(settings).withPull(image).examine();
    Finding last = findings.get(findings.size() - 1);
    assertEquals("pull", last.subject());
    return last;
  }

  @Test
  void saysWhatANodeAnswers() throws IOException {
    ImageLayout layout = new ImageLayout(directory.resolve("layout"));
    Digest digest = layout.image("docker.io/library/app:1", "app");
    layout.writeIndex();
    Path root = layout.root();
    Path secret = Files.writeString(directory.resolve("secret"), "a:b");
    HostPort address;
    try (TestNode node = TestNode.start(layout, settings -> settings.basicAuthFile(secret))) {
      address = node.hostPort();
      Finding found = pull(address, root, secret, "app:1");
      assertEquals(Outcome.OK, found.outcome(), found::text);
      assertTrue(
          found.text().startsWith("docker.io/library/app:1 is " + digest + ", answered in "),
          found.text());
      Finding missing = pull(address, root, secret, "ghcr.io/app:1");
      assertEquals(Outcome.WARN, missing.outcome(), missing::text);
      assertTrue(missing.text().startsWith("nobody has ghcr.io/app:1 (answered in "));
      assertEquals(
          "the node wants credentials; name them with --basic-auth-file.",
          pull(address, root, null, "app:1").text());
      assertEquals(Outcome.FAIL, pull(address, root, secret, "App:1").outcome());
    }
    Finding gone = pull(address, root, secret, "app:1");
    assertEquals(Outcome.FAIL, gone.outcome());
    assertTrue(gone.text().startsWith("no node answers at " + address + " ("), gone.text());
  }
}
