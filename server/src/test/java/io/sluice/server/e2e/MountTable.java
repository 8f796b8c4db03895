package io.sluice.server.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The mounts of this process, as {@code /proc/self/mountinfo} lists them (proc(5)). */
final class MountTable {
  private static final int MOUNT_POINT_FIELD = 4;

  private MountTable() {}

  /** Detaches everything mounted below {@code directory}, the newest first; repeatable. */
  static void detachUnder(Path directory) {
    List<String> points = under(directory);
    for (int i = points.size() - 1; i >= 0; i--) {
      Command.of("umount", "--lazy", points.get(i)).run();
    }
  }

  /** Whether an overlay can be mounted with its layers in {@code directory}. Needs root. */
  static boolean overlayWorksIn(Path directory) {
    Path probe = directory.resolve("overlay-probe");
    try {
      for (String part : List.of("lower", "upper", "work", "merged")) {
        Files.createDirectories(probe.resolve(part));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot probe for overlay", e);
    }
    String options =
        "lowerdir=%1$s/lower,upperdir=%1$s/upper,workdir=%1$s/work".formatted(probe.toString());
    String merged = probe.resolve("merged").toString();
    boolean works =
        Command.of("mount", "-t", "overlay", "overlay", "-o", options, merged).run().exitCode()
            == 0;
    detachUnder(probe);
    Workspace.delete(probe);
    return works;
  }

  private static List<String> under(Path directory) {
    List<String> points = new ArrayList<>();
    String prefix = directory.toAbsolutePath() + "/";
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
        String point = line.split(" ")[MOUNT_POINT_FIELD].replace("\\040", " ");
        if (point.startsWith(prefix)) {
          points.add(point);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the mount table", e);
    }
    return points;
  }
}
