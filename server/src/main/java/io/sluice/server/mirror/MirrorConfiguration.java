package io.sluice.server.mirror;

import io.sluice.server.config.StartupException;
import io.sluice.server.mirror.FileOperations.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Writes containerd's mirror configuration, and takes it back. Nothing that was there is lost:
 * files of an administrator are kept and restored, edits are kept too, and files beside are not
 * touched. A crash leaves each file old or new, and doing either again heals the rest.
 */
public final class MirrorConfiguration {
  private static final String HEALS =
      "running configure again, or cleanup, heals what is half done";

  private final FileOperations files;
  private final Consumer<String> report;

  /** Works on the real file system, and hands each thing that it does to {@code report}. */
  public MirrorConfiguration(Consumer<String> report) {
    this(new DiskFiles(), report);
  }

  MirrorConfiguration(FileOperations files, Consumer<String> report) {
    this.files = files;
    this.report = report;
  }

  /**
   * Writes the configuration that {@code options} ask for, in place of what was written before.
   *
   * @throws StartupException with one sentence, if that is not possible; each file is then as it
   *     was, or as it should be
   */
  public void configure(MirrorOptions options) {
    try {
      int levels = makeRoot(options.configPath());
      boolean done = false;
      try {
        configure(options, levels);
        done = true;
      } finally {
        if (!done) {
          removeRoot(options.configPath(), levels);
        }
      }
    } catch (IOException e) {
      throw FileTrouble.of(e, HEALS);
    }
  }

  private void configure(MirrorOptions options, int levelsMade) throws IOException {
    MirrorTree tree = new MirrorTree(files, files.realDirectory(options.configPath()));
    TreeLock.holding(
        tree.root,
        () -> {
          new SpegelTree(tree, report).takeOver();
          Manifest manifest = tree.manifest();
          manifest.levelsMade(manifest.levelsMade() + levelsMade);
          new Changes(tree, options, manifest, report).apply();
        });
  }

  /**
   * Restores what was there before the first {@link #configure}, also before Spegel.
   *
   * @throws StartupException with one sentence, if that is not possible
   */
  public void cleanUp(Path configPath) {
    try {
      if (files.kind(configPath) == Kind.NONE) {
        report.accept("there is no " + configPath + ", and so nothing to restore");
        return;
      }
      MirrorTree tree = new MirrorTree(files, files.realDirectory(configPath));
      TreeLock.holding(tree.root, () -> restoreAll(tree, configPath));
    } catch (IOException e) {
      throw FileTrouble.of(e, HEALS);
    }
  }

  private void restoreAll(MirrorTree tree, Path configPath) throws IOException {
    new SpegelTree(tree, report).takeOver();
    Manifest manifest = tree.manifest();
    Release release = new Release(tree, report);
    for (String registry : manifest.registries()) {
      release.restore(registry, manifest);
    }
    // What was kept before a crash kept it from being written down.
    if (files.kind(tree.originals()) == Kind.DIRECTORY) {
      for (Path kept : files.list(tree.originals())) {
        release.restore(kept.getFileName().toString(), manifest);
      }
    }
    tree.removeState(new Manifest());
    removeRoot(configPath, manifest.levelsMade());
  }

  /** Makes the directory and those above it, as far as they are missing; how many these were. */
  private int makeRoot(Path directory) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    Path at = directory.toAbsolutePath();
    while (at != null && files.kind(at) == Kind.NONE) {
      missing.push(at);
      at = at.getParent();
    }
    for (Path path : missing) {
      files.makeDirectory(path);
      files.sync(path.getParent());
    }
    return missing.size();
  }

  private void removeRoot(Path directory, int levels) throws IOException {
    Path at = directory.toAbsolutePath();
    for (int i = 0; i < levels && at != null; i++) {
      if (files.kind(at) != Kind.DIRECTORY || !files.list(at).isEmpty()) {
        return;
      }
      files.delete(at);
      at = at.getParent();
      files.sync(at);
    }
  }
}
