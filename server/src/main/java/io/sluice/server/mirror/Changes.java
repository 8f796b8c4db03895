package io.sluice.server.mirror;

import io.sluice.server.config.StartupException;
import io.sluice.server.mirror.Change.Action;
import io.sluice.server.mirror.FileOperations.Kind;
import io.sluice.server.mirror.MirrorTree.Current;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Brings a tree into the state that options ask for: all is planned before anything is touched,
 * what is there is kept before it is replaced, and all files are written beside their places before
 * the first takes its own.
 */
final class Changes {
  private static final Set<PosixFilePermission> FOR_ALL =
      PosixFilePermissions.fromString("rw-r--r--");
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final MirrorTree tree;
  private final FileOperations files;
  private final MirrorOptions options;
  private final Manifest before;
  private final Consumer<String> report;
  private final Manifest manifest;
  private final List<Change> changes = new ArrayList<>();

  Changes(MirrorTree tree, MirrorOptions options, Manifest before, Consumer<String> report) {
    this.tree = tree;
    this.files = tree.files;
    this.options = options;
    this.before = before;
    this.report = report;
    this.manifest = before.copy();
  }

  /** Does it all. */
  void apply() throws IOException {
    plan();
    Undo undo = new Undo(tree, before, changes);
    try {
      keepOriginals();
      announce();
      stage();
      undo.begun();
      commit();
      undo.done();
    } finally {
      undo.run();
    }
    settle();
    new Shadows(tree, options, report).tell(changes);
  }

  private void plan() throws IOException {
    Map<Path, String> directories = new HashMap<>();
    for (RegistryUrl registry : options.registries()) {
      String name = registry.directory();
      Current current = tree.current(name);
      tree.requireWritable(name, current);
      String other = directories.put(current.directory(), name);
      if (other != null) {
        throw new StartupException(
            tree.root.resolve(name)
                + ": leads to the same directory as "
                + tree.root.resolve(other)
                + ", and each needs a file of its own; make them two directories, or leave one out"
                + " of --mirrored-registries.");
      }
      boolean ours = current.kind() == Kind.FILE && before.isOurs(name, current.content());
      byte[] original =
          ours || current.kind() == Kind.NONE
              ? tree.originalContent(name, current.directory())
              : current.content();
      byte[] text = HostsFile.text(options, registry, existing(name, original));
      changes.add(new Change(name, current, ours, original, text));
    }
  }

  private ExistingHosts existing(String registry, byte[] original) {
    if (!options.prependExisting() || original == null) {
      return ExistingHosts.NONE;
    }
    Set<String> mirrors = new HashSet<>();
    options.targets().forEach(target -> mirrors.add(target.url()));
    String file = tree.named(registry);
    ExistingHosts existing = ExistingHosts.of(Path.of(file), original, mirrors);
    for (String host : existing.repeated()) {
      report.accept("what " + file + " said of " + host + " is left out: that is a mirror now");
    }
    if (!existing.dropped().isEmpty()) {
      report.accept(
          "left out of "
              + file
              + ", as it is about the registry itself: "
              + String.join(", ", existing.dropped()));
    }
    return existing;
  }

  /** Before the manifest says what is ours: what is kept is known to be an administrator's. */
  private void keepOriginals() throws IOException {
    for (Change change : changes) {
      if (change.action() == Action.KEEP_AND_WRITE) {
        Path moved = tree.keep(change.registry(), change.current());
        String kept =
            tree.named(change.registry())
                + (before.has(change.registry())
                    ? " was edited since it was written: the edit"
                    : " was there: it")
                + " is kept in "
                + tree.original(change.registry())
                + (moved == null ? "" : ", what was there before the edit in " + moved)
                + ", and comes back with cleanup";
        report.accept(kept + (options.prependExisting() ? "" : "; its hosts are not used"));
      }
    }
  }

  /** Before a file is in place, the manifest knows it, and still the one that it replaces. */
  private void announce() throws IOException {
    for (Change change : changes) {
      String registry = change.registry();
      boolean made = !change.current().directoryExists() || before.madeDirectory(registry);
      if (change.writes()) {
        if (change.ours()) {
          manifest.set(registry, change.current().content(), made);
        } else {
          manifest.remove(registry);
        }
        manifest.add(registry, change.text(), made);
      }
    }
    if (!manifest.isEmpty()) {
      tree.save(manifest);
    }
  }

  private void stage() throws IOException {
    for (Change change : changes) {
      if (change.writes()) {
        tree.makeDirectories(change.current().directory());
        files.write(change.temporary(), change.text(), permissions(change));
      }
    }
  }

  /** Those of what was there; credentials are for nobody else. */
  private Set<PosixFilePermission> permissions(Change change) throws IOException {
    if (options.basicAuth().isPresent()) {
      return OWNER_ONLY;
    }
    Path original = tree.original(change.registry());
    return files.kind(original) == Kind.FILE ? files.permissions(original) : FOR_ALL;
  }

  private void commit() throws IOException {
    for (Change change : changes) {
      if (change.writes()) {
        files.move(change.temporary(), change.current().file());
        files.sync(change.current().directory());
        report.accept("wrote " + change.current().file());
      } else if (change.action() == Action.LEAVE) {
        report.accept("left " + change.current().file() + ": it says the same, and is yours");
      } else if (change.action() == Action.NONE) {
        report.accept(change.current().file() + " is as it should be");
      }
    }
  }

  /** Gives back what is not mirrored any more, and forgets what was replaced. */
  private void settle() throws IOException {
    Release release = new Release(tree, report);
    Manifest settled = manifest.copy();
    Set<String> mirrored = new HashSet<>();
    for (Change change : changes) {
      mirrored.add(change.registry());
      boolean made = manifest.madeDirectory(change.registry());
      switch (change.action()) {
        case RESTORE, LEAVE -> {
          release.restore(change.registry(), manifest);
          settled.remove(change.registry());
        }
        default -> settled.set(change.registry(), change.text(), made);
      }
    }
    for (String registry : manifest.registries()) {
      if (!mirrored.contains(registry)) {
        release.restore(registry, manifest);
        settled.remove(registry);
      }
    }
    if (settled.isEmpty()) {
      tree.removeState(settled);
    } else {
      tree.save(settled);
    }
  }
}
