package io.sluice.server.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One container of {@code deploy/daemonset.yaml}, as far as a test runs it. */
final class PodTemplate {
  private static final long MIB = 1L << 20;
  private static final Pattern MOUNT =
      Pattern.compile("- name: (\\S+)\\n +mountPath: (\\S+)(\\n +readOnly: true)?");
  private static final Pattern HOST_PATH =
      Pattern.compile("- name: (\\S+)\\n +hostPath:\\n +path: (\\S+)");

  private final String container;
  private final String volumes;

  private PodTemplate(String container, String volumes) {
    this.container = container;
    this.volumes = volumes;
  }

  /** Reads the container called {@code name}. */
  static PodTemplate read(Path file, String name) throws IOException {
    String text = Files.readString(file);
    String indent = "\n        - name: ";
    int start = text.indexOf(indent + name + "\n          image:");
    int volumes = text.indexOf("\n      volumes:");
    int end = volumes;
    for (String mark : List.of(indent, "\n      containers:")) {
      int at = text.indexOf(mark, start + 1);
      end = at > 0 ? Math.min(end, at) : end;
    }
    return new PodTemplate(text.substring(start, end), text.substring(volumes));
  }

  /** What follows the image's entry point. */
  List<String> arguments() {
    return list("args");
  }

  /** What runs before the container is told to stop. */
  List<String> preStop() {
    return list("command");
  }

  private List<String> list(String key) {
    List<String> values = new ArrayList<>();
    Matcher matcher =
        Pattern.compile("\\n( +)" + key + ":\\n((?:\\1  - .*\\n)+)").matcher(container + "\n");
    if (!matcher.find()) {
      throw new AssertionError("no " + key + " in " + container);
    }
    for (String line : matcher.group(2).lines().toList()) {
      values.add(line.strip().substring(2).replace("\"", ""));
    }
    return values;
  }

  long memoryLimitBytes() {
    Matcher matcher = Pattern.compile("limits:\\n +memory: (\\d+)Mi").matcher(container);
    if (!matcher.find()) {
      throw new AssertionError("no limit in " + container);
    }
    return Long.parseLong(matcher.group(1)) * MIB;
  }

  boolean says(String setting) {
    return container.contains(setting);
  }

  /** Where which of the node's paths is, and whether it can be written to there. */
  Map<String, Mount> mounts() {
    Map<String, String> paths = new LinkedHashMap<>();
    HOST_PATH.matcher(volumes).results().forEach(r -> paths.put(r.group(1), r.group(2)));
    Map<String, Mount> mounts = new LinkedHashMap<>();
    MOUNT
        .matcher(container)
        .results()
        .forEach(
            r ->
                mounts.put(
                    r.group(1), new Mount(paths.get(r.group(1)), r.group(2), r.group(3) != null)));
    return mounts;
  }

  /** A path of the node in the container. */
  record Mount(String source, String target, boolean readOnly) {}
}
