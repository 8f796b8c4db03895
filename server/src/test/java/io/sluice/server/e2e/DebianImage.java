package io.sluice.server.e2e;

import io.sluice.server.e2e.OciLayoutWriter.Descriptor;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An OCI layout with one runnable image of almost 200 MB: a real Debian root file system in an
 * uncompressed layer of well over 60 MB, Debian packages in compressed and uncompressed layers, and
 * a layer smaller than a disk block. It is built from the archive that this machine's apt uses, and
 * built only once: a finished image is kept under {@link Workspace#cache()}, named by its recipe.
 *
 * @param layout the layout's directory; it holds the blobs of this image and no others
 * @param indexDigest the image index, what the tag resolves to
 * @param manifestDigest the one manifest of the index
 * @param codename the distribution's release, as its {@code os-release} says
 */
record DebianImage(Path layout, String indexDigest, String manifestDigest, String codename) {
  /** The image's name: what containerd is asked to pull. */
  static final String REPOSITORY = "sluice.test/debian";

  /** The image's name with its tag. */
  static final String REFERENCE = REPOSITORY + ":12";

  /** What the topmost layer puts into {@link #MARKER_PATH}. */
  static final String MARKER = "pulled through sluice";

  /** A file that only the topmost, smallest layer has. */
  static final String MARKER_PATH = "/etc/sluice-image";

  private static final int RECIPE_VERSION = 2;
  private static final Duration DEBOOTSTRAP_TIMEOUT = Duration.ofMinutes(8);
  private static final Duration DOWNLOAD_TIMEOUT = Duration.ofMinutes(5);

  /** A layer of one Debian package; none of these has files outside {@code /usr}. */
  private record PackageLayer(String debianPackage, boolean gzip) {}

  private static final List<PackageLayer> PACKAGE_LAYERS =
      List.of(new PackageLayer("vim-runtime", false), new PackageLayer("git", true));

  /** The image of this machine, built now if it was not before. Needs root and the archive. */
  static DebianImage cached() {
    Requirement.root();
    Requirement.tools("debootstrap", "apt-get", "dpkg", "dpkg-deb", "tar");
    String codename = machineCodename();
    String key = codename + "-" + architecture() + "-" + RECIPE_VERSION;
    try {
      Path cache = Files.createDirectories(Workspace.cache());
      Path lockFile = cache.resolve("lock");
      try (FileChannel channel =
          FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        FileLock lock = channel.lock();
        Path image = cache.resolve("debian-" + key);
        if (!Files.exists(image)) {
          build(image, codename);
        }
        lock.release();
        return read(image);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot build the Debian image", e);
    }
  }

  /** The size of every blob by its digest: manifests, config and layers. */
  TreeMap<String, Long> sizes() {
    return OciLayoutWriter.sizes(layout);
  }

  /** The file of a blob. */
  Path blob(String digest) {
    return layout.resolve("blobs").resolve(digest.replace(':', '/'));
  }

  /** The digest of the largest layer. */
  String largestBlob() {
    TreeMap<String, Long> sizes = sizes();
    return Collections.max(sizes.keySet(), Comparator.comparing(sizes::get));
  }

  /** Drops the image's clean pages from the page cache, so that serving it has to read the disk. */
  void evictFromPageCache() {
    for (String digest : sizes().keySet()) {
      String file = blob(digest).toString();
      Command.of("sync", file).output();
      // With nothing to copy, dd only advises the kernel that the whole file is not needed.
      Command.of("dd", "if=" + file, "iflag=nocache", "count=0", "status=none").output();
    }
  }

  private static void build(Path image, String codename) throws IOException {
    Path building = image.resolveSibling(image.getFileName() + ".building");
    MountTable.detachUnder(building);
    Workspace.delete(building);
    OciLayoutWriter writer = new OciLayoutWriter(building.resolve("layout"));
    List<Descriptor> layers = new ArrayList<>();
    layers.add(rootFileSystemLayer(writer, building.resolve("rootfs"), codename));
    for (PackageLayer layer : PACKAGE_LAYERS) {
      layers.add(packageLayer(writer, building.resolve("packages"), layer));
    }
    layers.add(markerLayer(writer, building.resolve("marker")));

    String architecture = architecture();
    Descriptor manifest = writer.manifest(architecture, layers);
    String platform =
        """
        ,"platform":{"architecture":"%s","os":"linux"}\
        """
            .formatted(architecture);
    Descriptor index =
        writer.document(
            "application/vnd.oci.image.index.v1+json",
            """
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",\
            "manifests":[%s]}\
            """
                .formatted(manifest.json(platform)));
    writer.index(index, REFERENCE);
    finish(building, image, index, manifest, codename);
  }

  private static Descriptor rootFileSystemLayer(
      OciLayoutWriter writer, Path rootfs, String codename) throws IOException {
    List<String> words = new ArrayList<>(List.of("debootstrap", "--variant=minbase"));
    // Packages are unpacked, and not configured, which takes longer and no test looks at.
    words.addAll(List.of("--foreign", codename, rootfs.toString(), archive(codename)));
    Command.of(words).timeout(DEBOOTSTRAP_TIMEOUT).output();
    Workspace.delete(rootfs.resolve("debootstrap"));
    // Until then it is a link to the machine's, on which nothing can be mounted.
    Path proc = rootfs.resolve("proc");
    Workspace.delete(proc);
    Files.createDirectory(proc);
    Descriptor layer = writer.tree(rootfs, false);
    Workspace.delete(rootfs);
    return layer;
  }

  private static Descriptor packageLayer(OciLayoutWriter writer, Path directory, PackageLayer layer)
      throws IOException {
    Files.createDirectories(directory);
    Command.of("apt-get", "-o", "APT::Sandbox::User=root", "download", layer.debianPackage())
        .in(directory)
        .timeout(DOWNLOAD_TIMEOUT)
        .output();
    Path file;
    try (Stream<Path> files = Files.list(directory)) {
      file = files.findFirst().orElseThrow();
    }
    Descriptor[] stored = new Descriptor[1];
    Command.of("dpkg-deb", "--fsys-tarfile", file.toString())
        .pipe(tar -> stored[0] = writer.layer(tar, layer.gzip()));
    Workspace.delete(directory);
    return stored[0];
  }

  private static Descriptor markerLayer(OciLayoutWriter writer, Path directory) throws IOException {
    Path marker = directory.resolve(MARKER_PATH.substring(1));
    Files.createDirectories(marker.getParent());
    Files.writeString(marker, MARKER + "\n");
    Descriptor layer = writer.tree(directory, true);
    Workspace.delete(directory);
    return layer;
  }

  private static void finish(
      Path building, Path image, Descriptor index, Descriptor manifest, String codename)
      throws IOException {
    Properties properties = new Properties();
    properties.setProperty("index", index.digest());
    properties.setProperty("manifest", manifest.digest());
    properties.setProperty("codename", codename);
    try (Writer out = Files.newBufferedWriter(building.resolve("image.properties"))) {
      properties.store(out, null);
    }
    Files.move(building, image, StandardCopyOption.ATOMIC_MOVE);
  }

  private static DebianImage read(Path image) throws IOException {
    Properties properties = new Properties();
    try (Reader in =
        Files.newBufferedReader(image.resolve("image.properties"), StandardCharsets.UTF_8)) {
      properties.load(in);
    }
    return new DebianImage(
        image.resolve("layout"),
        properties.getProperty("index"),
        properties.getProperty("manifest"),
        properties.getProperty("codename"));
  }

  /** This machine's, as Debian and image platforms call it. */
  static String architecture() {
    return Command.of("dpkg", "--print-architecture").output().strip();
  }

  private static String machineCodename() {
    try (Stream<String> lines = Files.lines(Path.of("/etc/os-release"))) {
      String prefix = "VERSION_CODENAME=";
      return lines
          .filter(line -> line.startsWith(prefix))
          .map(line -> line.substring(prefix.length()))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("/etc/os-release has no " + prefix));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read /etc/os-release", e);
    }
  }

  /** The archive from which apt on this machine installs this release. */
  private static String archive(String codename) {
    return Command.of(
            "apt-get",
            "indextargets",
            "--format",
            "$(REPO_URI)",
            "Created-By: Packages",
            "Component: main",
            "Codename: " + codename)
        .output()
        .lines()
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "apt has no index of " + codename + "; run apt-get update"));
  }
}
