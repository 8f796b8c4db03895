package io.sluice.server.mirror;

import io.sluice.server.config.BasicAuth;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A configuration to be written into a tree, and what was reported meanwhile. */
final class MirrorFixture {
  final Path root;
  final List<String> reports = new ArrayList<>();
  List<String> registries = List.of();
  List<String> targets = List.of("http://127.0.0.1:5000");
  boolean resolveTags = true;
  boolean prependExisting;
  BasicAuth basicAuth;
  FileOperations files = new DiskFiles();

  MirrorFixture(Path root) {
    this.root = root;
  }

  MirrorOptions options() {
    return MirrorOptions.of(
        root, registries, targets, resolveTags, prependExisting, Optional.ofNullable(basicAuth));
  }

  void configure() {
    reports.clear();
    new MirrorConfiguration(files, reports::add).configure(options());
  }

  void cleanUp() {
    reports.clear();
    new MirrorConfiguration(files, reports::add).cleanUp(root);
  }

  String reported() {
    return String.join("\n", reports);
  }
}
