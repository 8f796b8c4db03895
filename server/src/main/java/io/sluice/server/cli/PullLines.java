package io.sluice.server.cli;

import io.sluice.server.pull.BlobProgress;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Where lines cannot be drawn anew: one for each layer that is there. */
final class PullLines implements PullView {
  private final PrintStream out;
  private final Set<String> said = new HashSet<>();

  PullLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public void onProgress(List<BlobProgress> blobs) {
    for (BlobProgress blob : blobs) {
      if (blob.done() && blob.kind().equals("layer") && said.add(blob.digest())) {
        out.println(
            "layer "
                + PullTable.shortDigest(blob.digest())
                + " is there, "
                + PullTable.size(blob.totalBytes()));
      }
    }
  }

  @Override
  public void end() {
    out.flush();
  }
}
