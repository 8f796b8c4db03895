package io.sluice.server.mirror;

import io.sluice.server.mirror.FileOperations.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Tells of an administrator's files for which containerd does not look at what was written. */
final class Shadows {
  private final MirrorTree tree;
  private final MirrorOptions options;
  private final Consumer<String> report;

  Shadows(MirrorTree tree, MirrorOptions options, Consumer<String> report) {
    this.tree = tree;
    this.options = options;
    this.report = report;
  }

  void tell() throws IOException {
    Set<String> mirrored = new HashSet<>();
    options.registries().forEach(registry -> mirrored.add(registry.directory()));
    List<String> others = new ArrayList<>();
    for (Path entry : tree.files.list(tree.root)) {
      String name = entry.getFileName().toString();
      boolean shadows = !mirrored.contains(name) && !name.equals(RegistryUrl.ALL.directory());
      if (shadows && tree.files.kind(entry.resolve(HostsFile.NAME)) != Kind.NONE) {
        others.add(name);
      }
    }
    if (mirrored.contains(RegistryUrl.ALL.directory()) && !others.isEmpty()) {
      report.accept(
          "not mirrored, since they have files of their own: "
              + String.join(", ", others)
              + "; to mirror them too, name them in --mirrored-registries");
    }
    for (String registry : mirrored) {
      // containerd looks for host_port_ before host:port.
      String first = registry.replace(':', '_') + "_";
      if (registry.indexOf(':') > 0 && others.contains(first)) {
        report.accept(
            tree.named(first)
                + " comes before "
                + tree.named(registry)
                + ": move it there, so that the mirror is used");
      }
    }
  }
}
