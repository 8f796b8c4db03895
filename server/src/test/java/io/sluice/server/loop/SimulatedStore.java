package io.sluice.server.loop;

import io.sluice.server.store.BlobStore;
import io.sluice.server.store.Catalog;
import io.sluice.server.store.Descriptor;
import io.sluice.server.store.Digest;
import io.sluice.server.store.MediaType;
import io.sluice.server.store.Reference;
import io.sluice.server.store.ReferrersPage;
import io.sluice.server.store.StoreCounters;
import io.sluice.server.store.StoreLimits;
import io.sluice.server.store.TagPage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A store of one repository whose content is what a simulated run put there. Some of it is in the
 * catalog; the rest has to be described on demand.
 */
final class SimulatedStore implements BlobStore {
  static final String REGISTRY = "sluice.test";
  static final String REPOSITORY = "simulated/image";
  static final String TAGS_JSON = "{\"name\":\"" + REPOSITORY + "\",\"tags\":[\"one\",\"two\"]}";
  static final String REFERRERS_JSON =
      "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[]}";

  private final Map<Digest, SimulatedBlob> blobs = new HashMap<>();
  private final Catalog.Builder builder = new Catalog.Builder(StoreLimits.DEFAULT);
  private Catalog catalog = Catalog.EMPTY;

  /** Adds a blob that must be described when somebody wants it as a manifest. */
  void add(SimulatedBlob blob) {
    blobs.put(blob.digest, blob);
  }

  /** Adds a blob that is in the catalog; returns its entry. */
  int addToCatalog(SimulatedBlob blob) {
    add(blob);
    return builder.addDigest(blob.digest, blob.sizeBytes(), mediaType(blob));
  }

  void addTag(String tag, int entry) {
    builder.addTag(new Reference(REGISTRY, REPOSITORY, tag), entry);
  }

  /** Only what is in the catalog may be served. */
  void closeCatalog() {
    builder.closed();
  }

  /** Makes the catalog visible. */
  void publish() {
    catalog = builder.build();
  }

  @Override
  public Path blobsDirectory() {
    return Path.of("/", SimulatedNode.BLOBS);
  }

  @Override
  public Catalog catalog() {
    return catalog;
  }

  @Override
  public Optional<Descriptor> describe(Digest digest) {
    return Optional.ofNullable(blobs.get(digest))
        .map(blob -> new Descriptor(digest, blob.sizeBytes(), mediaType(blob)));
  }

  @Override
  public Optional<TagPage> tags(
      String registryOrNull, String repository, int n, String lastOrNull) {
    return repository.equals(REPOSITORY)
        ? Optional.of(new TagPage(TAGS_JSON.getBytes(StandardCharsets.US_ASCII), null))
        : Optional.empty();
  }

  @Override
  public ReferrersPage referrers(
      String registryOrNull,
      String repository,
      Digest subject,
      String artifactTypeOrNull,
      String lastOrNull) {
    return new ReferrersPage(REFERRERS_JSON.getBytes(StandardCharsets.US_ASCII), false, null);
  }

  @Override
  public void start() {}

  @Override
  public void refresh() {}

  @Override
  public StoreCounters counters() {
    return new StoreCounters(0, 0, 0, 0, 0);
  }

  @Override
  public String description() {
    return "simulated content";
  }

  @Override
  public void close() {}

  private static String mediaType(SimulatedBlob blob) {
    return blob.isManifest() ? blob.mediaTypeOrNull : MediaType.OCTET_STREAM;
  }
}
