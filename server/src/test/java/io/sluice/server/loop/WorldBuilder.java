package io.sluice.server.loop;

import io.sluice.ring.simulation.SimulatedContent;
import io.sluice.ring.simulation.SimulatedKernel;
import io.sluice.server.store.MediaType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Fills a simulated file system, the store over it, and the peers. */
final class WorldBuilder {
  private static final int BLOBS_MAX = 12;
  private static final int REMOTE_BLOBS_MAX = 4;
  private static final int MANIFEST_BYTES_MAX = 5000;
  private static final int PEER_PORT = 5000;
  private static final long LARGE_BYTES_MAX = 400_000;

  private final SplittableRandom random;
  private final SimulationSettings settings;
  private final SimulatedKernel kernel;
  private final int directoryFd;
  private final SimulatedStore store;
  private final List<InetSocketAddress> peerAddresses = new ArrayList<>();

  WorldBuilder(
      SplittableRandom random,
      SimulationSettings settings,
      SimulatedKernel kernel,
      int directoryFd,
      SimulatedStore store) {
    this.random = random;
    this.settings = settings;
    this.kernel = kernel;
    this.directoryFd = directoryFd;
    this.store = store;
  }

  SimulatedWorld build() {
    List<SimulatedBlob> local = new ArrayList<>();
    for (int i = 1 + random.nextInt(BLOBS_MAX); i > 0; i--) {
      SimulatedBlob blob = create(drawSize(), null);
      blob.put(kernel, directoryFd);
      local.add(blob);
      if (random.nextBoolean()) {
        store.addToCatalog(blob);
      } else {
        store.add(blob);
      }
    }
    List<SimulatedBlob> manifests = createManifests();
    store.publish();
    List<SimulatedBlob> remote = createPeers();
    cache(local);
    cache(manifests);
    disturb(local);
    disturb(manifests);
    return new SimulatedWorld(local, manifests, remote, settings.peersGood());
  }

  /** Starts a node in this world; to be called after {@link #build}. */
  SimulatedNode startNode(int listenFd) {
    return new SimulatedNode(
        kernel,
        store,
        directoryFd,
        listenFd,
        settings.loops(),
        settings.share(),
        settings.timeouts(),
        peerAddresses,
        settings.readMode());
  }

  private List<SimulatedBlob> createManifests() {
    List<SimulatedBlob> manifests = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String type = random.nextBoolean() ? MediaType.OCI_MANIFEST : MediaType.OCI_INDEX;
      SimulatedBlob manifest = create(1 + random.nextInt(MANIFEST_BYTES_MAX), type);
      manifest.put(kernel, directoryFd);
      manifests.add(manifest);
      if (i < 2) {
        store.addTag(i == 0 ? "one" : "two", store.addToCatalog(manifest));
      } else {
        store.add(manifest);
      }
    }
    return manifests;
  }

  private List<SimulatedBlob> createPeers() {
    List<SimulatedBlob> remote = new ArrayList<>();
    if (settings.peers() == 0) {
      return remote;
    }
    for (int i = 1 + random.nextInt(REMOTE_BLOBS_MAX); i > 0; i--) {
      boolean manifest = random.nextInt(4) == 0;
      remote.add(create(drawSize(), manifest ? MediaType.OCI_MANIFEST : null));
    }
    PeerScript.Manner[] manners = PeerScript.Manner.values();
    for (int i = 0; i < settings.peers(); i++) {
      InetSocketAddress address = address(i);
      PeerScript.Manner manner = manners[random.nextInt(settings.peersGood() ? 3 : manners.length)];
      PeerScript.add(kernel, address, random.split(), remote, manner);
      peerAddresses.add(address);
    }
    return remote;
  }

  /** Has some blobs in the page cache, some in part, and lets that change. */
  private void cache(List<SimulatedBlob> blobs) {
    for (SimulatedBlob blob : blobs) {
      for (int changes = random.nextInt(4); changes > 0; changes--) {
        long from = random.nextBoolean() ? 0 : random.nextLong(blob.sizeBytes() + 1);
        long to = random.nextBoolean() ? blob.sizeBytes() : random.nextLong(blob.sizeBytes() + 1);
        boolean resident = random.nextInt(3) > 0;
        long timeNs = random.nextBoolean() ? 0 : random.nextLong(TimeUnit.SECONDS.toNanos(5));
        kernel.at(timeNs, () -> blob.setResident(Math.min(from, to), Math.max(from, to), resident));
      }
    }
  }

  /** Lets files be replaced, and on unfriendly days vanish or shrink, while they are served. */
  private void disturb(List<SimulatedBlob> blobs) {
    for (SimulatedBlob blob : blobs) {
      long timeNs = random.nextLong(TimeUnit.SECONDS.toNanos(10));
      switch (random.nextInt(settings.friendly() ? 2 : 6)) {
        case 0 -> kernel.at(timeNs, () -> blob.put(kernel, directoryFd));
        case 1, 2 -> {}
        case 3 -> kernel.at(timeNs, () -> blob.remove(kernel, directoryFd));
        case 4 -> {
          kernel.at(timeNs, () -> blob.remove(kernel, directoryFd));
          kernel.at(2 * timeNs, () -> blob.put(kernel, directoryFd));
        }
        default -> {
          long sizeBytes = random.nextLong(blob.sizeBytes() + 1);
          kernel.at(timeNs, () -> blob.truncate(sizeBytes));
        }
      }
    }
  }

  private SimulatedBlob create(long sizeBytes, String mediaTypeOrNull) {
    SimulatedContent content = SimulatedContent.generated(random.nextLong(), sizeBytes);
    return new SimulatedBlob(LoopSimulation.drawDigest(random), content, mediaTypeOrNull);
  }

  private long drawSize() {
    int blockBytes = settings.share().blockBytes();
    return switch (random.nextInt(10)) {
      case 0 -> 0;
      case 1 -> 1;
      case 2 -> 4095 + random.nextInt(3);
      case 3 -> blockBytes - 1 + random.nextInt(3);
      case 4 -> 2L * blockBytes - 1 + random.nextInt(3);
      case 5, 6 -> random.nextLong(LARGE_BYTES_MAX);
      default -> random.nextLong(4L * blockBytes);
    };
  }

  private static InetSocketAddress address(int peer) {
    try {
      byte[] ip = {10, 0, 0, (byte) (1 + peer)};
      return new InetSocketAddress(InetAddress.getByAddress(ip), PEER_PORT);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
