package io.sluice.server.mirror;

import io.sluice.server.mirror.FileOperations.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells where what was written does not do what one expects, for what an administrator has beside
 * it. containerd takes the first directory that exists, whatever is in it, and looks for
 * certificates by their names only where there is no {@code hosts.toml}.
 */
final class Shadows {
  private static final List<String> CERTIFICATES = List.of(".crt", ".cert", ".key");

  private final MirrorTree tree;
  private final MirrorOptions options;
  private final Consumer<String> report;

  Shadows(MirrorTree tree, MirrorOptions options, Consumer<String> report) {
    this.tree = tree;
    this.options = options;
    this.report = report;
  }

  /** Tells all of it, after {@code changes} were made. */
  void tell(List<Change> changes) throws IOException {
    Set<String> mirrored = new HashSet<>();
    options.registries().forEach(registry -> mirrored.add(registry.directory()));
    List<String> others = others(mirrored);
    if (mirrored.contains(RegistryUrl.ALL.directory()) && !others.isEmpty()) {
      report.accept(
          "not mirrored, since they have directories of their own: "
              + String.join(", ", others)
              + "; to mirror them too, name them in --mirrored-registries");
    }
    for (Change change : changes) {
      // containerd looks for host_port_ before host:port.
      String first = change.registry().replace(':', '_') + "_";
      if (change.registry().indexOf(':') > 0 && others.contains(first)) {
        report.accept(
            tree.root.resolve(first)
                + " comes before "
                + tree.root.resolve(change.registry())
                + ": move what is in it there, so that the mirror is used");
      }
      if (change.original() == null) {
        tellOfCertificates(change);
      }
    }
  }

  private List<String> others(Set<String> mirrored) throws IOException {
    List<String> others = new ArrayList<>();
    for (Path entry : tree.files.list(tree.root)) {
      String name = entry.getFileName().toString();
      Kind kind = tree.files.kind(entry);
      // No registry's name begins with an underscore.
      if (!mirrored.contains(name)
          && !name.startsWith("_")
          && (kind == Kind.DIRECTORY || kind == Kind.LINK)) {
        others.add(name);
      }
    }
    return others;
  }

  private void tellOfCertificates(Change change) throws IOException {
    List<String> names = new ArrayList<>();
    for (Path entry : tree.files.list(change.current().directory())) {
      String name = entry.getFileName().toString();
      if (CERTIFICATES.stream().anyMatch(name::endsWith)) {
        names.add(name);
      }
    }
    if (!names.isEmpty()) {
      report.accept(
          "not used beside "
              + change.current().file()
              + ", while it is there: "
              + String.join(", ", names)
              + "; name them in a hosts.toml of yours, and use --prepend-existing");
    }
  }
}
