package io.sluice.server.doctor;

import io.sluice.server.config.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Whether containerd asks the mirror, and keeps what others may want. */
final class ContainerdCheck {
  private static final String CONFIGURATION = "containerd";
  private static final String MIRRORS = "mirrors";
  private static final String LAYERS = "layers";
  private static final String PULL = "local pull";
  private static final String PLUGIN_1 = "[plugins.\"io.containerd.grpc.v1.cri\"";
  private static final String PLUGIN_2 = "[plugins.'io.containerd.cri.v1.images'";

  private final Path file;
  private final Path certificates;

  /**
   * Looks at one containerd.
   *
   * @param file its configuration
   * @param certificates where {@code configure} writes
   */
  ContainerdCheck(Path file, Path certificates) {
    this.file = file;
    this.certificates = certificates;
  }

  /** All that there is to say. */
  List<Finding> findings() {
    if (Files.notExists(file)) {
      return List.of(
          Finding.warn(
              CONFIGURATION,
              file
                  + " does not exist here, so what containerd is set to is not known; mount it, or"
                  + " say where it is with --containerd-config."));
    }
    try {
      ContainerdSettings settings = ContainerdSettings.read(file);
      return List.of(mirrors(settings), layers(settings), pull(settings));
    } catch (StartupException e) {
      return List.of(Finding.fail(CONFIGURATION, e.getMessage()));
    } catch (IOException e) {
      return List.of(
          Finding.warn(
              CONFIGURATION,
              e.getMessage()
                  + " cannot be read, so what containerd is set to is not known; run doctor as a"
                  + " user who may, such as root."));
    }
  }

  private Finding mirrors(ContainerdSettings settings) {
    String path = settings.configPath();
    String remedy =
        "set config_path = \""
            + certificates
            + "\" in "
            + section(settings, ".registry]")
            + " and restart containerd.";
    if (settings.hasOldMirrors()) {
      return Finding.warn(
          MIRRORS,
          "registry.mirrors is set in "
              + file
              + ", and with it containerd does not look for hosts.toml; remove it, "
              + remedy);
    }
    if (path == null || path.isEmpty()) {
      return Finding.warn(
          MIRRORS,
          "config_path is not set in "
              + file
              + ", and then only the newest containerd looks for"
              + " hosts.toml; "
              + remedy);
    }
    if (Arrays.stream(path.split(":")).noneMatch(each -> Path.of(each).equals(certificates))) {
      return Finding.warn(
          MIRRORS,
          "containerd looks in "
              + path
              + ", and configure writes to "
              + certificates
              + "; give it --containerd-registry-config-path="
              + path.split(":")[0]
              + ", or "
              + remedy);
    }
    return Finding.ok(MIRRORS, "containerd looks in " + path);
  }

  private Finding layers(ContainerdSettings settings) {
    if (settings.discardsLayers()) {
      return Finding.warn(
          LAYERS,
          "containerd removes layers once they are unpacked (discard_unpacked_layers), so that"
              + " there is little to serve; set it to false in "
              + section(settings, settings.isOfContainerd2() ? "]" : ".containerd]")
              + ", restart containerd and pull the images again.");
    }
    return Finding.ok(LAYERS, "containerd keeps them");
  }

  private Finding pull(ContainerdSettings settings) {
    if (settings.isOfContainerd2() && !settings.pullsLocally()) {
      return Finding.warn(
          PULL,
          "use_local_image_pull is not set in "
              + file
              + "; containerd 2.1 and later then pull in another way, which has been seen to pass"
              + " mirrors by: if pods do, set it to true in "
              + section(settings, "]")
              + " and restart containerd.");
    }
    return Finding.ok(PULL, "as mirrors need it");
  }

  private static String section(ContainerdSettings settings, String end) {
    return (settings.isOfContainerd2() ? PLUGIN_2 : PLUGIN_1) + end;
  }
}
