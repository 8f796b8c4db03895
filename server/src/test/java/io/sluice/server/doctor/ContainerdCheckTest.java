package io.sluice.server.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.doctor.Finding.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerdCheckTest {
  private static final Path CERTIFICATES = Path.of("/etc/containerd/certs.d");

  @TempDir Path directory;

  private List<Finding> findings(String text) throws IOException {
    Path file = directory.resolve("config.toml");
    Files.writeString(file, text);
    return new ContainerdCheck(file, CERTIFICATES).findings();
  }

  private static List<Outcome> outcomes(List<Finding> findings) {
    return findings.stream().map(Finding::outcome).toList();
  }

  @Test
  void version1() throws IOException {
    assertEquals(
        List.of(Outcome.OK, Outcome.OK, Outcome.OK),
        outcomes(findings("[plugins.cri.registry]\nconfig_path = \"/etc/containerd/certs.d\"\n")));
  }

  @Test
  void version2() throws IOException {
    List<Finding> findings =
        findings(
            """
            version = 2
            [plugins."io.containerd.grpc.v1.cri".registry]
              config_path = "/etc/containerd/certs.d:/etc/docker/certs.d"
            [plugins."io.containerd.grpc.v1.cri".containerd]
              discard_unpacked_layers = true
            """);
    assertEquals(List.of(Outcome.OK, Outcome.WARN, Outcome.OK), outcomes(findings));
    assertTrue(
        findings.get(1).text().contains("[plugins.\"io.containerd.grpc.v1.cri\".containerd]"),
        findings::toString);
  }

  @Test
  void version3() throws IOException {
    String text =
        """
        version = 3
        [plugins.'io.containerd.cri.v1.images']
          discard_unpacked_layers = false
          use_local_image_pull = true
        [plugins.'io.containerd.cri.v1.images'.registry]
          config_path = '/etc/containerd/certs.d'
        """;
    assertEquals(List.of(Outcome.OK, Outcome.OK, Outcome.OK), outcomes(findings(text)));
    List<Finding> findings =
        findings(text.replace("= false", "= true").replace("pull = true", "pull = false"));
    assertEquals(List.of(Outcome.OK, Outcome.WARN, Outcome.WARN), outcomes(findings));
    assertTrue(
        findings
            .get(2)
            .text()
            .endsWith(
                "set it to true in [plugins.'io.containerd.cri.v1.images'] and restart"
                    + " containerd."),
        findings::toString);
  }

  @Test
  void whereContainerdDoesNotLook() throws IOException {
    Path file = directory.resolve("config.toml");
    assertEquals(
        "config_path is not set in "
            + file
            + ", and then only the newest containerd looks for hosts.toml; set config_path ="
            + " \"/etc/containerd/certs.d\" in [plugins.\"io.containerd.grpc.v1.cri\".registry] and"
            + " restart containerd.",
        findings("version = 2\n").get(0).text());
    assertTrue(
        findings(
                "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".registry]\n"
                    + "config_path = \"/elsewhere\"\n")
            .get(0)
            .text()
            .startsWith(
                "containerd looks in /elsewhere, and configure writes to /etc/containerd/certs.d;"
                    + " give it --containerd-registry-config-path=/elsewhere, or set "),
        "another directory");
    assertTrue(
        findings(
                "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".registry.mirrors.a]\n"
                    + "endpoint = [\"b\"]\n")
            .get(0)
            .text()
            .startsWith("registry.mirrors is set in " + file),
        "old mirrors");
  }

  @Test
  void importsComeAfterwards() throws IOException {
    Files.createDirectory(directory.resolve("conf.d"));
    Files.writeString(
        directory.resolve("conf.d/10.toml"),
        "[plugins.'io.containerd.cri.v1.images']\ndiscard_unpacked_layers = true\n");
    Files.writeString(
        directory.resolve("conf.d/20.toml"),
        "[plugins.'io.containerd.cri.v1.images']\nuse_local_image_pull = true\n");
    Files.writeString(directory.resolve("conf.d/30.other"), "not TOML");
    String plugin =
        "[plugins.'io.containerd.cri.v1.images'.registry]\n"
            + "config_path = '/etc/containerd/certs.d'\n";
    // Merged in containerd 2, replaced as a whole before.
    assertEquals(
        List.of(Outcome.OK, Outcome.WARN, Outcome.OK),
        outcomes(findings("version = 3\nimports = ['conf.d/*.toml']\n" + plugin)));
    assertEquals(
        List.of(Outcome.WARN, Outcome.OK, Outcome.OK),
        outcomes(findings("version = 2\nimports = ['conf.d/*.toml']\n" + plugin)));
  }

  @Test
  void importsOfEachOtherEnd() throws IOException {
    assertEquals(3, findings("version = 3\nimports = ['config.toml', 'none/*']\n").size());
  }

  @Test
  void whatCannotBeReadIsSaid() throws IOException {
    Finding broken = findings("version = \n").get(0);
    assertEquals(Outcome.FAIL, broken.outcome());
    assertTrue(broken.text().contains("config.toml, line 1, column 11: not TOML ("), broken.text());
    Path none = directory.resolve("none.toml");
    assertEquals(
        none
            + " does not exist here, so what containerd is set to is not known; mount it, or say"
            + " where it is with --containerd-config.",
        new ContainerdCheck(none, CERTIFICATES).findings().get(0).text());
  }
}
