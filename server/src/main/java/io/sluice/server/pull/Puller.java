package io.sluice.server.pull;

import io.sluice.containerd.Connection;
import io.sluice.containerd.ContainerdException;
import io.sluice.containerd.ContainerdException.Kind;
import io.sluice.server.metrics.SourceReport;
import io.sluice.server.pull.ImageParts.Part;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Has one containerd pull images into the namespace of Kubernetes, as the kubelet does. Calls
 * block; each has a connection of its own, so any thread may call.
 */
public final class Puller {
  /** Where the {@code cri} plug-in keeps images. */
  public static final String NAMESPACE = "k8s.io";

  private static final Duration CALL = Duration.ofNanos(PullLimits.CALL_NS);

  private final Dialer dialer;
  private final Sources sources;

  /** Connects to containerd. */
  @FunctionalInterface
  interface Dialer {
    /** A connection of the caller's own. */
    Connection open() throws ContainerdException;
  }

  /** Pulls with the containerd that listens on {@code socket}. */
  public Puller(Path socket, Sources sources) {
    this(() -> Connection.open(socket, CALL), sources);
  }

  Puller(Dialer dialer, Sources sources) {
    this.dialer = dialer;
    this.sources = sources;
  }

  /**
   * Pulls one image, and returns when containerd has it or has given up.
   *
   * @param listener hears how it goes, on this thread
   * @return how it went; what went wrong is part of it
   * @throws InterruptedException when this thread is interrupted; containerd is told to stop
   */
  public PullResult pull(PullReference reference, Duration timeout, PullListener listener)
      throws InterruptedException {
    long startNs = System.nanoTime();
    try (Connection containerd = dialer.open()) {
      return new Attempt(containerd, reference, startNs).run(timeout, listener);
    } catch (ContainerdException e) {
      if (e.kind() == Kind.INTERRUPTED) {
        Thread.interrupted();
        throw new InterruptedException();
      }
      return new PullResult(
          reference, PullFailure.sentence(reference, e), List.of(), System.nanoTime() - startNs);
    }
  }

  /** One image, with one connection. */
  private final class Attempt {
    private final Connection containerd;
    private final PullReference reference;
    private final long startNs;
    private final Instant startedAt = Instant.now();
    private final PullWatch watch;

    Attempt(Connection containerd, PullReference reference, long startNs) {
      this.containerd = containerd;
      this.reference = reference;
      this.startNs = startNs;
      this.watch = new PullWatch(containerd.contents(NAMESPACE), reference, startedAt);
    }

    PullResult run(Duration timeout, PullListener listener)
        throws ContainerdException, InterruptedException {
      Optional<SourceReport> before = sources.report();
      FutureTask<String> call =
          new FutureTask<>(() -> containerd.cri().pullImage(reference.name(), null, timeout));
      Thread thread = Thread.ofPlatform().name("pull").daemon().start(call);
      String error = "";
      try {
        await(call, listener);
      } catch (ExecutionException e) {
        error = PullFailure.sentence(reference, e.getCause());
      } catch (InterruptedException e) {
        thread.interrupt();
        thread.join(PullLimits.CANCEL_MS);
        throw e;
      }
      long tookNs = System.nanoTime() - startNs;
      try {
        return new PullResult(reference, error, blobs(before, listener), tookNs);
      } catch (ContainerdException e) {
        if (error.isEmpty() || e.kind() == Kind.INTERRUPTED) {
          throw e;
        }
        // Why the pull failed matters more than that its rest cannot be listed.
        return new PullResult(reference, error, List.of(), tookNs);
      }
    }

    private void await(FutureTask<String> call, PullListener listener)
        throws ExecutionException, InterruptedException {
      while (true) {
        try {
          call.get(PullLimits.LOOK_MS, TimeUnit.MILLISECONDS);
          return;
        } catch (TimeoutException e) {
          look(listener);
        }
      }
    }

    /** Only what is shown depends on this; whether the pull goes well, the call itself says. */
    private void look(PullListener listener) throws InterruptedException {
      try {
        listener.onProgress(watch.look());
      } catch (ContainerdException e) {
        if (e.kind() == Kind.INTERRUPTED) {
          Thread.interrupted();
          throw new InterruptedException();
        }
      }
    }

    private List<PulledBlob> blobs(Optional<SourceReport> before, PullListener listener)
        throws ContainerdException {
      Optional<SourceReport> after = sources.report();
      SourceShares shares = new SourceShares(before, after);
      ImageParts image = new ImageParts(containerd, NAMESPACE);
      Map<String, Part> parts = image.of(reference.name());
      List<BlobProgress> ends = new ArrayList<>();
      Map<String, PulledBlob> blobs = new LinkedHashMap<>();
      for (Part part : parts.values()) {
        PulledBlob blob = blob(part, image, shares);
        blobs.put(blob.digest(), blob);
        ends.add(
            new BlobProgress(blob.kind(), blob.digest(), blob.sizeBytes(), blob.sizeBytes(), true));
      }
      boolean hasLayers = parts.values().stream().anyMatch(p -> p.kind().equals(BlobKind.LAYER));
      if (!hasLayers) {
        addDiscarded(blobs, shares);
      }
      listener.onProgress(ends);
      return List.copyOf(blobs.values());
    }

    private PulledBlob blob(Part part, ImageParts image, SourceShares shares)
        throws ContainerdException {
      String digest = part.content().digest();
      long size = part.content().sizeBytes();
      boolean isNew = !part.content().createdAt().isBefore(startedAt);
      Map<String, Long> from = isNew ? shares.of(digest, size) : Map.of();
      if (isNew && !shares.isDelivered(digest) && image.wasElsewhere(digest, startedAt)) {
        isNew = false;
        from = Map.of();
      }
      long doneNs = isNew ? Duration.between(startedAt, part.content().createdAt()).toNanos() : -1;
      return new PulledBlob(part.kind(), digest, size, doneNs, from);
    }

    /** Layers that containerd dropped once they were unpacked, or of an image that failed. */
    private void addDiscarded(Map<String, PulledBlob> blobs, SourceShares shares) {
      for (BlobProgress seen : watch.seen()) {
        long size = Math.max(seen.totalBytes(), seen.offsetBytes());
        if (seen.kind().equals(BlobKind.LAYER) && size > 0) {
          blobs.putIfAbsent(
              seen.digest(),
              new PulledBlob(seen.kind(), seen.digest(), size, 0, shares.of(seen.digest(), size)));
        }
      }
    }
  }
}
