package io.sluice.server.mirror;

import io.sluice.server.mirror.FileOperations.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Takes over a tree that Spegel has written. Spegel moves all that was there to {@code _backup} and
 * writes its own files in place. Here its files become ours, what is in {@code _backup} becomes
 * what was there before, and everything that is neither goes back to where it was.
 *
 * <p>{@code _backup} goes last: until then, everything can be done again.
 */
final class SpegelTree {
  private static final String BACKUP = "_backup";

  /** How a file of Spegel's begins; an older one has a line for the table of hosts. */
  private static final Pattern SHAPE =
      Pattern.compile(
          "(server = '[^']*'\\n+)?(\\[host\\]\\n)?\\[host\\.'https?://[^']*'\\]\\n"
              + "capabilities = \\['pull'(, 'resolve')?\\](\\n|$)");

  private final MirrorTree tree;
  private final FileOperations files;
  private final Consumer<String> report;
  private final Path backup;

  SpegelTree(MirrorTree tree, Consumer<String> report) {
    this.tree = tree;
    this.files = tree.files;
    this.report = report;
    this.backup = tree.root.resolve(BACKUP);
  }

  /** Takes the tree over, if it is Spegel's; does nothing else. */
  void takeOver() throws IOException {
    if (files.kind(backup) != Kind.DIRECTORY) {
      return;
    }
    restoreOwnState();
    Manifest manifest = tree.manifest();
    List<String> written = written(manifest);
    if (written.isEmpty() && !manifest.isTakingOver()) {
      report.accept(
          "left " + backup + ": Spegel makes such a directory, but no file here is Spegel's");
      return;
    }
    report.accept("taking over what Spegel wrote for " + String.join(", ", written));
    for (String registry : written) {
      adopt(registry, manifest);
    }
    // From here on Spegel's files count as ours, and this is how they are told apart all the same.
    manifest.takingOver(true);
    tree.save(manifest);
    for (Path entry : files.list(backup)) {
      giveBack(entry, tree.root.resolve(entry.getFileName()), manifest);
    }
    files.delete(backup);
    files.sync(tree.root);
    manifest.takingOver(false);
    tree.save(manifest);
  }

  /** The registries for which there is a file that Spegel wrote. */
  private List<String> written(Manifest manifest) throws IOException {
    List<String> written = new ArrayList<>();
    for (Path directory : files.list(tree.root)) {
      String registry = directory.getFileName().toString();
      Path file = directory.resolve(HostsFile.NAME);
      if (files.kind(directory) == Kind.DIRECTORY && files.kind(file) == Kind.FILE) {
        byte[] content = files.read(file);
        boolean ours = manifest.isOurs(registry, content) && !manifest.isTakingOver();
        if (isSpegels(content) && !ours) {
          written.add(registry);
        }
      }
    }
    return written;
  }

  /** Whether Spegel writes files that begin like this one. */
  static boolean isSpegels(byte[] content) {
    return SHAPE.matcher(new String(content, StandardCharsets.UTF_8)).lookingAt();
  }

  /** Spegel was started on a tree of ours, and has moved all of it away. */
  private void restoreOwnState() throws IOException {
    Path ours = backup.resolve(MirrorTree.STATE);
    Path place = tree.root.resolve(MirrorTree.STATE);
    if (files.kind(ours) == Kind.DIRECTORY && files.kind(place) == Kind.NONE) {
      MirrorTree moved = new MirrorTree(files, backup);
      Manifest manifest = moved.manifest();
      manifest.takingOver(true);
      moved.save(manifest);
      files.move(ours, place);
      files.sync(tree.root);
    }
  }

  /** Spegel's file counts as ours from now on, and what it replaced as what was there before. */
  private void adopt(String registry, Manifest manifest) throws IOException {
    byte[] content = files.read(tree.root.resolve(registry).resolve(HostsFile.NAME));
    Path before = backup.resolve(registry).resolve(HostsFile.NAME);
    Kind kind = files.kind(before);
    boolean ours = kind == Kind.FILE && manifest.isOurs(registry, files.read(before));
    if (!ours && (kind == Kind.FILE || kind == Kind.LINK)) {
      Path original = tree.original(registry);
      if (files.kind(original) != Kind.NONE) {
        tree.setAside(original, registry);
      }
      tree.makeDirectories(original.getParent());
      files.move(before, original);
      files.sync(original.getParent());
    }
    boolean made =
        manifest.madeDirectory(registry) || files.kind(backup.resolve(registry)) == Kind.NONE;
    manifest.add(registry, content, made);
  }

  private void giveBack(Path from, Path to, Manifest manifest) throws IOException {
    Kind kind = files.kind(from);
    if (files.kind(to) == Kind.NONE) {
      files.move(from, to);
      files.sync(to.getParent());
    } else if (kind == Kind.DIRECTORY && files.kind(to) == Kind.DIRECTORY) {
      for (Path entry : files.list(from)) {
        giveBack(entry, to.resolve(entry.getFileName()), manifest);
      }
      files.copyOwnership(from, to);
      files.delete(from);
    } else if (isOurs(from, kind, manifest)) {
      files.delete(from);
    } else if (kind == Kind.FILE && files.kind(to) == Kind.FILE && isCopy(from, to)) {
      files.move(from, to);
      files.sync(to.getParent());
    } else {
      Path aside = tree.setAside(from, tree.root.relativize(to.getParent()).toString());
      report.accept("left " + to + ", which is not what was there before Spegel: that is " + aside);
    }
  }

  /** Whether what Spegel moved away is a file that we had written. */
  private boolean isOurs(Path from, Kind kind, Manifest manifest) throws IOException {
    Path directory = from.getParent();
    return kind == Kind.FILE
        && from.endsWith(HostsFile.NAME)
        && backup.equals(directory.getParent())
        && manifest.isOurs(directory.getFileName().toString(), files.read(from));
  }

  /** Spegel copies what is beside a file; twice, one copy after the other, when it runs again. */
  private boolean isCopy(Path from, Path to) throws IOException {
    byte[] before;
    byte[] now;
    try {
      before = files.read(from);
      now = files.read(to);
    } catch (FileSystemException e) {
      // Too large, or not to be read: then it is not known to be one.
      return false;
    }
    int length = before.length;
    if (length == 0 || now.length % length != 0) {
      return Arrays.equals(before, now);
    }
    for (int at = 0; at < now.length; at += length) {
      if (!Arrays.equals(before, 0, length, now, at, at + length)) {
        return false;
      }
    }
    return now.length > 0;
  }
}
